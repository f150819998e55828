// What the ledger says of a clue: number, state, and each step with its day, role and because.

function stateName(state) {
  return state == null ? say("clue.no_ledger") : tell(sweep.ledger?.[state]) || state;
}

function ledgerFacts(clue) {
  if (!sweep.ledger) return [];
  return [
    [say("clue.ledger_no"), value(clue.ledger_no ?? say("clue.no_ledger"))],
    [say("clue.ledger"), clue.ledger != null && [value(stateName(clue.ledger)), " ", el("small", {}, say("kept.since", { day: clue.since }))]],
  ];
}

function ledgerPart(history) {
  if (!sweep.ledger || !history.length) return "";
  const heads = ["kept.on", "kept.what", "kept.role", "kept.because"].map((key) => head(say(key)));
  const lines = history.map(([on, kind, move, to, role, because]) =>
    el("tr", {},
      el("td", { class: "nowrap" }, on),
      el("td", {}, sayOr("kept_kind", kind), tell(move) && [" ", value(tell(move))], to != null && [" → ", value(stateName(to))]),
      el("td", {}, value(tell(role))),
      el("td", {}, because.map((one) => el("div", {}, value(tell(one))))),
    ),
  );
  return part("kept.title", table({}, heads, lines));
}
