// One clue: the sentence, the calculation line by line, the law, the rows it rests on, what the rule cannot see.

const STEP_TO = new Set(["base", "due", "due_if_all", "roll"]); // steps whose day is one they arrive at
const LONG_VALUE = 300;

async function drawClue(section, id) {
  const row = findClue(id);
  if (row < 0) {
    section.replaceChildren(el("h1", { tabindex: "-1" }, value(id)), el("p", {}, say("clue.not_here")), el("p", {}, el("a", { href: "#/clues" }, say("clue.back"))));
    return;
  }
  const clue = { ...clueAt(row), row };
  const about = rule(clue.rule_id);
  const { evidence, working, because, history } = await readDetails(row);
  if (address.id !== id) return; // another one was asked for meanwhile
  section.replaceChildren(
    walkLinks(row),
    el("article", { class: "clue" },
      el("p", { class: "over-title" }, severityMark(clue.severity), " ", el("span", { class: "id" }, show(clue.clue_id)), clueMarks(clue)),
      el("h1", { tabindex: "-1" }, value(tell(about.title) || clue.rule_id)),
      el("blockquote", { class: "sentence" }, el("p", {}, longValue(reasonAt(row)))),
      el("div", { class: "clue-columns" },
        el("div", {},
          triagePart(clue, because),
          timelinePart(clue, evidence, working),
          workingPart(working),
          lawPart(about, clue),
          evidencePart(evidence),
          ledgerPart(history),
          aboutPart(about, clue),
        ),
        el("aside", { "aria-label": say("clue.facts") }, factsPart(clue, about), markPart(clue), relatedPart(clue)),
      ),
    ),
  );
}

let rowsById = null;

function findClue(id) {
  rowsById ??= new Map(Array.from({ length: sweep.clues.n }, (_, row) => [sweep.clues.columns.clue_id.get(row), row]));
  return rowsById.get(id) ?? -1;
}

function clueMarks(clue) {
  return [
    clue.exception_id != null && [" ", el("span", { class: "mark" }, say("clue.excepted_as", { id: "" }), value(clue.exception_id))],
    isDoubtful(clue.confidence) && [" ", el("span", { class: "mark" }, say("clue.doubtful_as", { score: clue.confidence }))],
  ];
}

/** Back to the list and along it; the print leaves it out. */
function walkLinks(row) {
  const place = listed.rows.indexOf(row);
  const link = (to, label, name) =>
    listed.rows[to] == null || place < 0
      ? el("span", { class: "off" }, label)
      : el("a", { href: writeAddress("clue", null, sweep.clues.columns.clue_id.get(listed.rows[to])), "data-walk": name }, label);
  return el("nav", { class: "walk", "aria-label": say("clue.walk") },
    el("a", { href: listed.address || "#/clues", "data-walk": "back" }, say("clue.back")),
    el("span", { class: "walk-on" },
      link(place - 1, say("clue.previous"), "previous"), " ",
      place < 0 ? "" : say("clue.place", { n: place + 1, total: listed.rows.length }), " ",
      link(place + 1, say("clue.next"), "next"),
    ),
  );
}

function part(titleKey, ...content) {
  return el("section", { class: "part" }, el("h2", {}, say(titleKey)), content);
}

function factsPart(clue, about) {
  const days = (day) => day ?? null;
  return facts([
    [say("clue.case"), clue.case_no != null && longValue(clue.case_no)],
    [tell(about.subject_label) || say("clue.subject"), longValue(clue.subject_key)],
    [say("clue.unit"), value(unitName(clue.unit))],
    [say("clue.handler"), clue.handler != null && longValue(clue.handler)],
    [say("clue.started_on"), days(clue.started_on)],
    [say("clue.due_on"), days(clue.due_on)],
    [say("clue.ended_on"), days(clue.ended_on)],
    [say("clue.over"), clue.over_days > 0 && say("clue.n_days", { n: clue.over_days })],
    [say("clue.measure"), clue.measure != null && `${clue.measure} ${sayOr("unit", clue.measure_unit)}`],
    [say("clue.severity"), sayOr("severity", clue.severity)],
    [say("clue.grade"), [sayOr("grade", clue.grade), clue.raised_from != null && el("small", {}, " ", say("clue.raised_from", { grade: sayOr("grade", clue.raised_from) }))]],
    [say("clue.priority"), clue.priority != null && sayOr("priority", clue.priority)],
    [say("clue.route"), clue.priority != null && routesOf(clue)],
    [say("clue.dossier"), clue.dossier != null && dossierLink(clue.dossier)],
    [say("clue.state"), sayOr("state", clue.state)],
    ...ledgerFacts(clue),
    [say("clue.first_seen_on"), clue.first_seen_on],
    [say("clue.last_seen_on"), clue.last_seen_on],
    [say("clue.times_seen"), clue.times_seen],
  ]);
}

