// The one place where an exchange's requests leave: rate, deadline, endpoint and what is known about each request are kept here.
import { AsyncLocalStorage } from 'node:async_hooks';
import { atMost, uptimeMilliseconds, within } from '../deadline.mjs';
import { VenueError } from '../errors.mjs';
import { Throttle, Turns } from '../throttle.mjs';

const queryTimeoutMilliseconds = 10_000;

/** Errors of a connection that was never made: nothing can have been written. */
const unconnected = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What is known of the call under way, across every await inside the library. */
const calls = new AsyncLocalStorage();

/** Throttles by exchange, origin and lane. */
const throttles = new Map();

/**
 * Runs `work` with a record of what its requests came to: `sent`, a request that could change something was started; `written`, it may have
 * reached the wire; `status` and `retryAfterMs` of the last answer. A deadline makes it a placement: one such request at most.
 */
export async function recorded(work, { deadline = null, isOrder = false } = {}) {
  const call = { deadline, isOrder, sent: false, written: false, status: null, json: false, retryAfterMs: null, startedAt: Date.now() };
  try {
    return { call, result: await calls.run(call, work) };
  } catch (error) {
    return { call, error };
  }
}

/** Replaces scheme, host and port of every address, and keeps paths. */
export function redirect(urls, endpoint) {
  if (typeof urls === 'string') {
    const path = urls.replace(/^[a-z]+:\/\/[^/]+/i, '');
    return endpoint.replace(/\/$/, '') + path;
  }
  return Array.isArray(urls) || urls === null || typeof urls !== 'object'
    ? urls
    : Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, redirect(url, endpoint)]));
}

const isPublic = (api) => String(api).toLowerCase().includes('public');

/** Milliseconds, but never the same twice: two requests of one millisecond would be one to a venue that counts nonces. */
function increasing() {
  let last = 0;
  return () => (last = Math.max(last + 1, Date.now()));
}

/** Puts this transport under a ccxt exchange. */
export class Transport {
  /** Loads what the library sends its requests with, which would else be done by the first of them, past this. */
  static async under(exchange, options) {
    await exchange.loadFetchImplementation();
    if (exchange.undiciModule === undefined) throw new VenueError('unsupported', 'the npm package undici is not installed beside ccxt');
    return new Transport(exchange, options);
  }

  #turns = new Turns();

  /** Newest estimate of the exchange's clock minus ours, in milliseconds: the smallest that its answers' dates allow. */
  clockOffset = 0;

  constructor(exchange, { endpoint, habits, requestsPerSecond }) {
    this.exchange = exchange;
    this.habits = habits;
    this.origin = endpoint === null ? null : new URL(endpoint).origin;
    this.requestsPerSecond = requestsPerSecond;
    this.lastRequest = null;
    // The library's own way to send, which is twice as fast as fetch.
    const request = exchange.undiciRequest.bind(exchange);
    exchange.undiciRequest = (url, parameters) => this.#request(url, parameters, request);
    // In place of ccxt's own queue, which would let a placement wait behind a page of history.
    exchange.enableRateLimit = false;
    const send = exchange.fetch2.bind(exchange);
    exchange.fetch2 = async (path, api = 'public', method = 'GET', params = {}, headers = undefined, body = undefined, config = {}) => {
      const isOrder = calls.getStore()?.isOrder ?? false;
      await this.#throttleOf(api).wait(Number(exchange.calculateRateLimiterCost(api, method, path, params, config)), isOrder);
      const start = () => send(path, api, method, params, headers, body, config);
      return habits.oneAtATime && !isPublic(api) ? this.#turns.take(isOrder, start) : start();
    };
    if (habits.oneAtATime) exchange.nonce = increasing();
    if (habits.receiveWindow !== null || habits.deadlineHeaders !== null) this.#sendDeadline();
  }

