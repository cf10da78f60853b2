// The page: what stands where, and what happens when a slider moves. Text from the data is only ever written as text.

const data = JSON.parse(document.getElementById("data").textContent);
const one = (id) => document.getElementById(id);

function tag(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const shownName = (label) => label.replaceAll("_", " ");

/** Thresholds as pairs of grid positions, one per label. */
let thresholds = data.labels.map((label) => [...label.first]);
const used = data.labels.map((label) => label.used);
const explorer = data.explorer && { rows: unpack(data.explorer, data.labels.length), texts: data.explorer.texts };
const chosen = { judges: 0, subject: data.labels.length };

function about() {
  const { of } = data;
  const title = data.claim ? "Thresholds for an aim" : "Evaluation";
  one("title").textContent = `${title}: ${of.model}`;
  document.title = `${title}: ${of.model}`;
  if (data.claim) {
    one("claim").textContent = data.claim;
    one("claim").parentElement.hidden = false;
  }
  const facts = [
    ["rows", `${of.rows} (${of.violating} violating)`], ["families", of.families], ["tier", of.tier], ["policy", of.policy],
    ["model, SHA-256", of.model_sha256.slice(0, 12)], ["rows, SHA-256", of.data_sha256.slice(0, 12)],
  ];
  one("about").append(...facts.map(([name, value]) => tag("div", {}, tag("dt", {}, name), tag("dd", {}, `${value}`))));
  const left = [];
  if (of.seen_in_training) left.push(`The model was trained on ${of.seen_in_training} of these rows: these figures say nothing about others.`);
  if (data.explorer) {
    const { rows, texts } = data.explorer;
    if (rows < of.rows) left.push(`The explorer works on ${rows} of the ${of.rows} rows, whole families drawn by their names; all else counts every row.`);
    if (texts.length < rows) left.push(`Of ${rows} rows in the explorer, the texts of ${texts.length} are in this page: those judged wrongly or nearest to a threshold.`);
  }
  one("left-out").textContent = left.join(" ");
}

function drawCurves() {
  const { subjects } = data.counts[chosen.judges];
  const counts = subjects.map(cumulative);
  const scores = subjects[chosen.subject];
  const grid = (data.labels[chosen.subject] ?? data).grid;
  const marks = thresholds[chosen.subject];
  const name = data.labels[chosen.subject] ? shownName(data.labels[chosen.subject].name) : "any label";
  const place = (kind, said) => {
    const figure = one(kind).parentElement;
    figure.querySelector(".said").textContent = `${name}: ${said}`;
    return [one(kind), figure.querySelector(".readout"), `${figure.querySelector("b").textContent}, ${name}: ${said}`];
  };
  const draw = (kind, said) => curves(kind, ...place(kind, said), counts, chosen.subject, grid, marks);
  draw("pr", `average precision ${inWords(scores.average_precision)}`);
  draw("roc", `area under it ${inWords(scores.roc_auc)}`);
  reliability(...place("reliability", `calibration error ${inWords(scores.calibration_error)}`), scores.bins);
}

function chips(host, name, names, checked, choose) {
  names.forEach((text, i) => {
    const input = tag("input", { type: "radio", name, id: `${name}-${i}` });
    input.checked = i === checked;
    input.addEventListener("change", () => {
      choose(i);
      document.querySelectorAll(".readout").forEach((p) => { p.textContent = ""; });
      drawCurves();
    });
    host.append(tag("label", {}, input, tag("span", {}, text)));
  });
}

function confusionTable() {
  const { labels, lines } = data.confusion;
  const head = tag("tr", {}, ...["true label", "rows", ...labels.map(shownName), "nothing"].map((text) => tag("th", { scope: "col" }, text)));
  const rows = lines.map((line, r) => {
    const cells = [...line.found, line.nothing].map((count, c) => {
      const cell = tag("td", {}, `${count}`);
      const right = c === (line.label === null ? labels.length : r);
      if (right) cell.className = "own";
      const share = line.rows ? Math.sqrt(count / line.rows) : 0;
      cell.style.background = `color-mix(in srgb, var(--${right ? "without" : "with"}) ${(45 * share).toFixed(1)}%, transparent)`;
      return cell;
    });
    return tag("tr", {}, tag("th", { scope: "row" }, shownName(line.label ?? "permitted")), tag("td", {}, `${line.rows}`), ...cells);
  });
  one("confusion").append(tag("table", {}, tag("thead", {}, head), tag("tbody", {}, ...rows)));
}

function tables() {
  one("tables").append(...data.sections.map((section) => {
    const line = (kind, cells) => tag("tr", {}, ...cells.map((text) => tag(kind, {}, text)));
    const table = tag("table", {}, tag("thead", {}, line("th", section.header)), tag("tbody", {}, ...section.rows.map((row) => line("td", row))));
    const scroll = tag("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": section.title }, table);
    return tag("details", {}, tag("summary", {}, section.title), tag("p", { class: "note" }, section.note), ...(section.header.length ? [scroll] : []));
  }));
}

about();
chips(one("judges"), "judge", ["the model alone", "rules and model"], chosen.judges, (i) => { chosen.judges = i; });
chips(one("subjects"), "subject", [...data.labels.map((label) => shownName(label.name)), "any label"], chosen.subject, (i) => { chosen.subject = i; });
confusionTable();
tables();
if (explorer) {
  explore();
} else {
  one("explorer").hidden = true;
  one("unexplored").hidden = false;
  one("unexplored").textContent = `No explorer: ${data.unexplored}.`;
  drawCurves();
}
