"""Raw rows into the database: every one counted, memory bounded by batches."""

from __future__ import annotations

import duckdb
import pytest

from jointsup_rules.load import staging
from jointsup_rules.load.raw import BadRow, RawRows
from jointsup_rules.load.staging import stage_rows


@pytest.mark.parametrize("n_at_once", [1, 3, 1000])
def test_rows_are_staged_left_out_or_bad(monkeypatch: pytest.MonkeyPatch, n_at_once: int) -> None:
    monkeypatch.setattr(staging, "_BATCH_ROWS", n_at_once)
    records = [(2, ["a", "x"]), BadRow(3, "ragged", ""), (4, ["b", None]), (5, ["c", "y"]), (9, ["d", "z"])]
    raw = RawRows(("k", "v"), 1, iter(records), "")
    told: list[int] = []
    with duckdb.connect() as connection:
        staged = stage_rows(connection, raw, [1, 0], lambda row: row[0] != "c", "texts", told.append)
        rows = connection.execute("SELECT line, c0, c1 FROM texts ORDER BY line").fetchall()
    assert rows == [(2, "x", "a"), (4, None, "b"), (9, "z", "d")]
    assert (staged.n_in, staged.n_staged, staged.n_left_out) == (5, 3, 1)
    assert staged.bad == (BadRow(3, "ragged", ""),)
    assert told == [n for n in (n_at_once, 2 * n_at_once, 3 * n_at_once) if n <= 3]


def test_no_rows_make_an_empty_table() -> None:
    with duckdb.connect() as connection:
        staged = stage_rows(connection, RawRows(("k",), 1, iter([]), ""), [0], None, "texts", lambda n: None)
        assert connection.execute("SELECT count(*) FROM texts").fetchone() == (0,)
    assert staged.n_in == 0
