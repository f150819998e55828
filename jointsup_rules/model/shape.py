"""What a YAML file may contain, and what to say when it contains something else.

In: a Document and the pydantic model of its shape. Out: the model, or problems in plain words at the place of
the word concerned. The kinds of value below are shared by every file people write.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.written import put_in_quotes, taken_out_of_quotes
from jointsup_rules.problems import NO_TEXT, Fix, Place, Problem, Text, did_you_mean, one_of

ModelT = TypeVar("ModelT", bound=BaseModel)


class Shape(BaseModel):
    """Base of every shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def refuse(
    zh: str,
    en: str,
    fix_zh: str = "",
    fix_en: str = "",
    at: Loc = (),
    key: bool = False,
    code: str = "JR206",
    instead: str | None = None,
) -> PydanticCustomError:
    """Return the error a validator raises.

    Args:
        at: Goes on from the value to the one concerned.
        key: It points at the key.
        instead: The only text that can have been meant, if any.
    """
    context = {
        "zh": zh, "en": en, "fix_zh": fix_zh, "fix_en": fix_en, "at": at, "key": key, "code": code,
        "instead": instead,
    }  # fmt: skip
    return PydanticCustomError("refused", "refused", context)


def _text(value: object) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(value)
    if not isinstance(value, dict):
        raise refuse(
            f"应为文字或 {{zh, en}}，现为{kind_of(value).zh}",
            f"expected text or {{zh, en}}, found {kind_of(value).en}",
            "文字请加引号", "put it in quotes", code="JR204",
        )  # fmt: skip
    for key, part in value.items():
        if key not in ("zh", "en"):
            raise refuse(
                f"没有键 '{key}'",
                f"no key '{key}'",
                "只有 zh 和 en；文字里有逗号要加引号",
                "only zh and en; a text with a comma goes in quotes",
                (key,),
                True,
                "JR201",
            )
        if not isinstance(part, str):
            raise refuse(
                f"应为文字，现为{kind_of(part).zh}", f"expected text, found {kind_of(part).en}",
                "文字请加引号", "put it in quotes", (key,), code="JR204",
            )  # fmt: skip
    text = Text(value.get("zh", ""), value.get("en", ""))
    if not text.zh:
        raise refuse("没有文字", "there is no text", "写 zh 或 en", "write zh or en")
    return text


def _expression(value: object) -> object:
    """An expression is text; a bare number or yes/no word of YAML is put back to text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str) and not value.strip():
        raise refuse("表达式是空的", "the expression is empty")
    return value


def _constant(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _yes_or_no(value: object) -> object:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _name(value: object) -> object:
    if isinstance(value, str) and not (
        value.isidentifier() and not value.startswith("_") and len(value) <= 63
    ):
        raise refuse(
            f"'{value}' 不能作名称", f"'{value}' cannot be a name",
            "名称用字母（含汉字）、数字和下划线，不以数字或下划线开头，最长 63 个字符",
            "a name has letters, digits and underscores, begins with a letter and has at most 63 characters",
        )  # fmt: skip
    return value


_TEXT_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}

if TYPE_CHECKING:
    Words: TypeAlias = Text
else:
    Words = Annotated[Text, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
YesOrNo: TypeAlias = bool | Literal["yes", "no"]
Expression = Annotated[str, BeforeValidator(_expression, json_schema_input_type=str | int | float | bool)]
Constant = Annotated[str, BeforeValidator(_constant, json_schema_input_type=str | int | bool)]
Name = Annotated[str, BeforeValidator(_name)]
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_yes_or_no, json_schema_input_type=YesOrNo)]
Whole = StrictInt
Several = Annotated[tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])]
# Given by the program, never by the file: no YAML text can hold a NUL.
GivenName = Annotated[SkipJsonSchema[str], Field(validation_alias="\0name")]
GivenLoc = Annotated[SkipJsonSchema[tuple[Any, ...]], Field(validation_alias="\0loc")]


def given(value: object, loc: Loc) -> object:
    """Return a mapping with its name and place added; anything else as it is, to be refused by its shape."""
    return (
        {**value, "\0name": str(loc[-1]) if loc else "", "\0loc": loc} if isinstance(value, dict) else value
    )


def check_model(
    model: type[ModelT], document: Document, prefix: Loc = (), data: Any = None
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Return the value at `prefix` of a document as `model`, or every problem of its shape.

    Args:
        model: A Shape.
        document: Where the value and its places come from; its own problems are not repeated, and of one that could
            not be read nothing more is said.
        prefix: Path of the value inside the document; empty for the whole file.
        data: The value to check in place of the document's own, for a caller that has completed it.

    Returns:
        The model and no problem, or None and at least one, be it the document's own.
    """
    if document.data is None and document.problems:
        return None, ()
    if data is None:
        data = _value_at(document.data, prefix)
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        return None, _problems(model, document, prefix, data, error)