  /** The venue's own window ends with the deadline: counted when the request is signed, which is after its wait for a turn. */
  #sendDeadline() {
    const { receiveWindow, deadlineHeaders } = this.habits;
    const sign = this.exchange.sign.bind(this.exchange);
    this.exchange.sign = (path, api, method, params, ...rest) => {
      const deadline = calls.getStore()?.deadline ?? null;
      if (deadline === null || method === 'GET') return sign(path, api, method, params, ...rest);
      const remaining = deadline - uptimeMilliseconds();
      const signed = sign(path, api, method, receiveWindow === null ? params : { ...params, ...receiveWindow(remaining) }, ...rest);
      return { ...signed, headers: { ...signed.headers, ...deadlineHeaders?.(remaining) } };
    };
  }

  #throttleOf(api) {
    const { id, rateLimit } = this.exchange;
    const lane = isPublic(api) ? 'public' : 'private';
    const key = `${id} ${this.origin ?? ''} ${this.habits.rates === null ? '' : lane}`;
    if (!throttles.has(key)) {
      const usual = { perSecond: 1000 / rateLimit, burst: Math.max(1, 1000 / rateLimit) };
      const rate = this.habits.rates?.[lane] ?? usual;
      throttles.set(key, new Throttle(this.requestsPerSecond === null ? rate : { perSecond: this.requestsPerSecond, burst: Math.max(rate.burst, this.requestsPerSecond) }));
    }
    return throttles.get(key);
  }

  async #request(url, parameters, request) {
    const call = calls.getStore() ?? null;
    // An answer never leads elsewhere, and neither does an address that was overlooked.
    if (this.origin !== null && new URL(url).origin !== this.origin) {
      throw new VenueError('unsupported', `a request to ${new URL(url).origin} was stopped: the account's endpoint is ${this.origin}`, { written: false });
    }
    const changes = call?.deadline !== null && call !== null && parameters.method !== 'GET';
    if (changes && call.sent) throw new VenueError('unavailable', 'a second request of one placement was stopped');
    const askedAt = Date.now();
    // In place of the library's signal, which knows no deadline.
    const start = async (signal) => {
      if (changes) Object.assign(call, { sent: true, written: true, status: null, json: false });
      const response = await request(url, { ...parameters, signal });
      const text = await response.text();
      this.#note(call, response, text, url, askedAt);
      return { ...response, text: () => Promise.resolve(text) };
    };
    try {
      return await (call !== null && call.deadline !== null ? within(call.deadline, start) : atMost(queryTimeoutMilliseconds, start));
    } catch (error) {
      if (changes && unconnected.has(error?.code)) call.written = false;
      // What broke on the way, as fetch would say it: of the sender's many errors the library knows some.
      throw typeof error?.code === 'string' && !(error instanceof VenueError) ? new TypeError('the request failed', { cause: error }) : error;
    }
  }

  #note(call, response, text, url, askedAt) {
    const json = parse(text);
    const seconds = Number(response.headers['retry-after']);
    if (call !== null) {
      Object.assign(call, { status: response.status, json: json !== undefined, retryAfterMs: seconds > 0 ? seconds * 1000 : null });
    }
    this.#noteClock(response.headers.date, askedAt);
    if (response.status >= 300 && response.status < 400) throw new VenueError('malformed', `the answer leads elsewhere (status ${response.status})`);
    if (response.status < 300 && (json === undefined || json === null || typeof json !== 'object' || this.habits.shape?.(new URL(url).pathname, json) === false)) {
      throw new VenueError('malformed', `the answer is not what ${new URL(url).pathname} answers: ${text.slice(0, 200)}`);
    }
  }

  /** A date has whole seconds, so the true time lies within one: only what is beyond it and the journey is counted as an offset. */
  #noteClock(date, askedAt) {
    const at = Date.parse(date ?? '');
    if (Number.isNaN(at)) return;
    const [low, high] = [at - Date.now(), at + 1000 - askedAt];
    this.clockOffset = low > 0 ? low : high < 0 ? high : 0;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
