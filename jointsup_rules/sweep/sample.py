"""A sample of clear subjects for review: what a rule misses shows only among those it did not name.

In: a rule that ran, its findings still in `judged`. Out: rows of `result_sample`, then `sample.parquet` and the lists beside it.
Who is drawn is decided by a hash of the sweep and the subject: everybody has the same chance, and the same sweep draws the same.
"""

from __future__ import annotations

from pathlib import Path

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.compile.engine import Prepared
from jointsup_rules.sweep.tables import write_csv

COLUMNS = (
    ("rule_id", "VARCHAR"), ("rule_version", "BIGINT"), ("grade", "VARCHAR"), ("subject", "VARCHAR"), ("subject_key", "VARCHAR"),
    ("case_no", "VARCHAR"), ("unit", "VARCHAR"), ("n_clear", "BIGINT"),
)  # fmt: skip
# Of a rule of grade C, that somebody was looked at is not for everybody to read.
_READABLE, _RESTRICTED = "grade <> 'C'", "grade = 'C'"


def sample_table() -> str:
    """Return the statement that creates `result_sample`."""
    return f"CREATE TABLE result_sample ({', '.join(f'{name} {kind}' for name, kind in COLUMNS)})"


def draw_statement(prepared: Prepared, n: int, seed: str) -> str:
    """Return the statement that draws at most so many of a rule's clear subjects, while its findings are there.

    Args:
        prepared: The rule, ready to run.
        n: How many at most.
        seed: The sweep's hash.
    """
    statements, shape = prepared.statements, prepared.rule.shape
    assert statements is not None, "only ready rules are run"
    lot = f"sha256({print_value(seed)} || chr(31) || {print_value(shape.id)} || chr(31) || subject_key)"
    fixed = [print_value(one) for one in (shape.id, shape.version, shape.grade["is"], shape.subject)]
    return f"""INSERT INTO result_sample
WITH clear AS (
  SELECT DISTINCT subject_key FROM ({statements.in_scope})
  WHERE subject_key NOT IN (SELECT subject_key FROM judged)
), drawn AS (
  SELECT subject_key, count(*) OVER () AS n_clear FROM clear QUALIFY row_number() OVER (ORDER BY {lot}, subject_key) <= {n:d}
)
SELECT {", ".join(fixed)}, d.subject_key, s.case_no, s.unit, d.n_clear
FROM drawn AS d JOIN ({statements.shown}) AS s ON s.subject_key = d.subject_key"""


def sample_select() -> str:
    """Return the select that gives the sample in its order."""
    return "SELECT * FROM result_sample ORDER BY rule_id, subject_key"


def write_sample_lists(out: Path, sweep: str) -> None:
    """Write what was drawn as lists to mark verdicts in; that of rules of grade C apart, for its owner alone.

    Args:
        out: Folder with `sample.parquet`; without one nothing is written.
        sweep: Name of the sweep, which every line bears.
    """
    import duckdb

    path = out / "sample.parquet"
    if not path.is_file():
        return
    drawn = (
        f"SELECT {print_value(sweep)} AS sweep, *, '' AS verdict FROM read_parquet({print_value(str(path))})"
    )
    write_csv(drawn, _READABLE, out / "sample.csv")
    path.chmod(0o600)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        row = connection.execute(f"SELECT count(*) FROM ({drawn}) WHERE {_RESTRICTED}").fetchone()
    if row is not None and row[0]:
        apart = out / "restricted"
        apart.mkdir(mode=0o700, exist_ok=True)
        write_csv(drawn, _RESTRICTED, apart / "sample.csv")
        (apart / "sample.csv").chmod(0o600)
