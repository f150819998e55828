"""Verdicts of reviewers taken into the ledger: on clues, and on sampled subjects that no rule named.

In: marks saved from the report, or a list in which the verdicts were written. Out: entries of the ledger, one per reviewer
and subject. A verdict is about what a sweep found, so it bears the version of the rule as it was then; the same file
again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, may_see, role_of
from jointsup_rules.ledger.samples import RIGHTLY_CLEAR, SAMPLED, Sample, read_sample
from jointsup_rules.load.forms import plain
from jointsup_rules.model.workflow import Workflow
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, nearest_word

__all__ = ["FORMAT", "RIGHTLY_CLEAR", "Judged", "Mark", "read_marks", "take_marks"]
FORMAT = "jointsup-verdicts-1"
_FORMULA = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True)
class Mark:
    """What one reviewer decided of one clue, or of one sampled subject (`clue_id` empty, rule and key given)."""

    sweep: str
    clue_id: str
    verdict: str
    note: str = ""
    reviewer: str = ""
    rule_id: str = ""
    subject_key: str = ""


@dataclass(frozen=True)
class Judged:
    """What a file brought: marks taken, and those that were known just so."""

    taken: int
    known: int


def read_marks(path: Path, sweep: str = "") -> list[Mark]:
    """Return the marks of a file saved from the report (JSON) or of a list (XLSX or CSV with columns of those names).

    A heading counts by its last word, so that lists the program wrote will do; lines without a verdict are left out.

    Args:
        path: The file.
        sweep: The sweep of those lines that name none.

    Raises:
        ProblemsError: it cannot be read, or is no file of verdicts.
    """
    readers: Mapping[str, Callable[[Path], Iterable[Mapping[str, Any]]]] = {
        ".xlsx": _xlsx_rows,
        ".csv": _csv_rows,
    }
    try:
        rows = readers.get(path.suffix.lower(), _json_rows)(path)
        return [
            Mark(
                _cell(row.get("sweep")) or sweep, _cell(row.get("clue_id")), _cell(row["verdict"]), _cell(row.get("note")),
                _cell(row.get("reviewer")), _cell(row.get("rule_id")), _cell(row.get("subject_key")),
            )
            for row in rows
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = Text(f"{path.name} 不是评议结论文件", f"{path.name} is no file of verdicts")
        fix = Text(
            "用报告里“保存评议”得到的文件，或含 sweep、clue_id、verdict 三列的 .xlsx、.csv",
            "take the file that the report saved, or an .xlsx or .csv with the columns sweep, clue_id and verdict",
        )
        raise ProblemsError([Problem("JR706", Place(path.name), what, fix=fix)]) from error


def _cell(value: Any) -> str:
    """A cell as text; whole numbers without a point, and without the mark that keeps a text from being a formula."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text[1:] if text.startswith(_FORMULA) else text


def _json_rows(path: Path) -> Sequence[Mapping[str, Any]]:
    told = json.loads(path.read_text(encoding="utf-8-sig"))
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    shared = {"sweep": told["sweep"], "reviewer": told.get("reviewer", "")}
    return [{**shared, **mark} for mark in told["marks"]]


def _xlsx_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError(str(error)) from error
    return _rows_of(rows)


def _csv_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As Excel saves it on a Chinese desk.
        text = raw.decode("gb18030")
    return _rows_of(list(csv.reader(io.StringIO(text, newline=""))))


def _rows_of(rows: Sequence[Sequence[Any]]) -> Iterable[Mapping[str, Any]]:
    head = [(str(cell).split() or [""])[-1] for cell in rows[0]] if rows else []
    if "verdict" not in head:
        raise ValueError("no column verdict")
    named = (dict(zip(head, cells, strict=False)) for cells in rows[1:])
    return [row for row in named if _cell(row.get("verdict"))]


# ---- into the ledger


