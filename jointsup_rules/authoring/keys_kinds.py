"""The kinds of rule and their keys."""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.authoring.keys import Keys, key
from jointsup_rules.problems import Text

MEANS: Mapping[str, Text] = {
    "condition": Text("条件：表达式成立即命中", "condition: an expression over own and derived columns is true"),
    "time_limit": Text("期限：该做的事没有在期限内办成", "time_limit: a duty not done within its limit"),
    "missing": Text("应有而无：发生 A 之后没有 B", "missing: after A, no B within N"),
    "contradiction": Text("矛盾：应当一致的两个值不一致", "contradiction: two records of one thing disagree"),
    "repeat": Text("反复：一段时间内至少若干次", "repeat: at least K within a window"),
    "sequence": Text("次序：不该有的先后、次数或间隔", "sequence: events in a forbidden order, too often or too far apart"),
    "overlap": Text("期间：重叠、空档、未覆盖或超出", "overlap: intervals that overlap, leave a gap or outlive another"),
    "outlier": Text("离群：一个群体远离同类", "outlier: a group's rate far from its peers"),
    "query": Text("查询：其他种类说不了的一条 SELECT", "query: one SELECT, for what no kind can say"),
}  # fmt: skip

_LIMIT: Keys = {
    "days": key("多少日；起算当天不计，含末日", "days; the first day is not counted, the last one is", "num"),
    "months": key("多少个月，同时写 rule", "months, with their rule", "num"),
    "years": key("多少年，同时写 rule", "years, with their rule", "num"),
    "working_days": key("多少个工作日", "working days", "num"),
    "hours": key("多少小时，从下一个整点起算", "hours, from the next full hour", "num"),
    "due": key("数据里就有的届满日", "the due day found in the data", "day"),
    "rule": key(
        "月末怎么算：criminal 刑事，civil 民事；没有默认", "whose months: criminal or civil; no default"
    ),
}
_ROLL = key(
    "届满日遇节假日是否顺延：yes、no、{unless: 条件}；没有默认",
    "whether a due day on a holiday moves on: yes, no, {unless: condition}; no default",
    "cond",
)
_WARN = key("几天之内算即将到期，默认 7", "how many days ahead is due soon, 7 unless given")

