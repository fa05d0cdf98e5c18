// Quotes, which TWS pushes, and bars, which it is asked for.
import { VenueError } from './errors.mjs';
import { amount } from './amounts.mjs';
import { collect, finished, firstWhole } from './bars.mjs';
import { codeOf, EventName } from './ibkr-session.mjs';
import { iso } from './reading.mjs';

const [bid, ask, delayedBid, delayedAsk] = [1, 2, 66, 67];
const delayMilliseconds = 900_000;

/** What the first subscription may take to bring both sides. */
const firstQuoteMilliseconds = 3_000;
const day = 86_400_000;
const frames = { '15m': ['15 mins', 15], '1h': ['1 hour', 60], '4h': ['1 hour', 240], '1d': ['1 day', 1440], '1w': ['1 day', 10080] };

export class MarketData {
  #session;
  #contracts;
  #isDelayed;
  #lines = new Map();
  // Apart from the numbers of orders and of questions: an error tells only the number.
  #nextTicker = 500_000_000;

  constructor(session, contracts, isDelayed) {
    this.#session = session;
    this.#contracts = contracts;
    this.#isDelayed = isDelayed;
  }

  /** Of a new connection nothing is subscribed yet. */
  connected(api) {
    this.#lines.clear();
    api.removeAllListeners(EventName.tickPrice);
    api.on(EventName.tickPrice, (ticker, field, price) => this.#onTick(ticker, field, price));
    api.on(EventName.error, (error, code, ticker) => this.#onError(error, code, ticker));
    if (this.#isDelayed) api.reqMarketDataType(3);
  }

  /** What TWS last pushed stands while the connection does: it pushes every change. */
  async quotes(markets) {
    const api = await this.#session.ready();
    const lines = await Promise.all(markets.map((market) => this.#line(api, market)));
    await Promise.race([Promise.all(lines.filter((line) => line !== null).map((line) => line.first)), new Promise((resolve) => setTimeout(resolve, firstQuoteMilliseconds))]);
    const at = Date.now() - (this.#isDelayed ? delayMilliseconds : 0);
    return lines
      .filter((line) => line !== null && line.bid > 0 && line.ask > 0)
      .map(({ market, bid, ask }) => ({ market, bid: amount(bid, 'bid'), ask: amount(ask, 'ask'), at: iso(at) }));
  }

  async bars({ market, frame, since }) {
    const [size, minutes] = frames[frame];
    const length = minutes * 60_000;
    const start = firstWhole(Date.parse(since), length);
    const days = Math.max(2, Math.ceil((Date.now() - start) / day) + 2);
    const contract = await this.#contracts.of(market);
    const found = new Map();
    try {
      await this.#session.request(
        (api, id) => api.reqHistoricalData(id, contract, '', days > 365 ? `${Math.ceil(days / 365)} Y` : `${days} D`, size, this.#contracts.isMoney(market) ? 'MIDPOINT' : 'TRADES', 1, 2, false),
        {
          [EventName.historicalData]: (done, fail, time, open, high, low, close, volume) => {
            if (time.startsWith('finished')) done(null);
            else collect(found, beginning(time), length, told({ open, high, low, close, volume }));
          },
        },
      );
    } catch (error) {
      if (!(codeOf(error) === 162 && /no data/i.test(error.message))) throw error;
    }
    return finished(found, start, length);
  }

  async #line(api, market) {
    const key = `${market.asset}/${market.quote}`;
    if (this.#lines.has(key)) return this.#lines.get(key);
    let contract;
    try {
      contract = await this.#contracts.of(market);
    } catch (error) {
      if (error instanceof VenueError && error.kind === 'unsupported') return null;
      throw error;
    }
    if (this.#lines.has(key)) return this.#lines.get(key);
    const line = { market, ticker: this.#nextTicker++, bid: 0, ask: 0 };
    line.first = new Promise((resolve) => (line.arrived = resolve));
    this.#lines.set(key, line);
    api.reqMktData(line.ticker, contract, '', false, false);
    return line;
  }

  #byTicker(ticker) {
    return [...this.#lines.values()].find((line) => line.ticker === ticker);
  }

  #onTick(ticker, field, price) {
    const line = this.#byTicker(ticker);
    if (line === undefined) return;
    // −1 says that nobody quotes that side now.
    if (field === bid || field === delayedBid) line.bid = price;
    if (field === ask || field === delayedAsk) line.ask = price;
    if (line.bid > 0 && line.ask > 0) line.arrived();
  }

  /** A line that was refused is asked for again by the next question. */
  #onError(error, code, ticker) {
    const line = this.#byTicker(ticker);
    if (line === undefined || code === 10167) return;
    line.arrived();
    this.#lines.delete(`${line.market.asset}/${line.market.quote}`);
  }
}

/** Days come as dates, shorter bars as seconds. */
function beginning(time) {
  const began = /^\d{8}$/.test(time) ? Date.UTC(time.slice(0, 4), time.slice(4, 6) - 1, time.slice(6, 8)) : Number(time) * 1000;
  if (!Number.isFinite(began)) throw new VenueError('malformed', `a bar begins at "${time}"`);
  return began;
}

/** A volume of −1 says that there is none, as for currencies. */
const told = (bar) => Object.fromEntries(Object.entries(bar).map(([name, value]) => [name, amount(name === 'volume' && !(value > 0) ? 0 : value, `bar.${name}`)]));
