// Where exchanges differ behind ccxt's one interface. What is not said here is what ccxt does by itself; how far that was tried against
// what is in docs/venues/ccxt.md. Client ids: `create` gives the parameters of an order, `find` asks for one directly; without `find` an
// order is looked for among the open and closed ones, which is no direct evidence.
import { VenueError } from '../errors.mjs';

const byParameter = (name) => async (exchange, id, symbol) => [await exchange.fetchOrder(undefined, symbol, { [name]: id })];

/** Open before closed: an order that ends between the two questions is in one of the answers. */
async function openThenClosed(exchange, id, symbol, parameters) {
  const open = await exchange.fetchOpenOrders(symbol, undefined, undefined, parameters);
  return open.length > 0 ? open : exchange.fetchClosedOrders(symbol, undefined, undefined, parameters);
}

const day = 24 * 60 * 60 * 1000;

const binance = {
  options: {
    // Spot alone: every other kind of market would be a further host to reach.
    fetchMarkets: { types: ['spot'] }, fetchMargins: false, fetchCurrencies: false, warnOnFetchOpenOrdersWithoutSymbol: false, recvWindow: 5000,
  },
  find: byParameter('clientOrderId'),
  cancel: (id) => ({ clientOrderId: id }),
  receiveWindow: (milliseconds) => ({ recvWindow: Math.max(1, Math.min(5000, milliseconds)) }),
  marketOrders: true,
  pages: { fills: 1000, closedOrders: 1000, transfers: 1000 },
  windows: { fills: day, closedOrders: day, transfers: 90 * day },
  // Deposits and withdrawals belong to the wallet, which the spot test network has not.
  sandboxTransfers: false,
  shape: (path, json) => {
    if (json?.code !== undefined && json?.msg !== undefined) return true;
    if (/\/(openOrders|allOrders|myTrades|klines|bookTicker|hisrec|history)$/.test(path)) return Array.isArray(json) || json?.symbol !== undefined;
    if (path.endsWith('/account')) return Array.isArray(json?.balances);
    if (path.endsWith('/exchangeInfo')) return Array.isArray(json?.symbols);
    return true;
  },
  permissions: async (exchange) => {
    const key = await exchange.sapiGetAccountApiRestrictions();
    return { canTrade: key.enableSpotAndMarginTrading ?? null, canWithdraw: key.enableWithdrawals ?? null };
  },
  // Execution is unknown after these, by Binance's own words.
  ambiguous: /"code":\s*-(1000|1001|1006|1007|1016)\b/,
};

const kraken = {
  find: (exchange, id, symbol) => openThenClosed(exchange, id, symbol, { clientOrderId: id }),
  cancel: (id) => ({ clientOrderId: id }),
  // The engine refuses an order that reaches it after this time; Kraken takes two to sixty seconds.
  orderParameters: (order, remaining) => ({
    ...(remaining >= 2000 ? { deadline: new Date(Date.now() + Math.min(remaining, 60_000)).toISOString() } : {}),
    ...(order.timeInForce === 'goodTilDate' ? { timeInForce: 'GTD', expiretm: String(Math.floor(Date.parse(order.goodTill) / 1000)) } : {}),
  }),
  goodTilDate: true,
  marketOrders: true,
  pages: { fills: 50, closedOrders: 50, transfers: 50 },
  // Kraken answers 200 to everything; what went wrong inside it proves nothing about the order.
  ambiguous: /EService:|EGeneral:(Internal error|Temporary)|EOrder:Deadline elapsed unknown/,
  offsets: 'ofs',
  transfers: 'ledger',
  // Kraken refuses a nonce below the last it has seen, so two requests must not overtake each other.
  oneAtATime: true,
  shape: (path, json) => Array.isArray(json?.error) && (json.error.length > 0 || (json.result !== null && typeof json.result === 'object')),
  // Public requests are counted apart from private ones, and these in units of a third of a request, of which fifteen may come at once.
  rates: { public: { perSecond: 1, burst: 5 }, private: { perSecond: 1, burst: 45 } },
  permissions: async (exchange) => {
    // There is no question about a key; this call needs the permission to withdraw, and changes nothing.
    try {
      await exchange.privatePostWithdrawMethods();
      return { canTrade: null, canWithdraw: true };
    } catch (error) {
      if (String(error?.message).includes('EGeneral:Permission denied')) return { canTrade: null, canWithdraw: false };
      throw error;
    }
  },
};

