// The solver process: one HiGHS in a worker thread, so that pings are answered and an orphaned process ends even in the middle of a solve.
import { Worker } from 'node:worker_threads';
import { serve } from './rpc.mjs';

const worker = new Worker(new URL('./highs-worker.mjs', import.meta.url));
const waiting = new Map();
let lastTicket = 0;

worker.on('message', ({ ticket, result, error }) => {
  const { resolve, reject } = waiting.get(ticket);
  waiting.delete(ticket);
  if (error === undefined) resolve(result);
  else reject(new Error(error));
});
// Without its worker the process is of no use; the host sees it end and starts another.
worker.on('error', (error) => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
});

serve({
  ping: async () => ({ node: process.version, uptime: process.uptime() }),
  solve: (params) =>
    new Promise((resolve, reject) => {
      lastTicket += 1;
      waiting.set(lastTicket, { resolve, reject });
      worker.postMessage({ ticket: lastTicket, params });
    }),
});
