"""Invented rules, tables and units for the report's tests: a city that does not exist.

Flows out: the parts of a sweep's manifest that describe rules, tables, units, sources and rejects.
Cases, people and unit names are made up; articles of law are short paraphrases.
"""

from __future__ import annotations

from typing import Any

AS_OF = "2024-12-31"
CUT_OFF = "2024-12-28"

UNITS = {
    "GA0101": "云栖市公安局",
    "GA0102": "云栖市公安局东湖分局",
    "GA0103": "云栖市公安局西岭分局",
    "JC0101": "云栖市人民检察院",
    "JC0102": "东湖区人民检察院",
    "JC0103": "西岭县人民检察院",
    "FY0101": "云栖市中级人民法院",
    "FY0102": "东湖区人民法院",
    "FY0103": "西岭县人民法院",
    "SF0102": "东湖区司法局",
    "KS0101": "云栖市看守所",
    "XF0101": "云栖市信访局",
}

_LAW = {
    "CPL-156": ("刑事诉讼法", "Criminal Procedure Law", "156", "2018-10-26", "high",
                "对犯罪嫌疑人逮捕后的侦查羁押期限不得超过二个月。案情复杂、期限届满不能终结的案件，可以经上一级人民检察院批准延长一个月。",
                "Custody for investigation after arrest may not exceed two months; one more month for complex cases with leave of the procuratorate one level up."),
    "CPL-175": ("刑事诉讼法", "Criminal Procedure Law", "175", "2018-10-26", "high",
                "对于补充侦查的案件，应当在一个月以内补充侦查完毕。补充侦查以二次为限。",
                "Supplementary investigation is to end within one month and may be ordered twice at most."),
    "CPL-162": ("刑事诉讼法", "Criminal Procedure Law", "162", "2018-10-26", "medium",
                "公安机关侦查终结的案件，应当移送同级人民检察院审查决定。",
                "A case whose investigation is concluded is transferred to the procuratorate of the same level for decision."),
    "GTZ-25": ("公安机关办理经济犯罪案件的若干规定", "Provisions on Handling Economic Crime Cases", "25", "2018-01-01", "high",
               "解除强制措施之日起十二个月以内，仍然不能移送审查起诉或者依法作其他处理的，应当撤销案件。",
               "A case not transferred or otherwise disposed of within twelve months after coercive measures end is to be withdrawn."),
    "FX-12": ("人民检察院行刑反向衔接工作指引", "Guidelines on Reverse Referral", "12", "2024-11-26", "medium",
              "决定不起诉的案件，应当在三个工作日以内移送行政检察部门审查。",
              "A case of non-prosecution is moved to the administrative department within three working days."),
    "PRL-53": ("看守所条例", "Regulations on Detention Centres", "43", "1990-03-17", "high",
               "人民法院作出有罪但不予羁押的判决后，应当立即释放被羁押人。",
               "A detained person is released at once after a judgment that does not call for custody."),
    "XFT-33": ("信访工作条例", "Regulations on Petitions", "33", "2022-05-01", "high",
               "信访事项应当自受理之日起六十日内办结。", "A petition is concluded within sixty days of acceptance."),
    "ZB-9": ("最高人民法院关于严格规范终结本次执行程序的规定", "Provisions on Ending the Present Enforcement", "9", "2016-12-01", "high",
             "终结本次执行程序后的五年内，执行法院应当每六个月通过网络执行查控系统查询一次被执行人的财产。",
             "For five years after enforcement is ended for lack of property the court queries the debtor's property every six months."),
}  # fmt: skip

