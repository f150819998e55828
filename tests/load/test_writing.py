"""The files of a dataset: the same bytes for the same exports, and figures that add up."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.load import writing
from jointsup_rules.load.typing import HIDDEN_COLUMNS

from .office import DICTIONARY, HEADER, SOURCE, Office, dictionary


def many(n_rows: int) -> str:
    chance = random.Random(1)
    lines = [
        f"C{chance.randrange(10 * n_rows):07},2024-{chance.randrange(1, 14):02}-11,"
        f"{'' if n % 3 else '2024/6/1'},"
        f"{chance.choice(['在办', '已结', '?'])},{chance.randrange(10**6)}\n"
        for n in range(n_rows)
    ]
    return HEADER + "".join(lines)


def test_the_same_files_give_the_same_bytes(office: Office) -> None:
    file = office.write("案件.csv", many(150_000))
    office.bring(file)
    first = office.state()
    office.bring(file)
    assert office.state() == first
    office.into = office.data / "x" / "demo"
    office.bring(file)
    assert office.state() == first
    assert set(first) == {"cases.parquet", "rejects.csv", "profile.json", "manifest.json"}


def test_the_order_of_the_files_changes_nothing(office: Office) -> None:
    one, two = office.write("案件1.csv", many(50)), office.write("案件2.csv", many(70))
    office.bring(one, two)
    first = office.state()
    office.bring(two, one)
    assert office.state() == first


def test_rows_lie_by_cluster_then_key(office: Office) -> None:
    office.dictionary = dictionary(
        DICTIONARY.replace("key: [case_id]", "key: [case_id]\n    cluster: [status]")
    )
    office.use(SOURCE)
    office.bring(office.write("案件.csv", HEADER + "B,,,在办,\nC,,,已结,\nA,,,在办,\nD,,,,\n"))
    assert office.rows("status, case_id") == [("CLOSED", "C"), ("OPEN", "A"), ("OPEN", "B"), (None, "D")]


def test_the_stored_columns_are_those_of_the_dictionary_and_five_more(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER + "A,,,在办,\n"))
    import duckdb

    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM '{office.into}/cases.parquet'").fetchall()
    assert [(name, kind) for name, kind, *_ in described] == [
        ("case_id", "VARCHAR"), ("filed_on", "DATE"), ("closed_on", "DATE"), ("status", "VARCHAR"),
        ("amount", "DECIMAL(18,4)"), ("is_foreign", "BOOLEAN"), ("recorded_at", "TIMESTAMP"),
        ("n_people", "BIGINT"), ("person", "VARCHAR"), *HIDDEN_COLUMNS.items(),
    ]  # fmt: skip


def test_the_manifest_says_what_was_brought(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER + "A,x,,在办,\nB,,,在办,\nB,,,在办,\n1,2\n"))
    manifest = office.manifest()
    (source,) = manifest["sources"]
    (file,) = source["files"]
    assert (manifest["format"], manifest["name"], manifest["cut_off"]) == (1, "demo", "2024-12-31")
    assert (source["source"], source["agency"]["zh"], source["exported_on"]) == (
        "cases",
        "cases",
        "2024-12-31",
    )
    assert {key: file[key] for key in file if key != "sha256"} == {
        "name": "案件.csv", "bytes": 88, "encoding": "utf-8", "exported_on": "2024-12-31", "rows_in": 4,
        "rows_loaded": 2, "rows_rejected": 2, "rows_left_out": 0, "values_unread": 1, "notes": [],
    }  # fmt: skip
    assert manifest["tables"] == {
        "cases": {
            "rows": 2, "sources": ["cases"], "cut_off": "2024-12-31",
            "columns": ["case_id", "filed_on", "closed_on", "status", "amount"], "unread": {"filed_on": 1},
        }
    }  # fmt: skip


def test_the_profile_tells_nothing_of_people(office: Office) -> None:
    office.use(SOURCE.replace("    amount: 金额", "    amount: 金额\n    person: 备注"))
    header = HEADER.replace("\n", ",备注\n")
    profile = office.bring(
        office.write("案件.csv", header + "A,2024-05-01,,在办,1,张某\nB,,,？,2,李某\n")
    ).profile
    columns = profile["tables"]["cases"]["columns"]
    assert columns["filed_on"] == {
        "filled": 1, "distinct": 1, "min": "2024-05-01", "max": "2024-05-01", "unknown_codes": {}
    }  # fmt: skip
    assert columns["status"]["unknown_codes"] == {"？": 1}
    assert columns["person"] == {"filled": 2, "distinct": 2, "min": None, "max": None, "unknown_codes": {}}
    assert json.loads((office.into / "profile.json").read_text("utf-8")) == profile


def test_a_table_nobody_delivers_has_no_file_and_an_empty_one_has(office: Office) -> None:
    more = DICTIONARY + "  units: {label: 单位, key: [u], columns: {u: {label: 名, type: text}}}\n"
    office.dictionary = dictionary(more)
    office.use(SOURCE)
    result = office.bring(office.write("案件.csv", HEADER))
    assert sorted(path.name for path in office.into.glob("*.parquet")) == ["cases.parquet"]
    assert office.rows() == []
    assert "units" not in office.manifest()["tables"]
    assert [(one.severity, one.what.en) for one in result.problems] == [("warning", "a header and no rows")]


def test_rows_that_do_not_add_up_are_a_fault_of_ours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = office.write("案件.csv", HEADER + "A,,,在办,\n")
    office.bring(file)
    before = office.state()
    monkeypatch.setattr(writing, "_file_counts", lambda *_: {("cases", "案件.csv"): (0, 0, 0)})
    with pytest.raises(RuntimeError, match="1 rows in, but 0 loaded, 0 rejected and 0 left out"):
        office.bring(file)
    assert office.state() == before


LINES = st.lists(
    st.sampled_from(
        ["A,2024-05-01,,在办,1", "A,,,,", ",,,在办,", "B,x,y,z,w", "1,2,3", "", "C,2024年5月1日,,已结,1,2"]
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_every_row_is_loaded_rejected_or_left_out(tmp_path_factory: Any, lines: list[str]) -> None:
    office = Office(tmp_path_factory.mktemp("o"))
    result = office.bring(office.write("案件.csv", HEADER + "".join(f"{line}\n" for line in lines)))
    n_rows = sum(1 for line in lines if line)
    assert result.n_in == n_rows == result.n_loaded + result.n_rejected + result.n_left_out
    assert len(office.rows()) == result.n_loaded
    assert len({one["line"] for one in office.rejects() if one["whole_row"] == "yes"}) == result.n_rejected


def test_days_are_stored_as_days(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER + "A,2024-05-01,,在办,\n"))
    assert office.rows("filed_on, _cut_off") == [(date(2024, 5, 1), date(2024, 12, 31))]