function workingPart(working) {
  if (!working.length) return part("clue.working", el("p", {}, say("clue.no_working")));
  const used = (name) => working.some((line) => line[name] != null && line[name] !== "");
  const optional = [["days", used("days")], ["basis", used("article") || used("document")], ["note", used("note")]].filter(([, shown]) => shown).map(([name]) => name);
  const columns = ["step", "from", "to", ...optional];
  const heads = columns.map((name) => head(say(`working.${name}`), { class: name === "days" ? "number" : null }));
  const cell = {
    step: (line) => [sayOr("step", line.step), line.honoured != null && el("small", {}, say(line.honoured ? "working.is_honoured" : "working.not_honoured"))],
    from: (line) => line.from ?? (STEP_TO.has(line.step) ? "" : "–"),
    to: (line) => line.to ?? "",
    days: (line) => line.days ?? "",
    basis: (line) => [articleName(line.article), line.document && el("small", {}, value(line.document))],
    note: (line) => longValue(tell(line.note)),
  };
  const lines = working.map((line) =>
    el("tr", { class: line.step === "due" || line.step === "over" ? "result" : line.honoured === false ? "unhonoured" : null },
      columns.map((name) => el("td", { class: { days: "number", from: "nowrap", to: "nowrap", step: "nowrap" }[name] }, cell[name](line)))),
  );
  return part("clue.working", table({ class: "working" }, heads, lines), el("p", { class: "note" }, say("working.until_note")));
}

let articles = null;

/** What an article is called: lines name it by its id, or as it is printed in Chinese. */
function articleName(name) {
  if (name == null || name === "") return "";
  const called = (one) => [[one.id, one], [`《${one.law?.zh ?? one.law?.en}》第${one.number}条`, one]];
  articles ??= new Map(Object.values(sweep.rules).flatMap((card) => (card.law ?? []).flatMap(called)));
  const article = articles.get(name);
  return article ? [value(tell(article.law)), " ", say("law.number", { number: article.number })] : value(name);
}

/** The articles of the rule as in force when the period starts; where several versions are told, the one of that day. */
function lawPart(about, clue) {
  const named = new Set(String(clue.law ?? "").split(/[\s,;，；、|]+/).filter(Boolean));
  const all = about.law ?? [];
  const known = all.filter((article) => named.has(article.id));
  const day = clue.started_on ?? sweep.as_of;
  const current = new Map();
  for (const article of known.length ? known : all) {
    const before = current.get(article.id);
    if (!before || ((article.from ?? "") <= day && (article.from ?? "") > (before.from ?? ""))) current.set(article.id, article);
  }
  const blocks = [...current.values()].map((article) =>
    el("div", { class: "article" },
      el("h3", {}, value(tell(article.law)), " ", say("law.number", { number: article.number })),
      el("p", {}, article.text && tell(article.text) ? value(tell(article.text)) : say("law.no_text")),
      el("p", { class: "note" }, article.from ? say("law.in_force", { day: article.from }) : "", " ",
        article.confidence && article.confidence !== "high" && el("strong", {}, say("law.uncertain", { level: sayOr("confidence", article.confidence) }))),
    ),
  );
  if (!blocks.length) blocks.push(clue.law ? el("p", {}, value(clue.law)) : el("p", {}, say("law.none")));
  return part("clue.law", blocks);
}

// ---- evidence

