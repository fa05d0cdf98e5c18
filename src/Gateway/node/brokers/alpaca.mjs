// An account at Alpaca (https://docs.alpaca.markets/reference), paper or live.
import { beforeWriting, VenueError } from './errors.mjs';
import { amount, compare, negate, optionalAmount, subtract } from './amounts.mjs';
import { connect, isVenuesWord, read, statusOf, translate } from './alpaca-transport.mjs';
import { Activities } from './alpaca-activities.mjs';
import { History } from './alpaca-history.mjs';
import { Instruments } from './alpaca-instruments.mjs';
import { listen } from './alpaca-updates.mjs';
import { list, moment, required } from './reading.mjs';

const pageSize = 500;

const statuses = {
  new: 'open', accepted: 'open', pending_new: 'open', accepted_for_bidding: 'open', partially_filled: 'open', pending_cancel: 'open',
  pending_replace: 'open', pending_review: 'open', stopped: 'open', suspended: 'open', calculated: 'open', held: 'open', done_for_day: 'open',
  filled: 'filled', canceled: 'cancelled', replaced: 'cancelled', expired: 'expired', rejected: 'rejected',
};

/** What the texts of Alpaca's refusals mean; the first that fits. */
const refusals = [
  [/client_order_id must be unique/i, 'duplicate-client-id'],
  [/wash trade/i, 'wash-trade'],
  [/insufficient|buying power|available/i, 'insufficient-balance'],
  [/not found|not tradable|not active|invalid symbol/i, 'unknown-market'],
  [/cost basis|notional|minimal amount/i, 'min-notional'],
  [/sub-penny|limit_price/i, 'tick-size'],
  [/fraction|increment|decimal|qty/i, 'lot-size'],
  [/market (is )?closed|market hours/i, 'market-closed'],
];

export async function open({ id, credentials, endpoint, options, mode, ordersMoved }) {
  const paper = mode !== 'live';
  return new AlpacaAccount(connect({ credentials, endpoint, paper }), options, listen({ id, credentials, endpoint, paper, ordersMoved }));
}

class AlpacaAccount {
  #client;
  #instruments;
  #activities;
  #history;
  #updates;

  constructor(client, options, updates) {
    this.#client = client;
    this.#updates = updates;
    this.#instruments = new Instruments(client, options.crypto === true);
    this.#activities = new Activities(client, this.#instruments, (id) => this.#clientIdOf(id));
    this.#history = new History(client, this.#instruments, options.feed ?? 'iex');
  }

  /** Ids of the orders seen, by the venue's own: fills name only that. Oldest out first. */
  #clientIds = new Map();

  async health() {
    return null;
  }

  /** Alpaca has no query of a key's permissions: with crypto wallets enabled a trading key can withdraw. */
  async permissions() {
    const account = await this.#account();
    return { canTrade: !(account.trading_blocked || account.account_blocked || account.trade_suspended_by_user), canWithdraw: null };
  }

  async markets({ assets = null }) {
    const clock = await this.#clock();
    const held = await this.#positions();
    return this.#instruments.markets(assets, held, clock);
  }

