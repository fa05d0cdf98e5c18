// What Alpaca says unasked of an account's orders (https://docs.alpaca.markets/docs/websocket-streaming). It says when it is worth asking and
// nothing more: updates are lost with a connection, so that what became of an order is always read from the venue's answers.
import { streaming } from '@alpacahq/alpaca-trade-api';

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** @returns the open stream, which connects again by itself. */
export function listen({ id, credentials, endpoint, paper, ordersMoved }) {
  const stream = new streaming.TradingStream({
    credentials: { keyId: credentials.apiKey, secret: credentials.secret },
    paper,
    ...(endpoint === null ? {} : { url: `${endpoint.replace(/^http/, 'ws').replace(/\/+$/, '')}/stream` }),
    maxReconnectAttempts: streaming.UNLIMITED_RECONNECT_ATTEMPTS,
    initialReconnectMs: firstPauseMs,
    maxReconnectMs: longestPauseMs,
  });
  stream.onError((reason) => console.error(`${id}: trade updates: ${reason}; orders are asked about as often as ever`));
  stream.onTradeUpdate(ordersMoved);
  stream.subscribeTradeUpdates();
  stream.connect();
  return stream;
}
