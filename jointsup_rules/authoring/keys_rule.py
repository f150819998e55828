"""The keys of a rule, but for those of its kinds."""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.authoring.keys import Keys, key

RULE: Mapping[str, Keys] = {
    "RuleShape": {
        "id": key("编号：类别加序号，如 CM-06，永不重用", "id: family and number, such as CM-06; never reused"),
        "version": key(
            "版本：整数，判断逻辑改了就加一", "version: a whole number, raised when the logic changes"
        ),
        "status": key(
            "状态：draft 起草，active 使用，retired 停用", "status: draft, active (runs by default) or retired"
        ),
        "family": key("类别：所在文件夹的名称", "family: the name of the folder", "family"),
        "title": key("名称", "name"),
        "finds": key("找什么，一句话", "what is found, in one sentence"),
        "why": key("为何重要", "why it matters"),
        "check": key("核实人怎样核对", "how a reviewer verifies it"),
        "misses": key("看不到什么", "what it cannot see"),
        "subject": key("对象：线索说的是谁", "subject: what a clue is about", "subject"),
        "detect": key("检出：一个种类，或 any_of", "detection: one kind, or any_of"),
        "severity": key(
            "严重程度：high、medium、low，或 {is: low, high: 条件}",
            "severity: high, medium or low, or {is: low, high: condition}",
            "judged",
        ),
        "grade": key(
            "性质：A 程序性，B 实体性或系统性，C 纪律性，none 数据本身；也可带条件",
            "grade: A procedural, B substantive or systemic, C discipline, none for the data itself",
            "judged",
        ),
        "reason": key(
            "理由：一句话，可直接写进函件；{花括号} 里放列名",
            "reason: a sentence that may go into a letter; {column} in braces",
        ),
        "keywords": key("检索用词", "keywords"),
        "owner": key("由谁负责", "who is responsible"),
        "law": key(
            "法条：rules/law/ 里的条文编号，打印当时有效的文本",
            "law: articles of rules/law/; the text then in force is printed",
            "article",
        ),
        "params": key("参数：名称 → 数值，以 $名称 引用", "parameters: name to value, written $name", "parameter"),
        "identity": key(
            "什么算同一条线索：默认 [subject]", "what makes two findings one clue: [subject] unless given", "identity"
        ),
        "scope": key("范围：查哪些对象，即分母；不写则全部", "scope: which subjects, the denominator; all if left out", "cond"),
        "exclude": key(
            "排除：合理的理由，计数并列出，不悄悄丢掉", "exclusions: lawful reasons, counted and listed, never dropped"
        ),
        "bands": key("档次：以最后一个成立的为准", "bands: the last one that is true names the band"),
        "measure": key("线索按它排序", "the number a clue is ranked by"),
        "evidence": key("依据：除对象本身的记录外还附上什么", "evidence: what is attached beside the subject's own row"),
        "examples": key(
            "示例：至少一个命中、一个不命中、一个边界，每个 exclude 一个",
            "examples: one found, one not, one on the edge, one per exclusion at least",
        ),
        "retired_because": key("为何停用", "why it was retired"),
        "successor": key("后继规则，没有则写 none", "the rule that follows it, or none", "rule"),
        "accept": key("对 check 的警告作出的说明", "warnings of check that the author has answered"),
    },
    "Detect": {
        "any_of": key("同一对象的几项具名检查", "several named tests of one subject"),
        "because": key("为什么要用 query", "why it takes a query"),
    },
    "Part": {
        "name": key("这一部分的名称", "name of this part"),
        "say": key("这一部分说什么", "what this part says"),
        "scope": key("这一部分只查哪些对象", "which subjects this part looks at", "cond"),
        "because": key("为什么要用 query", "why it takes a query"),
    },
    "Band": {
        "name": key("档次的名称", "name of the band"),
        "text": key("档次的文字，用在句子里", "its text, as sentences use it"),
        "when": key("何时属于这一档；不写则总是", "when it holds; always if left out", "judged"),
    },
    "Measure": {
        "value": key("数值表达式", "a number", "num finding"),
        "unit": key("单位", "its unit"),
    },
    "Exclusion": {
        "when": key("什么情形下排除", "when it takes a finding out", "judged"),
        "because": key("为什么排除，印在清单里", "why, as the lists print it"),
        "keep": key("true：保留线索并加标注", "true: the clue stays, marked"),
    },
    "Evidence": {
        "columns": key("附上哪些列", "columns", "column"),
        "rows": key("附上哪些关系的行", "relations whose rows are attached", "relation"),
    },
    "ParameterUse": {
        "name": key("rules/parameters.yaml 里的名称", "a name of rules/parameters.yaml", "parameter"),
        "by": key("按哪些列取值", "the columns its category is found by", "value"),
        "on": key("取哪一天的值；默认期间起算日", "the day its value holds on; the start of the period unless given", "day"),
    },
    "Accepted": {
        "code": key("警告的代码，如 JR231", "code of the warning, such as JR231"),
        "because": key("为什么可以不改", "why it may stay"),
    },
    "Examples": {
        "as_of": key("筛查日，全部示例共用", "the day all examples look from"),
        "cases": key("各个示例", "the examples"),
        "like": key("没有写明的列取这里的值", "columns of every row that does not name them"),
        "absent": key("哪些表没有提供", "tables that were not delivered", "table"),
        "exported_on": key("各表的导出日，默认 as_of", "the day a table was exported; as_of unless given"),
        "params": key("以这些数值代替参数", "values in place of parameters"),
        "calendar": key("放假的日子", "days off"),
    },
    "ExampleCase": {
        "name": key("说明理由的名称", "a name that gives the reason"),
        "given": key("极小的表：没写的列为空，没写的表没有行", "tiny tables; columns not named are empty, tables not named have no row"),
        "expect": key("范围内的每一个对象及其结果；或 not_evaluated", "every subject in scope and its outcome; or not_evaluated"),
        "as_of": key("这个示例的筛查日", "the day this example looks from"),
        "like": key("没有写明的列取这里的值", "columns of every row that does not name them"),
        "absent": key("哪些表没有提供", "tables that were not delivered", "table"),
        "exported_on": key("各表的导出日，默认 as_of", "the day a table was exported; as_of unless given"),
        "params": key("以这些数值代替参数", "values in place of parameters"),
        "calendar": key("放假的日子", "days off"),
    },
}  # fmt: skip

