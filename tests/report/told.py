# ruff: noqa: E501 (sentences in two languages are easier to compare on one line)
"""The story of a small sweep, told by hand, and of a large one, drawn from a seed.

Flows out: `Told`, rows in the columns a sweep writes.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pyarrow as pa

from . import invented

_TEXT, _DAY, _WHOLE, _NUMBER, _YES_NO = pa.string(), pa.date32(), pa.int64(), pa.float64(), pa.bool_()

CLUES = pa.schema([
    ("clue_id", _TEXT), ("rule_id", _TEXT), ("rule_version", _WHOLE), ("title", _TEXT), ("severity", _TEXT),
    ("grade", _TEXT), ("state", _TEXT), ("subject", _TEXT), ("subject_key", _TEXT), ("case_no", _TEXT),
    ("unit", _TEXT), ("handler", _TEXT), ("measure", _NUMBER), ("measure_unit", _TEXT), ("confidence", _NUMBER),
    ("started_on", _DAY), ("due_on", _DAY), ("ended_on", _DAY), ("over_days", _WHOLE), ("reason_zh", _TEXT),
    ("reason_en", _TEXT), ("law", _TEXT), ("exception_id", _TEXT), ("first_seen_on", _DAY),
    ("last_seen_on", _DAY), ("times_seen", _WHOLE),
])  # fmt: skip
EVIDENCE = pa.schema([
    ("clue_id", _TEXT), ("role", _TEXT), ("table", _TEXT), ("row_key", _TEXT), ("file", _TEXT),
    ("line", _WHOLE), ("values", _TEXT),
])  # fmt: skip
WORKING = pa.schema([
    ("clue_id", _TEXT), ("step_no", _WHOLE), ("step", _TEXT), ("from_on", _DAY), ("to_on", _DAY),
    ("days", _WHOLE), ("article", _TEXT), ("document", _TEXT), ("honoured", _YES_NO), ("note", _TEXT),
])  # fmt: skip
OUTCOMES = pa.schema([
    ("rule_id", _TEXT), ("rule_version", _WHOLE), ("status", _TEXT), ("why", _TEXT), ("in_scope", _WHOLE),
    ("hit", _WHOLE), ("clear", _WHOLE), ("excluded", _WHOLE), ("cannot_tell", _WHOLE), ("running", _WHOLE),
    ("due_soon", _WHOLE),
])  # fmt: skip
NOT_CLEAR = pa.schema([
    ("rule_id", _TEXT), ("subject", _TEXT), ("subject_key", _TEXT), ("case_no", _TEXT), ("unit", _TEXT),
    ("handler", _TEXT), ("outcome", _TEXT), ("why", _TEXT), ("started_on", _DAY), ("due_on", _DAY),
])  # fmt: skip
GONE = pa.schema([*CLUES, ("why", _TEXT)])
TRIAGE = pa.schema([
    ("clue_id", _TEXT), ("dossier_id", _TEXT), ("priority", _TEXT), ("route", pa.list_(_TEXT)), ("grade", _TEXT),
    ("because", _TEXT),
])  # fmt: skip
DOSSIERS = pa.schema([
    ("dossier_id", _TEXT), ("kind", _TEXT), ("key", _TEXT), ("n_clues", _WHOLE), ("n_rules", _WHOLE),
    ("units", pa.list_(_TEXT)), ("priority", _TEXT), ("grade", _TEXT), ("route", pa.list_(_TEXT)), ("because", _TEXT),
])  # fmt: skip
_PRIORITIES = ("urgent", "high", "normal", "low")

Row = dict[str, Any]


def clue_id(rule_id: str, *identity: str) -> str:
    """The id a sweep gives a clue."""
    return f"{rule_id}-{sha256(chr(31).join((rule_id, *identity)).encode()).hexdigest()[:12]}"


def dossier_id(case: str, secret: str = "") -> str:
    """The id triage gives the dossier of a case."""
    return f"D-{sha256(chr(31).join(('case_no', case, secret)).encode()).hexdigest()[:12]}"


class Told:
    """Rows gathered while a folder is told; turned into files at the end."""

    def __init__(self) -> None:
        self.rules = invented.rules()
        self.clues: list[Row] = []
        self.evidence: list[Row] = []
        self.working: list[Row] = []
        self.others: list[Row] = []
        self.gone: list[Row] = []
        self.clear = 40
        self.failed: dict[str, tuple[str, Row]] = {
            "ENT-04": ("not_evaluated", {"zh": "数据集中没有表 case_party（当事人）", "en": "the dataset has no table case_party"}),
            "EXE-07": ("failed", {"zh": "JR301 超过规则的内存限额 512 MB", "en": "JR301 over the rule's memory limit of 512 MB"}),
        }  # fmt: skip

    def clue(self, rule: str, key: str, **values: Any) -> None:
        about = self.rules[rule]
        self.clues.append({
            "clue_id": clue_id(rule, key), "rule_id": rule, "rule_version": about["version"],
            "title": about["title"]["zh"], "severity": about["severity"], "grade": about["grade"], "state": "new",
            "subject": about["subject"], "subject_key": key, "measure": values.get("over_days"),
            "measure_unit": about["measure_unit"], "confidence": 1.0,
            "law": "、".join(article["id"] for article in about["law"]), "first_seen_on": _day(invented.AS_OF),
            "last_seen_on": _day(invented.AS_OF), "times_seen": 1, **values,
        })  # fmt: skip

    def row(
        self, rule: str, key: str, role: str, table: str, row_key: str, file: str, values: Row, line: int = 2
    ) -> None:
        self.evidence.append({
            "clue_id": clue_id(rule, key), "role": role, "table": table, "row_key": row_key, "file": file,
            "line": line, "values": json.dumps(values, ensure_ascii=False),
        })  # fmt: skip

    def step(self, rule: str, key: str, step: str, **values: Any) -> None:
        known = clue_id(rule, key)
        number = 1 + sum(1 for line in self.working[-12:] if line["clue_id"] == known)
        self.working.append({"clue_id": known, "step_no": number, "step": step, **values})

    def not_clear(self, rule: str, outcome: str, key: str, **values: Any) -> None:
        why = values.pop("why", None)
        self.others.append({
            "rule_id": rule, "subject": self.rules[rule]["subject"], "subject_key": key, "outcome": outcome,
            "why": json.dumps(why, ensure_ascii=False) if why else None, **values,
        })  # fmt: skip

    def files(self) -> dict[str, tuple[pa.Schema, Sequence[Row]]]:
        return {
            "clues": (CLUES, self.clues), "evidence": (EVIDENCE, self.evidence),
            "working": (WORKING, self.working), "outcomes": (OUTCOMES, self._outcomes()),
            "not_clear": (NOT_CLEAR, self.others), "gone": (GONE, self.gone),
            "triage": (TRIAGE, self._triage()), "dossiers": (DOSSIERS, self._dossiers()),
        }  # fmt: skip

    def _triage(self) -> list[Row]:
        """A dossier per case; those of several clues are composite and raised to B, those of grade C stand apart."""
        rows = []
        cases = Counter(_case_of(clue) for clue in self.clues)
        for clue in self.clues:
            n, secret = cases[_case_of(clue)], clue["grade"] == "C"
            because = (
                [
                    {
                        "rule": "T-01",
                        "zh": f"同一案件有{n}条线索，合为一卷",
                        "en": f"{n} clues in one case: one dossier",
                    }
                ]
                if n > 1
                else []
            )
            rows.append({
                "clue_id": clue["clue_id"], "dossier_id": dossier_id(_case_of(clue), "C" if secret else ""),
                "priority": "urgent" if n > 1 else "high" if clue["severity"] == "high" else "normal",
                "route": ["special_team", "committee"] if n > 1 else ["discipline"] if secret else ["procuratorate"],
                "grade": "C" if secret else "B" if n > 1 else clue["grade"], "because": json.dumps(because, ensure_ascii=False),
            })  # fmt: skip
        return rows

    def _dossiers(self) -> list[Row]:
        members: dict[str, list[tuple[Row, Row]]] = {}
        for row, clue in zip(self._triage(), self.clues, strict=True):
            members.setdefault(row["dossier_id"], []).append((row, clue))
        dossiers = [
            {"dossier_id": one, "kind": "case_no" if own[0][1]["case_no"] else "subject_key", "key": _case_of(own[0][1]),
             "n_clues": len(own), "n_rules": len({clue["rule_id"] for _, clue in own}), "units": [],
             "priority": own[0][0]["priority"], "grade": own[0][0]["grade"], "route": own[0][0]["route"],
             "because": own[0][0]["because"]}
            for one, own in members.items()
        ]  # fmt: skip
        return sorted(
            dossiers, key=lambda one: (_PRIORITIES.index(one["priority"]), -one["n_clues"], one["dossier_id"])
        )

    def _outcomes(self) -> list[Row]:
        hits = Counter(clue["rule_id"] for clue in self.clues)
        others = Counter((row["rule_id"], row["outcome"]) for row in self.others)
        rows: list[Row] = []
        for number, (rule, about) in enumerate(self.rules.items()):
            row: Row = {"rule_id": rule, "rule_version": about["version"], "status": "ran"}
            if rule in self.failed:
                row["status"], why = self.failed[rule]
                rows.append({**row, "why": json.dumps(why, ensure_ascii=False)})
                continue
            soon = others[rule, "due_soon"]
            counts = {"hit": hits[rule], "clear": self.clear * (number + 1), "excluded": others[rule, "excluded"],
                      "cannot_tell": others[rule, "cannot_tell"], "running": soon + number}  # fmt: skip
            rows.append({**row, **counts, "due_soon": soon, "in_scope": sum(counts.values())})
        return rows


def tell_small(told: Told) -> None:
    """Twelve clues over nine rules and one of grade C."""
    for tell in (_tell_long, _tell_custody, _tell_investigation, _tell_records, _tell_petitions):
        tell(told)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _case_of(clue: Row) -> str:
    return str(clue["case_no"] or clue["subject_key"])


def _tell_long(told: Told) -> None:
    for key, number, unit, filed, state, seen in (
        (
            "GA:2023-0117",
            "栖公东刑立字〔2023〕117号",
            "GA0102",
            "2023-06-05",
            "continuing",
            ("2024-07-31", 6),
        ),
        ("FY:2021-0931", "（2021）栖0103民初931号", "FY0103", "2021-09-14", "changed", ("2024-03-31", 9)),
        ("FY:2023-1204", "（2023）栖0102民初1204号", "FY0102", "2023-12-20", "new", ("2024-12-31", 1)),
    ):
        due = filed.replace(filed[:4], str(int(filed[:4]) + 1))
        paused = 92 if key.startswith("FY:2021") else 0
        age, over = (_day(invented.AS_OF) - _day(filed)).days, (_day(invented.AS_OF) - _day(due)).days
        band, band_en = ("两年以上", "over two years") if paused else ("一年以上", "over one year")
        told.clue("LONG-01", key, case_no=number, unit=unit, handler="H000" + key[-3:], state=state,
                  grade="B" if paused else "A", severity="high" if paused else "medium",
                  started_on=_day(filed), due_on=_day(due), over_days=over, measure=age,
                  reason_zh=f"{number}于{filed}立案，至{invented.AS_OF}已{age}天，扣除中止等{paused}天后净{age - paused}天，属{band}。",
                  reason_en=f"{number} was filed on {filed}; {age} days by {invented.AS_OF}, {age - paused} net of {paused} days suspended ({band_en}).",
                  exception_id="E-2024-003" if paused else None,
                  first_seen_on=_day(seen[0]), times_seen=seen[1])  # fmt: skip
        told.row("LONG-01", key, "subject", "case_main", key, "立案表20241228.csv", {
            "case_id": key, "case_no": number, "cause_name": "合同诈骗罪" if key[0] == "G" else "建设工程施工合同纠纷",
            "file_date": filed, "accept_date": filed, "case_status": "在办", "close_date": None, "unit_code": unit},
            line=118)  # fmt: skip
        if paused:
            told.row("LONG-01", key, "pauses", "time_limit_change", "T88", "审判案件.zip/民事.csv", {
                "change_type": "中止", "reason_code": "等待另案结果", "start_date": "2022-03-01",
                "end_date": "2022-06-01", "doc_no": "（2021）栖0103民初931号之一"}, line=4410)  # fmt: skip
        for line, (event, on) in enumerate(
            (("立案", filed), ("指定承办人", filed), ("第一次开庭", "2024-02-27"))
        ):
            told.row("LONG-01", key, "events", "case_event", f"E{line + 31}", "审判案件.zip/刑事.csv",
                     {"event_type": event, "event_date": on, "doc_no": None, "unit_code": unit}, line=210 + line)  # fmt: skip
        told.step("LONG-01", key, "start", from_on=_day(filed), note="自立案日起算，当日不计")
        told.step("LONG-01", key, "base", to_on=_day(due), note='{"zh": "十二个月", "en": "twelve months"}')
        if paused:
            told.step("LONG-01", key, "exclude", from_on=_day("2022-03-01"), to_on=_day("2022-06-01"), days=92,
                      document="（2021）栖0103民初931号之一", honoured=True, note="毛龄不扣，净龄扣除")  # fmt: skip
        told.step("LONG-01", key, "due", to_on=_day(due))
        told.step("LONG-01", key, "over", from_on=_day(due), to_on=_day(invented.AS_OF), days=over)


def _tell_custody(told: Told) -> None:
    key = "P-7f21|CM:2024-0045"
    told.clue("CM-15", key, case_no="（2024）栖0102刑初45号", unit="FY0102", handler="H000812", over_days=3,
              measure=3, started_on=_day("2024-11-20"), due_on=_day("2024-11-20"), ended_on=_day("2024-11-23"),
              reason_zh="（2024）栖0102刑初45号于2024-11-20宣告缓刑，羁押记录显示2024-11-23出所，其间3天，请核实释放时间。",
              reason_en="A suspended sentence was announced in （2024）栖0102刑初45号 on 2024-11-20; the log shows release on 2024-11-23, 3 days later. Please verify.")  # fmt: skip
    told.row("CM-15", key, "subject", "case_main", "FY:2024-0045", "审判案件.zip/刑事.csv",
             {"case_id": "FY:2024-0045", "case_no": "（2024）栖0102刑初45号", "cause_name": "危险驾驶罪",
              "file_date": "2024-10-08", "case_status": "已结", "close_date": "2024-11-20"}, line=77)  # fmt: skip
    told.row("CM-15", key, "stays", "custody_log", "C551", "强制措施20241228.xlsx",
             {"person_name": "周某某", "in_date": "2024-09-30", "out_date": "2024-11-23", "place": "云栖市看守所"},
             line=903)  # fmt: skip
    told.step("CM-15", key, "start", from_on=_day("2024-11-20"), article="PRL-53", note="宣判日")
    told.step("CM-15", key, "due", to_on=_day("2024-11-20"), note="应当立即释放")
    told.step("CM-15", key, "over", from_on=_day("2024-11-20"), to_on=_day("2024-11-23"), days=3)
    key = "P-93bc|GA:2022-0310"
    told.clue("LONG-03", key, case_no="栖公西刑立字〔2022〕310号", unit="GA0103", handler="H000310", state="back",
              started_on=_day("2023-08-14"), due_on=_day("2024-08-14"), over_days=139, first_seen_on=_day("2024-08-31"),
              times_seen=3,
              reason_zh="取保候审于2023-08-14解除，十二个月届满日2024-08-14，至2024-12-31已超139天，未见移送、撤案记录，请核实。",
              reason_en="Bail ended on 2023-08-14; twelve months ended on 2024-08-14, 139 days before 2024-12-31; no transfer or withdrawal recorded. Please verify.")  # fmt: skip
    told.row("LONG-03", key, "measures", "coercive_measure", "M20", "强制措施20241228.xlsx",
             {"person_name": "吴某某", "measure_type": "刑事拘留", "start_date": "2022-07-12", "end_date": "2022-08-14",
              "decide_unit": "云栖市公安局西岭分局"}, line=412)  # fmt: skip
    told.row("LONG-03", key, "measures", "coercive_measure", "M21", "强制措施20241228.xlsx",
             {"person_name": "吴某某", "measure_type": "取保候审", "start_date": "2022-08-14", "end_date": "2023-08-14",
              "decide_unit": "云栖市公安局西岭分局"}, line=413)  # fmt: skip
    told.step("LONG-03", key, "start", from_on=_day("2023-08-14"), article="GTZ-25")
    told.step(
        "LONG-03",
        key,
        "base",
        to_on=_day("2024-08-14"),
        article="《公安机关办理经济犯罪案件的若干规定》第25条",
        note="十二个月",
    )
    told.step("LONG-03", key, "extend", days=30, document=None, honoured=False, note="无文书号，不予认可")
    told.step("LONG-03", key, "due", to_on=_day("2024-08-14"))
    told.step("LONG-03", key, "due_if_all", to_on=_day("2024-09-13"), note="若全部认可")
    told.step("LONG-03", key, "over", from_on=_day("2024-08-14"), to_on=_day("2024-12-31"), days=139)


def _tell_investigation(told: Told) -> None:
    key = "JC:2024-0208"
    told.clue("INV-04", key, case_no="东检刑诉受〔2024〕208号", unit="JC0102", handler="H000207", measure=3,
              started_on=_day("2024-03-22"), ended_on=_day("2024-10-18"),
              reason_zh="东检刑诉受〔2024〕208号先后于2024-03-22、2024-06-30、2024-10-18三次退回补充侦查，请核实是否改变管辖。",
              reason_en="东检刑诉受〔2024〕208号 was returned on 2024-03-22, 2024-06-30 and 2024-10-18. Please verify whether jurisdiction changed.")  # fmt: skip
    for line, on in enumerate(("2024-03-22", "2024-06-30", "2024-10-18")):
        told.row("INV-04", key, "events", "case_event", f"E90{line}", "受理案件.csv",
                 {"event_type": "退回补充侦查", "event_date": on, "doc_no": f"东检补侦〔2024〕{11 + line}号",
                  "unit_code": "JC0102"}, line=640 + line)  # fmt: skip
    for number, (key, on, score) in enumerate(
        (("GA:2024-0402", "2024-09-02", 1.0), ("GA:2024-0411", "2024-10-15", 0.82))
    ):
        due, over = ("2024-09-12", 107) if number == 0 else ("2024-10-25", 64)
        told.clue("INV-06", key, case_no=f"栖公东刑诉字〔2024〕{402 + 9 * number}号", unit="GA0102",
                  handler="H000117", started_on=_day(on), due_on=_day(due), over_days=over, confidence=score,
                  state="continuing" if number == 0 else "new", times_seen=2 - number,
                  reason_zh=f"该案于{on}移送起诉，至{due}检察机关无受理记录（检察数据截至2024-12-28），请核对收案登记。",
                  reason_en=f"Transferred on {on}; no acceptance recorded by {due} (procuratorate data to 2024-12-28). Please check the register.")  # fmt: skip
        told.row("INV-06", key, "subject", "case_event", f"E77{number}", "立案表20241228.csv",
                 {"event_type": "移送起诉", "event_date": on, "doc_no": None, "unit_code": "GA0102"}, line=1290)  # fmt: skip
        told.step("INV-06", key, "start", from_on=_day(on))
        told.step("INV-06", key, "base", days=10, to_on=_day(due), note="参数 INV06.DAYS")
        told.step("INV-06", key, "due", to_on=_day(due))
    told.clue("PRO-05", "JC:2024-0311", case_no="西检刑不诉〔2024〕31号", unit="JC0103", handler="H000344",
              started_on=_day("2024-12-03"), due_on=_day("2024-12-06"), over_days=25,
              reason_zh="西检刑不诉〔2024〕31号于2024-12-03决定不起诉，应于2024-12-06前移送行政检察部门，至2024-12-31未见移送记录。",
              reason_en="Non-prosecution was decided on 2024-12-03; it was to be moved by 2024-12-06; no record by 2024-12-31.")  # fmt: skip
    told.step("PRO-05", "JC:2024-0311", "due", to_on=_day("2024-12-06"), article="FX-12", note="三个工作日")


def _tell_records(told: Told) -> None:
    key = "GA:2024-0117|JC:2024-0208"
    told.clue("DQ-02", key, case_no="东检刑诉受〔2024〕208号", unit="JC0102", measure=14,
              started_on=_day("2024-01-18"), ended_on=_day("2024-02-01"), confidence=0.95,
              reason_zh="公安移送日2024-01-18与检察受理日2024-02-01相差14天，请比对两家登记。",
              reason_en="Transfer on 2024-01-18 and acceptance on 2024-02-01 differ by 14 days. Please compare both registers.")  # fmt: skip
    told.row("DQ-02", key, "left", "case_main", "GA:2024-0117", "立案表20241228.csv",
             {"case_no": "栖公东刑诉字〔2024〕117号", "cause_name": "盗窃罪", "accept_date": "2024-01-18",
              "suspect_count": "2", "unit_code": "GA0102"}, line=300)  # fmt: skip
    told.row("DQ-02", key, "right", "case_main", "JC:2024-0208", "受理案件.csv",
             {"case_no": "东检刑诉受〔2024〕208号", "cause_name": "盗窃罪", "accept_date": "2024-02-01",
              "suspect_count": "2", "unit_code": "JC0102"}, line=41)  # fmt: skip
    told.clue("EXE-03", "FY:2022-EX-0771", case_no="（2022）栖0103执771号", unit="FY0103", handler="H000902",
              started_on=_day("2023-12-01"), ended_on=_day("2024-09-09"), over_days=100, measure=283,
              state="continuing", first_seen_on=_day("2024-09-30"), times_seen=4,
              reason_zh="（2022）栖0103执771号终本后，2023-12-01与2024-09-09两次查询相隔283天。",
              reason_en="After enforcement ended in （2022）栖0103执771号 two queries lie 283 days apart, 2023-12-01 and 2024-09-09.")  # fmt: skip


def _tell_petitions(told: Told) -> None:
    key = "XF-M-0092"
    told.clue("PET-04", key, case_no="（2021）栖0103民初931号", unit="FY0103", measure=4, started_on=_day("2024-02-11"),
              ended_on=_day("2024-11-05"), state="new",
              reason_zh="同一事项于2024-02-11至2024-11-05间来访4次，关联案件（2021）栖0103民初931号尚未办结。",
              reason_en="One matter was brought 4 times from 2024-02-11 to 2024-11-05; the case （2021）栖0103民初931号 is still open.")  # fmt: skip
    for line, on in enumerate(("2024-02-11", "2024-05-20", "2024-08-02", "2024-11-05")):
        told.row("PET-04", key, "visits", "petition", f"XF{line}", "信访登记.xlsx",
                 {"received_date": on, "channel": "来访", "people_n": str(line + 3),
                  "content": "反映工程款案件审理时间过长，要求尽快开庭。"}, line=61 + line)  # fmt: skip
    told.clue("HOT-06", "a81f00", case_no=None, unit="GA0103", measure=3,
              reason_zh="令牌a81f00十二个月内被举报3次。", reason_en="Token a81f00 was reported 3 times in twelve months.")  # fmt: skip
    told.row("HOT-06", "a81f00", "reports", "hotline_clue", "R1", "举报.csv", {"accused_hash": "a81f00"})
    ends = {"zh": "法院数据只到 2024-11-30", "en": "the court export ends on 2024-11-30"}
    empty = {"zh": "立案日、受理日均为空", "en": "filed on and accepted on are both empty"}
    at_large = {"zh": "嫌疑人全部在逃", "en": "all suspects at large"}
    for n in range(9):
        told.not_clear("LONG-01", "cannot_tell", f"FY:2023-2{n:02d}", case_no=f"（2023）栖0102民初2{n:02d}号",
                       unit="FY0102", why=ends if n < 6 else empty)  # fmt: skip
    for n in range(4):
        told.not_clear("LONG-01", "excluded", f"GA:2022-3{n:02d}", unit="GA0101", why=at_large)
    for n in range(5):
        told.not_clear("LONG-03", "due_soon", f"P-{n}|GA:2024-5{n:02d}", case_no=f"栖公西刑立字〔2024〕5{n:02d}号", unit="GA0103",
                       started_on=_day(f"2024-01-0{n + 1}"), due_on=_day(f"2025-01-0{n + 1}"))  # fmt: skip
    told.not_clear(
        "PET-08",
        "cannot_tell",
        "XF0101",
        unit="XF0101",
        why={"zh": "案件数少于三十件", "en": "fewer than thirty cases"},
    )
    told.not_clear(
        "HOT-06",
        "cannot_tell",
        "b02277",
        unit="GA0101",
        why={"zh": "登记日为空", "en": "received on is empty"},
    )
    for rule, key, why in (
        ("LONG-01", "FY:2022-0404", {"zh": "已于 2024-12-11 结案", "en": "closed on 2024-12-11: resolved"}),
        (
            "INV-06",
            "GA:2024-0388",
            {"zh": "规则由第 1 版改为第 2 版", "en": "the rule changed from version 1 to 2"},
        ),
        ("HOT-06", "c90100", {"zh": "数据变化", "en": "data changed"}),
    ):
        about = told.rules[rule]
        told.gone.append({"clue_id": clue_id(rule, key), "rule_id": rule, "rule_version": 1, "title": about["title"]["zh"],
                          "severity": about["severity"], "grade": about["grade"], "subject": about["subject"],
                          "subject_key": key, "case_no": None if rule == "HOT-06" else f"栖字{key[-4:]}号", "unit": "FY0102",
                          "reason_zh": "上次筛查时的原因句。", "reason_en": "The reason as of the last sweep.",
                          "last_seen_on": _day("2024-11-30"), "first_seen_on": _day("2024-06-30"), "times_seen": 6,
                          "why": json.dumps(why, ensure_ascii=False)})  # fmt: skip


def tell_any(told: Told, pick: random.Random, n: int, rule: str, unit: str) -> None:
    key, number = (
        f"C{n:06d}",
        f"（{pick.randint(2019, 2024)}）栖{pick.randint(100, 199):04d}刑初{pick.randint(1, 9999)}号",
    )
    start = _day("2019-01-01") + timedelta(days=pick.randint(0, 1800))
    due = start + timedelta(days=pick.choice((30, 60, 90, 180, 365)))
    over = max(1, (_day(invented.AS_OF) - due).days)
    told.clue(rule, key, case_no=number, unit=unit, handler=f"H{pick.randint(1, 900):06d}", over_days=over,
              severity=pick.choices(("high", "medium", "low"), (1, 4, 3))[0], grade=pick.choice("AAB"),
              state=pick.choices(("new", "continuing", "changed", "back"), (4, 10, 2, 1))[0],
              started_on=start, due_on=due, confidence=pick.choice((1.0, 1.0, 1.0, 0.85)),
              reason_zh=f"{number}自{start}起算，期限届满日{due}，至{invented.AS_OF}已超过{over}天，承办单位尚无办结记录，请核实。",
              reason_en=f"{number}: counted from {start}, due on {due}, {over} days over by {invented.AS_OF}; no closing recorded. Please verify.",
              first_seen_on=_day("2024-06-30"), times_seen=pick.randint(1, 7))  # fmt: skip
    told.row(rule, key, "subject", "case_main", key, "立案表20241228.csv",
             {"case_id": key, "case_no": number, "cause_name": pick.choice(("盗窃罪", "诈骗罪", "买卖合同纠纷")),
              "file_date": str(start), "case_status": "在办", "unit_code": unit}, line=n + 2)  # fmt: skip
    for line in range(3):
        on = start + timedelta(days=pick.randint(1, 900))
        told.row(rule, key, "events", "case_event", f"E{n}-{line}", "审判案件.zip/刑事.csv",
                 {"event_type": pick.choice(("立案", "退回补充侦查", "重新受理", "延期审理")), "event_date": str(on),
                  "doc_no": f"栖字〔2023〕{pick.randint(1, 9999)}号", "unit_code": unit}, line=n * 3 + line)  # fmt: skip
    told.step(rule, key, "start", from_on=start, article="CPL-156")
    told.step(rule, key, "base", to_on=due, article="CPL-156", note="基础期限")
    told.step(
        rule,
        key,
        "extend",
        days=30,
        document=f"栖延〔2023〕{n % 997}号",
        honoured=n % 3 > 0,
        note="上一级批准",
    )
    told.step(rule, key, "due", to_on=due)
    told.step(rule, key, "over", from_on=due, to_on=_day(invented.AS_OF), days=over)
