// Prices of Yahoo Finance through npm yahoo-finance2 (https://github.com/gadicc/yahoo-finance2, MIT). Nothing can be traded here: a market is one
// of Yahoo's symbols and the currency its price is wanted in.
import YahooFinance from 'yahoo-finance2';
import { amount } from './amounts.mjs';
import { collect, finished, firstWhole } from './bars.mjs';
import { VenueError } from './errors.mjs';
import { iso, required } from './reading.mjs';
import { Throttle } from './throttle.mjs';

const requestMilliseconds = 15_000;
const minute = 60_000;
const day = 1440 * minute;

/** Yahoo's own four hours and weeks begin elsewhere: ours are put together from hours and days. */
const frames = { '15m': ['15m', 15 * minute], '1h': ['60m', 60 * minute], '4h': ['60m', 240 * minute], '1d': ['1d', day], '1w': ['1d', 7 * day] };

/** Yahoo asks for no key and publishes no rate; this is what it has been seen to bear. */
const throttle = new Throttle({ perSecond: 2, burst: 4 });

/** Some exchanges quote in a hundredth of their currency. */
const hundredths = { GBp: 'GBP', GBX: 'GBP', ZAc: 'ZAR', ILA: 'ILS' };

export async function open({ endpoint }) {
  return new YahooPrices(endpoint);
}

class YahooPrices {
  #yahoo;

  /** Of the last answer: the library's errors do not tell. */
  #retryAfter = null;
  #status = null;

