// One connection to TWS or IB Gateway through @stoqey/ib, made when it is needed and again after it was lost: the gateway restarts every night.
import ib from '@stoqey/ib';
import { VenueError } from './errors.mjs';
import { endWithHost, uptimeMilliseconds } from './deadline.mjs';

const { EventName, IBApi } = ib;
export { EventName };

const connectMilliseconds = 5_000;
const queryMilliseconds = 15_000;
const pauseAfterFailureMilliseconds = 1_000;
const placeOrderMessage = 3;

/** Codes that tell something without ending what they were sent about (https://interactivebrokers.github.io/tws-api/message_codes.html). */
const isWarning = (code) => code === 399 || code === 10167 || code === 10349 || (code >= 2100 && code < 2200);

/** The farms of Interactive Brokers cannot be reached from the gateway, which itself still answers. */
const [linkLost, linkBackDataLost, linkBack] = [1100, 1101, 1102];

export class Session {
  #settings;
  #api = null;
  #opening = null;
  #failedAt = -Infinity;
  #linkIsUp = true;
  #nextRequestId = 1_000_000_000;
  #nextOrderId = 0;
  #turns = new Map();
  #writes = new Map();
  #onConnected;

  /** @param onConnected called with every new connection, whose subscriptions are gone. */
  constructor(settings, onConnected) {
    this.#settings = settings;
    this.#onConnected = onConnected;
  }

  accounts = [];

  nextOrderId() {
    return this.#nextOrderId++;
  }

