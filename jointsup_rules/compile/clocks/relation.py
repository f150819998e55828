"""The relation `clocks`: every subject that clocks are about has one row per period of each of its clocks.

It is a table like any other to the rest of the compiler, but nobody delivered it: it is built from the clocks when
the first rule or derived column asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jointsup_rules.compile import tree
from jointsup_rules.compile.clocks.build import Clocks
from jointsup_rules.compile.clocks.built import may_be_in_time
from jointsup_rules.compile.context import RuleError
from jointsup_rules.compile.seen import PROVENANCE, Facts, TableFacts
from jointsup_rules.compile.subjects import CircleError, Further, Planner
from jointsup_rules.compile.tree import Column, Scalar, Select, Source, call
from jointsup_rules.compile.tree import Relation as Rows
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.dictionary import Dictionary, Relation, Subject, Table
from jointsup_rules.model.shape import given
from jointsup_rules.problems import Text

RELATION = "clocks"
COLUMNS: dict[str, dict[str, Any]] = {
    "clock": {"label": Text("期限时钟", "clock"), "type": "code", "empty": "none"},
    "segment": {"label": Text("期间序号", "segment"), "type": "integer", "empty": "none"},
    "started_on": {"label": Text("起算日", "started on"), "type": "date", "empty": "not_yet"},
    "due_on": {"label": Text("届满日", "due on"), "type": "date", "empty": "unknown", "planned": True},
    "stopped_on": {"label": Text("终止日", "stopped on"), "type": "date", "empty": "not_yet"},
    "stopped_by": {"label": Text("终止原因", "stopped by"), "type": "text", "empty": "not_yet"},
    "over_days": {"label": Text("超过天数", "days over"), "type": "integer", "empty": "unknown"},
    "held": {"label": Text("期满日有人在押", "held on the due day"), "type": "boolean", "empty": "unknown"},
    "recorded_due_on": {
        "label": Text("系统记载的届满日", "recorded due day"),
        "type": "date",
        "empty": "not_yet",
        "planned": True,
    },
}


def table_of(subject: str) -> str:
    """Return what the table of a subject's clocks is called."""
    return f"clocks_of_{subject}"


def with_clocks(
    dictionary: Dictionary, facts: Facts, clocks: Mapping[str, Clock]
) -> tuple[Dictionary, Facts]:
    """Return a dictionary in which subjects with clocks have the relation `clocks`, and facts that know its tables."""
    tables, subjects = dict(dictionary.tables), dict(dictionary.subjects)
    known = dict(facts.tables)
    for name in sorted(_subjects_of(dictionary, clocks)):
        subject = subjects[name]
        own = {one: clock for one, clock in clocks.items() if clock.shape.subject == name}
        table = _table(subject, own)
        tables[table.name] = table
        loc = (*subject.loc, "related", RELATION)
        relation = Relation.model_validate(
            given({"table": table.name, "match": {key: key for key in subject.key}}, loc)
        )
        subjects[name] = replace(subject, related={RELATION: relation, **subject.related})
        known[table.name] = TableFacts(frozenset(table.columns))
    return replace(dictionary, tables=tables, subjects=subjects), replace(facts, tables=known)


def _subjects_of(dictionary: Dictionary, clocks: Mapping[str, Clock]) -> set[str]:
    """The subjects that clocks are about, and those whose derived columns ask for clocks."""
    about = {clock.shape.subject for clock in clocks.values()} & set(dictionary.subjects)
    asking = {
        name
        for name, subject in dictionary.subjects.items()
        if any(one.in_ == RELATION for one in subject.derived.values())
    }
    return about | asking


def _table(subject: Subject, clocks: Mapping[str, Clock]) -> Table:
    columns = {key: subject.columns[key] for key in subject.key if key in subject.columns}
    written: dict[str, Any] = {
        name: given(
            {"sensitivity": "S0", **one, **({"codes": _labels(clocks)} if name == "clock" else {})}, (name,)
        )
        for name, one in COLUMNS.items()
    }
    label = Text(f"{subject.label.zh}的期限", f"time limits of {subject.label.en}")
    shape = {"label": label, "columns": written, "key": [*columns, "clock", "segment"]}
    table = Table.model_validate(given(shape, (table_of(subject.name),)))
    return table.model_copy(update={"columns": {**columns, **table.columns}})


