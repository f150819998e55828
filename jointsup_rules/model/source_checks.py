"""Whether a source's tables, columns, codes and formats are those of the dictionary.

In: the shape of a source file and the dictionary. Out: problems at the word concerned. Whether the raw
columns are there is seen only when a file is imported.
"""

from __future__ import annotations

import re

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.dictionary import Column, Dictionary, Table
from jointsup_rules.model.source_parts import AUTO, ColumnSource, SourceShape, without_braces
from jointsup_rules.problems import NO_TEXT, Problem, Text, did_you_mean

_DAYS = ("date", "timestamp")
_SOURCE_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][\w.-]{0,63}")
# What the engine's patterns, which take time in proportion to the text, do not have.
_LOOKING_AROUND = re.compile(r"\(\?<?[=!]|\\[1-9]|\(\?P=")
_DIRECTIVE = re.compile(r"%(-?.)", re.DOTALL)
_DIRECTIVES = frozenset("YymdHIMSpfbBaAjzZ%") | {f"-{letter}" for letter in "mdHIMSyj"}


def check_source(shape: SourceShape, dictionary: Dictionary, document: Document) -> tuple[Problem, ...]:
    """Return every problem of names and references, in no particular order."""
    check = _Check(dictionary, document)
    check.head(shape)
    for name, columns in shape.tables.items():
        table = dictionary.tables.get(name)
        if table is None:
            what = Text(f"字典没有表 '{name}'", f"no table '{name}' in the dictionary")
            check.bad("JR217", ("tables", name), what, did_you_mean(name, dictionary.tables), key=True)
            continue
        for column in columns.values():
            check.column(table, column)
        check.required(table, frozenset(columns))
    return tuple(check.problems)


class _Check:
    """One pass over a source; the methods add to `problems`."""

    def __init__(self, dictionary: Dictionary, document: Document) -> None:
        self.dictionary = dictionary
        self.document = document
        self.problems: list[Problem] = []

    def bad(self, code: str, loc: Loc, what: Text, fix: Text = NO_TEXT, key: bool = False) -> None:
        self.problems.append(self.document.problem(code, self.document.place(loc, key=key), what, fix=fix))

    def head(self, shape: SourceShape) -> None:
        if not _SOURCE_NAME.fullmatch(shape.source):
            what = Text(f"'{shape.source}' 不能作来源名称", f"'{shape.source}' cannot name a source")
            fix = Text(
                "用字母、汉字、数字、点、横线和下划线", "use letters, digits, dots, dashes and underscores"
            )
            self.bad("JR223", ("source",), what, fix)
        for pattern in shape.files:
            if (
                "/" in pattern
                or "\\" in pattern
                or any("{" in part or "}" in part for part in without_braces(pattern))
            ):
                what = Text(f"文件模式 '{pattern}' 看不懂", f"the file pattern '{pattern}' cannot be read")
                fix = Text(
                    "只写文件名，如 措施*.{csv,xlsx}", "a file name only, such as measures*.{csv,xlsx}"
                )
                self.bad("JR227", ("files",), what, fix)
        given = [name for name, value in shape.exported_on if value is not None]
        if len(given) > 1:
            what = Text("exported_on 只能有一种写法", "exported_on is given in more than one way")
            self.bad("JR227", ("exported_on",), what)
        if shape.exported_on.from_file_name is not None:
            self._pattern(shape.exported_on.from_file_name, ("exported_on", "from_file_name"))
        if not shape.tables:
            self.bad("JR202", ("tables",), Text("没有表", "there is no table"), key=True)

    def _pattern(self, pattern: str, loc: Loc) -> None:
        try:
            n_groups = re.compile(pattern).groups
        except re.error:
            self.bad("JR227", loc, Text("模式的写法不对", "the pattern cannot be read"))
            return
        if _LOOKING_AROUND.search(pattern):
            what = Text("模式不能用前后查找和反向引用", "the pattern looks around itself or back")
            self.bad("JR227", loc, what, Text("写成普通的模式", "write it plainly"))
        if n_groups != 1:
            what = Text("模式要有且只有一组括号，内为日期", "the pattern needs one group, around the day")
            self.bad("JR227", loc, what, Text('如 "([0-9]{8})"', 'such as "([0-9]{8})"'))

    def required(self, table: Table, mapped: frozenset[str]) -> None:
        """A table cannot be filled without the columns no row may lack."""
        missing = [name for name in table.columns if name in table.required and name not in mapped]
        for name in missing:
            what = Text(
                f"必填列 '{name}' 没有来源，每一行都会被拒绝",
                f"required column '{name}' is not mapped, so that every row would be rejected",
            )
            fix = Text(f"补上 '{name}: {{column: …}}'", f"add '{name}: {{column: …}}'")
            self.bad("JR228", ("tables", table.name), what, fix, key=True)

    def column(self, table: Table, source: ColumnSource) -> None:
        column = table.columns.get(source.name)
        if column is None:
            # What must not be kept need not be known either.
            if not source.drop:
                what = Text(
                    f"表 '{table.name}' 没有列 '{source.name}'",
                    f"no column '{source.name}' in table '{table.name}'",
                )
                self.bad("JR203", source.loc, what, did_you_mean(source.name, table.columns), key=True)
            return
        ways = [bool(source.raw_columns), source.constant is not None]
        if sum(ways) != 1 or (source.column is not None and source.columns):
            what = Text(
                "column、columns、constant 要写且只写一个", "one of column, columns and constant is needed"
            )
            self.bad("JR227", source.loc, what, key=True)
        if source.drop and source.name in table.required:
            what = Text(
                f"必填列 '{source.name}' 不能丢弃", f"required column '{source.name}' cannot be dropped"
            )
            self.bad("JR227", (*source.loc, "drop"), what, key=True)
        self._codes(column, source)
        self._options(column, source)

    def _codes(self, column: Column, source: ColumnSource) -> None:
        if column.type != "code":
            return
        words = [
            (word, (*source.loc, "codes", raw))
            for raw, word in (source.codes or {}).items()
            if word is not None
        ]
        if source.constant is not None:
            words.append((source.constant, (*source.loc, "constant")))
        for word, loc in words:
            if word not in column.codes:
                what = Text(
                    f"列 '{column.name}' 没有代码 '{word}'", f"no code '{word}' in column '{column.name}'"
                )
                self.bad("JR205", loc, what, did_you_mean(word, column.codes))

    def _options(self, column: Column, source: ColumnSource) -> None:
        """Options that fit only some types."""
        fits = (
            ("dates", source.dates != (AUTO,), _DAYS),
            ("last_day", source.last_day, ("date",)),
            ("pseudonym", source.pseudonym is not None, ("text",)),
            ("numbers", source.numbers != "1,234.56", ("integer", "decimal")),
        )
        for key, is_given, types in fits:
            if is_given and column.type not in types:
                expected = " / ".join(types)
                what = Text(
                    f"'{key}' 只用于 {expected} 列，'{column.name}' 是 {column.type}",
                    f"'{key}' is for columns of type {expected}, '{column.name}' is {column.type}",
                )
                self.bad("JR224", (*source.loc, key), what, key=True)
        for form in source.dates:
            unknown = [letter for letter in _DIRECTIVE.findall(form) if letter not in _DIRECTIVES]
            if form != AUTO and ("%" not in form or unknown):
                what = Text(f"看不懂日期格式 '{form}'", f"the date format '{form}' cannot be read")
                fix = Text("如 %Y-%m-%d 或 auto", "such as %Y-%m-%d, or auto")
                self.bad("JR227", (*source.loc, "dates"), what, fix)
