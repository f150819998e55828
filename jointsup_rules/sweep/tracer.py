"""One rule on one subject over one dataset, bound and ready to be asked; the answers become a trace.

It runs on the same hardened connection and the same statements as a sweep; only what is asked besides is new.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jointsup_rules.compile import duckdb as printer
from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, Prepared
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook, is_in_force
from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.answers import (
    condition_of,
    finding_of,
    outcome_of,
    places_of,
    step_of,
    text_of,
    value_of,
)
from jointsup_rules.sweep.asking import Asked, AskedCondition, AskedFindings, AskedPart, AskedValue
from jointsup_rules.sweep.database import build, deadline, open_connection, prepare_connection, shut
from jointsup_rules.sweep.explain_words import NO_FINDING, NOT_ABOUT, NOWHERE
from jointsup_rules.sweep.margins import only_short
from jointsup_rules.sweep.questions import Questions
from jointsup_rules.sweep.trace import (
    Clue,
    Condition,
    EvidenceRow,
    Finding,
    Nearest,
    PartTrace,
    RowPlace,
    Rows,
    Step,
    Trace,
    Value,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LIMIT_S = 300.0
MEMORY = "4GB"
FINDINGS = 20
EVIDENCE_ROWS = 5
NEAREST = 3
_ORDER = "part, started_on NULLS LAST, due_on NULLS LAST, ended_on NULLS LAST, row_key"
Answer = dict[str, Any]
Told = TypeVar("Told")


@dataclass(frozen=True)
class AskedTrace:
    """Everything that is asked: bound and printed, not run."""

    subject: Asked
    shown: list[tuple[str, int]]
    values: list[AskedValue]
    scope: AskedCondition | None
    parts: list[AskedPart]
    findings: AskedFindings | None
    sql: Mapping[str, str]
    places: tuple[tuple[str, str], ...]
    rows: Mapping[str, str]


@dataclass
class Tracer:
    """One rule on one subject over one dataset, bound and ready to be asked."""

    rulebook: Rulebook
    rule: Rule
    dataset: Path
    key: str
    questions: Questions
    plan: Plan
    prepared: Prepared

    # ---- before anything is run

    def ask(self) -> AskedTrace:
        """Bind and print every question, and plan what must be built for them."""
        questions, subject = self.questions, Asked()
        shown, values = questions.ask_shown(subject), questions.ask_values(subject)
        scope, parts, findings = None, [], None
        if self.prepared.compiled is not None:
            scope, parts = questions.ask_scope(subject), questions.ask_parts(subject)
            findings = questions.ask_findings()
        places = tuple((table, printer.print_relation(one)) for table, one in questions.places())
        subject.columns.append(("there", questions.is_subject()))
        sql = {
            "subject": printer.print_relation(questions.of_subject(subject)),
            "everyone": printer.print_relation(questions.everyone()),
        }
        hidden = questions.hidden()
        if hidden is not None:
            sql["hidden"] = printer.print_relation(hidden)
        if findings is not None:
            sql["findings"] = printer.print_relation(findings.select)
        rows = {one.name: printer.print_relation(one.rows) for one in values if one.rows is not None}
        self.plan.also = [*sql.values(), *rows.values(), *(one for _, one in places)]
        self.plan.lay_out()
        return AskedTrace(subject, shown, values, scope, parts, findings, sql, places, rows)

    def told(self, outcome: str, **others: Any) -> Trace:
        """Return a trace with what is always known."""
        subject, facts = self.questions.subject, self.plan.facts
        label = Text(f"{subject.name}（{subject.label.zh}）", f"{subject.name} ({subject.label.en})")
        return Trace(label, self.key, self.dataset.name, facts.as_of, facts.cut_off, outcome, **others)

    # ---- running

    def run(self, asked: AskedTrace) -> Trace:
        """Return the answers to all questions."""
        return self.on_dataset(lambda connection: self.answer(asked, connection))

    def on_dataset(self, read: Callable[[DuckDBPyConnection], Told]) -> Told:
        """Return what is read from the dataset, once all that the plan needs is built.

        Raises:
            ProblemsError: the rule fails, or takes too long.
        """
        import duckdb

        failed: dict[str, str] = {}
        files = [self.dataset / f"{name}.parquet" for name in self.plan.raw_tables()]
        with tempfile.TemporaryDirectory(prefix="jointsup-") as folder:
            connection = open_connection(readable=files, scratch=Path(folder), memory=MEMORY)
            try:
                prepare_connection(connection, self.rulebook.calendar)
                for file in files:
                    source = f"SELECT * FROM read_parquet({print_value(str(file))})"
                    connection.execute(f"CREATE VIEW {quote('raw_' + file.stem)} AS {source}")
                shut(connection)
                with deadline(connection, LIMIT_S):
                    failed = build(connection, self.plan)
                    return read(connection)
            except duckdb.Error as error:
                raise ProblemsError([self._problem(error, failed)]) from None
            finally:
                connection.close()

    def _problem(self, error: Exception, failed: Mapping[str, str]) -> Problem:
        text = next(iter(failed.values()), str(error).splitlines()[0])
        what = Text(f"规则运行出错：{text}", f"the rule failed: {text}")
        return Problem("JR411", Place(self.rule.document.path), what)

    def answer(self, asked: AskedTrace, connection: DuckDBPyConnection) -> Trace:
        """Return the trace of the subject, or the nearest ones where it is not there."""
        own = read_all(connection, asked.sql["subject"])
        if not own:
            return self._without_subject(asked, connection)
        places, n_rows = self._places(asked, connection)
        values = tuple(self._value(one, own[0], asked, connection) for one in asked.values)
        shown = tuple((name, str(own[0][f"c{n}"])) for name, n in asked.shown if own[0][f"c{n}"] is not None)
        scope = condition_of(asked.scope, own[0]) if asked.scope is not None else None
        about = {"n_rows": n_rows, "rows": places, "values": values, "shown": shown, "scope": scope}
        if self.prepared.statements is None:
            return self.told("not_evaluated", why=self.prepared.why or NO_TEXT, **about)
        key = print_value(self.key)
        in_scope = f"SELECT 1 FROM ({self.prepared.statements.in_scope}) WHERE subject_key = {key}"
        if not read_all(connection, in_scope):
            short = only_short(scope.comparisons, is_shown=False) if scope is not None else NO_TEXT
            return self.told("out_of_scope", why=short, **about)
        return self._judged(asked, connection, own[0], about)

    def _without_subject(self, asked: AskedTrace, connection: DuckDBPyConnection) -> Trace:
        key = print_value(self.key)
        nearest = read_all(
            connection,
            f"SELECT subject_key, case_no FROM ({asked.sql['everyone']})"
            f" ORDER BY coalesce(case_no = {key}, FALSE) DESC, levenshtein(subject_key, {key}), subject_key"
            f" LIMIT {NEAREST}",
        )
        why = NO_TEXT
        if "hidden" in asked.sql and read_all(connection, asked.sql["hidden"])[0]["n"]:
            day = self.plan.facts.as_of.isoformat()
            why = Text(
                f"数据中有，但在 {day} 之后才知道", f"it is in the data, but became known only after {day}"
            )
        found = tuple(Nearest(str(row["subject_key"]), row["case_no"]) for row in nearest)
        return self.told("no_subject", why=why, nearest=found)

    def _places(self, asked: AskedTrace, connection: DuckDBPyConnection) -> tuple[tuple[RowPlace, ...], int]:
        """The rows the subject comes from, with what could not be read in them."""
        rejects = _read_rejects(self.dataset / "rejects.csv")
        places: list[RowPlace] = []
        n_rows = 0
        for table, sql in asked.places:
            (row,) = read_all(connection, sql)
            n_rows += row["n"]
            for place in places_of(table, row["places"]):
                told = rejects.get((place.file or "", str(place.line)), ())
                places.append(RowPlace(place.table, place.row_key, place.file, place.line, tuple(told)))
        return tuple(places), n_rows

    def _value(
        self, one: AskedValue, own: Answer, asked: AskedTrace, connection: DuckDBPyConnection
    ) -> Value:
        questions = self.questions
        rows = None
        if one.relation is not None and one.name in asked.rows:
            (made_of,) = read_all(connection, asked.rows[one.name])
            target = self.plan.planner.target_of(one.relation)
            places = places_of(target.rows_of or target.name, made_of["places"])
            name = questions.speaker.relation(one.relation.name)
            rows = Rows(name, made_of["n"], made_of["counted"], made_of["open"], places)
        return value_of(one, own, questions.subject, questions.speaker, rows)

    # ---- what the rule says

    def _judged(
        self, asked: AskedTrace, connection: DuckDBPyConnection, own: Answer, about: Mapping[str, Any]
    ) -> Trace:
        connection.execute(
            f"CREATE TEMP TABLE traced AS SELECT *, row_number() OVER (ORDER BY {_ORDER}) AS n"
            f" FROM ({asked.sql['findings']})"
        )
        identity = f"js_clue_id({print_value(self.rule.id)}, identity)"
        found = read_all(connection, f"SELECT *, {identity} AS clue FROM traced ORDER BY n")
        steps, evidence = self._lines(connection)
        clues, why = self._clues(connection)
        parts = []
        for part in asked.parts:
            limits = {**{name: own[f"c{n}"] for name, n in part.limits}, **dict(part.words)}
            rows = [row for row in found if row["part"] == part.name]
            parts.append(self._part(part, rows, own, limits, steps, evidence, asked.findings))
        return self.told(outcome_of(found), why=why, parts=tuple(parts), clues=clues, **about)

    def _part(
        self,
        part: AskedPart,
        rows: list[Answer],
        own: Answer,
        limits: Mapping[str, Any],
        steps: Mapping[int, list[Step]],
        evidence: Mapping[int, list[EvidenceRow]],
        asked: AskedFindings | None,
    ) -> PartTrace:
        assert asked is not None
        scope: Condition | None = condition_of(part.scope, own) if part.scope is not None else None
        ranked = sorted(
            rows, key=lambda row: (OUTCOMES.index(row["outcome"]), -(row["over_days"] or 0), row["n"])
        )
        findings: list[Finding] = []
        for row in ranked[:FINDINGS]:
            near = evidence.get(row["n"], [])
            lines = self._in_units(row.get("clock"), steps.get(row["n"], ()))
            kept = (len(near), tuple(near[:EVIDENCE_ROWS]))
            as_of = self.plan.facts.as_of
            findings.append(finding_of(self.rule, part.kind, asked, row, limits, lines, kept, as_of))
        told = tuple((name, str(value)) for name, value in limits.items() if value is not None)
        nothing = NO_TEXT if rows else NO_FINDING.get(part.kind, NOWHERE)
        if not rows and scope is not None and not scope.holds:
            nothing = NOT_ABOUT
        return PartTrace(part.name, part.kind, part.says, scope, told, tuple(findings), len(rows), nothing)

    def _in_units(self, clock: str | None, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Steps of a clock that counts working days, with that said."""
        if clock is None or not self.rulebook.clocks[clock].counts_working_days:
            return tuple(steps)
        counted = ("base", "extend", "exclude")
        return tuple(replace(step, in_working_days=step.name in counted) for step in steps)

    def _lines(
        self, connection: DuckDBPyConnection
    ) -> tuple[dict[int, list[Step]], dict[int, list[EvidenceRow]]]:
        """The working and the related rows of every finding, clear ones too, as the rule gives them for clues."""
        assert self.prepared.statements is not None
        for name in ("hits", "worst"):
            connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT * EXCLUDE (n), CAST(n AS VARCHAR) AS clue_id FROM traced"
            )
        steps: dict[int, list[Step]] = {}
        evidence: dict[int, list[EvidenceRow]] = {}
        for name, sql in self.prepared.statements.fills:
            if name == "working":
                for row in read_all(connection, sql):
                    if row["step"] != "over" or row["days"]:
                        steps.setdefault(int(row["clue_id"]), []).append(step_of(row))
            elif name == "evidence":
                for row in read_all(
                    connection, f'SELECT DISTINCT * FROM ({sql}) ORDER BY role, "table", row_key'
                ):
                    if row["role"] not in ("subject", "finding"):
                        told, one = evidence.setdefault(int(row["clue_id"]), []), _evidence_row(row)
                        # What the kind names and what the rule asks for may be the same row.
                        told += [one] if one not in told else []
        for name in ("hits", "worst"):
            connection.execute(f"DROP TABLE {name}")
        return steps, evidence

    def _clues(self, connection: DuckDBPyConnection) -> tuple[tuple[Clue, ...], Text]:
        """The clues of the subject as a sweep would list them; or why there is none."""
        statements = self.prepared.statements
        assert statements is not None
        connection.execute("CREATE TEMP TABLE judged AS SELECT * FROM traced WHERE outcome <> 'clear'")
        connection.execute(f"CREATE TEMP TABLE hits AS {statements.hits}")
        connection.execute(f"CREATE TEMP TABLE worst AS {statements.worst}")
        fills = dict(statements.fills[:2])
        exception = next(
            (
                one.id
                for one in self.rulebook.exceptions
                if one.rule == self.rule.id
                and one.subject == self.key
                and is_in_force(one, self.plan.facts.as_of)
            ),
            None,
        )
        clues = tuple(
            _clue(row, exception) for row in read_all(connection, f"SELECT * FROM ({fills['clue']})")
        )
        not_clear = read_all(connection, fills["not_clear"])
        return clues, text_of(not_clear[0]["why"]) if not_clear else NO_TEXT


