"""Render a sweep as one HTML page.

In: a sweep folder. Out: HTML that carries its style, its script and its data and asks nothing of a network:
the content security policy names the two by hash and forbids everything else. The first page is plain markup;
lists and clues are drawn by the script from the islands.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from jointsup_rules.limits import REPORT_CLUES, REPORT_DUE_SOON, REPORT_ROWS_PER_RULE
from jointsup_rules.problems import Language, Text
from jointsup_rules.report.figures import COUNTS, Figures, gather_figures, gather_tiers, gather_trend
from jointsup_rules.report.islands import (
    PART_CLUES,
    gather_columns,
    gather_parts,
    render_islands,
    render_json,
)
from jointsup_rules.report.kept import Kept
from jointsup_rules.report.read import (
    Sweep,
    Table,
    add_kept,
    keep_readable,
    keep_unit,
    read_sweep,
    read_text,
)
from jointsup_rules.report.triaged import gather_kept_states, gather_triaged
from jointsup_rules.report.words import read_words, say, say_plain, show, show_plain, tell

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGE = Path(__file__).with_name("page")
_STYLES = ("style.css", "print.css")
# In the order they build on each other.
_SCRIPTS = (
    "words.js",
    "data.js",
    "filter.js",
    "list.js",
    "clue.js",
    "timeline.js",
    "triage.js",
    "kept.js",
    "marks.js",
    "others.js",
    "page.js",
)


def render_report(
    folder: Path,
    lang: Language,
    restricted: bool = False,
    kept: Kept | None = None,
    verdicts: Mapping[str, Text] | None = None,
    unit: str | None = None,
) -> str:
    """Return the report of one sweep as HTML.

    Args:
        folder: A sweep folder: manifest.json, clues, evidence, working, outcomes, not_clear and gone.parquet.
        lang: The language the page opens in; it holds both.
        restricted: Show clues of grade C alone; otherwise they are left out.
        kept: What the ledger says; without it the page knows of no ledger.
        verdicts: Codes a reviewer may choose from, with their names; left out, those of the sweep.
        unit: Show this unit's clues alone; `EMPTY` for those without one.

    Raises:
        ProblemsError: The folder is incomplete (JR801 to JR803).

    The same folder gives the same bytes: timings and versions of the machine are not shown.
    """
    return _render(_read_full(folder, kept), lang, restricted, kept, verdicts, unit)


def render_by_unit(
    folder: Path, lang: Language, kept: Kept | None = None, verdicts: Mapping[str, Text] | None = None
) -> Iterator[tuple[str, str]]:
    """Give the report of each unit, and last an index page that leads to them: file name and HTML; without grade C.

    Raises:
        ProblemsError: The folder is incomplete (JR801 to JR803).
    """
    full = _read_full(folder, kept)
    sweep = keep_readable(full, False)
    names = sweep.manifest.get("units") or {}
    rows = []
    for number, (unit, n) in enumerate(_count_units(sweep), 1):
        # Codes of units come with the data and are no names of files.
        file = f"unit-{number:03}.html"
        rows.append({"file": file, "name": names.get(unit, unit), "n": n})
        yield file, _render(full, lang, False, kept, verdicts, EMPTY if unit is None else unit)
    style = _read_page(*_STYLES) + (_on_every_sheet(kept) if kept is not None else "")
    yield "index.html", _environment().get_template("index.html").render(
        lang=lang, manifest=sweep.manifest, kept=kept, rows=rows, style=Markup(style), style_hash=_hash(style)
    )  # fmt: skip


def has_unit(folder: Path, unit: str) -> bool:
    """Whether a sweep knows of a unit."""
    sweep = keep_readable(read_sweep(folder), False)
    named = {EMPTY if one is None else one for one in (*sweep.clues["unit"], *sweep.not_clear["unit"])}
    return unit in named or unit in (sweep.manifest.get("units") or {})


def _unit_of(unit: str) -> str | None:
    return None if unit == EMPTY else unit


def _count_units(sweep: Sweep) -> list[tuple[str | None, int]]:
    """Units that have clues, by how many."""
    return sorted(Counter(sweep.clues["unit"]).items(), key=lambda pair: (-pair[1], str(pair[0])))


def _read_full(folder: Path, kept: Kept | None) -> Sweep:
    full = read_sweep(folder)
    return full if kept is None else add_kept(full, kept)


def _render(
    full: Sweep,
    lang: Language,
    restricted: bool,
    kept: Kept | None,
    verdicts: Mapping[str, Text] | None,
    unit: str | None,
) -> str:
    sweep = keep_readable(full, restricted)
    if unit is not None:
        sweep = keep_unit(sweep, _unit_of(unit))
    figures = gather_figures(sweep, full if unit is None else keep_unit(full, _unit_of(unit)))
    shown = _shown_clues(sweep.clues)
    style = _read_page(*_STYLES) + (_on_every_sheet(kept) if kept is not None else "")
    script = "(() => {\n'use strict';\n" + _read_page(*_SCRIPTS) + "})();\n"
    return _environment().get_template("page.html").render(
        lang=lang,
        restricted=restricted,
        manifest=sweep.manifest,
        figures=figures,
        triaged=gather_triaged(sweep),
        trend=() if restricted or unit is not None else gather_trend(sweep),
        tiers=gather_tiers(sweep),
        n_shown=shown.n_rows,
        kept=kept,
        kept_states=gather_kept_states(sweep, kept),
        unit=unit,
        verdicts=_gather_verdicts(sweep, verdicts),
        clues_apart=0 if restricted else sweep.n_restricted,
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
        words=Markup(render_json(_words_of_script())),
        islands=render_islands(_gather_islands(sweep, figures, shown, kept, _gather_verdicts(sweep, verdicts), restricted)),
    )  # fmt: skip


def view(name: str, **chosen: str | None) -> str:
    """Return the address of a view within the page, filtered; a value of None stands for an empty one.

    Example:
        >>> view("clues", rule="LONG-01", unit="东湖,1")
        '#/clues?rule=LONG-01&unit=%E4%B8%9C%E6%B9%96%2C1'
    """
    query = "&".join(f"{key}={quote(value or EMPTY, safe='')}" for key, value in chosen.items())
    return f"#/{name}?{query}" if query else f"#/{name}"


# What a reviewer may decide where no workflow says otherwise.
VERDICTS = {
    "confirmed": {"zh": "属实", "en": "confirmed"},
    "wrong_rule": {"zh": "规则有误", "en": "the rule is wrong"},
    "wrong_data": {"zh": "数据有误", "en": "the data are wrong"},
    "lawful_exception": {"zh": "法律例外", "en": "lawful exception"},
    "already_handled": {"zh": "已处理", "en": "handled already"},
    "cannot_decide": {"zh": "无法判断", "en": "cannot decide"},
}
# Columns of clues that the list does not need: cards tell the version, parts the becauses.
_NOT_LISTED = ("rule_version", "because", "history")
_DOSSIER_COLUMNS = ("dossier_id", "kind", "key", "n_clues", "n_rules", "priority", "route")
# How the address names an empty value.
EMPTY = "\u2205"


def _shown_clues(clues: Table) -> Table:
    """The gravest clues, as many as a page can carry; the page says how many it leaves out."""
    return clues if clues.n_rows <= REPORT_CLUES else clues.pick(range(REPORT_CLUES))


def _on_every_sheet(kept: Kept) -> str:
    """Where the chain ends, on every printed sheet: a number and a hash, which need no quoting."""
    return f'@page {{ @bottom-left {{ content: "{kept.head}"; font: 6.5pt monospace; color: #555; }} }}\n'


def _gather_verdicts(sweep: Sweep, verdicts: Mapping[str, Text] | None) -> dict[str, Any]:
    if verdicts is not None:
        return {code: {"zh": label.zh, "en": label.en} for code, label in verdicts.items()}
    known = sweep.manifest.get("verdicts") or VERDICTS
    return {code: known[code] for code in sweep.manifest.get("verdict_order") or known}


def _gather_islands(
    sweep: Sweep,
    figures: Figures,
    clues: Table,
    kept: Kept | None,
    verdicts: Mapping[str, Any],
    restricted: bool,
) -> dict[str, Any]:
    names = [name for name in clues.columns if name not in _NOT_LISTED]
    sweep_island = {
        "as_of": sweep.manifest["as_of"],
        "name": f"{sweep.manifest['as_of']}-{sweep.manifest['hash'][:8]}",
        "restricted": restricted,
        "verdicts": verdicts,
        "ledger": None
        if kept is None
        else {name: {"zh": one.zh, "en": one.en} for name, one in kept.states.items()},
        "part_clues": PART_CLUES,
        "rules": _gather_rule_cards(sweep, figures),
        "tables": sweep.manifest.get("tables") or {},
        "units": sweep.manifest.get("units") or {},
        "routes": (sweep.manifest.get("triage") or {}).get("routes") or {},
        "clues": gather_columns(clues, names),
        "not_clear": _gather_not_clear(sweep),
        "gone": gather_columns(sweep.gone, sweep.gone.columns),
        "dossiers": gather_columns(sweep.dossiers, _DOSSIER_COLUMNS),
    }
    parts = gather_parts(sweep, clues["clue_id"])
    return {"sweep": sweep_island, **{f"part-{n}": part for n, part in enumerate(parts)}}


def _gather_rule_cards(sweep: Sweep, figures: Figures) -> dict[str, Any]:
    """What the manifest says of each rule, and its counts."""
    lines = {line.rule_id: line for line in figures.rules}
    known = sweep.manifest["rules"]
    cards = {}
    for rule_id in sorted({*known, *lines, *sweep.clues["rule_id"]}):
        line = lines.get(rule_id)
        counts = {} if line is None else {name: line.counts[name] for name in COUNTS}
        why = line.why if line else read_text(None)
        cards[rule_id] = {
            "title": rule_id,
            **known.get(rule_id, {}),
            "status": line.status if line else None,
            "not_run_because": {"zh": why.zh, "en": why.en},
            "counts": counts,
        }
    return cards


def _gather_not_clear(sweep: Sweep) -> dict[str, Any]:
    """Subjects neither hit nor clear, the soonest due first: of each rule and outcome as many as fit."""
    rows = sweep.not_clear
    rows = rows.pick(sorted(range(rows.n_rows), key=lambda i: rows["due_on"][i] or "9999"))
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for i, key in enumerate(zip(rows["rule_id"], rows["outcome"], strict=True)):
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= (REPORT_DUE_SOON if key[1] == "due_soon" else REPORT_ROWS_PER_RULE):
            kept.append(i)
    return {"total": rows.n_rows, **gather_columns(rows.pick(kept), rows.columns)}


def _words_of_script() -> dict[str, list[str]]:
    """The catalogue as lists, for the script: Chinese, English, English for one."""
    return {key: list(entry.values()) for key, entry in read_words().items()}


def _read_page(*names: str) -> str:
    return "".join((_PAGE / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> Markup:
    digest = base64.b64encode(sha256(text.encode()).digest()).decode("ascii")
    return Markup("'sha256-{}'").format(digest)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["EMPTY"] = EMPTY
    for helper in (say, say_plain, tell, show, show_plain, view, read_text):
        environment.globals[helper.__name__] = helper
    return environment