def take_marks(
    ledger: Ledger, marks: Sequence[Mark], at: str, who: Who, reports: Path | None = None
) -> Judged:
    """Take marks into the ledger, all or none; the same marks again change nothing.

    Args:
        ledger: The ledger.
        marks: As read from one file.
        at: The time.
        who: Who brings them; the reviewer of those that name none.
        reports: Where sweeps lie; a sampled subject is looked up there, where its sweep is still kept.

    Raises:
        Refused: a mark names a clue, sweep, verdict or sampled subject that is not there; all that is wrong is told.
    """
    role_of(ledger.workflow, who)
    refuse_reader(ledger.workflow, who)
    with ledger.store.writing() as writing:
        known = _known(ledger)
        file = _digest(marks, who)
        if file in known.files:
            return Judged(0, len(marks))
        judge = _Judge(ledger, who, _found_by(ledger, marks), known.sweeps, reports)
        entries, wrong = [], []
        for number, mark in enumerate(marks, 1):
            data = judge.data_of(mark)
            if isinstance(data, Text):
                wrong.append(Text(f"第 {number} 条：{data.zh}", f"mark {number}: {data.en}"))
            else:
                entries.append((mark.clue_id or f"{mark.rule_id}|{mark.subject_key}", data))
        if wrong:
            raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))
        newest, taken = dict(known.newest), 0
        for subject, data in entries:
            if newest.get((subject, data["reviewer"])) == data:
                continue
            writing.add(at, who, "judged", subject, {**data, "file": file})
            newest[subject, data["reviewer"]] = data
            taken += 1
    return Judged(taken, len(marks) - taken)


def refuse_reader(workflow: Workflow, who: Who) -> None:
    """Refuse a role that may do nothing but read: it gives no verdicts either.

    Raises:
        Refused: the role is named as acting nowhere in the workflow.
    """
    shape = workflow.shape
    acting = {name for move in shape.moves.values() for name in move.by}
    acting |= {name for document in shape.documents.values() for name in document.by}
    acting |= {name for record in shape.records.values() for name in record.by}
    if who.role not in acting:
        label = shape.roles[who.role].label
        raise Refused(
            Text(f"{label.zh}只读，不能登记评议结论", f"{label.en} reads only and enters no verdicts")
        )