def _clue(row: Answer, exception: str | None) -> Clue:
    return Clue(
        row["clue_id"], row["part"], row["band"], row["severity"], row["grade"], row["measure"], row["measure_unit"],
        row["over_days"], Text(row["reason_zh"], row["reason_en"]), row["law"] or "", exception,
    )  # fmt: skip


def _evidence_row(row: Answer) -> EvidenceRow:
    values = {name: value for name, value in json.loads(row["values"]).items() if value is not None}
    place = RowPlace(row["table"], row["row_key"], row["file"], row["line"])
    return EvidenceRow(row["role"], place, tuple((name, str(value)) for name, value in values.items()))


def read_all(connection: DuckDBPyConnection, sql: str) -> list[Answer]:
    """Return the rows of a select by column name."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _read_rejects(path: Path) -> dict[tuple[str, str], list[Text]]:
    """What could not be read, by file and line, in the words of the import."""
    if not path.is_file():
        return {}
    told: dict[tuple[str, str], list[Text]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            zh, _, en = row["why"].partition(" / ")
            place = (row["file"], row["line"])
            value = f"{row['column']}：{row['value']}"
            told.setdefault(place, []).append(
                Text(f"{value}，{zh}", f"{row['column']}: {row['value']}, {en or zh}")
            )
    return told
