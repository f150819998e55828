"""What model cards say of the ledger: figures by rule and precision, without grade C."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from jointsup_rules.cli import main
from jointsup_rules.ledger.handled import gather_handled
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Step
from jointsup_rules.ledger.verdicts import Mark, take_marks
from jointsup_rules.model.briefing import BRIEFING
from jointsup_rules.model.workflow import WORKFLOW
from tests.cards.office import make_workspace
from tests.ledger.desk import AT, DISCIPLINE, POLICE, ROOT, SWEEP, WANG, clue, new_ledger, sweep
from tests.ledger.test_stats import product_briefing

DAY = date(2025, 7, 31)


def _handled(ledger: Ledger, day: date = DAY) -> dict[str, dict[str, int | str]]:
    found = gather_handled(ledger, product_briefing(), day)
    return {rule: {label.zh: value for label, value in lines} for rule, lines in found.items()}


def _begun(path: Path, rule: str = "LONG-01") -> Ledger:
    """Twenty-five clues of a rule: one rejected, two sent, of which one became a case; and one of grade C."""
    ledger = new_ledger(path)
    clues = {f"k{n}": clue(rule, subject_key=f"k{n}") for n in range(25)}
    ledger.open(sweep({**clues, "c": clue("HOT-05", grade="C", subject_key="c")}), AT, WANG)
    ledger.move([Step("k0", "reject", {"reason": "LAWFUL"})], AT, WANG)
    for name in ("k1", "k2"):
        ledger.move([Step(name, "screen", {"severity": "medium", "grade": "A", "route": "unit"})], AT, WANG)
        ledger.move([Step(name, "transfer", {"receiver": "U1", "document": "1"})], AT, WANG)
    answer = {"conclusion": "CONFIRMED", "feedback_on": "2025-07-20", "case_made": "DOCUMENT"}
    ledger.move([Step("k1", "answer", answer)], "2025-07-20T01:00:00Z", POLICE)
    return ledger


def test_a_card_says_what_became_of_the_clues_of_its_rule(tmp_path: Path) -> None:
    ledger = _begun(tmp_path / "ledger.sqlite")
    assert _handled(ledger) == {"LONG-01": {"登记线索": "25", "排除": "1", "移送": "2", "成案": "1"}}
    assert _handled(ledger, date(2025, 7, 10))["LONG-01"]["成案"] == "0"


def test_precision_is_told_by_version_once_there_are_enough_verdicts(tmp_path: Path) -> None:
    ledger = _begun(tmp_path / "ledger.sqlite")
    marks = [Mark(SWEEP, f"k{n}", "confirmed" if n < 15 else "wrong_rule") for n in range(20)]
    take_marks(ledger, marks[:19], AT, WANG)
    assert _handled(ledger)["LONG-01"]["准确率（第 1 版，评议 19 条，不足 20 条不下结论）"] == "—"
    take_marks(ledger, marks[19:], AT, WANG)
    assert _handled(ledger)["LONG-01"]["准确率（第 1 版，评议 20 条）"] == "75%（53%–89%）"


def test_of_grade_c_a_card_says_nothing(tmp_path: Path) -> None:
    ledger = _begun(tmp_path / "ledger.sqlite")
    take_marks(ledger, [Mark(SWEEP, "c", "confirmed")], AT, DISCIPLINE)
    assert set(_handled(ledger)) == {"LONG-01"}


def test_without_a_ledger_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert _handled(new_ledger(tmp_path / "ledger.sqlite")) == {}
    assert not (tmp_path / "ledger.sqlite").exists()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path / "office")
    for name in (WORKFLOW, BRIEFING):
        shutil.copy(ROOT / name, root / name)
    return root


def test_docs_prints_it_on_the_card(office: Path) -> None:
    _begun(office / "ledger.sqlite", "LET-01")
    asked = ["docs", "LET-01", "--workspace", str(office), "--as-of", "2025-07-31", "--lang", "zh"]
    assert CliRunner().invoke(main, asked, catch_exceptions=False).exit_code == 0
    folder = office / "reports" / "docs"
    assert "成案：1" in (folder / "zh" / "LET-01.md").read_text(encoding="utf-8")
    assert "cases made: 1" in (folder / "en" / "LET-01.md").read_text(encoding="utf-8")
    assert "登记线索" in next(folder.rglob("LET-01.html")).read_text(encoding="utf-8")


def test_docs_tells_of_a_ledger_that_cannot_be_read(office: Path) -> None:
    (office / "ledger.sqlite").write_bytes(b"no ledger at all, but long enough to be one" * 40)
    ran = CliRunner().invoke(main, ["docs", "--workspace", str(office), "--lang", "en"])
    assert ran.exit_code == 2
    assert "JR707" in ran.stderr