def check_model_further(
    model: type[ModelT], document: Document, data: Any
) -> tuple[ModelT | None, tuple[Problem, ...], frozenset[Place]]:
    """Check like `check_model`, and go on with what is right, so that what lies behind shows too.

    Returns:
        The model, without the keys that have problems (None where nothing sound is left); the problems; and
        the places of the parts that lost a key, of which nothing should be said to be missing.
    """
    if document.data is None and document.problems:
        return None, (), frozenset()
    try:
        return model.model_validate(data), (), frozenset()
    except ValidationError as error:
        problems = _problems(model, document, (), data, error)
        details = error.errors(include_url=False)
    locs = [_real_loc(data, detail["loc"])[0] for detail in details if detail["type"] != "missing"]
    damaged = {document.place(loc[:-1], key=is_key) for loc in locs for is_key in (False, True)}
    for loc in locs:
        data = _without(data, loc)
    try:
        return model.model_validate(data), problems, frozenset(damaged)
    except ValidationError:
        return None, problems, frozenset(damaged)


def _value_at(data: Any, loc: Loc) -> Any:
    for step in loc:
        data = data[step]
    return data


def _without(data: Any, loc: Loc) -> Any:
    """A copy of the data without the key at `loc`; of a list, without the list."""
    if not isinstance(data, dict) or not loc or loc[0] not in data:
        return data
    inner = data[loc[0]]
    if len(loc) == 1 or isinstance(inner, list):
        return {key: value for key, value in data.items() if key != loc[0]}
    return {**data, loc[0]: _without(inner, loc[1:])}


def _problems(
    model: type[BaseModel], document: Document, prefix: Loc, data: Any, error: ValidationError
) -> tuple[Problem, ...]:
    found = [_problem(model, document, prefix, data, detail) for detail in error.errors(include_url=False)]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.place))


def kind_of(value: object) -> Text:
    """Return what a YAML value is, in words, with a short value quoted."""
    match value:
        case None:
            return Text("空值", "nothing")
        case bool():
            return Text(f"是否值 {str(value).lower()}", f"the truth value {str(value).lower()}")
        case int() | float():
            return Text(f"数字 {value}", f"the number {value}")
        case str():
            return Text(f"文字 '{value[:40]}'", f"the text '{value[:40]}'")
        case list():
            return Text("列表", "a list")
        case _:
            return Text("键值对", "keys with values")


_EXPECTED: Mapping[str, Text] = {
    "string_type": Text("文字", "text"),
    "int_type": Text("整数", "a whole number"),
    "bool_type": Text("true 或 false", "true or false"),
    "float_type": Text("数字", "a number"),
    "decimal_type": Text("数字", "a number"),
    "tuple_type": Text("列表", "a list"),
    "list_type": Text("列表", "a list"),
    "dict_type": Text("键值对", "keys with values"),
    "mapping_type": Text("键值对", "keys with values"),
    "model_type": Text("键值对", "keys with values"),
    "model_attributes_type": Text("键值对", "keys with values"),
    "date_type": Text("日期（如 2024-05-01）", "a day such as 2024-05-01"),
    "date_parsing": Text("日期（如 2024-05-01）", "a day such as 2024-05-01"),
    "date_from_datetime_parsing": Text("日期（如 2024-05-01）", "a day such as 2024-05-01"),
}
_WRITTEN: Mapping[str, Text] = {
    "text": Text("写一段文字", "write a text"),
    "a whole number": Text("写 12 这样的数字，不加引号", "write a number such as 12, without quotes"),
    "a number": Text("写 12.5 这样的数字，不加引号", "write a number such as 12.5, without quotes"),
    "true or false": Text("写 true 或 false", "write true or false"),
    "a list": Text("写 [甲, 乙] 这样的列表", "write a list such as [one, two]"),
    "keys with values": Text("写成“键: 值”", "write keys with values, as in key: value"),
}
_BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "greater_than": ("应大于", "must be more than", "gt"),
    "greater_than_equal": ("不小于", "must be at least", "ge"),
    "less_than": ("应小于", "must be less than", "lt"),
    "less_than_equal": ("不大于", "must be at most", "le"),
    "too_short": ("个数不少于", "the number of entries must be at least", "min_length"),
    "too_long": ("个数不多于", "the number of entries must be at most", "max_length"),
    "string_too_short": ("字数不少于", "the number of characters must be at least", "min_length"),
}


