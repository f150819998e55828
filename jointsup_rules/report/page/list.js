// The list of clues: values to choose from with their counts, words to search for, a table of a hundred rows a page.

const FACET_SHOWN = 8;
const PRINT_ROWS = 2000;
const COLUMNS = [
  { sort: "severity", label: "clue.severity", class: "c-severity", cell: (clue) => severityMark(clue.severity) },
  { sort: "rule", label: "clue.rule", class: "c-rule", cell: (clue) => clueLink(clue) },
  { sort: "case_no", label: "clue.case", class: "c-case break", cell: (clue) => value(clue.case_no ?? clue.subject_key) },
  { sort: "unit", label: "clue.unit", class: "c-unit", cell: (clue) => value(unitName(clue.unit)) },
  { label: "clue.reason", class: "c-reason", cell: (clue) => el("div", { class: "clamp" }, value(reasonAt(clue.row))) },
  { sort: "due_on", label: "clue.due_on", class: "c-due nowrap", cell: (clue) => clue.due_on ?? "–" },
  { sort: "over_days", label: "clue.over_short", class: "c-over number", cell: (clue) => overText(clue) },
  { sort: "state", label: "clue.state", class: "c-state nowrap", cell: (clue) => sayOr("state", clue.state) },
];

let listed = { address: "", rows: [] }; // what the list shows now; a clue opened from it walks along these rows
const unfolded = new Set(); // facets that show all their values

function severityMark(level) {
  return el("span", { class: `severity ${words[`severity.${level}`] ? level : ""}` }, sayOr("severity", level));
}

function clueLink(clue) {
  const name = tell(rule(clue.rule_id).title) || clue.rule_id;
  const marks = [
    clue.exception_id != null && el("span", { class: "mark" }, say("clue.excepted")),
    isDoubtful(clue.confidence) && el("span", { class: "mark" }, say("clue.doubtful")),
    clue.verdict != null && el("span", { class: "mark judged" }, show(verdictName(clue.verdict))),
  ];
  return [
    el("a", { href: writeAddress("clue", null, clue.clue_id), "data-row": clue.row }, el("span", { class: "id" }, show(clue.rule_id)), " ", value(name)),
    marks,
  ];
}

function overText(clue) {
  if (clue.over_days > 0) return String(clue.over_days);
  return clue.measure == null ? "–" : [String(clue.measure), " ", el("small", {}, sayOr("unit", clue.measure_unit))];
}

/** Draw the list for a view. */
function drawClues(section, view) {
  const { rows, counts } = selectClues(view);
  listed = { address: writeAddress("clues", view), rows };
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.min(view.page, pages);
  const part = rows.slice((page - 1) * PAGE, page * PAGE);
  const stated = stateView(view);
  if (!section.querySelector(".clues")) section.replaceChildren(...frameOfList());
  section.querySelector("h1").textContent = say("nav.clues");
  drawSearch(section.querySelector(".search"), view);
  section.querySelector(".chosen").replaceChildren(...chosenChips(view));
  section.querySelector("[role=status]").textContent =
    say("list.found", { n: rows.length, total: sweep.clues.n }) + say("list.order", { by: orderText(view) });
  section.querySelector(".stated").textContent = stated;
  section.querySelector(".facets").replaceChildren(...FACETS.map((name) => facetBox(name, counts[name], view)));
  section.querySelector(".marking").replaceChildren(...markingBar().flat());
  section.querySelector(".clues").replaceChildren(...(rows.length ? [cluesTable(part, view)] : [el("p", {}, say("list.none"))]));
  section.querySelector(".pages").replaceChildren(...pageLinks("clues", view, page, pages));
}

function frameOfList() {
  return [
    el("div", { class: "list-head" },
      el("h1", { tabindex: "-1" }),
      el("form", { class: "search", role: "search" }),
    ),
    el("p", { class: "chosen" }),
    el("p", { class: "stated print-only" }),
    el("div", { class: "columns" },
      el("div", { class: "facets", role: "group" }),
      el("div", { class: "results" },
        el("p", { role: "status", "aria-live": "polite" }),
        el("div", { class: "marking", role: "group", "aria-label": say("marks.title") }),
        el("div", { class: "clues" }),
        el("nav", { class: "pages" }),
      ),
    ),
  ];
}

