// The registry: one adapter an account, opened by the host's first message about it, which alone carries its secrets.
import { VenueError } from './errors.mjs';
import { redactor } from './redact.mjs';

/** One module a venue; loaded when the first account needs it, since the libraries are large. */
const modules = {
  ccxt: () => import('./ccxt.mjs'),
  alpaca: () => import('./alpaca.mjs'),
  ibkr: () => import('./ibkr.mjs'),
  yahoo: () => import('./yahoo.mjs'),
};

const methods = new Set([
  'permissions', 'markets', 'balances', 'quotes', 'bars', 'place', 'cancel', 'find', 'openOrders', 'closedOrders', 'fills', 'transfers', 'health',
]);

/** Credentials that name an account and open nothing. They may be short, and taking "12345" out of a message would spoil it. */
const identifiers = new Set(['uid', 'login']);

export class Accounts {
  #adapters = new Map();
  #ordersMoved;

  /** @param ordersMoved called with an account whose venue says that something has become of an order; most venues never do. */
  constructor(ordersMoved) {
    this.#ordersMoved = ordersMoved;
  }

  get count() {
    return this.#adapters.size;
  }

  /** Opens the account anew: what an earlier opening left is closed first. */
  async open({ account, venue, endpoint, credentials, options, mode }) {
    for (const [name, secret] of Object.entries(credentials ?? {})) if (!identifiers.has(name)) redactor.add(secret);
    const load = modules[venue.split(':')[0]];
    if (load === undefined) throw new VenueError('unsupported', `"${venue}" is no venue of this process`);
    await this.close(account);
    const { open } = await load();
    const adapter = await open({ id: account, venue, endpoint: endpoint ?? null, credentials: credentials ?? {}, options: options ?? {}, mode, ordersMoved: () => this.#ordersMoved(account) });
    this.#adapters.set(account, adapter);
    return null;
  }

  async close(account) {
    const adapter = this.#adapters.get(account);
    this.#adapters.delete(account);
    await adapter?.close();
    return null;
  }

  async call(account, method, params) {
    const adapter = this.#adapters.get(account);
    if (adapter === undefined) throw new VenueError('unavailable', `account ${account} is not open`, { written: false });
    if (!methods.has(method) || adapter[method] === undefined) throw new VenueError('unsupported', `the venue of ${account} does not support ${method}`);
    return method === 'place' ? this.#place(adapter, params) : adapter[method](params);
  }

  /** A send has an outcome, whatever happens: only a sender that knows that nothing was written may say so. */
  async #place(adapter, params) {
    try {
      const { outcome, ...details } = await adapter.place(params);
      return { outcome, ...details, ...(details.reason === undefined ? {} : { reason: redactor.clean(details.reason) }) };
    } catch (error) {
      const reason = redactor.clean(String(error?.message ?? error));
      return error instanceof VenueError && error.written === false ? { outcome: 'notSent', reason } : { outcome: 'ambiguous', reason };
    }
  }
}
