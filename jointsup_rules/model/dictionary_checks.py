"""Whether every name in a dictionary leads somewhere.

In: the shapes of a dictionary file and the subjects made of them. Out: problems at the word concerned. What
stands inside an expression is left to whoever reads expressions; a bare name in its place is looked up
here.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.dictionary_findings import DAYS, NUMBERS, RESERVED, Findings, table_words
from jointsup_rules.model.dictionary_parts import Column, DictionaryShape, Subject, Table
from jointsup_rules.model.dictionary_subject_checks import SubjectChecks
from jointsup_rules.problems import Problem, Text, did_you_mean

# Codes that say something is lacking: not said of a part whose wrong key was left out.
LACKING = frozenset({"JR202", "JR224", "JR226"})


def check_dictionary(
    shape: DictionaryShape, subjects: Mapping[str, Subject], document: Document
) -> tuple[Problem, ...]:
    """Return every problem of names and references, in no particular order."""
    tables = _TableChecks(shape, subjects, document)
    tables.timezone()
    for table in shape.tables.values():
        tables.table(table)
    tables.same_names(shape.tables, ("tables",))
    tables.roles()
    check = SubjectChecks(shape, subjects, document)
    for written in shape.subjects.values():
        check.subject(written, subjects[written.name])
    for name, columns in shape.derived.items():
        if name not in subjects:
            check.no_subject(name, ("derived", name), key=True)
            continue
        for derived in columns.values():
            check.derived(subjects[name], derived)
    return (*tables.problems, *check.problems)


class _TableChecks(Findings):
    """Checks of tables, and of the tables with a role."""

    def timezone(self) -> None:
        known = zoneinfo.available_timezones()
        name = self.shape.timezone
        if known and name not in known:
            what = Text(f"没有时区 '{name}'", f"no time zone '{name}'")
            otherwise = Text("写成 Asia/Shanghai 这样的形式", "write it like Asia/Shanghai")
            self.bad("JR205", ("timezone",), what, did_you_mean(name, known, otherwise))

    def same_names(self, names: Iterable[str], loc: Loc) -> None:
        """The engine does not tell capitals from small letters."""
        seen: dict[str, str] = {}
        for name in names:
            first = seen.setdefault(name.casefold(), name)
            if first != name:
                what = Text(
                    f"名称 '{name}' 与 '{first}' 只差大小写",
                    f"'{name}' and '{first}' differ in capitals only",
                )
                self.bad("JR223", (*loc, name), what, key=True)

    def table(self, table: Table) -> None:
        owner = table_words(table.name)
        here = table.loc
        if not table.columns:
            self.bad("JR206", (*here, "columns"), Text("表没有列", "the table has no columns"))
        self.same_names(table.columns, (*here, "columns"))
        self._labels(table)
        for name, words in (
            ("key", table.key_columns if table.key != "line" else ()),
            ("cluster", table.cluster),
        ):
            for word, loc in self.each(words, (*here, name)):
                self.exact(table, word, loc)
        for word, loc in self.each(table.known, (*here, "known")):
            self.exact(table, word, loc, DAYS)
        if table.events:
            self.exact(table, table.events.type, (*here, "events", "type"), ("code", "text"))
            self.exact(table, table.events.on, (*here, "events", "on"), DAYS)
            if table.events.tie:
                self.exact(table, table.events.tie, (*here, "events", "tie"))
        for column in table.columns.values():
            self._column(table, column, owner)

    def _labels(self, table: Table) -> None:
        seen: dict[str, str] = {}
        for column in table.columns.values():
            label = column.label.zh
            first = seen.setdefault(label, column.name)
            if first != column.name:
                what = Text(
                    f"'{first}' 和 '{column.name}' 的标签都是 '{label}'",
                    f"'{first}' and '{column.name}' have the same label '{label}'",
                )
                fix = Text("按标签无法区分，改其中一个", "the label does not tell them apart; change one")
                self.bad("JR223", (*column.loc, "label"), what, fix, severity="warning")
            if label != column.name and label in table.columns:
                what = Text(
                    f"'{column.name}' 的标签 '{label}' 是另一列的名称",
                    f"the label '{label}' of '{column.name}' is the name of another column",
                )
                self.bad("JR223", (*column.loc, "label"), what)

    def _column(self, table: Table, column: Column, owner: Text) -> None:
        here = column.loc
        if column.name.casefold() in RESERVED:
            what = Text(
                f"列名 '{column.name}' 是表达式用的词",
                f"the column name '{column.name}' is a word of expressions",
            )
            fix = Text(
                "表达式里只能用它的标签；最好换名",
                "expressions can reach it by its label alone; better rename it",
            )
            self.bad("JR223", here, what, fix, key=True, severity="warning")
        if column.type == "code" and not column.codes:
            what = Text("代码列要有 codes", "a column of type code needs codes")
            self.bad(
                "JR224", (*here, "type"), what, Text("补上 codes，或改为 text", "add codes, or make it text")
            )
        if column.codes and column.type != "code":
            what = Text(
                f"只有 code 列可有 codes，这里是 {column.type}", f"codes in a column of type {column.type}"
            )
            self.bad("JR224", (*here, "codes"), what, Text("类型改为 code", "make its type code"), key=True)
        if column.planned and column.type not in DAYS:
            what = Text("只有日期列可写 planned", "only a column of days can be planned")
            self.bad("JR224", (*here, "planned"), what, key=True)
        if column.known == column.name:
            what = Text("列不能由自己得知", "a column cannot be known by itself")
            self.bad("JR224", (*here, "known"), what)
        elif column.known:
            self.exact(table, column.known, (*here, "known"), DAYS)
        if column.before is not None and column.known is None:
            what = Text("有 before 而没有 known", "before without known")
            fix = Text("补上 known: 日期列", "add known: a column of days")
            self.bad("JR224", (*here, "before"), what, fix, key=True)
        if column.before is not None and column.type == "code" and column.before not in column.codes:
            what = Text(f"'{column.before}' 不是这一列的代码", f"'{column.before}' is no code of this column")
            self.bad("JR205", (*here, "before"), what, did_you_mean(column.before, column.codes))

    def roles(self) -> None:
        """`links`, `changes`, `held` and `units`: their table and its columns."""
        days, numbers = frozenset({"from", "until", "decided"}), frozenset({"add"})
        for name, role in (
            ("links", self.shape.links),
            ("changes", self.shape.changes),
            ("held", self.shape.held),
            ("units", self.shape.units),
        ):
            if role is None:
                continue
            table = self.shape.tables.get(role.table)
            if table is None:
                self.no_table(role.table, (name, "table"))
                continue
            for field, info in type(role).model_fields.items():
                key, word = str(info.alias or field), getattr(role, field)
                if key in ("table", "levels") or word is None:
                    continue
                is_day = key in days and name != "links"
                types = DAYS if is_day else NUMBERS if key in numbers or key == "score" else ()
                self.exact(table, word, (name, key), types)
        self._levels()

    def _levels(self) -> None:
        changes = self.shape.changes
        if changes is None or not changes.levels or changes.table not in self.shape.tables:
            return
        column = self.shape.tables[changes.table].columns.get(changes.level or "")
        if column is None or column.type != "code":
            return
        for index, word in enumerate(changes.levels):
            if word not in column.codes:
                what = Text(
                    f"'{word}' 不是列 '{column.name}' 的代码",
                    f"'{word}' is no code of column '{column.name}'",
                )
                self.bad("JR205", ("changes", "levels", index), what, did_you_mean(word, column.codes))
