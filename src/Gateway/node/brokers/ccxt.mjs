// Accounts at any exchange of ccxt (https://github.com/ccxt/ccxt, MIT): one instance an account; markets and rate are shared.
import { compare } from './amounts.mjs';
import { uptimeMilliseconds } from './deadline.mjs';
import { VenueError } from './errors.mjs';
import { habitsOf, loadExchange } from './ccxt/exchanges.mjs';
import { nextCursor, overlapMilliseconds, readCursor } from './ccxt/fill-cursor.mjs';
import { isNotFound, queryError, sendOutcome } from './ccxt/failures.mjs';
import { barsOf, quotesOf, rulesOf, symbolOf } from './ccxt/markets.mjs';
import { balancesOf, fillOf, ledgerTransferOf, orderOf, placedOrder, transferOf } from './ccxt/orders.mjs';
import { Transport, recorded, redirect } from './ccxt/transport.mjs';
import { everything } from './pages.mjs';

/** Loaded markets by exchange and address, shared by reference. */
const sharedMarkets = new Map();
const marketsAreFreshMilliseconds = 50 * 60_000;

const newMarketsAreAskedFromMilliseconds = 23 * 60 * 60_000;

export async function open({ venue, endpoint, credentials, options, mode }) {
  const name = venue.slice('ccxt:'.length);
  const Exchange = await loadExchange(name);
  const habits = habitsOf(name);
  const exchange = new Exchange({ ...credentials, timeout: 10_000, options: { ...habits.options, maxRetriesOnFailure: 0 } });
  exchange.number = String;
  exchange.has = { ...exchange.has, fetchCurrencies: false };
  // A test venue at an endpoint of its own needs no sandbox of the exchange's makers.
  if (mode === 'sandbox' && !(endpoint !== null && options.endpointIsSandbox === true)) enterSandbox(exchange);
  if (endpoint !== null) exchange.urls.api = redirect(exchange.urls.api, endpoint);
  const requestsPerSecond = options.requestsPerSecond === undefined ? null : Number(options.requestsPerSecond);
  const transport = await Transport.under(exchange, { endpoint, habits, requestsPerSecond });
  return new CcxtAccount(exchange, habits, transport, `${name} ${mode} ${endpoint ?? ''}`, mode);
}

/** Some exchanges have no sandbox and say so; kraken's is an empty address, to which every request would be an unclear failure. */
function enterSandbox(exchange) {
  try {
    exchange.setSandboxMode(true);
  } catch (error) {
    throw new VenueError('unsupported', `${exchange.id} has no sandbox`, { cause: error });
  }
  const addresses = typeof exchange.urls.api === 'string' ? [exchange.urls.api] : Object.values(exchange.urls.api ?? {});
  if (addresses.length === 0 || addresses.every((address) => !address)) throw new VenueError('unsupported', `${exchange.id} has no sandbox`);
}

class CcxtAccount {
  /** Markets with own trades, as far as asked about: some exchanges tell fills only market by market. */
  #watched = new Set();

  constructor(exchange, habits, transport, sharing, mode) {
    Object.assign(this, { exchange, habits, transport, sharing, mode });
  }

  async permissions() {
    if (this.habits.permissions === null || this.habits.permissions === undefined) return { canTrade: null, canWithdraw: null };
    return this.#ask(() => this.habits.permissions(this.exchange));
  }

  async markets() {
    await this.#loadMarkets({ fresh: true });
    return Object.values(this.exchange.markets).map((market) => rulesOf(this.exchange, market)).filter((rules) => rules !== null);
  }

