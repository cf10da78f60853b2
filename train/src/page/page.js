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
const VERDICTS = ["allow", "review", "block"];
const OUTCOMES = {
  missed: ["Missed", "families with something to stop, let through"],
  false_alarms: ["False alarms", "families that may pass, stopped"],
  wrongly_blocked: ["Wrongly blocked", "families to which no block is due"],
  reviewed: ["Under review", "rows for a person to look at"],
  blocked: ["Blocked", "rows"],
};

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
    one("claim").hidden = false;
  }
  const facts = [
    ["rows", `${of.rows} (${of.violating} violating)`], ["families", of.families], ["tier", of.tier], ["policy", of.policy],
    ["model, SHA-256", of.model_sha256.slice(0, 12)], ["rows, SHA-256", of.data_sha256.slice(0, 12)],
  ];
  one("about").append(...facts.map(([name, value]) => tag("div", {}, tag("dt", {}, name), tag("dd", {}, `${value}`))));
  const left = [];
  if (of.seen_in_training) left.push("The model was trained on exactly these rows: these figures say nothing about others.");
  if (data.explorer) {
    const { rows, texts } = data.explorer;
    if (rows < of.rows) left.push(`The explorer works on ${rows} of the ${of.rows} rows, whole families drawn by their names; all else counts every row.`);
    if (texts.length < rows) left.push(`Of ${rows} rows in the explorer, the texts of ${texts.length} are in this page: those judged wrongly or nearest to a threshold.`);
  }
  one("left-out").textContent = left.join(" ");
}

const value = (label, position) => (position < label.grid.length ? label.grid[position] : 2);
const valueInWords = (label, position) => (position < label.grid.length ? `${label.grid[position]}` : "never");

const toml = () => {
  const key = (name) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name));
  const float = (x) => (Number.isInteger(x) ? x.toFixed(1) : `${x}`);
  const line = (label, l) => {
    const [review, block] = thresholds[l].map((p) => float(value(label, p)));
    return `${key(label.name)} = { review = ${review}, block = ${block} }`;
  };
  return `[labels]\n${data.labels.map(line).join("\n")}\n`;
};

/** A box per label: the scores, and two sliders on the same scale. */
function labelBox(label, l) {
  const scores = data.counts[0].subjects[l];
  const counts = cumulative(scores);
  const figures = tag("p", { class: "figures" });
  const shown = histogram(scores);
  const sliders = ["review", "block"].map((name, side) => {
    // the place beyond the grid is never; for review the last of the grid, which is 1, is as good
    const never = label.grid.length;
    const input = tag("input", { type: "range", class: name, id: `${name}-${l}`, min: 0, max: never, step: 1 });
    const output = tag("output", { for: input.id });
    input.setAttribute("aria-label", `${shownName(label.name)}: ${name} from this score on`);
    input.addEventListener("input", () => {
      const position = Math.min(Number(input.value), side ? never : never - 1);
      const pair = thresholds[l];
      pair[side] = position;
      if (side === 0) pair[1] = Math.max(pair[1], position);
      else pair[0] = Math.min(pair[0], position);
      update();
    });
    const row = tag("div", { class: "slider" }, tag("span", { class: "what" }, `${name} from`), output, input);
    return { input, output, row };
  });
  const fieldset = tag("fieldset", { class: "label" }, tag("legend", {}, shownName(label.name)), figures, shown.picture, ...sliders.map((s) => s.row));
  const show = () => {
    const positions = thresholds[l];
    sliders.forEach(({ input, output }, side) => {
      input.value = positions[side];
      output.textContent = valueInWords(label, positions[side]);
      input.setAttribute("aria-valuetext", output.textContent);
    });
    shown.place(positions);
    const [hits, wrong] = [counts.with[positions[0]] ?? 0, counts.without[positions[0]] ?? 0];
    figures.textContent = `${percent(rate(hits, hits + wrong).share)} % precise, ${percent(rate(hits, counts.positives).share)} % found`;
  };
  return { fieldset, show };
}

function outcomeBox([id, [name, meaning]]) {
  const [big, rest, moved] = ["b", "span", "span"].map((n) => tag(n));
  rest.className = "rest";
  moved.className = "moved";
  const box = tag("div", { id: `outcome-${id}`, title: meaning }, tag("span", { class: "name" }, name), tag("span", { class: "rate" }, big, " ", rest), moved);
  return { box, show: (now, before) => {
    const [share, counts] = rateInWords(now);
    big.textContent = share;
    // a line may break between count and interval, and nowhere else
    rest.replaceChildren(...counts.split(/(?<= )/).map((part) => tag("span", {}, part)));
    const by = now.hits - before.hits;
    moved.textContent = by ? `${by > 0 ? "+" : "−"}${Math.abs(by)}, was ${rateInWords(before)[0]}` : "";
  } };
}

