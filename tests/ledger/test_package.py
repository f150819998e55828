"""Packages for other offices: what is in them, that they open without this program, and who may see them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook

from jointsup_rules.ledger.documents import check_documents
from jointsup_rules.ledger.moving import Refused
from jointsup_rules.ledger.package import Package
from jointsup_rules.problems import ProblemsError
from tests.ledger.desk import (
    AT,
    DISCIPLINE,
    LI,
    POLICE,
    ROOT,
    WANG,
    Office,
    clue,
    new_office,
    product_workflow,
)

HOSTILE = {
    "formula": "=HYPERLINK(\"http://x\",\"点\")", "minus": "-1+1", "at": "@SUM(1)", "markup": "<w:t>&amp;<b>",
    "places": "{{ number }}{% for c in clues %}{{ c.unit }}", "long": "长" * 10_000, "control": "a\x00b\x0bc\x1fd",
    "halves": "甲\ud800乙\ufffe丙", "right_to_left": "\u202eabc\u202c", "emoji": "😀👩‍👩‍👧", "lines": "一\r\n二\n三\r四", "escape": "_x0041_",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    clues = {
        "LONG-01-a": clue(over_days=30, started_on="2024-01-02", due_on="2025-01-01", law="示例条例第3条"),
        "LONG-01-b": clue(case_no="（2024）示0001刑初2号"), "LONG-01-c": clue(unit="U2"),
        "HOT-05-d": clue("HOT-05", grade="C", case_no="（2024）密件1号", reason_zh="办案人员的密件内容，需核实。"),
    }  # fmt: skip
    return new_office(tmp_path, clues)


def letter_text(path: Path) -> str:
    """All words of a letter, its tables too."""
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def sheet_of(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def all_text(folder: Path) -> str:
    """Every word of a package, as other programs read it."""
    words = [letter_text(path) for path in folder.glob("*.docx")]
    for path in folder.glob("*.xlsx"):
        book = CalamineWorkbook.from_path(str(path))
        words += [
            str(cell)
            for name in book.sheet_names
            for row in book.get_sheet_by_name(name).to_python()
            for cell in row
        ]
    return "\n".join([*words, (folder / "manifest.json").read_text(encoding="utf-8")])


@pytest.fixture
def package(office: Office) -> Package:
    office.screen("LONG-01-a", "LONG-01-b")
    return office.send("LONG-01-b", "XS2025-0001", source="模型筛查", phone="000-0000")


def test_a_package_opens_without_the_program(package: Package) -> None:
    assert package.number == "示移〔2025〕1号"
    assert package.folder.name == "示移〔2025〕1号"
    names = sorted(path.relative_to(package.folder).as_posix() for path in package.folder.rglob("*"))
    assert names == [
        "manifest.json",
        "依据和计算.xlsx",
        "模型说明",
        "模型说明/LONG-01.html",
        "线索清单.xlsx",
        "线索移送函.docx",
    ]
    words = letter_text(package.folder / "线索移送函.docx")
    for said in (
        "示移〔2025〕1号",
        "U1：",
        "线索 2 条",
        "模型筛查",
        "000-0000",
        "2025年7月31日",
        "王某",
        str(package.head),
    ):
        assert said in words
    for one in package.clues:
        assert one.ledger_no in words
        assert str(one.facts["case_no"]) in words
    assert "{{" not in words
    assert "{%" not in words


def test_the_list_holds_every_clue_in_order_of_number_and_columns_to_answer_in(package: Package) -> None:
    head, *rows = sheet_of(package.folder / "线索清单.xlsx", "线索清单")
    assert head[:3] == ["台账编号", "线索编号", "规则"]
    assert head[11:14] == ["认定结论", "反馈日", "核查人员"]
    assert [row[:2] for row in rows] == [["XS2025-0001", "LONG-01-a"], ["XS2025-0002", "LONG-01-b"]]
    assert rows[0][6:9] == ["2024-01-02", "2025-01-01", "30"]
    assert not any(rows[0][11:])
    with zipfile.ZipFile(package.folder / "线索清单.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "sheetProtection" in sheet
    assert sheet.count('type="list"') == 4, (
        "conclusion, corrected, disposal and case made are chosen from lists"
    )


def test_evidence_and_calculation_lie_beside_it(package: Package) -> None:
    path = package.folder / "依据和计算.xlsx"
    lines = sheet_of(path, "计算")
    assert lines[1:4] == [
        ["XS2025-0001", "1", "起算 2024-01-02 30日 起算日，当日不计"],
        ["XS2025-0001", "2", "期限 2024-01-02 60日 示例条例第3条 365日"],
        ["XS2025-0001", "3", "超过 2024-01-02 90日 逾期"],
    ]
    row = sheet_of(path, "依据")[1]
    assert row[:6] == ["XS2025-0001", "subject", "case", "K-LONG-01-a", "cases.csv", "2"]
    assert row[6] == "filed_on：2024-01-02\nclosed_on：（空）\ncause：=1+1"


def test_the_manifest_fits_the_files_and_the_ledger(office: Office, package: Package) -> None:
    told = json.loads((package.folder / "manifest.json").read_text(encoding="utf-8"))
    here = {
        path.relative_to(package.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert told["files"] == here
    assert [one["clue_id"] for one in told["clues"]] == ["LONG-01-a", "LONG-01-b"]
    assert told["ledger_head"] == str(office.ledger.head()) == str(package.head)
    assert (told["reply_on"], told["restricted"]) == ("2025-07-31", False)
    assert office.ledger.find(WANG, "LONG-01-a").state == "TRANSFERRED"
    assert office.ledger.find(WANG, "LONG-01-a").fields["document"] == "示移〔2025〕1号"


def test_a_package_is_its_owners_alone(package: Package) -> None:
    for path in [package.folder, *package.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_numbers_run_on_within_the_year_for_each_letter(office: Office, package: Package) -> None:
    office.screen("LONG-01-c")
    assert office.send("LONG-01-c", to="U2").number == "示移〔2025〕2号"
    assert office.send("LONG-01-a", document="proposal").number == "示监建〔2025〕1号"
    assert (
        office.send("LONG-01-a", document="proposal", at="2026-01-05T01:00:00Z").number == "示监建〔2026〕1号"
    )


@pytest.mark.parametrize(
    "document", [name for name in product_workflow().shape.documents if name != "discipline_transfer"]
)
def test_every_letter_can_be_written(office: Office, document: str) -> None:
    shape = product_workflow().shape.documents[document]
    office.screen("LONG-01-a")
    who = next(one for one in (WANG, LI, _leader(), _prosecutor()) if one.role in shape.by)
    package = office.send("LONG-01-a", who=who, document=document)
    words = letter_text(package.folder / f"{shape.label.zh}.docx")
    assert package.number in words
    assert "XS2025-0001" in words
    assert "{{" not in words


def _leader() -> Any:
    from jointsup_rules.ledger.entries import Who

    return Who("leading_group", "周某")


def _prosecutor() -> Any:
    from jointsup_rules.ledger.entries import Who

    return Who("procuratorate", "赵某")


# ---- grade C


def with_workflow(office: Office, **changed: Any) -> Office:
    """The same office under a workflow with other parts."""
    workflow = office.ledger.workflow
    other = replace(workflow, shape=workflow.shape.model_copy(update=changed))
    return replace(office, ledger=replace(office.ledger, workflow=other))


def refusal(office: Office, *clues: str, **more: Any) -> str:
    """What is said against a package; nothing may have been written."""
    head = office.ledger.head()
    with pytest.raises(Refused) as refused:
        office.send(*clues, **more)
    assert office.ledger.head() == head
    assert not list((office.root / "reports/transfers").glob("*"))
    return refused.value.told.zh


def test_grade_c_goes_in_its_own_letter_to_its_own_role(office: Office) -> None:
    office.screen("HOT-05-d", who=DISCIPLINE, grade="C")
    package = office.send("HOT-05-d", who=DISCIPLINE, document="discipline_transfer", to="纪委监委")
    assert "密件内容" in letter_text(package.folder / "问题线索移送函.docx")
    assert json.loads((package.folder / "manifest.json").read_text(encoding="utf-8"))["restricted"] is True


def test_grade_c_is_not_there_for_others_nor_in_their_letters(office: Office) -> None:
    office.screen("HOT-05-d", who=DISCIPLINE, grade="C")
    office.screen("LONG-01-a")
    assert refusal(office, "LONG-01-a", "HOT-05-d") == "台账中没有线索“HOT-05-d”"
    assert refusal(office, "HOT-05-d", who=DISCIPLINE) == "线索移送函由政法委执法监督科、检察院制发"
    assert (
        refusal(office, "LONG-01-a", who=DISCIPLINE, document="discipline_transfer")
        == "台账中没有线索“LONG-01-a”"
    )
    package = office.send("LONG-01-a")
    for word in ("HOT-05", "密件", "XS2025-0004"):
        assert word not in all_text(package.folder)


def test_grade_c_is_never_mixed_even_where_a_workflow_shows_it_to_all(office: Office) -> None:
    shape = office.ledger.workflow.shape
    roles = {**shape.roles, "committee": shape.roles["committee"].model_copy(update={"sees": ("A", "C")})}
    documents = {**shape.documents, "plan": shape.documents["plan"].model_copy(update={"grades": ("A", "C")})}
    office = with_workflow(office, roles=roles, documents=documents)
    assert (
        refusal(office, "LONG-01-a", "HOT-05-d", document="plan")
        == "C 级线索须单独移送，不能与其他线索放在一起"
    )
    assert office.send("HOT-05-d", document="plan").number == "示专案〔2025〕1号"


# ---- what is refused


def test_what_cannot_be_sent_is_refused_with_nothing_written(office: Office) -> None:
    assert refusal(office) == "没有线索可送"
    assert refusal(office, "XS2025-0099") == "台账中没有线索“XS2025-0099”"
    assert refusal(office, "LONG-01-a") == "XS2025-0001 处于“待初审”，不能“移送”"
    office.screen("LONG-01-a")
    assert refusal(office, "LONG-01-a", "LONG-01-b") == "XS2025-0002 处于“待初审”，不能“移送”"
    assert refusal(office, "LONG-01-a", to=" ") == "没有写明接收单位；用 --to"
    assert refusal(office, "LONG-01-a", who=POLICE) == "线索移送函由政法委执法监督科、检察院制发"
    assert refusal(office, "LONG-01-a", document="transfer_leter").startswith(
        "没有文书“transfer_leter”；是否想写“transfer_letter”？"
    )


def test_a_package_of_another_ledger_is_not_written_over(office: Office) -> None:
    office.screen("LONG-01-a")
    theirs = office.root / "reports/transfers/示移〔2025〕1号"
    theirs.mkdir(parents=True)
    (theirs / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        office.send("LONG-01-a")
    assert (
        refused.value.told.zh
        == "reports/transfers/示移〔2025〕1号 已在，但不是本台账发出的；请先把它移到别处"
    )
    assert office.ledger.find(WANG, "LONG-01-a").state == "SCREENED"
    assert (theirs / "manifest.json").read_text(encoding="utf-8") == "{}"


def test_a_sweep_whose_folder_is_gone_is_told(office: Office) -> None:
    office.screen("LONG-01-a")
    (office.root / "reports/2025-06-30-aaaaaaaa/evidence.parquet").unlink()
    assert problems_of(office, "LONG-01-a") == ["JR705 筛查 2025-06-30-aaaaaaaa 的文件夹不在了，取不到依据"]


def problems_of(office: Office, *clues: str) -> list[str]:
    """What keeps a package from being written; nothing may have been."""
    head = office.ledger.head()
    with pytest.raises(ProblemsError) as error:
        office.send(*clues)
    assert office.ledger.head() == head
    assert not list((office.root / "reports/transfers").glob("*"))
    return [f"{one.code} {one.what.zh}" for one in error.value.problems]


# ---- templates


def edit(office: Office, *added: str, name: str = "线索移送函.docx") -> None:
    """Add paragraphs to a template, as an office does in its editor."""
    path = office.root / "rules/documents" / name
    document = docx.Document(str(path))
    for words in added:
        document.add_paragraph(words)
    document.save(str(path))


def test_an_office_edits_its_template(office: Office) -> None:
    edit(
        office,
        "本院联系人：{{ person }}；线索单位：{{ units }}；{{ more.anything }}",
        "{%p for c in clues %}",
        "去向 {{ c.route }}、规则 {{ c.rule_id }}",
        "{%p endfor %}",
    )
    office.screen("LONG-01-a", "LONG-01-b")
    package = office.send("LONG-01-a", "LONG-01-b")
    words = letter_text(package.folder / "线索移送函.docx")
    assert "本院联系人：王某；线索单位：U1；＿＿＿＿＿＿" in words
    assert words.count("去向 承办单位自查、规则 LONG-01") == 2


def test_a_place_that_an_editor_cut_into_runs_is_filled(office: Office) -> None:
    path = office.root / "rules/documents/线索移送函.docx"
    document = docx.Document(str(path))
    paragraph = document.add_paragraph("编号：{")
    for part in ("{ num", "ber }", "}。"):
        paragraph.add_run(part).bold = True
    document.save(str(path))
    assert check_documents(office.root, office.ledger.workflow) == []
    office.screen("LONG-01-a")
    assert "编号：示移〔2025〕1号。" in letter_text(office.send("LONG-01-a").folder / "线索移送函.docx")


WRONG = {
    "{{ reciever }}": "没有可填的“reciever”；是否想写“receiver”？",
    "{{ clues.case_no }}": "没有可填的“clues.case_no”",
    "{{ number.upper }}": "没有可填的“number.upper”",
    "{% for c in clues %}{{ c.case_nr }}{% endfor %}": "没有可填的“c.case_nr”；是否想写“c.case_no”？",
    "{% for c in clues %}{{ c.case_no }}": "“{{ c.case_no }}”附近写得不对，或没有配对的结尾",
    "{{ number": "“{{ number”附近写得不对，或没有配对的结尾",
    "{{ }}": "“{{ }}”附近写得不对，或没有配对的结尾",
    "{{ number.__class__.__mro__ }}": "没有可填的“number.__class__”",
    "{{ cycler.__init__.__globals__ }}": "没有可填的“cycler”",
    "{{ 'a' * 10000000000 }}": "“{{ 'a' * 10000000000 }}”：模板里只能填名称、用 for 和 if",
    "{% for i in range(999999999) %}{% endfor %}": "“{% for i in range(999999999) %}”：模板里只能填名称、用 for 和 if",
    "{% include 'rules/workflow.yaml' %}": "“{% include 'rules/workflow.yaml' %}”：模板里只能填名称、用 for 和 if",
    "{{ number|upper }}": "“{{ number|upper }}”：模板里只能填名称、用 for 和 if",
    "{% set number = 1 %}": "“{% set number = 1 %}”：模板里只能填名称、用 for 和 if",
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_template_that_names_what_there_is_not_is_refused_with_nothing_written(
    office: Office, words: str
) -> None:
    edit(office, words)
    office.screen("LONG-01-a")
    expected = WRONG[words]
    assert problems_of(office, "LONG-01-a") == [f"JR703 {expected}"]
    (problem,) = check_documents(office.root, office.ledger.workflow)
    assert (problem.place.path, problem.what.zh) == ("rules/documents/线索移送函.docx", expected)


@pytest.mark.parametrize("content", [b"", b"no document", b"PK\x03\x04 cut off", None])
def test_a_template_that_is_none_is_told(office: Office, content: bytes | None) -> None:
    path = office.root / "rules/documents/线索移送函.docx"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    office.screen("LONG-01-a")
    told = (
        "没有模板 线索移送函.docx"
        if content is None
        else "读不了模板 线索移送函.docx：不是 .docx 文件，或已损坏"
    )
    assert problems_of(office, "LONG-01-a") == [f"JR703 {told}"]


def test_the_templates_that_come_along_are_in_order() -> None:
    assert check_documents(ROOT, product_workflow()) == []


# ---- hostile values


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_values_are_text_and_break_nothing(tmp_path: Path, kind: str) -> None:
    value = HOSTILE[kind]
    clues = {"LONG-01-a": clue(case_no=value, reason_zh=value, title=value, law=value, unit="U1")}
    office = new_office(tmp_path, clues)
    office.screen("LONG-01-a")
    package = office.send(
        "LONG-01-a", to=value.replace("\r", " ").replace("\n", " "), source=value, signer=value
    )
    shown = _shown(value)
    words = letter_text(package.folder / "线索移送函.docx")
    assert words.count(shown) >= 3, "the letter says it as it is"
    assert "经办人：王某" in words, "what stands after it is still there"
    cell = sheet_of(package.folder / "线索清单.xlsx", "线索清单")[1][4]
    assert cell == ("'" + shown if value.startswith(("=", "-", "@")) else shown)
    with zipfile.ZipFile(package.folder / "线索清单.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def _shown(value: str) -> str:
    """A value as documents can hold it."""
    for char in "\x00\x0b\x1f\ud800\ufffe":
        value = value.replace(char, "\ufffd")
    return value.replace("\r\n", "\n").replace("\r", "\n")


def test_a_number_with_strange_signs_makes_a_safe_folder(office: Office) -> None:
    shape = office.ledger.workflow.shape
    letter = shape.documents["transfer_letter"].model_copy(
        update={"number": "../{year}/*:{number}", "move": None}
    )
    office = with_workflow(office, documents={"transfer_letter": letter})
    package = office.send("LONG-01-a", at=AT)
    assert package.folder.parent == office.root / "reports/transfers"
    assert package.folder.name == "-2025-1"
