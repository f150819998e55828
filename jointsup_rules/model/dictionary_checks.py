"""Whether every name in a dictionary leads somewhere.

In: the shapes of a dictionary file and the subjects made of them. Out: problems at the word concerned. What
stands inside an expression is left to whoever reads expressions; a bare name in its place is looked up
here.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.dictionary_parts import (
    VERBS,
    Column,
    Derived,
    DictionaryShape,
    Relation,
    Subject,
    SubjectShape,
    Table,
    Values,
    column_named,
)
from jointsup_rules.problems import NO_TEXT, Problem, Text, did_you_mean

# Words an expression reads before any column of that name.
RESERVED = frozenset({
    "and", "or", "not", "case", "when", "then", "else", "end", "in", "between", "like", "is", "null",
    "distinct", "from", "true", "false", "as_of", "seen_until", "cut_off", "subject",
})  # fmt: skip
# Codes that say something is lacking: not said of a part whose wrong key was left out.
LACKING = frozenset({"JR202", "JR211", "JR215"})
CLOCKS_RELATION = "clocks"
CLOCK_COLUMNS = (
    "clock", "segment", "started_on", "due_on", "stopped_on", "stopped_by", "over_days", "held",
    "recorded_due_on",
)  # fmt: skip
_DAYS = ("date", "timestamp")
_NUMBERS = ("integer", "decimal")


def check_dictionary(
    shape: DictionaryShape, subjects: Mapping[str, Subject], document: Document
) -> tuple[Problem, ...]:
    """Return every problem of names and references, in no particular order."""
    check = _Check(shape, subjects, document)
    check.timezone()
    for table in shape.tables.values():
        check.table(table)
    check.same_names(shape.tables, ("tables",))
    check.roles()
    for written in shape.subjects.values():
        check.subject(written, subjects[written.name])
    for name, columns in shape.derived.items():
        if name not in subjects:
            check.no_subject(name, ("derived", name), key=True)
            continue
        for derived in columns.values():
            check.derived(subjects[name], derived)
    return tuple(check.problems)


class _Check:
    """One pass over a dictionary; the methods add to `problems`."""

    def __init__(self, shape: DictionaryShape, subjects: Mapping[str, Subject], document: Document) -> None:
        self.shape = shape
        self.subjects = subjects
        self.document = document
        self.problems: list[Problem] = []

    # -- what is said

    def bad(
        self,
        code: str,
        loc: Loc,
        what: Text,
        fix: Text = NO_TEXT,
        key: bool = False,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        place = self.document.place(loc, key=key)
        excerpt = self.document.excerpt(place.line)
        self.problems.append(Problem(code, place, what, fix=fix, excerpt=excerpt, severity=severity))

    def no_table(self, word: str, loc: Loc, key: bool = False) -> None:
        what = Text(f"没有表 '{word}'", f"no table '{word}'")
        self.bad("JR212", loc, what, did_you_mean(word, self.shape.tables), key)

    def no_subject(self, word: str, loc: Loc, key: bool = False) -> None:
        what = Text(f"没有主体 '{word}'", f"no subject '{word}'")
        self.bad("JR213", loc, what, did_you_mean(word, self.subjects), key)

    def column_of(
        self,
        columns: Mapping[str, Any],
        owner: Text,
        word: str,
        loc: Loc,
        types: Iterable[str] = (),
        key: bool = False,
    ) -> None:
        """A word must name one of the columns, of one of the types where any are given."""
        column = columns.get(word) or column_named(_stored(columns), word)
        if column is None:
            words = [*columns, *(one.label.zh for one in columns.values() if isinstance(one, Column))]
            what = Text(f"{owner.zh}没有列 '{word}'", f"no column '{word}' in {owner.en}")
            self.bad("JR203", loc, what, did_you_mean(word, words), key)
        elif isinstance(column, Column) and types and column.type not in types:
            expected = " / ".join(types)
            what = Text(
                f"列 '{word}' 的类型应为 {expected}，现为 {column.type}",
                f"column '{word}' must be of type {expected}, found {column.type}",
            )
            self.bad("JR211", loc, what, key=key)

    # -- tables

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
                self.bad("JR210", (*loc, name), what, key=True)

    def table(self, table: Table) -> None:
        owner = _table(table.name)
        here = table.loc
        if not table.columns:
            self.bad("JR206", (*here, "columns"), Text("表没有列", "the table has no columns"))
        self.same_names(table.columns, (*here, "columns"))
        self._labels(table)
        for name, words in (
            ("key", table.key_columns if table.key != "line" else ()),
            ("cluster", table.cluster),
        ):
            for word, loc in self._each(words, (*here, name)):
                self._exact(table, word, loc)
        for word, loc in self._each(table.known, (*here, "known")):
            self._exact(table, word, loc, _DAYS)
        if table.events:
            self._exact(table, table.events.type, (*here, "events", "type"), ("code", "text"))
            self._exact(table, table.events.on, (*here, "events", "on"), _DAYS)
            if table.events.tie:
                self._exact(table, table.events.tie, (*here, "events", "tie"))
        for column in table.columns.values():
            self._column(table, column, owner)

    def _each(self, words: Iterable[str], loc: Loc) -> list[tuple[str, Loc]]:
        """Words with the place of each, whether written as one text or as a list."""
        is_list = (*loc, 0) in self.document.values
        return [(word, (*loc, index) if is_list else loc) for index, word in enumerate(words)]

    def _exact(self, table: Table, word: str, loc: Loc, types: Iterable[str] = ()) -> None:
        """A column by its name; inside the dictionary a label does not do."""
        if word in table.columns or table.column_named(word) is None:
            self.column_of(table.columns, _table(table.name), word, loc, types)
            return
        name = getattr(table.column_named(word), "name", "")
        what = Text(f"这里写列名，不写标签 '{word}'", f"write the column's name here, not its label '{word}'")
        self.bad("JR203", loc, what, Text(f"写 '{name}'", f"write '{name}'"))

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
                self.bad("JR210", (*column.loc, "label"), what, fix, severity="warning")
            if label != column.name and label in table.columns:
                what = Text(
                    f"'{column.name}' 的标签 '{label}' 是另一列的名称",
                    f"the label '{label}' of '{column.name}' is the name of another column",
                )
                self.bad("JR210", (*column.loc, "label"), what)

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
            self.bad("JR210", here, what, fix, key=True, severity="warning")
        if column.type == "code" and not column.codes:
            what = Text("代码列要有 codes", "a column of type code needs codes")
            self.bad(
                "JR211", (*here, "type"), what, Text("补上 codes，或改为 text", "add codes, or make it text")
            )
        if column.codes and column.type != "code":
            what = Text(
                f"只有 code 列可有 codes，这里是 {column.type}", f"codes in a column of type {column.type}"
            )
            self.bad("JR211", (*here, "codes"), what, Text("类型改为 code", "make its type code"), key=True)
        if column.planned and column.type not in _DAYS:
            what = Text("只有日期列可写 planned", "only a column of days can be planned")
            self.bad("JR211", (*here, "planned"), what, key=True)
        if column.known == column.name:
            what = Text("列不能由自己得知", "a column cannot be known by itself")
            self.bad("JR211", (*here, "known"), what)
        elif column.known:
            self._exact(table, column.known, (*here, "known"), _DAYS)
        if column.before is not None and column.known is None:
            what = Text("有 before 而没有 known", "before without known")
            fix = Text("补上 known: 日期列", "add known: a column of days")
            self.bad("JR211", (*here, "before"), what, fix, key=True)
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
                types = _DAYS if is_day else _NUMBERS if key in numbers or key == "score" else ()
                self._exact(table, word, (name, key), types)
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

    # -- subjects

    def subject(self, written: SubjectShape, subject: Subject) -> None:
        here = written.loc
        if written.name in RESERVED - {"case"}:
            what = Text(f"主体不能叫 '{written.name}'", f"a subject cannot be called '{written.name}'")
            self.bad("JR210", here, what, key=True)
        if written.values_of and written.rows_of:
            what = Text("rows_of 和 values_of 只能写一个", "rows_of and values_of exclude each other")
            self.bad("JR214", (*here, "rows_of"), what, key=True)
        elif written.values_of:
            self._values_of(written, subject)
        else:
            self._rows_of(written)
        self._show(written, subject)
        for relation in written.related.values():
            self.relation(subject, relation)

    def _rows_of(self, written: SubjectShape) -> None:
        here = written.loc
        for key, word in (("when", written.when), ("same", written.same)):
            if word:
                what = Text(f"只有 values_of 的主体可写 {key}", f"{key} is for subjects with values_of")
                self.bad("JR214", (*here, key), what, key=True)
        name = written.rows_of or written.name
        if name not in self.shape.tables:
            if written.rows_of:
                self.no_table(name, (*here, "rows_of"))
            else:
                what = Text("主体要有 rows_of 或 values_of", "a subject needs rows_of or values_of")
                self.bad("JR202", here, what, Text("补上其中一个", "add one of them"), key=True)
        elif not self.shape.tables[name].key:
            what = Text(
                f"表 '{name}' 没有 key，不能作主体", f"table '{name}' has no key and cannot be a subject"
            )
            self.bad("JR214", (*here, "rows_of"), what, Text("给表写 key", "give the table a key"))
        elif written.name != name and written.name in self.shape.tables:
            what = Text(
                f"主体 '{written.name}' 与同名的表不是一回事",
                f"subject '{written.name}' has the name of another table",
            )
            self.bad("JR210", here, what, Text("换一个名称", "choose another name"), key=True)

    def _values_of(self, written: SubjectShape, subject: Subject) -> None:
        if written.name in self.shape.tables and self.shape.tables[written.name].key:
            what = Text(
                f"表 '{written.name}' 已是同名主体",
                f"table '{written.name}' already is a subject of this name",
            )
            self.bad("JR210", written.loc, what, Text("换一个名称", "choose another name"), key=True)
        for values in subject.values_of:
            table = self.shape.tables.get(values.table)
            if table is None:
                self.no_table(values.table, (*written.loc, "values_of", values.table), key=True)
            else:
                self._values(written, subject, values, table)
        for word, at in self._each(written.same, (*written.loc, "same")):
            if word in subject.key:
                what = Text(f"'{word}' 已是主体的键", f"'{word}' already is a key of the subject")
                self.bad("JR214", at, what)

    def _values(self, written: SubjectShape, subject: Subject, values: Values, table: Table) -> None:
        loc: Loc = (*written.loc, "values_of", table.name)
        if not values.columns or set(values.columns) != set(subject.key):
            names = ", ".join(subject.key)
            what = Text(
                f"每张表都要给出同样的列：{names}", f"every table must give the same columns: {names}"
            )
            self.bad("JR214", loc, what, key=True)
        if written.when and "when" in written.values_of[table.name]:
            what = Text("when 写了两次", "when is given twice")
            self.bad("JR214", (*loc, "when"), what, Text("保留一个", "keep one of them"), key=True)
        for name, word in values.columns.items():
            self._exact(table, word, (*loc, name))
            theirs, mine = table.columns.get(word), subject.columns.get(name)
            if theirs and mine and theirs.type != mine.type and {theirs.type, mine.type} != {"text", "code"}:
                what = Text(
                    f"'{name}' 在一处是 {mine.type}，在这里是 {theirs.type}",
                    f"'{name}' is {mine.type} in one table and {theirs.type} here",
                )
                self.bad("JR211", (*loc, name), what)
        for word, at in self._each(written.same, (*written.loc, "same")):
            self._exact(table, word, at)

    def _show(self, written: SubjectShape, subject: Subject) -> None:
        for key, word in written.show:
            if word is None:
                continue
            loc = (*written.loc, "show", key)
            first, dot, last = word.partition(".")
            if not dot:
                self.own_column(subject, word, loc)
            elif first not in subject.related:
                self.no_relation(subject, first, loc)
            elif not subject.related[first].one:
                what = Text(f"关系 '{first}' 没有写 one: true", f"relation '{first}' is not one: true")
                self.bad("JR214", loc, what)
            else:
                self.related_column(subject.related[first], last, loc)

    def own_column(self, subject: Subject, word: str, loc: Loc, types: Iterable[str] = ()) -> None:
        """A bare name must be an own or derived column of the subject; one without any has been told already."""
        if subject.columns and subject.derived_named(word) is None:
            everything = {**subject.derived, **subject.columns}
            self.column_of(everything, _subject(subject.name), word, loc, types)

    def no_relation(self, subject: Subject, word: str, loc: Loc) -> None:
        what = Text(
            f"主体 '{subject.name}' 没有关系 '{word}'", f"no relation '{word}' in subject '{subject.name}'"
        )
        self.bad("JR213", loc, what, did_you_mean(word, subject.related))

    def relation(self, subject: Subject, relation: Relation) -> None:
        here = relation.loc
        if (relation.table is None) == (relation.subject is None):
            what = Text("关系要写 table 或 subject 之一", "a relation needs either table or subject")
            self.bad("JR202", here, what, key=True)
            return
        if relation.table is not None and relation.table not in self.shape.tables:
            self.no_table(relation.table, (*here, "table"))
            return
        if relation.subject is not None and relation.subject not in self.subjects:
            self.no_subject(relation.subject, (*here, "subject"))
            return
        if bool(relation.match) == bool(relation.link):
            what = Text("关系要写 match 或 link 之一", "a relation needs either match or link")
            self.bad("JR202", here, what, key=True)
        for theirs, mine in relation.match.items():
            self.related_column(relation, theirs, (*here, "match", theirs), key=True)
            if mine.isidentifier():
                self.own_column(subject, mine, (*here, "match", theirs))
        self._link(subject, relation)

    def _link(self, subject: Subject, relation: Relation) -> None:
        here = relation.loc
        if not relation.link:
            for key, value in (("side", relation.side), ("min_score", relation.min_score)):
                if value is not None:
                    what = Text(f"只有 link 关系可写 {key}", f"{key} is for relations by link")
                    self.bad("JR214", (*here, key), what, key=True)
            return
        links = self.shape.links
        if links is None:
            what = Text("字典没有写 links，不能按 link 关联", "the dictionary declares no links")
            self.bad("JR214", (*here, "link"), what, Text("补上 links:", "add links:"), key=True)
            return
        if relation.side is None:
            what = Text("link 要写 side", "a link needs its side")
            fix = Text(
                "对方是关联的终点写 to，起点写 from",
                "to when the other record is where the link leads, else from",
            )
            self.bad("JR202", (*here, "link"), what, fix, key=True)
        for name in (subject.name, relation.target):
            if name in self.subjects and self.subjects[name].columns and len(self.subjects[name].key) != 1:
                what = Text(
                    f"'{name}' 的键不止一列，不能按 link 关联",
                    f"'{name}' has no key of one column to link by",
                )
                self.bad("JR214", (*here, "link"), what)
        column = (
            self.shape.tables[links.table].columns.get(links.kind)
            if links.table in self.shape.tables
            else None
        )
        for word, loc in self._each(relation.link, (*here, "link")):
            if column is not None and column.codes and word not in column.codes:
                what = Text(f"没有关联类型 '{word}'", f"no kind of link '{word}'")
                self.bad("JR205", loc, what, did_you_mean(word, column.codes))

    def related_column(
        self, relation: Relation, word: str, loc: Loc, types: Iterable[str] = (), key: bool = False
    ) -> None:
        """A bare name must be a column of the related table, or an own or derived one of its subject."""
        if relation.table is not None:
            if relation.table in self.shape.tables:
                columns = self.shape.tables[relation.table].columns
                self.column_of(columns, _table(relation.table), word, loc, types, key)
        elif relation.subject is not None and relation.subject in self.subjects:
            subject = self.subjects[relation.subject]
            if subject.columns and subject.derived_named(word) is None:
                everything = {**subject.derived, **subject.columns}
                self.column_of(everything, _subject(subject.name), word, loc, types, key)

    # -- derived columns

    def derived(self, subject: Subject, derived: Derived) -> None:
        here = derived.loc
        if derived.name in subject.columns:
            what = Text(f"'{derived.name}' 已是自有列", f"'{derived.name}' already is an own column")
            self.bad("JR210", here, what, Text("换一个名称", "choose another name"), key=True)
        verbs = [verb for verb in VERBS if getattr(derived, verb) is not None]
        if len(verbs) != 1:
            found = ", ".join(verbs) or "-"
            what = Text(
                f"派生列要恰有一个动词（{', '.join(VERBS)}），现为：{found}",
                f"a derived column has exactly one verb ({', '.join(VERBS)}), found: {found}",
            )
            self.bad("JR215", here, what, key=True)
            return
        if self._has_right_keys(derived) and derived.verb != "value":
            self._gathers(subject, derived)

    def _has_right_keys(self, derived: Derived) -> bool:
        """Each verb has keys it needs and keys it may have."""
        needs, may = _KEYS_OF_VERB[derived.verb]
        is_right = True
        given = {str(info.alias or name) for name, info in type(derived).model_fields.items()
                 if name not in VERBS and getattr(derived, name) is not None}  # fmt: skip
        for key in sorted(needs - given):
            is_right = False
            what = Text(f"'{derived.verb}' 缺少键 '{key}'", f"'{derived.verb}' has no key '{key}'")
            self.bad("JR202", derived.loc, what, Text(f"补上 '{key}:'", f"add '{key}:'"), key=True)
        for key in sorted(given - needs - may - _KEYS_OF_ALL):
            is_right = False
            what = Text(f"'{derived.verb}' 不用键 '{key}'", f"'{derived.verb}' has no use for '{key}'")
            fix = did_you_mean(key, needs | may)
            self.bad("JR201", (*derived.loc, key), what, fix, key=True)
        if derived.verb == "pick" and (derived.first_by is None) == (derived.last_by is None):
            is_right = False
            what = Text("'pick' 要写 first_by 或 last_by 之一", "'pick' needs either first_by or last_by")
            self.bad("JR202", derived.loc, what, key=True)
        return is_right

    def _gathers(self, subject: Subject, derived: Derived) -> None:
        """The columns a verb reads in its relation."""
        here, verb = derived.loc, derived.verb
        assert derived.in_ is not None
        relation = subject.related.get(derived.in_)
        if relation is None and derived.in_ != CLOCKS_RELATION:
            self.no_relation(subject, derived.in_, (*here, "in"))
            return
        takes_rows = verb in ("count", "most", "has")
        if derived.of == "rows" and not takes_rows:
            self.bad("JR215", (*here, verb), Text(f"'{verb}' 要写列名", f"'{verb}' needs a column"))
            return
        if takes_rows and derived.of != "rows" and verb != "count":
            what = Text(f"'{verb}' 只能写 rows", f"'{verb}' takes rows")
            self.bad("JR215", (*here, verb), what, Text(f"写 '{verb}: rows'", f"write '{verb}: rows'"))
            return
        for word, loc, types in _words_read(derived):
            if relation is not None:
                self.related_column(relation, word, loc, types)
            elif word not in CLOCK_COLUMNS:
                what = Text(f"时限没有列 '{word}'", f"no column '{word}' in clocks")
                self.bad("JR203", loc, what, did_you_mean(word, CLOCK_COLUMNS))
        for index, word in enumerate(derived.within or ()):
            if word.isidentifier() and word not in RESERVED:
                self.own_column(subject, word, (*here, "within", index), _DAYS)


def _words_read(derived: Derived) -> list[tuple[str, Loc, tuple[str, ...]]]:
    """(name, place, types) of each related column a derived column names outside expressions."""
    here, verb = derived.loc, derived.verb
    words: list[tuple[str, Loc, tuple[str, ...]]] = [
        (getattr(derived, key), (*here, key), ()) for key in ("first_by", "last_by", "per")
        if getattr(derived, key) is not None
    ]  # fmt: skip
    if verb == "days":
        words += [(word, (*here, verb, index), _DAYS) for index, word in enumerate(derived.of)]
    elif derived.of != "rows":
        words.append((str(derived.of), (*here, verb), _NUMBERS if verb == "sum" else ()))
    return [(word, loc, types) for word, loc, types in words if word.isidentifier()]


_KEYS_OF_ALL = frozenset({"name", "loc", "label", "means", "unit"})
_GATHERS = frozenset({"in"})
_KEYS_OF_VERB: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "first": (_GATHERS, frozenset({"when", "none", "empty"})),
    "last": (_GATHERS, frozenset({"when", "none", "empty"})),
    "nth": (_GATHERS | {"n"}, frozenset({"when", "none", "empty"})),
    "pick": (_GATHERS, frozenset({"when", "none", "empty", "first_by", "last_by"})),
    "count": (_GATHERS, frozenset({"when"})),
    "sum": (_GATHERS, frozenset({"when", "none", "per"})),
    "max": (_GATHERS, frozenset({"when", "none", "empty"})),
    "min": (_GATHERS, frozenset({"when", "none", "empty"})),
    "most": (_GATHERS | {"per"}, frozenset({"when"})),
    "has": (_GATHERS, frozenset({"when"})),
    "days": (_GATHERS, frozenset({"when", "within"})),
    "value": (frozenset(), frozenset()),
}


def _stored(columns: Mapping[str, Any]) -> dict[str, Column]:
    """Without derived columns, which have labels of their own."""
    return {name: column for name, column in columns.items() if isinstance(column, Column)}


def _table(name: str) -> Text:
    return Text(f"表 '{name}' ", f"table '{name}'")


def _subject(name: str) -> Text:
    return Text(f"主体 '{name}' ", f"subject '{name}'")