# id: family, severity, grade, kind, subject, unit of measure, law, title, finds, why, check, misses
_RULES: dict[str, tuple[Any, ...]] = {
    "LONG-01": ("LONG", "medium", "A", "time_limit", "case", "days", [],
        ("一年以上未结案件", "Case open for more than one year"),
        ("立案（受理）超过十二个月仍未办结的案件", "Cases not closed twelve months after filing or acceptance"),
        ("久拖不决损害当事人权益", "Delay harms the parties"),
        ("核对是否已结未录入、有无中止事由", "Check whether it was closed but not entered, or lawfully suspended"),
        ("以虚假结案掩盖的积案", "Cases closed on paper only")),
    "LONG-03": ("LONG", "high", "B", "time_limit", "suspect", "days", ["GTZ-25"],
        ("解除强制措施满十二个月未处理", "Twelve months after the last measure ended, no disposition"),
        ("强制措施解除满十二个月，案件既未移送也未撤销", "Measures ended twelve months ago, the case neither transferred nor withdrawn"),
        ("当事人长期处于未决状态", "The person stays in limbo"),
        ("调阅案卷，核对有无移送、撤案或省级批准继续侦查的文书", "Read the file for a transfer, a withdrawal or provincial leave to go on"),
        ("另案处理而未录入的情形", "Disposition in another case that was not entered")),
    "CM-15": ("CM", "high", "B", "overlap", "person", "days", ["PRL-53"],
        ("判处非监禁刑或刑期届满仍在押", "Still in custody after a non-custodial sentence or after the term"),
        ("宣判非监禁刑后仍有羁押记录", "Custody recorded after a non-custodial sentence was announced"),
        ("涉及人身自由", "Personal liberty is concerned"),
        ("与看守所核对出所日期和另案羁押情况", "Check the day of release and custody in another case with the detention centre"),
        ("未录入看守所系统的羁押", "Custody not entered in the centre's system")),
    "INV-04": ("INV", "high", "A", "sequence", "case", "times", ["CPL-175"],
        ("退回补充侦查超过二次", "More than two returns for supplementary investigation"),
        ("同一案件退回补充侦查三次以上", "One case returned three times or more"),
        ("补充侦查以二次为限", "Two returns are the limit"),
        ("核对是否改变管辖后重新计算", "Check whether jurisdiction changed in between"),
        ("以撤回重报代替退回的情形", "Withdrawing and filing anew instead of returning")),
    "INV-06": ("INV", "medium", "A", "missing", "case", "days", ["CPL-162"],
        ("移送起诉后检察机关无受理记录", "Transferred but never accepted"),
        ("公安移送起诉满十日，检察机关无受理记录", "No acceptance by the procuratorate ten days after the transfer"),
        ("案件可能滞留在两个机关之间", "A case may be stuck between two agencies"),
        ("与案管部门核对收案登记", "Check the intake register"),
        ("关联失败造成的误报（见 DQ-08）", "False alarms from a failed link (see DQ-08)")),
    "PRO-05": ("PRO", "medium", "A", "any_of", "case", "working_days", ["FX-12"],
        ("不起诉案件未移送行政检察", "Reverse referral missed after non-prosecution"),
        ("不起诉后三个工作日内未移送行政检察部门", "Not moved to the administrative department within three working days"),
        ("不刑不罚，违法成本落空", "Neither punished nor fined"),
        ("核对移送登记与中止审查情况", "Check the register and any suspension of the review"),
        ("未录入的线下移送", "Transfers on paper that were not entered")),
    "EXE-03": ("EXE", "low", "A", "sequence", "case", "days", ["ZB-9"],
        ("终本后未按期查询财产", "No six-monthly query after enforcement was ended"),
        ("终本后五年内，相邻两次查询间隔超过六个月", "More than six months between two queries within five years"),
        ("可供执行的财产可能被遗漏", "Property may be overlooked"),
        ("核对网络查控系统日志", "Check the log of the query system"),
        ("线下查询未录入", "Queries by hand that were not entered")),
    "PET-04": ("PET", "medium", "B", "repeat", "matter", "times", ["XFT-33"],
        ("重复信访、集体访", "Repeat or collective petitions on one matter"),
        ("同一事项十二个月内三次以上来访", "One matter petitioned three times or more in twelve months"),
        ("矛盾尚未化解", "The dispute is not resolved"),
        ("核对历次答复与是否依法终结", "Check the replies and whether the matter was lawfully closed"),
        ("以不同姓名反映的同一事项", "The same matter under other names")),
    "PET-08": ("PET", "low", "B", "outlier", "unit", "rate", [],
        ("信访率明显高于同类单位", "Petition rate far above peers"),
        ("单位信访率超出同类单位上限", "A unit's rate lies beyond the fence of its peers"),
        ("可能存在普遍性问题", "There may be a systemic cause"),
        ("结合案件类型和辖区情况分析", "Read it with the mix of cases and the district"),
        ("案件量过小的单位", "Units with too few cases")),
    "HOT-06": ("HOT", "medium", "C", "repeat", "accused", "times", [],
        ("同一人员被多次举报", "Repeated reports on one officer"),
        ("十二个月内被举报三次以上", "Reported three times or more in twelve months"),
        ("需要纪检部门了解", "For the commission to know"),
        ("按规定移交，不得扩散", "Hand over as prescribed, do not spread"),
        ("以单位名义举报的情形", "Reports on the unit as such")),
    "DQ-02": ("DQ", "low", "A", "contradiction", "case", "days", [],
        ("跨系统日期不一致", "Dates differ across systems"),
        ("公安移送日与检察受理日相差超过三日", "Transfer by the police and acceptance by the procuratorate differ by more than three days"),
        ("日期差异可能掩盖退回不收", "A gap may hide a refused case"),
        ("比对两家系统的原始登记", "Compare both registers"),
        ("关联错误造成的差异", "Differences from a wrong link")),
    "DQ-08": ("DQ", "low", "none", "missing", "case", "days", [],
        ("案件关联缺失", "No link to the next stage"),
        ("已移送案件在下一环节找不到对应记录", "A transferred case has no record at the next stage"),
        ("关联缺失会使其他规则误报", "Missing links make other rules speak without cause"),
        ("按文书号、人员人工核对", "Look it up by document number and person"),
        ("移送外地的案件", "Cases sent to another region")),
    "ENT-04": ("ENT", "medium", "B", "query", "case", "days", [],
        ("刑民交叉疑似插手经济纠纷", "Criminal case overlapping a civil dispute"),
        ("同一当事人的刑事立案与民事诉讼交叉", "The same parties in a criminal and a civil case"),
        ("防止以刑事手段干预经济纠纷", "Criminal means are not for civil disputes"),
        ("审查立案依据", "Examine the grounds for filing"),
        ("以他人名义起诉的情形", "Suits in another name")),
    "EXE-07": ("EXE", "medium", "A", "missing", "judgment", "days", [],
        ("财产性判项应移送执行未移送", "Property judgment not sent for enforcement"),
        ("裁判生效九十日后无执行立案记录", "No enforcement case ninety days after the judgment took effect"),
        ("判项落空", "The judgment stays on paper"),
        ("核对移送执行登记", "Check the register of referrals"),
        ("已当庭缴清的情形", "Paid in court at once")),
}  # fmt: skip

