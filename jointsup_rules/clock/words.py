"""What the lines of a working say, once for the reference and the compiled SQL."""

from __future__ import annotations

from jointsup_rules.problems import Text

STEPS = {
    "start": Text("起算日，当日不计", "the day it starts, itself not counted"),
    "shift": Text("起算日后移", "the start moves on"),
    "roll": Text("期满日为节假日，顺延", "the last day is no working day and moves on"),
    "roll_between": Text(
        "期满日顺延期间又有不计入的期间",
        "the last day had rolled before further days that do not count began",
    ),
    "held": Text("期满日有人在押，不顺延", "somebody is held on the last day, so it does not move"),
    "law": Text(
        "新旧法衔接：期间内法律有修改，取较晚的届满日", "the law changed meanwhile; the later day stands"
    ),
    "due": Text("最后一个合法日", "last lawful day"),
    "due_if_all": Text(
        "全部延长和扣除均予认可时的届满日", "the day had every extension and exclusion been honoured"
    ),
    "over": Text("超过的日历日", "calendar days over"),
}
# Why an extension or exclusion is not honoured.
REFUSED = {
    "not_listed": Text("不属于该期限可以适用的事由", "no ground of this limit"),
    "no_document": Text("没有文书号", "no document"),
    "not_after": Text("在先应有的延长未获认可", "the extension that must come before was not honoured"),
    "used_up": Text("已达次数上限", "the number allowed is used up"),
    "not_open": Text("不符合该事由的条件", "the ground is not open to this case"),
    "level_too_low": Text("批准层级不够", "decided at too low a level"),
    "decided_late": Text("批准日已过当时的届满日", "decided after the limit had passed"),
    "ends_before_it_begins": Text("止日早于起日", "it ends before it begins"),
    "open_unknown": Text("是否符合条件无法判断", "whether the ground is open cannot be told"),
    "level_unknown": Text("没有记录批准层级", "the level that decided is not recorded"),
    "decided_unknown": Text(
        "没有记录批准日，或届满日无法确定", "the day of decision, or the due day, is not known"
    ),
    "amount_unknown": Text("没有记录延长多久", "how much was added is not recorded"),
    "begin_unknown": Text("没有记录起日", "the first day is not recorded"),
}
HONOURED = Text("认可", "honoured")
NOT_HONOURED = Text("不认可：", "not honoured: ")
OVERLAPS = Text("与其他期间重叠的部分只计一次", "days that overlap others count once")
TOO_LATE = Text("开始时期限已经届满，不影响届满日", "it began after the limit had passed and changes nothing")
IN_WORKING_DAYS = Text("（天数按工作日计）", " (days are working days)")
DECIDED = Text("，{day}批准", ", decided on {day}")
TAKEN = Text("，视为在期限内批准", ", taken as decided in time")
UNITS = {
    "days": Text("{n}日", "{n} days"),
    "months": Text("{n}个月", "{n} months"),
    "years": Text("{n}年", "{n} years"),
    "working_days": Text("{n}个工作日", "{n} working days"),
    "hours": Text("{n}小时", "{n} hours"),
    "due": Text("数据所载的期限", "the due day found in the data"),
    "none": Text("应即时", "at once"),
}
RULES = {
    "criminal": Text("（月末起算至月末）", " (from the end of a month to the end of a month)"),
    "civil": Text("（至对应日）", " (to the same day)"),
}
