// The explorer: sliders, what comes of them, and the messages that change sides. `page.js` says what it works on.

const VERDICTS = ["allow", "review", "block"];
const OUTCOMES = {
  missed: ["Missed", "families with something to stop, let through"],
  false_alarms: ["False alarms", "families that may pass, stopped"],
  wrongly_blocked: ["Wrongly blocked", "families to which no block is due"],
  not_blocked: ["Not blocked", "families to which a block is due, let through or under review"],
  reviewed: ["Under review", "rows for a person to look at"],
};

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
  one("claim-left").hidden = thresholds.every((pair, l) => pair.every((position, side) => position === data.labels[l].first[side]));
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
