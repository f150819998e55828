"""What each kind of rule looks for, in words: the value of `detect` in, lines of text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jointsup_rules.compile.gaps import MoreThan
from jointsup_rules.compile.kinds.condition import Condition
from jointsup_rules.compile.kinds.contradiction import Contradiction
from jointsup_rules.compile.kinds.missing import Missing
from jointsup_rules.compile.kinds.outlier import Outlier
from jointsup_rules.compile.kinds.overlap import Overlap
from jointsup_rules.compile.kinds.repeat import Repeat, Within
from jointsup_rules.compile.kinds.sequence import Sequence
from jointsup_rules.compile.kinds.time_limit import TimeLimit
from jointsup_rules.compile.pairs import Compare
from jointsup_rules.compile.periods import Limit
from jointsup_rules.compile.steps import Step
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.clock import RollUnless
from jointsup_rules.model.dictionary import Relation
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.shape import Shape, check_model
from jointsup_rules.problems import Text
from jointsup_rules.sweep.saying import MONTH_RULES, Speaker, joined

_KINDS = {
    "condition": Text("条件", "a condition"),
    "time_limit": Text("期限", "a time limit"),
    "missing": Text("应有而没有", "something that should follow is missing"),
    "contradiction": Text("两处记载不一致", "two records disagree"),
    "repeat": Text("反复出现", "something repeats"),
    "sequence": Text("先后顺序", "the order of events"),
    "overlap": Text("期间的重叠、空档或超出", "intervals that overlap, leave a gap or outlive"),
    "outlier": Text("与同类相比异常", "a rate far from its peers"),
    "query": Text("查询", "a query"),
}
_FINDS = {
    "both": Text(
        "逾期未办的和逾期才办的都列出", "what is open beyond it and what was done late are both listed"
    ),
    "open": Text("只列逾期未办的", "only what is open beyond it is listed"),
    "done": Text("只列逾期才办的", "only what was done late is listed"),
}
_UNITS = {
    "days": Text("{}天（自然日）", "{} calendar days"),
    "months": Text("{}个月", "{} months"),
    "years": Text("{}年", "{} years"),
    "working_days": Text("{}个工作日", "{} working days"),
    "hours": Text("{}小时，自下一整点起算", "{} hours from the next full hour"),
    "due": Text("届满日取自数据：{}", "the due day is found in the data: {}"),
}
_ANSWERS = {
    "hit": Text("列为线索", "a clue"),
    "clear": Text("不列", "clear"),
    "cannot_tell": Text("无法判断", "cannot be told"),
}
_AUTHORITY = {
    "left": Text("以左边为准", "the left side is authoritative"),
    "right": Text("以右边为准", "the right side is authoritative"),
    "none": Text("不预设以哪一边为准", "neither side is authoritative"),
}
_SIDES = {
    "high": Text("高于上界", "above the upper fence"),
    "low": Text("低于下界", "below the lower fence"),
    "both": Text("超出上下界", "beyond either fence"),
}
Lines = list[Text]


def render_kind(rule: Rule, kind: str, loc: Loc, speaker: Speaker) -> Lines:
    """Return what a kind looks for; the name of the kind alone where its value cannot be read.

    Args:
        rule: The rule.
        kind: Name of the kind.
        loc: Path of the kind's value in the rule.
        speaker: Says the expressions of the rule.
    """
    heading = speaker.called(kind, _KINDS[kind])
    if kind == "query":
        return [heading, *_query(rule, loc)]
    model, told = _READERS[kind]
    shape, _ = check_model(model, rule.document, loc)
    return [heading] if shape is None else [heading, *told(shape, speaker)]


def limit_of_kind(rule: Rule, kind: str, loc: Loc, speaker: Speaker) -> Lines:
    """Return the limit that stands in a kind itself; nothing for a named clock or a kind without one."""
    if kind not in ("time_limit", "missing"):
        return []
    shape, _ = check_model(_READERS[kind][0], rule.document, loc)
    if isinstance(shape, TimeLimit) and shape.limit is not None:
        limit = _limit(shape.limit, speaker, _relation(speaker, shape.each))
    elif isinstance(shape, Missing) and shape.within is not None:
        limit = _limit(shape.within, speaker)
    else:
        return []
    return [Text(f"期限：{limit.zh}", f"limit: {limit.en}")]


def _relation(speaker: Speaker, name: str | None) -> Relation | None:
    return speaker.subject.related.get(name) if name is not None else None


def _condition(shape: Condition, speaker: Speaker) -> Lines:
    each = _relation(speaker, shape.each)
    when = speaker.say(shape.when, each)
    lines = []
    if shape.each is not None:
        name = speaker.relation(shape.each)
        lines.append(Text(f"逐行查看{name.zh}", f"each row of {name.en} is looked at"))
    lines.append(Text(f"符合：{when.zh}", f"listed where {when.en}"))
    return lines


def _time_limit(shape: TimeLimit, speaker: Speaker) -> Lines:
    lines: Lines = []
    row = _relation(speaker, shape.each)
    if shape.each is not None:
        name = speaker.relation(shape.each)
        lines.append(Text(f"对{name.zh}的每一行分别计算", f"counted for each row of {name.en}"))
    if shape.from_ is not None:
        start = speaker.say(shape.from_, row)
        lines.append(Text(f"起算：{start.zh}，当日不计", f"from: {start.en}, that day not counted"))
    if not shape.clock:  # a clock has its own ends
        lines.append(_until(shape, speaker, row))
    if shape.limit is not None:
        limit = _limit(shape.limit, speaker, row)
        lines.append(Text(f"期限：{limit.zh}", f"limit: {limit.en}"))
    lines += say_roll(shape.roll, speaker, row)
    if shape.pause is not None:
        name, inner = speaker.relation(shape.pause.in_), _relation(speaker, shape.pause.in_)
        a, b = speaker.say(shape.pause.from_, inner), speaker.say(shape.pause.until, inner)
        lines.append(
            Text(
                f"不计入：{name.zh}中{a.zh}至{b.zh}的天数，重叠只算一次",
                f"not counted: the days from {a.en} to {b.en} of {name.en}, each once",
            )
        )
    lines.append(_FINDS[shape.find])
    lines.append(_warning(shape.warn_days))
    return lines


def _until(shape: TimeLimit, speaker: Speaker, row: Relation | None) -> Text:
    if shape.until is None:
        text = Text("办结：没有记载办结日的列，在范围内即为未办", "done: no day is read; open while in scope")
    else:
        said = speaker.say(shape.until, row)
        text = Text(f"办结：{said.zh}", f"done on: {said.en}")
    if shape.done_when is None:
        return text
    done = speaker.say(shape.done_when, row)
    return Text(f"{text.zh}；{done.zh}的，视为已办", f"{text.en}; also done where {done.en}")


def _warning(days: int) -> Text:
    return Text(f"届满前{days}天内列为即将届满", f"due soon from {days} days before the due day")


def _limit(limit: Limit | Within, speaker: Speaker, row: Relation | None = None) -> Text:
    for unit, template in _UNITS.items():
        written = getattr(limit, unit, None)
        if written is None:
            continue
        amount = speaker.say(str(written), row)
        text = Text(template.zh.format(amount.zh), template.en.format(amount.en))
        rule = MONTH_RULES.get(limit.rule or "")
        if rule is None or unit not in ("months", "years"):
            return text
        return Text(f"{text.zh}，按{rule.zh}", f"{text.en} by the {rule.en}")
    return Text("没有写明", "not given")


def say_roll(roll: bool | RollUnless | None, speaker: Speaker, row: Relation | None = None) -> Lines:
    """Return what becomes of a due day on a holiday; nothing where that is not said."""
    if roll is None:
        return []
    if isinstance(roll, RollUnless):
        if roll.unless == "anyone_held":
            held = Text(
                "届满日遇节假日顺延，但有人在押的不顺延", "rolls over holidays, unless somebody is held"
            )
            return [held]
        said = speaker.say(roll.unless, row)
        return [
            Text(f"届满日遇节假日顺延，但{said.zh}的除外", f"rolls over holidays, unless {said.en}"),
        ]
    if roll:
        return [Text("届满日遇节假日顺延", "a due day on a holiday rolls to the next working day")]
    return [Text("届满日遇节假日不顺延", "the due day is not rolled over holidays")]


def _missing(shape: Missing, speaker: Speaker) -> Lines:
    after = speaker.say(shape.after)
    expected = [_expected(text, speaker) for text in shape.expect]
    listed = joined(expected, Text("，或者", ", or "))
    at_once = Text("应同时就有", "at once")
    within = _limit(shape.within, speaker) if shape.within is not None else at_once
    lines = [
        Text(f"起算：{after.zh}，当日不计", f"after: {after.en}, that day not counted"),
        Text(f"应有：{listed.zh}", f"expected: {listed.en}"),
        Text(f"期限：{within.zh}", f"within: {within.en}"),
        *say_roll(shape.roll, speaker),
    ]
    if shape.late == "hit":
        lines.append(Text("迟到的也列出", "what came late is listed, too"))
    else:
        lines.append(Text("迟到的不列", "what came late is not listed"))
    if not shape.from_start:
        lines.append(Text("早于起算日的也算", "one before the start counts, too"))
    lines.append(_warning(shape.warn_days))
    return lines


def _expected(text: str, speaker: Speaker) -> Text:
    name, _, column = text.partition(".")
    relation = _relation(speaker, name)
    if relation is None or not column:
        return speaker.say(text)
    where, what = speaker.relation(name), speaker.say(column, relation)
    return Text(f"{where.zh}中的{what.zh}", f"{what.en} in {where.en}")


def _contradiction(shape: Contradiction, speaker: Speaker) -> Lines:
    lines: Lines = []
    other = _relation(speaker, shape.among or shape.right)
    if shape.among is not None:
        name = speaker.relation(shape.among)
        lines.append(Text(f"{name.zh}各行应一致", f"the rows of {name.en} should agree"))
    elif shape.right is not None:
        name = speaker.relation(shape.right)
        lines.append(Text(f"与{name.zh}逐对比较", f"compared with each row of {name.en}"))
    lines += [_compared(one, shape, speaker, other) for one in shape.compare]
    one_empty, absent = _ANSWERS[shape.one_empty], _ANSWERS[shape.absent]
    lines.append(Text(f"一边为空：{one_empty.zh}", f"one side empty: {one_empty.en}"))
    if shape.right is not None:
        lines.append(Text(f"没有对应记录：{absent.zh}", f"no other record: {absent.en}"))
        lines.append(_AUTHORITY[shape.authority])
    if shape.several == "all":
        lines.append(Text("有一行一致即不列", "clear where one of several rows agrees"))
    return lines


def _compared(one: Compare, shape: Contradiction, speaker: Speaker, other: Relation | None) -> Text:
    left = speaker.say(one.left, other if shape.among is not None else None)
    right = speaker.say(one.right or one.left, other)
    text = Text(f"{left.zh} 与 {right.zh} 应相同", f"{left.en} and {right.en} should be the same")
    if shape.among is not None:
        text = Text(f"{left.zh} 应相同", f"{left.en} should be the same")
    if one.as_ is not None:
        text = Text(
            f"{text.zh}（按 {one.as_} 化成同一写法）", f"{text.en} (brought to one form by {one.as_})"
        )
    if one.tolerance is None:
        return text
    is_days = isinstance(one.tolerance, dict)
    amount = speaker.say(str(one.tolerance["days"] if is_days else one.tolerance))
    unit = Text("天", " days") if is_days else Text("", "")
    return Text(
        f"{text.zh}，相差超过{amount.zh}{unit.zh}才算不一致",
        f"{text.en}; a difference of more than {amount.en}{unit.en} counts",
    )


def _repeat(shape: Repeat, speaker: Speaker) -> Lines:
    name, row = speaker.relation(shape.of), _relation(speaker, shape.of)
    if shape.by:
        row = _rows_of(shape.of, speaker)
    least, on = speaker.say(shape.at_least), speaker.say(shape.on, row)
    lines = [Text(f"{name.zh}的各行，以{on.zh}为其日期", f"rows of {name.en}, each on its {on.en}")]
    for mine, theirs in shape.by.items():
        own, there = speaker.say(mine), speaker.say(theirs, row)
        lines.append(
            Text(f"对应：{there.zh} 是本对象的 {own.zh}", f"matched: their {there.en} is my {own.en}")
        )
    if shape.when is not None:
        when = speaker.say(shape.when, row)
        lines.append(Text(f"只计：{when.zh}", f"counted where {when.en}"))
    if shape.count != "rows":
        what = speaker.say(shape.count, row)
        lines.append(Text(f"按不同的{what.zh}计数", f"different {what.en} are counted, each once"))
    window = _window(shape.within, speaker)
    lines.append(Text(f"{window.zh}至少{least.zh}次", f"at least {least.en} {window.en}"))
    return lines


def _rows_of(name: str, speaker: Speaker) -> Relation:
    kind = "subject" if name in speaker.dictionary.subjects else "table"
    return Relation.model_validate({"\0name": name, "\0loc": (), kind: name})


def _window(within: Within | None, speaker: Speaker) -> Text:
    if within is None:
        return Text("不论何时，", "ever")
    if within.last_days is not None:
        n = speaker.say(within.last_days)
        return Text(f"筛查日前{n.zh}天内", f"within the {n.en} days up to the day of the sweep")
    if within.days is not None:
        n = speaker.say(within.days)
        return Text(f"首尾相距不超过{n.zh}天内", f"with first and last at most {n.en} days apart")
    span = _limit(within, speaker)
    return Text(f"自第一次起{span.zh}内", f"within {span.en} from the first")


def _sequence(shape: Sequence, speaker: Speaker) -> Lines:
    name = speaker.relation(shape.of)
    lines = [Text(f"{name.zh}中的环节", f"steps among {name.en}")]

    def step(one: Step) -> Text:
        return _step(one, shape.of, speaker)

    if shape.order:
        order = joined([step(one) for one in shape.order], Text(" → ", " → "))
        lines.append(Text(f"应有的先后：{order.zh}", f"the order should be {order.en}"))
    if shape.needs is not None:
        then, first = step(shape.needs.step), step(shape.needs.before)
        when = (
            Text("任何时候", "at any time") if shape.needs.anywhere else Text("当日或之前", "on or before it")
        )
        lines.append(Text(f"有{then.zh}的，{when.zh}应有{first.zh}", f"{then.en} needs {first.en} {when.en}"))
    if shape.nothing_after is not None:
        end = step(shape.nothing_after.end)
        lines.append(Text(f"第一次{end.zh}之后不应再有环节", f"nothing should follow the first {end.en}"))
        lines += _excepted(shape.nothing_after.except_, step)
    if shape.nothing_before is not None:
        start = step(shape.nothing_before.start)
        lines.append(Text(f"第一次{start.zh}之前不应有环节", f"nothing should precede the first {start.en}"))
        lines += _excepted(shape.nothing_before.except_, step)
    if shape.at_most is not None:
        what, times = step(shape.at_most.step), speaker.say(shape.at_most.times)
        lines.append(Text(f"{what.zh}不应超过{times.zh}次", f"{what.en} no more than {times.en} times"))
    if shape.gap is not None:
        lines += _gap(shape, speaker, step(shape.gap.step))
    if shape.same_day == "tie":
        lines.append(Text("同一天的按记录次序比较先后", "on one day the order of the records decides"))
    return lines


def _excepted(steps: tuple[Step, ...], step: Callable[[Step], Text]) -> Lines:
    if not steps:
        return []
    listed = joined([step(one) for one in steps], Text("、", ", "))
    return [Text(f"不计：{listed.zh}", f"except {listed.en}")]


def _gap(shape: Sequence, speaker: Speaker, what: Text) -> Lines:
    assert shape.gap is not None
    far = _more_than(shape.gap.more_than, speaker)
    lines = [
        Text(
            f"相邻两次{what.zh}相隔超过{far.zh}",
            f"two neighbouring rows of {what.en} more than {far.en} apart",
        )
    ]
    if shape.gap.open_end:
        lines.append(
            Text("最后一次至数据所及日也算", "the time from the last to what the data can speak of counts")
        )
    return lines


def _more_than(more: MoreThan, speaker: Speaker) -> Text:
    unit = "days" if more.days is not None else "months"
    amount = speaker.say(str(more.days if more.days is not None else more.months))
    template = _UNITS[unit]
    return Text(template.zh.format(amount.zh), template.en.format(amount.en))


def _step(step: Step, of: str, speaker: Speaker) -> Text:
    if isinstance(step, str):
        if step == "any":
            return Text("任何环节", "any step")
        return speaker.called(step, _code_label(step, of, speaker))
    if step.date is not None:
        return speaker.say(step.date)
    return speaker.say(step.when or "true", _relation(speaker, of))


def _code_label(code: str, of: str, speaker: Speaker) -> Text:
    """The label of an event code of the table a relation leads to."""
    relation = _relation(speaker, of)
    if relation is None:
        return Text()
    target = speaker.dictionary.subjects.get(relation.subject or "")
    name = target.rows_of if target is not None else relation.table
    table = speaker.dictionary.tables.get(name or "")
    if table is None or table.events is None:
        return Text()
    return table.columns[table.events.type].codes.get(code, Text())


def _overlap(shape: Overlap, speaker: Speaker) -> Lines:
    name, row = speaker.relation(shape.of), _relation(speaker, shape.of)
    begins, ends = speaker.say(shape.from_, row), speaker.say(shape.until, row)
    more = speaker.say(shape.more_than.days)
    found = {
        "overlap": Text("两段重叠的天数", "days that two of them share"),
        "gap": Text("首段之始至末段之终中没有覆盖的天数", "days between first and last that none covers"),
        "uncovered": Text("应覆盖的期间中没有覆盖的天数", "days of the frame that none covers"),
        "outlive": Text("超出的天数", "days beyond"),
    }[shape.find]
    lines = [
        Text(
            f"{name.zh}各段：自{begins.zh}起，至{ends.zh}止，止日不计",
            f"intervals of {name.en}: from {begins.en} to {ends.en}, that day not counted",
        )
    ]
    if shape.frame is not None:
        a, b = (speaker.say(text) for text in shape.frame)
        lines.append(Text(f"应覆盖：{a.zh}至{b.zh}", f"the frame: {a.en} to {b.en}"))
    if isinstance(shape.against, str):
        against = speaker.say(shape.against)
        lines.append(Text(f"不应超出：{against.zh}", f"should end by: {against.en}"))
    lines.append(Text(f"找：{found.zh}超过{more.zh}天的", f"listed: more than {more.en} {found.en}"))
    return lines


def _outlier(shape: Outlier, speaker: Speaker) -> Lines:
    if shape.part is not None and shape.whole is not None:
        part, whole = speaker.say(shape.part), speaker.say(shape.whole)
        rate = Text(f"{part.zh} ÷ {whole.zh}", f"{part.en} / {whole.en}")
    else:
        rate = speaker.say(shape.value or "null")
    peers = joined([speaker.say(text) for text in shape.peers], Text("、", ", "))
    fence = next(
        (name, speaker.say(str(value)))
        for name in ("sd", "iqr", "times_median")
        if (value := getattr(shape.fence, name)) is not None
    )
    words = {
        "sd": Text("均值 ± {} 倍标准差", "mean ± {} standard deviations"),
        "iqr": Text("上下四分位之外 {} 倍四分位距", "{} quartile ranges beyond the quartiles"),
        "times_median": Text("中位数的 {} 倍", "{} times the median"),
    }[fence[0]]
    least, few = speaker.say(shape.min_whole), speaker.say(shape.min_peers)
    side = _SIDES[shape.side]
    return [
        Text(f"比率：{rate.zh}", f"rate: {rate.en}"),
        Text(f"同类：{peers.zh}相同的", f"peers: equal {peers.en}")
        if shape.peers
        else Text("同类：全部", "peers: all"),
        Text(f"界限：{words.zh.format(fence[1].zh)}", f"fence: {words.en.format(fence[1].en)}"),
        Text(f"列出{side.zh}的", f"listed {side.en}"),
        Text(
            f"基数不足{least.zh}的不比较；同类不足{few.zh}个的不比较",
            f"not compared below a denominator of {least.en}, or with fewer than {few.en} peers",
        ),
    ]


def _query(rule: Rule, loc: Loc) -> Lines:
    holder: Any = rule.document.data
    for step in loc[:-1]:
        holder = holder[step]
    lines: Lines = []
    because = holder.get("because")
    if isinstance(because, dict):
        text = Text(str(because.get("zh", "")), str(because.get("en", "")))
        lines.append(Text(f"不用其他种类的原因：{text.zh}", f"why no other kind serves: {text.en}"))
    elif because:
        lines.append(Text(f"不用其他种类的原因：{because}", f"why no other kind serves: {because}"))
    statement = str(holder.get("query", "")).rstrip()
    lines.append(Text(statement))
    return lines


_READERS: Mapping[str, tuple[type[Shape], Callable[[Any, Speaker], Lines]]] = {
    "condition": (Condition, _condition),
    "time_limit": (TimeLimit, _time_limit),
    "missing": (Missing, _missing),
    "contradiction": (Contradiction, _contradiction),
    "repeat": (Repeat, _repeat),
    "sequence": (Sequence, _sequence),
    "overlap": (Overlap, _overlap),
    "outlier": (Outlier, _outlier),
}
