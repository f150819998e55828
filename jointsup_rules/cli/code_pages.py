"""The pages of problem codes: what a code means, why it matters, an example and how to mend it.

In: `pages/<CODE>.yaml`, one file a code, in both languages. Out: a Page, or the text of it. Light to load, for
`check` asks for titles and `explain CODE` for no workspace.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from jointsup_rules.cli.telling import DONE, UNUSABLE, tell_json
from jointsup_rules.load.yaml import read_yaml_file
from jointsup_rules.problems import Language, Text, nearest_word

FOLDER = Path(__file__).with_name("pages")
_CODE = re.compile(r"(?:JR)?([0-9]{3})", re.IGNORECASE)
_LIKE_A_CODE = re.compile(r"JR\W?([0-9]{1,4})", re.IGNORECASE)
_SEVERITIES = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "either": Text("错误或警告", "error or warning"),
}


@dataclass(frozen=True)
class CodeExample:
    """A wrong and a right way of writing.

    Attributes:
        file: The file it stands in; empty where it is a command.
        as_of: The day `check` is given, where the problem depends on one; otherwise empty.
        before: Commands that were given before; most often none.
        runs: Whether it can be tried out in a small workspace.
    """

    wrong: str
    right: str
    file: str = ""
    as_of: str = ""
    before: str = ""
    runs: bool = True


@dataclass(frozen=True)
class Page:
    """All that is told of one problem code."""

    code: str
    title: Text
    severity: str
    means: Text
    why: Text
    mend: Text
    example: CodeExample
    related: tuple[str, ...]


def codes() -> tuple[str, ...]:
    """Return every problem code, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("JR*.yaml")))


def read_page(code: str) -> Page:
    """Return the page of a code that has one.

    Raises:
        FileNotFoundError: it has none.
    """
    data: Mapping[str, Any] = read_yaml_file(FOLDER / f"{code}.yaml", f"{code}.yaml").data
    example = CodeExample(**data["example"])
    return Page(
        code, _text(data["title"]), data["severity"], _text(data["means"]), _text(data["why"]),
        _text(data["mend"]), example, tuple(data.get("related", ())),
    )  # fmt: skip


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["zh"], value["en"])


def code_meant(word: str) -> str | None:
    """Return the code that a word stands for (`JR203`, `jr203`, `203`), there or not; None for other words."""
    found = _CODE.fullmatch(word.strip())
    return f"JR{found[1]}" if found else None


def nearest_codes(word: str) -> tuple[str, ...]:
    """Return up to five codes most like a word: the code itself, the nearest, then others of its ten.

    Empty where the word is nothing like a code.
    """
    found = _LIKE_A_CODE.fullmatch(word.strip())
    if found is None:
        return ()
    code, known = f"JR{found[1]}", codes()
    near = nearest_word(code, known)
    ten = [one for one in known if one[:4] == code[:4]]
    return tuple(dict.fromkeys([*([near] if near else []), *ten]))[:5]


def explain_code(code: str, form: str, lang: Language) -> NoReturn:
    """Print the page of a code and end; with status 2 and the nearest codes where there is none."""
    if code not in codes():
        near = ", ".join(nearest_codes(code))
        told = Text(f"没有问题代码 {code}", f"no problem code {code}")
        fix = Text(f"相近的有：{near}", f"nearest are: {near}") if near else Text()
        every = Text("全部列在 jointsup explain --codes", "jointsup explain --codes lists all")
        for text in (told, fix, every):
            if text.in_language(lang):
                click.echo(text.in_language(lang), err=True)
        sys.exit(UNUSABLE)
    page = read_page(code)
    if form == "json":
        tell_json(page_row(page, lang))
    else:
        click.echo(render_page(page, lang))
    sys.exit(DONE)


def explain_codes(form: str, lang: Language) -> NoReturn:
    """Print every code with its title and end."""
    pages = [read_page(code) for code in codes()]
    if form == "json":
        keys = ("code", "severity", "title")
        tell_json([{key: page_row(page, lang)[key] for key in keys} for page in pages])
    else:
        click.echo("\n".join(f"{page.code}  {page.title.in_language(lang)}" for page in pages))
    sys.exit(DONE)


def render_page(page: Page, lang: Language) -> str:
    """Return a page as text for a terminal."""
    return "\n".join([f"{page.code} {page.title.in_language(lang)}", *_body(page, lang)])


def help_of(page: Page, lang: Language) -> str:
    """Return what stands below a page's first line."""
    return "\n".join(_body(page, lang)).strip()


def page_row(page: Page, lang: Language) -> dict[str, object]:
    """Return a page as a JSON object."""
    return {
        "code": page.code,
        "title": page.title.in_language(lang),
        "severity": page.severity,
        "means": page.means.in_language(lang),
        "why": page.why.in_language(lang),
        "mend": page.mend.in_language(lang),
        "file": page.example.file,
        "wrong": page.example.wrong,
        "right": page.example.right,
        "related": list(page.related),
    }


def _body(page: Page, lang: Language) -> list[str]:
    zh = lang == "zh"
    where = (f"（{page.example.file}）" if zh else f" ({page.example.file})") if page.example.file else ""
    parts: Sequence[tuple[str, Sequence[str]]] = (
        ("含义" if zh else "What it means", [page.means.in_language(lang)]),
        ("为什么重要" if zh else "Why it matters", [page.why.in_language(lang)]),
        ("在此之前" if zh else "After", page.example.before.splitlines()),
        (("错误的写法" if zh else "Wrong") + where, page.example.wrong.splitlines()),
        ("正确的写法" if zh else "Right", page.example.right.splitlines()),
        ("怎样改正" if zh else "How to mend it", [page.mend.in_language(lang)]),
        ("严重程度" if zh else "Severity", [_SEVERITIES[page.severity].in_language(lang)]),
        ("另见" if zh else "See also", [f"{one} {read_page(one).title.in_language(lang)}" for one in page.related]),
    )  # fmt: skip
    return [line for head, lines in parts if lines for line in ("", head, *("    " + one for one in lines))]
