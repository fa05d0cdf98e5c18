// Writes what the host must know of every exchange before it starts any process: `node brokers/ccxt/list.mjs` in src/Gateway/node makes
// src/Gateway/Brokers/ccxt-exchanges.json and docs/venues/ccxt-capabilities.md anew. To be run after each change of ccxt or of habits; with --check it writes nothing and
// fails where they are not what it would write.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { habitsOf } from './exchanges.mjs';

const sources = new URL('../../node_modules/ccxt/js/src/', import.meta.url);
const recorded = 'the request of an order, through ccxt';
const tried = { binance: 'emulator, through ccxt', kraken: 'emulator, through ccxt', coinbase: recorded, bybit: recorded, okx: recorded };

const exchanges = [];
for (const file of readdirSync(sources).filter((name) => /^[a-z0-9]+\.js$/.test(name)).sort()) {
  const { default: Exchange } = await import(new URL(file, sources));
  const exchange = new Exchange();
  const { has, features } = exchange;
  // An alias is another name for the same exchange; one without spot markets or orders cannot be rebalanced.
  if (exchange.alias === true || has.spot === false || !has.createOrder || !has.fetchBalance || !has.fetchMyTrades || !has.fetchOpenOrders) continue;
  if (!has.fetchClosedOrders && !has.fetchOrders && !has.fetchCanceledAndClosedOrders) continue;
  const habits = habitsOf(exchange.id);
  const lists = habits.transfers === 'ledger' ? ['fetchLedger'] : has.fetchDepositsWithdrawals === true ? ['fetchDepositsWithdrawals'] : ['fetchDeposits', 'fetchWithdrawals'];
  exchanges.push({
    id: exchange.id,
    name: exchange.name,
    credentials: Object.keys(exchange.requiredCredentials).filter((key) => exchange.requiredCredentials[key]),
    hasSandbox: sandboxOf(exchange),
    findsByClientId: habits.find !== null,
    reportsTransfers: lists.every((list) => Boolean(has[list])),
    sandboxReportsTransfers: habits.sandboxTransfers && lists.every((list) => Boolean(has[list])),
    supportsMarketOrders: habits.marketOrders,
    supportsImmediateOrCancel: features?.spot?.createOrder?.timeInForce?.IOC === true,
    supportsGoodTilDate: habits.goodTilDate,
    submitsPerSecond: String(Math.max(1, Math.min(10, Math.floor(1000 / exchange.rateLimit)))),
    frames: ['15m', '1h', '4h', '1d', '1w'].filter((frame) => has.fetchOHLCV && (exchange.timeframes?.[frame] !== undefined || ['4h', '1w'].includes(frame))),
    allTickersAtOnce: has.fetchBidsAsks === true || Boolean(has.fetchTickers),
    fillsNeedMarket: features?.spot?.fetchMyTrades?.symbolRequired === true,
    tellsPermissions: Boolean(habits.permissions),
  });
}

function put(path, text) {
  const file = new URL(path, import.meta.url);
  if (!process.argv.includes('--check')) return writeFileSync(file, text);
  if (readFileSync(file, 'utf8') === text) return;
  console.error(`${file.pathname} is not what ccxt and the habits say now; run node brokers/ccxt/list.mjs in src/Gateway/node`);
  process.exitCode = 1;
}

function sandboxOf(exchange) {
  try {
    exchange.setSandboxMode(true);
    const { api } = exchange.urls;
    return typeof api === 'string' ? api.length > 0 : Object.values(api ?? {}).some(Boolean);
  } catch {
    return false;
  }
}

const rows = exchanges.map(({ allTickersAtOnce, fillsNeedMarket, tellsPermissions, frames, ...row }) => JSON.stringify(row));
put('../../../Brokers/ccxt-exchanges.json', `[\n${rows.map((row) => `  ${row}`).join(',\n')}\n]\n`);

const yes = (flag) => (flag ? 'yes' : '–');
const table = exchanges.map((row) => `| ${row.id} | ${row.credentials.join(', ')} | ${yes(row.hasSandbox)} | ${yes(row.findsByClientId)} | ${yes(row.reportsTransfers)} `
  + `| ${yes(row.supportsMarketOrders)} | ${yes(row.supportsImmediateOrCancel)} | ${yes(row.supportsGoodTilDate)} | ${yes(row.allTickersAtOnce)} | ${row.fillsNeedMarket ? 'by market' : 'at once'} `
  + `| ${yes(row.tellsPermissions)} | ${row.frames.join(' ')} | ${tried[row.id] ?? 'no'} |`);
put('../../../../../docs/venues/ccxt-capabilities.md', `# What ccxt's exchanges can do here

Made by \`src/Gateway/node/brokers/ccxt/list.mjs\` from ccxt itself and the differences known to the gateway. "Client id": an order can be asked for
directly by it, which counts as evidence; without, it is looked for in the lists. "Key": the exchange tells what a key may do. "Tried": against what
this table was checked; none was ever tried live.

| Exchange | Credentials | Sandbox | Client id | Transfers | Market orders | IOC | GTD | All quotes at once | Fills | Key | Bars | Tried |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${table.join('\n')}
`);
