// An account at Interactive Brokers, through TWS or IB Gateway (https://interactivebrokers.github.io/tws-api). The client id of an order is its
// orderRef; TWS cannot be asked for one, so orders are found among the open and the completed.
import { beforeWriting, VenueError } from './errors.mjs';
import { amount, compare } from './amounts.mjs';
import { collecting, EventName, Session } from './ibkr-session.mjs';
import { Contracts } from './ibkr-contracts.mjs';
import { Executions } from './ibkr-executions.mjs';
import { MarketData } from './ibkr-data.mjs';
import { iso } from './reading.mjs';

const statuses = {
  PendingSubmit: 'open', PendingCancel: 'open', PreSubmitted: 'open', Submitted: 'open', ApiPending: 'open', Inactive: 'open', Unknown: 'open',
  ApiCancelled: 'cancelled', Cancelled: 'cancelled', Filled: 'filled',
};

/** Errors that are the refusal of a new order. Any other code about it decides nothing. */
const refusals = new Map([
  [103, 'duplicate-order-id'], [104, 'invalid-order'], [105, 'invalid-order'], [106, 'invalid-order'], [107, 'invalid-order'], [109, 'price-range'],
  [110, 'tick-size'], [111, 'invalid-order'], [113, 'invalid-order'], [116, 'invalid-order'], [117, 'invalid-order'], [118, 'invalid-order'],
  [132, 'invalid-order'], [133, 'invalid-order'], [134, 'invalid-order'], [136, 'invalid-order'], [144, 'invalid-order'], [152, 'invalid-order'],
  [200, 'unknown-market'], [201, 'rejected'], [203, 'not-permitted'], [320, 'invalid-order'], [321, 'invalid-order'], [382, 'invalid-order'],
  [383, 'quantity'], [387, 'invalid-order'], [388, 'quantity'], [391, 'invalid-order'], [392, 'invalid-order'], [434, 'quantity'], [436, 'invalid-order'],
  [10052, 'invalid-order'], [10243, 'lot-size'], [10244, 'invalid-order'], [10318, 'lot-size'],
]);

/** What the text of a 201 means; the first that fits. */
const reasons = [
  [/insufficient|available funds|margin|equity with loan|cash needed/i, 'insufficient-balance'],
  [/minimum (order )?size|below the minimum/i, 'quantity'],
  [/fraction|increment/i, 'lot-size'],
  [/price/i, 'tick-size'],
  [/closed|outside.*hours/i, 'market-closed'],
];

