"""A clock of `rules/clocks.yaml` as the reference reckons it: the terms of each version of the law, for one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, ExtensionTerms, Length, Terms
from jointsup_rules.model.clock import Amount, Clock, ClockExclusion

Number = Callable[[str], int | None]


def plain_number(written: str) -> int | None:
    """Return a whole number as it stands; None for anything that only data or parameters can tell."""
    return int(written) if written.isdigit() else None


def terms_of(
    clock: Clock,
    limit: int | None,
    levels: Sequence[str] = (),
    *,
    number: Number = plain_number,
    applies: Mapping[str, bool | None] | None = None,
    due_on: date | None = None,
    rolls: bool | None = None,
) -> tuple[Terms, ...]:
    """Return the terms of a clock, one per version of the law, earliest first.

    Args:
        clock: The clock.
        limit: Which of its limits applies, from 0; None where that is unknown.
        levels: The levels that may decide, the lowest first.
        number: Reads an amount that is no plain number.
        applies: Per ground with a condition, whether it holds; None where unknown.
        due_on: The due day found in the data, for a limit that takes it.
        rolls: Whether due days roll; by default wherever the clock does not say no.
    """
    shape = clock.shape
    exclusions = {code: _exclusion(one) for code, one in shape.exclude.items()}
    found: list[Terms] = []
    for terms in clock.terms:
        amount = terms.limits[limit] if limit is not None else None
        extensions = {
            code: ExtensionTerms(
                length=None if one.as_decided else _length(terms.extensions[code], number) or Length(),
                replaces=one.to is not None,
                level=levels.index(one.level) if one.level is not None and one.level in levels else None,
                after=one.after,
                times=terms.times[code],
                applies=(applies or {}).get(code, True),
                article=one.law or (one.to.law if one.to is not None else None),
            )
            for code, one in shape.extend.items()
        }
        is_due = amount is not None and amount.is_due
        found.append(
            Terms(
                base=None if is_due else _length(amount, number),
                month_rule=shape.month_rule,
                rolls=(shape.roll is not False if rolls is None else rolls) and not clock.counts_working_days,
                extensions=extensions,
                exclusions=exclusions,
                due_on=due_on if is_due else None,
                from_on=terms.from_,
                article=amount.article if amount is not None else None,
            )
        )
    return tuple(found)


def _length(amount: Amount | None, number: Number) -> Length | None:
    if amount is None:
        return None
    parts = [
        0 if written is None else number(written)
        for written in (amount.months, amount.days, amount.working_days)
    ]
    if any(part is None for part in parts):
        return None
    months, days, working_days = (part or 0 for part in parts)
    return Length(months, days, working_days)


def _exclusion(one: ClockExclusion) -> ExclusionTerms:
    cap = None
    if one.at_most is not None:
        cap = Length(int(one.at_most.months or 0), int(one.at_most.days or 0))
    return ExclusionTerms(cap, one.times, one.from_, one.until, one.law)
