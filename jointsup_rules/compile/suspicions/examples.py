"""Examples that speak of what is not there: subjects that are not given, parts, bands and reasons the rule has not.

In: the examples of a rule as written. Out: errors, each at its word, and warnings for given values that cannot be read.
What keeps an example from being run at all is found by whoever reads it to run it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from jointsup_rules.compile.suspicions.view import View, warn_at
from jointsup_rules.load.cells import cell_text
from jointsup_rules.load.typing import read_rows
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Column, Dictionary, Subject, Table
from jointsup_rules.model.rule import GRADES, LEVELS, ExampleCase
from jointsup_rules.problems import Problem, Text, did_you_mean

_CASES = ("examples", "cases")
_PLAIN = frozenset({"text", "code"})


def check_expected(view: View) -> Iterator[Problem]:
    """JR249: an entry of `expect` about a subject that is not given, or with a word the rule does not have."""
    words = _words_of(view)
    for number, case in enumerate(view.shape.examples.cases if view.shape.examples else ()):
        keys = _keys_given(view, case)
        for line, entry in enumerate(case.expect if isinstance(case.expect, tuple) else ()):
            here: Loc = (*_CASES, number, "expect", line)
            if keys is not None and "subject" in entry and str(entry["subject"]) not in keys:
                key = str(entry["subject"])
                what = Text(
                    f"示例没有给出对象“{key}”", f"subject '{key}' is not among what the example gives"
                )
                yield _error(view, (*here, "subject"), what, did_you_mean(key, keys))
            for name, known in words.items():
                word = entry.get(name)
                if isinstance(word, str) and word not in known:
                    what = Text(f"规则没有 {name}“{word}”", f"the rule has no {name} '{word}'")
                    yield _error(view, (*here, name), what, did_you_mean(word, known))
            yield from _because(view, entry, here)


def _words_of(view: View) -> dict[str, list[str]]:
    """What entries of `expect` may say of parts, bands and levels."""
    words = {
        "severity": list(LEVELS),
        "grade": list(GRADES),
        "band": [band.name for band in view.shape.bands],
    }
    parts = view.shape.detect.get("any_of")
    if isinstance(parts, list):
        words["part"] = [str(part.get("name")) for part in parts if isinstance(part, dict)]
    return words


def _because(view: View, entry: Mapping[str, Any], here: Loc) -> Iterator[Problem]:
    """A lawful reason in the words of no exclusion."""
    written = entry.get("because")
    texts = (
        list(written.values()) if isinstance(written, dict) else [written] if isinstance(written, str) else []
    )
    known = {text for one in view.shape.exclude for text in (one.because.zh, one.because.en)}
    if texts and not known & set(texts):
        what = Text(f"没有这样的排除事由：“{texts[0]}”", f"no exclusion gives this reason: '{texts[0]}'")
        yield _error(view, (*here, "because"), what, did_you_mean(str(texts[0]), known))


def _error(view: View, loc: Loc, what: Text, fix: Text) -> Problem:
    why = Text("这样的示例说明不了规则", "an example like this shows nothing of the rule")
    return view.document.problem("JR249", view.document.place(loc), what, why, fix)


# ---- subjects that are given


def _keys_given(view: View, case: ExampleCase) -> set[str] | None:
    """The keys of all subjects an example gives, as `subject_key`; None where they cannot be told from the rows alone."""
    dictionary = view.rulebook.dictionary
    subject = dictionary.subjects.get(view.shape.subject) if dictionary is not None else None
    if dictionary is None or subject is None or not _has_known_words(case, dictionary):
        return None
    if subject.key == ("_file", "_line"):
        return {f"example|{line}" for line in range(1, len(case.given.get(subject.rows_of or "", ())) + 1)}
    if any(subject.columns[name].type not in _PLAIN for name in subject.key):
        return None
    places = _places(subject)
    asked = {str(entry.get("subject")) for entry in case.expect if isinstance(entry, dict)}
    written = {_key_of(row, columns) for columns, table in places for row in _rows(view, case, table)}
    if asked <= written:
        return written
    # Reading brings blanks, widths and labels of columns into one form, and takes far longer.
    return {key for columns, table in places for key in _keys_read(view, case, dictionary, table, columns)}


def _has_known_words(case: ExampleCase, dictionary: Dictionary) -> bool:
    """Whether every table and column given is there; else it is told of those first."""
    tables = dictionary.tables
    return all(
        name in tables and all(tables[name].column_named(word) is not None for row in rows for word in row)
        for name, rows in case.given.items()
    )


def _places(subject: Subject) -> list[tuple[list[str], str]]:
    """The tables whose rows make subjects, each with the columns of the key."""
    if subject.rows_of:
        return [(list(subject.key), subject.rows_of)]
    return [([values.columns[name] for name in subject.key], values.table) for values in subject.values_of]


def _rows(view: View, case: ExampleCase, table: str) -> list[dict[str, Any]]:
    """The rows of a table that an example gives, completed by what it says of all."""
    examples = view.shape.examples
    like = {**(examples.like if examples else {}), **(case.like or {})}.get(table, {})
    return [{**like, **row} for row in case.given.get(table, ())]


def _key_of(row: Mapping[str, Any], columns: list[str]) -> str:
    values = (str("" if row.get(column) is None else row[column]) for column in columns)
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def _keys_read(
    view: View, case: ExampleCase, dictionary: Dictionary, name: str, columns: list[str]
) -> set[str]:
    table, rows = dictionary.tables[name], _rows(view, case, name)
    read, _ = read_rows(table, rows, date.min, zone=dictionary.timezone)
    return {_key_of(dict(zip(table.columns, row, strict=False)), columns) for row in read}


# ---- values that cannot be read


def check_given(view: View) -> Iterator[Problem]:
    """JR244: a given value that cannot be read as its column's type: the example then tests what was lost."""
    dictionary = view.rulebook.dictionary
    if dictionary is None:
        return
    read: set[tuple[str, str, str]] = set()
    for loc, name, row in _given_rows(view):
        table = dictionary.tables.get(name)
        for word, value in row.items() if table is not None else ():
            text = cell_text(value) if not isinstance(value, dict | list) else None
            column = table.column_named(word) if table is not None and text else None
            if table is None or column is None or not text or (name, word, text) in read:
                continue
            if _is_surely_read(column, text) or _is_read(table, column, text, dictionary.timezone):
                read.add((name, word, text))
            else:
                yield _unreadable(view, (*loc, word), column, text)