  async balances() {
    await this.#loadMarkets();
    const askedAt = Date.now();
    const reply = await this.#ask(() => this.exchange.fetchBalance());
    return { at: this.#venueTime((askedAt + Date.now()) / 2), balances: balancesOf(reply) };
  }

  async quotes({ markets }) {
    await this.#loadMarkets();
    const symbols = markets.map(symbolOf);
    this.#watch(symbols);
    const askedAt = Date.now();
    return this.#ask(() => quotesOf(this.exchange, symbols, this.#venueTime(askedAt)));
  }

  async bars({ market, frame, since }) {
    await this.#loadMarkets();
    return this.#ask(() => barsOf(this.exchange, market, frame, since));
  }

  async place({ order, deadline }) {
    const symbol = symbolOf(order.market);
    if (!this.#marketsAreLoaded()) {
      try {
        await this.#loadMarkets();
      } catch (error) {
        return { outcome: 'notSent', reason: error.message };
      }
    }
    if (this.exchange.markets[symbol] === undefined) return { outcome: 'rejected', code: 'unknown-market', reason: `${this.exchange.id} has no market ${symbol}` };
    this.#watch([symbol]);
    const problem = this.#rounded(order, symbol);
    if (problem !== null) return { outcome: 'rejected', code: problem, reason: 'the exchange would round the order' };
    const parameters = {
      ...this.habits.create(order.clientOrderId),
      ...(order.timeInForce === 'immediateOrCancel' ? { timeInForce: 'IOC' } : {}),
      ...this.habits.orderParameters(order, deadline - uptimeMilliseconds()),
    };
    const { call, result, error } = await recorded(
      () => this.exchange.createOrder(symbol, order.type, order.side, order.quantity, order.limitPrice ?? undefined, parameters),
      { deadline, isOrder: true },
    );
    if (error !== undefined) return sendOutcome(error, call, this.habits);
    try {
      return { outcome: 'acknowledged', order: placedOrder(order, result, this.#venueTime(Date.now())) };
    } catch (unreadable) {
      return { outcome: 'ambiguous', reason: unreadable.message };
    }
  }

  /** ccxt rounds to the market's steps by itself; the host has done so exactly, and nothing else may be sent. */
  #rounded(order, symbol) {
    try {
      if (compare(this.exchange.amountToPrecision(symbol, order.quantity), order.quantity) !== 0) return 'lot-size';
    } catch {
      // It would round to nothing, which ccxt says by an error.
      return 'lot-size';
    }
    return order.limitPrice !== null && compare(this.exchange.priceToPrecision(symbol, order.limitPrice), order.limitPrice) !== 0 ? 'tick-size' : null;
  }

  async cancel({ clientOrderId, market }) {
    const symbol = symbolOf(market);
    await this.#loadMarkets();
    this.#watch([symbol]);
    if (this.habits.cancel !== null) return this.#cancel(undefined, symbol, this.habits.cancel(clientOrderId));
    const found = await this.find({ clientOrderId, market });
    if (found === null) return { outcome: 'notFound' };
    return found.status === 'open' ? this.#cancel(found.venueOrderId, symbol, {}) : { outcome: 'refused' };
  }

  async #cancel(id, symbol, parameters) {
    const { call, error } = await recorded(() => this.exchange.cancelOrder(id, symbol, parameters), { isOrder: true });
    if (error === undefined) return { outcome: 'accepted' };
    if (isNotFound(error)) return { outcome: 'notFound' };
    const { outcome } = sendOutcome(error, { ...call, written: true }, this.habits);
    if (outcome === 'rejected' && call.status !== 429 && call.status !== 418) return { outcome: 'refused' };
    throw queryError(error, call);
  }

  async find({ clientOrderId, market }) {
    await this.#loadMarkets();
    const symbol = symbolOf(market);
    if (this.exchange.markets[symbol] === undefined) return null;
    this.#watch([symbol]);
    const orders = this.habits.find === null ? await this.#search(clientOrderId, symbol) : await this.#findDirectly(clientOrderId, symbol);
    const order = orders.find((candidate) => candidate.clientOrderId === clientOrderId);
    return order === undefined ? null : orderOf(this.exchange, order);
  }

  async #findDirectly(clientOrderId, symbol) {
    const { call, result, error } = await recorded(() => this.habits.find(this.exchange, clientOrderId, symbol));
    if (error === undefined) return result;
    if (isNotFound(error)) return [];
    throw queryError(error, call);
  }

