// What ccxt's errors mean: for a query a kind of failure, for a placement how much they prove.
import {
  AccountNotEnabled, AccountSuspended, AuthenticationError, BadSymbol, DDoSProtection, DuplicateOrderId, ExchangeNotAvailable, InsufficientFunds, InvalidNonce,
  InvalidOrder, NotSupported, OrderNotFound, PermissionDenied, RateLimitExceeded, RequestTimeout, BaseError, MarketClosed,
  BadRequest, RestrictedLocation,
} from '../../node_modules/ccxt/js/src/base/errors.js';
import { VenueError } from '../errors.mjs';

/** Binance says so for a key that is wrong or may not trade; ccxt takes it for a ban once the key has worked. */
const rejectedKey = /"code":\s*-201[45]\b/;

/** The exchange says that the order is not its own business to refuse: it came to it and was found wanting. */
const definitive = [
  InsufficientFunds, InvalidOrder, DuplicateOrderId, BadSymbol, AuthenticationError, PermissionDenied, AccountNotEnabled, AccountSuspended, InvalidNonce, MarketClosed,
  BadRequest, RestrictedLocation, NotSupported,
];

const isOneOf = (error, classes) => classes.some((type) => error instanceof type);

/** The error of a query. */
export function queryError(error, call) {
  if (error instanceof VenueError) return error;
  const message = String(error?.message ?? error);
  const unread = call.status >= 400 && call.status < 500 && !call.json;
  const found = kindOf(error, message);
  // A page of somebody else's is no answer of the exchange.
  const kind = found === 'unavailable' && unread && call.status !== 408 ? 'malformed' : found;
  const retryAfterMs = kind === 'rateLimited' ? call.retryAfterMs ?? 1000 : null;
  return new VenueError(kind, kind === 'malformed' ? `the answer cannot be read: ${message}` : message, { retryAfterMs, cause: error });
}

function kindOf(error, message) {
  if (!(error instanceof BaseError)) return error?.name === 'AbortError' || error?.name === 'TimeoutError' ? 'unavailable' : 'malformed';
  if (rejectedKey.test(message) || isOneOf(error, [AuthenticationError, PermissionDenied, AccountNotEnabled, AccountSuspended])) return 'unauthorised';
  if (error instanceof RateLimitExceeded || error instanceof DDoSProtection) return 'rateLimited';
  if (error instanceof NotSupported || error instanceof BadSymbol) return 'unsupported';
  return 'unavailable';
}

/** What a placement that ended in an error came to. */
export function sendOutcome(error, call, habits) {
  const reason = String(error?.message ?? error).slice(0, 500);
  if (!call.written) return { outcome: 'notSent', reason };
  if (call.status === null) return { outcome: 'ambiguous', reason };
  if (call.status === 429 || call.status === 418) return { outcome: 'rejected', code: 'rate-limited', reason };
  if (call.status >= 500 || call.status === 408 || !call.json || habits.ambiguous?.test(reason)) return { outcome: 'ambiguous', reason };
  const refused = call.status >= 400 || isOneOf(error, definitive) || error instanceof RateLimitExceeded;
  return refused && error instanceof BaseError && !isOneOf(error, [RequestTimeout, ExchangeNotAvailable])
    ? { outcome: 'rejected', code: codeOf(error, reason), reason }
    : { outcome: 'ambiguous', reason };
}

function codeOf(error, reason) {
  const text = reason.toLowerCase();
  return rejectedKey.test(reason) ? 'unauthorised'
    : error instanceof InsufficientFunds || text.includes('insufficient') ? 'insufficient-balance'
    : error instanceof DuplicateOrderId || text.includes('duplicate') ? 'duplicate-client-id'
    : error instanceof BadSymbol || text.includes('invalid symbol') || text.includes('unknown asset pair') ? 'unknown-market'
    : error instanceof InvalidNonce ? 'clock-skew'
    : isOneOf(error, [AuthenticationError, PermissionDenied]) ? 'unauthorised'
    : error instanceof RateLimitExceeded || error instanceof DDoSProtection ? 'rate-limited'
    : error instanceof MarketClosed ? 'market-closed'
    : text.includes('lot_size') || text.includes('invalid volume') ? 'lot-size'
    : text.includes('price_filter') || text.includes('tick') || text.includes('invalid price') ? 'tick-size'
    : text.includes('notional') || text.includes('minimum not met') || text.includes('costmin') ? 'min-notional'
    : 'invalid-order';
}

export const isNotFound = (error) => error instanceof OrderNotFound;