function evidencePart(evidence) {
  if (!evidence.length) return part("clue.evidence", el("p", {}, say("clue.no_evidence")));
  const groups = new Map();
  for (const row of evidence) {
    const key = JSON.stringify([row.role, row.table, row.columns]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const sides = ["left", "right"].map((role) => [...groups.values()].filter((rows) => rows[0].role === role).flat());
  const blocks = [...groups.values()].filter((rows) => rows[0].role !== "left" && rows[0].role !== "right").map(evidenceGroup);
  if (sides[0].length || sides[1].length) blocks.unshift(sidesGroup(...sides));
  return part("clue.evidence", el("p", { class: "note" }, say("evidence.note")), blocks);
}

function columnLabel(tableName, column) {
  return tell(sweep.tables[tableName]?.columns?.[column]) || column;
}

function tableLabel(tableName) {
  return tell(sweep.tables[tableName]?.label) || tableName;
}

function sourceOf(row) {
  if (row.file == null) return "–";
  return el("span", { class: "source" }, value(row.file), row.line == null ? "" : ` : ${row.line}`);
}

function groupTitle(row) {
  const known = words[`role.${row.role}`];
  return el("h3", {}, known && [say(`role.${row.role}`), row.table && " · "], value(tableLabel(row.table)), !known && [" ", el("span", { class: "id" }, show(row.role))]);
}

/** Rows of one kind: a record on its own stands upright, several make a table. */
function evidenceGroup(rows) {
  const [first] = rows;
  if (rows.length === 1) {
    const lines = first.columns.map((column, n) => el("tr", {}, el("th", { scope: "row" }, value(columnLabel(first.table, column))), el("td", {}, cellValue(first.values[n], first.table, column))));
    return el("div", { class: "evidence" }, groupTitle(first), table({ class: "record" }, null, lines), first.file != null && el("p", { class: "note" }, say("evidence.from"), " ", sourceOf(first)));
  }
  const heads = [...first.columns.map((column) => head(value(columnLabel(first.table, column)))), head(say("evidence.source"))];
  const lines = rows.map((row) => el("tr", {}, row.values.map((one, n) => el("td", {}, cellValue(one, row.table, first.columns[n]))), el("td", {}, sourceOf(row))));
  return el("div", { class: "evidence" }, groupTitle(first), el("div", { class: "wide" }, table({}, heads, lines)));
}

/** Both sides of a contradiction, column by column; what differs is marked by a sign and by weight. */
function sidesGroup(left, right) {
  const rows = [...left, ...right];
  const columns = [...new Set(rows.flatMap((row) => row.columns))];
  const valueOf = (row, column) => row.values[row.columns.indexOf(column)] ?? null;
  const heads = [head(""), ...rows.map((row) => head([say(`role.${row.role}`), el("br"), value(tableLabel(row.table))])), head(say("evidence.differs"))];
  const lines = columns.map((column) => {
    const values = rows.map((row) => valueOf(row, column));
    const differs = new Set(values).size > 1;
    return el("tr", { class: differs ? "differs" : null }, el("th", { scope: "row" }, value(columnLabel(rows[0].table, column))), values.map((one, n) => el("td", {}, cellValue(one, rows[n].table, column))), el("td", {}, differs ? "≠" : ""));
  });
  lines.push(el("tr", {}, el("th", { scope: "row" }, say("evidence.source")), rows.map((row) => el("td", {}, sourceOf(row))), el("td")));
  return el("div", { class: "evidence" }, el("h3", {}, say("evidence.sides")), el("div", { class: "wide" }, table({ class: "record" }, heads, lines)));
}

function cellValue(one, tableName, column) {
  if (one == null) return el("span", { class: "soft" }, say("clue.empty"));
  const label = sweep.tables[tableName]?.codes?.[column]?.[one];
  return label ? [value(tell(label)), " ", el("span", { class: "id" }, show(one))] : longValue(one);
}

/** A value; a very long one is folded after its beginning, and paper shows it whole. */
function longValue(text) {
  const whole = text == null ? "" : String(text);
  if (whole.length <= LONG_VALUE) return value(whole);
  const letters = Array.from(whole); // never cut within a character
  const start = letters.slice(0, LONG_VALUE).join("");
  return el("details", { class: "long" }, el("summary", {}, value(start), el("small", {}, say("clue.long", { n: letters.length }))), value(letters.slice(LONG_VALUE).join("")));
}

// ---- the rule, and other clues

function aboutPart(about, clue) {
  const text = (key, what) => tell(what) && el("div", { class: "about" }, el("h3", {}, say(key)), el("p", {}, value(tell(what))));
  return [
    part("clue.how_to_read", text("rule.check", about.check), text("rule.misses", about.misses), text("rule.why", about.why)),
    part("clue.rule", 
      el("p", {}, el("a", { href: writeAddress("rule", null, clue.rule_id) }, say("rule.card", { id: clue.rule_id })), " ", el("span", { class: "soft" }, say("rule.version", { n: about.version ?? "–" }))),
      sqlPart(about)),
  ];
}

function sqlPart(about) {
  return about.sql && el("details", { class: "sql" }, el("summary", {}, say("rule.sql")), el("pre", {}, el("code", {}, show(about.sql))));
}
