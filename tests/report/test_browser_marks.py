"""Verdicts in the page: one clue or many, by mouse and by key, kept over a closed window, saved and loaded as a file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jointsup_rules.ledger.verdicts import read_marks
from jointsup_rules.report import render_report

from .browser import Page
from .conftest import Rendered
from .make_folder import make_small
from .test_browser import LONG

pytestmark = pytest.mark.browser
SWEEP = "2024-12-31-3f9c1a7e"


@pytest.fixture
def marking(page: Page, rendered: Rendered) -> Iterator[Page]:
    """The small report, with nothing marked before and after."""
    _again(page, rendered)
    page.run("localStorage.clear()")
    _again(page, rendered)
    yield page
    _again(page, rendered)
    page.run("localStorage.clear()")


def _again(page: Page, rendered: Rendered, place: str = "#/clues") -> None:
    """Close the page and open it anew."""
    page.open(rendered("small"), place)
    page.reload()


def _focus(page: Page, n: int = 0) -> None:
    """Put the focus on a clue of the list that may be marked."""
    page.run(f"[...document.querySelectorAll('.list tr:has(input:not(:disabled)) a')][{n}].focus()")


def save_marks(page: Page, folder: Path) -> Path:
    """Save the verdicts as a reader would, and return the file."""
    page.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    page.go("#/marks")
    page.run("document.getElementById('save-marks').click()")
    file, until = folder / f"verdicts-{SWEEP}.json", time.monotonic() + 10
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    page.run("1")
    page.requests[:] = [one for one in page.requests if not one.startswith("blob:")]
    return file


def _load(page: Page, file: Path) -> str:
    page.go("#/marks")
    document = page.command("DOM.getDocument")["root"]["nodeId"]
    node = page.command("DOM.querySelector", nodeId=document, selector="#marks-file")["nodeId"]
    page.command("DOM.setFileInputFiles", files=[str(file)], nodeId=node)
    return str(page.wait("document.querySelector('[data-view=marks] [role=status]').innerText"))


def test_many_clues_are_marked_at_once(marking: Page) -> None:
    page = marking
    page.run("inspect.check('severity', 'low')")
    n = len(page.texts(".list tbody tr"))
    page.run("[...document.querySelectorAll('.marking button')].at(-1).click()")
    page.wait("document.querySelectorAll('button.verdict').length === 6")
    page.run("document.getElementById('mark-note').value = '=已电话核实'")
    page.run("document.querySelectorAll('button.verdict')[1].click()")
    page.wait(f"document.getElementById('n-marks').innerText === '{n}'")
    assert page.texts(".judged") == ["规则有误"] * n
    assert page.run("inspect.countBeside('verdict', 'wrong_rule')") == n
    assert page.run("document.querySelectorAll('button.verdict').length") == 0  # nothing is picked any more


def test_keys_alone_pick_and_mark(marking: Page) -> None:
    page = marking
    _focus(page)
    page.press("1")
    page.wait("document.getElementById('n-marks').innerText === '1'")
    page.press("ArrowDown")  # the focus is still in the list
    page.press("x")
    page.wait("document.querySelectorAll('.list input:checked').length === 1")
    page.press("ArrowDown")
    page.press("x")
    page.wait("document.querySelectorAll('.list input:checked').length === 2")
    page.press("3")
    page.wait("document.getElementById('n-marks').innerText === '3'")
    page.press("0")
    page.wait("document.getElementById('n-marks').innerText === '2'")


def test_an_open_clue_takes_verdict_and_note(marking: Page) -> None:
    page = marking
    page.run("document.querySelector('.list tr:has(input:not(:disabled)) a').click()")
    page.wait("document.querySelector('article.clue') !== null")
    page.press("5")
    page.wait("document.querySelector('button.verdict[aria-pressed=true]')?.innerText === '5 已处理'")
    page.run("""(() => { const note = document.getElementById('clue-note');
        note.focus(); note.value = '<b>3</b>'; note.dispatchEvent(new Event('input')); })()""")
    page.press("6")  # while writing, a number is a number
    assert page.run("document.querySelector('button.verdict[aria-pressed=true]').innerText") == "5 已处理"
    page.go("#/marks")
    assert page.texts("[data-view=marks] tbody td")[2:4][0] == "已处理"
    assert page.run("document.querySelector('[data-view=marks] tbody b')") is None


def test_marks_survive_a_closed_window(marking: Page, rendered: Rendered) -> None:
    page = marking
    _focus(page)
    page.press("2")
    page.wait("document.getElementById('n-marks').innerText === '1'")
    _again(page, rendered)
    assert page.run("document.getElementById('n-marks').innerText") == "1"
    assert page.texts(".judged") == ["规则有误"]
    page.go("#/marks")
    assert "由浏览器在本机暂存" in page.text()


def test_a_saved_file_is_what_the_ledger_takes_in_and_loads_again(
    marking: Page, rendered: Rendered, tmp_path: Path
) -> None:
    page = marking
    page.run("inspect.check('severity', 'low')")
    page.run("[...document.querySelectorAll('.marking button')].at(-1).click()")
    page.run("document.querySelectorAll('button.verdict')[0].click()")
    page.go("#/marks")
    page.run("""(() => { const name = document.getElementById('reviewer');
        name.value = '赵某'; name.dispatchEvent(new Event('input')); })()""")
    file = save_marks(page, tmp_path)
    told = json.loads(file.read_text(encoding="utf-8"))
    assert (told["format"], told["sweep"], told["reviewer"]) == ("jointsup-verdicts-1", SWEEP, "赵某")
    marks = read_marks(file)
    assert {(one.sweep, one.verdict, one.reviewer) for one in marks} == {(SWEEP, "confirmed", "赵某")}
    assert len({one.clue_id for one in marks}) == len(told["marks"]) > 0
    page.run("localStorage.clear()")
    _again(page, rendered)
    assert page.run("document.getElementById('n-marks').innerText") == "0"
    assert _load(page, file) == f"已读入，共 {len(marks)} 条。"
    assert page.run("document.getElementById('n-marks').innerText") == str(len(marks))
    assert page.run("document.getElementById('reviewer').value") == "赵某"


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ("no JSON", "这不是评议文件。"),
        ({"format": "other", "marks": []}, "这不是评议文件。"),
        ({"sweep": "2024-11-30-77aa01bc"}, "这个文件属于另一次筛查：2024-11-30-77aa01bc。"),
        ({"marks": [{"clue_id": "XX-01-0", "verdict": "confirmed"}]}, "1 条中有 1 条不能收入"),
        ({"marks": [{"clue_id": "", "verdict": "guilty"}, {"clue_id": "", "verdict": "confirmed"}]}, "2 条中有 1 条不能收入"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_whole(
    marking: Page, tmp_path: Path, told: object, answer: str
) -> None:
    page = marking
    free = page.run("document.querySelector('.list tr:has(input:not(:disabled)) a').getAttribute('href')")
    text = told
    if isinstance(told, dict):
        whole = {"format": "jointsup-verdicts-1", "sweep": SWEEP, "marks": [], **told}
        whole["marks"] = [
            {**one, "clue_id": one["clue_id"] or free.removeprefix("#/clue/")} for one in whole["marks"]
        ]
        text = json.dumps(whole)
    file = tmp_path / "verdicts.json"
    file.write_text(str(text), encoding="utf-8")
    assert _load(page, file).startswith(answer)
    assert page.run("document.getElementById('n-marks').innerText") == "0"


def test_an_approved_exception_gets_no_verdict(marking: Page) -> None:
    """The ledger does not hold it, and would refuse the whole file."""
    page = marking
    page.go(f"#/clue/{LONG}")
    assert "已批准例外的线索不登入台账" in page.text()
    page.press("1")
    assert page.run("document.getElementById('n-marks').innerText") == "0"


def test_where_the_browser_keeps_nothing_the_page_says_so(marking: Page, rendered: Rendered) -> None:
    page = marking
    broken = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})"
    script = page.command("Page.addScriptToEvaluateOnNewDocument", source=broken)
    _again(page, rendered, "#/marks")
    assert "此浏览器不为本页暂存内容" in page.text()
    page.go("#/clues")
    _focus(page)
    page.press("1")
    page.wait("document.getElementById('n-marks').innerText === '1'")
    assert page.run("dispatchEvent(new Event('beforeunload', {cancelable: true}))") is False
    page.command("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])
    page.go("#/marks")
    page.run("[...document.querySelectorAll('.marks-tools button.quiet')].at(-1).click()")


def test_verdicts_on_restricted_clues_stay_out_of_the_browser(page: Page, tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    file = folder / "report.html"
    file.write_text(render_report(folder, "zh", restricted=True), encoding="utf-8")
    page.open(file, "#/clues")
    _focus(page)
    page.press("1")
    page.wait("document.getElementById('n-marks').innerText === '1'")
    assert page.run("Object.keys(localStorage).length") == 0
    page.go("#/marks")
    assert "限制阅看的评议不在浏览器中暂存" in page.text()
    page.run("[...document.querySelectorAll('.marks-tools button.quiet')].at(-1).click()")


def test_the_codes_are_those_of_the_workflow(page: Page, tmp_path: Path) -> None:
    from jointsup_rules.problems import Text

    folder = make_small(tmp_path / "small")
    file = folder / "report.html"
    codes = {"yes": Text("是", "yes"), "no": Text("否", "no")}
    file.write_text(render_report(folder, "zh", verdicts=codes), encoding="utf-8")
    page.open(file, "#/clues")
    page.run("document.querySelector('.list input:not(:disabled)').click()")
    page.wait("document.querySelectorAll('button.verdict').length === 2")
    assert page.texts("button.verdict") == ["1 是", "2 否"]
