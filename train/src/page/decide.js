// What the library decides on every row under moved thresholds.
//
// Of each row the page knows the number of grid thresholds that each score reaches, and its class: a table of what the library decides
// when no label, one label or two labels are felt, each for review or for block. The verdict is the highest entry of the labels felt.

const [ALLOW, REVIEW, BLOCK] = [0, 1, 2];

/** Rows from the packed bytes: flags (1: a new family begins; 2, 4: the verdict due), class (2 bytes), true labels, reached thresholds. */
function unpack(explorer, labels) {
  const bytes = Uint8Array.from(atob(explorer.packed), (c) => c.charCodeAt(0));
  const truthBytes = Math.ceil(labels / 8);
  const stride = 3 + truthBytes + labels;
  const count = bytes.length / stride;
  const rows = { count, labels, bytes, stride, reachedAt: 3 + truthBytes, family: new Uint32Array(count), due: new Uint8Array(count) };
  rows.tables = explorer.tables.map((digits) => Uint8Array.from(digits, Number));
  let family = -1;
  for (let row = 0; row < count; row++) {
    const flags = bytes[row * stride];
    family += flags & 1;
    rows.family[row] = family;
    rows.due[row] = flags >> 1;
  }
  rows.families = family + 1;
  const sizes = new Uint32Array(rows.families);
  rows.family.forEach((f) => { sizes[f]++; });
  // a family counts once, however many rows it has
  rows.weight = Float64Array.from(rows.family, (f) => 1 / sizes[f]);
  return rows;
}

function holds(rows, row, label) {
  return (rows.bytes[row * rows.stride + 3 + (label >> 3)] >> (label & 7)) & 1;
}

/** Verdicts of all rows; `thresholds` are pairs of grid positions, one per label. */
function verdicts(rows, thresholds) {
  const { bytes, stride, labels } = rows;
  const out = new Uint8Array(rows.count);
  const felt = new Uint16Array(labels);
  for (let row = 0; row < rows.count; row++) {
    const at = row * stride;
    const table = rows.tables[bytes[at + 1] | (bytes[at + 2] << 8)];
    let verdict = table[0];
    let n = 0;
    for (let l = 0; l < labels; l++) {
      const reached = bytes[at + rows.reachedAt + l];
      const [review, block] = thresholds[l];
      if (reached > block) felt[n++] = 2 * l + 1;
      else if (reached > review) felt[n++] = 2 * l;
    }
    for (let i = 0; i < n; i++) {
      const b = felt[i];
      verdict = Math.max(verdict, table[1 + b]);
      for (let j = 0; j < i; j++) verdict = Math.max(verdict, table[1 + 2 * labels + (b * (b - 1)) / 2 + felt[j]]);
    }
    out[row] = verdict;
  }
  return out;
}

/** Families (or rows, for the last two) of which each thing can be said, as `nosolicit-train tune` counts. */
function outcome(rows, said) {
  const kinds = {
    missed: [(due) => due >= REVIEW, (v) => v === ALLOW],
    false_alarms: [(due) => due === ALLOW, (v) => v >= REVIEW],
    wrongly_blocked: [(due) => due < BLOCK, (v) => v === BLOCK],
    not_blocked: [(due) => due === BLOCK, (v) => v < BLOCK],
  };
  const counted = {};
  for (const [name, [among, is]] of Object.entries(kinds)) {
    // 1: the family has such a row; 3: and it is so
    const family = new Uint8Array(rows.families);
    for (let row = 0; row < rows.count; row++) {
      if (among(rows.due[row])) family[rows.family[row]] |= is(said[row]) ? 3 : 1;
    }
    let [hits, of] = [0, 0];
    for (const f of family) {
      if (f) of++;
      if (f === 3) hits++;
    }
    counted[name] = rate(hits, of);
  }
  const share = (verdict) => rate(said.reduce((n, v) => n + (v === verdict), 0), rows.count);
  return { ...counted, reviewed: share(REVIEW), blocked: share(BLOCK) };
}

/** Mean cost per row, where a family counts as one row; `prevalence` is the share with something to stop, `null`: as in the rows. */
function meanCost(rows, said, costs, prevalence) {
  const weight = [0, 0];
  const cost = [0, 0];
  for (let row = 0; row < rows.count; row++) {
    const [due, verdict, w] = [rows.due[row], said[row], rows.weight[row]];
    const kind = due >= REVIEW ? 1 : 0;
    weight[kind] += w;
    if (verdict === ALLOW && due >= REVIEW) cost[kind] += w * costs.miss;
    else if (verdict === REVIEW) cost[kind] += w * costs.review;
    else if (verdict === BLOCK && due < BLOCK) cost[kind] += w * costs.false_alarm;
  }
  const stop = prevalence ?? weight[1] / (weight[0] + weight[1]);
  return (stop * cost[1]) / Math.max(weight[1], 1e-9) + ((1 - stop) * cost[0]) / Math.max(weight[0], 1e-9);
}
