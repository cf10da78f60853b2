// Charts in SVG. All numbers come from counts per grid threshold, so that they are exact wherever a slider can stand.

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

/** Rows that reach each threshold of a grid: those with the label, those without. */
function cumulative(scores) {
  const from = (counts) => {
    const sums = new Array(counts.length - 1);
    let sum = 0;
    for (let i = counts.length - 1; i > 0; i--) sums[i - 1] = sum += counts[i];
    return sums;
  };
  const total = (counts) => counts.reduce((a, b) => a + b, 0);
  return { with: from(scores.with), without: from(scores.without), positives: total(scores.with), negatives: total(scores.without) };
}

const WIDTH = 340;
const HEIGHT = 306;
const BOX = { left: 30, right: 330, top: 26, bottom: 270 };
const toX = (share) => BOX.left + share * (BOX.right - BOX.left);
const toY = (share) => BOX.bottom - share * (BOX.bottom - BOX.top);

/** An empty square from 0 to 100 per cent. */
function frame(host, name, across, up) {
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", tabindex: "0", "aria-label": name });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    picture.append(svg("line", { class: share ? "grid" : "axis", x1: BOX.left, x2: BOX.right, y1: toY(share), y2: toY(share) }));
    picture.append(svg("text", { x: BOX.left - 6, y: toY(share) + 4, "text-anchor": "end" }, `${100 * share}`));
    picture.append(svg("text", { x: toX(share), y: BOX.bottom + 16, "text-anchor": "middle" }, `${100 * share}`));
  }
  picture.append(svg("text", { x: BOX.right, y: BOX.bottom + 33, "text-anchor": "end" }, `${across}, % →`));
  picture.append(svg("text", { x: 0, y: BOX.top - 13 }, `↑ ${up}, %`));
  host.replaceChildren(picture);
  return picture;
}

const inWords = (estimate) => {
  if (estimate.value === null) return "not defined";
  const interval = estimate.low === null ? "" : ` (${estimate.low.toFixed(3)}–${estimate.high.toFixed(3)})`;
  return estimate.value.toFixed(3) + interval;
};

/** Recall and precision, or false alarms and recall, at each threshold that something reaches. */
const AXES = {
  pr: { across: (c, i) => c.with[i] / c.positives, up: (c, i) => c.with[i] / (c.with[i] + c.without[i]) },
  roc: { across: (c, i) => c.without[i] / c.negatives, up: (c, i) => c.with[i] / c.positives },
};

function points(kind, counts) {
  const { across, up } = AXES[kind];
  const found = counts.with.map((_, i) => ({ i, x: across(counts, i), y: up(counts, i) }));
  return found.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
}

function path(kind, counts) {
  const line = points(kind, counts).map((p) => `${toX(p.x).toFixed(2)},${toY(p.y).toFixed(2)}`);
  if (kind === "roc" && line.length) line.push(`${toX(0)},${toY(0)}`);
  return line.length ? `M${line.join("L")}` : "";
}

/** One curve chart. `subjects` are the cumulative counts of all labels, `chosen` the number of the strong one. */
function curves(kind, host, readout, said, subjects, chosen, grid, thresholds) {
  const names = kind === "pr" ? ["found (recall)", "precision"] : ["false alarms among rows without it", "found"];
  const picture = frame(host, said, ...names);
  const counts = subjects[chosen];
  if (kind === "roc") picture.append(svg("line", { class: "chance", x1: toX(0), y1: toY(0), x2: toX(1), y2: toY(1) }));
  subjects.forEach((other, s) => { if (s !== chosen) picture.append(svg("path", { class: "other", d: path(kind, other) })); });
  picture.append(svg("path", { class: "curve", d: path(kind, counts) }));
  const stops = points(kind, counts);
  const mark = (position, name) => {
    const stop = stops.find((p) => p.i === position);
    if (stop) picture.append(svg("circle", { class: `mark ${name}`, cx: toX(stop.x), cy: toY(stop.y), r: 4.5 }));
  };
  if (thresholds) ["review", "block"].forEach((name, i) => mark(thresholds[i], name));
  const probe = svg("circle", { class: "probe", r: 5, visibility: "hidden" });
  picture.append(probe);
  readAlong(picture, stops.length, (n) => {
    const { i, x: px, y: py } = stops[n];
    probe.setAttribute("cx", toX(px));
    probe.setAttribute("cy", toY(py));
    probe.setAttribute("visibility", "visible");
    const all = counts.with[i] + counts.without[i];
    readout.textContent = `From ${grid[i]} on: precision ${rateInWords(rate(counts.with[i], all)).join(" ")}, ` +
      `recall ${rateInWords(rate(counts.with[i], counts.positives)).join(" ")}, false alarms ${rateInWords(rate(counts.without[i], counts.negatives)).join(" ")}`;
  }, (at) => nearest(stops, at), Math.max(0, stops.findIndex((p) => thresholds && p.i === thresholds[0])));
}

