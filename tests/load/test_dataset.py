"""What an import replaces, keeps and lets stand."""

from __future__ import annotations

from datetime import date

import pytest

from .office import DICTIONARY, HEADER, SOURCE, Office, dictionary, said

OTHER = (
    SOURCE.replace("source: cases", "source: court")
    .replace("案件*", "法院*")
    .replace("2024-12-31", "2024-11-30")
)


def rows(*ids: str, amount: int = 1) -> str:
    return HEADER + "".join(f"{one},2024-05-01,,在办,{amount}\n" for one in ids)


def standing(office: Office) -> list[tuple[object, ...]]:
    return office.rows("case_id, _source, _file, _line")


def repeated(office: Office) -> list[tuple[str, str, str, str]]:
    """(file, line, value, fix) of rows that gave way."""
    return [
        (one["file"], one["line"], one["value"], one["fix"].split(" / ")[1])
        for one in office.rejects()
        if "the key is there twice" in one["why"]
    ]


def test_of_two_rows_with_one_key_in_a_file_the_first_stands(office: Office) -> None:
    result = office.bring(office.write("案件.csv", rows("A1", "A2", "A1")))
    assert (result.n_in, result.n_loaded, result.n_rejected) == (3, 2, 1)
    assert standing(office) == [("A1", "cases", "案件.csv", 2), ("A2", "cases", "案件.csv", 3)]
    assert repeated(office) == [("案件.csv", "4", "A1", "the row that stands is line 2 of 案件.csv")]


def test_an_import_replaces_what_its_source_brought_and_no_other(office: Office) -> None:
    office.use(SOURCE, OTHER)
    office.bring(
        office.write("案件1.csv", rows("A1", "A2") + "A9,x,,在办,1\n"), office.write("法院.csv", rows("B1"))
    )
    office.bring(office.write("案件2.csv", rows("A3")))
    assert standing(office) == [("A3", "cases", "案件2.csv", 2), ("B1", "court", "法院.csv", 2)]
    assert office.rejects() == []
    assert [one["source"] for one in office.manifest()["sources"]] == ["cases", "court"]
    office.bring(office.write("法院2.csv", rows("B2", "B2")))
    assert standing(office) == [("A3", "cases", "案件2.csv", 2), ("B2", "court", "法院2.csv", 2)]


def test_added_exports_stand_beside_and_the_later_row_before_the_earlier(office: Office) -> None:
    office.bring(office.write("案件1.csv", rows("A1", "A2")), exported_on=date(2024, 11, 30))
    result = office.bring(office.write("案件2.csv", rows("A2", "A3")), add=True)
    assert standing(office) == [
        ("A1", "cases", "案件1.csv", 2),
        ("A2", "cases", "案件2.csv", 2),
        ("A3", "cases", "案件2.csv", 3),
    ]
    assert repeated(office) == [("案件1.csv", "3", "A2", "the row that stands is line 2 of 案件2.csv")]
    assert (result.n_in, result.n_loaded) == (2, 2)
    files = office.manifest()["sources"][0]["files"]
    assert [(one["name"], one["rows_in"], one["rows_loaded"], one["rows_rejected"]) for one in files] == [
        ("案件1.csv", 2, 1, 1),
        ("案件2.csv", 2, 2, 0),
    ]
    assert office.manifest()["sources"][0]["exported_on"] == "2024-12-31"


def test_an_older_export_added_later_gives_way(office: Office) -> None:
    office.bring(office.write("案件2.csv", rows("A1")))
    office.bring(office.write("案件1.csv", rows("A1", "A2")), add=True, exported_on=date(2024, 10, 31))
    assert standing(office) == [("A1", "cases", "案件2.csv", 2), ("A2", "cases", "案件1.csv", 3)]
    # Its reject stays when more is added.
    office.bring(office.write("案件3.csv", rows("A4")), add=True)
    assert repeated(office) == [("案件1.csv", "2", "A1", "the row that stands is line 2 of 案件2.csv")]


def test_a_row_that_gave_way_to_another_source_comes_back(office: Office) -> None:
    office.use(SOURCE, OTHER)
    office.bring(office.write("法院.csv", rows("X", "B1")))
    alone = office.state()
    office.bring(office.write("案件.csv", rows("X", "A1")))
    assert standing(office) == [
        ("A1", "cases", "案件.csv", 3),
        ("B1", "court", "法院.csv", 3),
        ("X", "cases", "案件.csv", 2),
    ]
    assert repeated(office) == [("法院.csv", "2", "X", "the row that stands is line 2 of 案件.csv")]
    # It does not pile up.
    both = office.state()
    office.bring(office.write("案件.csv", rows("X", "A1")))
    assert office.state() == both
    office.bring(office.write("案件.csv", rows("A1")))
    assert ("X", "court", "法院.csv", 2) in standing(office)
    assert repeated(office) == []
    assert not (office.into / "superseded").exists()
    assert alone["cases.parquet"] != both["cases.parquet"]


