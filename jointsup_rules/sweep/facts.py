"""What is known of a dataset before any rule runs, read from its manifest and profile."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.problems import Place, Problem, ProblemsError, Text


def read_manifest(dataset: Path) -> dict[str, Any]:
    """Return the manifest of a dataset.

    Raises:
        ProblemsError: there is no such dataset, or it is damaged.
    """
    path = dataset / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = Text(f"没有数据集“{dataset.name}”", f"no dataset '{dataset.name}'")
        known = sorted(found.parent.name for found in dataset.parent.glob("*/manifest.json"))
        listed = "、".join(known)
        fix = Text(
            f"先用 jointsup import 导入；已有：{listed or '无'}",
            f"import it first with jointsup import; there are: {', '.join(known) or 'none'}",
        )
        raise ProblemsError([Problem("JR402", Place(f"datasets/{dataset.name}"), what, fix=fix)]) from None
    except ValueError as error:
        what = Text(
            f"数据集的 manifest.json 已损坏：{error}", f"the dataset's manifest.json is damaged: {error}"
        )
        fix = Text("重新导入", "import it again")
        raise ProblemsError(
            [Problem("JR402", Place(f"datasets/{dataset.name}/manifest.json"), what, fix=fix)]
        ) from None
    return dict(manifest)


def read_facts(dataset: Path, dictionary: Dictionary, as_of: date) -> Facts:
    """Return the facts of a dataset for one day.

    Raises:
        ProblemsError: there is no such dataset, or a table of it is missing.
    """
    manifest = read_manifest(dataset)
    profile = json.loads((dataset / "profile.json").read_text(encoding="utf-8"))["tables"]
    exported = {source["source"]: date.fromisoformat(source["exported_on"]) for source in manifest["sources"]}
    tables: dict[str, TableFacts] = {}
    for name, entry in manifest["tables"].items():
        if name not in dictionary.tables:
            continue
        if not (dataset / f"{name}.parquet").is_file():
            what = Text(f"数据集缺少 {name}.parquet", f"the dataset lacks {name}.parquet")
            raise ProblemsError(
                [
                    Problem(
                        "JR402",
                        Place(f"datasets/{dataset.name}"),
                        what,
                        fix=Text("重新导入", "import it again"),
                    )
                ]
            )
        columns = profile.get(name, {}).get("columns", {})
        n_rows = int(entry["rows"])
        filled = {
            column for column, told in columns.items() if int(told.get("filled", 0)) == n_rows and n_rows
        }
        unread = {column for column, n in entry.get("unread", {}).items() if n}
        days = sorted(exported[source] for source in entry["sources"] if source in exported)
        delivered = frozenset(entry["columns"]) | set(dictionary.tables[name].key_columns)
        tables[name] = TableFacts(
            delivered, frozenset(unread), frozenset(filled - unread), tuple(days), n_rows
        )
    return Facts(as_of, date.fromisoformat(manifest["cut_off"]), tables)


def read_unit_names(dictionary: Dictionary, dataset: Path) -> dict[str, str]:
    """Return the names of units by code, where the dictionary says which table has them and it was delivered."""
    import duckdb

    units = dictionary.units
    if units is None or not (dataset / f"{units.table}.parquet").is_file():
        return {}
    code, name = quote(units.code), quote(units.name)
    path = print_value(str(dataset / f"{units.table}.parquet"))
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"SELECT {code}, min({name}) FROM read_parquet({path}) WHERE {name} IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return {str(key): str(value) for key, value in rows}