# What an entry of `expect` may say of a subject.
EXPECT: Keys = {
    "subject": key("对象的键，几部分以 | 相连", "the subject's key, its parts joined by |"),
    "outcome": key("结果", "its outcome"),
    "part": key("检出的部分", "the part that found it"),
    "started_on": key("起算日", "the day it starts"),
    "due_on": key("届满日", "its last day"),
    "ended_on": key("办成或结束之日", "the day it ended"),
    "over_days": key("超过几天", "days over"),
    "measure": key("排序的数值", "the number it is ranked by"),
    "band": key("档次", "its band"),
    "severity": key("严重程度", "its severity"),
    "grade": key("性质", "its grade"),
    "confidence": key("把握，0 到 1", "confidence, 0 to 1"),
    "reason_zh": key("中文理由", "the reason in Chinese"),
    "reason_en": key("英文理由", "the reason in English"),
    "because": key("排除的事由", "the exclusion's because"),
    "missing": key("缺哪些列", "the columns that are missing"),
    "working": key("计算过程的各行", "the lines of the calculation"),
}
OUTCOMES = ("hit", "clear", "running", "due_soon", "excluded", "cannot_tell", "out_of_scope")

# Words of a finding that exclusions, bands, severity, grade and sentences may use.
FINDING: Mapping[str, tuple[str, str, str]] = {
    "started_on": ("day", "起算日", "the day it starts"),
    "due_on": ("day", "届满日", "its last day"),
    "ended_on": ("day", "办成或结束之日", "the day it ended"),
    "over_days": ("num", "超过几天", "days over"),
    "measure": ("num", "排序的数值", "the number it is ranked by"),
    "part": ("text", "检出的部分", "the part that found it"),
    "band": ("text", "档次", "its band"),
    "confidence": ("num", "把握，0 到 1", "confidence, 0 to 1"),
}
DAYS: Mapping[str, tuple[str, str, str]] = {
    "as_of": ("day", "筛查日", "the day of the sweep"),
    "seen_until": ("day", "筛查日与导出日中较早的", "the earlier of the sweep's day and the export's"),
    "cut_off": ("day", "数据截止日", "cut-off day of the data"),
}
IDENTITY: Mapping[str, tuple[str, str]] = {
    "subject": ("对象：一个对象一条线索", "the subject: one clue each"),
    "part": ("检出的部分", "the part that found it"),
    "row": ("关系的一行（写了 each 的）", "the related row, where there is `each`"),
    "segment": ("时钟的一段", "the segment of a clock"),
    "window": ("repeat 的一段", "the window of a repeat"),
    "started_on": ("起算日", "the day it starts"),
}
