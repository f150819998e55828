"""One rule on many days: what it would have said, day by day, knowing no more than was known then.

In: a rulebook, a rule, a dataset, days, and the version to compare with. Out: a Backtest. The rule runs as in a sweep,
in a worker, over the same views of the data; nothing is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Problem, ProblemsError, Text
from jointsup_rules.sweep.backtest_worker import FORMER, NEW, BacktestTask
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.facts import read_facts, read_manifest, read_unit_names
from jointsup_rules.sweep.former import NOTHING, Former
from jointsup_rules.sweep.process import Event, watch_worker
from jointsup_rules.sweep.runaway import RunawayLimit, is_above, read_runaway_limit

WEEKS = 4
# Lacking examples are the author's to mend and change no result.
_NO_REASON_TO_REFUSE = frozenset({"JR222", "JR245", "JR249", "JR280"})


@dataclass(frozen=True)
class Bounds:
    """What a worker may use: threads, the database's memory, seconds for one version on one day."""

    jobs: int = 2
    memory: str = "4GB"
    limit_s: float = 300.0


@dataclass(frozen=True)
class Share:
    """How much of its scope a rule finds on one day.

    Attributes:
        in_scope: Subjects it is about.
        hit: Those of them that it finds.
        limit: The share above which it finds too much, from 0 to 1.
        is_default: Whether the workspace sets no limit for that day.
        is_runaway: Whether it finds more than the limit, reckoned exactly.
    """

    in_scope: int
    hit: int
    limit: float
    is_default: bool
    is_runaway: bool

    @property
    def share(self) -> float | None:
        """Return hit of in_scope, from 0 to 1; None where nobody is in scope."""
        return self.hit / self.in_scope if self.in_scope else None


@dataclass(frozen=True)
class Ran:
    """What one version said on one day; the counts are empty where it did not run, with why."""

    status: str
    why: Text = NO_TEXT
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BacktestDay:
    """One day.

    Attributes:
        now: The rule as its file is.
        former: The version it is compared with, where there is one.
        share: Of its scope; None where it did not run.
        clues: How many clues; None where it did not run, and so below.
        new: Clues not found on the last given day before that ran; None on the first.
        gone: Clues of that day no longer found.
        compared: added, removed, changed and same against the former version; None where either did not run.
        is_beyond: Whether the day lies after the cut-off, of which the data says nothing.
    """

    as_of: date
    now: Ran
    former: Ran | None
    share: Share | None
    clues: int | None = None
    new: int | None = None
    gone: int | None = None
    compared: Mapping[str, int] | None = None
    is_beyond: bool = False


@dataclass(frozen=True)
class Sample:
    """A clue picked by the hash of its id, as on the newest day of its kind.

    Attributes:
        unit: Code of the unit it is about; `unit_name` where the dictionary says which table has names.
        reason: Its sentence, masked as the dictionary says.
        fields: Of a changed clue what differs: name to both values as text.
        now: Of a removed clue what the rule says now: no_subject, out_of_scope, other_clue, or an outcome.
        why: Of a removed clue, why, where there is more to say.
    """

    day: date
    clue_id: str
    subject_key: str
    case_no: str | None
    unit: str | None
    unit_name: str | None
    reason: Text
    fields: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    now: str = ""
    why: Text = NO_TEXT


@dataclass(frozen=True)
class Samples:
    """Clues of one kind of change: how many on any of the days, how many of them not to be shown, and some."""

    n: int
    n_restricted: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class UnitLoad:
    """What one receiving unit would get: its clues on the last day, and those that came of late."""

    unit: str | None
    name: str | None
    standing: int
    came: int


@dataclass(frozen=True)
class Load:
    """What receiving units would get, the busiest first.

    Attributes:
        is_between: Whether `came` counts what is new from one given day to the next; else what came due (or, without
            a due day, began) in the weeks before the one day.
        weeks: How many weeks that is.
    """

    is_between: bool
    from_on: date
    until_on: date
    weeks: float
    units: tuple[UnitLoad, ...]


@dataclass(frozen=True)
class Backtest:
    """One rule on many days, earliest first; `changes` by added, removed, changed, or found without another version."""

    rule: Rule
    dataset: str
    cut_off: date
    former: Former
    days: tuple[BacktestDay, ...]
    changes: Mapping[str, Samples]
    load: Load | None

    def problems(self) -> tuple[Problem, ...]:
        """Return a problem for the day on which most is found, where that is above the limit."""
        above = [day for day in self.days if day.share is not None and day.share.is_runaway]
        if not above:
            return ()
        worst = max(
            above, key=lambda day: (day.share.share or 0.0, day.as_of) if day.share else (0.0, day.as_of)
        )
        assert worst.share is not None
        return (_runaway(self.rule, worst.as_of, worst.share, len(above)),)


