// What triage made of the clues: dossiers, priorities, routes, and the clues that belong together.

const RELATED = 20; // of a kind; a link leads to all of them

function routesOf(clue) {
  return clue.route.map((one, n) => [n ? say("list.and") : "", value(routeName(one))]);
}

let dossierRows = null;

function findDossier(id) {
  dossierRows ??= new Map(Array.from({ length: sweep.dossiers.n }, (_, row) => [sweep.dossiers.columns.dossier_id.get(row), row]));
  return dossierRows.get(id) ?? -1;
}

function dossierAt(row) {
  const { columns } = sweep.dossiers;
  return Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name].get(row)]));
}

/** What a dossier is about: the case, unit, person or matter that its clues share. */
function dossierName(id) {
  const row = findDossier(id);
  if (row < 0) return String(id ?? "");
  const { kind, key } = dossierAt(row);
  return kind === "unit" ? unitName(key) : key;
}

function dossierLink(id) {
  return el("a", { href: writeAddress("dossier", null, id) }, value(dossierName(id)));
}

/** Why triage did so, rule by rule; nothing of a clue that was not triaged. */
function triagePart(clue, because) {
  if (clue.dossier == null) return "";
  return part("clue.triage",
    el("p", {}, el("span", { class: "priority" }, sayOr("priority", clue.priority)), " → ", routesOf(clue)),
    because.length ? becauseList(because) : el("p", { class: "soft" }, say("clue.no_because")),
  );
}

function becauseList(because) {
  return el("ul", { class: "because" }, because.map((one) => el("li", {}, value(tell(one)), " ", el("span", { class: "id" }, show(one.rule)))));
}

// ---- clues that belong together

function relatedPart(clue) {
  const columns = sweep.clues.columns;
  const groups = [
    ["clue.same_dossier", clue.dossier != null && ((row) => columns.dossier.get(row) === clue.dossier), { dossier: [clue.dossier] }],
    ["clue.same_case", clue.case_no != null && ((row) => columns.case_no.get(row) === clue.case_no), null, clue.case_no],
    ["clue.same_subject", (row) => columns.subject_key.get(row) === clue.subject_key && columns.subject.get(row) === clue.subject, null],
  ];
  const told = new Set([clue.row]);
  const blocks = groups.flatMap(([key, isSame, chosen, words]) => {
    if (!isSame) return [];
    const same = [];
    for (let row = 0; row < sweep.clues.n; row++) if (!told.has(row) && isSame(row)) same.push(row);
    for (const row of same) told.add(row);
    if (!same.length) return [];
    const all = same.length > RELATED && (chosen || words) && el("p", {}, el("a", { href: writeAddress("clues", { chosen: chosen ?? {}, words: words ?? "" }) }, say("clue.all_related", { n: same.length })));
    return [el("h3", {}, say(key)), el("ul", {}, same.slice(0, RELATED).map(relatedEntry)), all];
  });
  let ofUnit = 0;
  for (let row = 0; row < sweep.clues.n; row++) if (columns.unit.get(row) === clue.unit) ofUnit++;
  return el("section", { class: "related" }, el("h2", {}, say("clue.related")),
    blocks.length ? blocks : el("p", { class: "soft" }, say("clue.no_related")),
    ofUnit > 1 && el("p", {}, el("a", { href: writeAddress("clues", { chosen: { unit: [clue.unit] } }) }, say("clue.same_unit", { n: ofUnit }))),
  );
}

function relatedEntry(row) {
  const other = { ...clueAt(row), row };
  return el("li", {}, severityMark(other.severity), " ", clueLink(other), el("div", { class: "soft" }, value(reasonAt(row).slice(0, 120))));
}

// ---- dossiers

function drawDossiers(section, view) {
  const { n } = sweep.dossiers;
  const pages = Math.max(1, Math.ceil(n / PAGE));
  const page = Math.min(view.page, pages);
  const heads = ["dossier", "priority", "route"].map((name) => head(say(`clue.${name}`)));
  heads.push(head(say("nav.clues"), { class: "number" }), head(say("nav.rules_n"), { class: "number" }));
  const rows = Array.from({ length: n }, (_, row) => row).slice((page - 1) * PAGE, page * PAGE);
  const lines = rows.map((row) => {
    const one = dossierAt(row);
    return el("tr", {},
      el("td", { class: "break" }, dossierLink(one.dossier_id), " ", el("small", {}, sayOr("dossier", one.kind))),
      el("td", { class: "nowrap" }, sayOr("priority", one.priority)),
      el("td", {}, routesOf(one)),
      el("td", { class: "number" }, String(one.n_clues)),
      el("td", { class: "number" }, String(one.n_rules)),
    );
  });
  section.replaceChildren(
    el("h1", { tabindex: "-1" }, say("nav.dossiers")),
    el("p", {}, say("dossiers.note")),
    n ? table({}, heads, lines) : el("p", {}, say("dossiers.none")),
    el("nav", { class: "pages" }, pageLinks("dossiers", view, page, pages)),
  );
}

/** One dossier: what it is about, why its clues are together, and they themselves; printed, it is a whole. */
async function drawDossier(section, id) {
  const row = findDossier(id);
  if (row < 0) {
    section.replaceChildren(el("h1", { tabindex: "-1" }, value(id)), el("p", {}, say("dossiers.not_here")), el("p", {}, el("a", { href: "#/dossiers" }, say("nav.dossiers"))));
    return;
  }
  const about = dossierAt(row);
  const { rows } = selectClues({ chosen: { dossier: [id] }, words: "", sort: "", down: false });
  const becauses = new Map();
  for (const clue of rows) {
    for (const one of (await readDetails(clue)).because) becauses.set(JSON.stringify(one), one);
  }
  if (address.id !== id) return; // another one was asked for meanwhile
  listed = { address: writeAddress("dossier", null, id), rows };
  const view = { chosen: { dossier: [id] }, words: "" };
  section.replaceChildren(
    el("p", { class: "over-title" }, sayOr("dossier", about.kind), " ", el("span", { class: "id" }, show(id))),
    el("h1", { tabindex: "-1" }, value(dossierName(id))),
    facts([
      [say("clue.priority"), sayOr("priority", about.priority)],
      [say("clue.route"), routesOf(about)],
      [say("nav.clues"), el("a", { href: writeAddress("clues", view) }, say("dossiers.n_clues", { n: rows.length }))],
    ]),
    part("clue.triage", becauses.size ? becauseList([...becauses.values()]) : el("p", { class: "soft" }, say("clue.no_because"))),
    part("nav.clues", el("div", { class: "wide" }, cluesTable(rows, view, true))),
  );
}
