// Which contract is which market, and by which rules it trades: stocks and funds by their symbol, currencies by their pair.
import { VenueError } from './errors.mjs';
import { amount, compare } from './amounts.mjs';
import { codeOf, EventName } from './ibkr-session.mjs';
import { parseTime, sessionAt } from './ibkr-time.mjs';
import { iso } from './reading.mjs';

const keptMilliseconds = 3_600_000;

export class Contracts {
  #session;
  #options;
  #details = new Map();
  #rules = new Map();
  #zone = 'UTC';

  constructor(session, options) {
    this.#session = session;
    this.#options = options;
  }

  get #currency() {
    return this.#options.currency ?? 'USD';
  }

  /** @param currencies held: each other than the account's is a market too, so that it can be priced and changed. */
  async markets(assets, currencies) {
    const money = currencies.filter((currency) => currency !== this.#currency).map((currency) => ({ asset: currency, quote: this.#currency }));
    const found = [];
    for (const market of [...assets.filter((asset) => !currencies.includes(asset) && asset !== this.#currency).map((asset) => this.#marketNamed(asset)), ...money]) {
      const details = await this.#find(market);
      if (details !== null) found.push(await this.#describe(market, details));
    }
    return found;
  }

  /** The contract to place and to price. */
  async of(market) {
    const details = await this.#find(market);
    if (details === null) throw new VenueError('unsupported', `Interactive Brokers has no ${market.asset} in ${market.quote}`, { written: false });
    return details.contract;
  }

  marketOf(contract) {
    return { asset: contract.secType === 'STK' || contract.secType === 'CASH' ? contract.symbol : contract.localSymbol || contract.symbol, quote: contract.currency };
  }

  /** The name of a position's asset. */
  learn(contract) {
    return this.marketOf(contract).asset;
  }

  isMoney(market) {
    return isCurrency(market.asset);
  }

  /** A time in the zone of the exchange, where it names none. */
  moment(text) {
    return iso(parseTime(text, this.#zone));
  }

  #marketNamed(asset) {
    return { asset, quote: this.#options.contracts?.[asset]?.currency ?? this.#currency };
  }

  async #find(market) {
    const key = `${market.asset}/${market.quote}`;
    const known = this.#details.get(key);
    if (known !== undefined && performance.now() - known.at < keptMilliseconds) return known.details;
    const details = await this.#ask(market);
    this.#details.set(key, { details, at: performance.now() });
    return details;
  }

  async #ask(market) {
    const own = this.#options.contracts?.[market.asset] ?? {};
    const wanted = isCurrency(market.asset)
      ? { symbol: market.asset, secType: 'CASH', exchange: 'IDEALPRO', currency: market.quote }
      : { symbol: own.symbol ?? market.asset, secType: 'STK', exchange: own.exchange ?? 'SMART', primaryExch: own.primaryExchange ?? '', currency: market.quote };
    const found = [];
    try {
      await this.#session.request((api, id) => api.reqContractDetails(id, wanted), {
        [EventName.contractDetails]: (done, fail, details) => found.push(details),
        [EventName.contractDetailsEnd]: (done) => done(null),
      });
    } catch (error) {
      // "No security definition has been found": it is not there.
      if (codeOf(error) === 200) return null;
      throw error;
    }
    if (new Set(found.map((details) => details.contract.conId)).size > 1) {
      const where = found.map((details) => details.contract.primaryExch).join(', ');
      throw new VenueError('unsupported', `${market.asset} in ${market.quote} is traded as several securities (${where}); say which in options.contracts.${market.asset}.primaryExchange`);
    }
    if (found.length === 0) return null;
    this.#zone = found[0].timeZoneId || this.#zone;
    return found[0];
  }

  async #describe(market, details) {
    const { isOpen, next, closes } = sessionAt(details.liquidHours, details.timeZoneId, Date.now());
    const isMoney = isCurrency(market.asset);
    const step = amount(details.sizeIncrement ?? 1, 'sizeIncrement');
    const least = amount(details.minSize ?? 1, 'minSize');
    // TWS takes no fraction of a share from a program, whatever it says of its steps (error 10243).
    const lot = compare(step, '1') < 0 ? '1' : step;
    return {
      market,
      tickSize: await this.#tick(details),
      lotSize: lot,
      minQuantity: compare(least, lot) < 0 ? lot : least,
      maxQuantity: null,
      minNotional: '0',
      maxNotional: null,
      makerFeeRate: isMoney ? '0.00002' : '0',
      takerFeeRate: isMoney ? '0.00002' : '0',
      ticketFee: amount(this.#options.ticketFee ?? (isMoney ? 2 : 1), 'ticketFee'),
      feeAsset: null,
      session: isOpen ? 'open' : 'closed',
      nextOpen: isOpen || next === null ? null : iso(next),
      nextClose: closes === null ? null : iso(closes),
    };
  }

  /** The coarsest step of the market's rule: a price on it is on every finer one. */
  async #tick(details) {
    const rule = Number((details.marketRuleIds ?? '').split(',')[0]);
    if (!Number.isInteger(rule) || rule <= 0) return amount(details.minTick, 'minTick');
    if (!this.#rules.has(rule)) {
      this.#rules.set(rule, await this.#session.inTurn('rules', (api) => api.reqMarketRule(rule), {
        [EventName.marketRule]: (done, fail, id, increments) => (id === rule ? done(increments) : undefined),
      }));
    }
    return this.#rules.get(rule).map(({ increment }) => amount(increment, 'increment')).reduce((one, other) => (compare(one, other) > 0 ? one : other));
  }
}

const money = new Set(['AUD', 'CAD', 'CHF', 'CNH', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'HUF', 'ILS', 'JPY', 'KRW', 'MXN', 'NOK', 'NZD', 'PLN', 'SEK', 'SGD', 'USD', 'ZAR']);

const isCurrency = (name) => money.has(name);