def _digest(marks: Sequence[Mark], who: Who) -> str:
    told = json.dumps([who.person, *(astuple(mark) for mark in marks)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Known:
    """Sweeps of the ledger, files taken in before, and the newest verdict of each reviewer on each subject."""

    sweeps: frozenset[str]
    files: frozenset[str]
    newest: Mapping[tuple[str, str], Mapping[str, Any]]


def _known(ledger: Ledger) -> _Known:
    sweeps, files = set(), set()
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entry in ledger.store.entries():
        if entry.kind == "swept":
            sweeps.add(entry.data["sweep"])
        elif entry.kind == "judged":
            data = {key: value for key, value in entry.data.items() if key not in ("clock_said", "file")}
            files.add(entry.data["file"])
            newest[entry.subject, data["reviewer"]] = data
    return _Known(frozenset(sweeps), frozenset(files), newest)


def _found_by(ledger: Ledger, marks: Iterable[Mark]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What each sweep that found a clue said of it, by clue and sweep."""
    wanted = {mark.clue_id for mark in marks}
    facts: dict[str, Mapping[str, Any]] = {}
    found = {}
    for entry in ledger.store.entries():
        if entry.kind in ("opened", "seen") and entry.subject in wanted:
            facts[entry.subject] = {**facts.get(entry.subject, {}), **entry.data["facts"]}
            found[entry.subject, entry.data["sweep"]] = facts[entry.subject]
    return found


class _Judge:
    """Turns marks into what the ledger holds of them, or says what is wrong."""

    def __init__(
        self,
        ledger: Ledger,
        who: Who,
        found: Mapping[tuple[str, str], Mapping[str, Any]],
        sweeps: frozenset[str],
        reports: Path | None,
    ) -> None:
        self._ledger, self._who, self._found, self._sweeps = ledger, who, found, sweeps
        self._reports = reports
        self._states = {one.clue_id: one for one in ledger.store.clues()}
        self._samples: dict[str, Sample | None] = {}

    def data_of(self, mark: Mark) -> dict[str, Any] | Text:
        """What the ledger holds of a mark; a Text says what is wrong with it."""
        if mark.sweep not in self._sweeps:
            return Text(f"筛查“{mark.sweep}”没有登入本台账", f"sweep '{mark.sweep}' is not in this ledger")
        verdict = self._verdict(mark)
        if isinstance(verdict, Text):
            return verdict
        head = {
            "sweep": mark.sweep, "verdict": verdict, "note": mark.note, "reviewer": mark.reviewer or self._who.person.strip(),
        }  # fmt: skip
        told = self._of_clue(mark) if mark.clue_id else self._of_sample(mark)
        return told if isinstance(told, Text) else {**head, **told}

    def _verdict(self, mark: Mark) -> str | Text:
        """The verdict by its code, which may be written as its label in either language."""
        shape = self._ledger.workflow.shape
        known: Mapping[str, Text] = (
            {name: one.label for name, one in shape.verdicts.items()} if mark.clue_id else SAMPLED
        )
        for code, label in known.items():
            if plain(mark.verdict).casefold() in {
                plain(one).casefold() for one in (code, label.zh, label.en)
            }:
                return code
        near = nearest_word(mark.verdict, known)
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        listed = Text(
            "、".join(f"{code}（{label.zh}）" for code, label in known.items()),
            ", ".join(f"{code} ({label.en})" for code, label in known.items()),
        )
        return Text(
            f"没有结论“{mark.verdict}”{hint.zh} 可用的有：{listed.zh}",
            f"no verdict '{mark.verdict}'{hint.en}; there are: {listed.en}",
        )

    def _of_clue(self, mark: Mark) -> dict[str, Any] | Text:
        state = self._states.get(mark.clue_id)
        # A clue that may not be seen is not there.
        if state is None or not may_see(self._ledger.workflow, self._who, state):
            return Text(f"台账中没有线索“{mark.clue_id}”", f"no clue '{mark.clue_id}' in the ledger")
        facts = self._found.get((mark.clue_id, mark.sweep))
        if facts is None:
            return Text(
                f"筛查“{mark.sweep}”没有发现线索“{mark.clue_id}”",
                f"sweep '{mark.sweep}' did not find clue '{mark.clue_id}'",
            )
        return {key: facts[key] for key in ("rule_id", "rule_version", "unit") if key in facts}

    def _of_sample(self, mark: Mark) -> dict[str, Any] | Text:
        if not (mark.rule_id and mark.subject_key):
            return Text("没有写线索，也没有写规则和对象", "it names neither a clue nor a rule and subject")
        told: dict[str, Any] = {"rule_id": mark.rule_id, "subject_key": mark.subject_key}
        if mark.sweep not in self._samples:
            folder = self._reports / mark.sweep if self._reports is not None else None
            self._samples[mark.sweep] = read_sample(folder)
        sample = self._samples[mark.sweep]
        if sample is None:
            return told
        sees = role_of(self._ledger.workflow, self._who).sees
        drawn = sample.get((mark.rule_id, mark.subject_key))
        if drawn is None or drawn["grade"] not in sees:
            return Text(
                f"“{mark.subject_key}”不在筛查“{mark.sweep}”为 {mark.rule_id} 抽取的样本中",
                f"'{mark.subject_key}' is not in the sample that sweep '{mark.sweep}' drew for {mark.rule_id}",
            )
        return told | {
            name: drawn[name]
            for name in ("rule_version", "grade", "unit", "n_clear")
            if drawn[name] is not None
        }