  constructor(endpoint) {
    this.#yahoo = new YahooFinance({
      suppressNotices: ['yahooSurvey', 'ripHistorical'],
      versionCheck: false,
      validation: { logErrors: false, logOptionsErrors: false },
      fetch: (url, init) => this.#fetch(url, init, endpoint),
    });
  }

  async permissions() {
    return { canTrade: false, canWithdraw: false };
  }

  /** The last price for both sides: it says what something is worth, and nobody may be traded with at it. */
  async quotes({ markets }) {
    const found = new Map((await this.#last(markets.map((market) => market.asset))).map((quote) => [quote.symbol, quote]));
    const priced = markets.filter(({ asset }) => found.get(asset)?.regularMarketPrice > 0);
    const rates = new Map();
    for (const { asset, quote } of priced) {
      const pair = pairOf(unitOf(found.get(asset).currency).currency, quote);
      if (pair !== null) rates.set(pair, null);
    }
    for (const rate of await this.#last([...rates.keys()])) rates.set(rate.symbol, required(rate.regularMarketPrice, `the rate ${rate.symbol}`));
    return priced.map((market) => {
      const { regularMarketPrice, currency, regularMarketTime } = found.get(market.asset);
      const unit = unitOf(required(currency, `the currency of ${market.asset}`));
      const pair = pairOf(unit.currency, market.quote);
      const rate = pair === null ? 1 : rates.get(pair);
      if (rate === null) throw new VenueError('unsupported', `Yahoo has no rate ${pair}, which the price of ${market.asset} needs`);
      const price = number(regularMarketPrice * unit.size * rate, `the price of ${market.asset}`);
      return { market, bid: price, ask: price, at: iso(timeOfQuote(regularMarketTime, market.asset)) };
    });
  }

  async bars({ market, frame, since }) {
    const [interval, length] = frames[frame];
    const start = firstWhole(Date.parse(since), length);
    if (start + length > Date.now()) return [];
    const chart = await this.#chart(market.asset, interval, start);
    const unit = unitOf(required(chart.meta?.currency, `the currency of ${market.asset}`));
    const pair = pairOf(unit.currency, market.quote);
    const rates = pair === null ? null : ratesBy(await this.#chart(pair, interval, start - 7 * day), interval);
    const found = new Map();
    for (const row of chart.quotes ?? []) take(found, row, { length, isDated: interval === '1d', offset: chart.meta.gmtoffset ?? 0, size: unit.size, rates });
    return finished(found, start, length);
  }

  async health() {
    return null;
  }

  async close() {}

  #last(symbols) {
    return symbols.length === 0 ? [] : this.#ask(() => this.#yahoo.quote(symbols, {}, { validateResult: false }));
  }

  #chart(symbol, interval, start) {
    return this.#ask(() => this.#yahoo.chart(symbol, { period1: new Date(start), interval, includePrePost: false, events: '' }, { validateResult: false }));
  }

  async #fetch(url, init, endpoint) {
    await throttle.wait(1, false);
    this.#status = null;
    const target = new URL(url);
    const response = await fetch(endpoint === null ? target : endpoint.replace(/\/+$/, '') + target.pathname + target.search, {
      ...init, signal: AbortSignal.timeout(requestMilliseconds),
    });
    const seconds = Number(response.headers.get('retry-after'));
    this.#retryAfter = seconds > 0 ? seconds * 1000 : null;
    this.#status = response.status;
    return response;
  }

  async #ask(question) {
    try {
      return await question();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #translate(error) {
    const message = String(error?.message ?? error);
    const status = Number(error?.code) || (this.#status >= 400 ? this.#status : null);
    const kind = status === 429 || /too many requests/i.test(message) ? 'rateLimited'
      : status === 401 || status === 403 ? 'unauthorised'
      : status === 404 || /no data found|delisted|not found/i.test(message) ? 'unsupported'
      : status >= 500 || error?.name === 'TimeoutError' || (error instanceof TypeError && /fetch/.test(message)) ? 'unavailable'
      : 'malformed';
    return new VenueError(kind, `Yahoo: ${message.slice(0, 300)}`, { retryAfterMs: kind === 'rateLimited' ? this.#retryAfter ?? 60_000 : null, cause: error });
  }
}

function unitOf(currency) {
  return hundredths[currency] === undefined ? { currency, size: 1 } : { currency: hundredths[currency], size: 0.01 };
}

const pairOf = (from, to) => (from === to ? null : `${from}${to}=X`);

/** Yahoo's numbers are floats of seven digits, written with what their conversion has added. */
function number(value, what) {
  if (!(value > 0)) throw new VenueError('malformed', `${what} is not a price: ${value}`);
  return amount(Number(value.toPrecision(7)), what);
}

/** Unvalidated, the library gives Yahoo's own seconds since 1970. */
function timeOfQuote(time, asset) {
  const at = time instanceof Date ? time.getTime() : Number(required(time, `the time of ${asset}`)) * 1000;
  if (!(at > Date.UTC(1990, 0, 1))) throw new VenueError('malformed', `the time of ${asset} is none: ${time}`);
  return at;
}

/** A day's bar is told by its date where it is traded, other bars by when they begin. */
function timeOf(row, isDated, offset) {
  const at = new Date(required(row.date, 'a bar’s time')).getTime();
  return isDated ? Math.floor((at + offset * 1000) / day) * day : at;
}

function ratesBy(chart, interval) {
  return (chart.quotes ?? [])
    .filter((row) => row.close > 0)
    .map((row) => [timeOf(row, interval === '1d', chart.meta?.gmtoffset ?? 0), row.close])
    .sort(([one], [other]) => one - other);
}

/** A row without a price is a time without trading. */
function take(found, row, { length, isDated, offset, size, rates }) {
  if (row.close === null || row.close === undefined) return;
  const time = timeOf(row, isDated, offset);
  const rate = rates === null ? 1 : rates.findLast(([at]) => at <= time)?.[1];
  if (rate === undefined) return;
  const price = (value, what) => number(value * size * rate, what);
  collect(found, time, length, {
    open: price(row.open, 'open'), high: price(row.high, 'high'), low: price(row.low, 'low'), close: price(row.close, 'close'), volume: amount(row.volume ?? 0, 'volume'),
  });
}