export async function open({ endpoint, options, mode }) {
  const [host, port] = (endpoint ?? '127.0.0.1:4002').replace(/^tcp:\/\//, '').split(/:(?=\d+$)/);
  return new IbkrAccount({ host, port: Number(port), clientId: Number(options.clientId ?? 7) }, options, mode === 'live');
}

class IbkrAccount {
  #session;
  #options;
  #isLive;
  #contracts;
  #executions;
  #data;

  constructor(settings, options, isLive) {
    this.#session = new Session(settings, (api) => this.#data.connected(api));
    this.#options = options;
    this.#isLive = isLive;
    this.#contracts = new Contracts(this.#session, options);
    this.#executions = new Executions(this.#session, this.#contracts);
    this.#data = new MarketData(this.#session, this.#contracts, options.marketData === 'delayed');
  }

  async health() {
    return null;
  }

  /** Nothing can be withdrawn over the socket. Whether it is read-only shows when an order is refused. */
  async permissions() {
    return { canTrade: null, canWithdraw: false };
  }

  async markets({ assets = null }) {
    const [positions, cash] = [await this.#positions(), await this.#cash()];
    if (assets === null && this.#options.contracts === undefined) {
      throw new VenueError('unsupported', 'Interactive Brokers has no list of all there is to trade; give the account "assets"');
    }
    const wanted = [...(assets ?? []), ...Object.keys(this.#options.contracts ?? {}), ...positions.filter((held) => held.isStock).map((held) => held.asset)];
    return this.#contracts.markets([...new Set(wanted)], [...cash.keys()]);
  }

  async balances() {
    const [positions, cash, at] = [await this.#positions(), await this.#cash(), await this.#time()];
    return {
      at,
      balances: [
        ...[...cash].map(([asset, free]) => ({ asset, free, locked: '0', unsettled: '0', isCurrency: true })),
        ...positions.map(({ asset, quantity }) => ({ asset, free: quantity, locked: '0', unsettled: '0', isCurrency: false })),
      ],
    };
  }

  quotes({ markets }) {
    return this.#data.quotes(markets);
  }

  bars(question) {
    return this.#data.bars(question);
  }

  async place({ order, deadline }) {
    const [contract, account, api] = await beforeWriting(async () => [await this.#contracts.of(order.market), await this.#account(), await this.#session.ready()]);
    // Paper accounts begin with D; with another, the gateway is logged in to real money.
    if (!this.#isLive && !account.startsWith('D')) {
      return { outcome: 'notSent', reason: `${account} is a live account and the portfolio's mode is paper: log the gateway in to paper trading, or set "mode": "live"` };
    }
    const orderId = this.#session.nextOrderId();
    const request = {
      action: order.side === 'buy' ? 'BUY' : 'SELL',
      totalQuantity: order.quantity,
      orderType: order.type === 'market' ? 'MKT' : 'LMT',
      ...(order.limitPrice === null ? {} : { lmtPrice: order.limitPrice }),
      tif: 'DAY',
      account,
      orderRef: order.clientOrderId,
      transmit: true,
      outsideRth: false,
    };
    const told = { permId: 0, status: null };
    const acknowledge = (done) => {
      if (told.permId !== 0 && told.status !== null && told.status !== 'PendingSubmit' && told.status !== 'ApiPending' && told.status !== 'Inactive') done(null);
    };
    const refusal = await this.#session.place(api, orderId, contract, request, deadline, {
      [EventName.openOrder]: (done, fail, id, _, known, state) => {
        if (id !== orderId) return;
        Object.assign(told, { permId: known.permId || told.permId, status: state.status });
        acknowledge(done);
      },
      [EventName.orderStatus]: (done, fail, id, status, filled, remaining, average, permId) => {
        if (id !== orderId) return;
        Object.assign(told, { permId: permId || told.permId, status });
        acknowledge(done);
      },
      [EventName.error]: (done, fail, error, code, id) => {
        if (id === orderId && refusals.has(code)) done({ code, message: error.message });
      },
    });
    if (refusal !== null) {
      const code = refusal.code === 201 ? reasons.find(([text]) => text.test(refusal.message))?.[1] ?? 'rejected' : refusals.get(refusal.code);
      return { outcome: 'rejected', code, reason: `TWS: ${refusal.code}: ${refusal.message}` };
    }
    return {
      outcome: 'acknowledged',
      order: {
        venueOrderId: String(told.permId), clientOrderId: order.clientOrderId, market: order.market, side: order.side, type: order.type, quantity: order.quantity,
        limitPrice: order.limitPrice, filledQuantity: '0', status: statuses[told.status] === 'filled' ? 'open' : statuses[told.status] ?? 'open', reason: null, at: now(),
      },
    };
  }

  async cancel({ clientOrderId }) {
    const known = (await this.#readOpen()).find((order) => order.clientOrderId === clientOrderId);
    if (known === undefined) {
      const ended = (await this.closedOrders({ since: null })).find((order) => order.clientOrderId === clientOrderId);
      return { outcome: ended === undefined ? 'notFound' : ended.status === 'cancelled' ? 'accepted' : 'refused' };
    }
    const api = await this.#session.ready();
    try {
      const outcome = await this.#session.about(api, () => api.cancelOrder(known.orderId, { manualOrderCancelTime: '' }), {
        [EventName.orderStatus]: (done, fail, id, status) => {
          if (id === known.orderId && (status === 'Cancelled' || status === 'PendingCancel' || status === 'ApiCancelled')) done('accepted');
        },
        [EventName.error]: (done, fail, error, code, id) => {
          if (id !== known.orderId) return;
          if (code === 202) done('accepted');
          if (code === 10147 || code === 135) done('notFound');
          if (code === 10148 || code === 161) done('refused');
        },
      });
      return { outcome };
    } catch {
      // No answer to a cancel decides nothing; it is repeated, or the order is asked about.
      return { outcome: 'ambiguous' };
    }
  }

  async openOrders() {
    return (await this.#readOpen()).map(({ orderId, ...order }) => order);
  }

  /** Those of the day, which is all that TWS keeps. */
  async closedOrders({ since }) {
    const account = await this.#account();
    const found = await this.#session.inTurn('completed', (api) => api.reqCompletedOrders(false), collecting(
      EventName.completedOrder, EventName.completedOrdersEnd, (contract, order, state) => ({ contract, order, state }),
    ));
    return found
      .filter(({ order }) => order.account === account)
      .map(({ contract, order, state }) => this.#order(contract, order, order.filledQuantity ?? 0, state.status, this.#contracts.moment(state.completedTime)))
      .filter((order) => since === null || Date.parse(order.at) >= Date.parse(since));
  }

  async fills({ since }) {
    return { fills: await this.#executions.fills(await this.#account(), since), cursor: null };
  }

  async close() {
    this.#session.close();
  }

  /** Of all clients of the account, this one's earlier runs and the owner's own hand included. */
  async #readOpen() {
    const account = await this.#account();
    const filled = new Map();
    const found = await this.#session.inTurn('open', (api) => api.reqAllOpenOrders(), {
      [EventName.orderStatus]: (done, fail, id, status, quantity, remaining, average, permId) => filled.set(permId, { quantity, status }),
      ...collecting(EventName.openOrder, EventName.openOrderEnd, (orderId, contract, order, state) => ({ orderId, contract, order, state })),
    });
    const latest = new Map(found.filter(({ order }) => order.account === account).map((entry) => [entry.order.permId, entry]));
    return [...latest.values()]
      .map(({ orderId, contract, order, state }) => ({
        orderId, ...this.#order(contract, order, filled.get(order.permId)?.quantity ?? 0, filled.get(order.permId)?.status ?? state.status, now()),
      }))
      .filter((order) => order.status === 'open');
  }

  #order(contract, order, filled, status, at) {
    const quantity = amount(order.totalQuantity, 'order.totalQuantity');
    const done = amount(filled, 'order.filled');
    const known = statuses[status];
    if (known === undefined) throw new VenueError('malformed', `order ${order.permId} has the unknown status "${status}"`);
    // A completed order tells its quantity as 0 and what was filled beside it.
    const total = compare(quantity, done) < 0 ? done : quantity;
    return {
      venueOrderId: String(order.permId),
      clientOrderId: order.orderRef || null,
      market: this.#contracts.marketOf(contract),
      side: order.action === 'BUY' ? 'buy' : 'sell',
      type: order.orderType === 'LMT' ? 'limit' : 'market',
      quantity: total,
      limitPrice: order.orderType === 'LMT' ? amount(order.lmtPrice, 'order.lmtPrice') : null,
      filledQuantity: done,
      status: known === 'cancelled' && compare(done, total) === 0 && compare(done, '0') > 0 ? 'filled' : known,
      reason: null,
      at,
    };
  }

  /** The account of the settings, or the only one of the login. */
  async #account() {
    await this.#session.ready();
    const { accounts } = this.#session;
    const wanted = this.#options.account ?? (accounts.length === 1 ? accounts[0] : null);
    if (wanted === null) throw new VenueError('unauthorised', `the login has several accounts (${accounts.join(', ')}); say which in options.account`);
    if (!accounts.includes(wanted)) throw new VenueError('unauthorised', `the login has no account ${wanted}, only ${accounts.join(', ')}`);
    return wanted;
  }

  async #positions() {
    const account = await this.#account();
    const found = await this.#session.inTurn('positions', (api) => api.reqPositions(), collecting(
      EventName.position, EventName.positionEnd, (owner, contract, quantity) => ({ owner, contract, quantity }),
    ));
    const held = found.filter(({ owner, quantity }) => owner === account && quantity !== 0);
    return held.map(({ contract, quantity }) => ({
      asset: this.#contracts.learn(contract), isStock: contract.secType === 'STK', quantity: amount(quantity, 'position'),
    }));
  }

  /** Cash by currency, of the ledger. */
  async #cash() {
    const account = await this.#account();
    const cash = new Map();
    let request = null;
    await this.#session.request((api, id) => {
      request = id;
      api.reqAccountSummary(id, 'All', '$LEDGER:ALL');
    }, {
      [EventName.accountSummary]: (done, fail, owner, tag, value, currency) => {
        if (owner === account && (tag === 'CashBalance' || tag === 'TotalCashBalance') && currency !== 'BASE') cash.set(currency, amount(value, `cash in ${currency}`));
      },
      [EventName.accountSummaryEnd]: (done) => done(null),
    });
    (await this.#session.ready()).cancelAccountSummary(request);
    if (cash.size === 0) throw new VenueError('malformed', `TWS told no cash of account ${account}`);
    return cash;
  }

  /** To the second, of which the middle is taken. */
  async #time() {
    const seconds = await this.#session.inTurn('time', (api) => api.reqCurrentTime(), { [EventName.currentTime]: (done, fail, time) => done(time) });
    const fraction = Date.now() % 1000;
    const whole = seconds * 1000;
    // A clock that agrees to the second is taken to agree: more it does not tell.
    return iso(Math.floor(Date.now() / 1000) * 1000 === whole ? whole + fraction : whole + 500);
  }
}

const now = () => iso(Date.now());
