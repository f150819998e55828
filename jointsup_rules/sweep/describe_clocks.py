"""A named clock in words: from what to what it runs, how long, who may add to it, which days do not count.

In: a clock, the law and a day. Out: lines of text, with numbers and articles as they hold for a period that starts on
that day; what a period really had stands in its working.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointsup_rules.clock.words import UNITS as LENGTHS
from jointsup_rules.model.clock import (
    UNITS,
    Amount,
    Clock,
    ClockExclusion,
    Extension,
    Terms,
    is_word,
)
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.law import Laws
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.describe_kinds import say_roll
from jointsup_rules.sweep.saying import MONTH_RULES, Speaker, joined

Lines = list[Text]
_LISTED = Text("、", ", ")
_EXTENSIONS = Text(
    "延长须有文书号，并在当时的届满日或之前决定，才获认可",
    "an extension is honoured with a document and a decision on or before the due day as it stood",
)
_EXCLUSIONS = Text(
    "不计入须有文书号才获认可，重叠的每天只计一次；届满之后才开始的不起作用",
    "an exclusion is honoured with a document, each day once; one that begins after the limit passed changes nothing",
)


def texts_of_clock(clock: Clock) -> list[str]:
    """Return every expression of a clock, and its words that may be columns."""
    shape = clock.shape
    whens = [shape.when, shape.recorded, *(limit.when for limit in shape.limit)]
    whens += [limit.due for limit in shape.limit]
    whens += [extension.when for extension in shape.extend.values()]
    return [*shape.start, *shape.stop, *(text for text in whens if text is not None)]


@dataclass(frozen=True)
class ClockWords:
    """Says clocks for one subject.

    Attributes:
        speaker: Says expressions, with the values the clock's own parameters have on the day.
        day: The day of the law.
    """

    dictionary: Dictionary
    laws: Laws
    speaker: Speaker
    day: date

    def lines(self, clock: Clock) -> Lines:
        """Return a clock in words, a line for each thing it says."""
        shape = clock.shape
        name = self.speaker.called(clock.name, shape.label)
        lines = [Text(f"期限时钟 {name.zh}", f"named clock {name.en}")]
        if shape.when is not None:
            when = self.speaker.say(shape.when)
            lines.append(Text(f"适用于：{when.zh}", f"where {when.en}"))
        starts = joined([self._word(word) for word in shape.start], _LISTED)
        again = Text("，以后每次起算另开一段", ", each later one opens a new period")
        more = again if len(shape.start) > 1 or not self._is_column(shape.start[0]) else NO_TEXT
        lines.append(
            Text(f"起算：{starts.zh}，当日不计{more.zh}", f"from: {starts.en}, that day not counted{more.en}")
        )
        lines.append(self._until(clock))
        terms = self._terms(clock)
        lines += self._limits(clock, terms)
        lines += [self._extension(clock, terms, code, one) for code, one in shape.extend.items()]
        if shape.extend:
            lines.append(_EXTENSIONS)
        lines += [self._exclusion(code, one) for code, one in shape.exclude.items()]
        if shape.exclude:
            lines.append(_EXCLUSIONS)
        for code, ground in shape.restart.items():
            lines.append(self._ground("重新计算", "begins anew", code, ground.law))
        for code, ground in shape.shift.items():
            lines.append(
                self._ground("起算日后移至该情形结束之日", "start moves to the end of", code, ground.law)
            )
        lines.append(self._roll(clock))
        if shape.recorded is not None:
            said = self.speaker.say(shape.recorded)
            lines.append(
                Text(f"对照机关自己的系统：{said.zh}", f"compared with the agency's own system: {said.en}")
            )
        return [*lines, shape.note] if shape.note is not None else lines

    def limits(self, clock: Clock) -> Lines:
        """Return how long a clock gives, each limit with its condition and article."""
        return self._limits(clock, self._terms(clock))

    def _terms(self, clock: Clock) -> Terms:
        return [one for one in clock.terms if one.from_ is None or one.from_ <= self.day][-1]

    # ---- from and until

    def _until(self, clock: Clock) -> Text:
        if not clock.shape.stop:
            return Text("停止：没有写明，下一次起算之前一直未结束", "until: the next start, otherwise open")
        stops = joined([self._word(word) for word in clock.shape.stop], _LISTED)
        if len(clock.shape.stop) == 1:
            return Text(f"停止：{stops.zh}", f"until: {stops.en}")
        return Text(f"停止：{stops.zh}，以最早的为准", f"until: {stops.en}, whichever is first")

    def _is_column(self, word: str) -> bool:
        subject, parts = self.speaker.subject, word.split(".")
        if not is_word(word) or parts[0] in subject.related:
            return True
        return any(find(parts[-1]) is not None for find in (subject.column_named, subject.derived_named))

    def _word(self, word: str) -> Text:
        """A column or expression, or the code of an event with its label."""
        if self._is_column(word):
            return self.speaker.say(word)
        relation = self.speaker.subject.related.get("events")
        table = self.dictionary.tables.get(self._table_of(relation.name)) if relation is not None else None
        if table is None or table.events is None:
            return Text(word)
        return self.speaker.called(word, table.columns[table.events.type].codes.get(word, NO_TEXT))

    def _table_of(self, name: str) -> str:
        relation = self.speaker.subject.related[name]
        if relation.subject:
            return self.dictionary.subjects[relation.subject].rows_of or ""
        return relation.table or ""

    # ---- lengths

    def _limits(self, clock: Clock, terms: Terms) -> Lines:
        lines = []
        for limit, amount in zip(clock.shape.limit, terms.limits, strict=True):
            told = self._amount(clock, amount)
            if limit.due is not None:
                due = self.speaker.say(limit.due)
                told = Text(f"届满日取自数据：{due.zh}", f"the due day is found in the data: {due.en}")
                told = _and(told, self._article(limit.law))
            when = self.speaker.say(limit.when) if limit.when is not None else NO_TEXT
            several = len(clock.shape.limit) > 1 and limit.when is None
            only = (
                Text(f"（{when.zh}的）", f" where {when.en}")
                if when != NO_TEXT
                else Text("（其他）", " otherwise")
            )
            tail = only if when != NO_TEXT or several else NO_TEXT
            lines.append(Text(f"期限{tail.zh}：{told.zh}", f"limit{tail.en}: {told.en}"))
        return lines

    def _amount(self, clock: Clock, amount: Amount | None) -> Text:
        if amount is None:
            day = self.day.isoformat()
            return Text(f"{day} 没有有效的长度", f"no length is in force on {day}")
        zh, en = [], []
        for unit in UNITS:
            written = getattr(amount, unit)
            if written is not None and written != "0":
                number = self.speaker.say(written)
                length = _length(unit, number)
                zh.append(length.zh)
                en.append(length.en)
        text = Text("加".join(zh), " + ".join(en)) if zh else LENGTHS["none"]
        rule = MONTH_RULES.get(clock.shape.month_rule or "")
        if rule is not None and amount.months is not None:
            text = Text(f"{text.zh}（{rule.zh}）", f"{text.en} ({rule.en})")
        return _and(text, self._article(amount.article))

    def _article(self, article: str | None) -> Text:
        """An article in the version in force on the day, with the day it holds from."""
        if article is None:
            return NO_TEXT
        called, found = self.laws.called_on(article, self.day), self.laws.article_on(article, self.day)
        if found is None:
            return Text(f"{called.zh}（当日没有有效文本）", f"{called.en} (no text in force on the day)")
        sure = Text("，未确认", ", not confirmed") if found.unconfirmed else NO_TEXT
        since = found.in_force_from.isoformat()
        return Text(f"{called.zh}（{since}起{sure.zh}）", f"{called.en} (from {since}{sure.en})")

    # ---- grounds

    def _label(self, code: str) -> Text:
        changes = self.dictionary.changes
        codes = self.dictionary.tables[changes.table].columns[changes.reason].codes if changes else {}
        return self.speaker.called(code, codes.get(code, NO_TEXT))

    def _level(self, level: str) -> Text:
        changes = self.dictionary.changes
        column = changes.level if changes is not None else None
        codes = self.dictionary.tables[changes.table].columns[column].codes if changes and column else {}
        return self.speaker.called(level, codes.get(level, NO_TEXT))

    def _extension(self, clock: Clock, terms: Terms, code: str, one: Extension) -> Text:
        name = self._label(code)
        if one.as_decided:
            told = _and(Text("以决定载明的为准", "as much as the decision says"), self._article(one.law))
        else:
            amount = self._amount(clock, terms.extensions[code])
            told = (
                Text(f"延长至{amount.zh}", f"to {amount.en}")
                if one.to is not None
                else Text(f"加{amount.zh}", f"adds {amount.en}")
            )
        asked: Lines = []
        if one.level is not None:
            level = self._level(one.level)
            asked.append(Text(f"由{level.zh}或更高层级决定", f"decided by {level.en} or higher"))
        if one.after is not None:
            before = self._label(one.after)
            asked.append(Text(f"须先有{before.zh}获认可", f"only after {before.en} was honoured"))
        times = terms.times[code]
        if times != 1:
            asked.append(
                Text("次数不限", "any number of times")
                if times is None
                else Text(f"至多{times}次", f"{times} times at most")
            )
        if one.when is not None:
            when = self.speaker.say(one.when)
            asked.append(Text(f"限{when.zh}", f"where {when.en}"))
        told = joined([told, *asked], Text("；", "; "))
        return Text(f"延长 {name.zh}：{told.zh}", f"extension {name.en}: {told.en}")

    def _exclusion(self, code: str, one: ClockExclusion) -> Text:
        parts: Lines = [self._article(one.law)] if one.law is not None else []
        cap = one.at_most
        if cap is not None:
            units = [unit for unit in ("months", "days") if getattr(cap, unit) is not None]
            lengths = [_length(unit, Text(getattr(cap, unit))) for unit in units]
            most = joined(lengths, Text("加", " + "))
            parts.append(Text(f"每次至多{most.zh}", f"{most.en} at most each time"))
        if one.times is not None:
            parts.append(Text(f"至多{one.times}次", f"{one.times} times at most"))
        if one.from_ is not None:
            parts.append(Text(f"限{one.from_}起起算的", f"for periods that start from {one.from_}"))
        if one.until is not None:
            parts.append(Text(f"限{one.until}前起算的", f"for periods that start before {one.until}"))
        name = self._label(code)
        told = joined(parts, Text("，", ", "))
        colon = Text("：", ": ") if parts else NO_TEXT
        return Text(f"不计入 {name.zh}{colon.zh}{told.zh}", f"not counted {name.en}{colon.en}{told.en}")

    def _ground(self, zh: str, en: str, code: str, law: str | None) -> Text:
        name, article = self._label(code), self._article(law)
        if law is None:
            return Text(f"{zh} {name.zh}", f"{en} {name.en}")
        return Text(f"{zh} {name.zh}：{article.zh}", f"{en} {name.en}: {article.en}")

    def _roll(self, clock: Clock) -> Text:
        roll = clock.shape.roll
        if clock.counts_working_days:
            return Text(
                "届满日是第若干个工作日，不另顺延", "the due day is a working day by itself and does not roll"
            )
        (told,) = say_roll(roll, self.speaker)
        return told


def _length(unit: str, number: Text) -> Text:
    words = LENGTHS[unit]
    en = words.en.removesuffix("s") if number.en == "1" else words.en
    return Text(words.zh.format(n=number.zh), en.format(n=number.en))


def _and(text: Text, article: Text) -> Text:
    return text if article == NO_TEXT else Text(f"{text.zh}，{article.zh}", f"{text.en}, {article.en}")
