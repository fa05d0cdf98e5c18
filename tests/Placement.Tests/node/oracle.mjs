// Solves placement problems with GLPK, for comparison. The model is written from PLACEMENT's rules again, in shares instead of money, and
// shares nothing with the program's own. One problem a line comes in as JSON, one objective a line goes out.
import { createInterface } from 'node:readline';
import GLPK from 'glpk.js/node';

const glpk = await GLPK();
const secondsEach = 60;

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function model(problem) {
  const objective = [];
  const rows = [];
  const integers = [];
  const binaries = [];
  const flows = new Map(Object.keys(problem.prices).map((asset) => [asset, []]));
  const atLeast = (name, vars, lb) => rows.push({ name, vars, bnds: { type: glpk.GLP_LO, lb, ub: 0 } });
  const atMost = (name, vars, ub) => rows.push({ name, vars, bnds: { type: glpk.GLP_UP, lb: 0, ub } });

  for (const account of problem.accounts) {
    const cash = [];
    const spending = [];
    const worth = account.cash + sum(Object.entries(account.holdings).map(([asset, quantity]) => quantity * problem.prices[asset]));
    for (const market of account.markets) {
      const price = problem.prices[market.asset];
      const id = `${account.id}_${market.asset}`;
      const smallest = Math.max(market.minQuantity, market.minNotional / price, market.whole ? 1 : 1e-8);
      const minimum = market.whole ? Math.ceil(smallest - 1e-9) : smallest;
      const most = { b: market.buy ? worth / price : 0, s: market.sell ? account.holdings[market.asset] ?? 0 : 0 };
      for (const side of ['b', 's']) {
        const [quantity, order] = [`${side}_${id}`, `o${side}_${id}`];
        atMost(`most_${quantity}`, [{ name: quantity, coef: 1 }, { name: order, coef: -most[side] }], 0);
        atLeast(`least_${quantity}`, [{ name: quantity, coef: 1 }, { name: order, coef: -minimum }], 0);
        binaries.push(order);
        if (market.whole) {
          integers.push(quantity);
        }
        objective.push({ name: quantity, coef: price * market.costRate }, { name: order, coef: market.ticket + problem.orderPenalty });
        flows.get(market.asset).push({ name: quantity, coef: side === 'b' ? price : -price });
        const moves = side === 'b' ? -price * (1 + market.costRate) : price * (1 - market.costRate);
        cash.push({ name: quantity, coef: moves }, { name: order, coef: -market.ticket });
        spending.push(...(side === 'b' ? [{ name: quantity, coef: moves }] : []), { name: order, coef: -market.ticket });
      }
      atMost(`one_${id}`, [{ name: `ob_${id}`, coef: 1 }, { name: `os_${id}`, coef: 1 }], 1);
    }
    if (cash.length > 0) {
      atLeast(`cash_${account.id}`, account.useProceeds ? cash : spending, account.reserve - account.cash);
    }
  }

  const value = sum(problem.accounts.map((account) => account.cash + sum(Object.entries(account.holdings).map(([asset, quantity]) => quantity * problem.prices[asset]))));
  for (const [asset, price] of Object.entries(problem.prices)) {
    const held = price * sum(problem.accounts.map((account) => account.holdings[asset] ?? 0));
    const gap = (problem.targets[asset] ?? 0) * value - held;
    const vars = [...flows.get(asset), { name: `over_${asset}`, coef: -1 }, { name: `under_${asset}`, coef: 1 }];
    rows.push({ name: `deviation_${asset}`, vars, bnds: { type: glpk.GLP_FX, lb: gap, ub: gap } });
    objective.push({ name: `over_${asset}`, coef: problem.deviationWeight }, { name: `under_${asset}`, coef: problem.deviationWeight });
  }
  return { name: 'placement', objective: { direction: glpk.GLP_MIN, name: 'objective', vars: objective }, subjectTo: rows, binaries, generals: integers };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { result } = await glpk.solve(model(JSON.parse(line)), { msglev: glpk.GLP_MSG_OFF, presol: true, mipgap: 0, tmlim: secondsEach });
  const proven = result.status === glpk.GLP_OPT;
  process.stdout.write(`${JSON.stringify({ objective: proven ? result.z : null, status: result.status })}\n`);
}
