// Verdicts of a reviewer: chosen in the page, kept by the browser while the window is closed, saved as a file for the
// ledger. Nothing leaves the page but that file.

const MARKS_FORMAT = "jointsup-verdicts-1";
const marks = new Map(); // clue id to {verdict, note}; an empty verdict is a note that waits for one
const picked = new Set(); // rows chosen to be marked at once
let reviewer = "";
let unsaved = false; // since the last file
let marksTold = ""; // what came of the last deed, for the page of marks

/** Where the browser keeps marks; null where it keeps nothing, and of grade C nothing is kept. */
function storeOfMarks() {
  if (sweep.restricted) return null;
  try {
    localStorage.setItem("jointsup-probe", "1");
    localStorage.removeItem("jointsup-probe");
    return localStorage;
  } catch {
    return null; // switched off, or this browser has none for files
  }
}

function nameOfStore() {
  return `jointsup-verdicts:${sweep.name}`;
}

/** The marks as a file holds them; a file for the ledger leaves out notes without a verdict. */
function packMarks(all) {
  const told = [...marks].filter(([, one]) => all || one.verdict);
  return { format: MARKS_FORMAT, sweep: sweep.name, reviewer, marks: told.map(([id, one]) => ({ clue_id: id, verdict: one.verdict, note: one.note })) };
}

function keepMarks() {
  unsaved = true;
  try {
    storeOfMarks()?.setItem(nameOfStore(), JSON.stringify(packMarks(true)));
  } catch {
    marksTold = say("marks.full");
  }
  tellMarks();
}

/** Marks of a file or of the browser, taken in; what is wrong is told and changes nothing. */
function takeMarks(text, allowEmpty) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return say("marks.no_file");
  }
  if (told?.format !== MARKS_FORMAT || !Array.isArray(told.marks)) return say("marks.no_file");
  if (told.sweep !== sweep.name) return say("marks.other_sweep", { name: told.sweep });
  const isGood = (one) => typeof one?.clue_id === "string" && (sweep.verdicts[one.verdict] || (allowEmpty && one.verdict === "")) && canMark(findClue(one.clue_id));
  const bad = told.marks.filter((one) => !isGood(one)).length;
  if (bad) return say("marks.bad", { n: bad, total: told.marks.length });
  for (const one of told.marks) marks.set(one.clue_id, { verdict: one.verdict, note: String(one.note ?? "") });
  reviewer = String(told.reviewer ?? "") || reviewer;
  drawVerdicts();
  return "";
}

function readMarks() {
  addVerdicts();
  const kept = storeOfMarks()?.getItem(nameOfStore());
  if (kept) marksTold = takeMarks(kept, true);
  unsaved = marks.size > 0;
  tellMarks();
}

/** Whether the ledger would take a verdict on a clue: an approved exception is not in it. */
function canMark(row) {
  return row >= 0 && sweep.clues.columns.exception_id.get(row) == null;
}

function addVerdicts() {
  const values = [null, ...Object.keys(sweep.verdicts)];
  sweep.clues.columns.verdict = coded(values, new Int32Array(sweep.clues.n));
  FACET_ORDER.verdict = [...Object.keys(sweep.verdicts), null];
}

function drawVerdicts() {
  const { values, codes } = sweep.clues.columns.verdict;
  codes.fill(0);
  for (const [id, one] of marks) codes[findClue(id)] = Math.max(0, values.indexOf(one.verdict));
}

function verdictName(code) {
  return code == null ? say("marks.none") : tell(sweep.verdicts[code]) || code;
}

/** Mark rows; a note that is null stays as it is, an empty verdict and note take the mark away. */
function markRows(rows, verdict, note = null) {
  for (const row of rows) {
    if (!canMark(row)) continue;
    const id = sweep.clues.columns.clue_id.get(row);
    const next = { verdict, note: note ?? marks.get(id)?.note ?? "" };
    if (verdict || next.note) marks.set(id, next);
    else marks.delete(id);
  }
  drawVerdicts();
  keepMarks();
}

function tellMarks() {
  const n = [...marks.values()].filter((one) => one.verdict).length;
  document.getElementById("n-marks").textContent = String(n);
}

// ---- in the list

function pickBox(row) {
  const toggle = () => {
    if (!picked.delete(row)) picked.add(row);
    redraw();
  };
  return el("input", { type: "checkbox", checked: picked.has(row), disabled: !canMark(row), "aria-label": say("marks.pick"), "data-facet": "pick", "data-value": row, onchange: toggle });
}

/** What is picked and what to make of it; without anything picked, how to begin. */
function markingBar() {
  const free = listed.rows.filter(canMark);
  const all = el("button", { type: "button", class: "quiet", onclick: () => { for (const row of free) picked.add(row); redraw(); } }, say("marks.pick_all", { n: free.length }));
  if (!picked.size) return [el("small", {}, say("marks.how")), " ", free.length ? all : ""];
  const note = el("input", { type: "text", id: "mark-note", autocomplete: "off" });
  const judge = (code) => { markRows(picked, code, note.value || null); picked.clear(); redraw(); };
  return [
    el("b", {}, say("marks.picked", { n: picked.size })), " ",
    verdictButtons(null, judge),
    el("label", { for: "mark-note" }, say("marks.note")), note,
    all, " ",
    el("button", { type: "button", class: "quiet", onclick: () => { picked.clear(); redraw(); } }, say("marks.pick_none")),
  ];
}

