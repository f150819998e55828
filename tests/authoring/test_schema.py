"""Schemas accept what check accepts and refuse what it refuses for its shape; what they offer is the workspace's own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from jointsup_rules.authoring.files import FILES
from jointsup_rules.authoring.schema import gather_schemas, render_schema
from jointsup_rules.authoring.shapes import ALL_KEYS, gather_shapes, keys_of
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.load.yaml import Document, read_yaml, read_yaml_file
from jointsup_rules.model.briefing import read_briefing
from jointsup_rules.model.clock import read_clocks
from jointsup_rules.model.dictionary import read_dictionary
from jointsup_rules.model.law import read_law, read_parameters
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.model.rulebook import FamiliesShape, Rulebook, read_rulebook
from jointsup_rules.model.shape import check_model
from jointsup_rules.model.source import read_source
from jointsup_rules.model.triage import read_triage
from jointsup_rules.model.workflow import read_workflow
from jointsup_rules.problems import Problem
from jointsup_rules.sweep.check import full_facts

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "tests/language"
PLACES = {
    "the project": ROOT,
    "language": LANGUAGE,
    "clock": ROOT / "tests/clock/workspace",
    "starter": ROOT / "jointsup_rules/cli/starter",
    "eu": ROOT / "tests/real/eu-infringements",
    "nyc": ROOT / "tests/real/nyc-311-animals",
    "fines": ROOT / "tests/real/road-traffic-fines",
}
OF_SHAPE = {"JR201", "JR202", "JR204", "JR205"}
# That a word is known to nobody, or that one of two keys is needed, is for check alone.
BEYOND = ("no time zone", "no code", "no level", "a subject needs rows_of or values_of")


@functools.cache
def book_of(place: str) -> Rulebook:
    return read_rulebook(PLACES[place])


@functools.cache
def validator(place: str, name: str) -> Any:
    schema = gather_schemas(book_of(place), (name,), "zh")[name]
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def files_of(place: str, name: str) -> list[Path]:
    taken = {path for glob in FILES[name].globs if glob[0] == "!" for path in PLACES[place].glob(glob[1:])}
    return sorted({path for glob in FILES[name].globs for path in PLACES[place].glob(glob)} - taken)


VALID = [
    pytest.param(place, name, marks=pytest.mark.slow if place == "the project" else ())
    for place in PLACES
    for name in FILES
]


@pytest.mark.parametrize(("place", "name"), VALID)
def test_every_valid_file_is_accepted(place: str, name: str) -> None:
    for path in files_of(place, name):
        document = read_yaml_file(path, path.name)
        found = [
            f"{path}: {list(e.absolute_path)} {e.message[:200]}"
            for e in validator(place, name).iter_errors(document.data)
        ]
        assert found == []


def test_every_kind_of_file_was_among_them() -> None:
    assert [name for name in FILES if not any(files_of(place, name) for place in PLACES)] == ["exceptions"]


def test_every_key_of_every_shape_is_explained_and_no_other() -> None:
    shapes = gather_shapes("zh")
    assert {name: set(shape["properties"]) for name, shape in shapes.items()} == {
        name: set(keys_of(name)) for name in shapes
    }
    assert set(ALL_KEYS) - set(shapes) == {"Detect", "Part"}


def test_a_schema_is_small_and_the_same_every_time() -> None:
    first, again = (
        gather_schemas(book, tuple(FILES), "zh") for book in (book_of("the project"), read_rulebook(ROOT))
    )
    for name in FILES:
        text = render_schema(first[name])
        assert len(text.encode()) < 3_000_000
        assert text == render_schema(again[name])


def test_schemas_speak_both_languages() -> None:
    zh, en = (gather_schemas(book_of("starter"), ("rule",), lang)["rule"] for lang in ("zh", "en"))
    assert zh["properties"]["scope"]["title"].startswith("范围")
    assert en["properties"]["scope"]["title"].startswith("scope")
    assert "收信日" in str(zh)
    assert "received on" in str(en)
    assert "defaultSnippets" not in en["$defs"]["words.day:letter."]


# ---- what is refused


def parts(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths into a value."""
    if path:
        yield path
    # The entries of a list are alike.
    entries = (
        data.items() if isinstance(data, dict) else enumerate(data[:1]) if isinstance(data, list) else ()
    )
    for key, value in entries:
        yield from parts(value, (*path, key))


