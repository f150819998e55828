// Views beside the clues: a rule's card, subjects that are no clue, clues of the last sweep that are gone.

const OUTCOMES = ["excluded", "cannot_tell", "due_soon"];

function drawRule(section, id) {
  const about = rule(id);
  const text = (key, what) => tell(what) && part(key, el("p", {}, value(tell(what))));
  const level = (group, what) => (what && typeof what === "object" ? Object.keys(what).map((one) => sayOr(group, one === "is" ? what.is : one)).join(" / ") : sayOr(group, what));
  section.replaceChildren(
    el("p", { class: "over-title" }, el("span", { class: "id" }, show(id))),
    el("h1", { tabindex: "-1" }, value(tell(about.title) || id)),
    el("p", { class: "lead" }, value(tell(about.finds))),
    facts([
      [say("clue.family"), value(familyName(about.family))],
      [say("clue.severity"), level("severity", about.severity)],
      [say("clue.grade"), level("grade", about.grade)],
      [say("clue.subject"), value(tell(about.subject_label) || about.subject)],
      [say("rule.kind"), sayOr("kind", about.kind)],
      [say("rule.version_label"), about.version],
      [say("nav.clues"), el("a", { href: writeAddress("clues", { chosen: { rule: [id] } }) }, say("rule.clues"))],
    ]),
    part("rule.outcomes", ruleOutcome(about)),
    text("rule.why", about.why),
    text("rule.check", about.check),
    text("rule.misses", about.misses),
    about.exclude?.length ? part("rule.exclude", el("ul", {}, about.exclude.map((one) => el("li", {}, value(tell(one)))))) : "",
    lawPart(about, {}),
    sqlPart(about) ?? "",
  );
}

/** How the subjects in scope came out, as a sum; a rule that did not run has no counts. */
function ruleOutcome(about) {
  if (about.status == null) return el("p", {}, say("rule.not_in_sweep"));
  if (about.status !== "ran") return el("p", {}, el("strong", {}, sayOr("status", about.status)), " ", value(tell(about.not_run_because)));
  const names = ["hit", "clear", "excluded", "cannot_tell", "running"];
  const { counts } = about;
  return el("p", { class: "sum" },
    names.map((name, n) => [n ? " + " : "", say(`outcome.${name}`), " ", el("b", {}, String(counts[name] ?? "–"))]),
    " = ", say("outcome.in_scope"), " ", el("b", {}, String(counts.in_scope ?? "–")),
    el("small", {}, say("rule.of_running", { n: counts.due_soon ?? 0 })),
  );
}

// ---- subjects that are no clue

const OTHER_HEADS = ["outcome", "rule", "case", "unit", "handler", "started_on", "due_on", "why"];

function drawNotClear(section, view) {
  const { columns, n, total } = sweep.not_clear;
  const rows = selectNotClear(view);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.min(view.page, pages);
  const rules = [...new Set(Array.from({ length: n }, (_, row) => columns.rule_id.get(row)))].sort();
  const lines = rows.slice((page - 1) * PAGE, page * PAGE).map(notClearLine);
  section.replaceChildren(
    el("h1", { tabindex: "-1" }, say("nav.not_clear")),
    el("p", {}, say("others.note")),
    total > n ? el("p", { class: "note" }, say("others.cut", { n, total })) : "",
    el("p", { class: "choices" },
      choice(view, "outcome", OUTCOMES, (one) => sayOr("outcome", one)), " ",
      choice(view, "rule", rules, (id) => plain(`${id} ${tell(rule(id).title)}`)),
    ),
    el("p", { class: "stated print-only" }, stateView(view)),
    el("p", { role: "status" }, say("others.found", { n: rows.length })),
    rows.length ? table({}, OTHER_HEADS.map((name) => head(say(`clue.${name}`))), lines) : "",
    el("nav", { class: "pages" }, pageLinks("not-clear", view, page, pages)),
  );
}

function selectNotClear({ chosen }) {
  const { columns, n } = sweep.not_clear;
  const isWanted = (name, column, row) => !chosen[name]?.length || chosen[name].includes(columns[column].get(row));
  const all = Array.from({ length: n }, (_, row) => row);
  return all.filter((row) => isWanted("outcome", "outcome", row) && isWanted("rule", "rule_id", row));
}

/** A drop-down list over the values of one column. */
function choice(view, name, values, labelOf) {
  const pick = (event) => changeView({ chosen: { ...view.chosen, [name]: event.target.value === "" ? [] : [event.target.value] }, page: 1 });
  const options = values.map((one) => el("option", { value: one, selected: one === view.chosen[name]?.[0] }, labelOf(one)));
  return el("label", {}, say(`clue.${name}`), " ", el("select", { onchange: pick, "data-facet": name }, el("option", { value: "" }, say("list.any")), options));
}

function notClearLine(row) {
  const at = (name) => sweep.not_clear.columns[name].get(row);
  return el("tr", {},
    el("td", { class: "nowrap" }, sayOr("outcome", at("outcome"))),
    el("td", {}, ruleLink(at("rule_id"))),
    el("td", { class: "break" }, longValue(at("case_no") ?? at("subject_key"))),
    el("td", {}, value(unitName(at("unit")))),
    el("td", {}, value(at("handler") ?? "–")),
    el("td", { class: "nowrap" }, at("started_on") ?? "–"),
    el("td", { class: "nowrap" }, at("due_on") ?? "–"),
    el("td", {}, longValue(tellPacked(at("why")))),
  );
}

function ruleLink(id, otherwise = "") {
  return el("a", { href: writeAddress("rule", null, id) }, el("span", { class: "id" }, show(id)), " ", value(tell(rule(id).title) || otherwise));
}

// ---- clues that are gone

function drawGone(section) {
  const { columns, n } = sweep.gone;
  const heads = ["rule", "case", "unit", "first_seen_on", "last_seen_on", "why"].map((name) => head(say(`clue.${name}`)));
  const lines = Array.from({ length: n }, (_, row) => {
    const at = (name) => columns[name].get(row);
    return el("tr", {},
      el("td", {}, ruleLink(at("rule_id"), at("title"))),
      el("td", { class: "break" }, longValue(at("case_no") ?? at("subject_key"))),
      el("td", {}, value(unitName(at("unit")))),
      el("td", { class: "nowrap" }, at("first_seen_on") ?? "–"),
      el("td", { class: "nowrap" }, at("last_seen_on") ?? "–"),
      el("td", {}, longValue(tellPacked(at("why")))),
    );
  });
  section.replaceChildren(
    el("h1", { tabindex: "-1" }, say("nav.gone")),
    el("p", {}, say("gone.note")),
    n ? table({}, heads, lines) : el("p", {}, say("gone.none")),
  );
}
