"""What a rule means, apart from how it is written: the same for two files that say the same.

In: the shape of a rule. Out: its logic by key, its texts by key, and a SHA-256 of either. *Logic* is what decides who
is named and what a clue carries of them: subject, scope, params, detect, exclude, identity, bands, measure, severity,
grade, law, evidence. *Texts* are all else that people read: title, why, check, reason, the because of an exclusion,
keywords, owner, accepted suspicions, examples. Id, version and status are neither.

Order of keys, comments, quotes, line breaks, blanks and the case of keywords in expressions do not matter, nor do
1 and 1.0, yes and true, `x` and `[x]`. The values below are JSON, so the sums are the same on every platform.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jointsup_rules.model.expression import (
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Parameter,
    read_expression,
)
from jointsup_rules.model.rule import RuleShape
from jointsup_rules.problems import Text

# Goes into every sum: raised whenever the values below mean something else.
_FORMAT = 1
LOGIC = (
    "subject", "scope", "params", "detect", "exclude", "identity", "bands", "measure", "severity", "grade", "law",
    "evidence",
)  # fmt: skip
TEXTS = (
    "family", "title", "finds", "why", "check", "misses", "reason", "keywords", "owner", "accept", "examples",
)  # fmt: skip
# Within logic, these keys hold words for people.
_WORDS = ("text", "because", "say")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_QUOTED = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")""")
_FLAGS = {"yes": True, "no": False}


def logic_of(shape: RuleShape) -> dict[str, Any]:
    """Return the logic of a rule: key to a JSON value; keys that say nothing are left out."""
    written = {
        "exclude": [{"when": one.when, "keep": one.keep or None} for one in shape.exclude],
        "bands": [{"name": one.name, "when": one.when} for one in shape.bands],
        "measure": shape.measure.model_dump() if shape.measure is not None else None,
        "evidence": {"columns": list(shape.evidence.columns), "rows": list(shape.evidence.rows)},
        "params": {name: _parameter(value) for name, value in shape.params.items()},
    }
    told = {key: _plain(written.get(key, getattr(shape, key))) for key in LOGIC if key != "law"}
    told["law"] = list(shape.law) or None
    return {key: value for key, value in told.items() if value is not None}


def texts_of_rule(shape: RuleShape) -> dict[str, Any]:
    """Return the texts of a rule: key to a JSON value, those within its logic under the key they stand in."""
    told: dict[str, Any] = {key: _as_read(getattr(shape, key)) for key in TEXTS}
    told["exclude"] = [_as_read(one.because) for one in shape.exclude] or None
    told["bands"] = [_as_read(one.text) for one in shape.bands] or None
    told["detect"] = _words_in(shape.detect) or None
    return {key: value for key, value in told.items() if value is not None}


def hash_logic(shape: RuleShape) -> str:
    """Return the SHA-256 of the logic of a rule, in hex."""
    return _hash(["logic", _FORMAT, shape.id, logic_of(shape)])


def hash_texts(shape: RuleShape) -> str:
    """Return the SHA-256 of the texts of a rule, in hex."""
    return _hash(["texts", _FORMAT, shape.id, texts_of_rule(shape)])


def hash_file(text: str) -> str:
    """Return the SHA-256 of a file's text, whatever its line ends, in hex."""
    return hashlib.sha256(text.removeprefix("\ufeff").replace("\r\n", "\n").encode()).hexdigest()


def hash_entry(value: Any) -> str:
    """Return a short sum of a value made of mappings, lists, texts, numbers and days."""
    return _hash(_as_read(value))[:16]


def plain_expression(text: str) -> str:
    """Return a text that two expressions share if they mean the same."""
    return _json(_expression(text))


def compare_logic(before: RuleShape, after: RuleShape) -> tuple[str, ...]:
    """Return the keys whose logic differs, in the order of LOGIC."""
    return _differing(logic_of(before), logic_of(after), LOGIC)