function drawSearch(form, view) {
  if (!form.querySelector("input")) {
    const typed = (event) => changeView({ words: event.target.value, page: 1 }, true);
    form.append(el("label", { for: "words" }), el("input", { id: "words", type: "search", autocomplete: "off", spellcheck: "false", oninput: typed }), el("small"));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  const [label, input, hint] = form.children;
  label.textContent = say("list.search");
  hint.textContent = say("list.keys");
  input.placeholder = say("list.search_for");
  if (input.value !== view.words) input.value = view.words;
}

/** What a facet's value is called. */
function facetValue(name, known) {
  if (name === "rule") return [el("span", { class: "id" }, show(known)), " ", show(tell(rule(known).title))];
  if (name === "unit") return show(unitName(known));
  if (name === "route") return show(routeName(known));
  if (name === "ledger") return show(stateName(known));
  if (name === "verdict") return show(verdictName(known));
  if (name === "dossier") return show(dossierName(known));
  if (name === "family") return show(familyName(known));
  if (name === "over") return say(known == null ? "over.none" : "over.days", { n: known ?? 0 });
  return known == null ? say("clue.empty") : sayOr(name, known);
}

function facetBox(name, counts, view) {
  const { values } = sweep.clues.columns[name];
  const chosen = view.chosen[name] ?? [];
  if (UNLISTED.has(name)) return "";
  if (values.length < 2 && !chosen.length) return "";
  const order = FACET_ORDER[name];
  const entries = values.map((known, n) => ({ known, n: counts[n], on: chosen.includes(known) }));
  entries.sort(order ? (a, b) => order.indexOf(a.known) - order.indexOf(b.known) : (a, b) => b.n - a.n || (String(a.known) < String(b.known) ? -1 : 1));
  const all = unfolded.has(name) || entries.length <= FACET_SHOWN + 1;
  const visible = entries.filter((entry, place) => all || place < FACET_SHOWN || entry.on);
  const toggle = (known) => {
    const now = chosen.includes(known) ? chosen.filter((one) => one !== known) : [...chosen, known];
    changeView({ chosen: { ...view.chosen, [name]: now }, page: 1 });
  };
  const boxes = visible.map(({ known, n, on }) =>
    el("li", { class: n || on ? null : "nothing" },
      el("label", {},
        el("input", { type: "checkbox", checked: on, onchange: () => toggle(known), "data-facet": name, "data-value": known ?? EMPTY }),
        el("bdi", {}, facetValue(name, known)),
        el("span", { class: "n" }, String(n)),
      ),
    ),
  );
  const more = !all && el("button", { type: "button", class: "quiet", onclick: () => { unfolded.add(name); redraw(); } }, say("list.all_values", { n: entries.length }));
  return el("fieldset", { "data-facet": name }, el("legend", {}, say(`clue.${name}`)), el("ul", {}, boxes), more);
}

function chosenChips(view) {
  const chips = Object.entries(view.chosen).flatMap(([name, values]) =>
    values.map((known) => chip([say(`clue.${name}`), ": ", facetValue(name, known)], {
      chosen: { ...view.chosen, [name]: values.filter((one) => one !== known) },
    })),
  );
  if (view.words) chips.push(chip(say("list.words", { words: view.words }), { words: "" }));
  if (chips.length) chips.push(el("button", { type: "button", class: "quiet", onclick: () => changeView({ chosen: {}, words: "", page: 1 }) }, say("list.clear")));
  return chips;
}

function chip(text, change) {
  const remove = () => changeView({ ...change, page: 1 });
  return el("button", { type: "button", class: "chip", title: say("list.remove"), onclick: remove }, el("bdi", {}, text), " ", el("span", { "aria-hidden": "true" }, "×"));
}

function orderText(view) {
  if (!view.sort) return say("list.by_gravity");
  const column = COLUMNS.find((one) => one.sort === view.sort);
  return say(view.down ? "list.by_down" : "list.by_up", { column: column ? say(column.label) : view.sort });
}

/** The view in words, for paper. */
function stateView(view) {
  const chosen = Object.entries(view.chosen)
    .filter(([, values]) => values.length)
    .map(([name, values]) => `${say(`clue.${name}`)}: ${values.map((known) => el("i", {}, facetValue(name, known)).textContent).join(" / ")}`);
  if (view.words) chosen.push(say("list.words", { words: view.words }));
  return chosen.length ? say("list.filtered", { by: chosen.join("; ") }) : say("list.unfiltered");
}

/** The rows as a table; on paper without buttons, which a heading repeated on the next sheet would not show. */
function cluesTable(rows, view, onPaper = false) {
  const pick = onPaper ? [] : [head(el("span", { class: "unseen" }, say("marks.pick")), { class: "c-pick" })];
  const heads = COLUMNS.map((column) => (column.sort && !onPaper ? sortHead(column, view) : head(say(column.label), { class: column.class })));
  const lines = rows.map((row) => {
    const clue = { ...clueAt(row), row };
    return el("tr", { "data-row": row, onclick: openRow }, !onPaper && el("td", { class: "c-pick" }, pickBox(row)), COLUMNS.map((column) => el("td", { class: column.class }, column.cell(clue))));
  });
  return table({ class: "list" }, [...pick, ...heads], lines);
}

function sortHead(column, view) {
  const on = view.sort === column.sort;
  const flip = () => changeView({ sort: column.sort, down: on ? !view.down : column.sort === "over_days", page: 1 });
  const arrow = el("span", { class: "arrow", "aria-hidden": "true" }, on ? (view.down ? "▼" : "▲") : "");
  return head(el("button", { type: "button", class: "quiet", onclick: flip, title: say("list.sort") }, say(column.label), arrow), {
    class: column.class,
    "aria-sort": on ? (view.down ? "descending" : "ascending") : null,
  });
}

function openRow(event) {
  if (event.target.closest("a, input, .c-pick") || String(getSelection())) return;
  location.hash = event.currentTarget.querySelector("a").getAttribute("href");
}

/** Links to the page before and after, of the view named. */
function pageLinks(name, view, page, pages) {
  if (pages === 1) return [];
  const link = (to, label) => (to < 1 || to > pages ? el("span", { class: "off" }, label) : el("a", { href: writeAddress(name, { ...view, page: to }) }, label));
  return [link(page - 1, say("list.previous_page")), " ", say("list.page", { n: page, total: pages }), " ", link(page + 1, say("list.next_page"))];
}

/** Move the focus by so many rows; at either end it stays. */
function moveFocus(section, by) {
  const links = [...section.querySelectorAll("tr[data-row] a[data-row]")];
  const now = links.indexOf(document.activeElement);
  const next = links[now < 0 ? 0 : Math.min(links.length - 1, Math.max(0, now + by))];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

/** All rows on paper, up to a bound that is stated. */
function drawForPrint(section, view) {
  const rows = listed.rows.slice(0, PRINT_ROWS);
  const cut = listed.rows.length > PRINT_ROWS ? [el("p", { class: "note" }, say("list.print_cut", { n: PRINT_ROWS, total: listed.rows.length }))] : [];
  if (rows.length) section.querySelector(".clues").replaceChildren(...cut, cluesTable(rows, view, true));
}
