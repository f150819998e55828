"""What the first page says of triage and of the ledger: how it went, and how many clues stand where.

In: a sweep, parted by `keep_readable`. Out: a `Triaged`, or None where the sweep was not triaged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jointsup_rules.problems import Text
from jointsup_rules.report.figures import Count
from jointsup_rules.report.kept import Kept
from jointsup_rules.report.read import Sweep, read_text

PRIORITIES = ("urgent", "high", "normal", "low")


@dataclass(frozen=True)
class Triaged:
    """How the clues were triaged.

    Attributes:
        told: How it went, in the words of the sweep.
        is_agreed: Whether a second engine concluded the same.
        has_failed: Whether nothing was concluded, for the rules of triage have problems.
        n_dossiers: Dossiers of the clues shown.
        n_raised: Clues whose grade was raised.
        priorities: Clues by priority.
        routes: Clues by route; one clue may have several.
    """

    told: Text
    is_agreed: bool
    has_failed: bool
    n_dossiers: int
    n_raised: int
    priorities: tuple[Count, ...]
    routes: tuple[Count, ...]


def gather_kept_states(sweep: Sweep, kept: Kept | None) -> tuple[Count, ...]:
    """Return clues by their state in the ledger, in the order of the workflow, those not in it last; none without one."""
    if kept is None:
        return ()
    found = Counter(sweep.clues["ledger"])
    counts = [Count(name, label, found[name]) for name, label in kept.states.items() if found[name]]
    return (*counts, *([Count(None, Text(), found[None])] if found[None] else []))


def gather_triaged(sweep: Sweep) -> Triaged | None:
    """Return what there is to say of triage; None where the manifest says nothing of it and no clue has a dossier."""
    told = sweep.manifest.get("triage")
    if told is None and not sweep.dossiers.n_rows:
        return None
    told = told or {}
    names = told.get("routes") or {}
    priorities = Counter(sweep.clues["priority"])
    routes = Counter(route for given in sweep.clues["route"] for route in given or ())
    return Triaged(
        told=read_text({"zh": told.get("zh"), "en": told.get("en")}),
        is_agreed=told.get("verdict") == "agrees",
        has_failed=bool(told) and not sweep.dossiers.n_rows and told.get("verdict") == "failed",
        n_dossiers=sweep.dossiers.n_rows,
        n_raised=sum(grade is not None for grade in sweep.clues["raised_from"]),
        priorities=tuple(Count(name, Text(name, name), priorities[name]) for name in PRIORITIES),
        routes=tuple(
            Count(route, read_text(names.get(route) or route), n)
            for route, n in sorted(routes.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
    )