function costBox() {
  const [big, moved] = [tag("b"), tag("span", { class: "moved" })];
  const box = tag("div", { id: "outcome-cost", title: "a family counts as one message" },
    tag("span", { class: "name" }, "Cost a message"), tag("span", { class: "rate" }, big, tag("span", { class: "rest" }, "mean, a family counts once")), moved);
  return { box, show: (now, before) => {
    big.textContent = now.toFixed(4);
    moved.textContent = Math.abs(now - before) >= 5e-5 ? `was ${before.toFixed(4)}` : "";
  } };
}

const costs = () => Object.fromEntries(["miss", "false_alarm", "review"].map((name) => [name, Math.max(0, one(`cost-${name}`).valueAsNumber || 0)]));
const prevalence = () => {
  const share = one("prevalence").valueAsNumber / 100;
  return share >= 0 && share <= 1 ? share : null;
};

let parts;
function update() {
  parts.labels.forEach((label) => label.show());
  const now = verdicts(explorer.rows, thresholds);
  const [after, before] = [outcome(explorer.rows, now), parts.before];
  parts.outcomes.forEach(([id, box]) => box.show(after[id], before[id]));
  parts.cost.show(meanCost(explorer.rows, now, costs(), prevalence()), meanCost(explorer.rows, parts.usedVerdicts, costs(), prevalence()));
  one("toml").textContent = toml();
  showChanges(now);
  drawCurves();
}

/** The rows whose verdict is not the one of the thresholds in use, by where they go. */
function showChanges(now) {
  const { rows, texts } = explorer;
  const textOf = new Map(texts.map((t) => [t.row, t]));
  const groups = new Map();
  let changed = 0;
  for (let row = 0; row < rows.count; row++) {
    const [was, is] = [parts.usedVerdicts[row], now[row]];
    if (was === is) continue;
    changed++;
    const key = `${VERDICTS[was]} → ${VERDICTS[is]}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  one("changes-note").textContent = changed
    ? `${changed} of ${rows.count} rows are judged otherwise than with the thresholds in use.`
    : "With these thresholds every row is judged as with those in use.";
  one("changes").replaceChildren(...[...groups].sort().map(([key, members]) => changeGroup(key, members, textOf)));
}

function changeGroup(key, members, textOf) {
  const { rows } = explorer;
  const list = tag("ul");
  const readable = members.filter((row) => textOf.has(row));
  const to = VERDICTS.indexOf(key.split(" → ")[1]);
  const right = members.filter((row) => rows.due[row] === to).length;
  const item = (row) => {
    const { place, text } = textOf.get(row);
    const truth = data.labels.filter((_, l) => holds(rows, row, l)).map((l) => shownName(l.name)).join(", ") || "permitted";
    const due = rows.due[row];
    const judged = tag("b", { class: due === to ? "right" : "wrong" }, due === to ? "now right" : `due: ${VERDICTS[due]}`);
    return tag("li", {}, tag("div", { class: "meta" }, judged, tag("span", {}, truth), tag("span", {}, place)), tag("p", { class: "text" }, text));
  };
  const more = tag("button", { type: "button" });
  let shown = 0;
  const add = (number) => {
    list.append(...readable.slice(shown, shown + number).map(item));
    shown += number;
    more.textContent = `Show ${Math.min(50, readable.length - shown)} more`;
    more.hidden = shown >= readable.length;
  };
  add(6);
  more.addEventListener("click", () => add(50));
  const unread = members.length - readable.length;
  const facts = `${members.length} rows, ${right} of them now as due${unread ? `; ${unread} without their text in this page` : ""}`;
  return tag("section", {}, tag("h4", {}, `${key} `, tag("small", {}, facts)), list, more);
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

function explore() {
  const usedVerdicts = verdicts(explorer.rows, used);
  parts = {
    usedVerdicts,
    before: outcome(explorer.rows, usedVerdicts),
    labels: data.labels.map(labelBox),
    outcomes: Object.entries(OUTCOMES).map((entry) => [entry[0], outcomeBox(entry)]),
    cost: costBox(),
  };
  one("labels").append(...parts.labels.map((label) => label.fieldset));
  one("outcome").append(...parts.outcomes.map(([, box]) => box.box), parts.cost.box);
  for (const [name, cost] of Object.entries(data.costs)) one(`cost-${name}`).value = cost;
  if (data.prevalence !== null) one("prevalence").value = 100 * data.prevalence;
  document.querySelectorAll(".costs input").forEach((input) => input.addEventListener("input", update));
  one("reset").addEventListener("click", () => {
    thresholds = data.labels.map((label) => [...label.first]);
    update();
  });
  one("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(toml());
      one("copied").textContent = "Copied";
    } catch {
      // pages opened from a file may not write to the clipboard
      one("toml-shown").open = true;
      getSelection().selectAllChildren(one("toml"));
      one("copied").textContent = "Selected below; copy it with your keys";
    }
  });
  update();
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