def _labels(clocks: Mapping[str, Clock]) -> dict[str, Text]:
    return {name: clock.shape.label for name, clock in clocks.items()}


def offer(planner: Planner, clocks: Clocks) -> None:
    """Let the planner build the table of a subject's clocks when it is first asked for."""
    for subject in sorted(_subjects_of(planner.dictionary, clocks.clocks)):
        planner.on_demand[table_of(subject)] = _Maker(planner, clocks, subject)


class _Maker:
    """Builds the table of one subject's clocks, once."""

    def __init__(self, planner: Planner, clocks: Clocks, subject: str) -> None:
        self.planner, self.clocks, self.subject = planner, clocks, subject
        self.level: int | None = None
        self.is_making = False

    def __call__(self) -> int:
        """Return the level at which the table is built.

        Raises:
            CircleError: a clock of the subject reads a derived column over its own clocks; recorded.
            RuleError: a clock cannot be compiled; recorded.
            Absent: a clock needs a table or column that was not delivered.
        """
        if self.level is None:
            if self.is_making:
                self._refuse_circle()
            self.is_making = True
            try:
                self.level = self._make()
            finally:
                self.is_making = False
        return self.level

    def _refuse_circle(self) -> None:
        what = Text(
            "时钟绕成一圈：它要用到由时钟算出的派生列",
            "clocks go in a circle: one needs a column made of clocks",
        )
        fix = Text(
            "时钟的条件和起止不要用关联 clocks 的派生列", "let no clock read a derived column over `clocks`"
        )
        subject = self.planner.dictionary.subjects[self.subject]
        self.planner.reader.add_at(
            "JR215", self.planner.dictionary.document, subject.loc, what, Text(), fix, key=True
        )
        raise CircleError(self.subject)

    def _refuse_none(self) -> None:
        subject = self.planner.dictionary.subjects[self.subject]
        what = Text(f"没有以“{self.subject}”为对象的时钟", f"no clock is about subject '{self.subject}'")
        fix = Text("在 rules/clocks.yaml 中写一个", "write one in rules/clocks.yaml")
        self.planner.reader.add_at(
            "JR306", self.planner.dictionary.document, subject.loc, what, Text(), fix, key=True
        )
        raise RuleError

    def _make(self) -> int:
        parts: list[Rows] = []
        levels = [1]
        for name, clock in sorted(self.clocks.clocks.items()):
            if clock.shape.subject != self.subject:
                continue
            built = self.clocks.named(name)
            if built is None:
                raise RuleError
            levels.append(built.level)
            parts.append(self._rows(name, built.named("due")))
        if not parts:
            self._refuse_none()
        name = f"seen_{table_of(self.subject)}"
        level = max(levels)
        # Its name puts it behind the clocks of the same level, which it is made of.
        self.planner.further.append(Further(f"~{name}", level, ((name, tree.Union(tuple(parts))),)))
        return level

    def _rows(self, clock: str, table: str) -> Select:
        f = "f"
        due, stop = Column(f, "due"), Column(f, "stop")
        late = tree.is_true(call(">", stop, due))
        is_open = tree.any_of(
            [
                tree.is_null(due),
                Column(f, "uncertain"),
                Column(f, "end_unknown"),
                tree.all_of([late, may_be_in_time(f)]),
            ]
        )
        over = tree.case(
            (tree.is_true(is_open), tree.nothing("integer")),
            (late, call("days_between", due, stop)),
            otherwise=tree.number(0),
        )
        keys = self.planner.dictionary.subjects[self.subject].key
        columns: tuple[tuple[str, Scalar], ...] = (
            *((key, Column(f, key)) for key in keys),
            ("clock", tree.text(clock)),
            ("segment", Column(f, "segment")),
            ("started_on", Column(f, "start")),
            ("due_on", due),
            ("stopped_on", Column(f, "ended")),
            ("stopped_by", Column(f, "stopped_by")),
            ("over_days", over),
            ("held", Column(f, "held")),
            ("recorded_due_on", Column(f, "recorded")),
            *(
                (
                    name,
                    tree.nothing("integer" if name == "_line" else "date" if name == "_cut_off" else "text"),
                )
                for name in PROVENANCE
            ),
        )
        return Select(columns, Source(table, f), where=tree.negate(tree.is_null(Column(f, "start"))))
