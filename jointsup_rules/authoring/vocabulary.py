"""The words a workspace offers to those who write: columns of subjects and tables, with what they mean.

In: a rulebook. Out: per subject and per table its words in the dictionary's order, each with its group (what it can be
used as), and what an editor says of it. The types of derived columns are those the compiler finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from jointsup_rules.compile.context import RuleError
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.subjects import CircleError, Planner, Reach
from jointsup_rules.model.dictionary import Column, Derived, Dictionary, Relation, Subject, Table
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Language, Text
from jointsup_rules.sweep.check import full_facts

GROUPS: Mapping[str, str] = {
    "date": "day",
    "timestamp": "day",
    "integer": "num",
    "decimal": "num",
    "boolean": "flag",
}
TYPES: Mapping[str, Text] = {
    "text": Text("文字", "text"),
    "integer": Text("整数", "integer"),
    "decimal": Text("小数", "decimal"),
    "boolean": Text("是否", "yes or no"),
    "date": Text("日期", "date"),
    "timestamp": Text("时间", "time"),
    "code": Text("代码", "code"),
}
EMPTY: Mapping[str, Text] = {
    "unknown": Text("空值：不明", "empty: not known"),
    "not_yet": Text("空值：尚未发生", "empty: has not happened"),
    "none": Text("空值：本来就没有", "empty: nothing to know"),
}
# So many codes are listed beside a column; all of them are offered where a code is written.
N_CODES_TOLD = 24
_MADE = 120
NO_CODES: Mapping[str, Text] = {}


@dataclass(frozen=True)
class Word:
    """One name that an expression may use, and what is said of it.

    Attributes:
        group: day, num, flag, text or code: what it can be used as.
        about: Label, type, meaning of empty, meaning, codes; as Markdown.
    """

    name: str
    group: str
    label: Text
    about: Text
    codes: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """The words of every subject and table of one workspace, gathered when they are asked for."""

    rulebook: Rulebook
    dictionary: Dictionary

    @cached_property
    def _planner(self) -> Planner:
        book = self.rulebook
        facts = full_facts(self.dictionary)
        return make_plan(self.dictionary, facts, (), book.parameters, book.laws, book.clocks).planner

    @cached_property
    def _cache(self) -> dict[tuple[str, bool], tuple[Word, ...]]:
        return {}

    def places(self) -> tuple[str, ...]:
        """Return every subject, and every table that is none."""
        return (
            *self.dictionary.subjects,
            *(t for t in self.dictionary.tables if t not in self.dictionary.subjects),
        )

    def words(self, place: str) -> tuple[Word, ...]:
        """Return the own and derived columns of a subject, or the columns of a table."""
        return self._words(place, place in self.dictionary.subjects)

    def words_of_table(self, table: str) -> tuple[Word, ...]:
        """Return the columns of a table alone."""
        return self._words(table, False)

    def words_of_relation(self, relation: Relation) -> tuple[Word, ...]:
        """Return the words of the rows a relation leads to; derived columns only where it names a subject."""
        if relation.subject:
            return self._words(relation.subject, True)
        return self._words(relation.table or "", False)

    def words_through(self, subject: Subject) -> tuple[Word, ...]:
        """Return `relation.column` for every relation of a subject that leads to one row."""
        return tuple(self._through(subject))

    def _through(self, subject: Subject) -> Iterator[Word]:
        for relation in subject.related.values():
            if relation.one:
                for word in self.words_of_relation(relation):
                    yield replace(
                        word, name=f"{relation.name}.{word.name}", about=_in_short(word), codes=NO_CODES
                    )

    def events_of(self, place: str) -> Mapping[str, Text]:
        """Return the codes that are steps in the rows of a table or of a subject of its rows."""
        subject = self.dictionary.subjects.get(place)
        table = self.dictionary.tables.get(place) or (
            self.dictionary.tables.get(subject.rows_of or "") if subject else None
        )
        if table is None or table.events is None or table.events.type not in table.columns:
            return NO_CODES
        return table.columns[table.events.type].codes

    def codes_of(self, table: str, column: str) -> Mapping[str, Text]:
        """Return the codes of a column; none where there is no such column."""
        found = self.dictionary.tables.get(table)
        return found.columns[column].codes if found is not None and column in found.columns else NO_CODES

    def _words(self, place: str, with_derived: bool) -> tuple[Word, ...]:
        if (place, with_derived) not in self._cache:
            self._cache[place, with_derived] = tuple(self._gather(place, with_derived))
        return self._cache[place, with_derived]

    def _gather(self, place: str, with_derived: bool) -> Iterator[Word]:
        if not with_derived:
            columns = self.dictionary.tables[place].columns if place in self.dictionary.tables else {}
            yield from (word_of_column(column) for column in columns.values())
            return
        subject = self.dictionary.subjects[place]
        yield from (word_of_column(column) for column in subject.columns.values())
        for derived in subject.derived.values():
            kind, codes = self._type_of(subject, derived.name)
            yield _word_of_derived(derived, kind, codes)

    def _type_of(self, subject: Subject, name: str) -> tuple[str, Mapping[str, Text]]:
        """What a derived column gives; text where the dictionary is at fault, which `check` tells."""
        try:
            found = self._planner.scope(Reach(subject.name, "s")).find((name,))
        except (Absent, CircleError, RuleError):
            found = None
        if found is None:
            return "text", NO_CODES
        return ("code" if found.codes else found.type), found.codes or NO_CODES


def word_of_column(column: Column) -> Word:
    """Return a column of a table as a word."""
    parts = [TYPES[column.type], *_unit(column.unit), *([EMPTY[column.empty]] if column.nullable else [])]
    about = _about(column.label, parts, column.means, column.codes)
    return Word(column.name, GROUPS.get(column.type, column.type), column.label, about, column.codes)


def _word_of_derived(derived: Derived, kind: str, codes: Mapping[str, Text]) -> Word:
    label = derived.label or Text(derived.name)
    of = derived.of if isinstance(derived.of, str) else f"[{', '.join(derived.of)}]"
    made = f"{derived.verb}: {of}" + (f", in: {derived.in_}" if derived.in_ else "")
    made += f", when: {derived.when}" if derived.when else ""
    made = " ".join(made.replace("`", "'").split())
    made = made if len(made) <= _MADE else made[: _MADE - 1] + "…"
    parts = [TYPES.get(kind, TYPES["text"]), *_unit(derived.unit), Text("派生列", "derived")]
    about = _about(label, parts, derived.means, codes)
    told = Text(f"{about.zh}\n\n`{made}`", f"{about.en}\n\n`{made}`")
    return Word(derived.name, GROUPS.get(kind, "code" if codes else "text"), label, told, codes)


def _in_short(word: Word) -> Text:
    """Its first line: there are many such words, and the whole stands with the subject they belong to."""
    return Text(word.about.zh.partition("\n")[0], word.about.en.partition("\n")[0])


def _unit(unit: str | None) -> list[Text]:
    return [Text(f"单位 {unit}", f"in {unit}")] if unit else []


def _about(label: Text, parts: list[Text], means: Text | None, codes: Mapping[str, Text]) -> Text:
    return Text(*(_about_in(lang, label, parts, means, codes) for lang in ("zh", "en")))


def _about_in(
    lang: Language, label: Text, parts: list[Text], means: Text | None, codes: Mapping[str, Text]
) -> str:
    lines = [" · ".join([f"**{label.in_language(lang)}**", *(part.in_language(lang) for part in parts)])]
    lines += [means.in_language(lang)] if means is not None else []
    if codes:
        told = [f"`{code}` {name.in_language(lang)}" for code, name in list(codes.items())[:N_CODES_TOLD]]
        lines.append(
            ("，" if lang == "zh" else ", ").join([*told, *(["…"] if len(codes) > N_CODES_TOLD else [])])
        )
    return "\n\n".join(lines)


def table_about(table: Table) -> Text:
    """Return what is said of a table."""
    means = table.means
    return Text(
        *(
            f"**{table.label.in_language(lang)}**" + (f"\n\n{means.in_language(lang)}" if means else "")
            for lang in ("zh", "en")
        )
    )
