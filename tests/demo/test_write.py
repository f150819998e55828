"""The files of a demo: the same bytes for the same arguments, in the forms agencies deliver."""

import ast
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from jointsup_rules.demo import read_truth, write_exports
from jointsup_rules.demo.exports import Field, fields_of
from jointsup_rules.demo.write import EXPORTS

REPOSITORY = Path(__file__).parents[2]
COMMITTED = REPOSITORY / "datasets/exports/demo"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_exports(folder)
    return folder


def test_the_committed_exports_are_what_the_generator_writes(written: Path) -> None:
    fresh, committed = _bytes(written), _bytes(COMMITTED)
    assert sorted(fresh) == sorted(committed)
    # To renew them: write_exports(Path("datasets/exports/demo")) with no other arguments; then read the diff.
    assert [name for name in fresh if fresh[name] != committed[name]] == []


def test_the_committed_exports_stay_small() -> None:
    assert sum(len(content) for content in _bytes(COMMITTED).values()) < 2_000_000


def test_another_seed_changes_the_background(written: Path, tmp_path: Path) -> None:
    write_exports(tmp_path, seed=2)
    one, two = _bytes(written), _bytes(tmp_path)
    assert sorted(one) == sorted(two)
    assert one["公安案件_20250630.csv"] != two["公安案件_20250630.csv"]
    assert one["单位名录_20250630.csv"] == two["单位名录_20250630.csv"]


def test_the_truth_read_back_is_the_truth_returned(tmp_path: Path) -> None:
    assert read_truth(_made(tmp_path)) == write_exports(tmp_path)


def _made(folder: Path) -> Path:
    write_exports(folder)
    return folder


def test_a_truth_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(ValueError, match="format 2, not 1"):
        read_truth(tmp_path)


def test_rows_in_are_rows_loaded_rejected_and_left_out(written: Path) -> None:
    truth = read_truth(written)
    for file in truth.files:
        assert file.rows_in == file.rows_loaded + file.rows_rejected + file.rows_left_out, file.name
    assert sum(file.rows_rejected for file in truth.files) >= 15
    assert sum(file.rows_left_out for file in truth.files) == 1
    assert sum(file.values_unread for file in truth.files) >= 11


def test_the_agencies_deliver_in_their_own_forms(written: Path) -> None:
    police = (written / "公安案件_20250630.csv").read_bytes().decode("gb18030").splitlines()
    assert police[0] == "云江市公安局 案件信息导出表"
    assert police[1].startswith("案件编号,立案文书号,")
    assert (written / "法院案件_20250630.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (written / "执行行为_20250630.tsv").read_bytes().startswith((b"\xff\xfe", b"\xfe\xff"))
    assert (written / "信访事项_20250630.jsonl").read_text(encoding="utf-8").startswith('{"信访编号":')
    with zipfile.ZipFile(written / "12337线索_20250630.zip") as archive:
        assert archive.namelist() == ["12337线索_20250630.csv"]
    book = CalamineWorkbook.from_path(written / "检察案件_20250630.xlsx")
    assert book.sheet_names == ["说明", "数据"]


def test_archives_are_stored_since_packing_differs_between_libraries(written: Path) -> None:
    for path in (*written.glob("*.xlsx"), *written.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}, path.name


def test_every_word_of_a_code_is_an_agency_s_own_only_once() -> None:
    for export in EXPORTS:
        assert len(set(export.headers)) == len(export.headers), export.name
        for field in export.fields:
            assert len(set(field.words.values())) == len(field.words), (export.name, field.header)


def test_a_field_is_a_header_a_column_and_the_words_of_its_codes() -> None:
    assert fields_of("日期 on\n状态 status A=在办 B=已结") == (
        Field("日期", "on", {}),
        Field("状态", "status", {"A": "在办", "B": "已结"}),
    )


def test_only_the_command_line_imports_the_demo() -> None:
    importers = []
    for path in (REPOSITORY / "jointsup_rules").rglob("*.py"):
        folder = path.relative_to(REPOSITORY / "jointsup_rules").parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if folder not in ("demo", "cli", "cli.py") and any(
                "jointsup_rules.demo" in name for name in names
            ):
                importers.append(path.name)
    assert importers == []


def test_only_the_demo_knows_the_city() -> None:
    knowing = [
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "jointsup_rules").rglob("*.py")
        if "demo" not in path.parts and "云江市" in path.read_text(encoding="utf-8")
    ]
    assert knowing == []
