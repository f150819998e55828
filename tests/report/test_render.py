"""The page as text: one file, the same bytes, nothing said that may not be said."""

from __future__ import annotations

import base64
import doctest
import gzip
import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from jointsup_rules.report import figures, islands, read, render, render_by_unit, render_report, words
from jointsup_rules.report.render import view

from .make_folder import HOSTILE, make_hostile, make_large, make_small


class _Markup(HTMLParser):
    """Elements and their attributes, the text of scripts by id, and the text a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self.styles: list[str] = []
        self.seen: list[str] = []
        self._within: tuple[str, str | None] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = (tag, dict(attrs).get("id"))
        if tag == "script":
            self.scripts[dict(attrs).get("id")] = ""

    def handle_data(self, data: str) -> None:
        tag, name = self._within or ("", None)
        if tag == "script":
            self.scripts[name] += data
        elif tag == "style":
            self.styles.append(data)
        else:
            self.seen.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = None


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small(tmp_path_factory.mktemp("sweep") / "small")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile(tmp_path_factory.mktemp("sweep") / "hostile")


def _all_text(html: str) -> str:
    """The page with its packed data unpacked, as one text."""
    packed = re.findall(r'data-form="gzip">([^<]*)<', html)
    return html + "\n".join(gzip.decompress(base64.b64decode(text)).decode() for text in packed)


@pytest.mark.parametrize("module", [read, figures, islands, words, render])
def test_examples_in_the_documentation_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_same_folder_gives_the_same_bytes_whatever_the_machine(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    first = render_report(folder, "zh")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["timings"] = {"total_s": 99, "rules": {}}
    manifest["versions"] = {"engine": "0.1.0", "duckdb": "2.0.7", "python": "3.14.1"}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert render_report(folder, "zh") == first


def test_packed_data_give_the_same_bytes_too(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "PLAIN_BYTES", 0)
    assert render_report(small, "zh") == render_report(small, "zh")


def test_the_page_opens_in_the_language_asked_for(small: Path) -> None:
    assert '<html lang="zh-CN">' in render_report(small, "zh")
    english = render_report(small, "en")
    assert '<html lang="en">' in english
    assert "<title>Clue report " in english


def test_the_policy_names_style_and_script_by_hash_and_allows_nothing_else(small: Path) -> None:
    markup = _Markup(render_report(small, "zh"))
    policy = next(
        attributes["content"] or ""
        for tag, attributes in markup.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    hashes = {
        name: "'sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode() + "'"
        for name, text in (("style", "".join(markup.styles)), ("script", markup.scripts[None]))
    }
    assert policy == (
        f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("folder", ["small", "hostile"])
def test_nothing_in_the_page_leads_outside_or_runs_on_its_own(
    folder: str, request: pytest.FixtureRequest
) -> None:
    markup = _Markup(render_report(request.getfixturevalue(folder), "zh"))
    for tag, attributes in markup.elements:
        assert tag not in ("img", "iframe", "object", "embed", "form", "audio", "video", "base")
        for name, setting in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "src", "srcset", "action"), (tag, name)
            if name == "href":
                assert (setting or "").startswith(("#", "data:,")), setting
    assert "url(" not in "".join(markup.styles)
    assert "@import" not in "".join(markup.styles)


def test_the_script_never_turns_text_into_markup_or_code(small: Path) -> None:
    script = _Markup(render_report(small, "zh")).scripts[None]
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
    ):
        assert word not in script


def test_hostile_values_stay_text(hostile: Path) -> None:
    html = render_report(hostile, "zh")
    markup = _Markup(html)
    data = {name for name in markup.scripts if name is not None}
    assert data == {"words", "island-sweep", "island-part-0"}
    sweep = json.loads(markup.scripts["island-sweep"])
    reasons = sweep["clues"]["columns"]["reason_zh"]
    assert HOSTILE in (reasons.get("v") or reasons.get("p"))
    assert "{{7*7}}" in "".join(markup.seen)  # a value is no template
    assert HOSTILE[:20] in "".join(markup.seen)
    assert "\u202e" not in html.split("<script", 1)[0]


def test_grade_c_is_nowhere_in_the_page_for_everybody(small: Path) -> None:
    text = _all_text(render_report(small, "zh"))
    for secret in ("a81f00", "b02277", "c90100", "举报.csv"):
        assert secret not in text


def test_grade_c_is_nowhere_in_packed_data_either(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "PLAIN_BYTES", 0)
    text = _all_text(render_report(small, "zh"))
    assert "建设工程施工合同纠纷" in text
    assert "a81f00" not in text


def test_the_restricted_page_holds_grade_c_alone(small: Path) -> None:
    text = _all_text(render_report(small, "zh", restricted=True))
    for kept in ("a81f00", "b02277", "c90100", "举报.csv", "限制阅看"):
        assert kept in text
    for other in ("建设工程施工合同纠纷", "栖公东刑立字〔2023〕117号", "FY:2022-0404"):
        assert other not in text


def _row(html: str, rule_id: str) -> str:
    section = html.split('data-view="rules"')[1].split("</section>")[0]
    return next(row for row in section.split("<tr") if f">{rule_id}</span>" in row)


def test_a_rule_that_did_not_run_shows_its_reason_and_no_number(small: Path) -> None:
    html = render_report(small, "zh")
    for rule_id, why in (
        ("ENT-04", "数据集中没有表 case_party（当事人）"),
        ("EXE-07", "JR301 超过规则的内存限额 512 MB"),
    ):
        row = _row(html, rule_id)
        assert why in row
        assert 'class="number' not in row
        assert "已运行" not in row
    assert ">440<" in _row(html, "DQ-02")


def test_the_first_page_says_what_was_not_evaluated_and_not_read(small: Path) -> None:
    seen = "".join(_Markup(render_report(small, "zh").split('data-view="rules"')[0]).seen)
    for words_of_page in (
        "未能评估不等于没有问题",
        "数据集中没有表 case_party（当事人）",
        "规则无法判断的对象：11 项",
        "法院数据只到 2024-11-30",
        "导入时未能读取：20 行整行拒收，8 个值按不明处理",
        "没有 2024-02-30 这一天",
        "另有 1 条 C 级线索单独存放",
        "线索只提示一处需要核实的情况，不认定任何单位或个人有过错",
    ):
        assert words_of_page in seen


def test_counts_that_do_not_add_up_are_announced(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["dataset"]["sources"][0]["files"][0]["rows_in"] += 1
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert "合计不符，请勿引用并告知数据管理员：police-cases" in render_report(folder, "zh")
    path.write_text(
        json.dumps({**manifest, "dataset": {**manifest["dataset"], "sources": []}}), encoding="utf-8"
    )
    assert "请勿引用并告知数据管理员" not in _Markup(render_report(folder, "zh")).seen


def test_more_clues_than_a_page_carries_are_left_out_in_words(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "REPORT_CLUES", 5)
    html = render_report(small, "zh")
    assert "线索过多：本页列出最突出的 5 条，共 12 条" in html
    assert json.loads(_Markup(html).scripts["island-sweep"])["clues"]["n"] == 5


def test_more_subjects_that_are_no_clues_are_left_out_but_counted(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "REPORT_ROWS_PER_RULE", 2)
    sweep = json.loads(_Markup(render_report(small, "zh")).scripts["island-sweep"])
    assert (sweep["not_clear"]["n"], sweep["not_clear"]["total"]) == (2 + 2 + 5 + 1, 19)


def test_twenty_thousand_clues_fit_a_file_of_twenty_megabytes(tmp_path: Path) -> None:
    html = render_report(make_large(tmp_path / "large"), "zh")
    size = len(html.encode())
    print(f"20000 clues: {size / 1e6:.1f} MB")
    assert size <= 20_000_000


@pytest.mark.parametrize(
    ("chosen", "address"),
    [
        ({}, "#/clues"),
        ({"unit": None}, "#/clues?unit=%E2%88%85"),
        ({"unit": "a,b&c=d", "rule": "CM-15"}, "#/clues?unit=a%2Cb%26c%3Dd&rule=CM-15"),
    ],
)
def test_addresses_of_views_are_quoted(chosen: dict[str, str | None], address: str) -> None:
    assert view("clues", **chosen) == address


def test_a_unit_s_report_holds_its_clues_alone(small: Path) -> None:
    text = _all_text(render_report(small, "zh", unit="FY0103"))
    assert "（2021）栖0103民初931号" in text
    for other in ("栖公东刑立字〔2023〕117号", "云栖市公安局东湖分局", "a81f00", "西检刑不诉〔2024〕31号"):
        assert other not in text
    sweep = json.loads(_Markup(render_report(small, "zh", unit="FY0103")).scripts["island-sweep"])
    assert sweep["clues"]["n"] == 3
    assert set(sweep["units"]) == {"FY0103"}


def test_reports_by_unit_hold_every_clue_once_and_an_index_leads_to_them(small: Path) -> None:
    pages = dict(render_by_unit(small, "zh"))
    found: list[str] = []
    for name, page in pages.items():
        if name != "index.html":
            columns = json.loads(_Markup(page).scripts["island-sweep"])["clues"]["columns"]["clue_id"]
            found += columns.get("p") or [columns["v"][i] for i in columns["i"]]
    assert len(found) == len(set(found)) == 12
    index = _Markup(pages["index.html"])
    links = [attributes["href"] for tag, attributes in index.elements if tag == "a"]
    assert sorted(str(link) for link in links) == sorted(set(pages) - {"index.html"})
    assert "西岭县人民法院" in index.seen
    assert "a81f00" not in "".join(pages.values())
