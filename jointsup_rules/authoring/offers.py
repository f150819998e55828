"""What an editor offers where a word of the workspace may stand: lists of names, each with what it means.

In: a vocabulary. Out: definitions of JSON Schema. A list is an `anyOf` of constants, for an editor then shows on hover
the one that is written, and only that; where any other text may stand too, an empty schema ends the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from jointsup_rules.authoring.keys_rule import DAYS, FINDING, IDENTITY
from jointsup_rules.authoring.shapes import Json
from jointsup_rules.authoring.vocabulary import Vocabulary, Word, table_about
from jointsup_rules.model.dictionary import Relation, Subject
from jointsup_rules.model.functions import FUNCTIONS, NORMALISERS, Function
from jointsup_rules.model.law import ArticleVersion, LawShape
from jointsup_rules.problems import Language, Text

ALL = ("flag", "code", "day", "num", "text")
# Which groups of words, and of functions, fit a slot.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "day": ("day",),
    "num": ("num",),
    "cond": ALL,
    "value": ALL,
    "column": ALL,
    "judged": ALL,
}
WITH_FUNCTIONS = ("day", "num", "cond", "value", "judged")
WITH_CODES = ("cond", "judged")
_GIVES: Mapping[str, str] = {
    "date": "day", "timestamp": "day", "integer": "num", "decimal": "num", "boolean": "flag", "same": "any",
}  # fmt: skip
# A list as long as the codes of a column that another relation leads to would bury the rest.
_MOST_CODES = 200
ANYTHING: Json = {}


@dataclass(frozen=True)
class Offers:
    """The lists of one workspace in one language; definitions are made when their names are asked for."""

    vocabulary: Vocabulary
    lang: Language

    # ---- names of the workspace

    @cached_property
    def _lists(self) -> Mapping[str, Callable[[], Iterable[Json]]]:
        book, dictionary = self.vocabulary.rulebook, self.vocabulary.dictionary
        changes = dictionary.changes
        subjects, tables = dictionary.subjects, dictionary.tables
        return {
            "subject": lambda: (self.const(name, one.label) for name, one in subjects.items()),
            "table": lambda: (self.const(name, table_about(one)) for name, one in tables.items()),
            "place": lambda: (
                *(self.const(name, one.label) for name, one in subjects.items()),
                *(self.const(name, table_about(one)) for name, one in tables.items() if name not in subjects),
            ),
            "article": self._articles,
            "span": self._spans,
            "clock": lambda: (self.const(name, one.shape.label) for name, one in book.clocks.items()),
            "parameter": self._parameters,
            "family": lambda: (self.const(name, words) for name, words in book.families.items()),
            "rule": lambda: (self.const(name, one.shape.title) for name, one in book.rules.items()),
            "level": lambda: self._codes(changes.table, changes.level) if changes is not None else (),
            "reason_word": lambda: self._codes(changes.table, changes.reason) if changes is not None else (),
            "link": lambda: (
                self._codes(dictionary.links.table, dictionary.links.kind) if dictionary.links else ()
            ),
            "normaliser": lambda: (self.const(name, FUNCTIONS[name].means) for name in NORMALISERS),
            "rows": lambda: [self.const("rows", Text("各行", "the rows"))],
            "any": lambda: [self.const("any", Text("任何一步", "any step"))],
        }

    def names(self, slot: str) -> list[Json] | None:
        """Return the constants of a slot that is the same all over the workspace; None for another slot."""
        return list(self._lists[slot]()) if slot in self._lists else None

    def const(self, name: str, about: Text) -> Json:
        """Return one name of a list with what it means."""
        return {"const": name, "markdownDescription": about.in_language(self.lang)}

    def _codes(self, table: str, column: str | None) -> Iterator[Json]:
        codes = self.vocabulary.codes_of(table, column or "")
        yield from (self.const(code, label) for code, label in codes.items())

    def _articles(self) -> Iterator[Json]:
        for shape in self.vocabulary.rulebook.laws.shapes:
            for name, versions in shape.articles.items():
                if versions:
                    yield self.const(name, _article_about(shape, versions[-1]))

    def _spans(self) -> Iterator[Json]:
        found: dict[str, list[str]] = {}
        for shape in self.vocabulary.rulebook.laws.shapes:
            for article, versions in shape.articles.items():
                for name in dict.fromkeys(span for version in versions for span in version.spans):
                    found.setdefault(name, []).append(article)
        yield from (self.const(name, Text(", ".join(articles))) for name, articles in found.items())

    def _parameters(self) -> Iterator[Json]:
        for name, shape in self.vocabulary.rulebook.parameters.shapes.items():
            now = shape.values[-1].value if shape.values else ""
            means = shape.label or shape.means or shape.because or Text()
            by = f" · {', '.join(shape.by)}" if shape.by else ""
            told = [f"**{now} {shape.unit}**{by}", means.in_language(self.lang)]
            yield self.const(name, Text("\n\n".join(part for part in told if part)))

    # ---- names of a subject, of related rows

    def group(self, words: Iterable[Word], group: str) -> Json | None:
        """Return the words of one group; None where there is none."""
        own = [word for word in words if word.group == group]
        if not own:
            return None
        offered: Json = {"anyOf": [self.const(word.name, word.about) for word in own]}
        # A Chinese label finds its column; what is written is the name.
        by_label = [
            {"label": f"{word.label.zh} {word.name}", "bodyText": word.name}
            for word in own
            if "." not in word.name
        ]
        return {**offered, "defaultSnippets": by_label} if self.lang == "zh" and by_label else offered

    def comparisons(self, words: Iterable[Word]) -> Json | None:
        """Return each column of codes compared with each of its codes; None where there is none."""
        members = [
            self.const(
                f"{word.name} = '{code.replace(chr(39), chr(39) * 2)}'",
                Text(f"**{word.label.zh}**：{label.zh}", f"**{word.label.en}**: {label.en}"),
            )
            for word in words
            if len(word.codes) <= _MOST_CODES
            for code, label in word.codes.items()
        ]
        return {"anyOf": members} if members else None

    def findings(self, groups: Iterable[str]) -> list[Json]:
        """Return the words that a finding adds to those of its subject."""
        fitting = [(name, words) for name, words in FINDING.items() if words[0] in groups]
        return [self.const(name, Text(zh, en)) for name, (_, zh, en) in fitting]

    def relations(self, subject: Subject) -> Json:
        """Return the relations of a subject."""
        members = [self.const(name, self._relation_about(one)) for name, one in subject.related.items()]
        return {"anyOf": [*members, ANYTHING]}

    def _relation_about(self, relation: Relation) -> Text:
        dictionary = self.vocabulary.dictionary
        target = dictionary.subjects.get(relation.subject or "") or dictionary.tables.get(
            relation.table or ""
        )
        label = relation.label or (target.label if target is not None else Text(relation.target))
        zh, en = f"**{label.zh}** → `{relation.target}`", f"**{label.en}** → `{relation.target}`"
        if relation.one:
            zh, en = f"{zh} · 最多一行", f"{en} · one row at most"
        return Text(zh + _quoted(relation.when), en + _quoted(relation.when))

    def identity(self) -> list[Json]:
        """Return the words of `identity` that are no columns."""
        return [self.const(name, Text(zh, en)) for name, (zh, en) in IDENTITY.items()]

    def steps(self, codes: Mapping[str, Text]) -> Json:
        """Return the steps of a table with events."""
        return {"anyOf": [*(self.const(code, label) for code, label in codes.items()), ANYTHING]}

    # ---- functions

    def functions(self, slot: str) -> Json:
        """Return the functions, and the days of the sweep, that fit a slot."""
        groups = (*GROUPS[slot], "any")
        fitting = [one for one in FUNCTIONS.values() if _GIVES.get(one.gives, "text") in groups]
        days = [self.const(name, Text(zh, en)) for name, (group, zh, en) in DAYS.items() if group in groups]
        return {
            "anyOf": [*days, ANYTHING],
            "defaultSnippets": [self._snippet(one) for one in fitting],
        }

    def _snippet(self, function: Function) -> Json:
        takes = ", ".join(function.takes)
        places = ", ".join(f"${{{n}:{one.rstrip('*?')}}}" for n, one in enumerate(function.takes, 1))
        return {
            "label": f"{function.name}({takes})",
            "markdownDescription": f"`{function.name}({takes})` → {function.gives}\n\n"
            + function.means.in_language(self.lang),
            "bodyText": f"{function.name}({places})",
        }


def _quoted(text: str | None) -> str:
    return f"\n\n`{text}`" if text and "`" not in text else ""


def _article_about(law: LawShape, version: ArticleVersion) -> Text:
    return Text(
        f"《{law.title.zh}》第{version.number}条\n\n{version.text.zh}",
        f"{law.title.en}, art. {version.number}\n\n{version.text.en}",
    )
