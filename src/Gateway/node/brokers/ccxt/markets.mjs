// Markets, quotes and bars in the host's words.
import { add, amount, compare, isZero, optionalAmount, stepOfPlaces } from '../amounts.mjs';
import { VenueError } from '../errors.mjs';

const tickSize = 4;
const decimalPlaces = 2;

/** Fiat money and stablecoins that exchanges quote against. */
const currencies = new Set((
  'USD EUR GBP JPY CHF AUD CAD NZD BRL TRY PLN CZK RON HUF SEK NOK DKK MXN ARS COP ZAR NGN UAH KRW SGD HKD INR IDR THB VND PHP AED KZT '
  + 'USDT USDC DAI FDUSD TUSD USDP PYUSD BUSD USDS USDD USDE USDG USDQ USD1 RLUSD GUSD EURC EURT EURI EURQ EURR AEUR'
).split(' '));

export const isCurrency = (asset) => currencies.has(asset);

export const symbolOf = ({ asset, quote }) => `${asset}/${quote}`;

export const marketId = (market) => ({ asset: market.base, quote: market.quote });

/** The market's rules, or null for one that is no spot market or whose steps the exchange does not state exactly. */
export function rulesOf(exchange, market) {
  if (market.spot !== true || market.base === undefined || market.quote === undefined || market.symbol !== `${market.base}/${market.quote}`) return null;
  const [tick, lot] = [stepOf(exchange, market.precision?.price), stepOf(exchange, market.precision?.amount)];
  if (tick === null || lot === null) return null;
  const { amount: sizes = {}, cost = {} } = market.limits ?? {};
  return {
    market: marketId(market),
    tickSize: tick,
    lotSize: lot,
    minQuantity: optionalAmount(sizes.min, `${market.symbol} minimum`) ?? '0',
    maxQuantity: positive(sizes.max),
    minNotional: optionalAmount(cost.min, `${market.symbol} minimum notional`) ?? '0',
    maxNotional: positive(cost.max),
    makerFeeRate: feeOf(exchange, market, 'maker'),
    takerFeeRate: feeOf(exchange, market, 'taker'),
    ticketFee: '0',
    feeAsset: null,
    session: market.active === false ? 'halted' : 'open',
    nextOpen: null,
  };
}

/** A step as a number, in whatever way the exchange states precision; null where it states none or counts significant digits. */
function stepOf(exchange, precision) {
  if (precision === undefined || precision === null) return null;
  const step = exchange.precisionMode === tickSize ? amount(precision) : exchange.precisionMode === decimalPlaces ? stepOfPlaces(precision) : null;
  return step === null || isZero(step) ? null : step;
}

const positive = (value) => {
  const limit = optionalAmount(value);
  return limit === null || isZero(limit) ? null : limit;
};

/** A fee that is not known must not be taken for none: ccxt's general figure for the exchange stands in for the market's. */
function feeOf(exchange, market, role) {
  const rate = market[role] ?? exchange.fees?.trading?.[role];
  if (rate === undefined || rate === null) throw new VenueError('malformed', `${market.symbol} has no ${role} fee`);
  return amount(rate, `${market.symbol} ${role} fee`);
}

/** Best prices of the asked markets with one request where the exchange can. They are what stands now, so they are dated so. */
export async function quotesOf(exchange, symbols, at) {
  const known = symbols.filter((symbol) => exchange.markets[symbol] !== undefined);
  if (known.length === 0) return [];
  const tickers = exchange.has.fetchBidsAsks === true ? await exchange.fetchBidsAsks(known)
    : exchange.has.fetchTickers ? await exchange.fetchTickers(known)
    : Object.fromEntries(await Promise.all(known.map(async (symbol) => [symbol, await exchange.fetchTicker(symbol)])));
  return known.flatMap((symbol) => {
    const { bid, ask } = tickers[symbol] ?? {};
    if (optionalAmount(bid) === null || optionalAmount(ask) === null || compare(bid, '0') <= 0 || compare(ask, '0') <= 0) return [];
    return [{ market: marketId(exchange.markets[symbol]), bid: amount(bid), ask: amount(ask), at }];
  });
}

const minute = 60_000;
const lengths = { '15m': 15 * minute, '1h': 60 * minute, '4h': 240 * minute, '1d': 1440 * minute, '1w': 7 * 1440 * minute };

/** Weeks are counted from Mondays; exchanges differ, so ours are made of days. */
const firstMonday = Date.UTC(1970, 0, 5);
const parts = { '15m': ['15m', '5m', '1m'], '1h': ['1h', '30m', '15m'], '4h': ['4h', '2h', '1h'], '1d': ['1d'], '1w': ['1d'] };

/** Bars of the frame, made of shorter ones where the exchange has it not. */
export async function barsOf(exchange, market, frame, since) {
  const symbol = symbolOf(market);
  const source = parts[frame]?.find((part) => exchange.timeframes?.[part] !== undefined);
  if (exchange.markets[symbol] === undefined || source === undefined || !exchange.has.fetchOHLCV) {
    throw new VenueError('unsupported', `${exchange.id} has no ${frame} bars of ${symbol}`);
  }
  const length = lengths[frame];
  const first = firstMonday + Math.ceil((Date.parse(since) - firstMonday) / length) * length;
  if (first + length > Date.now()) return [];
  const rows = (await exchange.fetchOHLCV(symbol, source, first)).filter(([at]) => at >= first).sort(([a], [b]) => a - b);
  // The page may end inside a frame, as time itself does.
  const ended = rows.length === 0 ? 0 : Math.min(Date.now(), rows.at(-1)[0] + exchange.parseTimeframe(source) * 1000);
  const bars = new Map();
  for (const [at, open, high, low, close, volume] of rows) {
    const begin = firstMonday + Math.floor((at - firstMonday) / length) * length;
    if (begin + length > ended) continue;
    const part = { open: amount(open), high: amount(high), low: amount(low), close: amount(close), volume: amount(volume ?? '0') };
    const whole = bars.get(begin);
    bars.set(begin, whole === undefined ? part : joined(whole, part));
  }
  // A time without trading has no bar.
  return [...bars].filter(([, bar]) => !isZero(bar.volume)).map(([at, bar]) => ({ at: new Date(at).toISOString(), ...bar }));
}

const joined = (earlier, later) => ({
  open: earlier.open,
  high: compare(earlier.high, later.high) > 0 ? earlier.high : later.high,
  low: compare(earlier.low, later.low) < 0 ? earlier.low : later.low,
  close: later.close,
  volume: add(earlier.volume, later.volume),
});
