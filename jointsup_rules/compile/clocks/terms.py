"""The terms of a clock over its subject: which limit applies, how long it is, what each ground may add.

In: a clock and the names within reach. Out: columns of the table `periods`, one set per version of the law.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.clocks.context import ClockContext, day_of
from jointsup_rules.compile.tree import Column, Literal, Scalar, call
from jointsup_rules.model.clock import Amount

UNITS = ("months", "days", "working_days")


@dataclass
class ClockTerms:
    """The columns that lay out the terms, and where each amount is found in alias `g` of the periods.

    Attributes:
        columns: Columns of the table `periods`.
        bounds: What was bound for them, for what leaves a period open.
        amounts: Per version and ground, the months, days and working days it adds.
        applies: Per ground, whether it is open to the case and whether that is unknown.
    """

    columns: list[tuple[str, Scalar]] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    amounts: dict[tuple[int, str], tuple[Scalar, ...]] = field(default_factory=dict)
    applies: dict[str, tuple[Scalar, Scalar]] = field(default_factory=dict)


def bind_terms(context: ClockContext, start: Scalar) -> ClockTerms:
    """Return the terms of a clock whose periods start on a day (an expression over its sources)."""
    context.started_on = start
    found = ClockTerms()
    shape = context.clock.shape
    whens = [
        context.bind(limit.when, *_limit_steps(context, number), "when", wanted=("boolean",))
        if limit.when
        else None
        for number, limit in enumerate(shape.limit)
    ]
    found.bounds += [bound for bound in whens if bound is not None]
    found.columns.append(("version", _version(context, start)))
    for version, terms in enumerate(context.clock.terms):
        lengths = [_bind_limit(context, found, number, amount) for number, amount in enumerate(terms.limits)]
        for unit, kind in (*((unit, "integer") for unit in UNITS), ("fixed", "date"), ("article", "text")):
            found.columns.append((f"{unit}{version}", _chosen(whens, [one[unit] for one in lengths], kind)))
        for code, amount in terms.extensions.items():
            found.amounts[(version, code)] = _bind_amount(context, found, version, code, amount)
    for code, extension in shape.extend.items():
        if extension.when is not None:
            bound = context.bind(extension.when, "extend", code, "when", wanted=("boolean",))
            found.columns += [
                (f"open_{code}", tree.is_true(bound.value)),
                (f"open_{code}?", tree.is_true(bound.is_unknown())),
            ]
            found.applies[code] = (Column("g", f"open_{code}"), Column("g", f"open_{code}?"))
    return found


def _limit_steps(context: ClockContext, number: int) -> tuple[str | int, ...]:
    """The path of a limit below the clock; a single one may stand without a list."""
    written = context.document.data[context.clock.name]["limit"]
    return ("limit", number) if isinstance(written, list) else ("limit",)


def _version(context: ClockContext, start: Scalar) -> Scalar:
    """The number of the version of the law in force on the start day."""
    later = [
        (tree.is_true(call(">=", start, Literal(terms.from_, "date"))), tree.number(number))
        for number, terms in enumerate(context.clock.terms)
        if terms.from_ is not None
    ]
    return tree.case(*reversed(later), otherwise=tree.number(0))


def _bind_limit(
    context: ClockContext, found: ClockTerms, number: int, amount: Amount | None
) -> dict[str, Scalar]:
    """One limit of one version: its units, the due day where it stands in the data, its article."""
    nothing: dict[str, Scalar] = {unit: tree.nothing("integer") for unit in UNITS}
    nothing |= {"fixed": tree.nothing("date"), "article": tree.nothing("text")}
    if amount is None:
        return nothing
    article = tree.text(amount.article) if amount.article is not None else tree.nothing("text")
    steps = _limit_steps(context, number)
    if amount.is_due:
        assert amount.days is not None, "a due day of the data is kept as text"
        bound = context.bind_day(amount.days, *steps, "due")
        found.bounds.append(bound)
        return {**nothing, "fixed": day_of(bound), "article": article}
    lengths = {}
    for unit in UNITS:
        written = getattr(amount, unit)
        lengths[unit] = tree.number(0) if written is None else _whole(context, found, written, *steps, unit)
    # A length of which a part is unknown is unknown as a whole.
    parts = [part for part in lengths.values() if not isinstance(part, Literal)]
    if parts:
        whole = tree.all_of([tree.negate(tree.is_null(part)) for part in parts])
        lengths = {unit: tree.Case(((whole, part),)) for unit, part in lengths.items()}
    return {**nothing, **lengths, "article": article}


def _whole(context: ClockContext, found: ClockTerms, written: str, *steps: str | int) -> Scalar:
    if written.isdigit():
        return tree.number(int(written))
    bound = context.bind(written, *steps, wanted=("integer",))
    found.bounds.append(bound)
    return bound.value


def _bind_amount(
    context: ClockContext, found: ClockTerms, version: int, code: str, amount: Amount | None
) -> tuple[Scalar, ...]:
    """What a ground adds under one version; as the decision says where the clock does."""
    extension = context.clock.shape.extend[code]
    if extension.as_decided:
        return tuple(Column("e", f"add_{unit}") for unit in UNITS)
    if amount is None:
        return tuple(tree.number(0) for _ in UNITS)
    steps: tuple[str | int, ...] = ("extend", code, "to") if extension.to is not None else ("extend", code)
    parts: list[Scalar] = []
    for unit in UNITS:
        written = getattr(amount, unit)
        part = tree.number(0) if written is None else _whole(context, found, written, *steps, unit)
        if not isinstance(part, Literal):
            name = f"{code}_{unit}{version}"
            found.columns.append((name, call("coalesce", part, tree.number(0))))
            part = Column("g", name)
        parts.append(part)
    return tuple(parts)


def _chosen(whens: list[Bound | None], values: list[Scalar], kind: str) -> Scalar:
    """The value of the first limit whose condition is true; nothing where an earlier one is unknown."""
    branches: list[tuple[Scalar, Scalar]] = []
    for when, value in zip(whens, values, strict=True):
        if when is None:
            branches.append((tree.TRUE, value))
            break
        branches.append((tree.is_true(when.value), value))
        branches.append((tree.is_true(when.is_unknown()), tree.nothing(kind)))
    return tree.case(*branches, otherwise=tree.nothing(kind))
