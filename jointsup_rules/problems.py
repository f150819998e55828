"""What is wrong, where, why, and what to do about it.

In: nothing. Out: the values every stage reports with. A problem is the user's to fix: it is collected, never
raised one by one, so that all are shown at once.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Language = Literal["zh", "en"]

_INDENT = " " * 8
_EXCERPT_WIDTH = 120
_LABELS: dict[Language, tuple[str, str]] = {"zh": ("原因：", "办法："), "en": ("why: ", "fix: ")}


@dataclass(frozen=True)
class Text:
    """A text in Chinese and English. One of the two left empty, the other stands in its place."""

    zh: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "zh", self.zh or self.en)
        object.__setattr__(self, "en", self.en or self.zh)

    def in_language(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.zh if lang == "zh" else self.en


NO_TEXT = Text()


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file: path as shown to people, line and column from 1, columns in characters."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Fix(Text):
    """What to do, and what a program may write by itself because nothing else can be meant.

    Attributes:
        found: The characters that are to be replaced.
        instead: What to write in their place.
        at: Where they are, if not at the problem's place.
        is_source: `instead` is written as it stands in a file, quotes and all; otherwise it is what the file means.
        is_ours: It is a word of the program, which no file declares.
    """

    found: str = ""
    instead: str = ""
    at: Place | None = None
    is_source: bool = False
    is_ours: bool = False


@dataclass(frozen=True)
class Problem:
    """Something the user has to put right.

    Attributes:
        code: Stable code, by stage: `JR1xx` load, `JR2xx` model, `JR3xx` compile and so on.
        place: Where it is.
        what: What was found, in one line.
        why: Why that is a problem; may be empty.
        fix: What to do, with the nearest right word; may be empty. A Fix where a program can do it.
        excerpt: The whole source line, or empty.
        length: How many characters from the place on are concerned.
        severity: A warning does not fail a check.
        accepted_because: Why the author of the file lets a warning stand; empty where nobody has answered it.
    """

    code: str
    place: Place
    what: Text
    why: Text = NO_TEXT
    fix: Text = NO_TEXT
    excerpt: str = ""
    length: int = 1
    severity: Literal["error", "warning"] = "error"
    accepted_because: Text = NO_TEXT


class ProblemsError(Exception):
    """Unusable input: carries every problem that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(render_problem(problem, "zh") for problem in self.problems)


def render_problem(problem: Problem, lang: Language) -> str:
    """Return one problem as text: place, code and what on the first line, the rest indented below it.

    Example:
        >>> print(render_problem(Problem("JR203", Place("a.yaml", 2, 8), Text(en="no column 'dya'"),
        ...     fix=Text(en="did you mean 'day'?"), excerpt="  when: dya"), "en"))
        a.yaml:2:8: JR203 no column 'dya'
                when: dya
                     ^
                fix: did you mean 'day'?
    """
    why_label, fix_label = _LABELS[lang]
    lines = [f"{problem.place}: {problem.code} {problem.what.in_language(lang)}"]
    if problem.excerpt.strip():
        lines += [_INDENT + line for line in _render_excerpt(problem.excerpt, problem.place.column)]
    for label, text in ((why_label, problem.why), (fix_label, problem.fix)):
        if text.in_language(lang):
            lines.append(_INDENT + label + text.in_language(lang))
    return "\n".join(_without_controls(line) for line in lines)


