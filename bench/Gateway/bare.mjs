// The library by itself, for the bench to compare the gateway with: milliseconds of every call, as JSON. Arguments: address, key, secret, calls.
import { loadExchange } from '../../src/Gateway/node/brokers/ccxt/exchanges.mjs';
import { redirect } from '../../src/Gateway/node/brokers/ccxt/transport.mjs';

const [address, apiKey, secret, calls] = process.argv.slice(2);
const Binance = await loadExchange('binance');
const exchange = new Binance({ apiKey, secret, enableRateLimit: false, options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false, fetchCurrencies: false } });
exchange.urls.api = redirect(exchange.urls.api, address);
exchange.has = { ...exchange.has, fetchCurrencies: false };
await exchange.loadMarkets();

const results = {};
for (const [name, call] of Object.entries({
  ticker: () => exchange.fetchBidsAsks(['BTC/USDT']),
  balance: () => exchange.fetchBalance(),
  order: (number) => exchange.createOrder('BTC/USDT', 'limit', 'sell', 0.01, 90000, { clientOrderId: `bare${number}` }),
})) {
  results[name] = [];
  for (let number = 0; number < Number(calls); number++) {
    const start = performance.now();
    await call(number);
    results[name].push(performance.now() - start);
  }
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