const coinbase = {
  // ccxt sends an id of its own unless it is given under the name the exchange uses.
  create: (id) => ({ client_order_id: id }),
  pages: { fills: 1000, closedOrders: 100, transfers: 100 },
  permissions: async (exchange) => {
    const key = await exchange.v3PrivateGetBrokerageKeyPermissions();
    return { canTrade: key.can_trade ?? null, canWithdraw: key.can_transfer ?? null };
  },
};

const bybit = {
  options: { createMarketBuyOrderRequiresPrice: false, enableUnifiedMargin: false, enableUnifiedAccount: true, recvWindow: 5000, fetchMarkets: { types: ['spot'] } },
  find: (exchange, id, symbol) => openThenClosed(exchange, id, symbol, { orderLinkId: id }),
  cancel: (id) => ({ orderLinkId: id }),
  // Time-outs and errors inside Bybit, after which the order may be there.
  ambiguous: /"retCode":\s*(10000|10016|170007|170146)\b/,
  pages: { fills: 100, closedOrders: 50, transfers: 50 },
  windows: { fills: 7 * day, closedOrders: 7 * day, transfers: 30 * day },
  permissions: async (exchange) => {
    const { result } = await exchange.privateGetV5UserQueryApi();
    if (!Array.isArray(result?.permissions?.Wallet)) return { canTrade: null, canWithdraw: null };
    return { canTrade: Array.isArray(result.permissions.Spot) ? result.permissions.Spot.length > 0 : null, canWithdraw: result.permissions.Wallet.includes('Withdraw') };
  },
};

const okx = {
  options: { fetchMarkets: { types: ['spot'] } },
  find: byParameter('clOrdId'),
  cancel: (id) => ({ clOrdId: id }),
  orderParameters: (order) => (order.type === 'market' ? { tgtCcy: 'base_ccy' } : {}),
  // A header, which the signature does not cover: https://www.okx.com/docs-v5/en/#overview-general-info (transaction timeouts).
  deadlineHeaders: (milliseconds) => ({ expTime: String(Date.now() + milliseconds) }),
  // A time-out inside OKX, which by its own words says neither that the request succeeded nor that it failed.
  ambiguous: /"s?[cC]ode":\s*"(50004|51149)"/,
  pages: { fills: 100, closedOrders: 100, transfers: 100 },
  permissions: async (exchange) => {
    const granted = (await exchange.privateGetAccountConfig()).data?.[0]?.perm?.split(',');
    return granted === undefined ? { canTrade: null, canWithdraw: null } : { canTrade: granted.includes('trade'), canWithdraw: granted.includes('withdraw') };
  },
};

const kucoin = { find: byParameter('clientOid'), cancel: (id) => ({ clientOid: id }), windows: { fills: 7 * day, closedOrders: 7 * day } };

const known = { binance, binanceus: { ...binance, permissions: undefined }, kraken, coinbase, bybit, okx, kucoin };

const usual = {
  options: {},
  create: (id) => ({ clientOrderId: id }),
  find: null,
  cancel: null,
  orderParameters: () => ({}),
  receiveWindow: null,
  deadlineHeaders: null,
  goodTilDate: false,
  marketOrders: false,
  pages: {},
  windows: {},
  offsets: null,
  transfers: 'lists',
  sandboxTransfers: true,
  shape: null,
  rates: null,
  oneAtATime: false,
  ambiguous: null,
  permissions: null,
};

export const habitsOf = (exchange) => ({ ...usual, ...known[exchange] });

export const namesOfKnown = Object.keys(known);

/** Loads the one exchange: the package's entry would load a hundred, at three times the memory. */
export async function loadExchange(name) {
  if (!/^[a-z0-9]+$/.test(name)) throw new VenueError('unsupported', `"${name}" is no exchange of ccxt`);
  try {
    return (await import(new URL(`../../node_modules/ccxt/js/src/${name}.js`, import.meta.url))).default;
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new VenueError('unsupported', `"${name}" is no exchange of ccxt`, { cause: error });
  }
}
