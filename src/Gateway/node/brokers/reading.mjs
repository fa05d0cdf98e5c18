// Reading what a venue wrote: what is missing or of another kind is an error, never zero, empty or now.
import { VenueError } from './errors.mjs';

export function required(value, what) {
  if (value === null || value === undefined) throw new VenueError('malformed', `${what} is missing`);
  return value;
}

export function list(value, what) {
  if (!Array.isArray(value)) throw new VenueError('malformed', `${what} is no list`);
  return value;
}

/** A time as we write it. */
export const iso = (milliseconds) => new Date(milliseconds).toISOString().replace('Z', '+00:00');

/** A time as the venue wrote it, to 100 nanoseconds. */
export function moment(value, what) {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,7})?\d*(Z|[+-]\d\d:\d\d)$/.exec(required(value, what));
  if (match === null) throw new VenueError('malformed', `${what} is no time: ${value}`);
  return match[1] + (match[2] ?? '') + (match[3] === 'Z' ? '+00:00' : match[3]);
}
