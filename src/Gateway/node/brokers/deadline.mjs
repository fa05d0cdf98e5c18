// Deadlines are moments on the clock since boot, which host and this process share and nobody sets (UptimeClock.OfMachine).
import os from 'node:os';
import { VenueError } from './errors.mjs';

export const uptimeMilliseconds = () => Math.floor(os.uptime() * 1000);

const host = process.ppid;

/**
 * Ends this process if its host has died: from that moment on another process is its parent. The end of stdin says so too, but only when the
 * event loop comes to it, and what is queued before it would still be sent.
 */
export function endWithHost() {
  if (process.ppid !== host) process.exit(0);
}

/** The error of a request that was not started any more. */
export const tooLate = () => new VenueError('unavailable', 'the deadline had passed before the request was started', { written: false });

/**
 * Starts a request by calling `start(signal)` unless the deadline has passed, and aborts it at the deadline. Check and start are one
 * synchronous step: whatever delayed the caller before, nothing is started late.
 */
export async function within(deadline, start) {
  endWithHost();
  const remaining = deadline - uptimeMilliseconds();
  if (!(remaining > 0)) throw tooLate();
  return atMost(remaining, start);
}

/** Starts a request and aborts it after that time. */
export async function atMost(milliseconds, start) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new VenueError('unavailable', 'no answer by the deadline')), milliseconds);
  try {
    return await start(abort.signal);
  } finally {
    clearTimeout(timer);
  }
}