KINDS: Mapping[str, Keys] = {
    "Condition": {
        "when": key("条件：成立即命中，不明则无法判断", "true is a hit, unknown cannot be told", "cond row.cond"),
        "each": key("对关系的每一行各判断一次", "look at each row of a relation", "relation"),
        "dates": key("检出的日期", "days of the finding"),
    },
    "Dates": {
        "started_on": key("起算日", "the day it starts", "day row.day"),
        "due_on": key("届满日", "its last day", "day row.day"),
        "ended_on": key("结束之日", "the day it ended", "day row.day"),
    },
    "TimeLimit": {
        "clock": key("具名时钟（rules/clocks.yaml），代替以下各项", "a named clock of rules/clocks.yaml, in place of all below", "clock"),
        "from": key("起点：从哪天起算", "the day it runs from", "day row.day"),
        "until": key("办成之日", "the day it was done", "day row.day"),
        "done_when": key("日期虽未登记，但已经办成", "done, though no day was entered", "cond row.cond"),
        "limit": key("期限：写一种单位，或 {due: 表达式}", "the limit: one unit, or {due: expression}"),
        "roll": _ROLL,
        "pause": key("不计的日子", "days that do not count"),
        "find": key("both 未办的和迟办的（默认），open 只找未办的，done 只找迟办的", "both (default), open, or done late"),
        "warn_days": _WARN,
        "each": key("对关系的每一行各算一次", "reckon for each row of a relation", "relation"),
    },
    "Limit": _LIMIT,
    "RollUnless": {
        "unless": key("成立就不顺延；anyone_held 查有没有人在押", "true forbids the roll; anyone_held asks whether somebody is held", "cond"),
    },
    "Pause": {
        "in": key("哪个关系的行", "the relation", "relation"),
        "from": key("第一个不计的日子", "the first day that does not count", "row.day"),
        "until": key("恢复计算的第一天", "the first day that counts again", "row.day"),
    },
    "Missing": {
        "after": key("发生 A 的日期", "the day of A", "day"),
        "expect": key("应有的 B：列、关系.列，或列表（有其一即可）", "B: a column, relation.column, or a list of which one will do", "day"),
        "within": key("多长时间内；不写则应立即", "within how long; at once if left out"),
        "roll": _ROLL,
        "late": key("迟到的 B：clear 也算有（默认），hit 命中", "a late B: clear (default) or hit"),
        "from_start": key("false：A 之前的 B 也算", "false: a B before A will do, too"),
        "warn_days": _WARN,
    },
    "Contradiction": {
        "compare": key("比较哪些值", "what is compared"),
        "right": key("另一方的记录；不写则都是对象自己的", "the relation on the other side; left out, both are the subject's own", "relation"),
        "among": key("这个关系的各行应彼此一致", "the rows of this relation must agree", "relation"),
        "authority": key("以哪一方为准", "which side is authoritative"),
        "absent": key("另一方没有记录时", "no right row"),
        "one_empty": key("只有一方填了时", "one side filled"),
        "several": key("有几行时：any 一行不同即可（默认），all 各行都不同", "any (default): one differing row is enough; all"),
    },
    "Compare": {
        "left": key("一方的值", "one side", "value row.value"),
        "right": key("另一方的值", "the other side", "value row.value"),
        "tolerance": key("相差超过它才算矛盾：数字或 {days: 3}", "a difference of more than this: a number or {days: 3}"),
        "as": key("先把两边化为规范形式", "a normaliser for both sides", "normaliser"),
    },
    "Repeat": {
        "of": key("哪个关系；或表、对象，加 by", "a relation; or a table or subject, with by", "relation place"),
        "on": key("每一行的日期", "the day of a row", "row.day"),
        "at_least": key("至少几次，含本数", "at least how many, itself included", "num"),
        "by": key("我的键 → 对方的表达式", "my key column to their expression", "row.value"),
        "when": key("只数哪些行", "which rows count", "row.cond"),
        "count": key("rows（默认），或数不同的值", "rows (default), or an expression whose distinct values count", "row.value"),
        "within": key("多长的一段；不写则不限", "how long a window; ever if left out"),
    },
    "Within": {
        "days": key("首末相距不超过几天", "first and last at most so many days apart", "num"),
        "last_days": key("截至筛查日的几天", "the days up to the sweep", "num"),
        "months": key("自第一天起几个月，同时写 rule", "months from the first day, with their rule", "num"),
        "years": key("自第一天起几年，同时写 rule", "years from the first day, with their rule", "num"),
        "rule": key("月末怎么算：criminal 刑事，civil 民事", "whose months: criminal or civil"),
    },
    "Sequence": {
        "of": key("通向有 events 的表的关系，默认 events", "a relation to a table with `events`, events unless given", "relation"),
        "order": key("应有的先后：[A, B, C]", "the order there should be: [A, B, C]", "row.step"),
        "needs": key("有 B 就应先有 A", "no B without A before it"),
        "nothing_after": key("C 之后不应再有", "nothing after C"),
        "nothing_before": key("C 之前不应有", "nothing before C"),
        "at_most": key("最多几次", "at most so often"),
        "gap": key("相邻两行的间隔", "two neighbours too far apart"),
        "same_day": key("tie：同一天的以表的 tie 列定先后", "tie: on one day the table's tie column gives the order"),
    },
    "Needs": {
        "step": key("有这一步", "this step", "row.step"),
        "before": key("应先有的一步", "the step before it", "row.step"),
        "anywhere": key("true：任何时候有都算", "true: at any time will do"),
    },
    "NothingAfter": {
        "end": key("最后的一步", "the last step", "row.step"),
        "except": key("这些步骤除外", "steps that do not count", "row.step"),
    },
    "NothingBefore": {
        "start": key("最先的一步", "the first step", "row.step"),
        "except": key("这些步骤除外", "steps that do not count", "row.step"),
    },
    "AtMost": {
        "step": key("哪一步", "the step", "row.step"),
        "times": key("最多几次，含本数", "at most so often, itself included", "num"),
    },
    "Gap": {
        "step": key("哪一步；any 任何一步", "the step, or any", "row.step any"),
        "more_than": key("超过多长", "more than how long"),
        "open_end": key("true：最后一行至今也算", "true: also from the last row to now"),
    },
    "MoreThan": {
        "days": key("多少日", "days", "num"),
        "months": key("多少个月，同时写 rule", "months, with their rule", "num"),
        "rule": key("月末怎么算：criminal 刑事，civil 民事", "whose months: criminal or civil"),
    },
    "StepShape": {
        "when": key("哪些行算这一步", "which rows are this step", "row.cond"),
        "date": key("对象的一个日期", "a day of the subject", "day"),
    },
    "Overlap": {
        "of": key("哪个关系的各行是期间", "the relation whose rows are the intervals", "relation"),
        "from": key("期间的第一天", "the first day of an interval", "row.day"),
        "until": key("不再属于期间的第一天", "the first day that no longer counts", "row.day"),
        "find": key("overlap 重叠，gap 空档，uncovered 未覆盖，outlive 超出", "overlap, gap, uncovered or outlive"),
        "frame": key("应当覆盖的 [起, 止]", "what should be covered: [from, until]", "day"),
        "against": key("不得超出的日期；或 {in, from, until}", "a day that must not be outlived; or {in, from, until}", "day row.day"),
        "more_than": key("超过几天，默认 0", "more than so many days, 0 unless given"),
    },
    "Covering": {
        "in": key("覆盖的期间在哪个关系", "the relation with the covering intervals", "relation"),
        "from": key("期间的第一天", "the first day of an interval", "row.day"),
        "until": key("不再属于期间的第一天", "the first day that no longer counts", "row.day"),
    },
    "MoreDays": {"days": key("多少日", "days", "num")},
    "Outlier": {
        "fence": key("多远算离群：sd、iqr 或 times_median", "how far is too far: sd, iqr or times_median"),
        "min_whole": key("基数至少多少；没有默认", "the least denominator; no default", "num"),
        "min_peers": key("同类至少几个；没有默认", "the least number of peers; no default", "num"),
        "part": key("分子", "the part", "num"),
        "whole": key("分母", "the whole", "num"),
        "value": key("只有一个值时写它", "the value, where there is but one", "num"),
        "peers": key("这些列相等的才相比；默认全部", "columns whose equals are compared; all unless given", "value"),
        "side": key("high 偏高（默认），low 偏低，both 都算", "high (default), low or both"),
    },
    "Fence": {
        "sd": key("距均值几个标准差", "standard deviations from the mean", "num"),
        "iqr": key("四分位距的几倍", "times the quartile range", "num"),
        "times_median": key("中位数的几倍", "times the median", "num"),
    },
    "Query": {
        "query": key("一条 SELECT，返回对象的键列", "one SELECT that returns the subject's key columns"),
        "because": key("为什么其他种类说不了", "why no kind serves"),
    },
}  # fmt: skip
