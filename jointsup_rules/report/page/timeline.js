// A clue on a time line, to scale: the period and what moves it, days of its rows, the due day and the day of the sweep.

const SVG = "http://www.w3.org/2000/svg";
const LINE = { width: 860, left: 190, right: 850, lane: 22, top: 20 };
const MOST_LANES = 24;
const DAY = /^\d{4}-\d{2}-\d{2}/;

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, setting] of Object.entries(attributes)) element.setAttribute(name, setting);
  if (text != null) element.append(...show(text).map((piece) => (typeof piece === "string" ? piece : "\ufffd")));
  return element;
}

function dayNumber(day) {
  return Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / 86400000);
}

/** Lanes of a clue: {label, from, to, kind}; a lane without `to` is one day. */
function lanesOf(clue, evidence, working) {
  const lanes = [];
  const add = (kind, label, from, to) => from != null && DAY.test(from) && lanes.push({ kind, label, from, to: to != null && to > from ? to : null });
  add("base", say("timeline.period"), clue.started_on, clue.due_on);
  for (const line of working) {
    if (line.step === "exclude") add(line.honoured === false ? "unhonoured" : "exclude", sayOr("step", line.step), line.from, line.to);
    if (line.step === "extend") add(line.honoured === false ? "unhonoured" : "extend", sayOr("step", line.step), line.from ?? line.to, line.to);
    if (line.step === "due_if_all") add("event", sayOr("step", line.step), line.to);
  }
  if (clue.over_days > 0) add("over", say("clue.over"), clue.due_on, clue.ended_on ?? sweep.as_of);
  if (clue.ended_on !== clue.due_on) add("event", say("clue.ended_on"), clue.ended_on);
  const seen = new Set();
  for (const row of evidence) {
    const codes = sweep.tables[row.table]?.codes ?? {};
    // A row with one day is an event, which its first coded column names.
    const of = row.values.filter((one) => typeof one === "string" && DAY.test(one)).length === 1 ? row.columns.findIndex((column) => column in codes) : -1;
    row.columns.forEach((column, n) => {
      const day = row.values[n];
      if (typeof day !== "string" || !DAY.test(day) || day.length > 19) return;
      const label = [of >= 0 ? tell(codes[row.columns[of]][row.values[of]]) || row.values[of] : null, columnLabel(row.table, column)].filter(Boolean).join(" ");
      if (!seen.has(label + day)) add("event", label, day.slice(0, 10));
      seen.add(label + day);
    });
  }
  return lanes;
}

/** Days at which the scale has a mark: years, quarters or months, as many as fit. */
function marksOf(first, last) {
  const months = (last - first) / 30.4;
  const step = months > 96 ? 24 : months > 40 ? 12 : months > 12 ? 3 : 1;
  const found = [];
  const start = new Date(first * 86400000);
  for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth() + 1) / step) * step; ; month += step) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 86400000;
    if (day > last) return found;
    found.push([day, new Date(day * 86400000).toISOString().slice(0, step >= 12 ? 4 : 7)]);
  }
}

function timelinePart(clue, evidence, working) {
  const all = lanesOf(clue, evidence, working);
  const lanes = all.slice(0, MOST_LANES);
  if (lanes.length < 2) return "";
  const days = lanes.flatMap((lane) => [lane.from, lane.to].filter(Boolean).map(dayNumber));
  const asOf = dayNumber(sweep.as_of);
  const first = Math.min(...days, asOf);
  const last = Math.max(...days, asOf);
  const at = (day) => LINE.left + ((day - first) / Math.max(1, last - first)) * (LINE.right - LINE.left);
  const height = LINE.top + lanes.length * LINE.lane + 22;
  const drawing = shape("svg", { viewBox: `0 0 ${LINE.width} ${height}`, class: "timeline", role: "img", "aria-label": say("timeline.told", { from: clue.started_on ?? lanes[0].from, due: clue.due_on ?? "–", day: sweep.as_of }) });
  for (const [day, name] of marksOf(first, last)) {
    drawing.append(shape("line", { class: "scale", x1: at(day), x2: at(day), y1: LINE.top, y2: height - 20 }), shape("text", { class: "scale-name", x: at(day), y: height - 6, "text-anchor": "middle" }, name));
  }
  upright(drawing, at(asOf), "as-of", say("page.as_of", { day: sweep.as_of }), height, 12);
  if (clue.due_on != null) upright(drawing, at(dayNumber(clue.due_on)), "due", "", height, 12);
  lanes.forEach((lane, n) => drawLane(drawing, lane, LINE.top + n * LINE.lane, at));
  const cut = all.length > lanes.length && el("p", { class: "note" }, say("timeline.cut", { n: all.length - lanes.length }));
  return part("timeline.title", el("div", { class: "wide" }, drawing), cut);
}

function upright(drawing, x, kind, name, height, y) {
  drawing.append(shape("line", { class: kind, x1: x, x2: x, y1: LINE.top - 4, y2: height - 20 }));
  if (name) drawing.append(shape("text", { class: "scale-name", x, y, "text-anchor": x > LINE.width / 2 ? "end" : "start" }, name));
}

function drawLane(drawing, lane, y, at) {
  const label = Array.from(lane.label);
  const x = at(dayNumber(lane.from));
  drawing.append(shape("text", { class: "lane", x: LINE.left - 12, y: y + 15, "text-anchor": "end" }, label.length > 14 ? `${label.slice(0, 13).join("")}…` : lane.label));
  const told = lane.to == null ? lane.from : say("timeline.span", { from: lane.from, to: lane.to, n: dayNumber(lane.to) - dayNumber(lane.from) });
  const end = lane.to == null ? x + 5 : at(dayNumber(lane.to));
  drawing.append(
    lane.to == null
      ? shape("circle", { class: lane.kind, cx: x, cy: y + 10, r: 4.5 })
      : shape("rect", { class: lane.kind, x, y: y + 4, width: Math.max(2, end - x), height: 12 }),
  );
  const after = end < LINE.right - 190;
  drawing.append(shape("text", { class: "lane-days", x: after ? end + 6 : x - 8, y: y + 15, "text-anchor": after ? "start" : "end" }, told));
}
