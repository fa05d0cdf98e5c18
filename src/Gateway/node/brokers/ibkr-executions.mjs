// Executions of the day with their commissions, which TWS tells apart and later (https://interactivebrokers.github.io/tws-api/executions_commissions.html).
import { amount } from './amounts.mjs';
import { collecting, EventName } from './ibkr-session.mjs';

export class Executions {
  #session;
  #contracts;
  #commissions = new Map();
  #heard = null;

  constructor(session, contracts) {
    this.#session = session;
    this.#contracts = contracts;
  }

  /** An execution without its commission is held back until that is known: a missing fee is not a fee of nothing. */
  async fills(account, since) {
    this.#listen(await this.#session.ready());
    const found = await this.#session.request(
      (api, id) => api.reqExecutions(id, { acctCode: account }),
      // The end comes before the last commissions do, so the answer waits for whatever is already on its way.
      collecting(EventName.execDetails, EventName.execDetailsEnd, (contract, execution) => ({ contract, execution })),
    );
    const own = found.filter(({ execution }) => execution.acctNumber === account);
    const seen = new Set();
    return own
      .filter(({ execution }) => this.#commissions.has(execution.execId))
      .map(({ contract, execution }) => this.#fill(contract, execution))
      // A corrected execution has the same id but for its last part; it is one trade.
      .filter((fill) => !seen.has(fill.tradeId) && seen.add(fill.tradeId))
      .filter((fill) => Date.parse(fill.at) >= Date.parse(since))
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  }

  #listen(api) {
    if (this.#heard === api) return;
    this.#heard = api;
    api.on(EventName.commissionReport, (report) => this.#commissions.set(report.execId, report));
  }

  #fill(contract, execution) {
    const { commission, currency } = this.#commissions.get(execution.execId);
    return {
      tradeId: execution.execId.slice(0, execution.execId.lastIndexOf('.')) || execution.execId,
      venueOrderId: String(execution.permId),
      clientOrderId: execution.orderRef || null,
      market: this.#contracts.marketOf(contract),
      side: execution.side === 'BOT' ? 'buy' : 'sell',
      quantity: amount(execution.shares, 'execution.shares'),
      price: amount(execution.price, 'execution.price'),
      fee: amount(commission, 'commission'),
      feeAsset: currency,
      at: this.#contracts.moment(execution.time),
    };
  }
}
