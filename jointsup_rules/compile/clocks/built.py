"""What is known of a named clock once it is compiled, for those who read its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from jointsup_rules.compile import tree
from jointsup_rules.compile.tree import Column, Relation, Scalar, call
from jointsup_rules.model.clock import Clock


class ClockBook(Protocol):
    """The named clocks of one compilation."""

    clocks: Mapping[str, Clock]

    def named(self, name: str) -> BuiltClock | None:
        """Return a clock as tables; None where it cannot be compiled, which is held against whoever asks."""


@dataclass(frozen=True)
class BuiltClock:
    """A clock ready to be read: the tables that make it, and its last one.

    Attributes:
        tables: Name and content of each table, in the order in which they are built.
        level: The level above all derived columns it reads.
        has_extensions: Whether the table `walk` has steps beyond the base.
        has_exclusions: Whether there is a table `exclusions`.
        rests_on: The dictionary's tables it was made of.
    """

    clock: Clock
    subject: str
    tables: tuple[tuple[str, Relation], ...]
    level: int
    has_extensions: bool
    has_exclusions: bool
    rests_on: frozenset[str]

    def named(self, table: str) -> str:
        """Return what one of its tables is called."""
        return f"clock.{self.clock.name}.{table}"


def may_be_in_time(alias: str) -> Scalar:
    """Return whether a late period of the table `due` may be in time, for all that is unknown of its records."""
    due, may = Column(alias, "due"), Column(alias, "due_may")
    reaches = tree.any_of([tree.is_null(may), call("<=", Column(alias, "stop"), may)])
    return tree.is_true(tree.all_of([call("is distinct from", may, due), reaches]))
