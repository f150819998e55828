"""Values of a real case replaced by invented ones, the same value by the same one, so that what met still meets.

In: rows as an example writes them, the dictionary, the words of the rule. Out: the same rows with other persons, units
and numbers, as strongly changed as the rule allows. The dictionary decides what is replaced: every text and number of
class S1 or S2, and whatever tells persons, units and records apart, of whatever class. Days, codes and yes-or-no stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jointsup_rules.model.dictionary import Column, Dictionary
from jointsup_rules.model.rule import Rule
from jointsup_rules.sweep.terms import literals_of

Row = Mapping[str, Any]
Rows = Mapping[str, tuple[Row, ...]]
At = tuple[str, str]

# What stands for a value that could not be read: no reader takes it for a day or a number.
UNREADABLE = "不明"
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_HAN = re.compile("[\u4e00-\u9fff]+")
_DIGITS = re.compile("[0-9０-９]+")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_FACTORS = tuple(map(Decimal, ("1.1", "0.9", "1.01", "0.99")))


@dataclass(frozen=True)
class Family:
    """Columns that share values and are replaced together.

    Attributes:
        columns: (table, column), in order.
        values: The values, in order of appearance.
        ways: Ways to replace them, strongest first; `keep` is the last only where nothing of it is sensitive.
    """

    columns: tuple[At, ...]
    values: tuple[Any, ...]
    ways: tuple[str, ...]


@dataclass
class Disguise:
    """Invents values; one for a whole example, so that equal things become equal things."""

    dictionary: Dictionary
    taken: frozenset[str]
    words: frozenset[str]
    prefixes: dict[Family, str] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, Any], str] = field(default_factory=dict)

    def apply(self, rows: Rows, ways: Mapping[Family, str]) -> Rows:
        """Return the rows with each family replaced in its way."""
        changed: dict[At, dict[Any, Any]] = {}
        for family, way in ways.items():
            new = {value: self._invent(family, value, way, n) for n, value in enumerate(family.values)}
            for column in family.columns:
                changed[column] = new
        return {
            table: tuple(
                {name: changed.get((table, name), {}).get(value, value) for name, value in row.items()}
                for row in own
            )
            for table, own in rows.items()
        }

    def _invent(self, family: Family, value: Any, way: str, n: int) -> Any:
        if way == "keep" or value == UNREADABLE or (isinstance(value, str) and value in self.words):
            return value
        if way == "token":
            return self._token(family, value)
        if way == "count":
            return n + 1
        if way.startswith("factor"):
            return _scaled(value, _FACTORS[int(way[6:])])
        if way.startswith("step"):
            return value + int(way[4:]) if value else value
        if way == "words":
            return (
                "、".join(word for word in sorted(self.words, key=len) if len(word) > 1 and word in value)
                or "某事"
            )
        return self._shaped(str(value), way)

    # ---- tokens

    def _token(self, family: Family, value: Any) -> str:
        if (family.columns[0][0], value) not in self.tokens:
            prefix = self._prefix(family, str(value))
            number = 1
            used = {*self.tokens.values(), *self.taken}
            while f"{prefix}{number}" in used:
                number += 1
            self.tokens[(family.columns[0][0], value)] = f"{prefix}{number}"
        return self.tokens[(family.columns[0][0], value)]

    def _prefix(self, family: Family, value: str) -> str:
        table, name = family.columns[0]
        if _HAN.search(value):
            return self.dictionary.tables[table].columns[name].label.zh
        if family not in self.prefixes:
            letters = re.sub("[^A-Za-z]", "", name).upper() or "X"
            length = 1
            while letters[:length] in self.prefixes.values() and length < len(letters):
                length += 1
            self.prefixes[family] = letters[:length]
        return self.prefixes[family]

    # ---- numbers of cases and documents, in an invented form of the same shape

    def _shaped(self, text: str, way: str) -> str:
        """The same shape: years stay, other numbers and the word in front become invented ones.

        Args:
            way: `shape` replaces the whole word in front, `shape_tail` all but its last two characters, `digits` none.
        """
        first = _HAN.search(text)
        shaped = text
        if first is not None and way != "digits":
            own = first.group()
            end = max(1, len(own) - 2) if way == "shape_tail" else len(own)
            shaped = text[: first.start()] + self._stem(own[:end]) + text[first.start() + end :]
        return _DIGITS.sub(lambda found: self._number(found.group()), shaped)

    def _stem(self, word: str) -> str:
        if word not in self.stems:
            n = len(self.stems)
            new = "".join(_STEMS[(n + place) % len(_STEMS)] for place in range(len(word)))
            while new in self.stems.values() or new == word:
                n += 1
                new = "".join(_STEMS[(n * 5 + place) % len(_STEMS)] for place in range(len(word)))
            self.stems[word] = new
        return self.stems[word]

    def _number(self, digits: str) -> str:
        plain = digits.translate(_NARROW)
        if _YEAR.fullmatch(plain):
            return digits
        value = int(plain)
        if value not in self.numbers:
            length = len(str(value))
            new = 10 ** (length - 1) + len(self.numbers)
            while new in self.numbers.values() or new == value or _YEAR.fullmatch(str(new)):
                new += 1
            self.numbers[value] = new
        found = str(self.numbers[value]).zfill(len(plain))
        return found.translate(_WIDE) if digits != plain else found


def _scaled(value: Any, factor: Decimal) -> Any:
    """A number changed a little; nothing stays nothing."""
    number = Decimal(str(value))
    if not number:
        return value
    new = (number * factor).quantize(Decimal("0.01")).normalize()
    return new if new != number else number + 1


# ---- what is replaced


def families_of(rows: Rows, dictionary: Dictionary) -> list[Family]:
    """Return the columns to be replaced, those that share a value together, in order of table and column."""
    told = identifiers(dictionary)
    found: dict[At, dict[Any, None]] = {}
    for table, own in rows.items():
        for row in own:
            for name, value in row.items():
                column = dictionary.tables[table].columns[name]
                if value not in (None, UNREADABLE) and _is_replaced(column, value, (table, name) in told):
                    found.setdefault((table, name), {})[value] = None
    groups: list[list[At]] = []
    for at in sorted(found, key=lambda at: (not _is_home(dictionary, at), at)):
        # Numbers that tell nothing apart are alike by chance.
        meets = [one for one in groups if any(_meet(found, dictionary, told, at, other) for other in one)]
        groups = [one for one in groups if one not in meets] + [
            [*(part for one in meets for part in one), at]
        ]
    return [_family(group, found, dictionary, told) for group in sorted(groups)]


def _meet(
    found: Mapping[At, Mapping[Any, None]], dictionary: Dictionary, told: set[At], one: At, other: At
) -> bool:
    both = [dictionary.tables[table].columns[name] for table, name in (one, other)]
    if any(_is_number(column) for column in both) and not (one in told and other in told):
        return False
    return bool(set(found[one]) & set(found[other]))


def _family(
    group: Sequence[At], found: Mapping[At, Mapping[Any, None]], dictionary: Dictionary, told: set[At]
) -> Family:
    values = tuple(dict.fromkeys(value for at in group for value in found[at]))
    columns = [dictionary.tables[table].columns[name] for table, name in group]
    ways: list[str]
    if all(_is_number(column) for column in columns):
        ways = ["count"] if any(at in told for at in group) else _number_ways(columns[0])
    elif any(_is_shaped(str(value)) for value in values):
        ways = ["shape", "shape_tail", "digits", "token"]
    elif any(at in told for at in group) or all(column.sensitivity == "S0" for column in columns):
        ways = ["token", "digits"] if any(_DIGITS.search(str(value)) for value in values) else ["token"]
    else:
        ways = ["token", "words"]
    if all(column.sensitivity == "S0" for column in columns):
        ways.append("keep")
    return Family(tuple(group), values, tuple(ways))


def _number_ways(column: Column) -> list[str]:
    if column.type == "integer":
        return ["step1", "step-1", "step2", "step-2"]
    return [f"factor{n}" for n in range(len(_FACTORS))]


def _is_replaced(column: Column, value: Any, tells_apart: bool) -> bool:
    """Whether a value is one to replace; of the least class also what is written in digits, which may be a key."""
    if column.type == "decimal":
        return column.sensitivity != "S0"
    if column.type == "integer":
        return column.sensitivity != "S0" or tells_apart
    is_text = column.type == "text"
    return is_text and (column.sensitivity != "S0" or tells_apart or bool(_DIGITS.search(str(value))))


def _is_number(column: Column) -> bool:
    return column.type in ("integer", "decimal")


def _is_home(dictionary: Dictionary, at: At) -> bool:
    return dictionary.tables[at[0]].key_columns == (at[1],)


def _is_shaped(text: str) -> bool:
    """Whether a text looks like the number of a case or document: words, a year or brackets, a number."""
    return bool(_HAN.search(text) and _DIGITS.search(text))


def identifiers(dictionary: Dictionary) -> set[At]:
    """Return the columns that tell persons, units and records apart, or lead from one record to another."""
    found = {(table.name, name) for table in dictionary.tables.values() for name in table.key_columns}
    for subject in dictionary.subjects.values():
        own = [subject.rows_of] if subject.rows_of else []
        found |= {(one.table, column) for one in subject.values_of for column in one.columns.values()}
        named = (subject.show.case_no, subject.show.unit, subject.show.handler)
        shown = [name for name in named if name is not None]
        found |= {(table, name) for table in own for name in shown if name in subject.columns}
        for relation in subject.related.values():
            target = dictionary.subjects.get(relation.subject or "")
            table = relation.table or (target.rows_of if target is not None else None)
            if table is not None:
                found |= {(table, name) for name in relation.match}
            found |= {
                (mine, text) for mine in own for text in relation.match.values() if text in subject.columns
            }
    links, held, units = dictionary.links, dictionary.held, dictionary.units
    if links is not None:
        found |= {(links.table, links.from_), (links.table, links.to)}
    if held is not None:
        found |= {(held.table, held.person), (held.table, held.case)}
    if units is not None:
        found |= {(units.table, units.code), (units.table, units.name)}
    return {(table, name) for table, name in found if name in dictionary.tables[table].columns}


def words_of(rule: Rule, dictionary: Dictionary) -> frozenset[str]:
    """Return the texts that a rule and the dictionary compare with: words of ours, about nobody."""
    texts: list[str] = []
    for subject in dictionary.subjects.values():
        for derived in subject.derived.values():
            texts += [text for text in (derived.value, derived.when) if text]
        texts += [relation.when for relation in subject.related.values() if relation.when]
    return frozenset(literals_of(rule, texts))


def open_disguise(rows: Rows, rule: Rule, dictionary: Dictionary) -> Disguise:
    """Return a disguise for some rows: what it invents is none of their values."""
    taken = {str(value) for own in rows.values() for row in own for value in row.values()}
    return Disguise(dictionary, frozenset(taken), words_of(rule, dictionary))


def choose_ways(
    families: Iterable[Family], holds: Callable[[Mapping[Family, str]], bool]
) -> tuple[dict[Family, str], list[Family]]:
    """Return the strongest way for each family with which the rule goes as before; and those for which there is none.

    Args:
        families: What is to be replaced.
        holds: Whether the rule goes the same way with families replaced so.
    """
    chosen = {family: family.ways[0] for family in families}
    if holds(chosen):
        return chosen, []
    # One family at a time, the others as they were: which of them the rule cannot do without.
    settled: dict[Family, str] = {}
    stuck: list[Family] = []
    for family in chosen:
        way = next((way for way in family.ways if holds({**settled, family: way})), None)
        if way is None:
            stuck.append(family)
        else:
            settled[family] = way
    if stuck:
        # It may only go together with others: numbers that are compared with each other.
        first = stuck[0]
        for way in first.ways:
            together = {**settled, **{family: way for family in stuck if way in family.ways}}
            if len(together) == len(chosen) and holds(together):
                return together, []
    return settled, stuck
