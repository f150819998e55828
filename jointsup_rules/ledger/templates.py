"""Templates of letters, looked at before they are filled: what they name must be there, and they may do little else.

In: a DOCX and the places that may be filled. Out: problems. A template is untrusted text: it may name places, repeat over a
list and ask whether something is there; it cannot call, reckon or reach anything else.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.returned import BROKEN_ZIP
from jointsup_rules.problems import Place, Problem, Text, nearest_word

TEMPLATES = "rules/documents"
_MOST_BYTES = 50_000_000
# What of a document is filled: its text, headers, notes, and what it says of itself, as its title.
_PART = re.compile(r"word/[^/]+\.xml|docProps/core\.xml")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HALF_TAG = re.compile(r"\{[{%]|[}%]\}")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>")
# `{%tr for …%}`: the letters say which row, cell, paragraph or run goes with the tag.
_ABOUT_XML = re.compile(r"^(\{[{%])(?:tr|tc|p|r)(?=\s)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_FILTERS = frozenset({"length", "join"})


class Anything(dict[str, Any]):
    """A place that has whatever is asked of it."""


def check_template(root: Path, name: str, places: Mapping[str, Any]) -> list[Problem]:
    """Return what keeps a template of rules/documents/ from being filled.

    Args:
        root: The workspace.
        name: File name of the template.
        places: A value for every place; of lists one element is enough, an empty one may hold anything.
    """
    path, shown = root / TEMPLATES / name, Place(f"{TEMPLATES}/{name}")
    if not path.is_file():
        what = Text(f"没有模板 {name}", f"there is no template {name}")
        fix = Text(
            f"放到 {TEMPLATES}/ 下，可从产品自带的改起",
            f"put it into {TEMPLATES}/, beginning with the one that comes along",
        )
        return [Problem("JR703", shown, what, fix=fix)]
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [one for one in archive.infolist() if _PART.fullmatch(one.filename)]
            if not parts or sum(one.file_size for one in parts) > _MOST_BYTES:
                return [_unreadable(shown, name)]
            texts = [archive.read(one).decode("utf-8") for one in parts]
    except BROKEN_ZIP:
        return [_unreadable(shown, name)]
    said = [text for xml in texts for text in _wrong(_visible(xml), places)]
    fix = Text(
        "核对模板里 {{ }} 和 {% %} 的内容；可用的名称见 README“文书模板”",
        "look at what stands in {{ }} and {% %}; README lists the names there are",
    )
    return [Problem("JR703", shown, text, fix=fix) for text in dict.fromkeys(said)]


def _unreadable(shown: Place, name: str) -> Problem:
    what = Text(
        f"读不了模板 {name}：不是 .docx 文件，或已损坏",
        f"the template {name} cannot be read: it is no .docx, or damaged",
    )
    return Problem(
        "JR703", shown, what, fix=Text("用 Word 或 WPS 另存为 .docx", "save it as .docx with Word or WPS")
    )


def _visible(xml: str) -> str:
    """A part of a document as its editor shows it, which may have cut a tag into runs."""
    return _COMMENT.sub("", html.unescape(_ELEMENT.sub("", xml)))


def _wrong(text: str, places: Mapping[str, Any]) -> Iterator[Text]:
    import jinja2
    from jinja2 import nodes

    rest = _TAG.sub("", text)
    half = _HALF_TAG.search(rest)
    if half:
        is_open = half[0][0] == "{"
        yield _badly_written(
            rest[half.start() :] if is_open else rest[max(half.start() - 30, 0) : half.end()]
        )
        return
    tags = [_ABOUT_XML.sub(r"\1 ", tag.replace("\n", " ")).translate(_QUOTES) for tag in _TAG.findall(text)]
    if not tags:
        return
    try:
        tree = jinja2.Environment().parse("\n".join(tags))
    except jinja2.TemplateSyntaxError as error:
        yield _badly_written(tags[min(error.lineno, len(tags)) - 1])
        return
    allowed = (
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.And, nodes.Or,
        nodes.Not, nodes.Compare, nodes.Operand, nodes.Const, nodes.Filter,
    )  # fmt: skip

    def walk(node: nodes.Node, scope: Mapping[str, Any]) -> Iterator[Text]:
        is_known_filter = not isinstance(node, nodes.Filter) or node.name in _FILTERS
        if not isinstance(node, allowed) or not is_known_filter:
            near = tags[min(node.lineno, len(tags)) - 1]
            yield Text(
                f"“{near}”：模板里只能填名称、用 for 和 if",
                f"'{near}': a template may name places, and use for and if",
            )
            return
        if isinstance(node, nodes.Name | nodes.Getattr):
            found = _looked_up(node, scope)
            if isinstance(found, Text):
                yield found
            return
        if isinstance(node, nodes.For):
            yield from walk(node.iter, scope)
            inner = {**scope, **_loop_names(node, scope)}
            for child in (*node.body, *node.else_):
                yield from walk(child, inner)
            return
        for child in node.iter_child_nodes():
            yield from walk(child, scope)

    yield from walk(tree, places)


def _badly_written(near: str) -> Text:
    return Text(
        f"“{near[:60]}”附近写得不对，或没有配对的结尾",
        f"near '{near[:60]}': it is not well written, or lacks its end",
    )


def _loop_names(node: Any, scope: Mapping[str, Any]) -> dict[str, Any]:
    """What a loop adds to the names: its variable, and `loop`."""
    found = _looked_up(node.iter, scope)
    several = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    first = several[0] if several else Anything()
    return {"loop": Anything(), getattr(node.target, "name", ""): first}


def _looked_up(node: Any, scope: Mapping[str, Any]) -> Any:
    """The value a name leads to; a Text where it leads to nothing."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return scope[node.name] if node.name in scope else _unknown(node.name, "", scope)
    if not isinstance(node, nodes.Getattr):
        return Anything()
    base = _looked_up(node.node, scope)
    if isinstance(base, Text | Anything):
        return base
    if isinstance(base, Mapping):
        return base[node.attr] if node.attr in base else _unknown(node.attr, _spelt(node.node), base)
    return _unknown(node.attr, _spelt(node.node), {})


def _spelt(node: Any) -> str:
    return f"{_spelt(node.node)}.{node.attr}" if hasattr(node, "attr") else str(getattr(node, "name", ""))


def _unknown(name: str, base: str, known: Mapping[str, Any]) -> Text:
    near = nearest_word(name, known)
    dot = f"{base}." if base else ""
    hint = Text(f"；是否想写“{dot}{near}”？", f"; did you mean '{dot}{near}'?") if near else Text()
    return Text(
        f"没有可填的“{dot}{name}”{hint.zh}", f"there is nothing to fill in for '{dot}{name}'{hint.en}"
    )