def compare_texts(before: RuleShape, after: RuleShape) -> tuple[str, ...]:
    """Return the keys whose texts differ."""
    return _differing(texts_of_rule(before), texts_of_rule(after), (*TEXTS, "exclude", "bands", "detect"))


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if _json(before.get(key)) != _json(after.get(key)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _hash(value: Any) -> str:
    return hashlib.sha256(_json(value).encode("ascii")).hexdigest()


# ---- logic


def _parameter(written: Any) -> Any:
    """`{name: X}` is what `X` is."""
    given = {key: value for key, value in written.items() if value} if isinstance(written, Mapping) else None
    return given["name"] if given is not None and set(given) == {"name"} else written


def _plain(value: Any) -> Any:
    """A value of logic as JSON: expressions as trees, words for people and what says nothing left out."""
    if isinstance(value, Mapping):
        kept = {
            str(key): _query(part) if key == "query" and isinstance(part, str) else _plain(part)
            for key, part in value.items()
            if key not in _WORDS
        }
        return {key: part for key, part in kept.items() if part is not None} or None
    if isinstance(value, list | tuple):
        if len(value) == 1 and not isinstance(value[0], Mapping | list | tuple):
            return _plain(value[0])
        return [_plain(part) for part in value] or None
    if isinstance(value, str):
        return _expression(value)
    return _constant(value)


def _constant(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return {"number": number_text(value)}
    return {"text": str(value)}


def number_text(value: int | float | Decimal) -> str:
    """Return a number in one form: 1 and 1.0 alike, never with an exponent."""
    # A double knows no more digits than its shortest decimal form, which is the same everywhere.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _expression(text: str) -> Any:
    """An expression as its tree; what is none (a code, a name with blanks) as text."""
    stripped = text.strip()
    if stripped in _FLAGS:
        return _FLAGS[stripped]
    if stripped.isdigit() and not _NUMBER.fullmatch(stripped):
        return {"text": stripped}  # 0123 is a code, and not 123
    try:
        return _tree(read_expression(text))
    except ExpressionError:
        return {"text": stripped}


def _tree(node: Node) -> Any:
    if isinstance(node, Name):
        return ["name", *node.parts]
    if isinstance(node, Parameter):
        return ["parameter", node.name]
    if isinstance(node, Constant):
        if node.kind in ("integer", "decimal"):
            return {"number": number_text(Decimal(str(node.value)))}
        return {"text": node.value} if node.kind == "text" else node.value
    if isinstance(node, Choice):
        branches = [[_tree(test), _tree(value)] for test, value in node.branches]
        return ["case", branches, None if node.otherwise is None else [_tree(node.otherwise)]]
    arguments = [_tree(part) for part in node.arguments]
    if node.op in ("and", "or"):
        # Brackets around a part of a chain change nothing.
        arguments = [
            one
            for part in arguments
            for one in (part[1:] if isinstance(part, list) and part[0] == node.op else [part])
        ]
    return [node.op, *arguments]


def _query(text: str) -> Any:
    """A statement with its blanks evened out, but for those in quotes; one with comments as it stands."""
    if "--" in text or "/*" in text:
        return {"query": text.strip()}
    parts = _QUOTED.split(text)
    even = [part if number % 2 else re.sub(r"\s+", " ", part) for number, part in enumerate(parts)]
    return {"query": "".join(even).strip()}


# ---- texts


def _words_in(value: Any) -> list[Any]:
    """The words for people within `detect`, in order of parts."""
    if isinstance(value, Mapping):
        own = [[str(key), _as_read(value[key])] for key in sorted(value) if key in _WORDS]
        return own + [found for key in sorted(value) if key not in _WORDS for found in _words_in(value[key])]
    if isinstance(value, list | tuple):
        return [found for part in value for found in _words_in(part)]
    return []


def _as_read(value: Any) -> Any:
    """A value as it was read, as JSON: numbers in one form, of a text in two languages both."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return {str(key): _as_read(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read(part) for part in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        return {"number": number_text(value)}
    if hasattr(value, "model_dump"):
        return _as_read({name: getattr(value, name) for name in type(value).model_fields})
    return str(value)
