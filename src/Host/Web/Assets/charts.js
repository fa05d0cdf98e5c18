// Draws what the server's data endpoints say, in the page's own colours, and writes the same figures into the table under each chart.
window.charts = (() => {
  const drawn = new Map();
  const refreshAfter = 5000;
  const triggers = {
    Manual: "asked for", Schedule: "schedule", DriftBand: "band left", Deposit: "deposit", SettingsChanged: "new settings", AccountAdded: "new account",
    Remainder: "remainder", ShortCash: "cash short", IdleCash: "idle cash",
  };
  let refreshedAt = Date.now();

  const color = (name) => {
    const probe = document.createElement("i");
    probe.className = `c-${name}`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const money = (value) => Number(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = (value) => `${(100 * value).toFixed(2)}%`;
  // Coarse steps are dates, fine ones times of day.
  const clock = (at, step) => { const text = new Date(at * 1000).toISOString(); return step >= 86400 ? text.slice(5, 10) : text.slice(11, step < 60 ? 19 : 16); };
  const fade = (value, share) => value.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);

  function table(element, headers, rows) {
    const place = element.closest("figure")?.querySelector("[data-table-of]");
    if (!place) return;
    const result = document.createElement("table");
    const head = result.createTHead().insertRow();
    headers.forEach((text) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      head.append(cell);
    });
    const body = result.createTBody();
    rows.forEach((row) => {
      const line = body.insertRow();
      row.forEach((text, index) => {
        const cell = line.insertCell();
        cell.textContent = text;
        if (index > 0) cell.className = "number";
      });
    });
    place.replaceChildren(result);
  }

  function empty(element, text) {
    const note = document.createElement("p");
    note.className = "quiet";
    note.textContent = text;
    element.replaceChildren(note);
  }

  // What each decision was made for, over its line where there is room.
  function decisionMarks(points, why, mark, quiet) {
    const decisions = points.filter((point) => point.decision);
    return (chart) => {
      const { ctx, bbox } = chart;
      const scale = devicePixelRatio || 1;
      let free = -Infinity;
      ctx.save();
      ctx.strokeStyle = fade(mark, 0.35);
      ctx.fillStyle = quiet;
      ctx.font = `${11 * scale}px system-ui`;
      ctx.textAlign = "left";
      ctx.textBaseline = "top";
      ctx.setLineDash([3, 4]);
      decisions.forEach((point) => {
        const x = Math.round(chart.valToPos(Date.parse(point.at) / 1000, "x", true));
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        const text = why[point.decision] ?? "";
        const width = ctx.measureText(text).width + 8 * scale;
        if (text && x > free && x + width < bbox.left + bbox.width) {
          ctx.fillText(text, x + 4 * scale, bbox.top + 2 * scale);
          free = x + width;
        }
      });
      ctx.restore();
    };
  }

  function equity(element, { points, why }) {
    table(element, ["At", "Value", "Drift", "Decision"], [...points].reverse().slice(0, 500)
      .map((point) => [point.at.slice(0, 19).replace("T", " "), money(point.value), point.drift == null ? "" : percent(point.drift), point.decision ?? ""]));
    if (points.length < 2) return empty(element, "The curve begins with the next reading.");
    const [line, drift, quiet, grid, mark] = ["accent", "warn", "quiet", "line", "text"].map(color);
    const axis = { stroke: quiet, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui" };
    // Away from the pointer the legend has the latest figures.
    const settle = (chart) => { if (chart.cursor.idx == null) chart.setLegend({ idx: points.length - 1 }); };
    const options = {
      width: element.clientWidth, height: 260, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      series: [
        { label: "At", value: (_, at) => (at == null ? "–" : new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ")) },
        { label: "Value", stroke: line, width: 2, fill: fade(line, 0.08), value: (_, value) => (value == null ? "–" : money(value)) },
        { label: "Drift", scale: "drift", stroke: drift, width: 1.5, spanGaps: true, value: (_, value) => (value == null ? "–" : percent(value)) },
      ],
      axes: [{ ...axis, space: 84, values: (_, ticks) => ticks.map((at) => clock(at, ticks[1] - ticks[0])) }, { ...axis, size: 84, values: (_, values) => values.map((value) => value.toLocaleString("en-US")) },
        { ...axis, scale: "drift", side: 1, size: 60, grid: { show: false }, values: (_, values) => values.map((value) => `${+(100 * value).toFixed(1)}%`) }],
      scales: { y: { range: (_, low, high) => uPlot.rangeNum(low, high, 0.18, true) }, drift: { range: (_, low, high) => [0, Math.max(0.01, high * 1.15)] } },
      hooks: { draw: [decisionMarks(points, why, mark, quiet)], ready: [settle], setCursor: [settle] },
    };
    element.replaceChildren();
    return new uPlot(options, [points.map((point) => Date.parse(point.at) / 1000), points.map((point) => Number(point.value)), points.map((point) => point.drift)], element);
  }

  function onCanvas(element, height, option) {
    element.replaceChildren();
    const place = document.createElement("div");
    place.className = height;
    element.append(place);
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ animation: false, textStyle: { fontFamily: "system-ui" }, ...option });
    return chart;
  }

  const tooltip = () => ({ renderMode: "richText", backgroundColor: color("card"), borderColor: color("line"), textStyle: { color: color("text"), fontSize: 12 } });

  function flow(element, data) {
    const label = Object.fromEntries(data.nodes.map((node) => [node.id, node.label]));
    table(element, ["From", "To", `Value, ${data.currency}`].map(String), data.links.map((link) => [`${label[link.from]} → ${label[link.to]}`, label[link.to], money(link.value)]));
    if (data.links.length === 0) return empty(element, "Nothing is traded.");
    const tones = { sold: color("sell"), bought: color("buy"), account: color("accent"), "cash-used": color("quiet"), "cash-kept": color("quiet") };
    const depth = { sold: 0, "cash-used": 0, account: 1, bought: 2, "cash-kept": 2 };
    const words = { sold: "sell ", bought: "buy ", account: "", "cash-used": "from ", "cash-kept": "to " };
    const sides = data.nodes.map((node) => depth[node.kind]);
    const rows = Math.max(...[0, 1, 2].map((side) => sides.filter((at) => at === side).length));
    return onCanvas(element, rows > 9 ? "tall" : rows > 5 ? "high" : "low", {
      tooltip: { ...tooltip(), formatter: (at) => (at.dataType === "edge" ? `${label[at.data.source]} → ${label[at.data.target]}: ${money(at.data.value)}` : `${label[at.name]}: ${money(at.value)}`) },
      series: [{
        type: "sankey", left: 8, right: 130, top: 12, bottom: 12, nodeWidth: 12, nodeGap: 12, draggable: false, emphasis: { focus: "adjacency" },
        data: data.nodes.map((node) => ({ name: node.id, depth: depth[node.kind], itemStyle: { color: tones[node.kind], borderWidth: 0 } })),
        links: data.links.map((link) => ({ source: link.from, target: link.to, value: Number(link.value) })),
        lineStyle: { color: "gradient", opacity: 0.32, curveness: 0.5 },
        label: { color: color("text"), fontSize: 12, formatter: (at) => words[at.name.split(" ")[0]] + label[at.name] },
      }],
    });
  }

  // Ever smaller, so that portfolios in one place lie on each other like rings.
  const dot = (name, point, tone, symbol, size) => ({
    name, type: "scatter", symbol, symbolSize: size, data: [[point.volatility, point.expectedReturn]], itemStyle: { color: tone }, z: 5,
  });

  function frontier(element, view) {
    const { report } = view;
    table(element, ["Point", "Volatility", "Expected return"], [
      ...report.portfolios.map((portfolio) => [portfolio.name, percent(portfolio.volatility), percent(portfolio.expectedReturn)]),
      ...report.assets.map((asset, index) => [asset, percent(report.volatilities[index]), percent(report.returns[index])]),
      ...report.frontier.map((point, index) => [`Frontier ${index + 1}`, percent(point.volatility), percent(point.expectedReturn)])]);
    const [text, quiet, rule, accent, buy, warn] = ["text", "quiet", "line", "accent", "buy", "warn"].map(color);
    const axis = (name) => ({
      name, type: "value", scale: true, nameLocation: "middle", nameGap: name === "Volatility a year" ? 28 : 48, nameTextStyle: { color: quiet },
      axisLabel: { color: quiet, formatter: (value) => `${Math.round(100 * value)}%` }, splitLine: { lineStyle: { color: rule } }, axisLine: { lineStyle: { color: rule } },
    });
    // Drawn as far as it says something of the portfolios; what lies further out is named, and in the table.
    const reach = 3.5 * Math.max(...report.portfolios.map((portfolio) => portfolio.volatility));
    const all = report.assets.map((name, index) => ({ name, value: [report.volatilities[index], report.returns[index]] }));
    const assets = all.filter((asset) => asset.value[0] <= reach);
    const beyond = all.filter((asset) => asset.value[0] > reach).map((asset) => asset.name);
    const line = report.frontier.filter((point) => point.volatility <= reach);
    return onCanvas(element, "high", {
      grid: { left: 64, right: 24, top: 40, bottom: 46 },
      title: { show: beyond.length > 0, text: `further right: ${beyond.join(", ")} →`, right: 26, bottom: 52, textStyle: { color: quiet, fontSize: 11, fontWeight: "normal" } },
      legend: { top: 4, textStyle: { color: text }, data: ["Frontier", ...report.portfolios.map((portfolio) => portfolio.name), "Assets"] },
      tooltip: { ...tooltip(), formatter: (at) => `${at.data.name ?? at.seriesName}: volatility ${percent((at.value ?? at.data)[0])}, return ${percent((at.value ?? at.data)[1])}` },
      xAxis: axis("Volatility a year"), yAxis: axis("Expected return a year"),
      series: [
        { name: "Frontier", type: "line", showSymbol: false, data: line.map((point) => [point.volatility, point.expectedReturn]), lineStyle: { color: accent, width: 3 }, itemStyle: { color: accent } },
        { name: "Assets", type: "scatter", symbolSize: 7, data: assets, itemStyle: { color: quiet }, label: { show: true, position: "right", color: quiet, fontSize: 11, formatter: (at) => at.data.name }, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" } },
        ...report.portfolios.map((portfolio, index) => dot(portfolio.name, portfolio, [buy, warn, text][index], ["diamond", "circle", "triangle"][index], [26, 15, 8][index])),
      ],
    });
  }

  function contributions(element, view) {
    const { report } = view;
    const now = report.portfolios.find((portfolio) => portfolio.name === "Now");
    const order = report.assets.map((_, index) => index).sort((a, b) => now.contributions[b] - now.contributions[a]);
    table(element, ["Asset", "Weight", "Share of the variance"], order.map((index) => [report.assets[index], percent(now.weights[index]), percent(now.contributions[index])]));
    const [text, quiet, line, accent, warn] = ["text", "quiet", "line", "accent", "warn"].map(color);
    const bars = (name, values, tone) => ({ name, type: "bar", barMaxWidth: 16, itemStyle: { color: tone, borderRadius: 2 }, data: order.map((index) => values[index]) });
    return onCanvas(element, "high", {
      grid: { left: 52, right: 12, top: 40, bottom: 30 }, legend: { top: 4, textStyle: { color: text } },
      tooltip: { ...tooltip(), trigger: "axis", valueFormatter: percent },
      xAxis: { type: "category", data: order.map((index) => report.assets[index]), axisLabel: { color: text, interval: 0 }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
      yAxis: { type: "value", axisLabel: { color: quiet, formatter: (value) => `${Math.round(100 * value)}%` }, splitLine: { lineStyle: { color: line } } },
      series: [bars("Weight", now.weights, fade(accent, 0.55)), bars("Share of the variance", now.contributions, warn)],
    });
  }

  // The curve's decisions are told by their triggers, which the list of decisions has.
  async function readData(element) {
    const answer = await fetch(element.dataset.src);
    if (!answer.ok) return null;
    const data = await answer.json();
    if (element.dataset.chart !== "equity") return data;
    const decisions = await fetch("/data/decisions?limit=200");
    const why = decisions.ok ? Object.fromEntries((await decisions.json()).map((entry) => [entry.id, triggers[entry.trigger.split(":")[0]] ?? ""])) : {};
    return { points: data, why };
  }

  const kinds = { equity, flow, frontier, contributions };

  async function drawOne(element) {
    const data = await readData(element);
    if (data === null) return empty(element, "The figures could not be read.");
    dispose(element);
    drawn.set(element, { chart: kinds[element.dataset.chart](element, data), data });
  }

  function dispose(element) {
    const chart = drawn.get(element)?.chart;
    if (chart?.dispose) chart.dispose();
    else if (chart?.destroy) chart.destroy();
    drawn.delete(element);
  }

  const all = () => [...document.querySelectorAll("[data-chart]")];
  const draw = () => all().forEach((element) => drawOne(element));

  function redraw() {
    all().forEach((element) => {
      const known = drawn.get(element);
      if (!known) return;
      dispose(element);
      drawn.set(element, { chart: kinds[element.dataset.chart](element, known.data), data: known.data });
    });
  }

  // Called with every update of the page: new charts are drawn at once, the curve every few seconds.
  function refresh() {
    [...drawn.keys()].filter((element) => !element.isConnected).forEach(dispose);
    const isDue = Date.now() - refreshedAt > refreshAfter;
    if (isDue) refreshedAt = Date.now();
    all().filter((element) => !drawn.has(element) || (isDue && element.dataset.chart === "equity")).forEach((element) => drawOne(element));
  }

  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(redraw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  return { draw, redraw, refresh };
})();
