"""The data as one day sees it: facts about a dataset in, one view per table out.

A sweep as of a day before the export's cut-off must not see what became known in between. A hidden row is gone; a
hidden day reads as not yet; a value that a hidden day made known reads as it did before. Planned days are never hidden
on their own. Beside a column `c` whose emptiness can mean several things stand `c?` (empty as unknown) and `c!` (a
value may be there, but could not be read).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read, Scope
from jointsup_rules.compile.tree import Column, Literal, Scalar, Select, Source, call
from jointsup_rules.problems import Text

if TYPE_CHECKING:
    from jointsup_rules.model.dictionary import Column as DictionaryColumn
    from jointsup_rules.model.dictionary import Table

PROVENANCE = ("_file", "_line", "_source", "_cut_off")


@dataclass(frozen=True)
class TableFacts:
    """What is known of one delivered table before any rule runs.

    Attributes:
        columns: Columns that some source delivers.
        unread: Columns in which some value could not be read.
        filled: Columns without an empty value.
        cut_offs: Export days of the table's sources, earliest first.
        rows: Number of rows.
    """

    columns: frozenset[str]
    unread: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    cut_offs: tuple[date, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Facts:
    """What compiling depends on besides the rules: the day, and what was delivered."""

    as_of: date
    cut_off: date
    tables: Mapping[str, TableFacts]

    @property
    def hides(self) -> bool:
        """Whether the sweep looks from a day before the cut-off day."""
        return self.as_of < self.cut_off

    def seen_until(self, table: str) -> date:
        """Return the last day that evidence from a table can speak of, by its stalest source."""
        facts = self.tables.get(table)
        return min((self.as_of, *facts.cut_offs)) if facts else min(self.as_of, self.cut_off)


class Absent(Exception):
    """A rule needs a table or column that no source delivered; the rule is not evaluated."""

    def __init__(self, table: str, column: str | None = None) -> None:
        super().__init__(f"{table}.{column}" if column else table)
        self.table, self.column = table, column

    @property
    def why(self) -> Text:
        """Say what was not delivered."""
        if self.column is None:
            return Text(zh=f"数据中没有表 {self.table}", en=f"table {self.table} was not delivered")
        return Text(
            zh=f"数据中没有列 {self.table}.{self.column}",
            en=f"column {self.table}.{self.column} was not delivered",
        )


def _is_hidden(day: Scalar, facts: Facts) -> Scalar:
    """Whether a day lies after the day of the sweep and not after the cut-off."""
    low, high = Literal(facts.as_of, "date"), Literal(facts.cut_off, "date")
    local = call("date_of", day)
    return tree.is_true(tree.all_of([call(">", local, low), call("<=", local, high)]))


@dataclass(frozen=True)
class _Seen:
    value: Scalar
    unknown: Scalar
    lost: Scalar


def _see_column(table: Table, column: DictionaryColumn, facts: Facts) -> _Seen:
    raw = Column("t", column.name)
    table_facts = facts.tables[table.name]
    lost: list[Scalar] = []
    hidden: list[Scalar] = []
    branches: list[tuple[Scalar, Scalar]] = []
    if column.name in table_facts.unread:
        lost.append(call("listed", Column("t", "_unread"), tree.text(column.name)))
    if facts.hides and column.type in ("date", "timestamp") and not column.planned:
        hidden.append(_is_hidden(raw, facts))
        branches.append((hidden[-1], tree.nothing(column.type)))
    if facts.hides and column.known:
        known = Column("t", column.known)
        before = Literal(column.before, column.type)
        hidden.append(_is_hidden(known, facts))
        branches.append((hidden[-1], before))
        if column.before is not None:
            # Without the day of the change only a value that never changed is certain.
            undated = tree.all_of([tree.is_null(known), call("is distinct from", raw, before)])
            branches.append((undated, tree.nothing(column.type)))
            lost.append(undated)
        else:
            undated = tree.all_of([tree.is_null(known), tree.negate(tree.is_null(raw))])
            branches.append((undated, tree.nothing(column.type)))
            lost.append(undated)
    value = tree.case(*branches, otherwise=raw) if branches else raw
    lost_now = tree.any_of(lost)
    empty_as_unknown: Scalar = tree.FALSE
    if column.empty == "unknown" and column.name not in table_facts.filled:
        empty_as_unknown = tree.all_of([tree.is_null(raw), tree.negate(tree.any_of(hidden))])
    return _Seen(value, tree.any_of([empty_as_unknown, lost_now]), lost_now)


def is_flagged(table: Table, column: DictionaryColumn, facts: Facts) -> bool:
    """Whether the seen view needs the columns `c?` and `c!` beside a column."""
    if not facts.hides and column.name not in facts.tables[table.name].unread:
        return False
    seen = _see_column(table, column, facts)
    return seen.lost != tree.FALSE or (seen.unknown != tree.FALSE and seen.value != Column("t", column.name))


def see_table(table: Table, facts: Facts) -> Select:
    """Return the view of a table as the day of the sweep sees it: its rows, columns, flags and provenance."""
    columns: list[tuple[str, Scalar]] = []
    for column in table.columns.values():
        seen = _see_column(table, column, facts)
        columns.append((column.name, seen.value))
        if is_flagged(table, column, facts):
            columns.append((column.name + "?", tree.is_true(seen.unknown)))
            columns.append((column.name + "!", tree.is_true(seen.lost)))
    columns.extend((name, Column("t", name)) for name in PROVENANCE)
    where: Scalar | None = None
    if facts.hides and table.known:
        days = [Column("t", name) for name in table.known]
        first = days[0] if len(days) == 1 else call("coalesce", *(call("date_of", day) for day in days))
        where = tree.negate(_is_hidden(first, facts))
    return Select(tuple(columns), Source(f"raw_{table.name}", "t"), where=where)


def bind_column(table: Table, column: DictionaryColumn, alias: str, facts: Facts) -> Bound:
    """Return a column of a seen table with what its emptiness means.

    Raises:
        Absent: no source delivered the table or the column.
    """
    if table.name not in facts.tables:
        raise Absent(table.name)
    if column.name not in facts.tables[table.name].columns:
        raise Absent(table.name, column.name)
    value = Column(alias, column.name)
    reads: tuple[Read, ...] = ()
    if is_flagged(table, column, facts):
        seen = _see_column(table, column, facts)
        lost: Scalar = Column(alias, column.name + "!") if seen.lost != tree.FALSE else tree.FALSE
        reads = (Read(column.name, Column(alias, column.name + "?"), lost),)
    elif column.empty == "unknown" and column.name not in facts.tables[table.name].filled:
        reads = (Read(column.name, tree.is_null(value)),)
    return Bound(value, column.type, reads, (), column.codes or None, column.mask, frozenset({column.name}))


def table_scope(table: Table, alias: str, facts: Facts) -> Scope:
    """Return the scope of a table's own columns, by name or Chinese label."""

    def find(parts: tuple[str, ...]) -> Bound | None:
        if len(parts) != 1:
            return None
        column = table.column_named(parts[0])
        return bind_column(table, column, alias, facts) if column is not None else None

    about = Text(zh=f"表“{table.name}”", en=f"table '{table.name}'")
    return Scope(find, lambda: table.columns, about)
