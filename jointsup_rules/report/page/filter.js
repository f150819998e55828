// Which clues a view shows: chosen values, words searched for, order. A view is what the address says, no more.

const FACETS = ["severity", "state", "grade", "priority", "route", "family", "rule", "unit", "over", "excepted", "doubtful", "ledger", "verdict", "dossier"];
const UNLISTED = new Set(["dossier"]); // chosen by links alone: there are too many to list
const FACET_ORDER = {
  severity: ["high", "medium", "low"],
  state: ["new", "continuing", "changed", "back"],
  priority: ["urgent", "high", "normal", "low", null],
  grade: ["A", "B", "C", "none"],
  over: ["365", "180", "30", "0", null],
};
const SORTS = ["severity", "priority", "rule", "case_no", "unit", "over_days", "due_on", "state"];
const PAGE = 100;

/** What an address asks for: `{name, id, view}`. */
function readAddress(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");
  const view = { chosen: {}, words: "", sort: "", down: false, page: 1 };
  for (const pair of query.split("&").filter(Boolean)) {
    const [key, text = ""] = pair.split("=");
    if (key === "q") view.words = decode(text);
    else if (key === "sort") [view.down, view.sort] = [text.startsWith("-"), text.replace(/^-/, "")];
    else if (key === "page") view.page = Math.max(1, parseInt(text, 10) || 1);
    else view.chosen[key] = text.split(",").map((part) => (decode(part) === EMPTY ? null : decode(part)));
  }
  return { name: name || "overview", id: decode(rest.join("/")), view };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an address typed by hand
  }
}

function writeAddress(name, view, id) {
  const code = (part) => encodeURIComponent(part ?? EMPTY);
  const query = Object.entries(view?.chosen ?? {})
    .filter(([, values]) => values.length)
    .map(([key, values]) => `${key}=${values.map(code).join(",")}`);
  if (view?.words) query.push(`q=${code(view.words)}`);
  if (view?.sort) query.push(`sort=${view.down ? "-" : ""}${view.sort}`);
  if (view?.page > 1) query.push(`page=${view.page}`);
  const path = id == null ? name : `${name}/${encodeURIComponent(id)}`;
  return `#/${path}${query.length ? `?${query.join("&")}` : ""}`;
}

/** Rows of clues that a view shows, in its order, and beside each value of each facet how many it would show. */
function selectClues(view) {
  const { n, columns } = sweep.clues;
  const found = searchClues(view.words);
  const facets = FACETS.map((name) => ({ codes: columns[name].codes, wanted: wantedCodes(columns[name], view.chosen[name]) }));
  const counts = FACETS.map((name) => new Uint32Array((columns[name].sets ?? columns[name].values).length));
  const rows = [];
  for (let row = 0; row < n; row++) {
    if (found && !found[row]) continue;
    let failed = 0;
    let last = -1;
    for (let f = 0; f < facets.length && failed < 2; f++) {
      if (facets[f].wanted && !facets[f].wanted[facets[f].codes[row]]) {
        failed++;
        last = f;
      }
    }
    if (failed === 0) {
      rows.push(row);
      for (let f = 0; f < facets.length; f++) counts[f][facets[f].codes[row]]++;
    } else if (failed === 1) counts[last][facets[last].codes[row]]++;
  }
  return { rows: sortClues(rows, view), counts: Object.fromEntries(FACETS.map((name, f) => [name, spread(columns[name], counts[f])])) };
}

function wantedCodes(column, values) {
  if (!values?.length) return null;
  const wanted = Uint8Array.from(column.values, (known) => values.includes(known));
  return column.sets ? Uint8Array.from(column.sets, (set) => set.some((one) => wanted[one])) : wanted;
}

/** Counts per value; where a clue has several values, each of them counts. */
function spread(column, counts) {
  if (!column.sets) return counts;
  const perValue = new Uint32Array(column.values.length);
  column.sets.forEach((set, code) => set.forEach((one) => (perValue[one] += counts[code])));
  return perValue;
}

// ---- search

let haystack = null;
let lastSearch = { words: "", found: null };

/** One spelling for what people write in several: width, case, brackets of case numbers. */
function normalise(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[〔［【[]/g, "(").replace(/[〕］】\]]/g, ")");
}

/** Marks per row, or null where nothing is searched for. Every word must occur somewhere in a clue. */
function searchClues(typed) {
  const terms = normalise(typed).split(/\s+/).filter(Boolean);
  if (!terms.length) return null;
  const key = terms.join(" ");
  if (lastSearch.words === key) return lastSearch.found;
  haystack ??= sweep.clues.n ? Array.from({ length: sweep.clues.n }, (_, row) => strawOf(row)) : [];
  const found = new Uint8Array(sweep.clues.n);
  for (let row = 0; row < found.length; row++) {
    let all = true;
    for (const term of terms) all &&= haystack[row].includes(term);
    found[row] = all ? 1 : 0;
  }
  lastSearch = { words: key, found };
  return found;
}

const SEARCHED = ["clue_id", "case_no", "subject_key", "unit", "handler", "law", "exception_id", "dossier_id", "reason_zh", "reason_en"];
const ruleStraws = new Map();

function strawOf(row) {
  const columns = sweep.clues.columns;
  const id = columns.rule_id.get(row);
  if (!ruleStraws.has(id)) {
    const { title, family_label: label } = rule(id);
    ruleStraws.set(id, [id, title?.zh ?? title, title?.en, label?.zh, label?.en].join("\n"));
  }
  const unit = sweep.units[columns.unit.get(row)] ?? "";
  const parts = SEARCHED.map((name) => columns[name].get(row) ?? "");
  return normalise(`${parts.join("\n")}\n${unit}\n${ruleStraws.get(id)}`);
}

/** Make the haystack in slices while nobody waits for it. */
function prepareSearch() {
  const made = [];
  const slice = () => {
    if (haystack) return;
    const until = performance.now() + 12;
    while (made.length < sweep.clues.n && performance.now() < until) made.push(strawOf(made.length));
    if (made.length < sweep.clues.n) setTimeout(slice, 4);
    else haystack = made;
  };
  setTimeout(slice, 30);
}

// ---- order

const ranks = new Map();

/** The rows in the order of a column; empty values come last, equals stay in the order of gravity. */
function sortClues(rows, { sort, down }) {
  if (!SORTS.includes(sort)) return rows;
  if (!ranks.has(sort)) ranks.set(sort, rankBy(sort));
  const rank = ranks.get(sort);
  const n = sweep.clues.n + 1;
  const sign = down ? -1 : 1;
  const keys = Float64Array.from(rows, (row) => (rank[row] < 0 ? n * n * 2 : (sign * rank[row] + n) * n) + row);
  keys.sort();
  return Array.from(keys, (key) => key % n);
}

/** The place of each row's value among all values of a column, from 0; -1 for an empty one. */
function rankBy(sort) {
  const column = sweep.clues.columns[sort];
  const fixed = FACET_ORDER[sort];
  const distinct = [...new Set(Array.from({ length: sweep.clues.n }, (_, row) => column.get(row)))].filter((x) => x != null);
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  distinct.sort(fixed ? (a, b) => fixed.indexOf(a) - fixed.indexOf(b) : compare);
  const place = new Map(distinct.map((known, n) => [known, n]));
  return Int32Array.from({ length: sweep.clues.n }, (_, row) => place.get(column.get(row)) ?? -1);
}
