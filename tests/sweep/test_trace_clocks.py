"""The trace of a subject shows each period of a clock line by line, with the numbers of a sweep, hit or not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.sweep.trace import Finding

from .test_concerned import permits

_EXPORTS = {
    "requests": "request_id,received_on,withdrawn_on\nX1,2024-03-29,\nX2,2024-02-28,\nX5,2024-03-01,\n",
    "steps": "step_id,request_id,what,happened_on\nS1,X2,GRANT,2024-05-28\n",
    "changes": "change_id,request_id,kind,reason,begins,ends,decided_on,level,added,unit,document\n"
    "A1,X1,EXTEND,COMPLEX,,,2024-05-20,HEAD,,,No. 1\n"
    "A2,X1,DEDUCT,SURVEY,2024-04-02,2024-04-12,,,,,No. 2\n"
    "A3,X1,EXTEND,COUNCIL,,,2024-07-25,BOARD,15,D,No. 3\n"
    "A4,X5,RESET,NEWPLAN,2024-03-20,,,,,,No. 4\n",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("office")
    dictionary = permits(folder).rulebook().dictionary
    assert dictionary is not None
    for name, text in _EXPORTS.items():
        _write(folder, dictionary, name, text)
    workspace = Workspace(folder)
    files = sorted(folder.glob("*.csv"))
    workspace.import_files(files, into="office", exported_on=date(2024, 7, 31))
    return workspace


def _write(folder: Path, dictionary: Dictionary, table: str, text: str) -> None:
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    columns = "".join(f"    {column}: {column}\n" for column in dictionary.tables[table].columns)
    (folder / "datasets/sources").mkdir(exist_ok=True)
    source = f"source: {table}\nagency: office\nfiles: {table}.csv\ntables:\n  {table}:\n{columns}"
    (folder / f"datasets/sources/{table}.yaml").write_text(source, encoding="utf-8")


def _findings(office: Workspace, subject: str) -> dict[int, Finding]:
    found = office.explain("PER-01", date(2024, 7, 31), dataset="office", subject=subject).trace
    assert found is not None
    return {one.segment or 0: one for one in found.parts[0].findings}


def test_a_hit_shows_what_was_honoured_and_why_not(office: Workspace) -> None:
    found = _findings(office, "X1")[1]
    assert (found.clock, found.found, str(found.due_on)) == ("PERMIT", "hit", "2024-07-09")
    lines = [(step.name, step.days, step.document, step.honoured) for step in found.steps]
    assert lines == [
        ("start", None, None, None),
        ("base", 61, None, None),
        ("extend", 31, "No. 1", True),
        ("extend", 0, "No. 3", False),
        ("exclude", 10, "No. 2", True),
        ("due", None, None, None),
        ("due_if_all", 15, None, None),
        ("over", 22, None, None),
    ]
    assert "decided after the limit had passed" in found.steps[3].note.en
    assert found.steps[1].article == "《建设许可条例》第7条"


def test_a_clear_subject_shows_its_lines_too(office: Workspace) -> None:
    found = _findings(office, "X2")[1]
    assert found.found == "clear"
    # The law changed while it ran: three months by the old one are later than two by the new.
    lines = [(step.name, step.days) for step in found.steps]
    assert lines == [("start", None), ("base", 90), ("law", None), ("due", None)]


def test_each_period_stands_by_itself(office: Workspace) -> None:
    found = _findings(office, "X5")
    assert [(found[n].found, str(found[n].due_on)) for n in (1, 2)] == [
        ("clear", "2024-05-01"), ("hit", "2024-05-20"),
    ]  # fmt: skip
