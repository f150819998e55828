"""The diagram of a card: source → comparison → condition → clue → disposition.

In: a card. Out: five columns of boxes, laid out by measured text so that nothing overlaps, as SVG; the same as Mermaid.
Wide characters take one em, others a little over half of one: that is enough for any font a reader may have.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from jointsup_rules.cards.card import Card
from jointsup_rules.cards.showing import show_plain
from jointsup_rules.cards.words import say
from jointsup_rules.problems import NO_TEXT, Language

COLUMNS = ("source", "comparison", "condition", "clue", "disposition")
_FONT, _LINE, _PAD = 13, 19, 9
_WIDTH, _GUTTER, _GAP, _HEAD = 160, 26, 12, 30
_MOST_LINES, _MOST_BOXES = 7, 7
_NARROW = 0.62


@dataclass(frozen=True)
class Box:
    """A box with its lines, the top left corner and size in user units; `full` is the text before it was cut."""

    lines: tuple[str, ...]
    full: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """Boxes by column, and the size of the whole."""

    columns: tuple[tuple[Box, ...], ...]
    width: int
    height: int


def gather_texts(card: Card, lang: Language) -> tuple[tuple[str, ...], ...]:
    """Return the texts of the boxes, column by column; no column is empty."""
    sources = tuple(
        "\n".join([table.label.in_language(lang), *_agencies(card, n, lang)])
        for n, table in enumerate(card.tables)
        if not table.is_attached
    )
    comparisons = tuple(
        say("collision", lang, left=one.left.in_language(lang), right=one.right.in_language(lang))
        + "\n"
        + "\n".join(key.in_language(lang) for key in one.keys)
        for one in card.collisions
    )
    if not comparisons:
        has_query = any(point.sql for point in card.points)
        comparisons = (say("diagram.query" if has_query else "diagram.own", lang),)
    conditions = tuple(
        "\n".join(one.in_language(lang) for one in (point.says, *(point.limits or (point.criterion,))))
        for point in card.points
    )
    conditions += tuple(
        say("diagram.exclude", lang, because=one.because.in_language(lang)) for one in card.exclude
    )
    levels = "\n".join(
        [
            say("diagram.severity", lang, severity=_levels(card.severities, lang)),
            say("diagram.grade", lang, grade=_levels(card.grades, lang)),
        ]
    )
    clues: tuple[str, ...] = (f"{card.id} {card.title.in_language(lang)}\n{levels}",)
    clues += tuple(band.text.in_language(lang) for band in card.bands if band.text != NO_TEXT)
    after: tuple[str, ...] = (say("diagram.check", lang, check=card.check.in_language(lang)),)
    after += tuple(one.in_language(lang) for one in (*card.disposition.routes, *card.disposition.documents))
    nothing = (say("none", lang),)
    return tuple(part or nothing for part in (sources, comparisons, conditions, clues, after))


def _agencies(card: Card, number: int, lang: Language) -> list[str]:
    agencies = dict.fromkeys(one.agency.in_language(lang) for one in card.tables[number].deliverers)
    return ["、".join(agencies) if lang == "zh" else ", ".join(agencies)] if agencies else []


def _levels(levels: tuple[str, ...], lang: Language) -> str:
    return " / ".join(say(f"level.{level}", lang) for level in levels)


def lay_out(columns: tuple[tuple[str, ...], ...], lang: Language) -> Layout:
    """Return where each box stands: columns side by side, boxes below each other, each column centred on the tallest."""
    stacks = []
    for texts in columns:
        shown = list(texts[:_MOST_BOXES])
        if len(texts) > _MOST_BOXES:
            shown[-1:] = [say("diagram.more", lang, n=len(texts) - _MOST_BOXES + 1)]
        stacks.append([(wrap(text, _WIDTH - 2 * _PAD), text) for text in shown])
    heights = [
        sum(len(lines) * _LINE + 2 * _PAD for lines, _ in stack) + _GAP * (len(stack) - 1) for stack in stacks
    ]
    tallest = max(heights)
    laid = []
    for number, (stack, height) in enumerate(zip(stacks, heights, strict=True)):
        x, y = number * (_WIDTH + _GUTTER) + 1, _HEAD + (tallest - height) // 2
        boxes = []
        for lines, full in stack:
            size = len(lines) * _LINE + 2 * _PAD
            boxes.append(Box(lines, full, x, y, _WIDTH, size))
            y += size + _GAP
        laid.append(tuple(boxes))
    width = len(columns) * _WIDTH + (len(columns) - 1) * _GUTTER + 2
    return Layout(tuple(laid), width, _HEAD + tallest + 2)


def width_of(text: str) -> float:
    """Return how wide a text is at most, in user units."""
    ems = sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else _NARROW for char in text)
    return ems * _FONT


def wrap(text: str, width: int) -> tuple[str, ...]:
    """Return a text in lines no wider than `width`; beyond the most lines it ends in …."""
    lines: list[str] = []
    for paragraph in show_plain(text).split("\n"):
        line = ""
        for word in _words(paragraph):
            if width_of(line + word.rstrip()) <= width or not line:
                line += word
            else:
                lines.append(line.rstrip())
                line = word.lstrip()
            while width_of(line.rstrip()) > width:
                cut = _fitting(line, width)
                lines.append(line[:cut])
                line = line[cut:]
            if len(lines) > _MOST_LINES:
                break
        lines.append(line.rstrip())
    kept = [line for line in lines if line] or [""]
    if len(kept) <= _MOST_LINES:
        return tuple(kept)
    last = kept[_MOST_LINES - 1]
    while last and width_of(last + "…") > width:
        last = last[:-1]
    return (*kept[: _MOST_LINES - 1], last + "…")


def _words(text: str) -> list[str]:
    """Stretches that stay together: a wide character alone, a run of others up to and with its blanks."""
    words: list[str] = []
    for char in text:
        is_wide = unicodedata.east_asian_width(char) in "WF"
        joins = bool(words) and not is_wide and not words[-1].endswith(" ") and not _is_wide(words[-1][-1])
        if words and (joins or (char in "，。；：、）”》〕" and is_wide)):
            words[-1] += char
        else:
            words.append(char)
    return words


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _fitting(line: str, width: int) -> int:
    count = 1
    while count < len(line) and width_of(line[: count + 1]) <= width:
        count += 1
    return count


# ---- SVG


def render_svg(card: Card, lang: Language) -> Markup:
    """Return the diagram as an SVG element that needs nothing from outside."""
    layout = lay_out(gather_texts(card, lang), lang)
    title = f"{card.id} {say('diagram', lang)}"
    parts = [
        Markup(
            '<svg class="diagram" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{t}">'
        ).format(w=layout.width, h=layout.height, t=show_plain(title))
    ]
    for number, name in enumerate(COLUMNS):
        middle = number * (_WIDTH + _GUTTER) + 1 + _WIDTH // 2
        parts.append(
            Markup('<text class="d-head" x="{}" y="17" text-anchor="middle">{}</text>').format(
                middle, say(f"diagram.{name}", lang)
            )
        )
    for left, right in pairwise(layout.columns):
        parts.append(_connect(left, right))
    for name, boxes in zip(COLUMNS, layout.columns, strict=True):
        parts += [_render_box(box, name) for box in boxes]
    return Markup("").join([*parts, Markup("</svg>")])


def _render_box(box: Box, name: str) -> Markup:
    lines = Markup("").join(
        Markup('<tspan x="{}" dy="{}">{}</tspan>').format(box.x + _PAD, _LINE if number else 0, escape(line))
        for number, line in enumerate(box.lines)
    )
    return Markup(
        '<g><title>{}</title><rect class="d-{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text class="d-text" x="{}" y="{}">{}</text></g>'
    ).format(
        show_plain(box.full),
        name,
        box.x,
        box.y,
        box.width,
        box.height,
        box.x + _PAD,
        box.y + _PAD + 14,
        lines,
    )


def _connect(left: tuple[Box, ...], right: tuple[Box, ...]) -> Markup:
    """Lines from every box into one trunk in the gutter, and from it an arrow to every box of the next column."""
    trunk = left[0].x + _WIDTH + _GUTTER // 2
    outs = [box.y + box.height // 2 for box in left]
    ins = [box.y + box.height // 2 for box in right]
    path = [f"M{box.x + _WIDTH} {y}H{trunk}" for box, y in zip(left, outs, strict=True)]
    path.append(f"M{trunk} {min(outs + ins)}V{max(outs + ins)}")
    tips = []
    for box, y in zip(right, ins, strict=True):
        path.append(f"M{trunk} {y}H{box.x - 5}")
        tips.append(f"M{box.x - 1} {y}l-7 -4v8z")
    return Markup('<path class="d-line" d="{}"/><path class="d-tip" d="{}"/>').format(
        "".join(path), "".join(tips)
    )


# ---- Mermaid


def render_mermaid(card: Card, lang: Language) -> str:
    """Return the diagram as Mermaid text."""
    lines = ["flowchart LR"]
    groups: list[list[str]] = []
    for name, texts in zip(COLUMNS, gather_texts(card, lang), strict=True):
        lines.append(f'  subgraph {name}["{say(f"diagram.{name}", lang)}"]')
        ids = []
        for number, text in enumerate(texts):
            ids.append(f"{name}{number}")
            lines.append(f'    {ids[-1]}["{_mermaid(text)}"]')
        lines.append("  end")
        groups.append(ids)
    for left, right in pairwise(COLUMNS):
        lines.append(f"  {left} --> {right}")
    return "\n".join(lines)


def _mermaid(text: str) -> str:
    """A text within quotes: what Mermaid or Markdown would read is written as entities."""
    told = []
    for char in show_plain(text):
        if char == "\n":
            told.append("<br/>")
        elif char in '"#<>&`[]{}()|;\\*_~':
            told.append(f"#{ord(char)};")
        else:
            told.append(char)
    return "".join(told)
