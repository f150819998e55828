"""Whether subjects, relations and derived columns lead somewhere.

In: the subjects of a dictionary. Out: problems at the word concerned. What stands inside an expression is
left to whoever reads expressions; a bare name in its place is looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary_findings import DAYS, NUMBERS, RESERVED, Findings
from jointsup_rules.model.dictionary_parts import (
    VERBS,
    Derived,
    Relation,
    Subject,
    SubjectShape,
    Table,
    Values,
)
from jointsup_rules.problems import Text, did_you_mean

CLOCKS_RELATION = "clocks"
CLOCK_COLUMNS = (
    "clock", "segment", "started_on", "due_on", "stopped_on", "stopped_by", "over_days", "held",
    "recorded_due_on",
)  # fmt: skip


class SubjectChecks(Findings):
    """Checks of one subject, relation or derived column each."""

    def subject(self, written: SubjectShape, subject: Subject) -> None:
        here = written.loc
        if written.name in RESERVED - {"case"}:
            what = Text(f"主体不能叫 '{written.name}'", f"a subject cannot be called '{written.name}'")
            self.bad("JR223", here, what, key=True)
        if written.values_of and written.rows_of:
            what = Text("rows_of 和 values_of 只能写一个", "rows_of and values_of exclude each other")
            self.bad("JR225", (*here, "rows_of"), what, key=True)
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
                self.bad("JR225", (*here, key), what, key=True)
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
            self.bad("JR225", (*here, "rows_of"), what, Text("给表写 key", "give the table a key"))
        elif written.name != name and written.name in self.shape.tables:
            what = Text(
                f"主体 '{written.name}' 与同名的表不是一回事",
                f"subject '{written.name}' has the name of another table",
            )
            self.bad("JR223", here, what, Text("换一个名称", "choose another name"), key=True)

    def _values_of(self, written: SubjectShape, subject: Subject) -> None:
        if written.name in self.shape.tables and self.shape.tables[written.name].key:
            what = Text(
                f"表 '{written.name}' 已是同名主体",
                f"table '{written.name}' already is a subject of this name",
            )
            self.bad("JR223", written.loc, what, Text("换一个名称", "choose another name"), key=True)
        for values in subject.values_of:
            table = self.shape.tables.get(values.table)
            if table is None:
                self.no_table(values.table, (*written.loc, "values_of", values.table), key=True)
            else:
                self._values(written, subject, values, table)
        for word, at in self.each(written.same, (*written.loc, "same")):
            if word in subject.key:
                what = Text(f"'{word}' 已是主体的键", f"'{word}' already is a key of the subject")
                self.bad("JR225", at, what)

    def _values(self, written: SubjectShape, subject: Subject, values: Values, table: Table) -> None:
        loc: Loc = (*written.loc, "values_of", table.name)
        if not values.columns or set(values.columns) != set(subject.key):
            names = ", ".join(subject.key)
            what = Text(
                f"每张表都要给出同样的列：{names}", f"every table must give the same columns: {names}"
            )
            self.bad("JR225", loc, what, key=True)
        if written.when and "when" in written.values_of[table.name]:
            what = Text("when 写了两次", "when is given twice")
            self.bad("JR225", (*loc, "when"), what, Text("保留一个", "keep one of them"), key=True)
        for name, word in values.columns.items():
            self.exact(table, word, (*loc, name))
            theirs, mine = table.columns.get(word), subject.columns.get(name)
            if theirs and mine and theirs.type != mine.type and {theirs.type, mine.type} != {"text", "code"}:
                what = Text(
                    f"'{name}' 在一处是 {mine.type}，在这里是 {theirs.type}",
                    f"'{name}' is {mine.type} in one table and {theirs.type} here",
                )
                self.bad("JR224", (*loc, name), what)
        for word, at in self.each(written.same, (*written.loc, "same")):
            self.exact(table, word, at)

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
                self.bad("JR225", loc, what)
            else:
                self.related_column(subject.related[first], last, loc)

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
                    self.bad("JR225", (*here, key), what, key=True)
            return
        links = self.shape.links
        if links is None:
            what = Text("字典没有写 links，不能按 link 关联", "the dictionary declares no links")
            self.bad("JR225", (*here, "link"), what, Text("补上 links:", "add links:"), key=True)
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
                self.bad("JR225", (*here, "link"), what)
        column = (
            self.shape.tables[links.table].columns.get(links.kind)
            if links.table in self.shape.tables
            else None
        )
        for word, loc in self.each(relation.link, (*here, "link")):
            if column is not None and column.codes and word not in column.codes:
                what = Text(f"没有关联类型 '{word}'", f"no kind of link '{word}'")
                self.bad("JR205", loc, what, did_you_mean(word, column.codes))

    def derived(self, subject: Subject, derived: Derived) -> None:
        here = derived.loc
        if derived.name in subject.columns:
            what = Text(f"'{derived.name}' 已是自有列", f"'{derived.name}' already is an own column")
            self.bad("JR223", here, what, Text("换一个名称", "choose another name"), key=True)
        verbs = [verb for verb in VERBS if getattr(derived, verb) is not None]
        if len(verbs) != 1:
            found = ", ".join(verbs) or "-"
            what = Text(
                f"派生列要恰有一个动词（{', '.join(VERBS)}），现为：{found}",
                f"a derived column has exactly one verb ({', '.join(VERBS)}), found: {found}",
            )
            self.bad("JR226", here, what, key=True)
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
            fix = did_you_mean(key, needs | may, taken=given)
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
            self.bad("JR226", (*here, verb), Text(f"'{verb}' 要写列名", f"'{verb}' needs a column"))
            return
        if takes_rows and derived.of != "rows" and verb != "count":
            what = Text(f"'{verb}' 只能写 rows", f"'{verb}' takes rows")
            self.bad("JR226", (*here, verb), what, Text(f"写 '{verb}: rows'", f"write '{verb}: rows'"))
            return
        for word, loc, types in _words_read(derived):
            if relation is not None:
                self.related_column(relation, word, loc, types)
            elif word not in CLOCK_COLUMNS:
                what = Text(f"时限没有列 '{word}'", f"no column '{word}' in clocks")
                self.bad("JR203", loc, what, did_you_mean(word, CLOCK_COLUMNS))
        for index, word in enumerate(derived.within or ()):
            if word.isidentifier() and word not in RESERVED:
                self.own_column(subject, word, (*here, "within", index), DAYS)


def _words_read(derived: Derived) -> list[tuple[str, Loc, tuple[str, ...]]]:
    """(name, place, types) of each related column a derived column names outside expressions."""
    here, verb = derived.loc, derived.verb
    words: list[tuple[str, Loc, tuple[str, ...]]] = [
        (getattr(derived, key), (*here, key), ()) for key in ("first_by", "last_by", "per")
        if getattr(derived, key) is not None
    ]  # fmt: skip
    if verb == "days":
        words += [(word, (*here, verb, index), DAYS) for index, word in enumerate(derived.of)]
    elif derived.of != "rows":
        words.append((str(derived.of), (*here, verb), NUMBERS if verb == "sum" else ()))
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
