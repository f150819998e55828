"""An example as text: a case of the list `cases` in YAML, and a rule file with it added at the end of that list.

In: an example as data and the text of a rule file. Out: text; comments and indentation stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from jointsup_rules.load.together import change_files
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

_PLAIN = re.compile("[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff-]*")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDTH = 110
Case = Mapping[str, Any]


def render_case(case: Case, indent: int = 4) -> str:
    """Return an example as an entry of `cases`, its lines indented."""
    lines = [f"- name: {_name(case['name'])}"]
    for key, value in case.items():
        if key == "given":
            lines.append("  given:" if value else "  given: {}")
            lines += [line for table, rows in value.items() for line in _listed(table, rows, 4)]
        elif key == "expect" and isinstance(value, Sequence) and not isinstance(value, str):
            lines += _listed("expect", value, 2)
        elif key != "name":
            lines.append(f"  {key}: {_flow(value)}")
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _listed(key: str, rows: Sequence[Mapping[str, Any]], indent: int) -> list[str]:
    """Rows in one line where they fit, else one line each."""
    pad = " " * indent
    whole = f"{pad}{key}: [{', '.join(map(_flow, rows))}]"
    if len(rows) <= 1 or len(whole) <= _WIDTH:
        return [whole]
    return [f"{pad}{key}:", *(f"{pad}  - {_flow(row)}" for row in rows)]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _name(name: str) -> str:
    """A name as people write it, without quotes where it is read back the same."""
    return name if read_yaml(f"name: {name}\n", "").data == {"name": name} else _scalar(name)


def _scalar(value: Any) -> str:
    """A value as it is read back the same."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    is_plain = _DAY.fullmatch(text) or _PLAIN.fullmatch(text)
    if is_plain and read_yaml(f"key: {text}\n", "").data == {"key": text}:
        return text
    return json.dumps(text, ensure_ascii=False)


# ---- adding it to a file


def append_case(root: Path, rule: Rule, case: Case, as_of: str) -> None:
    """Write a rule's file with an example after the last one; all else in it stays as it is.

    Raises:
        ProblemsError: its examples are not written one below the other, or the file changed meanwhile.
        OSError: it cannot be read or written.
    """
    path = rule.document.path
    content = (root / path).read_bytes()
    text = content.decode("utf-8")
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    new = add_case(plain, path, case, as_of)
    before, after = read_yaml(plain, path).data, read_yaml(new, path)
    if after.problems or _without_last(after.data) != _with_cases(before):
        raise _refusal(path, rule.document.place(("examples",), key=True))
    change_files(root, {path: new.replace("\n", ending)}, {path: sha256(content).hexdigest()})


def _with_cases(data: Any) -> Any:
    """What stands in a rule file, with examples to compare with where it has none."""
    return data if "examples" in data else {**data, "examples": None}


def _without_last(data: Any) -> Any:
    """What stands in a rule file but its last example."""
    examples = data["examples"]
    fewer = examples["cases"][:-1]
    return {**data, "examples": {**examples, "cases": fewer} if fewer else None}


def add_case(text: str, path: str, case: Case, as_of: str) -> str:
    """Return the text of a rule file with an example after the last one.

    Args:
        text: The file as it is.
        path: How it is called.
        case: The example.
        as_of: The day of all examples, where the file has none yet.

    Raises:
        ProblemsError: its examples are not written one below the other.
    """
    lines = text.splitlines(keepends=True)
    document = read_yaml(text, path)
    data = document.data if isinstance(document.data, dict) else {}
    examples = data.get("examples")
    if examples is None:
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}\nexamples:\n  as_of: {as_of}\n  cases:\n{render_case(case)}"
    cases = examples.get("cases") if isinstance(examples, dict) else None
    if not cases:
        raise _refusal(path, document.place(("examples",), key=True))
    last = document.place(("examples", "cases", len(cases) - 1))
    dash = lines[last.line - 1].find("- ")
    if dash < 0 or lines[last.line - 1][:dash].strip() or last.column <= dash + 1:
        raise _refusal(path, last)
    end_line = _end_of_block(lines, last.line, dash)
    if not lines[end_line - 1].endswith("\n"):
        lines[end_line - 1] += "\n"
    return "".join([*lines[:end_line], render_case(case, dash), *lines[end_line:]])


def _end_of_block(lines: Sequence[str], start: int, dash: int) -> int:
    """The last line of what begins with a dash in a column; lines from 1. Comments further left belong to what follows."""
    end = start
    for number in range(start + 1, len(lines) + 1):
        line = lines[number - 1]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip(" ")) <= dash:
            break
        end = number
    return end


def _refusal(path: str, place: Place) -> ProblemsError:
    what = Text(
        "示例没有逐条分行写，无法添加",
        "the examples are not written one below the other, so none can be added",
    )
    why = Text("添加时不改动已有的文字", "nothing that is there is written anew")
    fix = Text(
        "不加 --append，把打印出来的示例自己贴进去", "leave out --append and put what is printed in by hand"
    )
    return ProblemsError([Problem("JR432", Place(path, place.line, place.column), what, why, fix)])
