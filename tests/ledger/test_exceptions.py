"""Lawful exceptions made entries of exceptions.yaml: when, in which words, and what of the file stays as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules.ledger import exceptions as module
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.exceptions import EXCEPTIONS, Approval, Excepted, except_clue
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused
from jointsup_rules.ledger.store import LedgerError
from jointsup_rules.ledger.verdicts import Mark, take_marks
from jointsup_rules.load.yaml import read_yaml_file
from jointsup_rules.problems import ProblemsError, Text
from tests.ledger.desk import DISCIPLINE, WANG, clue, new_ledger, sweep

SWEEP, AT, THEN = "2025-06-30-aaaaaaaa", "2025-07-01T01:00:00Z", "2026-02-01T01:00:00Z"
RULES = ("LONG-01", "CM-01")
APPROVAL = Approval(
    Text('当事人"失踪"，依法中止', "a party is missing"), date(2026, 12, 31), "示批〔2025〕1号", "郑某"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    (tmp_path / "rules").mkdir()
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    clues = {
        "a": clue(), "a2": clue(part="other"), "b": clue(subject_key="K2"), "other": clue("CM-01"),
        "c": clue("HOT-05", grade="C", subject_key="K3"),
    }  # fmt: skip
    ledger.open(sweep(clues), AT, WANG)
    return ledger


def judge(ledger: Ledger, clue_id: str, verdict: str, by: str = "甲", at: str = AT, who: Who = WANG) -> None:
    take_marks(ledger, [Mark(SWEEP, clue_id, verdict, "", by)], at, who)


def make(ledger: Ledger, root: Path, name: str = "a", **more: Any) -> Excepted:
    told = {"rules": RULES, "approval": APPROVAL, "at": AT, "who": WANG, **more}
    is_dry = told.pop("dry_run", False)
    return except_clue(
        ledger, root, told["rules"], name, told["approval"], told["at"], told["who"], dry_run=is_dry
    )


def refused(ledger: Ledger, root: Path, name: str = "a", **more: Any) -> str:
    head = ledger.head()
    with pytest.raises(Refused) as found:
        make(ledger, root, name, **more)
    assert ledger.head() == head
    assert not (root / EXCEPTIONS).exists()
    return found.value.told.zh


def data(root: Path) -> Any:
    document = read_yaml_file(root / EXCEPTIONS, EXCEPTIONS)
    assert not document.problems
    return document.data


def test_an_exception_is_written_with_all_that_was_said(ledger: Ledger, tmp_path: Path) -> None:
    judge(ledger, "a", "lawful_exception")
    made = make(ledger, tmp_path)
    assert made.id == "E-2025-001"
    assert [one.clue_id for one in made.clues] == ["a", "a2"]
    assert data(tmp_path) == [
        {
            "id": "E-2025-001", "rule": "LONG-01", "subject": "K1", "from": "2025-07-01", "until": "2026-12-31",
            "reason": {"zh": '当事人"失踪"，依法中止', "en": "a party is missing"}, "document": "示批〔2025〕1号", "approver": "郑某",
        }
    ]  # fmt: skip
    assert [one.kind for one in ledger.store.entries("a")][-1] == "excepted"
    assert ledger.verify().is_whole


def test_a_dry_run_shows_the_entry_and_writes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    judge(ledger, "a", "lawful_exception")
    head = ledger.head()
    shown = make(ledger, tmp_path, dry_run=True)
    assert (ledger.head(), (tmp_path / EXCEPTIONS).exists()) == (head, False)
    assert make(ledger, tmp_path).text == shown.text
    assert (tmp_path / EXCEPTIONS).read_text(encoding="utf-8").endswith(shown.text)


@pytest.mark.parametrize("verdict", ["wrong_rule", "wrong_data", "cannot_decide"])
def test_only_a_clue_judged_a_lawful_exception_becomes_one(
    ledger: Ledger, tmp_path: Path, verdict: str
) -> None:
    assert "还没有评议" in refused(ledger, tmp_path)
    judge(ledger, "a", "lawful_exception")
    judge(ledger, "a", verdict, "甲", THEN)
    assert "只有评议为lawful_exception（法律例外）的线索可以列为例外" in refused(ledger, tmp_path)


@pytest.mark.parametrize(("hidden", "named"), [("a", True), ("a2", False)])
def test_what_would_hide_a_clue_judged_true_is_refused(
    ledger: Ledger, tmp_path: Path, hidden: str, named: bool
) -> None:
    judge(ledger, hidden, "confirmed", "乙")
    judge(ledger, "a", "lawful_exception")
    told = refused(ledger, tmp_path)
    assert told.startswith("同一规则同一对象有线索被评议为属实")
    assert (hidden in told) == named


def test_a_reviewer_may_take_a_verdict_back(ledger: Ledger, tmp_path: Path) -> None:
    judge(ledger, "a2", "confirmed", "乙")
    judge(ledger, "a2", "wrong_rule", "乙", THEN)
    judge(ledger, "a", "lawful_exception")
    make(ledger, tmp_path)


def test_a_subject_that_a_sample_shows_was_missed_is_not_excepted(ledger: Ledger, tmp_path: Path) -> None:
    take_marks(ledger, [Mark(SWEEP, "", "missed", "", "乙", "LONG-01", "K1")], AT, WANG)
    judge(ledger, "a", "lawful_exception")
    assert refused(ledger, tmp_path).startswith("同一规则同一对象")


def test_another_subject_or_rule_judged_true_does_not_matter(ledger: Ledger, tmp_path: Path) -> None:
    judge(ledger, "b", "confirmed", "乙")
    judge(ledger, "other", "confirmed", "乙")
    judge(ledger, "a", "lawful_exception")
    make(ledger, tmp_path)


def test_a_restricted_clue_never_stands_in_a_file_everybody_reads(ledger: Ledger, tmp_path: Path) -> None:
    judge(ledger, "c", "lawful_exception", who=DISCIPLINE)
    assert "人人可读" in refused(ledger, tmp_path, "c", who=DISCIPLINE, rules=("HOT-05",))
    assert refused(ledger, tmp_path, "c") == "台账中没有线索“c”"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"approval": Approval(Text(" "), date(2026, 1, 1), "", "郑某")}, "例外还要写明：理由（--because）、文号（--document）"),
        ({"approval": Approval(Text("因"), date(2025, 7, 1), "1", "郑某")}, "--until 是不再适用的第一天，应晚于今天 2025-07-01"),
        ({"rules": ("CM-01",)}, "规则 LONG-01 已不在 rules/ 中"),
        ({"who": Who("auditor", "吴某")}, "审计员只读，不能登记评议结论"),
    ],
)  # fmt: skip
def test_what_is_lacking_is_told(ledger: Ledger, tmp_path: Path, more: dict[str, Any], told: str) -> None:
    judge(ledger, "a", "lawful_exception")
    assert refused(ledger, tmp_path, **more) == told


def test_a_second_exception_for_the_same_is_refused_while_the_first_holds(
    ledger: Ledger, tmp_path: Path
) -> None:
    judge(ledger, "a", "lawful_exception")
    make(ledger, tmp_path)
    before = (tmp_path / EXCEPTIONS).read_bytes()
    with pytest.raises(
        Refused, match="E-2025-001 excepts this subject of the rule already, until 2026-12-31"
    ):
        make(ledger, tmp_path, "a")
    assert (tmp_path / EXCEPTIONS).read_bytes() == before


def test_numbers_go_on_where_file_and_ledger_end_and_begin_anew_with_the_year(
    ledger: Ledger, tmp_path: Path
) -> None:
    judge(ledger, "a", "lawful_exception")
    judge(ledger, "b", "lawful_exception")
    first = (
        "- {id: E-2025-007, rule: LONG-01, subject: K9, reason: 略, from: 2025-01-01, until: 2025-02-01}\n"
    )
    (tmp_path / EXCEPTIONS).write_text(first, encoding="utf-8")
    assert make(ledger, tmp_path).id == "E-2025-008"
    # An entry somebody took out of the file keeps its number for itself.
    (tmp_path / EXCEPTIONS).write_text(first, encoding="utf-8")
    assert make(ledger, tmp_path, "b").id == "E-2025-009"
    (tmp_path / EXCEPTIONS).unlink()
    assert make(ledger, tmp_path, at=THEN).id == "E-2026-001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 只有注释\n",
        "# 前言\n[]\n",
        "# 前言\n[] # 还没有\n# 后记",
        "# 前言\n- id: E-1 # 原因\n  rule: LONG-01\n  subject: K9\n  reason: {zh: 长,\n    en: long}\n  from: 2025-01-01\n  until: 2025-02-01",
        "  - {id: E-1, rule: LONG-01, subject: K9, reason: 略, from: 2025-01-01, until: 2025-02-01}\n# 后记\n",
        "- id: E-1\r\n  rule: LONG-01\r\n  subject: K9\r\n  reason: 略\r\n  from: 2025-01-01\r\n  until: 2025-02-01\r\n",
    ],
)
def test_all_that_stood_in_the_file_stays(ledger: Ledger, tmp_path: Path, text: str) -> None:
    judge(ledger, "a", "lawful_exception")
    (tmp_path / EXCEPTIONS).write_bytes(text.encode())
    before = data(tmp_path) or []
    made = make(ledger, tmp_path)
    after = (tmp_path / EXCEPTIONS).read_bytes().decode()
    kept = text.replace("[]", "").split("\n")
    assert [line.strip() for line in kept if line.strip()] == [
        line.strip() for line in after.removesuffix(made.text).split("\n") if line.strip() and text.strip()
    ]
    assert [*before, data(tmp_path)[-1]] == data(tmp_path)
    assert data(tmp_path)[-1]["id"] == made.id


@pytest.mark.parametrize("text", ["a: 1\n", "[{id: E-1, rule: R, subject: S}]\n", "- 1\n", "- {id: E-1\n"])
def test_a_file_that_cannot_be_added_to_is_left_alone(ledger: Ledger, tmp_path: Path, text: str) -> None:
    judge(ledger, "a", "lawful_exception")
    (tmp_path / EXCEPTIONS).write_text(text, encoding="utf-8")
    head = ledger.head()
    with pytest.raises(ProblemsError) as told:
        make(ledger, tmp_path)
    assert told.value.problems[0].place.path == EXCEPTIONS
    assert (tmp_path / EXCEPTIONS).read_text(encoding="utf-8") == text
    assert ledger.head() == head


def test_a_ledger_that_cannot_be_written_leaves_the_file_as_it_was(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(ledger, "a", "lawful_exception")
    (tmp_path / EXCEPTIONS).write_text("# 空\n", encoding="utf-8")
    written: list[bytes] = []
    write = module._write_whole

    def note(path: Path, content: bytes) -> None:
        written.append(content)
        write(path, content)

    def full(_: object) -> None:
        raise LedgerError(Text("磁盘已满", "the disk is full"))

    monkeypatch.setattr(module, "_write_whole", note)
    monkeypatch.setattr("jointsup_rules.ledger.store.Writing._flush", full)
    with pytest.raises(LedgerError):
        make(ledger, tmp_path)
    assert len(written) == 2
    assert (tmp_path / EXCEPTIONS).read_text(encoding="utf-8") == "# 空\n"
    assert [path.name for path in (tmp_path / "rules").iterdir()] == ["exceptions.yaml"]