  async #search(clientOrderId, symbol) {
    const open = await this.#ask(() => this.exchange.fetchOpenOrders(symbol));
    if (open.some((order) => order.clientOrderId === clientOrderId)) return open;
    return this.#closed([symbol], Date.now() - 24 * 60 * 60_000);
  }

  async openOrders() {
    await this.#loadMarkets();
    const needsSymbol = this.exchange.features?.spot?.fetchOpenOrders?.symbolRequired === true;
    const orders = await this.#ask(async () => {
      const pages = needsSymbol ? await this.#each((symbol) => this.exchange.fetchOpenOrders(symbol)) : [await this.exchange.fetchOpenOrders()];
      return pages.flat();
    });
    return orders.map((order) => orderOf(this.exchange, order)).filter((order) => order !== null);
  }

  async closedOrders({ since }) {
    await this.#loadMarkets();
    const start = Date.parse(since);
    const orders = await this.#closed(this.#symbolsFor(this.exchange.has.fetchClosedOrders === true ? 'fetchClosedOrders' : 'fetchOrders'), start - overlapMilliseconds);
    return orders.map((order) => orderOf(this.exchange, order)).filter((order) => order !== null && order.status !== 'open' && Date.parse(order.at) >= start);
  }

  #closed(symbols, since) {
    const { has } = this.exchange;
    const lists = has.fetchCanceledAndClosedOrders === true ? ['fetchCanceledAndClosedOrders']
      : has.fetchClosedOrders === true ? ['fetchClosedOrders', ...(has.fetchCanceledOrders === true ? ['fetchCanceledOrders'] : [])]
      : has.fetchOrders ? ['fetchOrders'] : null;
    if (lists === null) throw new VenueError('unsupported', `${this.exchange.id} has no list of closed orders`);
    return this.#history('closedOrders', lists, symbols, since);
  }

  /** A market new to the cursor is asked about from a day before: a process that has ended may have known it. */
  async fills({ cursor, since }) {
    await this.#loadMarkets();
    const until = Date.now();
    const { at: from, markets } = cursor === null ? { at: Date.parse(since), markets: [] } : readCursor(cursor);
    this.#watch(markets);
    const symbols = this.#symbolsFor('fetchMyTrades');
    const isNew = (symbol) => symbol !== undefined && cursor !== null && !markets.includes(symbol);
    const trades = [
      ...await this.#history('fills', ['fetchMyTrades'], symbols.filter((symbol) => !isNew(symbol)), from),
      ...await this.#history('fills', ['fetchMyTrades'], symbols.filter(isNew), Math.max(Date.parse(since), from - newMarketsAreAskedFromMilliseconds)),
    ];
    const fills = trades.map((trade) => fillOf(this.exchange, trade)).filter((fill) => fill !== null);
    fills.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.tradeId < b.tradeId ? -1 : 1));
    return { fills, cursor: nextCursor(cursor, from, symbols.filter((symbol) => symbol !== undefined), fills, until) };
  }

  async transfers({ since }) {
    if (this.mode === 'sandbox' && !this.habits.sandboxTransfers) throw new VenueError('unsupported', `${this.exchange.id} has no wallet in its sandbox`);
    await this.#loadMarkets();
    const start = Date.parse(since);
    const ledger = this.habits.transfers === 'ledger';
    const { has } = this.exchange;
    const lists = ledger ? ['fetchLedger'] : has.fetchDepositsWithdrawals === true ? ['fetchDepositsWithdrawals'] : ['fetchDeposits', 'fetchWithdrawals'];
    if (lists.some((list) => !has[list])) throw new VenueError('unsupported', `${this.exchange.id} does not tell deposits and withdrawals`);
    const entries = await this.#history('transfers', lists, [undefined], start);
    return entries.map(ledger ? ledgerTransferOf : transferOf).filter((transfer) => transfer !== null && Date.parse(transfer.at) >= start);
  }

  async health() {
    return { clockOffsetMilliseconds: this.transport.clockOffset };
  }

  async close() {
    await this.exchange.close?.();
  }

  /** A history that lacks nothing, from the library's pages. */
  async #history(kind, lists, symbols, since) {
    const { pages, windows, offsets } = this.habits;
    const found = [];
    for (const list of lists) {
      const limit = pages[kind] ?? this.exchange.features?.spot?.[list]?.limit ?? 50;
      for (const symbol of symbols) {
        found.push(...await this.#ask(() => everything(
          (start, end, offset) => this.exchange[list](symbol, start, limit, { until: end, ...(offset > 0 ? { [offsets]: offset } : {}) }),
          since, Date.now() + 1000, { pageSize: limit, longest: windows[kind], hasOffsets: offsets !== null, idOf: (entry) => `${entry.symbol ?? entry.currency} ${entry.id}` },
        )));
      }
    }
    return found;
  }

  /** Without its market some exchanges tell nothing: then every market this account was asked about. */
  #symbolsFor(list) {
    const isRequired = this.exchange.features?.spot?.[list]?.symbolRequired === true;
    return isRequired ? [...this.#watched].sort() : [undefined];
  }

  #each(fetch) {
    return Promise.all([...this.#watched].sort().map(fetch));
  }

  #watch(symbols) {
    for (const symbol of symbols) if (this.exchange.markets[symbol] !== undefined) this.#watched.add(symbol);
  }

  #marketsAreLoaded() {
    return this.exchange.markets !== undefined && Object.keys(this.exchange.markets).length > 0;
  }

  /** Loaded once for all accounts of the exchange at this address; `fresh` loads again what is old. */
  async #loadMarkets({ fresh = false } = {}) {
    let shared = sharedMarkets.get(this.sharing);
    if (shared === undefined || (fresh && Date.now() - shared.at > marketsAreFreshMilliseconds)) {
      shared = { at: Date.now(), loading: this.#ask(() => this.exchange.loadMarkets(true)) };
      sharedMarkets.set(this.sharing, shared);
      shared.loading.then(
        () => { shared.source = this.exchange; },
        () => sharedMarkets.delete(this.sharing),
      );
    }
    await shared.loading;
    if (shared.source !== undefined && this.exchange.markets !== shared.source.markets) this.exchange.setMarketsFromExchange(shared.source);
  }

  #venueTime(milliseconds) {
    return new Date(milliseconds + this.transport.clockOffset).toISOString();
  }

  async #ask(work) {
    const { call, result, error } = await recorded(work);
    if (error !== undefined) throw queryError(error, call);
    return result;
  }
}
