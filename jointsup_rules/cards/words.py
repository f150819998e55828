"""The words of model cards, in both languages: headings, labels, and sentences with {places}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jointsup_rules.problems import Language, Text

WORDS: Mapping[str, Text] = {
    # the page
    "model": Text("{title}监督模型", "{title}: supervision model"),
    "card": Text("模型说明", "Model card"),
    "cards": Text("监督模型说明", "Model cards"),
    "language": Text("语言", "Language"),
    "index": Text("全部模型", "All models"),
    "contents": Text("目录", "Contents"),
    "skip": Text("跳到正文", "Skip to the content"),
    "as_of": Text("法律和参数以 {day} 为准", "Law and parameters as of {day}"),
    "standing": Text(
        "线索只提示一处需要核实的情况，不认定任何单位或个人有过错；核实之前不作结论。",
        "A clue asks for a check. It does not find fault with any person or unit, and nothing is settled until it has been"
        " verified.",
    ),
    "none": Text("无", "none"),
    "not_said": Text("规则没有写明", "not said in the rule"),
    "version": Text("第 {n} 版", "version {n}"),
    # facts
    "name": Text("模型名称", "Name of the model"),
    "family": Text("监督领域", "Field of supervision"),
    "subject": Text("监督对象", "About"),
    "unit": Text("被监督单位", "Supervised unit"),
    "unit.by": Text("按“{unit}”列出", "listed by '{unit}'"),
    "owner": Text("应用单位", "Used by"),
    "keywords": Text("关键词", "Keywords"),
    "status": Text("状态", "Status"),
    "status.draft": Text("起草", "draft"),
    "status.active": Text("启用", "active"),
    "status.retired": Text("停用", "retired"),
    "status.replaced": Text("已被取代", "replaced"),
    "file": Text("规则文件", "Rule file"),
    "retired_because": Text("停用原因", "Retired because"),
    "successor": Text("后继规则", "Successor"),
    "problem": Text("目前不能运行", "It does not run at present"),
    # gist
    "gist": Text("要旨", "Gist"),
    "gist.data": Text(
        "本模型比对{tables}，逐一筛查“{subject}”，供{owner}核查。",
        "The model lays {tables} side by side and looks at each of '{subject}', for {owner} to check.",
    ),
    "gist.own": Text(
        "本模型逐一筛查{tables}中的“{subject}”，供{owner}核查。",
        "The model looks at each of '{subject}' in {tables}, for {owner} to check.",
    ),
    "owner.none": Text("使用单位", "whoever uses it"),
    "tables.none": Text("数据", "the data"),
    "background": Text("基本情况", "Background"),
    "why": Text("为什么监督", "Why it matters"),
    "scope": Text("监督范围", "Whom it is about"),
    "scope.all": Text("全部“{subject}”", "every '{subject}'"),
    "scope.where": Text("“{subject}”中：{scope}", "of '{subject}' those where {scope}"),
    # points
    "points": Text("监督点", "Points of supervision"),
    "point.scope": Text("只看：{scope}", "Only where {scope}"),
    "point.no_limit": Text("不涉及期限", "No time limit is involved"),
    "basis": Text("依据：{law}", "Basis: {law}"),
    "basis.none": Text("依据：本地管理要求，没有对应条文", "Basis: a local requirement, no article fixes it"),
    # data
    "data": Text("数据来源与数据要素", "Data sources and data elements"),
    "data.lead": Text(
        "下表由编译后的规则生成：经由关联、派生值和期限时钟，规则真正读取的列。",
        "Made from the compiled rule: the columns it really reads, through relations, derived values and clocks.",
    ),
    "data.none": Text(
        "规则不能编译，读取哪些数据无从得知。", "The rule does not compile, so what it reads is not known."
    ),
    "data.source": Text("来源系统", "Source"),
    "data.agency": Text("提供单位", "Provided by"),
    "data.table": Text("数据表", "Table"),
    "data.field": Text("要素（字段）", "Element (field)"),
    "data.column": Text("列名", "Column"),
    "data.type": Text("类型", "Type"),
    "data.sensitivity": Text("敏感级别", "Sensitivity"),
    "data.use": Text("用途", "Use"),
    "data.decides": Text("筛查", "screening"),
    "data.attached": Text("只附在线索上", "shown with the clue only"),
    "data.rows_attached": Text("整行附在线索上，不参与筛查", "rows go with the clue and decide nothing"),
    "data.rows_only": Text("只看有无记录", "only whether there is a row"),
    "data.no_source": Text("本工作区没有声明来源", "no source is declared in this workspace"),
    "data.files": Text("文件 {files}", "files {files}"),
    "type.text": Text("文字", "text"),
    "type.integer": Text("整数", "integer"),
    "type.decimal": Text("小数", "decimal"),
    "type.boolean": Text("是否", "yes or no"),
    "type.date": Text("日期", "date"),
    "type.timestamp": Text("时间", "time"),
    "type.code": Text("代码", "code"),
    "S0": Text("S0 程序信息", "S0 procedural"),
    "S1": Text("S1 内部信息", "S1 internal"),
    "S2": Text("S2 个人信息", "S2 personal"),
    "pseudonym": Text("导入时换成假名", "replaced by a pseudonym at import"),
    "mask.none": Text("按原值显示", "shown as it is"),
    "mask.name": Text("只显示姓", "family name alone is shown"),
    "mask.short": Text("只显示开头", "only its beginning is shown"),
    "mask.hide": Text("不显示", "hidden"),
    # steps
    "steps": Text("数据分析步骤", "Steps of analysis"),
    "step.1": Text("第一步　数据归集与清洗", "Step 1: gathering and cleaning"),
    "step.2": Text("第二步　要素碰撞", "Step 2: laying records side by side"),
    "step.3": Text("第三步　规则筛查", "Step 3: screening"),
    "step.4": Text("第四步　排除合法事由", "Step 4: lawful reasons taken out"),
    "step.5": Text("第五步　人工核查", "Step 5: check by a person"),
    "step.gather": Text(
        "归集{tables}。读不出的行和值不丢弃，记入清单并计数；读不出的值按“不知道”处理。",
        "Gather {tables}. Rows and values that cannot be read are listed and counted, not dropped; such a value counts as"
        " unknown.",
    ),
    "step.scope": Text("取{scope}。", "Take {scope}."),
    "step.seen": Text(
        "以筛查日为准：筛查日之后才知道的记录和日期不计。",
        "As of the day of the sweep: records and days that became known after it do not count.",
    ),
    "collision": Text("“{left}”与“{right}”", "'{left}' with '{right}'"),
    "collision.keys": Text("按 {keys}", "by {keys}"),
    "collision.when": Text("，限{when}", ", where {when}"),
    "collision.none": Text(
        "不与其他记录碰撞，只看每一对象自己的记录。", "No other records: each is judged by its own."
    ),
    "collision.query": Text("按下列查询语句中的连接碰撞。", "As the statement below joins them."),
    "values": Text("由此得出", "From these"),
    "values.of": Text("{subject}：{name}", "{name} ({subject})"),
    "identity": Text("归为一条线索的：{identity}", "One clue for each {identity}"),
    "measure": Text("排序用的数值：{measure}", "Ranked by {measure}"),
    "cannot_tell": Text(
        "判断所需的值不知道的，记为“无法判断”并指出缺哪一列，不作未发现处理。",
        "Where a value that decides is unknown the answer is 'cannot be told', with the column that is missing; never"
        " 'clear'.",
    ),
    "exclude.none": Text("没有排除事由。", "There are no lawful reasons to take out."),
    "exclude.when": Text("认定条件：{when}", "holds where {when}"),
    "exclude.out": Text("不列为线索，计数并列出", "no clue; counted and listed"),
    "exclude.keep": Text("保留线索，加标记", "the clue stays, marked"),
    # diagram
    "diagram": Text("思维导图", "Diagram"),
    "diagram.source": Text("数据来源", "Sources"),
    "diagram.comparison": Text("碰撞比对", "Comparison"),
    "diagram.condition": Text("筛查条件", "Condition"),
    "diagram.clue": Text("线索", "Clue"),
    "diagram.disposition": Text("核查处置", "Disposition"),
    "diagram.own": Text("对象自己的记录", "its own records"),
    "diagram.query": Text("查询语句中的连接", "joins of the statement"),
    "diagram.exclude": Text("排除：{because}", "not: {because}"),
    "diagram.severity": Text("严重度 {severity}", "severity {severity}"),
    "diagram.grade": Text("处置等级 {grade}", "grade {grade}"),
    "diagram.more": Text("另有 {n} 项", "{n} more"),
    "diagram.check": Text("人工核查：{check}", "Check: {check}"),
    # clue
    "check": Text("线索核查要点", "How to verify a clue"),
    "check.exclude": Text(
        "同时核对有无下列合法事由：", "See also whether one of these lawful reasons holds:"
    ),
    "check.reason": Text("线索的说明句", "What a clue says"),
    "check.attached": Text("随线索附上：{rows}", "Attached to a clue: {rows}"),
    "misses": Text("看不到什么", "What it cannot see"),
    "disposition": Text("线索处置", "Disposition"),
    "severity": Text("严重度", "Severity"),
    "grade": Text("处置等级", "Grade"),
    "bands": Text("档次", "Bands"),
    "route": Text("移送", "Route"),
    "documents": Text("文书", "Documents"),
    "route.none": Text(
        "本工作区还没有写明（rules/triage.yaml、rules/workflow.yaml）",
        "not laid down in this workspace yet (rules/triage.yaml, rules/workflow.yaml)",
    ),
    "level.high": Text("高", "high"),
    "level.medium": Text("中", "medium"),
    "level.low": Text("低", "low"),
    "level.A": Text("A", "A"),
    "level.B": Text("B", "B"),
    "level.C": Text("C", "C"),
    "level.none": Text("不分级", "ungraded"),
    # examples
    "examples": Text("示例", "Examples"),
    "examples.lead": Text(
        "{n} 个示例，数据均为虚构；本说明生成时逐一运行，{held} 个相符。",
        "{n} examples with invented data, each run while this card was made; {held} hold.",
    ),
    "examples.as_of": Text("筛查日 {day}，另有说明的除外。", "As of {day} unless said otherwise."),
    "examples.common": Text("各示例共同的值", "Common to all"),
    "examples.none": Text("规则没有示例，无法核对。", "The rule has no examples and cannot be verified."),
    "example.given": Text("给定数据", "Given"),
    "example.expected": Text("应得结果", "Expected"),
    "example.result": Text("运行结果", "Result"),
    "example.holds": Text("相符", "holds"),
    "example.differs": Text("不符", "differs"),
    "example.no_rows": Text("没有记录", "no rows"),
    "example.as_common": Text("只有共同的值", "the common values alone"),
    "example.subject": Text("{subject}：{outcome}", "{subject}: {outcome}"),
    # law
    "law": Text("法律法规依据", "Legal basis"),
    "law.none": Text(
        "没有对应条文；所用数值是本地管理要求，见“参数”。",
        "No article; the numbers are local requirements, see the parameters.",
    ),
    "law.quoted": Text("原文", "Text"),
    "law.gist": Text("大意", "In substance"),
    "law.since": Text("{day} 起施行", "in force from {day}"),
    "law.until": Text("{day} 起不再适用", "no longer from {day}"),
    "law.not_in_force": Text("{day} 没有有效文本", "no text in force on {day}"),
    "law.others": Text("其他版本", "Other versions"),
    "law.confidence": Text("文本可信度：{confidence}", "confidence in the text: {confidence}"),
    "law.checked": Text("核对于 {day}", "checked on {day}"),
    "law.unconfirmed": Text(
        "未确认，印发文书前须核对原文", "not confirmed: see the source before printing a document"
    ),
    # parameters
    "parameters": Text("参数", "Parameters"),
    "parameters.none": Text("规则没有参数。", "The rule has no parameters."),
    "parameter": Text("参数", "Parameter"),
    "parameter.value": Text("数值", "Value"),
    "parameter.span": Text("适用时间", "In force"),
    "parameter.kind": Text("性质", "Kind"),
    "parameter.because": Text("理由或依据", "Reason or basis"),
    "parameter.approved": Text("批准", "Approved by"),
    "kind.local": Text("本地阈值", "local threshold"),
    "kind.law": Text("法定数值", "number of the law"),
    "kind.own": Text("规则自带", "the rule's own"),
    "span.from": Text("{day} 起", "from {day}"),
    "span.between": Text("{day} 至 {until}（不含）", "from {day} until {until} (not included)"),
    "span.always": Text("一直", "always"),
    "not_recorded": Text("没有记载", "not recorded"),
    # versions
    "versions": Text("版本", "Versions"),
    "versions.none": Text(
        "当前第 {n} 版；还没有经批准的版本记录（rules/rules.lock）。",
        "Version {n} at present; no approved version is on record yet (rules/rules.lock).",
    ),
    "versions.version": Text("版本", "Version"),
    "versions.by": Text("起草", "Written by"),
    "versions.approved_by": Text("批准", "Approved by"),
    "versions.on": Text("启用日", "Active from"),
    "versions.figures": Text("批准时的回溯测试", "Backtest at approval"),
    # figures
    "figures": Text("监督成效与运行情况", "Results so far"),
    "figures.none": Text("还没有筛查过。", "It has not been swept yet."),
    "figures.last": Text(
        "最近一次筛查：数据集 {dataset}，截至 {day}，第 {n} 版。",
        "Last sweep: dataset {dataset}, as of {day}, version {n}.",
    ),
    "figures.not_run": Text("该次筛查未能评估：{why}", "It was not evaluated then: {why}"),
    "figures.trend": Text("历次筛查", "Sweeps so far"),
    "figures.as_of": Text("截至", "As of"),
    "figures.ledger": Text("线索办理", "What became of the clues"),
    "figures.no_ledger": Text(
        "移送、成案等办理情况尚无台账数据。", "There is no ledger yet to say what became of the clues."
    ),
    "in_scope": Text("范围内", "in scope"),
    "hit": Text("列为线索", "found"),
    "clear": Text("未发现", "clear"),
    "excluded": Text("有排除事由", "excluded"),
    "cannot_tell.n": Text("无法判断", "cannot be told"),
    "running": Text("尚未届满", "running"),
    "due_soon": Text("其中即将届满", "of these due soon"),
    # security
    "security": Text("推广条件与数据安全", "Conditions of use and data security"),
    "security.needs": Text(
        "运用本模型须有下列数据：{tables}。缺表或缺列时，规则记为“未评估”，不作未发现处理。",
        "The model needs {tables}. Where a table or column is missing the rule is 'not evaluated', never 'clear'.",
    ),
    "security.counts": Text(
        "所读字段：S0 程序信息 {s0} 个，S1 内部信息 {s1} 个，S2 个人信息 {s2} 个。",
        "Fields read: {s0} procedural (S0), {s1} internal (S1), {s2} personal (S2).",
    ),
    "security.personal": Text("个人信息字段：", "Personal fields:"),
    "security.none": Text("不读取个人信息字段。", "No personal field is read."),
    "security.C": Text(
        "本模型可能产生 C 级线索：只写入限制阅看的文件夹，报告和清单中不出现。",
        "Clues of grade C may come of it: they are kept in the restricted folder and left out of report and lists.",
    ),
    "security.keep": Text(
        "身份号码在导入时换成假名，原值不进入数据集；示例均为虚构。",
        "Identity numbers are replaced at import and never enter the dataset; the examples are invented.",
    ),
    # index
    "site.search": Text("搜索编号、名称、关键词", "Search id, name, keywords"),
    "site.all": Text("全部", "all"),
    "site.shown": Text("{n} 条中的 {shown} 条", "{shown} of {n}"),
    "site.nothing": Text("没有符合的模型。", "No model fits."),
    "site.clear": Text("清除", "Clear"),
    "site.id": Text("编号", "Id"),
    "site.title": Text("模型", "Model"),
    "site.examples": Text("示例", "Examples"),
    "site.hits": Text("最近线索", "Last clues"),
    "site.as_of": Text("截至 {day}", "as of {day}"),
    "site.count": Text("{n} 个模型，{families} 个监督领域", "{n} models in {families} fields of supervision"),
    "site.markdown": Text("Markdown 版", "as Markdown"),
}


def say(key: str, lang: Language, **places: Any) -> str:
    """Return an entry in a language, its places filled in.

    Raises:
        KeyError: there is no such entry, or it has a place that was not given.

    Example:
        >>> say("version", "en", n=2)
        'version 2'
    """
    words = WORDS[key].in_language(lang)
    return words.format(**places) if places else words
