"""The figures of a briefing, counted from the ledger: each with its query and the sweeps behind it.

In: the ledger as somebody may see it, a year, a day, and the figures the office defined. Out: their values. What the ledger
holds is laid out as tables (see `tables.py`) in a database in memory, over which every figure is one SELECT; so anybody can
count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.gate import Refusal, pass_gate
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import role_of
from jointsup_rules.ledger.tables import TABLES, LaidOut, lay_out
from jointsup_rules.model.briefing import Briefing, FigureShape
from jointsup_rules.model.workflow import WorkflowShape
from jointsup_rules.problems import Problem, Text
from jointsup_rules.sweep.database import deadline, late

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LIMIT_S = 20.0
MEMORY = "500MB"
# What a person reads in a briefing; a query that gives more is no figure.
MAX_ROWS = 1000


@dataclass(frozen=True)
class Figure:
    """A figure that was counted.

    Attributes:
        rows: Label and value; one row without label for a figure of one value.
        failed: Why it could not be counted.
    """

    shape: FigureShape
    rows: tuple[tuple[Text, str], ...]
    failed: Text | None = None


@dataclass(frozen=True)
class Counted:
    """A briefing counted: its figures, and the sweeps, days and head of the ledger behind them."""

    year: int
    as_of: date
    figures: tuple[Figure, ...]
    sweeps: tuple[str, ...]
    head: str


def check_figures(briefing: Briefing) -> list[Problem]:
    """Return what is wrong with the queries of a briefing: what the gate does not let through, and more than two columns."""
    shape, document = briefing.shape, briefing.document
    of_parts = (("figures", shape.figures), ("by_rule", shape.by_rule))
    problems = []
    for loc, figure in (((name, n, "sql"), one) for name, part in of_parts for n, one in enumerate(part)):
        try:
            columns = pass_gate(figure.sql, TABLES).columns
        except Refusal as refusal:
            place = document.place_in_text(loc, refusal.span.start)
            problems.append(document.problem("JR320", place, refusal.what, refusal.why, refusal.fix))
            continue
        if len(columns) > 2:
            place = document.place(loc)
            what = Text(
                f"查询给出 {len(columns)} 列：{', '.join(columns)}",
                f"the query gives {len(columns)} columns: {', '.join(columns)}",
            )
            fix = Text("只留一个数值，或一个名称和一个数值", "give one value, or a label and a value")
            problems.append(document.problem("JR321", place, what, fix=fix))
    return problems


def count_figures(ledger: Ledger, briefing: Briefing, year: int, as_of: date, who: Who) -> Counted:
    """Count a year's figures of the clues somebody may see.

    Args:
        ledger: The ledger.
        briefing: Its queries passed `check_figures`.
        year: The year.
        as_of: The day to count from: what was entered later is not counted, and what is late is late on that day.
        who: Who asks.
    """
    role_of(ledger.workflow, who)
    laid = lay_out(ledger, year, as_of, who)
    figures = _count_all(ledger, laid, briefing.shape.figures)
    sweeps = tuple(row["sweep"] for row in laid.rows["sweep"] if row["on_day"].year == year)
    return Counted(year, as_of, figures, sweeps, str(ledger.head()))


def count_by_rule(ledger: Ledger, briefing: Briefing, as_of: date) -> tuple[Figure, ...]:
    """Count what became of every rule's clues until a day, as everybody may know it: of grade C there is nothing.

    Args:
        ledger: The ledger.
        briefing: Its queries passed `check_figures`.
        as_of: The day; the year that `period` is, is its own.
    """
    return _count_all(ledger, lay_out(ledger, as_of.year, as_of, None), briefing.shape.by_rule)


def _count_all(ledger: Ledger, laid: LaidOut, figures: Iterable[FigureShape]) -> tuple[Figure, ...]:
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY}) as connection:
        _fill(connection, laid)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return tuple(_count(connection, figure, ledger.workflow.shape) for figure in figures)


def _fill(connection: DuckDBPyConnection, laid: LaidOut) -> None:
    """Make the tables; values travel as text and are typed by the columns."""
    import pyarrow as pa

    for name, columns in laid.columns.items():
        rows = laid.rows[name]
        arrays = {one: pa.array([_text(row.get(one)) for row in rows], pa.string()) for one in columns}
        connection.register("laid", pa.table(arrays))
        listed = ", ".join(f"CAST({quote(one)} AS {kind}) AS {quote(one)}" for one, kind in columns.items())
        connection.execute(f"CREATE TABLE {quote(name)} AS SELECT {listed} FROM laid")
        connection.unregister("laid")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _count(connection: DuckDBPyConnection, figure: FigureShape, workflow: WorkflowShape) -> Figure:
    import duckdb

    expired: list[bool] = []
    try:
        with deadline(connection, LIMIT_S) as expired:
            rows = connection.execute(figure.sql).fetchmany(MAX_ROWS + 1)
    except duckdb.Error as error:
        said = late(LIMIT_S) if expired else Text(*[str(error).splitlines()[0]] * 2)
        return Figure(figure, (), Text(f"算不出：{said.zh}", f"cannot be counted: {said.en}"))
    if len(rows) > MAX_ROWS:
        told = Text(f"算不出：多于 {MAX_ROWS} 行", f"cannot be counted: more than {MAX_ROWS} rows")
        return Figure(figure, (), told)
    labels = _labels(figure, workflow)
    return Figure(figure, tuple((_label(row, labels), _shown(row[-1])) for row in rows))


def _labels(figure: FigureShape, workflow: WorkflowShape) -> Mapping[str, Text]:
    of_workflow = getattr(workflow, figure.names) if figure.names is not None else {}
    return {**{name: one.label for name, one in of_workflow.items()}, **figure.labels}


def _label(row: tuple[Any, ...], labels: Mapping[str, Text]) -> Text:
    if len(row) == 1:
        return Text()
    shown = _shown(row[0])
    return labels.get(shown, Text(shown, shown))


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float | Decimal):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