def nearest_word(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word`, or None when nothing is close.

    Example:
        >>> nearest_word("acept_date", ["close_date", "accept_date"])
        'accept_date'
        >>> nearest_word("受理曰", ["结案日", "受理日"])
        '受理日'
        >>> nearest_word("subject", ["limit"]) is None
        True
    """
    pool = sorted(set(candidates))
    for candidate in pool:
        if candidate.casefold() == word.casefold():
            return candidate
    # Chinese words are short: of two characters one may be wrong.
    cutoff = 0.5 if any(_is_wide(char) for char in word) else 0.6
    found = difflib.get_close_matches(word, pool, n=1, cutoff=cutoff)
    return found[0] if found else None


def certain_word(word: str, candidates: Iterable[str], taken: Collection[str] = ()) -> str | None:
    """Return the only candidate that `word` can be a slip of, or None where there is none or a doubt.

    A slip leaves the first letter, every digit and every word of denial as they are, since with another of these the
    word means something else; and no second candidate is about as near.

    Args:
        taken: Candidates that stand there already.

    Example:
        >>> certain_word("acept_date", ["close_date", "accept_date"])
        'accept_date'
        >>> certain_word("art_13", ["art_12", "law"]) is None
        True
        >>> certain_word("lawful", ["unlawful", "expired"]) is None
        True
    """
    pool = set(candidates)
    if word in pool or len(word) > _LONGEST_WORD:
        return None
    plain = {unicodedata.normalize("NFKC", one).casefold(): one for one in sorted(pool)}
    slip = unicodedata.normalize("NFKC", word).casefold()
    if slip in plain:
        alike = [one for one in pool if unicodedata.normalize("NFKC", one).casefold() == slip]
        return alike[0] if len(alike) == 1 and alike[0] not in taken else None
    most = 2 if len(slip) >= 6 else 1 if len(slip) >= 3 else 0
    near = [
        plain[one]
        for one in plain
        if one and abs(len(one) - len(slip)) <= most and _means_like(slip, one) and _is_slip(slip, one, most)
    ]
    return near[0] if len(near) == 1 and near[0] not in taken else None


def did_you_mean(
    word: str, candidates: Iterable[str], otherwise: Text | None = None, taken: Collection[str] = ()
) -> Text:
    """Return the fix for a word nobody knows: the nearest one, else `otherwise`, else the known words.

    Args:
        taken: Candidates that stand there already, so that a program must not write them once more.
    """
    pool = sorted(set(candidates))
    certain = certain_word(word, pool, taken)
    nearest = certain or nearest_word(word, pool)
    if nearest is not None:
        zh, en = f"是不是想写 '{nearest}'？", f"did you mean '{nearest}'?"
        return Text(zh, en) if certain is None else Fix(zh, en, word, certain)
    if otherwise is not None:
        return otherwise
    if not pool:
        return NO_TEXT
    names = ", ".join(pool[:20]) + (", …" if len(pool) > 20 else "")
    return Text(zh=f"可用的有：{names}", en=f"known here: {names}")


def one_of(word: str, words: Sequence[str]) -> Text:
    """Return the fix for a word that is none of a few of ours: the nearest, and all of them in their order."""
    names = ", ".join(words)
    if nearest_word(word, words) is None:
        return Text(f"可用的有：{names}", f"one of: {names}")
    fix = did_you_mean(word, words)
    fix = replace(fix, zh=f"{fix.zh}（可用的有：{names}）", en=f"{fix.en} (one of: {names})")
    return replace(fix, is_ours=True) if isinstance(fix, Fix) else fix


# Longer ones are no words that people mistype by a letter, and take long to compare.
_LONGEST_WORD = 100
_DENIALS = "不未非无没否反"
_DIGITS = re.compile("[0-9一二三四五六七八九十百零〇]+")


def _means_like(slip: str, word: str) -> bool:
    """Whether two words agree in what no slip changes."""
    return (
        slip[0] == word[0]
        and _DIGITS.findall(slip) == _DIGITS.findall(word)
        and all(slip.count(char) == word.count(char) for char in _DENIALS)
    )


def _is_slip(slip: str, word: str, most: int) -> bool:
    """Whether so many letters left out, added, changed or swapped with their neighbour make one of the other."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for number, char in enumerate(slip, 1):
        last, row = row, [number]
        for at, other in enumerate(word, 1):
            cost = min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (char != other))
            if before and at > 1 and char == word[at - 2] and slip[number - 2] == other:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        before = last
    return row[-1] <= most


def _render_excerpt(excerpt: str, column: int) -> tuple[str, ...]:
    """The source line without its indentation, and a caret below the column, wide characters or not."""
    line = excerpt.rstrip().replace("\t", " ")
    start = len(line) - len(line.lstrip(" "))
    if column - 1 - start > _EXCERPT_WIDTH - 20:
        start = column - 1 - _EXCERPT_WIDTH // 2
    shown = line[start : start + _EXCERPT_WIDTH]
    if column - 1 < start:
        return (shown,)
    before = shown[: column - 1 - start]
    return (shown, "".join("\u3000" if _is_wide(char) else " " for char in before).ljust(len(before)) + "^")


def _is_wide(char: str) -> bool:
    """Whether a terminal gives the character two cells."""
    return unicodedata.east_asian_width(char) in ("W", "F")


def _without_controls(line: str) -> str:
    """The line without control characters, which could rewrite what a terminal shows."""
    return "".join("\ufffd" if unicodedata.category(char) == "Cc" else char for char in line)
