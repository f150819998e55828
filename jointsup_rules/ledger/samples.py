"""The sample of clear subjects that a sweep drew for review, as the ledger reads it back.

In: the folder of a sweep. Out: what was drawn, by rule and subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jointsup_rules.problems import Text

# Of a sampled subject that no rule named, whether it should have been.
MISSED, RIGHTLY_CLEAR = "missed", "rightly_clear"
SAMPLED: Mapping[str, Text] = {
    MISSED: Text("应发现而未发现", "missed"),
    RIGHTLY_CLEAR: Text("确无问题", "rightly clear"),
}
_COLUMNS = ("rule_id", "rule_version", "grade", "subject_key", "unit", "n_clear")
Sample = Mapping[tuple[str, str], Mapping[str, Any]]


def read_sample(folder: Path | None) -> Sample | None:
    """Return what a sweep drew, by rule and subject key; None where the sweep's folder is not there to tell."""
    import pyarrow.parquet as pq

    if folder is None or not (folder / "manifest.json").is_file():
        return None
    path = folder / "sample.parquet"
    if not path.is_file():
        return {}
    rows = pq.read_table(path, columns=list(_COLUMNS)).to_pylist()
    return {(row["rule_id"], row["subject_key"]): row for row in rows}