def _given_rows(view: View) -> Iterator[tuple[Loc, str, Mapping[str, Any]]]:
    """Every row an example writes, with its path and table."""
    examples = view.shape.examples
    if examples is None:
        return
    for name, row in examples.like.items():
        yield ("examples", "like", name), name, row
    for number, case in enumerate(examples.cases):
        for name, row in (case.like or {}).items():
            yield (*_CASES, number, "like", name), name, row
        for name, rows in case.given.items():
            for line, row in enumerate(rows):
                yield (*_CASES, number, "given", name, line), name, row


def _unreadable(view: View, loc: Loc, column: Column, text: str) -> Problem:
    what = Text(
        f"“{text}”读不成列“{column.name}”的值", f"'{text}' cannot be read as a value of '{column.name}'"
    )
    why = Text("它按“读不出”处理，与空值不同", "it counts as lost, which is not the same as empty")
    fix = Text("改正这个值；有意为之的，在 accept 中说明", "mend the value; if it is meant, say so in accept")
    nearest = did_you_mean(text, column.codes, fix) if column.codes else fix
    return replace(warn_at("JR244", view.document, loc, what, why, nearest), length=len(text))


def _is_read(table: Table, column: Column, text: str, zone: str) -> bool:
    _, unread = read_rows(table, [{column.name: text}], date.min, zone=zone)
    return column.name not in unread


def _is_surely_read(column: Column, text: str) -> bool:
    """Whether a value is plainly one of its type; of others the reading of exports is asked, which takes longer."""
    if column.type == "text":
        return True
    if column.type == "code":
        return text in column.codes
    if column.type == "boolean":
        return text in ("true", "false")
    if column.type in ("integer", "decimal"):
        return text.removeprefix("-").isdecimal()
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
