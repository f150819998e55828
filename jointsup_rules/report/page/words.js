// Words and elements: every string the script shows comes from the catalogue or from the data, and every value of the
// data becomes a text node, never markup.

const words = JSON.parse(document.getElementById("words").textContent);
const EMPTY = "\u2205"; // how the address names an empty value
let lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** One entry of the catalogue in the present language; {n} and the like are filled from `places`. */
function say(key, places = {}) {
  const [zh, en, enOne] = words[key];
  const text = lang === "zh" ? zh : places.n === 1 && enOne ? enOne : en;
  return text.replace(/\{(\w+)\}/g, (_, name) => plain(places[name]));
}

/** An entry if there is one for this value, else the value as it is. */
function sayOr(group, value) {
  return value == null ? "–" : words[`${group}.${value}`] ? say(`${group}.${value}`) : plain(value);
}

/** A text of the data in the present language: {zh, en}, or plain. */
function tell(text) {
  if (text == null) return "";
  if (typeof text !== "object") return String(text);
  return (lang === "zh" ? text.zh || text.en : text.en || text.zh) || "";
}

/** A reason as the sweep wrote it: {zh, en} in JSON, or plain words. */
function tellPacked(packed) {
  if (typeof packed === "string" && packed.startsWith("{")) {
    try {
      const text = JSON.parse(packed);
      if (text && (text.zh || text.en)) return tell(text);
    } catch {
      return packed; // it only looked like JSON
    }
  }
  return tell(packed);
}

// Characters that steer a display without being seen; shown by number, or they could reorder what is around them.
const STEERING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** A value of the data where only text can stand. */
function plain(value) {
  return String(value ?? "").replace(new RegExp(STEERING.source, "g"), "\ufffd");
}

/** A value of the data as nodes. */
function show(value) {
  const text = value == null ? "" : String(value);
  if (!STEERING.test(text)) return [text];
  return text
    .split(new RegExp(`(${STEERING.source})`))
    .filter(Boolean)
    .map((piece) => (piece.length === 1 && STEERING.test(piece) ? steer(piece) : piece));
}

function steer(character) {
  const number = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return el("span", { class: "steer" }, `U+${number}`);
}

/** A value set apart from the direction of the text around it. */
function value(text) {
  return el("bdi", {}, show(text));
}

/** An element; attributes that are null or false are left out, `on…` are listeners, children may be nested lists. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, setting] of Object.entries(attributes)) {
    if (setting == null || setting === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), setting);
    else element.setAttribute(name, setting === true ? "" : setting);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** A table: `heads` are elements of its head row, `rows` its rows. */
function table(attributes, heads, rows, caption) {
  return el(
    "table",
    attributes,
    caption && el("caption", {}, caption),
    heads && el("thead", {}, el("tr", {}, heads)),
    el("tbody", {}, rows),
  );
}

function head(text, attributes = {}) {
  return el("th", { scope: "col", ...attributes }, text);
}

/** Pairs of a term and what it is; pairs without a value are left out. */
function facts(pairs) {
  return el(
    "dl",
    { class: "facts" },
    pairs
      .filter(([, what]) => what != null && what !== "" && what !== false)
      .map(([term, what]) => el("div", {}, el("dt", {}, term), el("dd", {}, what))),
  );
}
