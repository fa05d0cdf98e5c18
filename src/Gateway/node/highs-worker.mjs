// Solves one model at a time with HiGHS (https://highs.dev), compiled to WebAssembly.
import { parentPort } from 'node:worker_threads';
import loadHighs from 'highs';

const highs = await loadHighs();

// Bit 12 is the aggregator: with it HiGHS 1.15 now and then calls a point optimal that is not, and its bound is as wrong (compare
// https://github.com/ERGO-Code/HiGHS/issues/3073). Thousands of placements came out right without it.
const brokenPresolveRules = 1 << 12;

parentPort.on('message', ({ ticket, params }) => {
  try {
    parentPort.postMessage({ ticket, result: solve(params) });
  } catch (error) {
    parentPort.postMessage({ ticket, error: String(error?.message ?? error) });
  }
});

/** Arrays are the base64 of their little-endian bytes: as lists of JSON numbers they cost more than many a solve. */
const bytes = (base64) => new Uint8Array(Buffer.from(base64, 'base64'));
const doubles = (base64) => new Float64Array(bytes(base64).buffer);
const integers = (base64) => new Int32Array(bytes(base64).buffer);
const base64 = (values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

function solve({ problem, limits }) {
  const cost = doubles(problem.cost);
  const rowLower = doubles(problem.rowLower);
  const [numCols, numRows] = [cost.length, rowLower.length];
  const integrality = Int32Array.from(bytes(problem.isInteger));
  const isMip = integrality.includes(1);
  const model = highs.createModel();
  try {
    model.options.set({
      output_flag: false,
      random_seed: 0,
      time_limit: limits.backstopSeconds,
      mip_rel_gap: 0,
      mip_abs_gap: limits.absoluteGap,
      mip_max_nodes: limits.nodes,
      // At 1e-9 HiGHS 1.15 calls a point optimal that is not: a random placement of 3 accounts and 4 assets came out 1 % worse than GLPK's.
      mip_feasibility_tolerance: 1e-7,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      presolve_rule_off: brokenPresolveRules,
    });
    model.passModel({
      numCols,
      numRows,
      colCost: cost,
      colLower: doubles(problem.lower),
      colUpper: doubles(problem.upper),
      rowLower,
      rowUpper: doubles(problem.rowUpper),
      matrix: {
        format: 'csc', numRows, numCols, starts: integers(problem.columnStarts), indices: integers(problem.rowIndices), values: doubles(problem.coefficients),
      },
      ...(isMip ? { integrality } : {}),
    });
    if (isMip && problem.startingPoint != null) model.setSolution({ colValue: doubles(problem.startingPoint) });
    model.run();
    return describe(model, isMip);
  } finally {
    model.dispose();
  }
}

function describe(model, isMip) {
  const codes = highs.constants.modelStatus;
  const name = Object.keys(codes).find((key) => codes[key] === model.getModelStatus()) ?? 'unknown';
  const hasPoint = model.info.get('primal_solution_status') === 2;
  const objective = hasPoint ? model.getObjectiveValue() : null;
  const solution = hasPoint ? model.getSolution() : null;
  const bound = isMip ? model.info.get('mip_dual_bound') : name === 'optimal' ? objective : null;
  return {
    status: name,
    objective,
    bound: Number.isFinite(bound) ? bound : null,
    values: hasPoint ? base64(Float64Array.from(solution.colValue)) : '',
    rowDuals: hasPoint && !isMip ? base64(Float64Array.from(solution.rowDual)) : '',
    nodes: isMip ? Number(model.info.get('mip_node_count')) : 0,
  };
}
