"""What an export is: a kind of file, its columns, and the rows of a course that belong in it.

The exports themselves stand in `exports_police`, `exports_review`, `exports_court` and `exports_others`:
one Export a kind of file, one column a line. The files in `datasets/sources` say the same from the other
side; a test holds that what is written here is what is imported there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.dirt import Dirt
from jointsup_rules.demo.forms import Form

Select = Callable[[Course], Iterable[Row]]


@dataclass(frozen=True)
class Field:
    """One column of an export: its header, the canonical column, the agency's words for its codes."""

    header: str
    column: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Export:
    """One kind of file: name, form, columns, the rows of a course that belong in it, and its damaged rows."""

    name: str
    form: Form
    fields: tuple[Field, ...]
    select: Select
    dirt: tuple[Dirt, ...] = ()
    exported_on: date = city.AS_OF

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers in order."""
        return tuple(field.header for field in self.fields)


def fields_of(text: str) -> tuple[Field, ...]:
    """Read one field a line: header, column, then `CODE=word` for each code the agency says otherwise."""
    fields = []
    for line in text.strip().splitlines():
        header, column, *pairs = line.split()
        words = dict(pair.split("=", 1) for pair in pairs)
        fields.append(Field(header, column, words))
    return tuple(fields)


def rows_of(table: str, agency: str = "") -> Select:
    """Select the rows of a table, or only those of one agency's cases."""
    if not agency:
        return lambda course: course.rows[table]
    return lambda course: (row for row in course.rows[table] if row["case_id"].startswith(agency))


def cases_of(agency: str) -> Select:
    """Select the cases of one agency; enforcement is exported by a system of its own."""
    return lambda course: (
        row for row in course.rows["case_main"] if row["agency_type"] == agency and row["instance"] != "EXEC"
    )


CHANGE_FIELDS = fields_of(
    """
    变更编号 change_id
    案件编号 case_id
    证件号 person_id
    期限 clock_id
    变更种类 change_type SUSPEND=中止 DEDUCT=扣除 EXTEND=延长
    事由 reason_code SUSPEND=中止 APPRAISAL=鉴定 CONT_APPROVED=批准继续侦查
    批准日期 decide_date
    批准层级 decide_level SELF=本单位 PROVINCE=省级
    起 start_date
    止 end_date
    文书号 doc_no
    """
)
