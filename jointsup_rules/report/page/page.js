// The page: what the address asks for is what is shown; language, keyboard and paper.

const PLAIN_VIEWS = ["overview", "rules", "data"];
let address = null;
let ready = false;
let turns = 0; // of several views asked for in haste the last one stands

/** Change the view of the list; typing replaces the address, choosing adds to its history. */
function changeView(change, typing = false) {
  const hash = writeAddress(address.name, { ...address.view, ...change });
  if (!typing) {
    location.hash = hash;
    return;
  }
  history.replaceState(null, "", hash);
  follow();
}

function redraw() {
  follow(true);
}

/** Show what the address asks for. */
async function follow(again = false) {
  if (location.hash && !location.hash.startsWith("#/")) return; // a place within the page
  const before = address;
  address = readAddress(location.hash);
  let section = document.querySelector(`[data-view="${CSS.escape(address.name)}"]`);
  if (!section) {
    address = readAddress("");
    section = document.querySelector('[data-view="overview"]');
  }
  const held = holdFocus();
  const turn = ++turns;
  if (!PLAIN_VIEWS.includes(address.name)) {
    if (ready) await draw(section);
    else section.replaceChildren(el("p", { role: "status" }, say("page.reading")));
    if (turn !== turns) return;
  }
  for (const one of document.querySelectorAll("[data-view]")) one.hidden = one !== section;
  const nav = { clue: "clues", rule: "rules", dossier: "dossiers" }[address.name] ?? address.name;
  for (const link of document.querySelectorAll("[data-nav]")) {
    if (link.dataset.nav === nav) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!ready && !PLAIN_VIEWS.includes(address.name)) return;
  const moved = before && (before.name !== address.name || before.id !== address.id);
  if (moved) arrive(section, before);
  else if (before && before.view.page !== address.view.page) scrollTo(0, 0);
  else if (!again || held) held?.();
  document.dispatchEvent(new CustomEvent("shown", { detail: location.hash }));
}

async function draw(section) {
  const { name, id, view } = address;
  if (name === "clues") drawClues(section, view);
  else if (name === "clue") {
    if (!listed.rows.length) listed = { address: "#/clues", rows: selectClues(readAddress("").view).rows };
    await drawClue(section, id);
  } else if (name === "rule") drawRule(section, id);
  else if (name === "marks") drawMarks(section);
  else if (name === "dossiers") drawDossiers(section, view);
  else if (name === "dossier") await drawDossier(section, id);
  else if (name === "not-clear") drawNotClear(section, view);
  else if (name === "gone") drawGone(section);
}

/** A new view begins at its top, and its heading takes the focus; back in the list it is the clue that was open. */
function arrive(section, before) {
  const opened = before.name === "clue" && address.name === "clues" && section.querySelector(`a[data-row="${findClue(before.id)}"]`);
  if (opened) {
    opened.focus();
    opened.closest("tr").scrollIntoView({ block: "center" });
    return;
  }
  scrollTo(0, 0);
  section.querySelector("h1")?.focus({ preventScroll: true });
}

/** What gives the focus back after a view is drawn again. */
function holdFocus() {
  const { facet, value: held, row } = document.activeElement?.dataset ?? {};
  if (row != null) return () => document.querySelector(`[data-view]:not([hidden]) a[data-row="${row}"]`)?.focus({ preventScroll: true });
  if (!facet) return null;
  return () => {
    const same = [...document.querySelectorAll("[data-facet]")].find((one) => one.dataset.facet === facet && one.dataset.value === held && one.matches("input, select"));
    same?.focus({ preventScroll: true });
  };
}

// ---- language

function speak(next) {
  lang = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  document.title = `${say("page.title")} ${document.querySelector(".swept").innerText}`;
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === next));
  if (ready) redraw();
}

// ---- keyboard

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !address || !ready) return;
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  const section = document.querySelector("[data-view]:not([hidden])");
  const act = keyAction(event.key, typing, section, event.target);
  if (act) {
    event.preventDefault();
    act();
  }
}

function keyAction(key, typing, section, target) {
  if (key === "/" && !typing) return () => toSearch();
  if (address.name === "clues") {
    if (typing && key === "Escape") return () => (address.view.words ? changeView({ words: "", page: 1 }, true) : target.blur());
    if (typing && target.id !== "words") return null;
    if (key === "ArrowDown") return () => moveFocus(section, 1);
    if (key === "ArrowUp" && !typing) return () => moveFocus(section, -1);
    if (typing) return null;
    const marked = markKey(key, target.dataset.row == null ? null : Number(target.dataset.row));
    if (marked) return marked;
    if (key === "Home") return () => moveFocus(section, -PAGE);
    if (key === "End") return () => moveFocus(section, PAGE);
  }
  if (address.name === "clue" && !typing) {
    const walk = { Escape: "back", ArrowLeft: "previous", ArrowRight: "next" }[key];
    const link = walk && section.querySelector(`[data-walk=${walk}]`);
    return link ? () => link.click() : markKey(key, null);
  }
  if ((address.name === "rule" || address.name === "dossier") && key === "Escape") return () => history.back();
  return null;
}

async function toSearch() {
  if (address.name !== "clues") {
    history.pushState(null, "", listed.address || "#/clues");
    await follow();
  }
  document.getElementById("words")?.select();
  document.getElementById("words")?.focus();
}

// ---- paper

function beforePrint() {
  const section = document.querySelector("[data-view]:not([hidden])");
  if (address?.name === "clues" && ready) drawForPrint(section, address.view);
  for (const fold of section.querySelectorAll("details:not(.sql)")) fold.open = true;
}

// ---- start

function fail(error) {
  const alert = document.getElementById("alert");
  alert.textContent = say(typeof DecompressionStream === "undefined" ? "page.old_browser" : "page.unreadable", { error: String(error) });
  alert.hidden = false;
}

async function start() {
  document.documentElement.classList.add("js");
  for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => speak(button.dataset.lang));
  document.getElementById("print").addEventListener("click", () => print());
  addEventListener("hashchange", () => follow().catch(fail));
  addEventListener("keydown", pressed);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", () => address?.name === "clues" && redraw());
  speak(lang);
  await follow();
  await readSweep();
  readMarks();
  addEventListener("beforeunload", guardMarks);
  ready = true;
  await follow();
  prepareSearch();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

start().catch(fail);
