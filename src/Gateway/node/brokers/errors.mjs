// What went wrong, in the words of VenueErrorKind.

export const kinds = new Set(['unavailable', 'rateLimited', 'unauthorised', 'malformed', 'unsupported']);

export class VenueError extends Error {
  /** `written`: false only when it is certain that nothing of the request reached the wire. */
  constructor(kind, message, { retryAfterMs = null, written = null, cause } = {}) {
    super(message, { cause });
    if (!kinds.has(kind)) throw new TypeError(`${kind} is no kind of venue error`);
    this.name = 'VenueError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.written = written;
  }
}

/** Runs what an order needs before it can be written: when that fails, nothing was. */
export async function beforeWriting(prepare) {
  try {
    return await prepare();
  } catch (error) {
    throw new VenueError(error instanceof VenueError ? error.kind : 'malformed', String(error?.message ?? error), { written: false, cause: error });
  }
}

/** The error object of a reply. What no adapter foresaw is a reply that could not be read: nothing may be concluded from it. */
export function describe(error, redactor) {
  const known = error instanceof VenueError;
  const message = known ? error.message : `unforeseen ${error?.name ?? 'error'}: ${error?.message ?? error}`;
  return {
    code: -32000,
    message: redactor.clean(message).slice(0, 2000),
    data: { kind: known ? error.kind : 'malformed', retryAfterMs: known ? error.retryAfterMs : null },
  };
}