  async balances() {
    const [account, positions, clock] = await Promise.all([this.#account(), this.#positions(), this.#clock()]);
    const cash = amount(account.cash, 'cash');
    // Open buys and what has not settled lower the power to buy without credit; a debit is all there is.
    const power = amount(account.non_marginable_buying_power, 'non_marginable_buying_power');
    const free = compare(power, cash) < 0 && compare(cash, '0') > 0 ? power : cash;
    const currency = required(account.currency, 'account.currency');
    return {
      at: clock.at,
      balances: [
        { asset: currency, free, locked: subtract(cash, free), unsettled: '0', isCurrency: true },
        ...positions.map(({ asset, quantity, available }) => ({ asset, free: available, locked: subtract(quantity, available), unsettled: '0', isCurrency: false })),
      ],
    };
  }

  quotes({ markets }) {
    return this.#history.quotes(markets);
  }

  bars(question) {
    return this.#history.bars(question);
  }

  async place({ order, deadline }) {
    const { symbol, isCrypto } = await beforeWriting(() => this.#instruments.of(order.market));
    const isWhole = !order.quantity.includes('.');
    const request = {
      symbol,
      qty: order.quantity,
      side: order.side,
      type: order.type,
      // Alpaca takes fractions of shares for the day only.
      timeInForce: order.timeInForce === 'immediateOrCancel' ? 'ioc' : isCrypto || isWhole ? 'gtc' : 'day',
      clientOrderId: order.clientOrderId,
      ...(order.limitPrice === null ? {} : { limitPrice: order.limitPrice }),
    };
    let reply;
    try {
      reply = await read(this.#client.trading.orders.postOrderRaw({ postOrderRequest: request }, { deadline }));
    } catch (error) {
      return this.#refusal(translate(error));
    }
    return { outcome: 'acknowledged', order: await this.#order(reply) };
  }

  async cancel({ clientOrderId }) {
    const order = await this.#byClientId(clientOrderId);
    if (order === null) return { outcome: 'notFound' };
    // A cancel is repeatable: of an order that is cancelled it is no news.
    if (statuses[order.status] === 'cancelled' || order.status === 'pending_cancel') return { outcome: 'accepted' };
    try {
      await this.#client.trading.orders.deleteOrderByOrderIDRaw({ orderId: order.id });
      return { outcome: 'accepted' };
    } catch (raw) {
      const error = translate(raw);
      if (statusOf(error) === 404 && (await isVenuesWord(error))) return { outcome: 'notFound' };
      if (statusOf(error) === 422 && (await isVenuesWord(error))) return { outcome: 'refused' };
      return { outcome: 'ambiguous' };
    }
  }

  async find({ clientOrderId }) {
    const order = await this.#byClientId(clientOrderId);
    return order === null ? null : this.#order(order);
  }

  openOrders() {
    return this.#orders('open', null);
  }

  closedOrders({ since }) {
    return this.#orders('closed', since);
  }

  fills(question) {
    return this.#activities.fills(question);
  }

  transfers(question) {
    return this.#activities.transfers(question);
  }

  async close() {
    this.#updates.disconnect();
  }

  #account() {
    return read(this.#client.trading.account.getAccountRaw());
  }

  /** Alpaca's clock knows its calendar: holidays and early closes are in the times it names. */
  async #clock() {
    const clock = await read(this.#client.trading.clock.legacyClockRaw());
    return { at: moment(clock.timestamp, 'clock.timestamp'), isOpen: required(clock.is_open, 'clock.is_open'), nextOpen: moment(clock.next_open, 'clock.next_open'), nextClose: moment(clock.next_close, 'clock.next_close') };
  }

  async #positions() {
    const positions = list(await read(this.#client.trading.positions.getAllOpenPositionsRaw()), 'positions');
    return positions.map((position) => ({
      asset: this.#instruments.assetOf(required(position.symbol, 'position.symbol'), required(position.asset_class, 'position.asset_class')),
      isCrypto: position.asset_class === 'crypto',
      quantity: position.side === 'short' ? negate(magnitude(position.qty)) : amount(position.qty, 'position.qty'),
      available: position.side === 'short' ? negate(magnitude(position.qty)) : amount(position.qty_available ?? position.qty, 'position.qty_available'),
    }));
  }

  async #byClientId(clientOrderId) {
    try {
      return await read(this.#client.trading.orders.getOrderByClientOrderIdRaw({ clientOrderId }));
    } catch (error) {
      // Only the venue's own "not found" says that it has no such order; any other 404 says that something else answered.
      if (statusOf(error) === 404 && (await isVenuesWord(error))) return null;
      throw error;
    }
  }

  async #clientIdOf(orderId) {
    if (!this.#clientIds.has(orderId)) await this.#order(await read(this.#client.trading.orders.getOrderByOrderIDRaw({ orderId })));
    return this.#clientIds.get(orderId);
  }

  /** Every order of a status. Pages begin after a time of submission; one is stepped back to where it is certain that none is left out. */
  async #orders(status, since) {
    const found = new Map();
    for (let after = since ?? undefined; ; ) {
      const page = list(
        await read(this.#client.trading.orders.getAllOrdersRaw({ status, limit: pageSize, direction: 'asc', nested: false, ...(after === undefined ? {} : { after }) })),
        'orders',
      );
      for (const order of page) found.set(required(order.id, 'order.id'), order);
      if (page.length < pageSize) break;
      const last = page.at(-1).submitted_at;
      const before = page.findLast((order) => order.submitted_at < last)?.submitted_at;
      if (before === undefined || before === after) throw new VenueError('malformed', `${pageSize} orders have one time of submission: the list cannot be read to its end`);
      after = before;
    }
    return Promise.all([...found.values()].filter((order) => order.qty !== null || order.filled_qty !== '0').map((order) => this.#order(order)));
  }

  async #order(order) {
    const id = required(order.id, 'order.id');
    const status = statuses[order.status];
    if (status === undefined) throw new VenueError('malformed', `order ${id} has the unknown status "${order.status}"`);
    this.#remember(id, order.client_order_id ?? null);
    return {
      venueOrderId: id,
      clientOrderId: order.client_order_id ?? null,
      market: this.#instruments.marketOf(required(order.symbol, 'order.symbol'), required(order.asset_class, 'order.asset_class')),
      side: required(order.side, 'order.side').startsWith('buy') ? 'buy' : 'sell',
      type: order.limit_price === null || order.limit_price === undefined ? 'market' : 'limit',
      // An order of a sum of money, which others may have placed, has no quantity until it is filled.
      quantity: amount(order.qty ?? order.filled_qty, 'order.qty'),
      limitPrice: optionalAmount(order.limit_price, 'order.limit_price'),
      filledQuantity: amount(order.filled_qty, 'order.filled_qty'),
      status,
      reason: status === 'rejected' ? order.reject_reason ?? 'rejected by Alpaca' : null,
      at: moment(order.updated_at ?? order.submitted_at, 'order.updated_at'),
    };
  }

  #remember(orderId, clientOrderId) {
    this.#clientIds.delete(orderId);
    this.#clientIds.set(orderId, clientOrderId);
    if (this.#clientIds.size > 20_000) this.#clientIds.delete(this.#clientIds.keys().next().value);
  }

  /** A refusal is proof only in the venue's own words; 408 and 5xx may have been a success. */
  async #refusal(error) {
    const status = statusOf(error);
    if (status === 429) return { outcome: 'rejected', code: 'rate-limited', reason: error.message };
    if (status >= 400 && status < 500 && status !== 408 && (await isVenuesWord(error))) {
      const code = status === 401 ? 'unauthorised' : refusals.find(([text]) => text.test(error.message))?.[1] ?? 'invalid-order';
      return { outcome: 'rejected', code, reason: error.message };
    }
    return { outcome: error.written === false ? 'notSent' : 'ambiguous', reason: error.message };
  }
}

const magnitude = (quantity) => amount(quantity, 'position.qty').replace(/^-/, '');
