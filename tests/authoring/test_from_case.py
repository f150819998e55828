"""Examples made of cases of the demo: judged as the case was, and nobody real in them."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from jointsup_rules import Workspace
from jointsup_rules.authoring.disguise import identifiers, words_of
from jointsup_rules.authoring.example_text import render_case
from jointsup_rules.authoring.from_case import MadeExample
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.run import Options

REPOSITORY = Path(__file__).parents[2]
DAY = date(2025, 6, 30)
# One of each kind that reads cases one by one; with relations, links, clocks, derived columns and units.
RULES = ("CM-06", "DQ-02", "DQ-03", "DQ-08", "HOT-06", "PET-04")


@dataclass(frozen=True)
class Demo:
    """The demo, imported and swept."""

    workspace: Workspace
    sweep: Path

    def rows(self, file: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = parquet.read_table(self.sweep / file).to_pylist()
        return rows


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(REPOSITORY / "rules", folder / "rules")
    shutil.copytree(REPOSITORY / "datasets", folder / "datasets", ignore=shutil.ignore_patterns("demo"))
    key = folder / "pseudonym.key"
    key.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    key.chmod(0o600)
    workspace = Workspace(folder)
    exports = REPOSITORY / "datasets/exports/demo"
    files = sorted(path for path in exports.iterdir() if path.name != "truth.json")
    workspace.import_files(files, into="demo")
    swept = workspace.sweep("demo", DAY, Options(rules=RULES))
    return Demo(workspace, swept.folder)


@pytest.fixture(scope="module")
def secret(demo: Demo) -> Mapping[str, str]:
    """Every text of the data that belongs to somebody or something, and stands in no open column, with its place."""
    dictionary = demo.workspace.rulebook().dictionary
    assert dictionary is not None
    told = identifiers(dictionary)
    found: dict[str, str] = {}
    open_values: set[str] = set()
    for name, table in dictionary.tables.items():
        path = demo.workspace.root / "datasets/demo" / f"{name}.parquet"
        columns = [one.name for one in table.columns.values() if one.type == "text"]
        if not path.is_file() or not columns:
            continue
        for column, values in parquet.read_table(path, columns=columns).to_pydict().items():
            filled = {value for value in values if value is not None}
            if table.columns[column].sensitivity == "S0" and (name, column) not in told:
                open_values |= {value for value in filled if not re.search("[0-9]", value)}
            else:
                found.update(dict.fromkeys(filled, f"{name}.{column}"))
    return {value: place for value, place in found.items() if value not in open_values}


def leaks(demo: Demo, rule: str, made: MadeExample, secret: Mapping[str, str]) -> list[tuple[str, str]]:
    """Values of the data that stand in an example: as a cell, as a key, or anywhere if long enough to be no chance."""
    rulebook = demo.workspace.rulebook()
    assert rulebook.dictionary is not None
    words = words_of(rulebook.rules[rule], rulebook.dictionary)
    cells = [value for rows in made.case["given"].values() for row in rows for value in row.values()]
    cells += [part for entry in made.case["expect"] for part in str(entry["subject"]).split("|")]
    whole = render_case(made.case)
    return [
        (value, where)
        for value, where in secret.items()
        if value not in words and (value in cells or (len(value) >= 6 and value in whole))
    ]


def subjects(demo: Demo, rule: str) -> list[tuple[str, str]]:
    """The first subject of each outcome that the sweep lists."""
    found: dict[str, str] = {}
    listed = [{"outcome": "hit", **row} for row in demo.rows("clues.parquet")]
    for row in [*listed, *demo.rows("not_clear.parquet")]:
        if row["rule_id"] == rule:
            found.setdefault(row["outcome"], row["subject_key"])
    return sorted(found.items())


@pytest.mark.parametrize("rule", RULES)
def test_an_example_is_judged_as_its_case_and_names_nobody(
    rule: str, demo: Demo, secret: Mapping[str, str]
) -> None:
    found = dict(subjects(demo, rule))
    outcome = "hit" if "hit" in found else min(found)
    made = demo.workspace.make_example(rule, "demo", found[outcome])
    first = made.case["expect"][0]
    assert first["outcome"] == outcome
    assert leaks(demo, rule, made, secret) == []
    assert made.as_of == DAY
    figures = ("started_on", "due_on", "ended_on", "over_days", "measure")
    told = [
        {name: str(row[name]) if name.endswith("_on") else row[name] for name in figures if name in first}
        for row in demo.rows("clues.parquet")
        if row["rule_id"] == rule and row["subject_key"] == found[outcome]
    ]
    assert outcome != "hit" or {name: first[name] for name in figures if name in first} in told


def test_it_is_added_to_the_rule_and_holds_there(demo: Demo, tmp_path: Path) -> None:
    for name in ("rules", "datasets"):
        shutil.copytree(demo.workspace.root / name, tmp_path / name)
    workspace = Workspace(tmp_path)
    key = dict(subjects(demo, "DQ-02"))["hit"]
    before = (tmp_path / "rules/DQ/DQ-02.yaml").read_text(encoding="utf-8")
    made = workspace.make_example("DQ-02", "demo", key, name="公安与检察不一致")
    assert workspace.append_example("DQ-02", made) == "rules/DQ/DQ-02.yaml"
    after = (tmp_path / "rules/DQ/DQ-02.yaml").read_text(encoding="utf-8")
    assert after.replace(render_case(made.case), "") == before
    results = workspace.test(["DQ-02"])
    assert results[-1].name == "公安与检察不一致"
    assert all(one.holds for one in results)


def test_days_can_be_moved_where_nothing_depends_on_them(demo: Demo) -> None:
    key = dict(subjects(demo, "DQ-02"))["hit"]
    kept = demo.workspace.make_example("DQ-02", "demo", key)
    moved = demo.workspace.make_example("DQ-02", "demo", key, shift_days=-400)
    (one, *_), (other, *_) = kept.case["expect"], moved.case["expect"]
    assert (date.fromisoformat(one["started_on"]) - date.fromisoformat(other["started_on"])).days == 400
    assert one["measure"] == other["measure"]
    assert (DAY - moved.as_of).days == 400
    whole = render_case(moved.case)
    assert str(one["started_on"]) not in whole


def test_days_that_cannot_be_moved_are_refused(demo: Demo) -> None:
    # Two months from a day of January are 59 days, from one of April 61.
    clues = [row for row in demo.rows("clues.parquet") if row["rule_id"] == "CM-06"]
    days = (date(2025, 1, 10) - clues[0]["started_on"]).days
    with pytest.raises(ProblemsError) as caught:
        demo.workspace.make_example("CM-06", "demo", clues[0]["subject_key"], shift_days=days)
    assert "months have other lengths" in caught.value.problems[0].what.en


@pytest.mark.parametrize(
    ("rule", "key", "told"),
    [
        ("DQ-02", "nobody", "there is no subject 'nobody' in the data"),
        ("ENT-04", "any", "the rule is a query"),
        ("PET-08", "any", "with all its peers"),
    ],
)
def test_what_cannot_be_made_is_told_in_words(rule: str, key: str, told: str, demo: Demo) -> None:
    with pytest.raises(ProblemsError) as caught:
        demo.workspace.make_example(rule, "demo", key)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("JR431", f"rules/{rule[:-3]}/{rule}.yaml")
    assert told in problem.what.en
