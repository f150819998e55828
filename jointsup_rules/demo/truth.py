"""The known answers of a demo: what every rule must say, and what every file must load.

In: verdicts and counts. Out: `truth.json`. A subject is the list of its key values; a person in it
is written `person:` and the ID number, for the key in a dataset is a pseudonym that depends on the
key file of the workspace. What the file does not name must be clear, running or out of scope.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

FILE_NAME = "truth.json"
_PERSON = "person:"


@dataclass(frozen=True)
class Expected:
    """What a rule must say of one subject; a hit is one or more clues, each with due day and days over."""

    subject: tuple[str, ...]
    outcome: str
    clues: tuple[tuple[date | None, int | None], ...] = ()

    def subject_key(self, pseudonym: Callable[[str], str]) -> str:
        """Return the key as the sweep writes it: values joined by `|`, persons under their pseudonym."""
        values = [
            pseudonym(value.removeprefix(_PERSON)) if value.startswith(_PERSON) else value
            for value in self.subject
        ]
        return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


@dataclass(frozen=True)
class FileCounts:
    """What the import must count in one file (`archive/member` in an archive).

    rows_in = rows_loaded + rows_rejected + rows_left_out; values_unread are single values of loaded rows.
    """

    name: str
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    rows_left_out: int
    values_unread: int


@dataclass(frozen=True)
class Truth:
    """The known answers of one demo. Sorted: files by name, expectations by subject."""

    as_of: date
    seed: int
    n_cases: int
    files: tuple[FileCounts, ...]
    rules: dict[str, tuple[Expected, ...]]


def render_truth(truth: Truth) -> str:
    """Return the truth as JSON, one expectation a line."""
    head = {"format": 1, "as_of": truth.as_of.isoformat(), "seed": truth.seed, "cases": truth.n_cases}
    parts = [f'  "{name}": {_json(value)}' for name, value in head.items()]
    files = ",\n".join(f"    {_json(asdict(file))}" for file in truth.files)
    parts.append(f'  "files": [\n{files}\n  ]')
    rules = ",\n".join(_render_rule(rule, truth.rules[rule]) for rule in sorted(truth.rules))
    parts.append(f'  "rules": {{\n{rules}\n  }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _render_rule(rule: str, expected: tuple[Expected, ...]) -> str:
    lines = ",\n".join(f"      {_json(_as_json(item))}" for item in expected)
    return f'    "{rule}": [\n{lines}\n    ]' if lines else f'    "{rule}": []'


def _as_json(item: Expected) -> dict[str, Any]:
    row: dict[str, Any] = {"subject": list(item.subject), "outcome": item.outcome}
    if item.outcome == "hit":
        row["clues"] = [{"due_on": due and due.isoformat(), "over_days": over} for due, over in item.clues]
    return row


def read_truth(folder: Path) -> Truth:
    """Read the truth.json of a folder of demo exports.

    Raises:
        ValueError: The file is of another format.
    """
    data = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    if data["format"] != 1:
        raise ValueError(f"{folder / FILE_NAME} is of format {data['format']}, not 1")
    rules = {rule: tuple(_from_json(row) for row in rows) for rule, rows in data["rules"].items()}
    files = tuple(FileCounts(**row) for row in data["files"])
    return Truth(date.fromisoformat(data["as_of"]), data["seed"], data["cases"], files, rules)


def _from_json(row: dict[str, Any]) -> Expected:
    clues = tuple(
        (clue["due_on"] and date.fromisoformat(clue["due_on"]), clue["over_days"])
        for clue in row.get("clues", [])
    )
    return Expected(tuple(row["subject"]), row["outcome"], clues)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
