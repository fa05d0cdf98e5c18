// Orders, fills, balances and transfers in the host's words.
import { add, amount, compare, isZero, negate, optionalAmount, subtract } from '../amounts.mjs';
import { VenueError } from '../errors.mjs';
import { isCurrency, marketId } from './markets.mjs';

const iso = (milliseconds) => new Date(Number(milliseconds)).toISOString();

/** A field without which a reply says nothing. */
function needed(value, what) {
  if (value === undefined || value === null || value === '') throw new VenueError('malformed', `an answer has no ${what}`);
  return value;
}

/** The market of a parsed order or trade, or null when it is of none that is traded here (margin, derivatives). */
function spotMarket(exchange, symbol) {
  const market = exchange.markets[symbol];
  return market?.spot === true ? marketId(market) : null;
}

/** An order as the exchange tells it; null for one that is not of a spot market. */
export function orderOf(exchange, order) {
  const market = spotMarket(exchange, needed(order.symbol, 'market'));
  if (market === null) return null;
  const quantity = amount(order.amount, 'order quantity');
  const filled = optionalAmount(order.filled, 'filled quantity');
  const status = statusOf(order.status, quantity, filled);
  const limitPrice = order.type === 'market' ? null : optionalAmount(order.price, 'limit price');
  return {
    venueOrderId: String(needed(order.id, 'order id')),
    clientOrderId: order.clientOrderId ?? null,
    market,
    side: needed(order.side, 'side'),
    type: limitPrice === null || isZero(limitPrice) ? 'market' : 'limit',
    quantity,
    limitPrice: limitPrice === null || isZero(limitPrice) ? null : limitPrice,
    filledQuantity: filled ?? (status === 'filled' ? quantity : needed(filled, 'filled quantity')),
    status,
    reason: null,
    at: iso(needed(order.timestamp ?? order.lastTradeTimestamp, 'time')),
  };
}

function statusOf(status, quantity, filled) {
  switch (status) {
    case 'open': case 'canceling': return 'open';
    case 'closed': return filled !== null && compare(filled, quantity) < 0 ? 'cancelled' : 'filled';
    case 'canceled': return 'cancelled';
    case 'expired': return 'expired';
    case 'rejected': return 'rejected';
    default: throw new VenueError('malformed', `an order has the status ${status}`);
  }
}

/** What a placement's answer says of the order; exchanges that answer with little more than an id are completed from what was asked. */
export function placedOrder(asked, answer, at) {
  const filled = optionalAmount(answer.filled) ?? '0';
  const known = answer.status === undefined || answer.status === null ? 'open' : statusOf(answer.status, asked.quantity, filled);
  return {
    venueOrderId: String(needed(answer.id, 'order id')),
    clientOrderId: asked.clientOrderId,
    market: asked.market,
    side: asked.side,
    type: asked.type,
    quantity: asked.quantity,
    limitPrice: asked.limitPrice,
    filledQuantity: filled,
    status: known,
    reason: null,
    at: answer.timestamp === undefined || answer.timestamp === null ? at : iso(answer.timestamp),
  };
}

/** A fill; null for one that is not of a spot market. Fees in several assets cannot be told by one fill, and are refused. */
export function fillOf(exchange, trade) {
  const market = spotMarket(exchange, needed(trade.symbol, 'market'));
  if (market === null) return null;
  const fees = (trade.fees?.length > 0 ? trade.fees : [trade.fee]).filter((fee) => fee?.cost !== undefined && fee.cost !== null && !isZero(fee.cost));
  if (new Set(fees.map((fee) => fee.currency)).size > 1) throw new VenueError('malformed', `trade ${trade.id} has fees in several assets`);
  if (fees.length === 0 && trade.fee?.cost === undefined && !(trade.fees?.length > 0)) throw new VenueError('malformed', `trade ${trade.id} says nothing of its fee`);
  return {
    tradeId: String(needed(trade.id, 'trade id')),
    venueOrderId: String(needed(trade.order, 'order of a trade')),
    clientOrderId: trade.clientOrderId ?? null,
    market,
    side: needed(trade.side, 'side'),
    quantity: amount(trade.amount, 'fill quantity'),
    price: amount(trade.price, 'fill price'),
    fee: fees.reduce((sum, fee) => add(sum, fee.cost), '0'),
    feeAsset: fees.length > 0 ? needed(fees[0].currency, 'asset of a fee') : market.quote,
    at: iso(needed(trade.timestamp, 'time of a trade')),
  };
}

/** Every asset the exchange reports. What it does not say of an asset follows from the rest, or the reply is malformed. */
export function balancesOf(reply) {
  return Object.keys(reply.total ?? {}).sort().map((asset) => {
    const [free, used, total] = [optionalAmount(reply.free?.[asset]), optionalAmount(reply.used?.[asset]), optionalAmount(reply.total?.[asset])];
    if ([free, used, total].filter((part) => part !== null).length < 2) throw new VenueError('malformed', `the balance of ${asset} is incomplete`);
    const locked = used ?? subtract(total, free);
    return { asset, free: free ?? subtract(total, locked), locked, unsettled: '0', isCurrency: isCurrency(asset) };
  });
}

/** A finished deposit or withdrawal, signed; null for one that has not moved anything (yet). */
export function transferOf(entry) {
  if (!['ok', undefined, null].includes(entry.status)) return null;
  const size = amount(entry.amount, 'amount of a transfer');
  const fee = entry.fee?.cost !== undefined && entry.fee.cost !== null && entry.fee.currency === entry.currency ? amount(entry.fee.cost) : '0';
  const arrived = entry.type === 'deposit';
  return {
    id: String(needed(entry.id, 'id of a transfer')),
    kind: arrived ? 'deposit' : 'withdrawal',
    asset: needed(entry.currency, 'asset of a transfer'),
    amount: arrived ? size : negate(add(size, fee)),
    at: iso(needed(entry.timestamp, 'time of a transfer')),
  };
}

const trading = new Set(['trade', 'margin', 'rollover', 'settled', 'spend', 'receive', 'conversion']);

/** An entry of a ledger that is no trade: deposit, withdrawal, staking, reward, credit. */
export function ledgerTransferOf(entry) {
  const kind = entry.info?.type ?? entry.type;
  if (trading.has(kind)) return null;
  const size = amount(entry.amount, 'amount of a ledger entry');
  const signed = entry.direction === 'out' && !size.startsWith('-') ? negate(size) : size;
  const fee = optionalAmount(entry.fee?.cost) ?? '0';
  return { id: String(needed(entry.id, 'id of a ledger entry')), kind, asset: needed(entry.currency, 'asset'), amount: subtract(signed, fee), at: iso(needed(entry.timestamp, 'time')) };
}
