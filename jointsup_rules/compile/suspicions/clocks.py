"""Lengths of a clock that are never taken, for those before them are true wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.suspicions.facts import ALWAYS, NEVER, Cases, all_of
from jointsup_rules.compile.suspicions.logic import Logic, Want
from jointsup_rules.compile.suspicions.view import warn_at
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.clock import Clock
from jointsup_rules.problems import Problem, Text


def check_lengths(clock: Clock, readings: Mapping[Loc, Reading]) -> Iterator[Problem]:
    """JR346: of several limits one that is never reached; of a clock that could not be bound nothing is told."""
    if any(one.when and _when(clock, n) not in readings for n, one in enumerate(clock.shape.limit)):
        return
    passed = [_cases(readings, (clock.name, "when"), "T")]
    for number, limit in enumerate(clock.shape.limit):
        loc = _when(clock, number)
        holds = _cases(readings, loc, "T")
        if holds != () and all_of([*passed, holds]) == ():
            what = Text(
                f"时钟 {clock.name} 的第 {number + 1} 个期限永远用不上：前面的已经包括它，或者时钟的条件排除了它",
                f"limit {number + 1} of clock {clock.name} is never taken: those before it cover it, or the clock's own condition rules it out",
            )
            why = Text("取第一个成立的期限", "the first limit that is true is taken")
            fix = Text("调换次序，或者删去它", "change the order, or leave it out")
            at = loc if limit.when else loc[:-1]
            yield warn_at("JR346", clock.document, at, what, why, fix)
        passed.append(_cases(readings, loc, "NT"))


def _when(clock: Clock, number: int) -> Loc:
    return (clock.name, "limit", number, "when")


def _cases(readings: Mapping[Loc, Reading], loc: Loc, want: Want) -> Cases | None:
    """When a condition comes out as wanted; one that is not there is always true."""
    if loc not in readings:
        return ALWAYS if want in ("T", "NF") else NEVER
    return Logic(readings[loc]).cases(readings[loc].node, want)
