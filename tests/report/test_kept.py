"""What the ledger says, in the report: of grade C nothing, of people nothing, and all of it as of one head."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from jointsup_rules.ledger.moving import Step
from jointsup_rules.ledger.sweeps import read_sweep as read_for_ledger
from jointsup_rules.ledger.verdicts import Judged, read_marks, take_marks
from jointsup_rules.report import render_report
from jointsup_rules.report.kept import Kept, read_kept
from tests.ledger.desk import AT, LI, WANG, new_ledger

from .browser import Page
from .make_folder import make_small
from .test_browser_marks import save_marks
from .told import clue_id

SCREENED = clue_id("INV-06", "GA:2024-0402")
DISCIPLINE = clue_id("EXE-03", "FY:2022-EX-0771")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small(tmp_path_factory.mktemp("sweep") / "2024-12-31-3f9c1a7e")


@pytest.fixture(scope="module")
def kept(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The small sweep in a ledger: one clue screened, one moved on as a matter of discipline."""
    ledger = new_ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    ledger.open(read_for_ledger(folder), AT, WANG)
    ledger.move(
        [Step(SCREENED, "screen", {"severity": "medium", "grade": "B", "route": "unit"}, "请张三核对")],
        AT,
        WANG,
    )
    ledger.move(
        [Step(DISCIPLINE, "screen", {"severity": "medium", "grade": "C", "route": "discipline"})], AT, LI
    )
    return read_kept(ledger)


def test_number_state_and_history_of_a_clue(kept: Kept) -> None:
    clue = kept.clues[SCREENED]
    assert clue.ledger_no.startswith("XS2025-")
    assert [(line.kind, line.to) for line in clue.history] == [("opened", "NEW"), ("moved", "SCREENED")]
    moved = clue.history[1]
    assert (moved.on, moved.role.zh) == ("2025-07-01", "政法委执法监督科")
    assert "分流去向：承办单位自查" in [one.zh for one in moved.because]


def test_what_people_wrote_and_their_names_stay_in_the_ledger(folder: Path, kept: Kept) -> None:
    html = render_report(folder, "zh", kept=kept)
    for word in ("王某", "李某", "张三"):
        assert word not in html


def test_a_clue_that_people_made_grade_c_leaves_the_report_for_everybody(folder: Path, kept: Kept) -> None:
    assert DISCIPLINE in render_report(folder, "zh")
    assert DISCIPLINE not in render_report(folder, "zh", kept=kept)
    assert DISCIPLINE in render_report(folder, "zh", restricted=True, kept=kept)


def test_without_a_ledger_the_page_knows_of_none(folder: Path, kept: Kept) -> None:
    assert str(kept.head) not in render_report(folder, "zh")
    assert render_report(folder, "zh", kept=kept) == render_report(folder, "zh", kept=kept)


@pytest.mark.browser
def test_the_page_shows_head_state_and_history_and_filters_by_state(
    page: Page, folder: Path, kept: Kept, tmp_path: Path
) -> None:
    file = folder / "report.html"
    file.write_text(render_report(folder, "zh", kept=kept), encoding="utf-8")
    page.open(file)
    assert str(kept.head) in page.text()
    if shutil.which("pdftotext") is not None:
        page.paper(tmp_path / "paper.pdf")
        text = subprocess.run(
            ["pdftotext", tmp_path / "paper.pdf", "-"], capture_output=True, check=True, text=True
        ).stdout
        sheets = text.split("\f")[:-1]
        assert len(sheets) > 1
        assert all(str(kept.head) in sheet.replace("\n", "") for sheet in sheets)
    page.go("#/clues")
    page.run("inspect.check('ledger', 'SCREENED')")
    assert len(page.texts(".list tbody tr")) == page.run("inspect.countBeside('ledger', 'SCREENED')") == 1
    page.run("document.querySelector('.list a').click()")
    page.wait("document.querySelector('article.clue') !== null")
    text = page.text()
    for words in (
        kept.clues[SCREENED].ledger_no,
        "台账经过",
        "登入台账",
        "自 2025-07-01",
        "分流去向：承办单位自查",
    ):
        assert words in text, words


@pytest.mark.browser
def test_the_ledger_takes_in_what_the_page_saved_and_again_changes_nothing(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    ledger.open(read_for_ledger(folder), AT, WANG)
    file = folder / "report.html"
    file.write_text(render_report(folder, "zh", kept=read_kept(ledger)), encoding="utf-8")
    page.open(file, "#/clues")
    page.reload()
    page.run("[...document.querySelectorAll('.marking button')].at(-1).click()")
    page.wait("document.querySelectorAll('button.verdict').length === 6")
    page.run("document.querySelectorAll('button.verdict')[2].click()")
    # Every clue that can be marked, that is, all but the one with an approved exception.
    page.wait("document.getElementById('n-marks').innerText === '11'")
    saved = read_marks(save_marks(page, tmp_path))
    page.run("localStorage.clear()")
    assert take_marks(ledger, saved, AT, WANG) == Judged(11, 0)
    assert take_marks(ledger, saved, AT, WANG) == Judged(0, 11)
