// Solves mixed-integer programs with GLPK: one problem a line comes in as JSON (column-compressed, infinities in words), one answer a line goes out.
import { createInterface } from 'node:readline';
import GLPK from 'glpk.js/node';

const glpk = await GLPK();
const secondsEach = 20;

function bounds(lower, upper) {
  const [lb, ub] = [Number(lower), Number(upper)];
  const type = lb === ub ? glpk.GLP_FX : !Number.isFinite(lb) ? glpk.GLP_UP : !Number.isFinite(ub) ? glpk.GLP_LO : glpk.GLP_DB;
  return { type, lb: Number.isFinite(lb) ? lb : 0, ub: Number.isFinite(ub) ? ub : 0 };
}

function model(problem) {
  const names = problem.cost.map((_, column) => `x${column}`);
  const subjectTo = problem.rowLower.map((lower, row) => ({ name: `r${row}`, vars: [], bnds: bounds(lower, problem.rowUpper[row]) }));
  names.forEach((name, column) => {
    for (let entry = problem.columnStarts[column]; entry < problem.columnStarts[column + 1]; entry++) {
      subjectTo[problem.rowIndices[entry]].vars.push({ name, coef: problem.coefficients[entry] });
    }
  });
  return {
    name: 'problem',
    objective: { direction: glpk.GLP_MIN, name: 'cost', vars: names.map((name, column) => ({ name, coef: problem.cost[column] })) },
    subjectTo,
    bounds: names.map((name, column) => ({ name, ...bounds(problem.lower[column], problem.upper[column]) })),
    generals: names.filter((_, column) => problem.isInteger[column]),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const problem = JSON.parse(line);
  const { time, result } = await glpk.solve(model(problem), { msglev: glpk.GLP_MSG_OFF, presol: true, mipgap: 0, tmlim: secondsEach });
  const isOptimal = result.status === glpk.GLP_OPT;
  const isInfeasible = [glpk.GLP_NOFEAS, glpk.GLP_INFEAS, glpk.GLP_UNDEF].includes(result.status) && time < secondsEach;
  process.stdout.write(`${JSON.stringify({ values: isOptimal ? problem.cost.map((_, column) => result.vars[`x${column}`] ?? 0) : null, isProven: isOptimal || isInfeasible })}\n`);
}
