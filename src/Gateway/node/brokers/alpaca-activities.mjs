// What has happened in the account: its fills, and everything that moved money or shares without a trade
// (https://docs.alpaca.markets/docs/account-activities).
import { VenueError } from './errors.mjs';
import { amount, isZero, negate } from './amounts.mjs';
import { read } from './alpaca-transport.mjs';
import { list, moment, required } from './reading.mjs';

const pageSize = 100;
const maxPages = 1_000;

/** Activities whose quantity is what came or went of the asset; of the others, such as a dividend's, it is what was held. */
const movesShares = new Set(['ACATS', 'JNLS', 'JNL', 'MA', 'NC', 'REORG', 'SC', 'SSO', 'SSP', 'SPLIT', 'SPIN', 'CFEE', 'TRANS', 'OPASN', 'OPEXP']);

const kinds = {
  CSD: 'deposit', CSR: 'deposit', CSW: 'withdrawal', TRANS: 'transfer', ACATC: 'transfer', ACATS: 'transfer', JNL: 'transfer', JNLC: 'transfer',
  JNLS: 'transfer', DIV: 'dividend', INT: 'interest', FEE: 'fee', CFEE: 'fee', PTC: 'fee', DIVFEE: 'fee', SPLIT: 'split', SSO: 'split', SSP: 'split', SPIN: 'split',
};

export class Activities {
  #client;
  #instruments;
  #clientIdOf;

  constructor(client, instruments, clientIdOf) {
    this.#client = client;
    this.#instruments = instruments;
    this.#clientIdOf = clientIdOf;
  }

  /** One page; the cursor is the id of its last activity, which is what Alpaca's own page token is. */
  async fills({ cursor, since }) {
    const page = await this.#page({ activityTypes: ['FILL'] }, cursor, since);
    const fills = await Promise.all(page.map((activity) => this.#fill(activity)));
    return { fills, cursor: page.at(-1)?.id ?? cursor };
  }

  async transfers({ since }) {
    const transfers = [];
    for (let [token, pages] = [null, 0]; ; pages++) {
      if (pages === maxPages) throw new VenueError('malformed', `the activities did not end within ${maxPages} pages`);
      const page = await this.#page({ category: 'non_trade_activity' }, token, since);
      transfers.push(...page.filter((activity) => activity.status !== 'canceled').flatMap((activity) => this.#transfer(activity)));
      if (page.length < pageSize) return transfers;
      token = page.at(-1).id;
    }
  }

  async #page(filter, token, since) {
    const position = token === null ? { after: new Date(since) } : { pageToken: token };
    const page = list(
      await read(this.#client.trading.accountActivities.getAccountActivitiesRaw({ ...filter, ...position, direction: 'asc', pageSize })),
      'activities',
    );
    page.forEach((activity) => required(activity.id, 'activity.id'));
    return page;
  }

  async #fill(activity) {
    const orderId = required(activity.order_id, 'fill.order_id');
    const symbol = required(activity.symbol, 'fill.symbol');
    // A fill does not say its class; a coin's symbol has a slash.
    return {
      tradeId: activity.id,
      venueOrderId: orderId,
      clientOrderId: await this.#clientIdOf(orderId),
      market: this.#instruments.marketOf(symbol, symbol.includes('/') ? 'crypto' : 'us_equity'),
      side: required(activity.side, 'fill.side') === 'buy' ? 'buy' : 'sell',
      quantity: amount(activity.qty, 'fill.qty'),
      price: amount(activity.price, 'fill.price'),
      // Shares trade without commission; what regulators and coins cost is booked by activities of its own.
      fee: '0',
      feeAsset: 'USD',
      at: moment(activity.transaction_time, 'fill.transaction_time'),
    };
  }

  #transfer(activity) {
    const type = required(activity.activity_type, 'activity.activity_type');
    const at = activity.created_at ? moment(activity.created_at, 'activity.created_at') : `${required(activity.date, 'activity.date').slice(0, 10)}T00:00:00+00:00`;
    const kind = kinds[type] ?? (type.startsWith('DIV') ? 'dividend' : type.startsWith('INT') ? 'interest' : type.toLowerCase());
    const moves = [];
    if (activity.net_amount !== undefined && activity.net_amount !== null && !isZero(activity.net_amount)) {
      moves.push({ id: activity.id, kind, asset: 'USD', amount: amount(activity.net_amount, 'activity.net_amount'), at });
    }
    if (movesShares.has(type) && activity.symbol && activity.qty !== undefined && activity.qty !== null && !isZero(activity.qty)) {
      const isCoin = type === 'CFEE' || activity.symbol.includes('/');
      const quantity = amount(activity.qty, 'activity.qty');
      const asset = this.#instruments.assetOf(activity.symbol, isCoin ? 'crypto' : 'us_equity');
      // Of removed shares some activities give the side instead of the sign.
      moves.push({ id: `${activity.id}:shares`, kind, asset, amount: activity.side === 'sell' && !quantity.startsWith('-') ? negate(quantity) : quantity, at });
    }
    return moves;
  }
}