def _runaway(rule: Rule, day: date, share: Share, n_days: int) -> Problem:
    part, limit = percent(share.share or 0.0), percent(share.limit)
    what = Text(
        f"{day}的命中占范围的 {part}（{share.hit}/{share.in_scope}），超过上限 {limit}",
        f"as of {day} it finds {part} of its scope ({share.hit} of {share.in_scope}), above the limit of {limit}",
    )
    if n_days > 1:
        what = Text(f"{what.zh}；共 {n_days} 天超过", f"{what.en}; so on {n_days} days")
    why = Text(
        "命中占比过高，多半是规则写宽了，核查人员也看不过来",
        "a rule that finds so much is most likely too wide, and nobody can look into all of it",
    )
    fix = Text(
        "收窄 scope 或条件；确需启用，须在 jointsup activate 时用 --because 写明理由",
        "narrow scope or condition; to activate it all the same, give the reason with jointsup activate --because",
    )
    return rule.document.problem("JR260", rule.document.place(("detect",), key=True), what, why, fix)


def percent(share: float) -> str:
    """Return a share as people read it: 12.3%."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def backtest(
    rulebook: Rulebook,
    rule: Rule,
    dataset: Path,
    days: Sequence[date],
    former: Former = NOTHING,
    *,
    weeks: int = WEEKS,
    bounds: Bounds | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Backtest:
    """Return what a rule says of a dataset on each of some days, against another version of it.

    Args:
        rulebook: The workspace's declarations; both versions run with its dictionary, clocks, law and parameters.
        rule: A rule without errors, whatever its status.
        dataset: Folder of the dataset.
        days: At least one; order and repetition do not matter.
        former: The version to compare with, or NOTHING.
        weeks: How far back a single day's newly due clues are counted.
        bounds: What the worker may use.
        progress: Told what is being done.

    Raises:
        ProblemsError: the dataset or the limit of shares cannot be used.
        BacktestFailedError: the worker died outside of any rule.
    """
    assert rulebook.dictionary is not None, "a rule without errors has a dictionary"
    ordered = tuple(sorted(set(days)))
    manifest = read_manifest(dataset)
    cut_off = read_facts(dataset, rulebook.dictionary, ordered[0]).cut_off
    limits = {day: read_runaway_limit(rulebook.parameters, day) for day in ordered}
    heard = _run(rulebook, rule, dataset, ordered, former, weeks, bounds or Bounds(), progress)
    told = tuple(_day(heard, day, cut_off, limits[day]) for day in ordered)
    ran = [day.as_of for day in told if day.clues is not None]
    names = read_unit_names(rulebook.dictionary, dataset)
    changes = {kind: _samples(rule, given, names) for kind, given in heard.lists["samples"].items()}
    load = _load(heard.lists["load"], names, ran, weeks) if ran else None
    return Backtest(rule, str(manifest["name"]), cut_off, former, told, changes, load)


def read_share(rulebook: Rulebook, rule: Rule, dataset: Path, as_of: date) -> Share:
    """Return how much of its scope a rule finds, and the limit of the workspace.

    Raises:
        ProblemsError: the rule could not be evaluated, or the dataset or the limit cannot be used.
        BacktestFailedError: the worker died outside of any rule.
    """
    (day,) = backtest(rulebook, rule, dataset, [as_of]).days
    if day.share is None:
        said = day.now.why
        what = Text(f"{as_of} 未能评估：{said.zh}", f"not evaluated as of {as_of}: {said.en}")
        why = Text(
            "没有运行的规则，说不出命中占比", "of a rule that did not run, nobody knows what it would find"
        )
        fix = Text("换一个数据集或日期，或改正规则", "take another dataset or day, or mend the rule")
        raise ProblemsError([rule.document.problem("JR263", rule.document.place(("id",)), what, why, fix)])
    return day.share


def sound_rule(rulebook: Rulebook, rule_id: str) -> Rule:
    """Return a rule without errors; warnings and lacking examples are no reason to refuse it.

    Raises:
        ProblemsError: the dictionary cannot be read, or the rule has errors.
    """
    path = rulebook.broken.get(rule_id)
    rule = rulebook.rules.get(rule_id)
    if rule is not None and path is None:
        path = rule.document.path
    if rulebook.dictionary is None:
        raise ProblemsError([p for p in rulebook.problems if p.severity == "error"])
    alone = replace(rulebook, rules={} if rule is None else {rule_id: rule}, broken={})
    errors = [
        p
        for p in check_rulebook(alone, binds=False)
        if p.place.path == path and p.severity == "error" and p.code not in _NO_REASON_TO_REFUSE
    ]
    if errors:
        raise ProblemsError(errors)
    assert rule is not None, "a rule that cannot be read has errors"
    return rule


# ---- running


class BacktestFailedError(Exception):
    """The worker died outside of any rule."""


@dataclass
class _Heard:
    """What a worker told."""

    ran: dict[str, Ran] = field(default_factory=dict)
    figures: dict[str, Event] = field(default_factory=dict)
    lists: Event = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        if event["event"] == "ran":
            why = Text(event["zh"], event["en"])
            self.ran[event["rule"]] = Ran(event["status"], why, event["counts"] or {})
        elif event["event"] == "figures":
            self.figures[event["day"]] = event
        elif event["event"] == "lists":
            self.lists = event


def _run(
    rulebook: Rulebook,
    rule: Rule,
    dataset: Path,
    days: Sequence[date],
    former: Former,
    weeks: int,
    bounds: Bounds,
    progress: Callable[[str], None],
) -> _Heard:
    """Run workers until one comes to its end; the step one dies of is left out by the next."""
    skip: dict[str, str] = {}
    now, then = _written(rule), _written(former.rule) if former.rule is not None else ()
    while True:
        heard = _Heard()

        def hear(event: Event, heard: _Heard = heard) -> None:
            heard.hear(event)
            if event["event"] == "build":
                progress(f"{event['day']}")

        with tempfile.TemporaryDirectory(prefix="jointsup-") as scratch:
            task = BacktestTask(
                str(rulebook.root), str(dataset.resolve()), now, tuple(day.isoformat() for day in days), then, dict(skip),
                weeks, scratch, bounds.memory, bounds.jobs, bounds.limit_s,
            )  # fmt: skip
            ended = watch_worker("jointsup_rules.sweep.backtest_worker", asdict(task), bounds.limit_s, hear)
        if ended.died_of is None and not ended.error:
            return heard
        if ended.died_of is None or ended.died_of in skip:
            raise BacktestFailedError(ended.error)
        skip[ended.died_of] = ended.error


def _written(rule: Rule) -> tuple[str, str]:
    return rule.document.path, rule.document.text


# ---- telling


def _day(heard: _Heard, day: date, cut_off: date, limit: RunawayLimit) -> BacktestDay:
    now, former = (heard.ran.get(f"{day.isoformat()} {name}") for name in (NEW, FORMER))
    assert now is not None, "a worker that came to its end has told of every day"
    told = BacktestDay(day, now, former, None, is_beyond=day > cut_off)
    figures = heard.figures.get(day.isoformat())
    if figures is None:
        return told
    in_scope, hit = now.counts["in_scope"], now.counts["hit"]
    share = Share(in_scope, hit, float(limit.share), limit.is_default, is_above(hit, in_scope, limit))
    return replace(
        told, share=share, clues=figures["clues"], new=figures["new"], gone=figures["gone"], compared=figures["compared"]
    )  # fmt: skip


def _samples(rule: Rule, given: Mapping[str, Any], names: Mapping[str, str]) -> Samples:
    samples = tuple(_sample(rule, one, names) for one in given["samples"])
    return Samples(given["n"], given["n_restricted"], samples)


def _sample(rule: Rule, given: Mapping[str, Any], names: Mapping[str, str]) -> Sample:
    fields = {name: (a, b) for name, (a, b) in (given["fields"] or {}).items() if a != b}
    return Sample(
        date.fromisoformat(given["day"]), given["clue_id"], given["subject_key"], given["case_no"], given["unit"],
        names.get(given["unit"] or ""), Text(given["reason_zh"], given["reason_en"]), fields, given["now"] or "", _why(rule, given),
    )  # fmt: skip


def _why(rule: Rule, given: Mapping[str, Any]) -> Text:
    """Why a removed clue is no longer found, beyond its outcome."""
    if given["now"] == "excluded" and given["excluded"] is not None:
        because: Text = rule.shape.exclude[given["excluded"]].because
        return because
    if given["now"] == "running" and given["due_on"] is not None:
        return Text(f"期限于{given['due_on']}届满", f"due on {given['due_on']}")
    return Text(given["why"]["zh"], given["why"]["en"]) if given["why"] else NO_TEXT


def _load(rows: Sequence[Sequence[Any]], names: Mapping[str, str], ran: Sequence[date], weeks: int) -> Load:
    units = tuple(
        UnitLoad(unit, names.get(unit) if unit else None, standing, came) for unit, standing, came in rows
    )
    is_between = len(ran) > 1
    span = (ran[-1] - ran[0]).days / 7 if is_between else float(weeks)
    first = ran[0] if is_between else date.fromordinal(ran[0].toordinal() - 7 * weeks)
    return Load(is_between, first, ran[-1], span, units)
