// Alpaca's own SDK as transport: its requests, signed as its makers do it, and its replies as they came, since the SDK's models round times to
// milliseconds and leave out what they do not know.
import { Alpaca, errors } from '@alpacahq/alpaca-trade-api/rest';
import { VenueError } from './errors.mjs';
import { within } from './deadline.mjs';

const queryMilliseconds = 15_000;

/** Errors of a connection that was never made: nothing can have been written. */
const unwritten = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

export function connect({ credentials, endpoint, paper }) {
  // Without its retries: a query is repeated by the host's poll, and a placement by nobody.
  return new Alpaca({ keyId: credentials.apiKey, secret: credentials.secret, paper, retry: false, timeoutMs: 30_000, fetchApi: fetchAt(endpoint) });
}

/** Reads a reply of one of the SDK's raw calls. */
export async function read(call) {
  let response;
  try {
    response = (await call).raw;
  } catch (error) {
    throw translate(error);
  }
  try {
    return JSON.parse(await response.text());
  } catch (error) {
    throw new VenueError('malformed', `the answer is not readable: ${error.message}`, { cause: error });
  }
}

export function translate(error) {
  if (error instanceof VenueError) return error;
  if (error instanceof errors.ApiError) {
    const message = `HTTP ${error.status}${error.code === undefined ? '' : ` (${error.code})`}: ${error.message}`;
    const kind =
      error.status === 401 || error.status === 403 ? 'unauthorised' : error.status === 429 ? 'rateLimited' : error.status >= 500 || error.status === 408 ? 'unavailable' : 'malformed';
    return new VenueError(kind, message, { retryAfterMs: error.retryAfterMs ?? (kind === 'rateLimited' ? 60_000 : null), cause: error });
  }
  const codes = [...causes(error)].map((cause) => cause.code);
  const foreseen = [...causes(error)].find((cause) => cause instanceof VenueError);
  if (foreseen !== undefined) return foreseen;
  const detail = [...causes(error)].map((cause) => cause.message).filter(Boolean).at(-1);
  return new VenueError('unavailable', `no answer: ${detail}`, { written: codes.some((code) => unwritten.has(code)) ? false : null, cause: error });
}

/** The status of the venue's own answer; undefined for anything that is not one. */
export const statusOf = (error) => (error?.cause instanceof errors.ApiError ? error.cause.status : undefined);

/** Whether the error is the venue's own word: its JSON with a message, not the page of something in between. */
export async function isVenuesWord(error) {
  if (!(error?.cause instanceof errors.ApiError)) return false;
  try {
    return typeof JSON.parse(await error.cause.response.clone().text()).message === 'string';
  } catch {
    return false;
  }
}

function* causes(error) {
  for (let cause = error, depth = 0; cause && depth < 6; cause = cause.cause, depth++) {
    yield cause;
    if (cause instanceof AggregateError) yield* cause.errors;
  }
}

/**
 * The fetch of all the SDK's requests. With an endpoint every one of them goes there, whatever host it was meant for. A request with a deadline
 * is checked in the very call that starts it, after whatever queue it waited in.
 */
function fetchAt(endpoint) {
  const origin = endpoint === null ? null : new URL(endpoint);
  return (url, { deadline, ...init }) => {
    const target = origin === null ? url : moved(url, origin);
    return deadline === undefined
      ? complete(target, init, AbortSignal.timeout(queryMilliseconds))
      : within(deadline, (signal) => complete(target, init, signal));
  };
}

function moved(url, origin) {
  const target = new URL(url);
  return origin.origin + origin.pathname.replace(/\/+$/, '') + target.pathname + target.search;
}

/** The whole reply under one signal: a body cut off is an error of this request, not a surprise to its reader. */
async function complete(url, init, signal) {
  const response = await fetch(url, { ...init, redirect: 'error', signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal });
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, { status: response.status, headers: response.headers });
}
