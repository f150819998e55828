"""The keys of triage, of the workflow of the ledger, and of the briefing."""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.authoring.keys import Keys, key

_FORMAT = key("格式版本，现为 1", "version of the format, now 1")
_LABEL = key("名称，{zh, en}", "name, {zh, en}")
_MEANS = key("一句说明", "one line of meaning")
_WHEN = key(
    "字段 → 值，几个值任一即可；各项都须符合",
    "field to value, or to several of which any will do; all must hold",
)
_BY = key("哪些角色可办", "the roles that may do it")
_NEEDS = key("必填的字段", "fields that must be given")
_MAY = key("可填的字段", "fields that may be given")
_SQL = key(
    "一条 SELECT，查台账各表；一个数值，或一个名称和一个数值",
    "one SELECT over the ledger's tables: a value, or a label and a value",
)

LOOP: Mapping[str, Keys] = {
    # ---- triage
    "TriageShape": {
        "format": _FORMAT,
        "dossiers": key("按什么归并成案卷，先列的优先", "what groups clues into dossiers, the first that applies standing"),
        "routes": key("去向：代码 → 名称", "routes: code to name"),
        "defaults": key("没有结论时取什么", "what stands where nothing is concluded"),
        "roll_ups": key("汇总：事先数好的数目", "roll-ups: numbers counted beforehand"),
        "rules": key("规则：条件、结论、理由", "the rules: when, then, because"),
    },
    "DefaultsShape": {
        "priority": key("优先程度", "priority"),
        "dossier": key("按什么归并", "what groups it"),
        "route": key("去向", "routes"),
    },
    "RollUpShape": {
        "count": key("数什么，不重复计", "what is counted, each once"),
        "per": key("按哪个字段分别数，可多个", "the fields whose equals are counted together"),
        "of": key("数的是线索", "what is counted are clues"),
        "when": key("只数哪些线索", "which clues are counted"),
        "within": key("落在多长一段时间里的才一起数", "the span in which they must lie to count together"),
    },
    "WindowShape": {
        "days": key("多少天", "how many days"),
        "on": key("看哪个日期", "the day that counts"),
    },
    "TriageRuleShape": {
        "id": key("编号，如 T01", "id, such as T01"),
        "when": key("条件：线索的字段、汇总数、标记", "condition on fields of the clue, roll-ups and marks"),
        "then": key("结论", "what is concluded"),
        "because": key("理由，可写 {字段}", "why, with {fields}"),
    },
    "ThenShape": {
        "dossier": key("按什么归并", "what groups it"),
        "mark": key("标记，供别的规则用", "a mark that other rules may ask for"),
        "on": key("标记给该字段相同的所有线索", "the mark is given to every clue with the same value of this field"),
        "priority": key("优先程度", "priority"),
        "grade": key("处置等级", "grade"),
        "route": key("去向", "routes"),
    },
    # ---- workflow
    "WorkflowShape": {
        "format": _FORMAT,
        "ledger_no": key("台账编号的写法，含 {year}、{number}", "how running numbers are written, with {year} and {number}"),
        "start": key("线索登记时的状态", "the state a clue begins in"),
        "engine": key("哪个角色是程序自己", "the role that is the program itself"),
        "warn_days": key("到期前几天算快到期", "so many days before, something is soon due"),
        "roles": key("角色：谁能看、能办什么", "roles"),
        "fields": key("台账里可填的字段", "fields people write"),
        "states": key("状态和各自的期限", "states, with their time limits"),
        "moves": key("步骤：从哪个状态到哪个状态", "moves: from which states to which"),
        "late": key("逾期多少天怎么办", "what lateness calls for"),
        "documents": key("文书", "letters"),
        "answer": key("接收单位要填回什么", "what the receiving office fills in"),
        "records": key("随线索之外另记的事项", "what is kept beside the clues"),
        "verdicts": key("评议结论，对规则说明什么", "verdicts, and what they say of a rule"),
        "proof": key("下一次筛查怎样核验整改", "how the next sweep proves what was put right"),
    },
    "RoleShape": {
        "label": _LABEL,
        "sees": key("能看哪些处置等级", "the grades it sees"),
        "own_unit_only": key("yes：只看本单位的线索", "yes: only clues of its own unit"),
        "means": _MEANS,
    },
    "FieldShape": {
        "label": _LABEL,
        "type": key("类型：text、date、code、integer、decimal、boolean", "type"),
        "codes": key("type: code 的代码 → 名称", "with type: code, code to name"),
    },
    "StateShape": {
        "label": _LABEL,
        "ends": key("yes：到此为止", "yes: nothing more is due"),
        "within": key("期限，取第一个 when 符合的", "its time limits, the first whose `when` holds"),
        "means": _MEANS,
    },
    "WithinShape": {
        "limit": key("多长", "how long"),
        "from": key("自最近一次到哪个状态起算，默认自到本状态", "runs from when the clue last came to this state; by default the present one"),
        "when": _WHEN,
        "article": key("法律依据", "the article it rests on"),
        "note": key("说明", "a note"),
    },
    "LimitShape": {
        "due": key("哪个字段写着届满日", "the field that holds the due day"),
        "days": key("多少日", "days"),
        "working_days": key("多少个工作日", "working days"),
        "months": key("多少个月", "months"),
        "rule": key("凡按月计算的：criminal 刑事，civil 民事", "whose months: criminal or civil"),
        "roll": key("届满日遇节假日是否顺延", "whether a due day on a holiday moves on"),
    },
    "MoveShape": {
        "label": _LABEL,
        "from": key("从哪些状态", "from which states"),
        "to": key("到哪个状态", "to which state"),
        "by": _BY,
        "needs": _NEEDS,
        "may": _MAY,
        "when": _WHEN,
        "second_reader": key("哪些线索须由另一人二审；yes 为全部", "for which clues somebody else must confirm; yes for all"),
        "because": key("程序自己办理时的理由", "why, where the program makes it"),
    },
    "LateShape": {
        "days": key("逾期多少天", "so many days late"),
        "label": _LABEL,
        "to": key("告知哪个角色", "the role that is told"),
        "move": key("程序随之办理的步骤", "the move the program makes"),
    },
    "DocumentShape": {
        "label": _LABEL,
        "template": key("rules/documents/ 里的模板", "its template in rules/documents/"),
        "number": key("文号的写法，含 {year}、{number}", "how it is numbered, with {year} and {number}"),
        "by": _BY,
        "grades": key("可用于哪些处置等级", "the grades it is for"),
        "move": key("发函随之办理的步骤", "the move that issuing it makes"),
        "reply": key("答复期限", "within what it is to be answered"),
    },
    "AnswerShape": {
        "move": key("填回后办理的步骤", "the move an answer makes"),
        "fields": key("接收单位填写的字段", "the fields the receiving office fills in"),
    },
    "RecordShape": {
        "label": _LABEL,
        "number": key("编号的写法，含 {year}、{number}", "how it is numbered, with {year} and {number}"),
        "by": _BY,
        "needs": _NEEDS,
        "may": _MAY,
        "counts": key("yes：逐次筛查看还剩多少", "yes: its clues are followed over sweeps"),
        "tiers": key("按数值分层", "tiers by a figure"),
        "agenda": key("哪些线索列入议题", "which clues are put before it"),
        "means": _MEANS,
    },
    "TiersShape": {
        "by": key("看线索的哪个数值", "the figure of a clue that counts"),
        "tiers": key("各层，由低到高", "the tiers, lowest first"),
    },
    "TierShape": {
        "label": _LABEL,
        "from": key("自多少起", "from this number on"),
    },
    "VerdictShape": {
        "label": _LABEL,
        "counts": key("right 规则对，wrong 规则错，data 数据有误，none 都不算", "right or wrong of the rule, data of the data alone, none of nothing"),
        "exception": key("yes：可列为例外", "yes: may become an exception"),
    },
    "ProofShape": {
        "states": key("处于哪些状态的要核验", "clues in which states are proved"),
        "when": _WHEN,
        "answered": key("哪个字段写着答复日", "the field that holds the day of the answer"),
        "after_days": key("答复后超过多少天的数据才算数", "only data of more than so many days after the answer prove it"),
        "still_found": key("仍被发现时的步骤", "the move of one still found"),
        "gone": key("不再出现时建议的步骤", "the move proposed for one no longer found"),
        "again": key("办结后又被发现的步骤", "the move of one found again after its end"),
    },
    # ---- briefing
    "BriefingShape": {
        "format": _FORMAT,
        "title": key("通报的名称", "what the briefing is called"),
        "figures": key("通报的各项指标", "its figures"),
        "by_rule": key("按规则的指标（规则编号和数值），印在模型说明里", "figures of rule id and value, which stand in the model cards"),
    },
    "FigureShape": {
        "id": key("编号，如 F01", "id, such as F01"),
        "label": _LABEL,
        "means": key("定义：怎么数的", "its definition"),
        "sql": _SQL,
        "names": key("第一列是流转规则里哪一类代码", "whose words of the workflow stand for the codes in the first column"),
        "labels": key("第一列的代码 → 名称", "code in the first column to name"),
    },
}  # fmt: skip
