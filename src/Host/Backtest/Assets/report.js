// Draws the report from the figures that stand in the page itself; it loads nothing.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { strategies, currency } = data;
  const at = (id) => document.getElementById(id);
  const percent = (share) => (share == null ? "–" : `${(100 * share).toFixed(2)} %`);
  const money = (value) => Number(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 0 });
  const times = data.dates.map((day) => Date.parse(day) / 1000);
  const tones = ["one", "two", "three"];
  const color = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const fade = (value, share) => value.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);

  function fill(table, headers, rows, textColumns = []) {
    const head = table.createTHead().insertRow();
    headers.forEach((text) => { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = text; head.append(cell); });
    const body = table.createTBody();
    rows.forEach((row) => {
      const line = body.insertRow();
      row.forEach((value, index) => {
        const cell = line.insertCell();
        if (value instanceof Node) cell.append(value); else cell.textContent = value;
        if (textColumns.includes(index)) cell.className = "text";
      });
    });
  }

  function named(index) {
    const name = document.createElement("span");
    const swatch = document.createElement("i");
    swatch.className = "swatch";
    swatch.style.background = `var(--${tones[index]})`;
    name.append(swatch, strategies[index].name);
    return name;
  }

  function list(id, sentences) {
    sentences.forEach((text) => { const item = document.createElement("li"); item.textContent = text; at(id).append(item); });
  }

  function words() {
    const [own] = strategies;
    at("subtitle").textContent = `${data.from} to ${data.to} · ${data.assets.length} assets · ${data.accounts.length} accounts · ${data.decisions.length} rebalances · in ${currency}`;
    document.querySelectorAll("[data-unit]").forEach((place) => { place.textContent = currency; });
    list("notes", data.notes);
    list("assumptions", data.assumptions);
    [["Value at the end", whole(own.endValue), `from ${whole(own.startValue)} ${currency}`], ["Return a year", percent(own.annualReturn), `volatility ${percent(own.annualVolatility)}`],
      ["Largest drawdown", percent(own.maxDrawdown), `return over volatility ${own.sharpe == null ? "–" : own.sharpe.toFixed(2)}`], ["Average drift", percent(own.averageDrift), `turnover a year ${percent(own.annualTurnover)}`],
      ["Costs", money(Number(own.fees) + Number(own.spread)), `fees ${money(own.fees)}, spread ${money(own.spread)}`]].forEach(([name, value, more]) => {
      const box = document.createElement("div");
      const [label, figure, note] = ["small", "b", "small"].map((tag) => document.createElement(tag));
      [label.textContent, figure.textContent, note.textContent] = [name, value, more];
      box.append(label, figure, note);
      at("figures").append(box);
    });
    fill(at("summary"), ["", `End, ${currency}`, "Return a year", "Volatility", "Sharpe", "Max drawdown", "Turnover a year", "Average drift", "Fees", "Spread", "Fills"],
      strategies.map((one, index) => [named(index), money(one.endValue), percent(one.annualReturn), percent(one.annualVolatility), one.sharpe == null ? "–" : one.sharpe.toFixed(2),
        percent(one.maxDrawdown), percent(one.annualTurnover), percent(one.averageDrift), money(one.fees), money(one.spread), whole(one.fills)]));
    fill(at("decisions"), ["Day", "Why", "Orders", "Drift before", "Planned", "After", "Turnover", "Fees", "Spread", "Gap, bp"],
      data.decisions.map((one) => [one.at.slice(0, 10), one.trigger, one.orders, percent(one.driftBefore), percent(one.driftPlanned), percent(one.driftAfter), money(one.turnover), money(one.fees), money(one.spread), one.gapBasisPoints.toFixed(2)]), [1]);
  }

  function years() {
    const ends = new Map();
    data.dates.forEach((day, index) => ends.set(day.slice(0, 4), index));
    let from = 0;
    const rows = [...ends].map(([year, to]) => {
      const change = (series) => Number(series[to]) / Number(series[from]) - 1;
      const added = (series) => money(Number(series[to]) - (from === 0 ? 0 : Number(series[from])));
      const row = [year, ...strategies.map((one) => percent(change(one.equity))), added(strategies[0].turnover), added(strategies[0].costs)];
      from = to;
      return row;
    });
    fill(at("years"), ["", ...strategies.map((one) => one.name), "Turnover", "Costs"], rows);
  }

  const kinds = {
    equity: { of: (one) => one.equity.map(Number), show: money, axis: whole, height: 320 },
    drawdown: { of: (one) => one.drawdown.map((fall) => -fall), show: percent, axis: (value) => `${Math.round(100 * value)} %`, height: 220 },
    drift: { of: (one) => one.drift, show: percent, axis: (value) => `${+(100 * value).toFixed(1)} %`, height: 230 },
    costs: { of: (one) => one.costs.map(Number), show: money, axis: whole, height: 230 },
    turnover: { of: (one) => one.turnover.map(Number), show: money, axis: whole, height: 230 },
  };
  let drawn = [];

  function draw() {
    drawn.forEach((chart) => chart.destroy());
    const [quiet, line] = ["quiet", "line"].map(color);
    const day = (time) => (time == null ? "–" : new Date(time * 1000).toISOString().slice(0, 10));
    drawn = [...document.querySelectorAll("[data-chart]")].map((element) => {
      const kind = kinds[element.dataset.chart];
      const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: "12px system-ui" };
      const logarithmic = element.dataset.chart === "equity" && at("log").checked;
      const bounds = (from, to) => (from == null ? [0, 1] : from === to ? [from * 0.99 - 0.01, to * 1.01 + 0.01] : [from - (to - from) * 0.05, to + (to - from) * 0.05]);
      return new uPlot({
        width: element.clientWidth, height: kind.height, tzDate: (time) => uPlot.tzDate(new Date(time * 1000), "Etc/UTC"),
        cursor: { sync: { key: "report" } },
        scales: { y: logarithmic ? { distr: 3 } : { range: (_, from, to) => bounds(from, to) } },
        axes: [axis, { ...axis, size: 78, values: (_, values) => values.map((value) => (value == null ? "" : kind.axis(value))) }],
        series: [{ value: (_, time) => day(time) }, ...strategies.map((one, index) => ({
          label: one.name, stroke: color(tones[index]), width: index === 0 ? 2 : 1.3, value: (_, value) => (value == null ? "–" : kind.show(value)), points: { show: false },
          fill: element.dataset.chart === "drawdown" && index === 0 ? fade(color(tones[0]), 0.1) : undefined,
        }))],
      }, [times, ...strategies.map(kind.of)], element);
    });
  }

  words();
  years();
  draw();
  at("log").addEventListener("change", draw);
  at("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let resizing = 0;
  addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(draw, 150); });
})();