/** The number of the stop nearest to a place in the picture. */
function nearest(stops, at) {
  let [best, least] = [0, Infinity];
  stops.forEach((p, n) => {
    const distance = (toX(p.x) - at.x) ** 2 + (toY(p.y) - at.y) ** 2;
    if (distance < least) [best, least] = [n, distance];
  });
  return best;
}

/** Calls `show` for the stop pointed at, or stepped to with the arrow keys. */
function readAlong(picture, stops, show, find, first) {
  if (!stops) return;
  let now = first;
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    now = find({ x: ((event.clientX - box.left) * WIDTH) / box.width, y: ((event.clientY - box.top) * HEIGHT) / box.height });
    show(now);
  });
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    now = Math.min(Math.max(now + step, 0), stops - 1);
    show(now);
  });
}

/** Observed share of rows with the label against the mean score of ten bins; the bars below count rows. */
function reliability(host, readout, said, bins) {
  const picture = frame(host, said, "mean score", "rows with the label");
  const most = Math.max(1, ...bins.map((b) => b.rows));
  bins.forEach((bin, i) => {
    const height = 46 * Math.sqrt(bin.rows / most);
    picture.append(svg("rect", { class: "count", x: toX(i / 10) + 2, y: BOX.bottom - height, width: toX(0.1) - toX(0) - 4, height }));
  });
  picture.append(svg("line", { class: "chance", x1: toX(0), y1: toY(0), x2: toX(1), y2: toY(1) }));
  const stops = bins.filter((b) => b.rows).map((b) => ({ x: b.mean, y: b.with / b.rows, bin: b, rate: rate(b.with, b.rows) }));
  for (const stop of stops) {
    picture.append(svg("line", { class: "interval", x1: toX(stop.x), x2: toX(stop.x), y1: toY(stop.rate.low), y2: toY(stop.rate.high) }));
    picture.append(svg("circle", { class: "dot", cx: toX(stop.x), cy: toY(stop.y), r: 4 }));
  }
  const probe = svg("circle", { class: "probe", r: 6, visibility: "hidden" });
  picture.append(probe);
  readAlong(picture, stops.length, (n) => {
    const { x, y, bin, rate: observed } = stops[n];
    probe.setAttribute("cx", toX(x));
    probe.setAttribute("cy", toY(y));
    probe.setAttribute("visibility", "visible");
    readout.textContent = `Mean score ${bin.mean.toFixed(3)} of ${bin.rows} rows: with the label ${rateInWords(observed).join(" ")}`;
  }, (at) => nearest(stops, at), 0);
}

/** Scores of one label by class, above the slider's own scale: a column per grid position. */
function histogram(scores) {
  // no score lies below the grid, which begins at 0: the first column is empty and left out, so that the scale is the slider's
  const columns = scores.with.length - 1;
  const picture = svg("svg", { viewBox: `1 -37 ${columns} 74`, preserveAspectRatio: "none", "aria-hidden": "true" });
  // each side on its own scale: rows without a label are many, and would leave nothing to see of the others
  const bars = (counts, name, sign) => {
    const most = Math.max(1, ...counts);
    counts.forEach((count, i) => {
      const height = 36 * Math.sqrt(count / most);
      if (count) picture.append(svg("rect", { class: name, x: i, width: 0.86, y: sign > 0 ? -height : 0, height }));
    });
  };
  bars(scores.with, "up", 1);
  bars(scores.without, "down", -1);
  picture.append(svg("line", { class: "zero", x1: 1, x2: columns + 1, y1: 0, y2: 0 }));
  const lines = ["review", "block"].map((name) => svg("line", { class: `at ${name}`, y1: -37, y2: 37 }));
  picture.append(...lines);
  return { picture, place: (positions) => positions.forEach((p, i) => { lines[i].setAttribute("x1", p + 1); lines[i].setAttribute("x2", p + 1); }) };
}
