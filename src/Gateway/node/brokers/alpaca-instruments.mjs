// Which of Alpaca's symbols is which market, and by which rules it trades (https://docs.alpaca.markets/reference/get-v2-assets).
import { VenueError } from './errors.mjs';
import { amount, compare } from './amounts.mjs';
import { read, statusOf } from './alpaca-transport.mjs';
import { list, required } from './reading.mjs';

/** Few enough that one request each is less than the list of all eleven thousand. */
const askedSingly = 100;

export class Instruments {
  #client;
  #withCrypto;

  constructor(client, withCrypto) {
    this.#client = client;
    this.#withCrypto = withCrypto;
  }

  /** @param assets names to list, null for all that Alpaca has; what is held is listed in any case. */
  async markets(assets, held, clock) {
    const names = assets === null ? null : [...new Set([...assets, ...held.map((position) => position.asset)])];
    const found = names === null || names.length > askedSingly ? await this.#listed(names) : await this.#asked(names);
    return found.map((asset) => this.#rules(asset, clock));
  }

  /** Whether it is a coin is asked before anything is placed or priced by a name that a fund may have too. */
  async of(market) {
    const isCrypto = await this.isCrypto(market);
    return { symbol: isCrypto ? `${market.asset}/${market.quote}` : market.asset, isCrypto };
  }

  async isCrypto(market) {
    if (!this.#withCrypto) return false;
    const pair = `${market.asset}/${market.quote}`;
    if (!this.#coins.has(pair)) this.#coins.set(pair, (await this.#find(pair)) !== null);
    return this.#coins.get(pair);
  }

  /** As placing and quoting name it; a position's symbol has no slash. */
  marketOf(symbol, assetClass) {
    return { asset: this.assetOf(symbol, assetClass), quote: assetClass === 'crypto' ? this.#quoteOf(symbol) : 'USD' };
  }

  /** A coin has the name of its ticker only where the account is set to trade coins: some funds have the same. */
  assetOf(symbol, assetClass) {
    if (assetClass !== 'crypto' || !this.#withCrypto) return symbol;
    return symbol.includes('/') ? symbol.split('/')[0] : symbol.slice(0, -this.#quoteOf(symbol).length);
  }

  /** Known pairs, and whether Alpaca trades coins by them. */
  #coins = new Map();

  #quoteOf(symbol) {
    if (symbol.includes('/')) return symbol.split('/')[1];
    const quote = ['USDT', 'USDC', 'USD', 'BTC'].find((name) => symbol.endsWith(name));
    if (quote === undefined) throw new VenueError('malformed', `the quote of ${symbol} is not known`);
    return quote;
  }

  async #listed(names) {
    const stocks = list(await read(this.#client.trading.assets.getV2AssetsRaw({ status: 'active', assetClass: 'us_equity' })), 'assets');
    const coins = this.#withCrypto ? list(await read(this.#client.trading.assets.getV2AssetsRaw({ status: 'active', assetClass: 'crypto' })), 'assets') : [];
    const all = [...coins, ...stocks].filter((asset) => names === null ? asset.tradable : names.includes(this.assetOf(asset.symbol, asset.class)));
    return distinct(all, (asset) => this.assetOf(asset.symbol, asset.class));
  }

  async #asked(names) {
    const answers = await Promise.all(names.map((name) => this.#one(name)));
    return answers.filter((asset) => asset !== null);
  }

  async #one(name) {
    if (this.#withCrypto) {
      const coin = await this.#find(`${name}/USD`);
      if (coin !== null) return coin;
    }
    return this.#find(name);
  }

  async #find(symbol) {
    try {
      return await read(this.#client.trading.assets.getV2AssetsSymbolOrAssetIdRaw({ symbolOrAssetId: symbol }));
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  #rules(asset, clock) {
    const isCrypto = required(asset.class, 'asset.class') === 'crypto';
    const market = this.marketOf(required(asset.symbol, 'asset.symbol'), asset.class);
    this.#coins.set(`${market.asset}/${market.quote}`, isCrypto);
    const tradable = required(asset.tradable, 'asset.tradable') && asset.status === 'active';
    const isOpen = isCrypto || clock.isOpen;
    const lot = isCrypto ? amount(asset.min_trade_increment, 'min_trade_increment') : asset.fractionable ? '0.000000001' : '1';
    const least = isCrypto ? amount(asset.min_order_size, 'min_order_size') : lot;
    return {
      market,
      tickSize: isCrypto ? amount(asset.price_increment, 'price_increment') : '0.01',
      lotSize: lot,
      minQuantity: compare(least, lot) < 0 ? lot : least,
      maxQuantity: null,
      // A fraction of a share must be worth a dollar (https://docs.alpaca.markets/docs/fractional-trading).
      minNotional: isCrypto || asset.fractionable ? '1' : '0',
      maxNotional: null,
      makerFeeRate: isCrypto ? '0.0015' : '0',
      takerFeeRate: isCrypto ? '0.0025' : '0',
      ticketFee: '0',
      feeAsset: null,
      session: tradable ? (isOpen ? 'open' : 'closed') : asset.status === 'active' ? 'halted' : 'delisted',
      nextOpen: isOpen ? null : clock.nextOpen,
      nextClose: isCrypto || !isOpen ? null : clock.nextClose,
    };
  }
}

function distinct(items, key) {
  const seen = new Set();
  return items.filter((item) => !seen.has(key(item)) && seen.add(key(item)));
}