  /** The connection; made anew where there is none. */
  async ready() {
    if (this.#api === null) {
      if (this.#opening === null) {
        const wait = this.#failedAt + pauseAfterFailureMilliseconds - performance.now();
        if (wait > 0) throw new VenueError('unavailable', 'TWS could not be reached a moment ago', { retryAfterMs: Math.ceil(wait), written: false });
        this.#opening = this.#connect().finally(() => (this.#opening = null));
      }
      await this.#opening;
    }
    if (!this.#linkIsUp) throw new VenueError('unavailable', 'TWS has lost its connection to Interactive Brokers (1100)', { written: false });
    return this.#api;
  }

  /** Asks by a request id of its own; errors with that id are its failure. */
  async request(start, handlers) {
    const api = await this.ready();
    const id = this.#nextRequestId++;
    const own = Object.fromEntries(
      Object.entries(handlers).map(([event, handle]) => [event, (done, fail, reqId, ...rest) => (reqId === id ? handle(done, fail, ...rest) : undefined)]),
    );
    return this.#listen(api, () => start(api, id), own, (code, reqId) => reqId === id && !isWarning(code));
  }

  /** Asks what has no request id, one after the other of a kind, since answers could not be told apart. */
  async inTurn(kind, start, handlers) {
    const before = this.#turns.get(kind) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(async () => {
      const api = await this.ready();
      return this.#listen(api, () => start(api), handlers, () => false);
    });
    this.#turns.set(kind, turn);
    return turn;
  }

  /**
   * Places an order: it is written only if its deadline has not passed at the write itself, after whatever queue it waited in. `written` tells
   * whether it was.
   */
  async place(api, orderId, contract, order, deadline, handlers) {
    const write = { deadline, written: false };
    this.#writes.set(orderId, write);
    try {
      return await this.#listen(api, () => api.placeOrder(orderId, contract, order), handlers, () => false, Math.max(0, deadline - uptimeMilliseconds()));
    } catch (error) {
      throw new VenueError('unavailable', error.message, { written: write.written ? null : false, cause: error });
    } finally {
      this.#writes.delete(orderId);
    }
  }

  /** Listens to what concerns one order. */
  about(api, start, handlers) {
    return this.#listen(api, start, handlers, () => false);
  }

  close() {
    this.#api?.disconnect();
    this.#api = null;
  }

  async #connect() {
    const api = new IBApi({ ...this.#settings, maxReqPerSec: 45 });
    this.#guardWrites(api);
    try {
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new VenueError('unavailable', 'TWS did not answer the handshake', { written: false })), connectMilliseconds);
        let [hasId, hasAccounts] = [false, false];
        const done = () => {
          if (hasId && hasAccounts) {
            clearTimeout(timer);
            resolve();
          }
        };
        api.on(EventName.nextValidId, (id) => {
          this.#nextOrderId = Math.max(this.#nextOrderId, id);
          hasId = true;
          done();
        });
        api.on(EventName.managedAccounts, (accounts) => {
          this.accounts = accounts.split(',').filter((name) => name.length > 0);
          hasAccounts = true;
          done();
        });
        api.on(EventName.info, (message, code) => this.#onInfo(code));
        api.on(EventName.error, (error, code, reqId) => {
          if (reqId === -1 || reqId === undefined) this.#onInfo(code);
          if (isWarning(code) || hasId) return;
          clearTimeout(timer);
          reject(new VenueError('unavailable', `TWS: ${code}: ${error.message}`, { written: false }));
        });
        api.on(EventName.disconnected, () => {
          if (this.#api === api) this.#api = null;
          clearTimeout(timer);
          reject(new VenueError('unavailable', 'TWS closed the connection', { written: false }));
        });
        api.connect();
      });
    } catch (error) {
      this.#failedAt = performance.now();
      api.disconnect();
      throw error;
    }
    this.#api = api;
    this.#linkIsUp = true;
    this.#onConnected(api);
  }

  #onInfo(code) {
    if (code === linkLost) this.#linkIsUp = false;
    if (code === linkBack || code === linkBackDataLost) this.#linkIsUp = true;
    if (code === linkBackDataLost && this.#api !== null) this.#onConnected(this.#api);
  }

  /** The library has a queue of its own between the call and the socket; what is too late there is not written. */
  #guardWrites(api) {
    const socket = api.controller.socket;
    const send = socket.send.bind(socket);
    socket.send = (tokens) => {
      endWithHost();
      const [message, orderId] = tokens.flat(Infinity);
      const write = message === placeOrderMessage ? this.#writes.get(orderId) : undefined;
      if (message === placeOrderMessage && (write === undefined || uptimeMilliseconds() >= write.deadline)) return;
      if (write !== undefined) write.written = true;
      send(tokens);
    };
  }

  #listen(api, start, handlers, isFailure, milliseconds = queryMilliseconds) {
    return new Promise((resolve, reject) => {
      const listeners = [];
      const end = (settle) => (value) => {
        clearTimeout(timer);
        listeners.forEach(([event, listener]) => api.off(event, listener));
        settle(value);
      };
      const [done, fail] = [end(resolve), end(reject)];
      const timer = setTimeout(() => fail(new VenueError('unavailable', 'TWS did not answer in time')), milliseconds);
      const on = (event, listener) => {
        listeners.push([event, listener]);
        api.on(event, listener);
      };
      for (const [event, handle] of Object.entries(handlers)) {
        on(event, (...values) => {
          try {
            handle(done, fail, ...values);
          } catch (error) {
            fail(error);
          }
        });
      }
      on(EventName.error, (error, code, reqId) => {
        if (isFailure(code, reqId)) fail(new VenueError(kindOf(code), `TWS: ${code}: ${error.message}`, { cause: { code } }));
      });
      on(EventName.disconnected, () => fail(new VenueError('unavailable', 'the connection to TWS has ended')));
      start();
    });
  }
}

/** Handlers that collect what comes until its end is told. */
export function collecting(each, end, make) {
  const found = [];
  return {
    [each]: (done, fail, ...values) => found.push(make(...values)),
    [end]: (done) => done(found),
  };
}

export const codeOf = (error) => error?.cause?.code;

function kindOf(code) {
  if (code === 100 || code === 420) return 'rateLimited';
  if (code === 354 || code === 10089 || code === 10168 || code === 10187) return 'unauthorised';
  if (code === 200 || code === 321) return 'unsupported';
  return 'unavailable';
}
