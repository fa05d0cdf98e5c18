// Runs a real Prometheus against a running service and asks it every query of the dashboard and of the alerts.
//   node deploy/grafana/check.mjs http://127.0.0.1:5080 [FILE WITH A TOKEN]
// Ends with 0 when every query of the dashboard returned data, 1 and their names when one did not. Needs prometheus and promtool on the PATH
// (Debian: apt-get install prometheus).
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [service, tokenFile] = process.argv.slice(2);
if (!service) {
  console.error("usage: node deploy/grafana/check.mjs URL [TOKEN_FILE]");
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
const address = new URL(service);
const scratch = mkdtempSync(join(tmpdir(), "rebalancer-prometheus-"));
const port = 20000 + Math.floor(Math.random() * 30000);
const scrapes = 4;

writeFileSync(join(scratch, "prometheus.yml"), JSON.stringify({
  global: { scrape_interval: "2s", evaluation_interval: "2s" },
  rule_files: [resolve(here, "alerts.yml")],
  scrape_configs: [{
    job_name: "rebalancer",
    scheme: address.protocol.replace(":", ""),
    static_configs: [{ targets: [address.host] }],
    ...(tokenFile ? { authorization: { credentials_file: resolve(tokenFile) } } : {}),
  }],
}));

const ask = async (path) => (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()).data;

/** Until it holds, for as long as a slow machine may need. */
async function until(what, holds) {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(500)) {
    try {
      if (await holds()) {
        return;
      }
    } catch {
      // Prometheus is not up yet.
    }
  }
  throw new Error(`${what} did not come within a minute`);
}

const dashboard = JSON.parse(readFileSync(join(here, "rebalancer.json"), "utf8"));
const queries = dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel: panel.title, expr: target.expr })));

execFileSync("promtool", ["check", "config", join(scratch, "prometheus.yml")], { stdio: ["ignore", "ignore", "inherit"] });
const prometheus = spawn("prometheus", [
  `--config.file=${join(scratch, "prometheus.yml")}`, `--storage.tsdb.path=${join(scratch, "data")}`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=error",
], { stdio: ["ignore", "inherit", "inherit"] });
let missing = 0;
try {
  await until("a scrape of the service", async () => {
    const [target] = (await ask("targets")).activeTargets;
    if (target?.health === "down") {
      console.error(`not scraped: ${target.lastError}`);
    }
    return target?.health === "up";
  });
  await until("enough scrapes for a rate", async () =>
    Number((await ask(`query?query=${encodeURIComponent("count_over_time(up[10m])")}`)).result[0]?.value[1]) >= scrapes);
  for (const { panel, expr } of queries) {
    // A percentile of what happens now and then has no value while nothing happens: a quiet moment is waited out.
    let values = [];
    for (const end = Date.now() + 60_000; values.length === 0 && Date.now() < end; await pause(values.length === 0 ? 1000 : 0)) {
      const { result } = await ask(`query?query=${encodeURIComponent(expr)}`);
      values = result.filter((series) => series.value[1] !== "NaN");
    }
    missing += values.length === 0 ? 1 : 0;
    console.log(`${values.length === 0 ? "NO DATA" : `${values.length} series`.padEnd(10)}  ${panel}: ${expr}${values.length > 0 ? ` = ${values[0].value[1]}` : ""}`);
  }
  for (const rule of (await ask("rules")).groups.flatMap((group) => group.rules)) {
    missing += rule.health === "err" ? 1 : 0;
    console.log(`alert       ${rule.name}: ${rule.state}${rule.lastError ? `, ${rule.lastError}` : ""}`);
  }
} finally {
  const ended = new Promise((done) => prometheus.once("exit", done));
  prometheus.kill();
  await ended;
  rmSync(scratch, { recursive: true, force: true });
}
console.log(missing === 0 ? `all ${queries.length} queries returned data` : `${missing} of ${queries.length} queries returned nothing`);
process.exitCode = missing === 0 ? 0 : 1;
