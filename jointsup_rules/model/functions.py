"""The functions an expression may call: what they take, what they give, what they mean.

Shapes of arguments: `day` is a date or a timestamp (read as its local day), `time` a timestamp, `number` an integer
or decimal, `pattern`, `rule` and `whole` (a whole number within WHOLE) are literals known while checking, `same`
are values of one type. A trailing `*` repeats, a trailing `?` may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from jointsup_rules.problems import Text

MONTH_RULES = ("criminal", "civil")


@dataclass(frozen=True)
class Function:
    """One function of the expression language."""

    name: str
    takes: tuple[str, ...]
    gives: str
    means: Text


def _function(name: str, takes: str, gives: str, zh: str, en: str) -> tuple[str, Function]:
    return name, Function(name, tuple(takes.split()), gives, Text(zh=zh, en=en))


FUNCTIONS: dict[str, Function] = dict(
    (
        _function(
            "days_between",
            "day day",
            "integer",
            "前一日至后一日的天数",
            "days from the first to the second day",
        ),
        _function(
            "working_days_between",
            "day day",
            "integer",
            "前一日之后至后一日（含）的工作日数",
            "working days after the first up to and including the second day",
        ),
        _function("minutes_between", "time time", "decimal", "相隔分钟数", "elapsed minutes"),
        _function("hours_between", "time time", "decimal", "相隔小时数", "elapsed hours"),
        _function("add_days", "day integer", "date", "若干天之后的日期", "the day so many days later"),
        _function(
            "add_minutes",
            "time integer",
            "timestamp",
            "若干分钟之后的时刻",
            "the moment so many minutes later",
        ),
        _function("add_working_days", "day integer", "date", "第 n 个工作日", "the n-th working day after"),
        _function(
            "months_after",
            "day integer rule",
            "date",
            "若干月之后的期满日",
            "last day of a limit of whole months",
        ),
        _function(
            "years_after",
            "day integer rule",
            "date",
            "若干年之后的期满日",
            "last day of a limit of whole years",
        ),
        _function("term_end", "day integer", "date", "刑期止日", "last day of a sentence of so many months"),
        _function("roll", "day", "date", "遇节假日顺延后的日期", "the day itself or the next working day"),
        _function("is_working_day", "day", "boolean", "是否工作日", "whether it is a working day"),
        _function("date_of", "day", "date", "所在日期", "the local day of a time"),
        _function("year", "day", "integer", "年", "its year"),
        _function("month", "day", "integer", "月", "its month"),
        _function("weekday", "day", "integer", "星期几（1 为星期一）", "day of the week, 1 is Monday"),
        _function("as_date", "text", "date", "读作日期，读不出为空", "read as a date, empty if it is none"),
        _function(
            "as_number", "text", "decimal", "读作数字，读不出为空", "read as a number, empty if it is none"
        ),
        _function(
            "as_whole",
            "text",
            "integer",
            "读作整数，读不出为空",
            "read as a whole number, empty if it is none",
        ),
        _function("written_date", "text", "date", "文字中最后写的日期", "the last date written in a text"),
        _function(
            "has_written_date", "text", "boolean", "文字中是否写有日期", "whether a date is written in a text"
        ),
        _function(
            "normalise",
            "text",
            "text",
            "统一全半角、括号、空格和大小写",
            "half width, one kind of brackets, no blanks, upper case",
        ),
        _function("case_no", "text", "text", "案号的规范形式", "normal form of a court case number"),
        _function("case_no_year", "text", "integer", "案号年份", "year of a case number"),
        _function("case_no_court", "text", "text", "案号中的机构代字", "court (or agency) of a case number"),
        _function("case_no_type", "text", "text", "案号类型代字", "type of a case number"),
        _function("case_no_serial", "text", "integer", "案号序号", "serial of a case number"),
        _function("document_no", "text", "text", "文书号的规范形式", "normal form of a document number"),
        _function("matches", "text pattern", "boolean", "全文是否符合模式", "whether the whole text matches"),
        _function(
            "extract", "text pattern whole", "text", "第一处匹配的第 n 组", "group n of the first match"
        ),
        _function(
            "digits_mod", "text whole", "integer", "长数字串的余数", "remainder of a long digit string"
        ),
        _function("id_number_valid", "text", "boolean", "身份证号校验", "check digit of an identity number"),
        _function(
            "credit_code_valid", "text", "boolean", "统一社会信用代码校验", "check digit of a credit code"
        ),
        _function(
            "similar", "text text", "decimal", "按字比较的相似度 0 至 1", "likeness by characters, 0 to 1"
        ),
        _function(
            "share",
            "number number",
            "decimal",
            "部分除以整体",
            "part of the whole, empty when the whole is 0",
        ),
        _function("least", "same*", "same", "最小的已填值", "smallest filled value"),
        _function("greatest", "same*", "same", "最大的已填值", "largest filled value"),
        _function("coalesce", "same*", "same", "第一个已填值", "first filled value"),
        _function("abs", "number", "same", "绝对值", "absolute value"),
        _function("round", "number whole?", "decimal", "四舍五入", "rounded"),
        _function("length", "text", "integer", "字数", "number of characters"),
        _function("substr", "text integer integer?", "text", "从第几字起取几字", "part of a text, from 1"),
        _function("concat", "any*", "text", "连接文字", "texts joined"),
        _function("lower", "text", "text", "小写", "lower case"),
        _function("upper", "text", "text", "大写", "upper case"),
        _function("trim", "text", "text", "去掉首尾空格", "without blanks at the ends"),
    )
)

# Least and greatest of the literal a function takes: a group of a pattern, a divisor, places behind the point.
WHOLE = {"extract": (0, 9), "digits_mod": (1, 1_000_000_000), "round": (0, 8)}

NORMALISERS = (
    "normalise",
    "case_no",
    "document_no",
    "lower",
    "upper",
    "trim",
    "as_date",
    "as_number",
    "date_of",
)
