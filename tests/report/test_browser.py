"""The page in a real browser, from file://: it does its work and asks nothing of a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jointsup_rules.report import islands, render_report

from .browser import Page
from .conftest import Rendered
from .make_folder import HOSTILE
from .told import clue_id, dossier_id

pytestmark = pytest.mark.browser

LONG = clue_id("LONG-01", "FY:2021-0931")
SIDES = clue_id("DQ-02", "GA:2024-0117|JC:2024-0208")
DOSSIER = dossier_id("（2021）栖0103民初931号")
VIEWS = (
    "#/",
    "#/clues",
    f"#/clue/{LONG}",
    f"#/clue/{SIDES}",
    "#/dossiers",
    "#/marks",
    f"#/dossier/{DOSSIER}",
    "#/rules",
    "#/rule/LONG-01",
    "#/not-clear",
    "#/gone",
    "#/data",
)


def _rows(page: Page) -> int:
    return int(page.run("document.querySelectorAll('[data-view=clues] .list tbody tr').length"))


def test_every_view_opens_without_network_or_complaint(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"))
    for lang in ("en", "zh"):
        page.run(f"document.querySelector('[data-lang={lang}]').click()")
        for view in VIEWS:
            page.go(view)
            assert page.run("document.querySelectorAll('[data-view]:not([hidden])').length") == 1, view
            assert page.run("document.querySelector('[data-view]:not([hidden]) h1').innerText"), view
    assert page.requests == [rendered("small").as_uri()]


def test_the_policy_stops_what_is_not_in_the_file(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"))
    blocked = page.run("""new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.broken = 1";
        document.body.append(script);
    })""")
    assert blocked.startswith("script-src")
    assert page.run("window.broken") is None
    page.complaints.clear()  # the refusal itself, which is what was wanted


def test_choosing_values_narrows_the_list_and_the_counts_tell_before(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues")
    assert _rows(page) == 12
    told = page.run("inspect.countBeside('severity', 'high')")
    page.run("inspect.check('severity', 'high')")
    assert _rows(page) == told == 4
    assert page.run("inspect.countBeside('severity', 'medium')") == 6  # what choosing it too would add
    assert page.run("inspect.countBeside('rule', 'INV-06')") == 0
    page.run("inspect.check('severity', 'medium')")
    assert _rows(page) == 10
    told = page.run("inspect.countBeside('rule', 'INV-06')")
    page.run("inspect.check('rule', 'INV-06')")
    assert _rows(page) == told == 2
    assert page.run("location.hash") == "#/clues?severity=high,medium&rule=INV-06"
    assert page.texts("[data-view=clues] [role=status]")[0].startswith("2 条线索（共 12 条）")
    page.run("document.querySelector('.chosen .quiet').click()")
    page.wait("document.querySelectorAll('[data-view=clues] .list tbody tr').length === 12")


def test_the_address_alone_brings_a_view_back(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues?unit=GA0102&sort=-over_days&q=%E6%A3%80%E5%AF%9F")
    assert _rows(page) == 2
    assert page.run("document.getElementById('words').value") == "检察"
    over = page.texts(".list td.c-over")
    assert over == ["107", "64"]


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("补充侦查", 1),
        ("(2021)栖0103民初931号", 2),  # other brackets than in the data
        ("（2021）栖0103民初931号", 2),
        ("〔2024〕208号", 2),
        ("东湖 移送", 3),
        ("LONG-01", 3),
        ("h000812", 1),
        ("petition", 1),
        ("西岭县人民法院", 3),
        ("没有这样的词", 0),
    ],
)
def test_words_are_searched_in_both_languages(page: Page, rendered: Rendered, words: str, n: int) -> None:
    page.open(rendered("small"), "#/clues")
    page.run(f"inspect.type({json.dumps(words)})")
    assert _rows(page) == n


def test_columns_sort_both_ways_and_empty_values_stay_last(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues")
    for hash_, first, last in (
        ("#/clues?sort=due_on", "2022-09-14", "–"),
        ("#/clues?sort=-due_on", "2024-12-20", "–"),
    ):
        page.go(hash_)
        days = page.texts(".list td.c-due")
        assert (days[0], days[-1], len(days)) == (first, last, 12)
    assert page.run("document.querySelector('th.c-due').getAttribute('aria-sort')") == "descending"


def test_the_keyboard_alone_finds_opens_walks_and_returns(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues")
    page.press("/")
    assert page.run("document.activeElement.id") == "words"
    page.press("ArrowDown")
    page.press("ArrowDown")
    assert page.run("document.activeElement.dataset.row") == "1"
    page.press("Enter")
    page.wait("location.hash.startsWith('#/clue/') && document.querySelector('article.clue') !== null")
    second = page.run("location.hash")
    page.press("ArrowLeft")
    page.wait(f"location.hash !== '{second}'")
    page.press("ArrowRight")
    page.wait(f"location.hash === '{second}'")
    page.press("Escape")
    page.wait("location.hash.startsWith('#/clues')")
    page.wait("document.activeElement.dataset.row === '1'")


def test_an_opened_clue_shows_all_it_rests_on(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{LONG}")
    text = page.run("document.querySelector('article.clue').innerText")
    for words in (
        "（2021）栖0103民初931号于2021-09-14立案，至2024-12-31已1204天",
        "起算", "基础期限", "扣除", "2022-03-01", "认可", "届满", "超期", "839",
        "依据", "案件主表", "案由", "建设工程施工合同纠纷", "立案表20241228.csv : 118",
        "审判案件.zip/民事.csv : 4410",
        "以虚假结案掩盖的积案", "核对是否已结未录入", "已批准例外 E-2024-003", "重复信访、集体访", "首次发现",
    ):  # fmt: skip
        assert words in text, words
    assert "证据" not in text
    assert "SELECT" not in text
    page.run("document.querySelector('details.sql summary').click()")
    assert "WHERE file_date < $1 AND 1 <> 2" in page.run("document.querySelector('details.sql').innerText")


def test_the_lines_of_a_calculation_name_articles_in_both_languages(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{clue_id('LONG-03', 'P-93bc|GA:2022-0310')}")
    assert "《公安机关办理经济犯罪案件的若干规定》" not in "".join(page.texts(".working td"))
    page.run("document.querySelector('[data-lang=en]').click()")
    lines = page.texts(".working tr")
    page.run("document.querySelector('[data-lang=zh]').click()")
    assert [
        line
        for line in lines
        if "base limit" in line and "Provisions on Handling Economic Crime Cases art. 25" in line
    ]
    assert [line for line in lines if "extension" in line and "not honoured" in line]


def test_the_law_stands_with_its_text_its_version_and_its_doubts(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{clue_id('PRO-05', 'JC:2024-0311')}")
    text = page.run("document.querySelector('article.clue').innerText")
    assert "人民检察院行刑反向衔接工作指引 第 12 条" in text
    assert "决定不起诉的案件，应当在三个工作日以内移送行政检察部门审查。" in text
    assert "自 2024-11-26 起施行的文本" in text
    assert "引文待核对（把握：中）" in text


def test_both_sides_of_a_contradiction_stand_beside_each_other(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{SIDES}")
    rows = [row.split("\t") for row in page.texts(".record tr")]
    assert ["受理日", "2024-01-18", "2024-02-01", "≠"] in rows
    assert ["案由", "盗窃罪", "盗窃罪"] in rows


def test_a_clue_lies_on_a_time_line_to_scale(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{LONG}")
    base, over = page.run("""['base', 'over'].map((kind) => {
        const bar = document.querySelector(`.timeline rect.${kind}`);
        return [Number(bar.getAttribute('x')), Number(bar.getAttribute('width'))];
    })""")
    # From 2021-09-14 to 2022-09-14, and on to 2024-12-31.
    assert base[0] + base[1] == pytest.approx(over[0], abs=0.1)
    assert over[1] / base[1] == pytest.approx(839 / 365, abs=0.01)
    told = page.run("[...document.querySelectorAll('.timeline text')].map((one) => one.textContent)")
    for words in (
        "2021-09-14 至 2022-09-14（365 天）",
        "2022-03-01 至 2022-06-01（92 天）",
        "第一次开庭 日期",
        "以 2024-12-31 为准",
    ):
        assert words in told, told


def test_a_clue_that_is_not_here_is_said_to_be_elsewhere(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{clue_id('HOT-06', 'a81f00')}")
    assert "本报告中没有这条线索" in page.text()


def test_packed_data_read_like_plain_ones(
    page: Page, rendered: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(islands, "PLAIN_BYTES", 0)
    file = tmp_path / "report.html"
    file.write_text(render_report(rendered("small").parent, "zh"), encoding="utf-8", newline="\n")
    page.open(file, f"#/clue/{LONG}")
    packed = page.text()
    page.open(rendered("small"), f"#/clue/{LONG}")
    assert page.text() == packed


def test_a_browser_that_cannot_unpack_says_so(
    page: Page, rendered: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(islands, "PLAIN_BYTES", 0)
    file = tmp_path / "report.html"
    file.write_text(render_report(rendered("small").parent, "zh"), encoding="utf-8", newline="\n")
    script = page.command("Page.addScriptToEvaluateOnNewDocument", source="delete window.DecompressionStream")
    page.command("Page.navigate", url=file.as_uri() + "#/")
    page.wait("document.getElementById('alert')?.hidden === false")
    assert "浏览器过旧" in page.text()
    assert "未能评估不等于没有问题" in page.text()
    page.command("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])


@pytest.mark.parametrize(
    "view",
    [view for view in VIEWS if "/clue/" not in view and "/dossier/" not in view and view != "#/marks"]
    + ["clue", "dossier"],
)
def test_hostile_values_are_shown_as_text(page: Page, rendered: Rendered, view: str) -> None:
    page.open(rendered("hostile"))
    if view == "clue":
        page.go("#/clues")
        view = page.run("document.querySelector('.list a').getAttribute('href')")
    elif view == "dossier":
        page.go("#/dossiers")
        view = page.run("document.querySelector('[data-view=dossiers] td a').getAttribute('href')")
    page.go(view)
    assert page.run("window.broken") is None
    assert page.run("document.querySelectorAll('img, iframe').length") == 0
    assert page.run("document.scripts.length") == 4
    text = page.run("document.querySelector('[data-view]:not([hidden])').textContent")
    assert HOSTILE[:9] in text
    for steering in "\u202e\u200f\u2028\x07":
        assert steering not in text


def test_ten_thousand_characters_fold_and_unfold(page: Page, rendered: Rendered) -> None:
    page.open(rendered("hostile"), "#/clues")
    page.run("document.querySelectorAll('.list a')[1].click()")
    page.wait("document.querySelector('article.clue .long') !== null")
    height = page.run("document.querySelector('.sentence').offsetHeight")
    page.run("document.querySelector('.sentence .long summary').click()")
    assert page.run("document.querySelector('.sentence').textContent.replace(/[^长]/g, '').length") == 10_000
    assert page.run("document.querySelector('.sentence').offsetHeight") > height
    assert page.run("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1366, 1920, 800])
def test_no_view_is_wider_than_the_window(page: Page, rendered: Rendered, width: int) -> None:
    page.resize(width)
    page.open(rendered("small"))
    for view in VIEWS:
        page.go(view)
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), view
    page.resize(1366)


def test_of_two_clues_asked_for_in_haste_the_last_is_shown(page: Page, rendered: Rendered) -> None:
    page.open(rendered("large"), "#/clues?page=150")
    far = page.run("document.querySelector('.list a').getAttribute('href')")
    page.go("#/clues")
    near = page.run("document.querySelector('.list a').getAttribute('href')")
    page.go(near)
    page.go("#/clues")
    # The far one has yet to be unpacked when the near one, known by now, is asked for.
    page.run(f"""new Promise((done) => {{
        const next = () => {{ location.hash = {json.dumps(near)}; done(); }};
        addEventListener("hashchange", next, {{once: true}});
        location.hash = {json.dumps(far)};
    }})""")
    page.run("new Promise((done) => setTimeout(done, 400))")
    assert page.texts(".over-title .id") == [near.removeprefix("#/clue/")]


def test_what_is_due_soonest_stands_first(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/not-clear?outcome=due_soon")
    days = page.texts("[data-view=not-clear] tbody td:nth-child(7)")
    assert days == [f"2025-01-0{n}" for n in range(1, 6)]
    page.go("#/not-clear")
    assert len(page.texts("[data-view=not-clear] tbody tr")) == 19
