"""An example made of a real case: what the rule reads of it, reduced to what it needs, everybody in it made up.

In: a rule, a dataset, a subject. Out: an example that the rule judges as it judges the case, or why there is none. It is
run before it is given back, and its outcome, days and figures are those of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.authoring.case_example import Finisher
from jointsup_rules.authoring.case_values import key_text_of, written_row
from jointsup_rules.authoring.disguise import (
    Disguise,
    Family,
    choose_ways,
    families_of,
    open_disguise,
)
from jointsup_rules.authoring.shrinking import shrink
from jointsup_rules.compile.kinds import KINDS
from jointsup_rules.compile.seen import Absent, Facts
from jointsup_rules.model.dictionary import Dictionary, Subject
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, ProblemsError, Text
from jointsup_rules.sweep.binding import has_query
from jointsup_rules.sweep.case_rows import CaseRows, gather_case_rows
from jointsup_rules.sweep.describe import parts_of
from jointsup_rules.sweep.example_reading import Setting
from jointsup_rules.sweep.examples import ExampleRunner
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.trial import Trial, Verdict, judge_dataset, open_trial, try_rows

# More rows than anybody reads in an example.
ROWS = 60
Row = Mapping[str, Any]
Rows = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Wish:
    """What example is wanted.

    Attributes:
        dataset: Folder of the dataset.
        subject: Key of the subject.
        as_of: The day to look from; the cut-off day of the data where None.
        shift_days: By how many days all days are moved.
        name: What it is called; says where it is from where empty.
    """

    dataset: Path
    subject: str
    as_of: date | None = None
    shift_days: int = 0
    name: str = ""


@dataclass(frozen=True)
class MadeExample:
    """An example and how it came about.

    Attributes:
        case: As an entry of `cases`.
        as_of: Its day.
        replaced: (table, column) that hold invented values.
        kept: (table, column) of records of no sensitivity that the rule cannot do without.
        days_kept: Whether the days are those of the case.
    """

    case: Mapping[str, Any]
    as_of: date
    replaced: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    days_kept: bool


def make_example(rulebook: Rulebook, rule: Rule, wish: Wish) -> MadeExample:
    """Return an example made of a case.

    Raises:
        ProblemsError: there is no such subject, or no example can be made of it; it says why.
    """
    assert rulebook.dictionary is not None, "a rule needs a dictionary"
    maker = _Maker(rulebook, rulebook.dictionary, rule, wish)
    with ExampleRunner(rulebook) as runner:
        return maker.make(runner)


@dataclass
class _Maker:
    rulebook: Rulebook
    dictionary: Dictionary
    rule: Rule
    wish: Wish

    @property
    def subject(self) -> Subject:
        return self.dictionary.subjects[self.rule.shape.subject]

    def refusal(self, what: Text, fix: Text = NO_TEXT) -> ProblemsError:
        place = self.rule.document.place(("id",))
        return ProblemsError([self.rule.document.problem("JR431", place, what, NO_TEXT, fix)])

    def make(self, runner: ExampleRunner) -> MadeExample:
        """Return the example, run once more as it will be written."""
        self._check_kind()
        facts = self._facts()
        try:
            real = judge_dataset(self.rulebook, self.rule, self.wish.dataset, facts, self.wish.subject)
        except Absent as absent:
            what = Text(f"规则未能评估：{absent.why.zh}", f"the rule was not evaluated: {absent.why.en}")
            raise self.refusal(what) from None
        if real is None:
            key = self.wish.subject
            what = Text(f"数据中没有对象“{key}”", f"there is no subject '{key}' in the data")
            fix = Text("jointsup explain 会列出相近的", "jointsup explain lists those nearest to it")
            raise self.refusal(what, fix)
        rows, setting = self._needed_rows(runner, facts, real)
        disguise = open_disguise(rows, self.rule, self.dictionary)
        families = families_of(rows, self.dictionary)
        ways = self._ways(runner, setting, real, rows, disguise, families)
        hidden = disguise.apply(rows, ways)
        key = self._key(hidden, self._own_row(rows))
        wish = self.wish
        finisher = Finisher(runner, self.dictionary, self.rule, wish.shift_days, wish.name, self.refusal)
        case, day = finisher.finish(setting, real, hidden, key)
        replaced = {
            (table, name)
            for table, own in rows.items()
            for row, new in zip(own, hidden[table], strict=True)
            for name, value in row.items()
            if new[name] != value
        }
        kept = {at for family, way in ways.items() if way == "keep" for at in family.columns}
        return MadeExample(case, day, tuple(sorted(replaced)), tuple(sorted(kept)), wish.shift_days == 0)

    def _check_kind(self) -> None:
        kinds = {kind for _, _, kind, _ in parts_of(self.rule)}
        assert kinds <= set(KINDS), "a rule that was read has known kinds"
        if has_query(self.rule):
            what = Text(
                "规则是查询，无法知道它读了哪些行",
                "the rule is a query, and which rows it reads cannot be told",
            )
            raise self.refusal(what, Text("手写一个示例", "write an example by hand"))
        if "outlier" in kinds:
            what = Text(
                "规则把对象与全部同类比较，不是一个案件的事", "the rule compares a subject with all its peers"
            )
            raise self.refusal(what, Text("手写几个小的同类", "write a few small peers by hand"))
        if "_line" in self.subject.key:
            what = Text("这个对象没有键，只有行号", "this subject has no key but its line")
            raise self.refusal(what)

    def _facts(self) -> Facts:
        wish = self.wish
        facts = read_facts(wish.dataset, self.dictionary, wish.as_of or date.max)
        if wish.as_of is not None:
            return facts
        return read_facts(wish.dataset, self.dictionary, facts.cut_off)

    # ---- rows

    def _needed_rows(self, runner: ExampleRunner, facts: Facts, real: Verdict) -> tuple[Rows, Setting]:
        """The rows and columns that the rule needs, in a setting in which it says what it says of the case."""
        for all_of_them in (False, True):
            gathered = gather_case_rows(
                self.rulebook, self.rule, self.wish.dataset, facts, self.wish.subject, all_of_them=all_of_them
            )
            rows = {table: tuple(map(written_row, own)) for table, own in gathered.rows.items()}
            setting = self._setting(facts, gathered)
            with open_trial(runner, self.rule, setting, self.wish.subject) as trial:
                found = try_rows(trial, rows)
                if trial is not None and found is not None and found.way() == real.way():
                    return self._shrink(trial, rows, real, found), setting
            if not gathered.left_out:
                break
        raise self.refusal(self._why_other(), Text("手写一个示例", "write an example by hand"))

    def _why_other(self) -> Text:
        examples = self.rule.shape.examples
        if examples is not None and (examples.params or examples.calendar or examples.absent):
            return Text(
                "规则的示例共用 params、calendar 或 absent，在其中结论与数据中的不同",
                "the examples of the rule share params, calendar or absent, and with them it says something else",
            )
        return Text(
            "只凭规则沿关联所读的行，结论与数据中的不同",
            "over the rows that the rule reads by relations alone it says something else than over all data",
        )

    def _shrink(self, trial: Trial, rows: Rows, real: Verdict, found: Verdict) -> Rows:
        # What others add up to (all cases of a unit) is about them, and with very many rows cannot be kept at all; the
        # way of the rule must stay the same, and all that the subject's own rows come to.
        mine, theirs = dict(found.values), dict(real.values)
        loose = [name for name in mine if mine[name] != theirs.get(name) or self._is_of_others(name)]
        wanted = found.values_but(loose)

        def holds(less: Rows) -> bool:
            verdict = try_rows(trial, less)
            return verdict is not None and verdict.way() == real.way() and verdict.values_but(loose) == wanted

        keys = {table: self.dictionary.tables[table].key_columns for table in rows}
        fewer = shrink(rows, keys, holds)
        n_rows = sum(map(len, fewer.values()))
        if n_rows > ROWS:
            what = Text(
                f"要 {n_rows} 行才得到同样的结论", f"it takes {n_rows} rows to come to the same outcome"
            )
            raise self.refusal(what, Text("手写一个小的示例", "write a small example by hand"))
        return fewer

    def _is_of_others(self, name: str) -> bool:
        """Whether a column is derived for another subject that a relation leads to."""
        relation = self.subject.related.get(name.partition(".")[0])
        target = self.dictionary.subjects.get(relation.subject or "") if relation is not None else None
        return target is not None and name.partition(".")[2] in target.derived

    def _setting(self, facts: Facts, gathered: CaseRows) -> Setting:
        """The setting of an example that stands beside those the rule has."""
        examples = self.rule.shape.examples
        exported = {
            table: days[0]
            for table, one in facts.tables.items()
            if (days := one.cut_offs) and (days[0] != facts.as_of or facts.cut_off != facts.as_of)
        }
        for table, own in gathered.rows.items():
            days_of_rows = {row["_cut_off"] for row in own if row["_cut_off"] is not None}
            if len(days_of_rows) == 1 and days_of_rows != {facts.as_of}:
                exported[table] = days_of_rows.pop()
        shared = examples if examples is not None else None
        for table in shared.exported_on if shared is not None else ():
            exported.setdefault(table, facts.as_of)
        unread = {
            table: frozenset(name for row in own for name in row["_unread"] or ())
            for table, own in gathered.rows.items()
        }
        return Setting(
            facts.as_of,
            tuple(sorted(exported.items())),
            frozenset(shared.absent) if shared is not None else frozenset(),
            tuple(sorted((table, lost) for table, lost in unread.items() if lost)),
            tuple(sorted(shared.params.items())) if shared is not None else (),
            shared.calendar if shared is not None else None,
        )

    # ---- replacing

    def _ways(
        self,
        runner: ExampleRunner,
        setting: Setting,
        real: Verdict,
        rows: Rows,
        disguise: Disguise,
        families: Sequence[Family],
    ) -> dict[Family, str]:
        own = self._own_row(rows)

        def holds(ways: Mapping[Family, str]) -> bool:
            hidden = disguise.apply(rows, ways)
            with open_trial(runner, self.rule, setting, self._key(hidden, own)) as trial:
                found = try_rows(trial, hidden)
            return found is not None and found.way() == real.way()

        ways, stuck = choose_ways(families, holds)
        if not stuck:
            return ways
        named = [one for family in stuck for one in self._named(family)]
        what = Text(
            f"替换 {'、'.join(named)} 的值之后结论就不同了",
            f"with other values in {', '.join(named)} the rule comes to another outcome",
        )
        fix = Text("手写一个示例，自己定这些值", "write an example by hand and choose these values yourself")
        raise self.refusal(what, fix)

    def _named(self, family: Family) -> list[str]:
        """The columns of a family, with its values unless they are about a person."""
        columns = [self.dictionary.tables[table].columns[name] for table, name in family.columns]
        is_personal = any(one.sensitivity == "S2" for one in columns)
        values = "" if is_personal else " = " + ", ".join(map(str, family.values[:3]))
        return [f"{table}.{column}{values}" for table, column in family.columns]

    def _own_row(self, rows: Rows) -> tuple[str, tuple[str, ...], int]:
        """Where the subject stands: table, the columns of its key there, number of the row."""
        subject = self.subject
        tables = [(subject.rows_of, subject.key)] if subject.rows_of else []
        tables += [(one.table, tuple(one.columns[name] for name in subject.key)) for one in subject.values_of]
        for table, columns in tables:
            for number, row in enumerate(rows.get(table or "", ())):
                if key_text_of(row, columns) == self.wish.subject:
                    return table or "", columns, number
        raise self.refusal(self._why_other())

    def _key(self, rows: Rows, own: tuple[str, tuple[str, ...], int]) -> str:
        table, columns, number = own
        return key_text_of(rows[table][number], columns)
