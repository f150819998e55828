"""A backtest as text for a terminal of a hundred columns, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jointsup_rules.cli.telling import plain, render_table, width_of
from jointsup_rules.problems import Language, Text, render_problem

if TYPE_CHECKING:
    from jointsup_rules.sweep.backtest import Backtest, BacktestDay, Sample, Samples

WIDTH = 100
BUSIEST = 10
_NEVER_FIRST = "，。；：、）》”！？"
_COLUMNS = (
    ("in_scope", Text("范围内", "scope")), ("hit", Text("命中", "hit")), ("share", Text("占比", "share")),
    ("cannot_tell", Text("无法判断", "cannot tell")), ("running", Text("进行中", "running")),
    ("due_soon", Text("即将到期", "due soon")), ("excluded", Text("排除", "excluded")), ("clear", Text("正常", "clear")),
    ("clues", Text("线索", "clues")), ("new", Text("新增", "new")), ("gone", Text("消失", "gone")),
)  # fmt: skip
_COMPARED = (
    ("added", Text("多出", "added")),
    ("removed", Text("少了", "removed")),
    ("changed", Text("变化", "changed")),
    ("same", Text("相同", "same")),
)
_STATUS = {
    "draft": Text("起草中", "draft"),
    "active": Text("启用", "active"),
    "retired": Text("停用", "retired"),
}
_FORMER = {
    "active": Text("已启用的第 {} 版", "the active version {}"),
    "version": Text("第 {} 版", "version {}"),
    "file": Text("文件 {}", "the file {}"),
    "revision": Text("git 版本 {}", "revision {}"),
}
_CHANGES = {
    "added": ("+", Text("多出的线索", "clues added")),
    "removed": ("-", Text("少了的线索", "clues removed")),
    "changed": ("~", Text("变化的线索", "clues changed")),
    "found": ("+", Text("最后一天的线索", "clues of the last day")),
}
_NOW = {
    "no_subject": Text("现在不是这条规则的对象", "now no subject of the rule"),
    "out_of_scope": Text("现在不在范围内", "now out of scope"),
    "other_clue": Text("现在是同一对象的另一条线索", "now another clue of the same subject"),
    "cannot_tell": Text("现在无法判断", "now it cannot be told"),
    "running": Text("现在期限还未届满", "now not yet due"),
    "excluded": Text("现在被排除", "now excluded"),
    "clear": Text("现在正常", "now clear"),
}
_FIELDS = {
    "severity": Text("严重度", "severity"), "grade": Text("处置等级", "grade"), "band": Text("档", "band"),
    "started_on": Text("起算日", "started on"), "due_on": Text("届满日", "due on"), "ended_on": Text("办结日", "ended on"),
    "over_days": Text("超过天数", "days over"), "measure": Text("数值", "measure"),
}  # fmt: skip


def render_backtest(found: Backtest, lang: Language) -> str:
    """Return a backtest as text: counts per day, what differs, samples, the load of units, and the limit."""
    blocks = [_head(found, lang), _days(found, lang), *_notes(found, lang)]
    if any(day.compared is not None for day in found.days):
        blocks.append(_compared(found, lang))
    blocks += [_samples(kind, change, lang) for kind, change in found.changes.items() if change.n]
    blocks += [_load(found, lang), _limit(found, lang)]
    blocks += [render_problem(problem, lang) for problem in found.problems()]
    return "\n\n".join(block for block in blocks if block)


def _head(found: Backtest, lang: Language) -> str:
    shape, former = found.rule.shape, found.former
    status = _STATUS[shape.status]
    first = Text(
        f"{shape.id} {shape.title.zh}，第 {shape.version} 版（{status.zh}）；数据集 {found.dataset}，截至 {found.cut_off}",
        f"{shape.id} {shape.title.en}, version {shape.version} ({status.en}); dataset {found.dataset}, data until"
        f" {found.cut_off}",
    )
    if former.rule is None:
        second = Text("不作对照", "compared with nothing")
        if former.why.zh:
            second = Text(f"没有对照：{former.why.zh}", f"compared with nothing: {former.why.en}")
    else:
        name = _FORMER[former.kind]
        second = Text(
            f"对照：{name.zh.format(former.name)}；两者用的都是现在的字典、时钟、法条和参数",
            f"compared with {name.en.format(former.name)}; both with the dictionary, clocks, law and parameters as they"
            " are now",
        )
    lines = _wrapped(first.in_language(lang), WIDTH) + _wrapped(second.in_language(lang), WIDTH)
    if former.is_same_logic(found.rule):
        lines.append(Text("两个版本的逻辑相同", "both versions have the same logic").in_language(lang))
    elif former.rule is not None and former.rule.shape.identity != shape.identity:
        told = Text(
            "identity 不同，同一对象的线索编号因此不同，会同时列为多出和少了",
            "identity differs: clues of one subject have other ids, and are listed as added and as removed",
        )
        lines += _wrapped(told.in_language(lang), WIDTH)
    return "\n".join(lines)


def _days(found: Backtest, lang: Language) -> str:
    head = [Text("日期", "as of").in_language(lang), *(label.in_language(lang) for _, label in _COLUMNS)]
    rows = [[day.as_of.isoformat(), *(_cell(day, name) for name, _ in _COLUMNS)] for day in found.days]
    return render_table(head, rows, "l" + "r" * len(_COLUMNS))


def _cell(day: BacktestDay, name: str) -> Any:
    from jointsup_rules.sweep.backtest import percent

    if name == "share":
        share = day.share
        if share is None or share.share is None:
            return None
        return percent(share.share) + ("!" if share.is_runaway else "")
    if name in ("clues", "new", "gone"):
        return getattr(day, name)
    return day.now.counts.get(name)


def _notes(found: Backtest, lang: Language) -> Iterator[str]:
    """What must be said of single days, one paragraph for all."""
    from jointsup_rules.report.words import say_plain

    lines: list[str] = []
    for day in found.days:
        for label, ran in ((Text(), day.now), (Text("对照版本", "the other version "), day.former)):
            if ran is not None and ran.status != "ran":
                status = say_plain(f"status.{ran.status}", lang)
                lines += _wrapped(
                    f"{day.as_of} {label.in_language(lang)}{status}: {ran.why.in_language(lang)}", WIDTH
                )
    beyond = [day.as_of.isoformat() for day in found.days if day.is_beyond]
    if beyond:
        told = Text(
            f"{'、'.join(beyond)} 晚于数据截止日 {found.cut_off}：其后的事数据中没有",
            f"{', '.join(beyond)}: after the data ends on {found.cut_off}; of what came later it says nothing",
        )
        lines += _wrapped(told.in_language(lang), WIDTH)
    empty = [
        day.as_of.isoformat()
        for day in found.days
        if day.clues is not None and not day.now.counts["in_scope"]
    ]
    if empty:
        told = Text(
            f"{'、'.join(empty)} 范围内没有对象", f"{', '.join(empty)}: nobody was in scope on that day"
        )
        lines += _wrapped(told.in_language(lang), WIDTH)
    if lines:
        yield "\n".join(lines)


def _compared(found: Backtest, lang: Language) -> str:
    head = [Text("与对照版本相比", "against the other version").in_language(lang)]
    head += [label.in_language(lang) for _, label in _COMPARED]
    rows = [
        [day.as_of.isoformat(), *((day.compared or {}).get(name) for name, _ in _COMPARED)]
        for day in found.days
    ]
    return render_table(head, rows, "l" + "r" * len(_COMPARED))


# ---- samples


def _samples(kind: str, change: Samples, lang: Language) -> str:
    mark, label = _CHANGES[kind]
    shown = len(change.samples)
    head = Text(f"{label.zh} {change.n:,} 条", f"{label.en}: {change.n:,}")
    if shown < change.n - change.n_restricted:
        head = Text(f"{head.zh}，抽取 {shown} 条", f"{head.en}, {shown} of them")
    if change.n_restricted:
        head = Text(
            f"{head.zh}（C 级 {change.n_restricted:,} 条不列出）",
            f"{head.en} ({change.n_restricted:,} of grade C not listed)",
        )
    lines = [head.in_language(lang)]
    for one in change.samples:
        lines += _sample(mark, one, lang)
    return "\n".join(lines)


def _sample(mark: str, one: Sample, lang: Language) -> list[str]:
    case_no = one.case_no if one.case_no != one.subject_key else None
    shown = (one.subject_key, case_no, one.unit_name or one.unit, one.day.isoformat())
    lines = _wrapped(f"  {mark} " + "  ".join(part for part in shown if part), WIDTH, "    ")
    if one.now:
        now, why = _NOW[one.now].in_language(lang), one.why.in_language(lang)
        colon = Text("：", ": ").in_language(lang)
        lines += _wrapped(f"    {now}{colon}{why}" if why else f"    {now}", WIDTH, "    ")
    for name, (before, after) in one.fields.items():
        empty = Text("（空）", "(empty)").in_language(lang)
        label = _FIELDS[name].in_language(lang)
        lines.append(f"    {label}: {before or empty} → {after or empty}")
    return lines + _wrapped(f"    {one.reason.in_language(lang)}", WIDTH, "    ")


# ---- units


def _load(found: Backtest, lang: Language) -> str:
    load = found.load
    if load is None or not load.units:
        return ""
    span = f"{load.weeks:.1f}".removesuffix(".0")
    if load.is_between:
        said = Text(
            f"接收单位：{load.from_on} 至 {load.until_on}（{span} 周）各给定日之间新出现的线索",
            f"Receiving units: clues new from one given day to the next, {load.from_on} to {load.until_on} ({span} weeks)",
        )
    else:
        said = Text(
            f"接收单位：{load.until_on} 的存量，以及此前 {span} 周内到期（没有届满日的按起算日）的线索",
            f"Receiving units: the clues of {load.until_on}, and those due (or, without a due day, begun) in the {span}"
            " weeks before",
        )
    came = Text("新增", "new") if load.is_between else Text("其中近期到期", "due of late")
    words = (
        Text("单位", "unit"),
        Text("名称", "name"),
        Text("存量", "standing"),
        came,
        Text("每周", "per week"),
    )
    none = Text("（没有单位）", "(no unit)").in_language(lang)
    rows = [
        [one.unit or none, one.name or "", one.standing, one.came, _per_week(one.came / load.weeks)]
        for one in load.units[:BUSIEST]
    ]
    standing, n_came = sum(one.standing for one in load.units), sum(one.came for one in load.units)
    total = [Text("合计", "all").in_language(lang), "", standing, n_came, _per_week(n_came / load.weeks)]
    table = render_table([word.in_language(lang) for word in words], [*rows, total], "llrrr")
    lines = [*_wrapped(said.in_language(lang), WIDTH), table]
    n_left = len(load.units) - BUSIEST
    if n_left > 0:
        more = Text(f"其余 {n_left} 个单位见 --format json", f"{n_left} more units: see --format json")
        lines.append(more.in_language(lang))
    return "\n".join(lines)


def _per_week(n: float) -> str:
    """A number a week; of less than one two places, so that few are not shown as none."""
    return f"{n:.1f}" if n >= 1 or n == 0 else f"{n:.2f}"


def _limit(found: Backtest, lang: Language) -> str:
    """The share above which a rule finds too much, as it holds on the last day that ran."""
    from jointsup_rules.sweep.backtest import percent
    from jointsup_rules.sweep.runaway import RUNAWAY_SHARE

    shares = [day.share for day in found.days if day.share is not None]
    if not shares:
        return ""
    limit = percent(shares[-1].limit)
    set_by = Text(f"工作区参数 {RUNAWAY_SHARE}", f"{RUNAWAY_SHARE} of the workspace")
    if shares[-1].is_default:
        set_by = Text(
            f"默认；工作区没有设 {RUNAWAY_SHARE}", f"the default; the workspace sets no {RUNAWAY_SHARE}"
        )
    told = Text(
        f"命中占范围的上限：{limit}（{set_by.zh}）",
        f"Most a rule may find of its scope: {limit} ({set_by.en})",
    )
    return "\n".join(_wrapped(told.in_language(lang), WIDTH))


# ---- lines


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines of at most so many cells: Chinese breaks anywhere, words and numbers stay whole."""
    lines, line = [], ""
    for char in plain(text.replace("\n", " ")):
        line += char
        if width_of(line) > width:
            cut = _break_of(line, len(indent))
            lines.append(line[:cut].rstrip())
            line = indent + line[cut:].lstrip()
    return [*lines, line] if line.strip() else lines


def _break_of(line: str, least: int) -> int:
    """Where to break a line that is one character too long."""
    last = len(line) - 1
    cut = last
    while cut > least and not line[cut - 1].isspace() and width_of(line[cut - 1 : cut + 1]) == 2:
        cut -= 1
    if cut <= least or line[last].isspace():
        cut = last
    while cut > least + 1 and line[cut] in _NEVER_FIRST:
        cut -= 1
    return cut
