// Bars put together on our grid of frames: UTC, weeks from Monday.
import { add, compare } from './amounts.mjs';
import { iso } from './reading.mjs';

const firstMonday = Date.UTC(1970, 0, 5);

/** Where the first whole frame of that length begins, at that moment or after it. */
export const firstWhole = (time, length) => Math.ceil((time - firstMonday) / length) * length + firstMonday;

/** Adds a bar that begins at that moment to the frame it lies in; bars come oldest first. */
export function collect(found, time, length, bar) {
  const at = Math.floor((time - firstMonday) / length) * length + firstMonday;
  const known = found.get(at);
  found.set(
    at,
    known === undefined
      ? bar
      : {
          open: known.open,
          high: compare(bar.high, known.high) > 0 ? bar.high : known.high,
          low: compare(bar.low, known.low) < 0 ? bar.low : known.low,
          close: bar.close,
          volume: add(known.volume, bar.volume),
        },
  );
}

/** The collected bars from that moment on whose frames are over, oldest first. */
export const finished = (found, start, length) =>
  [...found.entries()]
    .filter(([at]) => at >= start && at + length <= Date.now())
    .sort(([one], [other]) => one - other)
    .map(([at, bar]) => ({ at: iso(at), ...bar }));
