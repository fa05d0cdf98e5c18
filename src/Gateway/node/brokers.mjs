// The brokers process: every account at an exchange or broker, each behind the library its makers keep. See brokers/README.md.
import { serve } from './rpc.mjs';
import { Accounts } from './brokers/accounts.mjs';
import { describe } from './brokers/errors.mjs';
import { redactor } from './brokers/redact.mjs';

const accounts = new Accounts((account) => notify('ordersMoved', { account }));

// A half-broken process must not go on trading; the host sees it end and starts another. The stack may hold a signed URL.
function endWith(error) {
  process.stderr.write(redactor.clean(String(error?.stack ?? error)) + '\n', () => process.exit(1));
}
process.on('uncaughtException', endWith);
process.on('unhandledRejection', endWith);

const notify = serve(
  {
    ping: async () => ({ node: process.version, uptime: process.uptime(), accounts: accounts.count, memory: process.memoryUsage().rss }),
    open: (params) => accounts.open(params),
    close: ({ account }) => accounts.close(account),
    call: ({ account, method, params }) => accounts.call(account, method, params ?? {}),
  },
  { describe: (error) => describe(error, redactor), clean: (text) => redactor.clean(text) },
);
