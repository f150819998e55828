"""The whole path on invented data: import the exports, sweep, and find exactly the truth."""

import csv
import json
import secrets
import shutil
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from jointsup_rules.demo import Expected, Truth, read_truth, write_exports
from jointsup_rules.demo.oracle import RULES
from jointsup_rules.demo.truth import FileCounts
from jointsup_rules.load.pseudonyms import pseudonym
from jointsup_rules.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
Clue = tuple[str, date | None, int | None]


@dataclass(frozen=True)
class Swept:
    """A demo that was imported and swept: its truth, dataset and sweep, and the key of its pseudonyms."""

    truth: Truth
    dataset: Path
    sweep: Path
    key: bytes

    def subject_key(self, expected: Expected) -> str:
        return expected.subject_key(lambda number: pseudonym(number, "id_number", self.key))

    def rows(self, file: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = parquet.read_table(self.sweep / file).to_pylist()
        return rows


def _workspace(folder: Path) -> Path:
    """A workspace with the repository's rules and dictionary, and nothing else of it."""
    shutil.copytree(REPOSITORY / "rules", folder / "rules")
    for name in ("dictionary.yaml", "sources", "calendar"):
        here, there = REPOSITORY / "datasets" / name, folder / "datasets" / name
        there.parent.mkdir(exist_ok=True)
        shutil.copytree(here, there) if here.is_dir() else shutil.copy(here, there)
    (folder / "reports").mkdir()
    key = folder / "pseudonym.key"
    key.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    key.chmod(0o600)
    return folder


def _sweep(folder: Path, exports: Path) -> Swept:
    truth = read_truth(exports)
    workspace = Workspace(_workspace(folder))
    files = sorted(path for path in exports.iterdir() if path.name != "truth.json")
    workspace.import_files(files, into="demo", exported_on=None)
    result = workspace.sweep("demo", as_of=truth.as_of)
    key = bytes.fromhex((folder / "pseudonym.key").read_text(encoding="ascii"))
    return Swept(truth, folder / "datasets/demo", Path(result.folder), key)


@pytest.fixture(scope="module", params=["committed", "other"])
def swept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The committed exports, and others of another seed and size."""
    if request.param == "committed":
        exports = REPOSITORY / "datasets/exports/demo"
    else:
        exports = tmp_path_factory.mktemp("exports")
        write_exports(exports, n_cases=2300, seed=7)
    return _sweep(tmp_path_factory.mktemp("workspace"), exports)


def test_the_truth_covers_every_active_rule(swept: Swept) -> None:
    active = {row["rule_id"] for row in swept.rows("outcomes.parquet")}
    assert sorted(active - set(RULES)) == []


def test_every_rule_of_the_truth_ran(swept: Swept) -> None:
    outcomes = {row["rule_id"]: (row["status"], row["why"]) for row in swept.rows("outcomes.parquet")}
    missing = ("missing", None)
    answers = {rule: outcomes.get(rule, missing) for rule in RULES}
    assert {rule: why for rule, (status, why) in answers.items() if status != "ran"} == {}


@pytest.mark.parametrize("rule", RULES)
def test_the_clues_are_exactly_the_truth(swept: Swept, rule: str) -> None:
    found: list[Clue] = [
        (row["subject_key"], row["due_on"], row["over_days"])
        for row in swept.rows("clues.parquet")
        if row["rule_id"] == rule
    ]
    told: list[Clue] = [
        (swept.subject_key(expected), due_on, over_days)
        for expected in swept.truth.rules[rule]
        for due_on, over_days in expected.clues
    ]
    assert sorted(found, key=repr) == sorted(told, key=repr)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("outcome", ["cannot_tell", "excluded", "due_soon"])
def test_what_is_neither_hit_nor_clear_is_exactly_the_truth(swept: Swept, rule: str, outcome: str) -> None:
    found = [
        row["subject_key"]
        for row in swept.rows("not_clear.parquet")
        if (row["rule_id"], row["outcome"]) == (rule, outcome)
    ]
    told = [
        swept.subject_key(expected) for expected in swept.truth.rules[rule] if expected.outcome == outcome
    ]
    assert sorted(found) == sorted(told)


def test_the_outcomes_of_each_rule_add_up(swept: Swept) -> None:
    for row in swept.rows("outcomes.parquet"):
        if row["status"] != "ran":
            continue
        parts = [row[name] for name in ("hit", "cannot_tell", "running", "excluded", "clear")]
        assert sum(parts) == row["in_scope"], row["rule_id"]
        if row["rule_id"] not in RULES:
            continue
        told = [expected.outcome for expected in swept.truth.rules[row["rule_id"]]]
        for outcome in ("hit", "cannot_tell", "excluded", "due_soon"):
            assert row[outcome] == told.count(outcome), (row["rule_id"], outcome)


def test_every_file_loads_and_rejects_what_the_truth_says(swept: Swept) -> None:
    manifest = json.loads((swept.dataset / "manifest.json").read_text(encoding="utf-8"))
    counts = {
        file["name"]: {name: file[name] for name in (field.name for field in fields(FileCounts))}
        for source in manifest["sources"]
        for file in source["files"]
    }
    assert counts == {file.name: asdict(file) for file in swept.truth.files}


def test_every_reject_names_its_line_and_no_person(swept: Swept) -> None:
    with (swept.dataset / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejects = list(csv.DictReader(stream))
    whole = {(row["file"], row["line"]) for row in rejects if row["whole_row"] == "yes"}
    assert len(whole) == sum(file.rows_rejected for file in swept.truth.files)
    assert all(int(row["line"]) > 1 and row["why"] for row in rejects)
    assert [row for row in rejects if "239999" in "".join(row.values())] == []


def test_no_identity_number_leaves_the_import(swept: Swept) -> None:
    for path in swept.dataset.glob("*.parquet"):
        columns = parquet.read_table(path).to_pydict()
        found = [
            name
            for name, values in columns.items()
            if any(isinstance(value, str) and value.startswith("239999") for value in values)
        ]
        assert found == [], path.name
