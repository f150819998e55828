"""What a trace says: the cases of each kind and the meanings of an empty value.

In: the figures of a finding as the engine reckoned them. Out: sentences; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jointsup_rules.problems import Text

OUTCOMES = {
    "hit": Text("列为线索", "found: a clue"),
    "cannot_tell": Text("无法判断", "cannot be told"),
    "running": Text("尚未届满", "running"),
    "due_soon": Text("即将届满", "due soon"),
    "excluded": Text("有排除事由", "excluded"),
    "clear": Text("未发现", "clear"),
    "out_of_scope": Text("不在规则范围内", "out of scope"),
    "no_subject": Text("数据中没有这个对象", "there is no such subject in the data"),
    "not_evaluated": Text("规则未能评估", "the rule was not evaluated"),
    "failed": Text("规则运行失败", "the rule failed"),
}
EMPTY = {
    "not_yet": Text("空：尚未发生", "empty: not yet"),
    "unknown": Text("空：不知道", "empty: unknown"),
    "unreadable": Text("有值但无法读取或无法确定", "a value is there but could not be read or settled"),
    "none": Text("空：无此事项", "empty: nothing to know"),
    "absent": Text("数据中没有这一列", "the column was not delivered"),
}
HOLDS = {
    True: Text("是", "true"),
    False: Text("否", "false"),
    None: Text("不知道", "unknown"),
}
STEPS = {
    "start": Text("起算", "start"),
    "base": Text("期限", "limit"),
    "shift": Text("起算后移", "start moves"),
    "extend": Text("延长", "extension"),
    "exclude": Text("不计入", "not counted"),
    "law": Text("新旧法", "change of law"),
    "roll": Text("顺延", "roll"),
    "due": Text("届满", "due"),
    "due_if_all": Text("全部认可", "if all honoured"),
    "over": Text("超过", "over"),
    "ended": Text("办结", "ended"),
    "seen": Text("数据所及", "seen until"),
}
_LIMIT = {
    "start_unknown": Text("起算日不知道", "the day it starts is not known"),
    "not_begun": Text(
        "起算的事项尚未发生，没有产生期限", "what starts it has not happened, so no limit runs"
    ),
    "planned": Text(
        "起算日 {started_on} 晚于数据所及日 {seen_until}", "it starts on {started_on}, after {seen_until}"
    ),
    "calendar_running": Text(
        "届满日所在年份的工作日历尚未公布，至少要到 {base_on}",
        "the calendar of the year it ends in is not announced; not before {base_on}",
    ),
    "due_unknown": Text("期限或届满日不知道", "the limit or the due day is not known"),
    "ends_early": Text(
        "届满日 {due_on} 已过，但数据只到 {seen_until}",
        "the due day {due_on} has passed, but the export ends on {seen_until}",
    ),
    "running": Text("届满日 {due_on} 未过", "the due day {due_on} has not passed"),
}
CASES: Mapping[str, Mapping[str, Text]] = {
    "": {
        "scope": Text("是否在范围内无法判断", "it cannot be told whether it is in scope"),
        "part_scope": Text("是否属于这一部分无法判断", "it cannot be told whether this part is about it"),
        "row_unknown": Text("这一行是否算在内不知道", "it is not known whether this row counts"),
    },
    "condition": {
        "true": Text("条件成立", "the condition is true"),
        "unknown": Text("条件所读的列为空，无法判断", "a column the condition reads is empty as unknown"),
        "not_true": Text("条件不成立", "the condition is not true"),
    },
    "time_limit": {
        **_LIMIT,
        "done_late": Text(
            "办结日 {ended_on} 晚于届满日 {due_on}", "done on {ended_on}, after the due day {due_on}"
        ),
        "done_in_time": Text("在届满日 {due_on} 或之前办结", "done on or before the due day {due_on}"),
        "done_undated_in_time": Text(
            "已办但没有日期，届满日 {due_on} 未过",
            "done without a day, and the due day {due_on} has not passed",
        ),
        "done_undated": Text(
            "已办但没有日期，届满日 {due_on} 已过", "done without a day, and the due day {due_on} has passed"
        ),
        "pause_unknown": Text(
            "届满日 {due_on} 已过，但可能有不计入的期间，无法判断",
            "the due day {due_on} has passed, but days that do not count may have moved it on",
        ),
        "end_unknown": Text(
            "是否办结不知道，届满日 {due_on} 已过",
            "whether it is done is not known, and the due day {due_on} has passed",
        ),
        "end_unknown_running": Text(
            "是否办结不知道，届满日 {due_on} 未过",
            "whether it is done is not known; the due day {due_on} has not passed",
        ),
        "open_late": Text(
            "未办结，数据所及日 {seen_until} 晚于届满日 {due_on}",
            "not done, and {seen_until} is after the due day {due_on}",
        ),
    },
    "missing": {
        **_LIMIT,
        "found_in_time": Text(
            "在 {ended_on} 找到，不晚于届满日 {due_on}", "found on {ended_on}, not after the due day {due_on}"
        ),
        "found_late": Text(
            "在 {ended_on} 才找到，晚于届满日 {due_on}", "found on {ended_on}, after the due day {due_on}"
        ),
        "sought_unknown": Text(
            "有应有的记录，但没有日期", "there is a record of what is sought, without a day"
        ),
        "not_found": Text(
            "没有找到，数据所及日 {seen_until} 晚于届满日 {due_on}",
            "not found, and {seen_until} is after the due day {due_on}",
        ),
    },
    "contradiction": {
        "differs": Text("两边都有值而不一致", "both sides are filled and differ"),
        "not_comparable": Text(
            "有值但无法读取、化成同一形式，或者容差不知道",
            "a value could not be read or brought to one form, or the tolerance is not known",
        ),
        "one_empty": Text("只有一边有值", "one side is empty"),
        "both_unknown": Text("两边都为空，不知道", "both sides are empty as unknown"),
        "agrees": Text("没有不一致", "nothing differs"),
        "absent": Text("没有对应的另一条记录", "there is no other record"),
        "right_ends_early": Text(
            "没有对应记录，但对方数据截止更早", "there is no other record, but their export ends earlier"
        ),
    },
    "repeat": {
        "needs_unknown": Text("多少次才够不知道", "how many are enough is not known"),
        "enough": Text("次数达到", "there are enough"),
        "maybe": Text(
            "加上日期或条件不明的才达到", "there would be enough with those of which something is unknown"
        ),
        "too_few": Text("次数不足", "there are too few"),
    },
    "sequence": {
        "order_found": Text("先后颠倒", "they are out of order"),
        "order_kept": Text("先后没有颠倒", "what is there is in order"),
        "needs_found": Text("缺少应先有的环节", "the step it needs is not there"),
        "needs_kept": Text(
            "应先有的环节已有，或者没有该环节", "the step it needs is there, or there is nothing to need it"
        ),
        "nothing_after_found": Text("其后还有环节", "something follows"),
        "nothing_after_kept": Text("其后没有环节", "nothing follows"),
        "nothing_before_found": Text("其前已有环节", "something precedes"),
        "nothing_before_kept": Text("其前没有环节", "nothing precedes"),
        "at_most_found": Text("次数过多", "there are too many"),
        "at_most_kept": Text("次数没有超过", "there are not too many"),
        "gap_found": Text("相隔过久", "they are too far apart"),
        "gap_kept": Text("相隔不久", "they are not too far apart"),
        "undated": Text("有环节没有日期", "a step has no day"),
        "unsure": Text("有一行是不是该环节不知道", "it is not known whether a row is of the step"),
        "ends_early": Text(
            "最后一次之后的期限在数据截止之后才届满", "the time since the last runs out after the export ends"
        ),
    },
    "overlap": {
        "more_days": Text("天数超过", "there are more such days"),
        "bad_interval": Text("有的起止日为空或颠倒", "an interval has an unknown or reversed day"),
        "ends_early": Text(
            "到数据截止日还不够，其后可能已够", "not enough by the end of the export, perhaps since then"
        ),
        "few_days": Text("天数没有超过", "there are no more such days"),
    },
    "outlier": {
        "unknown": Text("比率所读的列为空", "a column of the rate is empty"),
        "small_whole": Text("基数不足，不作比较", "the denominator is too small to compare"),
        "few_peers": Text("可比的同类不足", "there are too few peers"),
        "beyond": Text("超出界限", "beyond the fence"),
        "within": Text("在界限之内", "within the fence"),
    },
    "query": {
        "row": Text("查询返回了这一行", "the query returned this row"),
        "unsure": Text("查询返回了这一行，但 unsure 为是", "the query returned this row as unsure"),
    },
}
NO_FINDING = {
    "query": Text("查询没有返回这个对象", "the query returned no row about it"),
    "repeat": Text("没有一行计入", "no row counts"),
    "overlap": Text("没有期间可比", "there is no interval"),
    "sequence": Text("没有环节可比", "there is no step"),
}
NOT_ABOUT = Text("这一部分与该对象无关", "this part is not about it")
NOWHERE = Text("没有可查看之处", "there was nowhere to look")


def case_of(kind: str, name: str, finding: Mapping[str, Any]) -> Text:
    """Return the case of its kind that decided a finding, with the days in it."""
    template = CASES.get(kind, {}).get(name) or CASES[""].get(name)
    if template is None:
        return Text(name)
    days = {
        key: _plain(finding.get(key)) for key in ("started_on", "due_on", "ended_on", "seen_until", "base_on")
    }
    return Text(template.zh.format(**days), template.en.format(**days))


def _plain(value: Any) -> str:
    return "—" if value is None else value.isoformat() if isinstance(value, date) else str(value)
