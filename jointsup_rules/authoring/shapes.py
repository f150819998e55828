"""JSON Schema of the files people write, as the shapes have it, with what each key is for.

In: the shapes of the models. Out: definitions by name of shape, in which every key has its meaning as `title`, and which
know nothing of a workspace. `map_texts` then puts words where a text stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from jointsup_rules.authoring.keys import Key, Keys
from jointsup_rules.authoring.keys_data import DATA
from jointsup_rules.authoring.keys_kinds import KINDS as KIND_KEYS
from jointsup_rules.authoring.keys_kinds import MEANS
from jointsup_rules.authoring.keys_limits import LIMITS
from jointsup_rules.authoring.keys_loop import LOOP
from jointsup_rules.authoring.keys_rule import RULE
from jointsup_rules.compile.kinds import SHAPES
from jointsup_rules.model.briefing import BriefingShape
from jointsup_rules.model.clock import ClockShape
from jointsup_rules.model.dictionary_parts import DictionaryShape
from jointsup_rules.model.law import LawShape, ParameterShape
from jointsup_rules.model.rule import ParameterUse, RuleShape
from jointsup_rules.model.rulebook import ExceptionShape
from jointsup_rules.model.shape import Shape
from jointsup_rules.model.source_parts import SourceShape
from jointsup_rules.model.triage import TriageShape
from jointsup_rules.model.words import FaultWords
from jointsup_rules.model.workflow import WorkflowShape
from jointsup_rules.problems import Language, Text

Json = dict[str, Any]
_KINDS_AS_KEYS: Keys = {name: Key(means) for name, means in MEANS.items()}
ALL_KEYS: Mapping[str, Keys] = {
    **RULE, **KIND_KEYS, **LIMITS, **LOOP, **DATA, **{one: {**RULE[one], **_KINDS_AS_KEYS} for one in ("Detect", "Part")},
}  # fmt: skip
# The shapes that files begin with; those inside come along.
ROOTS: tuple[type[Shape], ...] = (
    RuleShape, ParameterUse, *SHAPES.values(), ClockShape, LawShape, ParameterShape, ExceptionShape, DictionaryShape,
    SourceShape, FaultWords, TriageShape, WorkflowShape, BriefingShape,
)  # fmt: skip
_REF = "#/$defs/"


def ref(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": _REF + name}


def name_of_ref(schema: Mapping[str, Any]) -> str | None:
    """Return the definition a schema refers to; None where it is none."""
    target = schema.get("$ref")
    return str(target).removeprefix(_REF) if target is not None else None


def gather_shapes(lang: Language) -> dict[str, Json]:
    """Return the definition of every shape, by name; each key has what it is for as its title."""
    _, found = models_json_schema([(root, "validation") for root in ROOTS], ref_template=_REF + "{model}")
    # Texts are written out where they stand; pydantic lists their own class all the same.
    return {name: _told(name, shape, lang) for name, shape in found["$defs"].items() if name != Text.__name__}


def keys_of(name: str) -> Keys:
    """Return what is known of the keys of a shape, or of its definition made for a subject or for rows (`NAME@...`)."""
    return ALL_KEYS.get(name, {})


def _told(name: str, shape: Json, lang: Language) -> Json:
    """A definition without pydantic's own words, each key with ours."""
    keys = keys_of(name)
    properties = {}
    for word, schema in shape.get("properties", {}).items():
        # `from_` is read as `from` by the one who reads the file.
        shown = word.rstrip("_")
        properties[shown] = {"title": keys[shown].means.in_language(lang), **_plain(schema)}
    told: Json = {"type": "object", "properties": properties}
    if shape.get("additionalProperties") is False:
        told["additionalProperties"] = False
    required = [word.rstrip("_") for word in shape.get("required", ())]
    return {**told, **({"required": required} if required else {})}


def _plain(schema: Any) -> Any:
    """A schema without titles, and without defaults that nobody would write."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        word: _plain(value)
        for word, value in schema.items()
        if word not in ("title", "description") and not (word == "default" and not isinstance(value, str))
    }


def map_texts(
    schema: Json,
    text: Callable[[], Json | None],
    inner: Callable[[str], Json | None],
    *,
    keeps: bool = False,
) -> Json | None:
    """Return a schema of the same structure with other schemas at its leaves; None where nothing is left.

    Args:
        schema: As pydantic gives it.
        text: Stands in place of a text; None drops it.
        inner: Stands in place of a reference to a definition, by its name; None drops it.
        keeps: What is no leaf, and what would be dropped, is kept as it is.
    """
    name = name_of_ref(schema)
    if name is not None or _is_text(schema):
        found = inner(name) if name is not None else text()
        beside = {word: value for word, value in schema.items() if word not in ("$ref", "type")}
        return ({**beside, **found} if found is not None else schema) if keeps else found
    mapped: Json = dict(schema) if keeps else {}
    inside = {
        word: found
        for word, one in schema.get("properties", {}).items()
        if (found := map_texts(one, text, inner, keeps=keeps)) is not None
    }
    mapped |= {"properties": inside} if inside else {}
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            found = map_texts(schema[word], text, inner, keeps=keeps)
            mapped |= {word: found} if found is not None else {}
    for word in ("anyOf", "prefixItems"):
        members = [map_texts(one, text, inner, keeps=keeps) for one in schema.get(word, ())]
        if any(members):
            # A place among several keeps its number; of alternatives only those are left that say something.
            mapped[word] = [one or {} for one in members if one or word == "prefixItems"]
    alternatives = mapped.get("anyOf", ())
    if len(alternatives) == 1 and len(mapped) == 1:
        return dict(alternatives[0])
    return mapped or None


def _is_text(schema: Json) -> bool:
    return schema.get("type") == "string" and not {"enum", "const", "format"} & set(schema)
