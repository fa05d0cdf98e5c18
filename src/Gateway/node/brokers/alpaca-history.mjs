// Quotes and bars of Alpaca's market data (https://docs.alpaca.markets/reference/stocklatestquotes-1, …/stockbars).
import { VenueError } from './errors.mjs';
import { amount, isZero } from './amounts.mjs';
import { collect, finished, firstWhole } from './bars.mjs';
import { read } from './alpaca-transport.mjs';
import { list, moment, required } from './reading.mjs';

/** Symbols a request; an address has its limits. */
const batch = 200;
const barsAPage = 10_000;

// Alpaca's own four hours follow New York's clock, ours UTC's: they are put together from single hours.
const frames = { '15m': ['15Min', 15], '1h': ['1Hour', 60], '4h': ['1Hour', 240], '1d': ['1Day', 1440], '1w': ['1Week', 10080] };

export class History {
  #client;
  #instruments;
  #feed;

  constructor(client, instruments, feed) {
    this.#client = client;
    this.#instruments = instruments;
    this.#feed = feed;
  }

  async quotes(markets) {
    const kinds = await Promise.all(markets.map((market) => this.#instruments.isCrypto(market)));
    const [coins, stocks] = [markets.filter((_, index) => kinds[index]), markets.filter((_, index) => !kinds[index])];
    const answers = await Promise.all([...chunks(stocks).map((part) => this.#stockQuotes(part)), ...chunks(coins).map((part) => this.#coinQuotes(part))]);
    return answers.flat();
  }

  async bars({ market, frame, since }) {
    const [timeframe, minutes] = frames[frame];
    const length = minutes * 60_000;
    const start = firstWhole(Date.parse(since), length);
    const { symbol, isCrypto } = await this.#instruments.of(market);
    const question = { symbols: symbol, timeframe, start: new Date(start - 24 * 3_600_000), limit: barsAPage, sort: 'asc' };
    const found = new Map();
    for (let pageToken; ; ) {
      const page = await read(
        isCrypto
          ? this.#client.marketData.crypto.cryptoBarsRaw({ ...question, loc: 'us', pageToken })
          : this.#client.marketData.stocks.stockBarsRaw({ ...question, adjustment: 'split', feed: this.#feed, pageToken }),
      );
      for (const bar of list(page.bars?.[symbol] ?? [], 'bars')) collect(found, beginning(bar, minutes >= 1440), length, told(bar));
      pageToken = page.next_page_token ?? undefined;
      if (pageToken === undefined) break;
    }
    return finished(found, start, length);
  }

  async #stockQuotes(markets) {
    const symbols = markets.map((market) => market.asset).join(',');
    const reply = await read(this.#client.marketData.stocks.stockLatestQuotesRaw({ symbols, feed: this.#feed }));
    return markets.flatMap((market) => quote(market, required(reply.quotes, 'quotes')[market.asset]));
  }

  async #coinQuotes(markets) {
    const symbols = markets.map((market) => `${market.asset}/${market.quote}`).join(',');
    const reply = await read(this.#client.marketData.crypto.cryptoLatestQuotesRaw({ loc: 'us', symbols }));
    return markets.flatMap((market) => quote(market, required(reply.quotes, 'quotes')[`${market.asset}/${market.quote}`]));
  }
}

/** A side nobody quotes is written as 0: then there is no quote, not a price of nothing. */
function quote(market, latest) {
  if (latest === undefined || latest === null) return [];
  const [bid, ask] = [amount(latest.bp, 'quote.bp'), amount(latest.ap, 'quote.ap')];
  return isZero(bid) || isZero(ask) ? [] : [{ market, bid, ask, at: moment(latest.t, 'quote.t') }];
}

/** Days and weeks begin at New York's midnight and are told by their date. */
function beginning(bar, isDated) {
  const began = Date.parse(moment(bar.t, 'bar.t'));
  return isDated ? newYorkDate(began) : began;
}

const told = (bar) => ({ open: amount(bar.o, 'bar.o'), high: amount(bar.h, 'bar.h'), low: amount(bar.l, 'bar.l'), close: amount(bar.c, 'bar.c'), volume: amount(bar.v, 'bar.v') });

const newYork = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', year: 'numeric', month: '2-digit', day: '2-digit' });

function newYorkDate(time) {
  const date = Date.parse(newYork.format(new Date(time)));
  if (Number.isNaN(date)) throw new VenueError('malformed', 'a bar has no date');
  return date;
}

function chunks(items) {
  return Array.from({ length: Math.ceil(items.length / batch) }, (_, index) => items.slice(index * batch, (index + 1) * batch));
}