FAMILIES = {
    "LONG": ("长期未结", "Long pending"),
    "CM": ("强制措施", "Coercive measures"),
    "INV": ("侦查活动", "Investigation"),
    "PRO": ("审查起诉", "Prosecution review"),
    "EXE": ("执行", "Enforcement"),
    "PET": ("信访", "Petitions"),
    "HOT": ("举报线索", "Hotline"),
    "DQ": ("数据质量", "Data quality"),
    "ENT": ("涉企案件", "Enterprises"),
}

_SUBJECTS = {
    "case": ("案件", "case"),
    "suspect": ("犯罪嫌疑人", "suspect"),
    "person": ("在押人员", "person held"),
    "matter": ("信访事项", "matter"),
    "unit": ("单位", "unit"),
    "accused": ("被举报人", "person reported"),
    "judgment": ("判项", "judgment item"),
}

_TABLES: dict[str, tuple[tuple[str, str], dict[str, tuple[str, str]]]] = {
    "case_main": (("案件主表", "cases"), {
        "case_id": ("案件内码", "case id"), "case_no": ("案号", "case number"), "cause_name": ("案由", "cause"),
        "file_date": ("立案日", "filed on"), "accept_date": ("受理日", "accepted on"),
        "case_status": ("状态", "status"), "close_date": ("结案日", "closed on"), "unit_code": ("办案单位", "unit"),
        "suspect_count": ("嫌疑人数", "number of suspects")}),
    "case_event": (("案件环节事件", "case events"), {
        "event_type": ("事件", "event"), "event_date": ("日期", "date"), "doc_no": ("文书号", "document"),
        "unit_code": ("单位", "unit")}),
    "time_limit_change": (("期限变更", "changes of limits"), {
        "change_type": ("变更种类", "kind"), "reason_code": ("事由", "reason"), "start_date": ("起", "from"),
        "end_date": ("止", "until"), "doc_no": ("文书号", "document")}),
    "coercive_measure": (("强制措施", "coercive measures"), {
        "person_name": ("姓名", "name"), "measure_type": ("措施", "measure"), "start_date": ("开始日", "from"),
        "end_date": ("解除日", "until"), "decide_unit": ("决定机关", "decided by")}),
    "custody_log": (("羁押记录", "custody log"), {
        "person_name": ("姓名", "name"), "in_date": ("入所日", "in"), "out_date": ("出所日", "out"),
        "place": ("羁押场所", "place")}),
    "petition": (("信访事项", "petitions"), {
        "received_date": ("登记日", "received on"), "channel": ("渠道", "channel"), "people_n": ("人数", "people"),
        "content": ("反映内容", "content")}),
    "hotline_clue": (("举报登记", "hotline reports"), {
        "received_date": ("登记日", "received on"), "accused_hash": ("被举报人令牌", "token"),
        "content": ("反映内容", "content")}),
}  # fmt: skip


def _text(pair: tuple[str, str]) -> dict[str, str]:
    return {"zh": pair[0], "en": pair[1]}


