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
    变更种类 change_type SUSPEND=中止 DEDUCT=扣除 EXTEND=延长 RESET=重新计算
    事由 reason_code SUSPEND=中止 APPRAISAL=鉴定 CONT_APPROVED=批准继续侦查 \
        PSYCH=精神病鉴定 NOTICE=公告 SETTLE=和解 JURIS=管辖异议 MEDIATE=行政调解 \
        FUGITIVE=在逃中止 ILLNESS=患病中止 RELATED_CASE=等待另案 HEIR=等待继承人 \
        FORCE_MAJEURE=不可抗力 SUPP=补充侦查 COUNSEL=另行委托辩护 WITNESS=新证人 \
        JC_READ=检察院阅卷 LZ_DETAIN=留置转拘留 ID_UNKNOWN=身份不明 \
        NEWCRIME=另有重要罪行 COMPLEX=案情复杂 A158=刑诉158条 A159=可能判十年以上 \
        OVER_1Y=可能判一年以上 OVER_3Y=可能判三年以上 PRESIDENT=院长批准 \
        UPPER=上级批准 SUPREME=最高法院批准 AUDIT=审计评估 STAY=暂缓执行 \
        AUCTION=拍卖变卖 HEARING=听证 REFUSED=不予收监 MATERIALS=补送材料
    申请日期 apply_date
    批准日期 decide_date
    批准层级 decide_level SELF=本单位 UP1=上一级 PROVINCE=省级 SUPREME=最高
    起 start_date
    止 end_date
    增加数 add_n
    增加单位 add_unit D=日 M=月 WD=工作日
    文书号 doc_no
    录入时间 recorded_at
    """
)
