"""The keys of clocks, law, parameters, exceptions, families and words."""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.authoring.keys import Keys, key

_LENGTH: Keys = {
    "months": key("多少个月", "months", "num"),
    "days": key("多少日", "days", "num"),
    "working_days": key("多少个工作日", "working days", "num"),
    "law": key(
        "条文；写了 span 的，数值就在法条里", "the article; with span the number stands there", "article"
    ),
    "span": key("条文 spans 里的名称", "a name among the article's spans", "span"),
}
_FROM = key("自何日起", "from this day on")
_UNTIL = key("不再适用的第一天；仍适用则不写或 null", "the first day it no longer holds; null while it does")
_SURE = key("把握", "how sure we are")
_UNCONFIRMED = key("true：尚未核对原文", "true: not yet compared with the text itself")
_NOTE = key("读者应当知道的事", "what readers should know")

LIMITS: Mapping[str, Keys] = {
    "ClockShape": {
        "label": key("名称", "name"),
        "subject": key("对象：字典里的一个对象", "a subject of the dictionary", "subject"),
        "start": key("起算：对象的列、表达式，或 events 的代码", "starts: columns, expressions, or event codes", "day event"),
        "limit": key("长度；列表则取第一个 when 为真的", "the length; of a list the first whose `when` is true"),
        "roll": key(
            "届满日遇节假日是否顺延：yes、no、{unless: anyone_held}",
            "whether a due day on a holiday moves on: yes, no, {unless: anyone_held}",
        ),
        "stop": key("结束：同上，取起算之后最早的", "ends: likewise, the first on or after the start", "day event"),
        "when": key("限定哪些对象", "which subjects", "cond"),
        "month_rule": key("凡按月计算的：criminal 刑事，civil 民事", "whose months: criminal or civil"),
        "extend": key("事由 → 延长多少", "ground to what it adds"),
        "exclude": key("事由 → 不计入的日子", "ground to days that do not count"),
        "restart": key("事由：自那天起重新计算", "grounds that start it anew"),
        "shift": key("事由：起算日移到该情形结束之日", "grounds that move its start"),
        "recorded": key("机关系统记载的届满日，只供对照", "the due day the agency's system holds; to compare only", "day"),
        "params": key("按名称的数值", "values by name", "parameter"),
        "note": _NOTE,
    },
    "Length": _LENGTH,
    "ClockLimit": {
        **_LENGTH,
        "when": key("何时取这一长度", "when this length holds", "cond"),
        "due": key("数据里就有的届满日", "the due day found in the data", "day"),
    },
    "Extension": {
        **_LENGTH,
        "to": key("代替基本期限的长度（“延长至”）", "replaces the base instead of adding to it"),
        "as_decided": key("true：以决定载明的为准", "true: what is added stands in the decision"),
        "level": key("有权决定的最低层级", "the lowest level that may decide", "level"),
        "after": key("在此之前须已认可的事由", "the extension that must have been honoured before", "reason_word"),
        "times": key("可用几次；any 不限", "how often; any number with any"),
        "when": key("该事由对哪些案件适用", "which subjects it is for", "cond"),
    },
    "ClockExclusion": {
        "law": key("条文", "the article", "article"),
        "at_most": key("一条记录超出的部分不算", "what a record has beyond this does not count"),
        "times": key("算几条记录，取最早的", "how many records count, the earliest first"),
        "from": key("只对自此日起算的适用", "for periods that start from this day on"),
        "until": key("只对此日之前起算的适用", "for periods that start before this day"),
    },
    "Ground": {"law": key("条文", "the article", "article")},
    "LawShape": {
        "law": key("法律的代号，条文编号以它开头", "short id; ids of articles begin with it"),
        "title": key("全称", "full name"),
        "versions": key("各个版本：自何日起施行", "its versions, with their first day in force"),
        "articles": key("条文编号 → 各个版本", "id of an article to its versions"),
        "short": key("简称", "short name"),
        "kind": key("种类，如法律、司法解释", "what kind of text"),
        "month_rule": key("月末怎么算", "whose months"),
        "issued_by": key("由谁发布", "who issued it"),
        "note": _NOTE,
        "unconfirmed": _UNCONFIRMED,
    },
    "LawVersion": {
        "from": _FROM,
        "until": _UNTIL,
        "checked_on": key("最近一次核对原文的日子", "the day it was last compared with the text itself"),
        "confidence": _SURE,
        "number": key("文号", "number of the text"),
        "note": _NOTE,
    },
    "ArticleVersion": {
        "from": _FROM,
        "until": _UNTIL,
        "number": key("第几条", "number of the article"),
        "text": key("条文大意，核实人看得到", "what it says, as reviewers see it"),
        "spans": key("条文里的数值，时钟从这里取", "numbers of the article, which clocks take from here"),
        "confidence": _SURE,
        "unconfirmed": _UNCONFIRMED,
        "quoted": key("true：text 是原文", "true: text is verbatim"),
        "note": _NOTE,
    },
    "Span": {
        "months": key("多少个月", "months"),
        "days": key("多少日", "days"),
        "working_days": key("多少个工作日", "working days"),
        "times": key("可用几次", "how often"),
    },
    "ParameterShape": {
        "unit": key("单位，如 days、months", "unit, such as days or months"),
        "kind": key("local 本地标准，law 法定", "local, or law"),
        "values": key("各个数值，自何日起", "its values, each with its first day"),
        "by": key("按哪些类别分别取值", "the categories its values are for"),
        "because": key("为什么是这个数", "why this number"),
        "means": key("一句说明", "one line of meaning"),
        "approved_by": key("由谁批准", "who approved it"),
        "law": key("条文", "the article", "article"),
        "confidence": _SURE,
        "unconfirmed": _UNCONFIRMED,
        "label": key("名称", "name"),
    },
    "ParameterValue": {
        "from": _FROM,
        "until": _UNTIL,
        "value": key("数值", "the value"),
        "law": key("条文", "the article", "article"),
        "because": key("为什么是这个数", "why this number"),
    },
    "ExceptionShape": {
        "id": key("编号，如 E-2025-003", "id, such as E-2025-003"),
        "rule": key("哪条规则", "which rule", "rule"),
        "subject": key("对象的键", "key of the subject"),
        "reason": key("为什么不予处理", "why it is not acted upon"),
        "from": _FROM,
        "until": key("不再适用的第一天", "the first day it no longer holds"),
        "document": key("文号", "the document"),
        "approver": key("由谁批准", "who approved it"),
    },
    "FaultWords": {
        "words": key("定性的词", "words that state fault"),
        "instead": key("改写成什么", "what to write instead"),
        "unless": key("不算的说法", "phrases with such a word that are fine"),
    },
}  # fmt: skip