def changed(
    data: Any, path: tuple[Any, ...], change: Callable[[dict[Any, Any] | list[Any], Any], Any]
) -> Any:
    """A copy in which one part of a mapping or list is changed."""
    if len(path) == 1:
        copy = dict(data) if isinstance(data, dict) else list(data)
        change(copy, path[0])
        return copy
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = changed(data[path[0]], path[1:], change)
    return copy


def rename(holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)


def drop(holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        del holder[key]


CHANGES: dict[str, Callable[[Any, Any], None]] = {
    "renamed": rename,
    "dropped": drop,
    "a list": lambda holder, key: holder.__setitem__(key, [["x"]]),
    "a mapping": lambda holder, key: holder.__setitem__(key, {"no_such_key": "x"}),
    "a number": lambda holder, key: holder.__setitem__(key, 7),
    "a word": lambda holder, key: holder.__setitem__(key, "zzz"),
}


def problems_of_plan(document: Document, book: Rulebook, rules: tuple[Rule, ...]) -> list[Problem]:
    """What the compiler says of a file."""
    assert book.dictionary is not None
    plan = make_plan(
        book.dictionary,
        full_facts(book.dictionary),
        rules,
        book.parameters,
        book.laws,
        book.clocks,
        every_clock=True,
    )
    return [one for one in plan.planner.reader.problems if one.place.path == document.path]


def problems_of_rule(document: Document, book: Rulebook) -> list[Problem]:
    rule, problems = read_rule(document)
    return [*problems, *(problems_of_plan(document, book, (rule,)) if rule is not None else [])]


def problems_of_clocks(document: Document, book: Rulebook, is_refused: bool) -> list[Problem]:
    """What is said of clocks; the compiler, which takes long, is asked only where something must be wrong."""
    clocks, problems = read_clocks(document, book.laws)
    if problems or not is_refused:
        return list(problems)
    return problems_of_plan(document, replace(book, clocks=clocks), ())


def problems_of(name: str, document: Document, book: Rulebook, is_refused: bool) -> list[Problem]:
    """What check says of one file for its shape, and what the compiler adds for a rule."""
    assert book.dictionary is not None
    match name:
        case "rule":
            return problems_of_rule(document, book)
        case "clocks":
            return problems_of_clocks(document, book, is_refused)
        case "law":
            return list(read_law(document)[1])
        case "parameters":
            return list(read_parameters(document)[1])
        case "families":
            return list(check_model(FamiliesShape, document)[1])
        case "dictionary":
            return list(read_dictionary(document)[1])
        case "triage":
            return list(read_triage(document)[1])
        case "workflow":
            return list(read_workflow(document)[1])
        case "briefing":
            return list(read_briefing(document)[1])
        case _:
            return list(read_source(document, book.dictionary)[1])


# One rule of each kind, and the smallest files of the others.
CHANGED = [
    ("starter", "rule", "rules/LET/LET-01.yaml"),
    ("starter", "dictionary", "datasets/dictionary.yaml"),
    ("starter", "source", "datasets/sources/letters.yaml"),
    ("starter", "parameters", "rules/parameters.yaml"),
    ("clock", "law", "rules/law/act.yaml"),
    ("clock", "clocks", "rules/clocks.yaml"),
    ("the project", "families", "rules/families.yaml"),
    *(("language", "rule", f"rules/{one[:2]}/{one}.yaml") for one in (
        "CD-01", "CN-01", "MI-01", "OU-01", "OV-01", "QU-01", "RP-01", "SQ-01", "TL-01",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("place", "name", "path"), CHANGED)
def test_what_is_refused_is_what_check_refuses(place: str, name: str, path: str) -> None:
    """Each part of a file in turn renamed, left out, or of another type: schema and check agree."""
    data = read_yaml_file(PLACES[place] / path, path).data
    if name == "clocks":
        data = {"HEAR": data["HEAR"]}
    assert differing(place, name, path, data) == []


def differing(place: str, name: str, path: str, data: Any) -> list[str]:
    """Changes of which schema and check think otherwise."""
    book = book_of(place)
    differ = []
    for part in parts(data):
        if "examples" in part[:1] and name == "rule" and place != "starter":
            continue
        for what, change in CHANGES.items():
            document = read_yaml(yaml.safe_dump(changed(data, part, change), allow_unicode=True), path)
            is_refused = not validator(place, name).is_valid(document.data)
            found = problems_of(name, document, book, is_refused)
            errors = [one for one in found if one.severity == "error"]
            if is_refused and not errors:
                differ.append(f"{part} {what}: refused, but check has nothing against it")
            told = [f"{one.code} {one.what.en}" for one in errors if one.code in OF_SHAPE]
            told = [one for one in told if not any(word in one for word in BEYOND)]
            if not is_refused and told:
                differ.append(f"{part} {what}: accepted, but check says {told[:2]}")
    return differ


# One of everything that the files of the ledger have.
SMALL = {
    "triage": """
format: 1
dossiers: [case_no]
routes: {unit: {zh: 单位, en: unit}}
defaults: {priority: normal, dossier: case_no, route: unit}
roll_ups: {n: {count: clue_id, per: [case_no], of: clues, when: over_days > 0, within: {days: 9, on: started_on}}}
rules:
  - {id: T1, when: n >= 2, then: {dossier: case_no, mark: many, on: case_no, priority: high, grade: B, route: [unit]}, because: "{n}"}
""",
    "workflow": """
format: 1
ledger_no: "{year}-{number}"
start: NEW
engine: engine
warn_days: 3
roles: {engine: {label: 系统, sees: [A], own_unit_only: no, means: 略}}
fields: {corrected: {label: 已改, type: boolean}, on: {label: 日, type: date}, kind: {label: 类, type: code, codes: {K: 甲}}}
states:
  NEW: {label: 新, means: 略, within: [{limit: {days: 3, roll: no}, from: NEW, when: {severity: high, family: [A, B]}, article: 略, note: 略}]}
  END: {label: 终, ends: yes, within: [{limit: {due: on}}]}
moves:
  end: {label: 办结, from: [NEW], to: END, by: [engine], needs: [on], may: [kind], when: {corrected: true}, second_reader: {severity: high}, because: 略}
  again: {label: 复活, from: [END], to: NEW, by: [engine], second_reader: yes}
late: [{days: 1, label: 催, to: engine, move: end}]
documents: {letter: {label: 函, template: 函.docx, number: "{year}-{number}", by: [engine], grades: [A], move: end, reply: {months: 1, rule: civil, roll: yes}}}
answer: {move: end, fields: [on]}
records:
  campaign:
    {label: 专项, number: "{year}-{number}", by: [engine], needs: [on], may: [kind], counts: yes, agenda: [{severity: high}],
     tiers: {by: measure, tiers: [{label: 一, from: 0}]}, means: 略}
verdicts: {lawful: {label: 例外, counts: wrong, exception: yes}}
proof: {states: [NEW], when: {corrected: true}, answered: on, after_days: 3, still_found: again, gone: end, again: again}
""",
    "briefing": """
format: 1
title: {zh: 通报, en: briefing}
figures: [{id: F1, label: 数, means: {zh: 数}, sql: SELECT 1 AS n, names: roles, labels: {a: {zh: 甲, en: A}}}]
by_rule: [{id: C1, label: 数, means: 数, sql: SELECT 1 AS n}]
""",
}


@pytest.mark.parametrize("name", SMALL)
def test_what_is_refused_of_the_files_of_the_ledger_is_what_check_refuses(name: str) -> None:
    book = book_of("starter")
    data = read_yaml(SMALL[name], name).data
    assert [one.what.zh for one in problems_of(name, read_yaml(SMALL[name], name), book, False)] == []
    assert differing("starter", name, name, data) == []


# ---- what is offered


def offered(schema: dict[str, Any], name: str) -> dict[str, str]:
    """Names that a definition offers, with what is said of each; definitions it refers to included."""
    found: dict[str, str] = {}
    for member in schema["$defs"][name].get("anyOf", []):
        if "$ref" in member:
            found |= offered(schema, member["$ref"].removeprefix("#/$defs/"))
        elif "const" in member:
            found[member["const"]] = member["markdownDescription"]
    return found


def snippets(schema: dict[str, Any], name: str) -> list[str]:
    own = [one["label"] for one in schema["$defs"][name].get("defaultSnippets", [])]
    return own + [
        label
        for member in schema["$defs"][name].get("anyOf", [])
        if "$ref" in member
        for label in snippets(schema, member["$ref"].removeprefix("#/$defs/"))
    ]


def test_columns_are_offered_where_their_type_fits_with_label_and_meaning_of_empty() -> None:
    schema = gather_schemas(book_of("starter"), ("rule",), "zh")["rule"]
    days = offered(schema, "day@mail")
    assert set(days) == {"received_on", "answered_on", "as_of", "seen_until", "cut_off"}
    assert days["answered_on"].startswith("**答复日** · 日期 · 空值：尚未发生")
    assert set(offered(schema, "num@mail")) == {"age_days"}
    assert "days_between(received_on, as_of)" in offered(schema, "num@mail")["age_days"]
    conditions = offered(schema, "cond@mail")
    assert conditions["channel = 'COPY'"] == "**渠道**：抄送"
    assert "received_on" in conditions
    assert "收信日 received_on" in snippets(schema, "day@mail")
    assert "add_days(day, integer)" in snippets(schema, "day@mail")
    assert "days_between(day, day)" not in snippets(schema, "day@mail")


def branch(schema: dict[str, Any], subject: str) -> dict[str, Any]:
    """What a rule over a subject is offered."""
    (then,) = [
        one["then"] for one in schema["allOf"] if one["if"]["properties"]["subject"]["const"] == subject
    ]
    return dict(schema["$defs"][then["$ref"].removeprefix("#/$defs/")]["properties"])


def test_each_subject_has_a_branch_of_its_own() -> None:
    schema = gather_schemas(book_of("starter"), ("rule",), "zh")["rule"]
    assert [one["if"]["required"] for one in schema["allOf"]] == [["subject"]] * 2
    assert branch(schema, "mail")["scope"] == {"$ref": "#/$defs/cond@mail"}
    limit = schema["$defs"]["TimeLimit@mail"]["properties"]
    assert limit["from"] == {"$ref": "#/$defs/day@mail"}
    # The table alone has no derived columns.
    assert "age_days" not in offered(schema, "cond@letter")


def test_rows_of_a_relation_are_offered_where_it_is_named() -> None:
    schema = gather_schemas(book_of("the project"), ("rule",), "zh")["rule"]
    branches = schema["$defs"]["Sequence@case"]["allOf"]
    (events,) = [one for one in branches if one["if"]["properties"]["of"]["const"] == "events"]
    # `of` may be left out where the relation is called events.
    assert "required" not in events["if"]
    steps = offered(schema, "step>case_event.")
    assert steps["GA_FILE"] == "立案"
    assert set(offered(schema, "day>case_event.")) >= {"event_date", "as_of"}
    assert offered(schema, "value@case").keys() >= {"case_status", "unit.region_code", "age_days"}


def test_articles_clocks_and_parameters_are_offered_with_what_they_say() -> None:
    defs = gather_schemas(book_of("the project"), ("rule",), "zh")["rule"]["$defs"]

    def names(slot: str) -> dict[str, str]:
        (listed,) = defs[f"names.{slot}"]["allOf"]
        return {one["const"]: one["markdownDescription"] for one in listed["anyOf"] if "const" in one}

    assert names("article")["CPL-156"].startswith("《中华人民共和国刑事诉讼法》第156条\n\n")
    assert names("clock")["INV_CUSTODY"] == "逮捕后侦查羁押"
    assert names("parameter")["CM03.DAYS"].startswith("**37 days**")
    assert names("family")["FIL"] == "立案监督"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("subject: mail", "subject: male", ["subject"]),
        ("law: []", "law: [NOPE-1]", ["law"]),
        ("id: LET-01", "id: let-01", ["id"]),
        ("severity: {is: medium, high:", "severity: {is: medium, hihg:", ["severity"]),
        ("time_limit: {from:", "time_limits: {from:", ["detect"]),
        ("until: answered_on", "untill: answered_on", ["detect", "time_limit"]),
        ("status: active", "status: activ", ["status"]),
    ],
)
def test_a_misspelt_word_is_refused_at_its_place(old: str, new: str, where: list[str]) -> None:
    text = (PLACES["starter"] / "rules/LET/LET-01.yaml").read_text(encoding="utf-8")
    assert old in text
    schema = gather_schemas(book_of("starter"), ("rule",), "zh")["rule"]
    if "NOPE" in new:
        # A workspace without law has nothing to compare with.
        schema = gather_schemas(book_of("the project"), ("rule",), "zh")["rule"]
        old, text = "law: []", text.replace("subject: mail", "subject: petition")
    data = read_yaml(text.replace(old, new, 1), "x.yaml").data
    found = [
        list(error.absolute_path)[: len(where)] for error in Draft202012Validator(schema).iter_errors(data)
    ]
    assert where in found
