"""What a compiled rule really reads: the columns of delivered tables behind its findings.

In: a plan and one of its rules. Out: tables and columns, found by following each column of the findings back through
steps, built tables and views to where it was delivered. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass

from jointsup_rules.compile.engine import Plan, Prepared
from jointsup_rules.compile.tree import Column, Lambda, Relation, Repeat, Select, Source, Steps, Text, Union

_SEEN = "seen_"
# What stands beside a column: whether it is unknown, lost, which columns left it open, the score of links.
_BESIDE = "?!@~"
_WORD = re.compile(r"\w+")
# Named steps in reach, the nearest first, each with the columns that are wanted of it.
_Reach = tuple[dict[str, set[str]], ...]


def gather_reads(plan: Plan, prepared: Prepared) -> dict[str, frozenset[str]]:
    """Return the columns that decide a rule's findings and their sentences, by table, in the dictionary's order.

    Empty for a rule that does not compile. A table of which only the number of rows matters has no column.
    """
    compiled = prepared.compiled
    if compiled is None:
        return {}
    walk = _Walk(dict(plan.planner.setup()), dict(plan.planner.published_views()))
    walk.relation(compiled.judged, None, ())
    walk.relation(compiled.in_scope, None, ())
    walk.settle()
    tables = plan.dictionary.tables
    return {
        name: frozenset(walk.read[name] & tables[name].columns.keys()) for name in tables if name in walk.read
    }


@dataclass
class _Walk:
    """Follows columns to their tables; a named table is walked again whenever more is wanted of it."""

    built: Mapping[str, Relation]
    views: Mapping[str, Relation]
    read: dict[str, set[str]] = field(default_factory=dict)
    wanted: dict[str, set[str]] = field(default_factory=dict)
    # Parts of a tree are shared: the columns within each are gathered once.
    known: dict[int, frozenset[Column]] = field(default_factory=dict)

    def settle(self) -> None:
        """Walk the built tables and views that were asked for, until nothing more is asked of any."""
        done: dict[str, set[str]] = {}
        while waiting := [name for name, columns in self.wanted.items() if done.get(name) != columns]:
            for name in waiting:
                done[name] = set(self.wanted[name])
                relation = self.built[name] if name in self.built else self.views[name]
                self.relation(relation, frozenset(done[name]), ())

    def relation(self, node: Relation, wanted: frozenset[str] | None, reach: _Reach) -> None:
        """Note what a relation reads for the columns that are wanted of it; None stands for all."""
        match node:
            case Select():
                self._select(node, wanted, reach)
            case Union(parts):
                for part in parts:
                    self.relation(part, _as_called_by(part, node, wanted), reach)
            case Repeat(name, first, onward):
                for part in (first, onward):
                    self.relation(part, None, ({name: set()}, *reach))
            case Steps(steps, last):
                inner: dict[str, set[str]] = {name: set() for name, _ in steps}
                self.relation(last, wanted, (inner, *reach))
                for name, step in reversed(steps):
                    self.relation(step, frozenset(inner[name]), (inner, *reach))
            case Text(sql):
                self._text(sql)

    def _select(self, node: Select, wanted: frozenset[str] | None, reach: _Reach) -> None:
        used: list[object] = [
            scalar for name, scalar in node.columns if wanted is None or node.distinct or name in wanted
        ]
        used += [
            node.where,
            node.group,
            node.having,
            node.qualify,
            node.order,
            *(one.on for one in node.joins),
        ]
        columns = frozenset().union(*map(self._columns, used))
        sources = [one for one in (node.source, *(join.source for join in node.joins)) if one is not None]
        for source in sources:
            aliases = (source.alias, "") if len(sources) == 1 else (source.alias,)
            self._source(source, {one.name for one in columns if one.source in aliases}, reach)

    def _source(self, source: Source, names: set[str], reach: _Reach) -> None:
        relation = source.relation
        if not isinstance(relation, str):
            self.relation(relation, frozenset(names), reach)
            return
        for steps in reach:
            if relation in steps:
                steps[relation] |= names
                return
        if relation in self.built or relation in self.views:
            self.wanted.setdefault(relation, set()).update(names)
        elif relation.startswith(_SEEN):
            plain = {name.rstrip(_BESIDE) for name in names}
            self.read.setdefault(relation.removeprefix(_SEEN), set()).update(plain)

    def _columns(self, node: object) -> frozenset[Column]:
        """All columns within scalars but the arguments of their lambdas."""
        if isinstance(node, Column):
            return frozenset((node,))
        if isinstance(node, tuple):
            return frozenset().union(*map(self._columns, node))
        if not is_dataclass(node):
            return frozenset()
        if id(node) not in self.known:
            found = frozenset().union(*(self._columns(getattr(node, one.name)) for one in fields(node)))
            if isinstance(node, Lambda):
                found = frozenset(one for one in found if one.source or one.name not in node.parameters)
            self.known[id(node)] = found
        return self.known[id(node)]

    def _text(self, sql: str) -> None:
        """A statement of an author reads the columns it names of the views it names."""
        words = set(_WORD.findall(sql))
        for name, view in self.views.items():
            if name in words and isinstance(view, Select):
                named = {column for column, _ in view.columns} & words
                self.wanted.setdefault(name, set()).update(named)


def _names_of(node: Relation) -> tuple[str, ...]:
    """The names of a relation's columns, in order; none of a statement of an author."""
    match node:
        case Select():
            return tuple(name for name, _ in node.columns)
        case Union(parts):
            return _names_of(parts[0])
        case Steps(_, last):
            return _names_of(last)
        case Repeat(_, first, _):
            return _names_of(first)
    return ()


def _as_called_by(part: Relation, whole: Union, wanted: frozenset[str] | None) -> frozenset[str] | None:
    """What is wanted of a union by the names of one of its parts; a union is called by its first one."""
    if wanted is None:
        return None
    called = zip(_names_of(whole), _names_of(part), strict=False)
    return frozenset(own for name, own in called if name in wanted)
