// The data within the page: the sweep, read when the page opens, and the parts with evidence and calculations, read
// when one of their clues is opened.

const sweep = {}; // filled once by readSweep
const partsRead = new Map();

/** The value of an island; it rejects where the browser cannot unpack it. */
async function readIsland(name) {
  const element = document.getElementById(`island-${name}`);
  if (element.dataset.form === "plain") return JSON.parse(element.textContent);
  const packed = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

async function readSweep() {
  Object.assign(sweep, await readIsland("sweep"));
  for (const name of ["clues", "not_clear", "gone", "dossiers"]) sweep[name] = unpack(sweep[name]);
  addDerived(sweep.clues);
}

/** Evidence and working of one clue, and the shapes of its evidence rows. */
async function readDetails(clue) {
  const number = Math.floor(clue / sweep.part_clues);
  if (!partsRead.has(number)) {
    if (partsRead.size > 20) partsRead.delete(partsRead.keys().next().value);
    partsRead.set(number, readIsland(`part-${number}`));
  }
  const part = await partsRead.get(number);
  const { e, w, b: because = [], h: history = [] } = part.clues[clue % sweep.part_clues];
  const evidence = e.map(([role, shape, key, file, line, values]) => {
    const [tableName, columns] = part.shapes[shape];
    return { role, table: tableName, columns, key, file, line, values };
  });
  const working = w.map(([step, from, to, days, article, document, honoured, note]) => ({
    step, from, to, days, article, document, honoured, note,
  }));
  return { evidence, working, because, history };
}

/** Columns as stored become columns with `get(row)`; few values keep their codes for counting. */
function unpack(stored) {
  const columns = {};
  for (const [name, { v, i, p }] of Object.entries(stored.columns)) {
    columns[name] = v ? coded(v, Int32Array.from(i)) : { get: (row) => p[row] };
  }
  return { n: stored.n, total: stored.total, columns };
}

function coded(values, codes) {
  return { values, codes, get: (row) => values[codes[row]] };
}

/** One column more, made from each row: its values are numbered as they come. */
function derive(data, make) {
  const known = new Map();
  const codes = new Int32Array(data.n);
  for (let row = 0; row < data.n; row++) {
    const made = make(row);
    if (!known.has(made)) known.set(made, known.size);
    codes[row] = known.get(made);
  }
  return coded([...known.keys()], codes);
}

const OVER_TIERS = [
  ["365", 365],
  ["180", 180],
  ["30", 30],
  ["0", 0],
];

function addDerived(clues) {
  const columns = clues.columns;
  const from = (name, make) => derive(clues, (row) => make(columns[name].get(row)));
  columns.rule = from("rule_id", (id) => id);
  columns.family = from("rule_id", (id) => rule(id).family ?? null);
  columns.over = from("over_days", (days) => (OVER_TIERS.find(([, least]) => days > least) ?? [null])[0]);
  columns.excepted = from("exception_id", (id) => (id == null ? "no" : "yes"));
  columns.doubtful = from("confidence", (score) => (isDoubtful(score) ? "yes" : "no"));
  for (const name of ["severity", "grade", "state", "unit", "priority"]) columns[name] = from(name, (known) => known ?? null);
  columns.dossier = from("dossier_id", (id) => id ?? null);
  columns.ledger ??= coded([null], new Int32Array(clues.n));
  columns.ledger = from("ledger", (state) => state ?? null);
  columns.route = several(columns.route, clues.n);
}

/** A column whose rows hold several values: rows with the same ones share a code, `sets` says which values a code has. */
function several(column, n) {
  const known = new Map();
  const made = derive({ n }, (row) => JSON.stringify(column.get(row) ?? []));
  const sets = made.values.map((packed) => {
    const values = JSON.parse(packed);
    return (values.length ? values : [null]).map((one) => known.get(one) ?? (known.set(one, known.size), known.size - 1));
  });
  const values = [...known.keys()];
  return { values, codes: made.codes, sets, get: (row) => sets[made.codes[row]].map((one) => values[one]) };
}

/** Whether a link of records that the clue rests on is less than certain. */
function isDoubtful(score) {
  return typeof score === "number" ? score < 1 : score != null && score !== "high";
}

function rule(id) {
  return sweep.rules[id] ?? {};
}

function unitName(code) {
  return code == null ? say("clue.no_unit") : (sweep.units[code] ?? code);
}

function routeName(route) {
  return route == null ? say("clue.no_route") : tell(sweep.routes[route]) || route;
}

function familyName(family) {
  if (family == null) return say("clue.no_family");
  const known = Object.values(sweep.rules).find((card) => card.family === family);
  return tell(known?.family_label) || family;
}

/** One clue as an object, by its row. */
function clueAt(row) {
  const columns = sweep.clues.columns;
  return Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name].get(row)]));
}

function reasonAt(row) {
  const { reason_zh: zh, reason_en: en } = sweep.clues.columns;
  return tell({ zh: zh.get(row), en: en.get(row) });
}