function verdictButtons(now, judge) {
  return Object.keys(sweep.verdicts).map((code, n) =>
    el("button", { type: "button", class: "verdict", "aria-pressed": now == null ? null : String(code === now), onclick: () => judge(code) }, `${n + 1} `, show(verdictName(code))),
  );
}

/** What a key does: a number marks what is picked, or the clue that has the focus or is open; x picks. */
function markKey(key, focused) {
  const codes = Object.keys(sweep.verdicts);
  if (key === "x" && address.name === "clues" && focused != null) return () => { if (canMark(focused) && !picked.delete(focused)) picked.add(focused); redraw(); };
  const rows = address.name === "clue" ? [findClue(address.id)] : picked.size ? [...picked] : focused == null ? [] : [focused];
  if (!/^[0-9]$/.test(key) || Number(key) > codes.length || !rows.some(canMark)) return null;
  return () => {
    markRows(rows, key === "0" ? "" : codes[Number(key) - 1], key === "0" ? "" : null);
    picked.clear();
    redraw();
  };
}

// ---- at a clue

function markPart(clue) {
  if (!canMark(clue.row)) return el("section", { class: "marks" }, el("h2", {}, say("marks.title")), el("p", { class: "soft" }, say("marks.excepted")));
  const now = marks.get(clue.clue_id);
  const write = (event) => {
    const verdict = marks.get(clue.clue_id)?.verdict ?? "";
    if (verdict || event.target.value) marks.set(clue.clue_id, { verdict, note: event.target.value });
    else marks.delete(clue.clue_id);
    keepMarks();
  };
  const text = el("textarea", { id: "clue-note", rows: 3, oninput: write });
  text.value = now?.note ?? "";
  return el("section", { class: "marks" },
    el("h2", {}, say("marks.title")),
    el("div", { role: "group", "aria-label": say("marks.title") }, verdictButtons(now?.verdict ?? "", (code) => { markRows([clue.row], now?.verdict === code ? "" : code); redraw(); })),
    el("label", { for: "clue-note" }, say("marks.note")), text,
    el("p", { class: "print-only" }, now?.verdict ? `${verdictName(now.verdict)} ${plain(now.note)}` : say("marks.none")),
  );
}

// ---- all of them

function drawMarks(section) {
  const lines = [...marks].map(([id, one]) => {
    const clue = { ...clueAt(findClue(id)), row: findClue(id) };
    const remove = () => { marks.delete(id); drawVerdicts(); keepMarks(); redraw(); };
    return el("tr", {},
      el("td", {}, clueLink(clue)), el("td", { class: "break" }, value(clue.case_no ?? clue.subject_key)),
      el("td", { class: "nowrap" }, one.verdict ? value(verdictName(one.verdict)) : el("em", {}, say("marks.no_verdict"))),
      el("td", {}, value(one.note)),
      el("td", { class: "screen-only" }, el("button", { type: "button", class: "quiet", onclick: remove }, say("marks.remove"))),
    );
  });
  const heads = ["clue.rule", "clue.case", "marks.title", "marks.note"].map((key) => head(say(key)));
  const name = el("input", { id: "reviewer", type: "text", autocomplete: "off", value: reviewer, oninput: (event) => { reviewer = event.target.value; keepMarks(); } });
  const file = el("input", { id: "marks-file", type: "file", accept: ".json", onchange: (event) => loadMarks(event.target.files[0]) });
  const clear = () => { marks.clear(); drawVerdicts(); keepMarks(); unsaved = false; redraw(); };
  section.replaceChildren(
    el("h1", { tabindex: "-1" }, say("marks.page")),
    el("p", {}, say("marks.explained")),
    el("p", { class: "note" }, say(sweep.restricted ? "marks.not_kept_restricted" : storeOfMarks() ? "marks.kept" : "marks.not_kept")),
    el("div", { class: "marks-tools" },
      el("label", { for: "reviewer" }, say("marks.reviewer")), name,
      el("button", { type: "button", id: "save-marks", disabled: !packMarks(false).marks.length, onclick: saveMarks }, say("marks.save")),
      el("label", { for: "marks-file" }, say("marks.load")), file,
      marks.size > 0 && el("button", { type: "button", class: "quiet", onclick: clear }, say("marks.clear")),
    ),
    el("p", { role: "status" }, marksTold),
    lines.length ? table({}, [...heads, head(el("span", { class: "unseen" }, say("marks.remove")), { class: "screen-only" })], lines) : el("p", {}, say("marks.empty")),
  );
}

function saveMarks() {
  const told = packMarks(false);
  const left = marks.size - told.marks.length;
  const address = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1) + "\n"], { type: "application/json" }));
  el("a", { href: address, download: `verdicts-${sweep.name}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  unsaved = false;
  marksTold = say("marks.saved", { n: told.marks.length }) + (left ? say("marks.left_out", { n: left }) : "");
  redraw();
}

async function loadMarks(file) {
  if (!file) return;
  const wrong = takeMarks(await file.text(), false);
  marksTold = wrong || say("marks.loaded", { n: marks.size });
  if (!wrong) keepMarks();
  redraw();
}

/** Ask before the window closes on marks that nothing keeps. */
function guardMarks(event) {
  if (unsaved && marks.size && !storeOfMarks()) event.preventDefault();
}