def _problem(
    model: type[BaseModel], document: Document, prefix: Loc, data: object, detail: ErrorDetails
) -> Problem:
    """One error of pydantic in our words, at its place."""
    loc, is_key = _real_loc(data, detail["loc"])
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    here = (*prefix, *loc)
    if kind == "extra_forbidden":
        known = sorted(_keys_at(model, loc[:-1]))
        place = document.place(here, key=True)
        what = Text(f"没有键 '{loc[-1]}'", f"unknown key '{loc[-1]}'")
        taken = _value_at(data, loc[:-1])
        return document.problem("JR201", place, what, fix=did_you_mean(str(loc[-1]), known, taken=taken))
    if kind == "missing":
        key = str(detail["loc"][-1])
        place = document.place(here, key=True)
        what = Text(f"{_named(here).zh}缺少键 '{key}'", f"{_named(here).en} has no key '{key}'")
        return document.problem("JR202", place, what, fix=Text(f"补上 '{key}:'", f"add '{key}:'"))
    if kind == "refused":
        here = (*here, *context["at"])
        place = document.place(here, key=bool(context["key"]) or is_key)
        fix = Text(context["fix_zh"], context["fix_en"])
        # A value may be written short, with less below it than what it stands for.
        concerned = _value_at(data, _real_loc(data, (*loc, *context["at"]))[0])
        if context["instead"] is not None:
            # A level alone is short for a key with it, and stands at the place of its parent.
            written = document.written(here) or document.written(here[:-1]) or ""
            word = str(here[-1]) if context["key"] or is_key else written
            fix = Fix(fix.zh, fix.en, word, context["instead"], is_ours=True)
        elif context["code"] == "JR204":
            fix = put_in_quotes(concerned, document.written(here))
        return document.problem(context["code"], place, Text(context["zh"], context["en"]), fix=fix)
    place = document.place(here, key=is_key)
    if kind in ("literal_error", "enum"):
        words = [str(word) for word in _choices(model, loc)]
        what = Text(
            f"{_named(here).zh}不能是{kind_of(value).zh}", f"{_named(here).en} cannot be {kind_of(value).en}"
        )
        return document.problem("JR205", place, what, fix=one_of(str(value), words))
    if kind in _EXPECTED:
        expected = _EXPECTED[kind]
        what = Text(
            f"{_named(here).zh}应为{expected.zh}，现为{kind_of(value).zh}",
            f"{_named(here).en} must be {expected.en}, found {kind_of(value).en}",
        )
        fix = taken_out_of_quotes(value, expected.en, _WRITTEN.get(expected.en, NO_TEXT))
        if kind == "string_type" and isinstance(value, int | float):
            fix = put_in_quotes(value, document.written(here))
        return document.problem("JR204", place, what, fix=fix)
    if kind in _BOUNDS:
        zh, en, bound = _BOUNDS[kind]
        number = f"{context[bound]:g}"
        found = kind_of(value)
        what = Text(
            f"{_named(here).zh}{zh} {number}，现为{found.zh}",
            f"{_named(here).en}: {en} {number}, found {found.en}",
        )
        fix = Text("改到这一范围内", "write one within this bound")
        return document.problem("JR206", place, what, fix=fix)
    what = Text(
        f"{_named(here).zh}不能是{kind_of(value).zh}", f"{_named(here).en} cannot be {kind_of(value).en}"
    )
    return document.problem("JR204", place, what)


def _named(loc: Loc) -> Text:
    """The nearest key of a place, quoted; an entry of a list by its number."""
    if not loc:
        return Text("文件", "the file")
    if isinstance(loc[-1], int):
        parent = next((step for step in reversed(loc) if isinstance(step, str)), "")
        if not parent:
            return Text(f"第 {loc[-1] + 1} 项", f"entry {loc[-1] + 1}")
        return Text(f"'{parent}' 的第 {loc[-1] + 1} 项", f"entry {loc[-1] + 1} of '{parent}'")
    return Text(f"'{loc[-1]}'", f"'{loc[-1]}'")


def _real_loc(data: object, loc: tuple[int | str, ...]) -> tuple[Loc, bool]:
    """The steps of `loc` that exist in the data, and whether a key is meant.

    Pydantic adds the names of union members and validators to a place; those are no keys of the file.
    """
    steps: list[int | str] = []
    for step in loc:
        if step == "[key]":
            return tuple(steps), True
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]  # type: ignore[index]
            steps.append(step)
    return tuple(steps), False


def _keys_at(model: object, loc: Loc) -> set[str]:
    """The keys a shape knows at a place; of every member where several shapes are possible."""
    keys: set[str] = set()
    for shape in _shapes_at(model, loc):
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            keys |= {_alias(name, field) for name, field in shape.model_fields.items()}
    return {key for key in keys if not key.startswith("\0")}


def _choices(model: object, loc: Loc) -> list[object]:
    return [
        word for shape in _shapes_at(model, loc) if not isinstance(shape, type) for word in get_args(shape)
        if isinstance(word, str | int)
    ]  # fmt: skip


def _alias(name: str, field: Any) -> str:
    return str(field.validation_alias or field.alias or name)


def _shapes_at(model: object, loc: Loc) -> list[object]:
    """The annotations that may stand at a place: models, literals, plain types."""
    found = [model]
    for step in loc:
        found = [inner for shape in found for part in _members(shape) for inner in _inside(part, step)]
    return [part for shape in found for part in _members(shape)]


def _members(shape: object) -> list[object]:
    """What an annotation may be: unions opened, Annotated unwrapped."""
    origin = get_origin(shape)
    if origin is Annotated:
        return _members(get_args(shape)[0])
    if origin in (Union, types.UnionType):
        return [member for part in get_args(shape) for member in _members(part)]
    return [shape]


def _inside(shape: object, step: int | str) -> list[object]:
    """What stands below one key or index of an annotation."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [field.annotation for name, field in shape.model_fields.items() if _alias(name, field) == step]
    arguments = get_args(shape)
    if not arguments:
        return []
    return [arguments[0] if isinstance(step, int) else arguments[-1]]