def test_the_order_of_imports_does_not_matter(office: Office) -> None:
    office.use(SOURCE, OTHER)
    ours, theirs = office.write("案件.csv", rows("X", "A1", "A1")), office.write("法院.csv", rows("X", "B1"))
    office.bring(ours)
    office.bring(theirs)
    one_way = office.state()
    office.into = office.data / "other" / "demo"
    office.bring(theirs)
    office.bring(ours)
    assert office.state() == one_way
    office.into = office.data / "third" / "demo"
    office.bring(theirs, ours)
    assert office.state() == one_way


def test_unread_values_and_unknown_codes_of_sources_that_stay_are_kept(office: Office) -> None:
    office.use(SOURCE, OTHER)
    office.bring(office.write("法院.csv", HEADER + "B1,x,,Z,1\nB2,1,2\n"))
    before = office.rejects()
    profile = office.bring(office.write("案件.csv", rows("A1"))).profile
    assert office.rejects() == before
    assert office.rows("_unread")[1] == (["filed_on", "status"],)
    assert profile["tables"]["cases"]["columns"]["status"]["unknown_codes"] == {"Z": 1}


def test_a_file_that_is_there_already_is_not_added(office: Office) -> None:
    file = office.write("案件.csv", rows("A1"))
    office.bring(file)
    assert said(office.refused(file, add=True)) == [
        "案件.csv:1 JR120 the dataset has a file '案件.csv' already"
    ]


def test_a_column_added_to_the_dictionary_is_empty_for_what_was_there(office: Office) -> None:
    office.use(SOURCE, OTHER)
    office.bring(office.write("法院.csv", rows("B1")))
    more = DICTIONARY + "      judge: {label: 法官, type: text}\n"
    office.dictionary = dictionary(
        more.replace("      n_people: {label: {zh: 人数, en: people}, type: integer}\n", "")
    )
    office.use(SOURCE.replace("    amount: 金额", "    amount: 金额\n    judge: 状态"), OTHER)
    office.bring(office.write("案件.csv", rows("A1")))
    assert office.rows("case_id, judge") == [("A1", "在办"), ("B1", None)]


def test_a_type_changed_in_the_dictionary_is_refused(office: Office) -> None:
    office.use(SOURCE, OTHER)
    office.bring(office.write("法院.csv", rows("B1")))
    office.dictionary = dictionary(DICTIONARY.replace("type: decimal", "type: text"))
    office.use(SOURCE, OTHER)
    assert said(office.refused(office.write("案件.csv", rows("A1")))) == [
        "cases.parquet:1 JR119 column 'cases.amount' was DECIMAL(18,4) and is VARCHAR now"
    ]


def test_a_table_gone_from_the_dictionary_is_refused(office: Office) -> None:
    units = "  units: {label: 单位, key: [u], columns: {u: {label: 名, type: text}}}\n"
    office.dictionary = dictionary(DICTIONARY + units)
    office.use(SOURCE, OTHER + "  units: {u: 状态}\n")
    office.bring(office.write("法院.csv", rows("B1")))
    office.dictionary = dictionary(DICTIONARY)
    office.use(SOURCE, OTHER)
    ours = office.write("案件.csv", rows("A1"))
    assert said(office.refused(ours)) == [
        "demo:1 JR119 the dictionary no longer has units, which source 'court' filled"
    ]
    office.bring(ours, office.write("法院.csv", rows("B1")))
    assert not (office.into / "units.parquet").exists()


@pytest.mark.parametrize("content", ["{}", "not json", '{"format": 99, "sources": []}'])
def test_a_folder_that_is_no_dataset_is_left_alone(office: Office, content: str) -> None:
    office.into.mkdir(parents=True)
    (office.into / "manifest.json").write_text(content)
    (problem,) = office.refused(office.write("案件.csv", rows("A1")))
    assert problem.what.en == "the folder is there, but is no dataset this program can read"


def test_keys_of_several_columns_are_named_together(office: Office) -> None:
    office.dictionary = dictionary(DICTIONARY.replace("key: [case_id]", "key: [case_id, status]"))
    office.use(SOURCE)
    office.bring(office.write("案件.csv", HEADER + "A,,,在办,\nA,,,已结,\nA,,,在办,\n"))
    assert [(one["column"], one["value"]) for one in office.rejects()] == [("case_id, status", "A|OPEN")]


def test_keys_of_people_are_masked(office: Office) -> None:
    office.dictionary = dictionary(DICTIONARY.replace("key: [case_id]", "key: [person]"))
    office.use("source: cases\nfiles: '*.csv'\nexported_on: 2024-12-31\ntables: {cases: {person: 人}}\n")
    office.bring(office.write("a.csv", "人\n王某\n王某\n"))
    assert [one["value"] for one in office.rejects()] == ["＊＊＊"]
