"""Verdicts, scores, exceptions and the yearly figures, as they are called on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jointsup_rules.cli import main
from jointsup_rules.ledger.verdicts import FORMAT
from jointsup_rules.model.briefing import BRIEFING
from jointsup_rules.model.workflow import WORKFLOW
from tests.cards.office import make_workspace
from tests.ledger.desk import AT, ROOT, SWEEP, WANG, clue, new_ledger, sweep


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path / "office")
    for name in (WORKFLOW, BRIEFING):
        shutil.copy(ROOT / name, root / name)
    ledger = new_ledger(root / "ledger.sqlite")
    ledger.open(sweep({f"k{n}": clue("LET-01", subject_key=f"L{n}") for n in range(21)}), AT, WANG)
    return root


def run(office: Path, *words: str, lang: str = "en") -> Result:
    who = ["--as", "committee", "--by", "王某", "--workspace", str(office), "--lang", lang]
    return CliRunner().invoke(main, ["ledger", *words, *who], catch_exceptions=False)


def saved(office: Path, *marks: tuple[str, str], in_sweep: str = SWEEP) -> str:
    told = {
        "format": FORMAT,
        "sweep": in_sweep,
        "reviewer": "甲",
        "marks": [{"clue_id": c, "verdict": v} for c, v in marks],
    }
    (office / "marks.json").write_text(json.dumps(told), encoding="utf-8")
    return str(office / "marks.json")


def test_verdicts_are_taken_in_once_and_scored(office: Path) -> None:
    file = saved(office, *((f"k{n}", "confirmed" if n < 15 else "wrong_rule") for n in range(20)))
    assert run(office, "verdicts", file).output == "20 verdicts taken, 0 known already\n"
    assert run(office, "verdicts", file).output == "0 verdicts taken, 20 known already\n"
    shown = run(office, "scores")
    assert shown.exit_code == 0
    line = shown.output.splitlines()[-1].split()
    assert (line[0], line[1], line[-3:]) == ("LET-01", "1", ["75%", "53%–89%", "keep"])
    (score,) = json.loads(run(office, "scores", "--format", "json").output)["scores"]
    assert (score["right"], score["wrong"], score["precision"]) == (15, 5, 0.75)
    assert run(office, "scores", "--by-unit").output.splitlines()[-1].split()[2] == "U1"


def test_a_reviewed_sample_is_shown_below_the_scores(office: Path) -> None:
    rows = "\n".join(f"{SWEEP},LET-01,S{n},{'missed' if n < 4 else 'rightly_clear'}" for n in range(40))
    (office / "sample.csv").write_text(f"sweep,rule_id,subject_key,verdict\n{rows}\n", encoding="utf-8")
    assert run(office, "verdicts", str(office / "sample.csv")).exit_code == 0
    shown = run(office, "scores").output
    assert "10%" in shown
    assert "4%–23%" in shown
    (missed,) = json.loads(run(office, "scores", "--format", "json").output)["missed"]
    assert (missed["looked"], missed["missed"], missed["share"]) == (40, 4, 0.1)


def test_what_is_wrong_with_a_file_is_refused_plainly(office: Path) -> None:
    refused = run(office, "verdicts", saved(office, ("zz", "confirmed")))
    assert (refused.exit_code, refused.stderr) == (1, "mark 1: no clue 'zz' in the ledger\n")
    (office / "marks.json").write_text("{", encoding="utf-8")
    unread = run(office, "verdicts", str(office / "marks.json"))
    assert unread.exit_code == 2
    assert "JR706 marks.json is no file of verdicts" in unread.stderr


def test_an_exception_is_shown_first_and_then_written(office: Path) -> None:
    words = (
        "except",
        "XS2025-0001",
        "--because",
        "依法中止",
        "--until",
        "2099-01-01",
        "--document",
        "1号",
        "--approver",
        "郑某",
    )
    assert run(office, *words).exit_code == 1
    run(office, "verdicts", saved(office, ("k0", "lawful_exception")))
    assert "consider entries in exceptions.yaml" in run(office, "scores").stderr
    dry = run(office, *words, "--dry-run")
    assert "nothing was written" in dry.stderr
    assert "XS2025-0001  k0" in dry.stderr
    assert not (office / "rules" / "exceptions.yaml").exists()
    made = run(office, *words)
    assert (made.exit_code, made.stdout) == (0, dry.stdout)
    assert (office / "rules" / "exceptions.yaml").read_text(encoding="utf-8").endswith(made.stdout)
    checked = CliRunner().invoke(main, ["check", "rules/exceptions.yaml", "--workspace", str(office)])
    assert checked.exit_code == 0, checked.output


def test_the_figures_are_printed_with_their_queries_and_written_to_files(office: Path) -> None:
    asked = ("stats", "--year", "2025", "--as-of", "2025-07-31")
    shown = run(office, *asked)
    assert shown.exit_code == 0
    assert "F01  clues found by models: 1\n" in shown.output
    assert SWEEP in shown.stderr
    assert "SELECT count(DISTINCT (rule_id" in run(office, *asked, "--queries").output
    told = json.loads(run(office, *asked, "--format", "json").output)
    assert (told["year"], told["as_of"], told["sweeps"]) == (2025, "2025-07-31", [SWEEP])
    assert run(office, *asked, "--out", str(office / "b.xlsx")).output.splitlines()[-1].endswith("b.xlsx")
    assert (office / "b.xlsx").is_file()
    assert run(office, *asked, "--out", str(office / "b.pdf")).exit_code == 2


def test_a_briefing_that_reaches_beyond_the_ledger_is_refused_with_its_place(office: Path) -> None:
    path = office / BRIEFING
    text = path.read_text(encoding="utf-8").replace("FROM late", "FROM read_csv('/etc/passwd')")
    path.write_text(text, encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "read_csv" in one)
    ran = run(office, "stats")
    assert ran.exit_code == 2
    assert f"{BRIEFING}:{line}:" in ran.stderr
    assert "JR320" in ran.stderr
