"""The files of a workspace, each as the root of its schema.

In: a frame, in which definitions collect. Out: the schema of one kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.authoring.frame import Frame, branch_on
from jointsup_rules.authoring.keys_kinds import MEANS
from jointsup_rules.authoring.keys_rule import EXPECT, OUTCOMES
from jointsup_rules.authoring.offers import ANYTHING
from jointsup_rules.authoring.shapes import Json, ref
from jointsup_rules.authoring.vocabulary import word_of_column
from jointsup_rules.compile.kinds import SHAPES
from jointsup_rules.model.dictionary import Column, Table
from jointsup_rules.model.rule import GRADES, ID, LEVELS
from jointsup_rules.model.rulebook import NOT_RULES
from jointsup_rules.problems import Text

_EXPRESSION: Json = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
_WORDS: Json = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}
_QUERY = "query"


@dataclass(frozen=True)
class File:
    """One kind of file.

    Attributes:
        globs: Where such files lie, as editors write it.
        title: What it is called.
        root: How its schema begins.
        closed: Names in its places that nothing else may stand for; the file is not where they are declared.
    """

    globs: tuple[str, ...]
    title: Text
    root: Callable[[Frame], Json]
    closed: frozenset[str] = frozenset()


# ---- rules


def rule_shapes(shapes: Mapping[str, Json]) -> dict[str, Json]:
    """Return the shapes of a rule with the parts that pydantic leaves open: detect, levels, parameters, examples."""
    rule = shapes["RuleShape"]["properties"]
    case, examples = shapes["ExampleCase"]["properties"], shapes["Examples"]["properties"]
    replaced = {
        "detect": ref("Detect"),
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "severity": _levels(LEVELS),
        "grade": _levels(GRADES),
        "params": _PARAMETERS,
    }
    rule = {word: _with_title(rule[word], replaced.get(word)) for word in rule}
    tiny = {"like": ref("tables.like"), "exported_on": ref("tables.day")}
    lists = {"given": ref("tables.rows"), "expect": ref("expect")}
    return {
        **shapes,
        "RuleShape": {**shapes["RuleShape"], "properties": rule},
        "ExampleCase": {
            **shapes["ExampleCase"],
            "properties": {word: _with_title(case[word], {**tiny, **lists}.get(word)) for word in case},
        },
        "Examples": {
            **shapes["Examples"],
            "properties": {word: _with_title(examples[word], tiny.get(word)) for word in examples},
        },
        "Detect": _detect(
            {"any_of": {"type": "array", "minItems": 1, "items": ref("Part")}, "because": _WORDS}
        ),
        "Part": _detect(
            {"name": {"type": "string"}, "say": _WORDS, "scope": _EXPRESSION, "because": _WORDS}, ["name"]
        ),
    }


_PARAMETERS: Json = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, ref("ParameterUse")]
    },
}


def _with_title(schema: Json, other: Json | None) -> Json:
    return schema if other is None else {"title": schema["title"], **other}


def _levels(levels: Iterable[str]) -> Json:
    """One level, or a level and the conditions of others."""
    names: Json = {"enum": list(levels)}
    conditions = {"is": names, **{level: _EXPRESSION for level in levels}}
    return {
        "anyOf": [
            names,
            {"type": "object", "properties": conditions, "required": ["is"], "additionalProperties": False},
        ]
    }


def _detect(others: Mapping[str, Json], required: list[str] | None = None) -> Json:
    """What holds exactly one kind, beside other keys."""
    kinds = {
        name: _KIND_OF_QUERY if name == _QUERY else ref(shape.__name__) for name, shape in SHAPES.items()
    }
    named = [*SHAPES, *(["any_of"] if "any_of" in others else [])]
    return {
        "type": "object",
        "properties": {**kinds, **others},
        "additionalProperties": False,
        "required": required or [],
        "oneOf": [{"required": [name]} for name in named],
    }


_KIND_OF_QUERY: Json = {"type": "string"}


def rule_file(frame: Frame) -> Json:
    """Return the schema of a rule."""
    frame.shapes = rule_shapes(_titled_kinds(frame))
    frame.defs |= {"expect": _expect(frame), **_tables(frame)}
    frame.shape("RuleShape")
    branches = [
        branch_on(["subject"], subject.name, said)
        for subject in frame.offers.vocabulary.dictionary.subjects.values()
        if (said := frame.at_subject("RuleShape", subject)) is not None
    ]
    return {**frame.defs.pop("RuleShape"), **({"allOf": branches} if branches else {})}


def _titled_kinds(frame: Frame) -> Mapping[str, Json]:
    """The shapes, those of kinds called what they are for."""
    called = {shape.__name__: MEANS[name].in_language(frame.offers.lang) for name, shape in SHAPES.items()}
    return {
        name: {"title": called[name], **one} if name in called else one for name, one in frame.shapes.items()
    }


def _expect(frame: Frame) -> Json:
    """What is expected of every subject in scope."""
    lang = frame.offers.lang
    entry: dict[str, Any] = {word: {"title": one.means.in_language(lang)} for word, one in EXPECT.items()}
    entry["outcome"] = {**entry["outcome"], "anyOf": [{"enum": list(OUTCOMES)}, ANYTHING]}
    listed: Json = {"type": "array", "items": {"type": "object", "properties": entry}}
    return {"anyOf": [listed, {"const": "not_evaluated"}]}


def _tables(frame: Frame) -> dict[str, Json]:
    """Tiny tables: rows of each, columns for rows of each, a day for each."""
    tables = frame.offers.vocabulary.dictionary.tables
    lang = frame.offers.lang
    rows = {f"row.{name}": _row(table, frame) for name, table in tables.items()}

    def each(make: Callable[[str], Json]) -> Json:
        listed = {name: {"title": one.label.in_language(lang), **make(name)} for name, one in tables.items()}
        return {"type": ["object", "null"], "properties": listed}

    return {
        **rows,
        "tables.rows": {
            **each(lambda name: {"type": "array", "items": ref(f"row.{name}")}),
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "object"}},
        },
        "tables.like": {**each(lambda name: ref(f"row.{name}")), "additionalProperties": {"type": "object"}},
        "tables.day": {**each(lambda name: {"type": "string"}), "additionalProperties": {"type": "string"}},
    }


def _row(table: Table, frame: Frame) -> Json:
    return {
        "type": "object",
        "properties": {
            name: {**_column(one, frame), **_values(one, frame)} for name, one in table.columns.items()
        },
    }


def _column(column: Column, frame: Frame) -> Json:
    lang = frame.offers.lang
    return {
        "title": column.label.in_language(lang),
        "markdownDescription": word_of_column(column).about.in_language(lang),
    }


def _values(column: Column, frame: Frame) -> Json:
    """The codes of a column, or yes and no; anything else may be tried in an example."""
    if column.codes:
        return {
            "anyOf": [*(frame.offers.const(code, label) for code, label in column.codes.items()), ANYTHING]
        }
    return {"anyOf": [{"enum": [True, False]}, ANYTHING]} if column.type == "boolean" else {}


# ---- clocks, law, parameters, exceptions, families


def clocks_file(frame: Frame) -> Json:
    """Return the schema of `clocks.yaml`: clocks by name."""
    shapes = dict(frame.shapes)
    clock = dict(shapes["ClockShape"]["properties"])
    clock["params"] = _with_title(clock["params"], _PARAMETERS)
    for word in ("extend", "exclude", "restart", "shift"):
        clock[word] = {**clock[word], "properties": _reasons(clock[word]["additionalProperties"], frame)}
    shapes["ClockShape"] = {**shapes["ClockShape"], "properties": clock}
    frame.shapes = shapes
    frame.shape("ClockShape")
    branches = [
        branch_on(["subject"], subject.name, said)
        for subject in frame.offers.vocabulary.dictionary.subjects.values()
        if (said := frame.at_subject("ClockShape", subject)) is not None
    ]
    return _by_name({**ref("ClockShape"), **({"allOf": branches} if branches else {})})


def _reasons(ground: Json, frame: Frame) -> dict[str, Json]:
    """The grounds on which a time limit may be changed, as keys."""
    listed = frame.offers.names("reason_word") or []
    return {one["const"]: {"title": one["markdownDescription"], **ground} for one in listed}


def _by_name(one: Json) -> Json:
    return {"type": ["object", "null"], "additionalProperties": one}


def law_file(frame: Frame) -> Json:
    """Return the schema of a file of `law/`."""
    return _whole(frame, "LawShape")


def parameters_file(frame: Frame) -> Json:
    """Return the schema of `parameters.yaml`: parameters by name."""
    return _by_name(frame.shape("ParameterShape"))


def families_file(frame: Frame) -> Json:
    """Return the schema of `families.yaml`: names of families by code."""
    return _by_name(_WORDS)


def exceptions_file(frame: Frame) -> Json:
    """Return the schema of `exceptions.yaml`: a list."""
    return {"type": ["array", "null"], "items": frame.shape("ExceptionShape")}


def words_file(frame: Frame) -> Json:
    """Return the schema of `words.yaml`: a list."""
    return {"type": "array", "items": frame.shape("FaultWords")}


# ---- triage, workflow, briefing


def triage_file(frame: Frame) -> Json:
    """Return the schema of `triage.yaml`."""
    return _whole(frame, "TriageShape")


def workflow_file(frame: Frame) -> Json:
    """Return the schema of `workflow.yaml`."""
    return _whole(frame, "WorkflowShape")


def briefing_file(frame: Frame) -> Json:
    """Return the schema of `briefing.yaml`."""
    return _whole(frame, "BriefingShape")


def _whole(frame: Frame, name: str) -> Json:
    """A shape that is the file itself."""
    frame.shape(name)
    return frame.defs.pop(name)


# ---- dictionary and sources


def dictionary_file(frame: Frame) -> Json:
    """Return the schema of the dictionary; what it declares already is offered where it is read."""
    frame.shape("DictionaryShape")
    dictionary = frame.offers.vocabulary.dictionary
    tables = {name: frame.at_rows("Table", frame.rows(name, False)) for name in dictionary.tables}
    subjects = {name: frame.at_subject("SubjectShape", one) for name, one in dictionary.subjects.items()}
    derived = {name: frame.at_subject("Derived", one) for name, one in dictionary.subjects.items()}
    root = frame.defs.pop("DictionaryShape")
    more = {
        "tables": {"properties": _said(tables)},
        "subjects": {"properties": _said(subjects)},
        "derived": {
            "properties": {name: {"additionalProperties": one} for name, one in _said(derived).items()}
        },
    }
    return {**root, "allOf": [{"properties": more}]}


def _said(found: Mapping[str, Json | None]) -> dict[str, Json]:
    return {name: one for name, one in found.items() if one is not None}


def source_file(frame: Frame) -> Json:
    """Return the schema of a source: tables and columns of the dictionary, and their codes."""
    lang = frame.offers.lang
    frame.shape("SourceShape")
    frame.shape("ColumnSource")
    frame.defs["column"] = {"anyOf": [{"type": "string"}, ref("ColumnSource")]}
    tables = {}
    for name, table in frame.offers.vocabulary.dictionary.tables.items():
        columns = {
            word: {**_column(one, frame), **ref("column"), **_mapped(one, frame)}
            for word, one in table.columns.items()
        }
        tables[name] = {
            "title": table.label.in_language(lang),
            "type": "object",
            "properties": columns,
            "additionalProperties": ref("column"),
        }
    root = frame.defs.pop("SourceShape")
    listed = {
        "title": root["properties"]["tables"]["title"],
        "type": "object",
        "minProperties": 1,
        "properties": tables,
        "additionalProperties": {"type": "object", "additionalProperties": ref("column")},
    }
    return {**root, "properties": {**root["properties"], "tables": listed}}


def _mapped(column: Column, frame: Frame) -> Json:
    """Our codes, where raw texts become codes."""
    values = _values(column, frame)
    return (
        {"properties": {"codes": {"additionalProperties": values}, "constant": values}}
        if column.codes
        else {}
    )


# Every file in a folder of rules/, but for folders that hold no rules; `!` takes out, as editors understand it.
_RULES = ("rules/*/*.yaml", *(f"!rules/{folder}/*.yaml" for folder in sorted(NOT_RULES)))
_NAMES_OF_RULES = frozenset({"subject", "article", "clock"})
FILES: Mapping[str, File] = {
    "rule": File(_RULES, Text("规则", "Rule"), rule_file, _NAMES_OF_RULES),
    "clocks": File(("rules/clocks.yaml",), Text("时钟", "Clocks"), clocks_file, _NAMES_OF_RULES),
    "law": File(("rules/law/*.yaml",), Text("法条", "Law"), law_file),
    "parameters": File(("rules/parameters.yaml",), Text("参数", "Parameters"), parameters_file),
    "families": File(("rules/families.yaml",), Text("类别", "Families"), families_file),
    "words": File(("rules/words.yaml",), Text("定性的词", "Words that state fault"), words_file),
    "exceptions": File(("rules/exceptions.yaml",), Text("例外", "Exceptions"), exceptions_file),
    "triage": File(("rules/triage.yaml",), Text("分流规则", "Triage"), triage_file),
    "workflow": File(("rules/workflow.yaml",), Text("流转规则", "Workflow"), workflow_file),
    "briefing": File(("rules/briefing.yaml",), Text("通报指标", "Briefing"), briefing_file),
    "dictionary": File(("datasets/dictionary.yaml",), Text("数据字典", "Dictionary"), dictionary_file),
    "source": File(("datasets/sources/*.yaml",), Text("来源", "Source"), source_file),
}