def rules() -> dict[str, Any]:
    """The manifest's description of each rule."""
    described: dict[str, Any] = {}
    for rule_id, (family, severity, grade, kind, subject, unit, law, *texts) in _RULES.items():
        title, finds, why, check, misses = (_text(pair) for pair in texts)
        described[rule_id] = {
            "version": 2 if rule_id == "INV-06" else 1,
            "title": title, "finds": finds, "why": why, "check": check, "misses": misses,
            "family": family, "family_label": _text(FAMILIES[family]),
            "severity": severity, "grade": grade, "kind": kind,
            "subject": subject, "subject_label": _text(_SUBJECTS[subject]), "measure_unit": unit,
            "law": [article(law_id) for law_id in law],
            "exclude": [{"zh": "嫌疑人全部在逃", "en": "all suspects at large"}] if family == "LONG" else [],
            "sql": f"WITH subject AS (\n  SELECT case_id, unit_code, file_date\n  FROM case_main\n)\n"
                   f"SELECT case_id AS subject_key -- {rule_id}\nFROM subject\nWHERE file_date < $1 AND 1 <> 2\nORDER BY 1",
        }  # fmt: skip
    return described


def article(law_id: str) -> dict[str, Any]:
    """One article as the manifest gives it."""
    zh, en, number, since, confidence, text_zh, text_en = _LAW[law_id]
    return {
        "id": law_id,
        "law": {"zh": zh, "en": en},
        "number": number,
        "text": {"zh": text_zh, "en": text_en},
        "from": since,
        "confidence": confidence,
    }


def tables() -> dict[str, Any]:
    """Labels of tables and columns, as the manifest gives them."""
    described: dict[str, Any] = {
        name: {"label": _text(label), "columns": {column: _text(pair) for column, pair in columns.items()}}
        for name, (label, columns) in _TABLES.items()
    }
    described["case_event"]["codes"] = {"event_type": {}}
    return described


def routes() -> dict[str, Any]:
    """Names of the routes of triage, as the manifest gives them."""
    names = {"special_team": ("专班", "special team"), "committee": ("执法监督科", "supervision section"),
             "procuratorate": ("检察院", "procuratorate"), "discipline": ("纪委监委", "discipline commission")}  # fmt: skip
    return {name: _text(pair) for name, pair in names.items()}


def sources() -> list[dict[str, Any]]:
    """Four exports: one late, one with rows that could not be read."""

    def file(name: str, rows: int, rejected: int = 0, left_out: int = 0, unread: int = 0) -> dict[str, Any]:
        return {"name": name, "sha256": "ab" * 32, "bytes": rows * 90, "encoding": "gb18030",
                "rows_in": rows, "rows_loaded": rows - rejected - left_out, "rows_rejected": rejected,
                "rows_left_out": left_out, "values_unread": unread, "notes": []}  # fmt: skip

    return [
        {"source": "police-cases", "agency": "公安机关", "exported_on": "2024-12-28",
         "files": [file("立案表20241228.csv", 4120, 3, 12, 5), file("强制措施20241228.xlsx", 1880)]},
        {"source": "procuratorate-cases", "agency": "检察机关", "exported_on": "2024-12-26",
         "files": [file("受理案件.csv", 2210, 0, 0, 1)]},
        {"source": "court-cases", "agency": "人民法院", "exported_on": "2024-11-30",
         "files": [file("审判案件.zip/民事.csv", 9022, 17), file("审判案件.zip/刑事.csv", 2466)]},
        {"source": "petitions", "agency": "信访部门", "exported_on": "2024-12-28",
         "files": [file("信访登记.xlsx", 760, 0, 40, 2)]},
    ]  # fmt: skip


def rejects() -> list[dict[str, Any]]:
    """Rejected rows and values, counted by file, column and reason."""
    return [
        {"source": "police-cases", "file": "立案表20241228.csv", "table": "case_main", "column": "case_id",
         "why": {"zh": "主键为空", "en": "the key is empty"}, "count": 3},
        {"source": "police-cases", "file": "立案表20241228.csv", "table": "case_main", "column": "file_date",
         "why": {"zh": "没有 2024-02-30 这一天", "en": "there is no day 2024-02-30"}, "count": 5},
        {"source": "procuratorate-cases", "file": "受理案件.csv", "table": "case_main", "column": "accept_date",
         "why": {"zh": "无法读作日期", "en": "cannot be read as a date"}, "count": 1},
        {"source": "court-cases", "file": "审判案件.zip/民事.csv", "table": "case_main", "column": "case_id",
         "why": {"zh": "主键重复", "en": "the key is there twice"}, "count": 17},
        {"source": "petitions", "file": "信访登记.xlsx", "table": "petition", "column": "people_n",
         "why": {"zh": "不是整数", "en": "is not a whole number"}, "count": 2},
    ]  # fmt: skip
