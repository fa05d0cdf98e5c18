import { VenueError } from '../errors.mjs';

/** What has ended less than this ago may not be in an exchange's lists yet; asking from earlier costs repeats, which are allowed. */
export const overlapMilliseconds = 60_000;

const longestRestMilliseconds = 60 * 60_000;

/** The moment to ask from, and the markets asked about until then: they outlive this process. */
export function readCursor(text) {
  const cursor = /^\{"at":\d+,"markets":\[.*\]\}$/.test(text) ? JSON.parse(text) : null;
  if (cursor === null) throw new VenueError('unsupported', `"${text}" is no cursor of this venue`);
  return cursor;
}

/**
 * The cursor after a reading that began at `from` and ended at `until`. While a trade lies within the overlap, the moment counts from the
 * newest one: a cursor that moved on with every answer would bring the same trades again and never come to rest. It rests as well while
 * nothing new comes, for an hour at most: it is journaled whenever it moves.
 */
export function nextCursor(cursor, from, markets, fills, until) {
  const newest = fills.length > 0 ? Date.parse(fills.at(-1).at) : -Infinity;
  const asked = newest < until - overlapMilliseconds ? until : newest;
  const at = Math.max(from, asked - overlapMilliseconds);
  const next = JSON.stringify({ at, markets });
  const isNew = cursor === null || JSON.stringify({ at: from, markets }) !== cursor || newest > from + overlapMilliseconds;
  return isNew || at - from > longestRestMilliseconds ? next : cursor;
}
