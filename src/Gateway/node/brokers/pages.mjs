// Complete histories from interfaces that give a page at a time.
import { VenueError } from './errors.mjs';

const second = 1000;

/**
 * Everything between two moments (milliseconds), by `fetch(start, end, offset)`. Windows begin and end at whole seconds, since many venues
 * and libraries cut off what is finer, and a page that lost entries to that would not look full. A full page may have left something out, at
 * whichever end: where the venue counts offsets the next page follows; elsewhere its time is halved until no page is full, which is right
 * whatever the order and whatever is cut off.
 */
export async function everything(fetch, since, until, { pageSize, longest = Infinity, hasOffsets = false, idOf }) {
  const found = new Map();
  const windows = [];
  const last = Math.ceil(until / second) * second;
  for (let start = Math.floor(since / second) * second; start <= last; start += longest) windows.push([start, Math.min(last, start + longest)]);
  while (windows.length > 0) {
    const [start, end] = windows.shift();
    let page = await fetch(start, end, 0);
    for (let offset = pageSize; hasOffsets && page.length >= offset; offset += pageSize) page = [...page, ...await fetch(start, end, offset)];
    if (!hasOffsets && page.length >= pageSize) {
      if (end - start <= second) throw new VenueError('malformed', `more than ${pageSize} entries within a second cannot be told apart`);
      const middle = Math.floor((start + end) / 2 / second) * second;
      windows.unshift([start, middle], [middle, end]);
      continue;
    }
    for (const entry of page) found.set(idOf(entry), entry);
  }
  return [...found.values()];
}
