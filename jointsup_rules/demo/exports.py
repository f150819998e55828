"""Which exports the agencies deliver, under which headers and in which words of their own.

Constants: one Export a file kind, in the order of the agencies. The files in `datasets/sources` say
the same from the other side; a test holds that what is written here is what is imported there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.dirt import Dirt, blank, ragged, repeat, total, wrong
from jointsup_rules.demo.forms import Form

Select = Callable[[Course], Iterable[Row]]


@dataclass(frozen=True)
class Field:
    """One column of an export: its header, the canonical column, the agency's words for its codes."""

    header: str
    column: str
    words: Mapping[str, str] | None = None


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


def _fields(text: str, **words: Mapping[str, str]) -> tuple[Field, ...]:
    """Read `header column` pairs; words of a column by its name."""
    parts = text.split()
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return tuple(Field(header, column, words.get(column)) for header, column in pairs)


def _of(table: str, agency: str = "") -> Select:
    """Rows of a table that belong to cases of one agency (by the first letters of the case id)."""
    return lambda course: (row for row in course.rows[table] if not agency or row["case_id"].startswith(agency))


def _cases(agency: str) -> Select:
    return lambda c: (row for row in c.rows["case_main"] if row["agency_type"] == agency and row["instance"] != "EXEC")


def _enforcement(course: Course) -> Iterable[Row]:
    """Case row and enforcement row in one, as the enforcement system exports them."""
    rows = {row["case_id"]: row for row in course.rows["enforcement_case"]}
    return ({**rows[case["case_id"]], **case} for case in course.rows["case_main"] if case["case_id"] in rows)


_POLICE_STEPS = {
    "GA_ACCEPT": "受案", "GA_FILE": "立案", "GA_REQ_ARREST": "提请批捕", "GA_ARREST_EXEC": "执行逮捕",
    "GA_TRANSFER_PROS": "移送起诉", "GA_TRANSFER_JURIS": "移送管辖", "GA_WITHDRAW": "撤案", "GA_TERMINATE": "终止侦查",
    "NOTE": "备注",
}  # fmt: skip
_REVIEW_STEPS = {
    "JC_ARR_ACCEPT": "受理审查逮捕", "JC_ARR_APPROVE": "批准逮捕", "JC_ACCEPT": "受理审查起诉", "JC_RETURN_SUPP": "退回补充侦查",
    "JC_REACCEPT": "补侦重报", "JC_JURIS_IN": "改变管辖移入", "JC_JURIS_OUT": "改变管辖移出", "JC_PROSECUTE": "提起公诉",
    "JC_NONPROS": "不起诉",
}  # fmt: skip
_COURT_STEPS = {
    "FY_FILE": "立案", "FY_COPY_SERVED": "送达起诉状副本", "FY_TRIAL": "开庭", "FY_ANNOUNCE": "宣判", "FY_SERVE": "送达裁判",
    "FY_APPEAL": "上诉", "FY_REMAND": "发回重审", "FY_CLOSE": "结案",
}  # fmt: skip
_ROLES = {
    "SUSPECT": "犯罪嫌疑人", "ACCUSER": "报案人", "PLAINTIFF": "原告", "DEFENDANT": "被告",
}  # fmt: skip
_ARRIVAL = {"IN": "在案", "FUGITIVE": "在逃", "DEAD": "死亡"}
_REASONS = {"SUSPEND": "中止", "APPRAISAL": "鉴定", "CONT_APPROVED": "批准继续侦查"}
_CHANGES = {"SUSPEND": "中止", "DEDUCT": "扣除", "EXTEND": "延长"}
_CHANGE_FIELDS = _fields(
    """变更编号 change_id 案件编号 case_id 证件号 person_id 期限 clock_id 变更种类 change_type 事由 reason_code
    批准日期 decide_date 批准层级 decide_level 起 start_date 止 end_date 文书号 doc_no""",
    change_type=_CHANGES, reason_code=_REASONS, decide_level={"SELF": "本单位", "PROVINCE": "省级"},
)  # fmt: skip

_POLICE = Form("csv", "gb18030", days="%Y/%m/%d")
_JUSTICE_DAY = city.CORRECTION_EXPORTED_ON

EXPORTS = (
    Export(
        "公安案件", Form("csv", "gb18030", f"{city.CITY}公安局 案件信息导出表", "%Y/%m/%d"),
        _fields(
            """案件编号 case_id 立案文书号 case_no 文书号规范 case_no_norm 罪名代码 cause_code 罪名 cause_name 办案单位 unit_code
            主办民警 handler_id 受案日期 accept_date 立案日期 file_date 案件状态 case_status 结案日期 close_date 结案方式 close_mode
            案件来源 source_channel 嫌疑人数 suspect_count 经侦管辖 is_economic_crime 有人在押 custody_flag
            附带民事 is_incidental_civil 并入案件 superseded_by 发案地 region_code""",
            case_status={"OPEN": "在侦", "SUSPENDED": "中止侦查", "CLOSED": "已结"}, source_channel={"群众报案": "报案"},
        ),
        _cases("GA"), (repeat(), wrong("案件状态", "已归档"), ragged("罪名,其他"), total("案件编号")),
    ),
    Export(
        "公安办案环节", _POLICE,
        _fields(
            """环节编号 event_id 案件编号 case_id 证件号 person_id 环节 event_type 日期 event_date 办理单位 unit_code
            接收单位 counter_unit_code""",
            event_type=_POLICE_STEPS,
        ),
        _of("case_event", "GA"), (wrong("日期", "2024/02/30"), wrong("案件编号", None)),
    ),
    Export(
        "公安涉案人员", _POLICE,
        _fields(
            """序号 party_id 案件编号 case_id 证件号 person_id 信用代码 enterprise_id 身份 role 罪名 charge_name 到案情况 arrival_status
            处理结果 outcome_code 处理日期 outcome_date""",
            role=_ROLES, arrival_status=_ARRIVAL,
        ),
        _of("case_party", "GA"),
    ),
    Export(
        "强制措施", Form("csv", "gb18030", days="%Y%m%d"),
        _fields(
            """措施编号 measure_id 案件编号 case_id 证件号 person_id 措施 measure_type 决定机关 decide_unit_code 开始日期 start_date
            结束日期 end_date 结束原因 end_reason""",
            measure_type={"JL": "刑拘", "DB": "逮捕", "QB": "取保", "JJ": "监居"},
        ),
        _of("coercive_measure"), (wrong("证件号", "2.39999E+17"), wrong("开始日期", "20240230")),
    ),
    Export("侦查期限变更", _POLICE, _CHANGE_FIELDS, _of("time_limit_change", "GA")),
    Export(
        "涉案财物", _POLICE,
        _fields(
            """财物编号 property_id 案件编号 case_id 种类 asset_kind 措施 measure_kind 决定机关 decide_unit_code 金额 amount
            起始日期 start_date 届满日期 due_date 处置方式 disposal_type 处置日期 disposal_date 证件号 person_id""",
            asset_kind={"DEPOSIT": "存款"}, measure_kind={"FREEZE": "冻结"},
        ),
        _of("property_item"),
    ),
    Export(
        "看守所在押", Form("csv", "gb18030", days="%Y年%m月%d日"),
        _fields(
            """羁押编号 custody_id 证件号 person_id 案件编号 case_id 入所日期 in_date 出所日期 out_date 出所原因 out_reason
            羁押环节 warrant_kind""",
        ),
        _of("custody_log"), (blank("羁押编号"),),
    ),
    Export(
        "检察案件", Form("xlsx", days="cell"),
        _fields(
            """统一受案号 case_id 受理文号 case_no 文号规范 case_no_norm 业务类别 instance 案由 cause_name 办案单位 unit_code
            承办检察官 handler_id 受理日期 accept_date 办案状态 case_status 办结日期 close_date 办结方式 close_mode
            案件来源 source_channel""",
            instance={"ARR": "审查逮捕", "PRO": "审查起诉"}, case_status={"OPEN": "办理中", "CLOSED": "已办结"},
            source_channel={"其他": "公安移送", "监察移送": "监委移送", "自行发现": "本院自侦"},
        ),
        _cases("JC"), (blank("统一受案号"), repeat()),
    ),
    Export(
        "检察办案环节", Form("xlsx", days="cell"),
        _fields(
            "环节编号 event_id 统一受案号 case_id 证件号 person_id 环节 event_type 日期 event_date 办案单位 unit_code",
            event_type=_REVIEW_STEPS,
        ),
        _of("case_event", "JC"),
    ),
    Export(
        "检察嫌疑人", Form("csv", "utf-8-sig"),
        _fields("序号 party_id 统一受案号 case_id 证件号 person_id 诉讼地位 role 到案情况 arrival_status", role=_ROLES, arrival_status=_ARRIVAL),
        _of("case_party", "JC"),
    ),
    Export(
        "不起诉后续", Form("xlsx", days="cell"),
        _fields(
            """后续编号 np_id 统一受案号 case_id 证件号 person_id 决定日期 decision_date 不起诉类型 np_type 需行政处罚 need_penalty
            移送行政检察日期 moved_date 审查终结日期 review_done_date 检察意见日期 opinion_issue_date""",
            np_type={"ZD": "相对不起诉", "FTJ": "附条件不起诉"},
        ),
        _of("nonpros_followup"),
    ),
    Export(
        "法院案件", Form("csv", "utf-8-sig"),
        _fields(
            """案件标识 case_id 案号 case_no 案号规范 case_no_norm 案件类别 case_category 审级 instance 程序 procedure_type
            案由代码 cause_code 案由 cause_name 审理法院 unit_code 承办法官 handler_id 收案日期 accept_date 立案日期 file_date
            状态 case_status 结案日期 close_date 结案方式 close_mode 来源 source_channel 并入案件 superseded_by""",
            case_category={"CR": "刑事", "CV": "民事"}, instance={"FIRST": "一审", "SECOND": "二审"},
            procedure_type={"PT": "普通程序"}, case_status={"OPEN": "未结", "SUSPENDED": "中止", "CLOSED": "已结"},
            source_channel={"其他": "公诉", "自诉": "自诉", "当事人起诉": "当事人起诉"},
        ),
        _cases("FY"), (wrong("审级", "再审审查监督"), repeat()),
    ),
    Export(
        "审判环节", Form("csv", "utf-8-sig"),
        _fields(
            "环节编号 event_id 案件标识 case_id 证件号 person_id 环节 event_type 日期 event_date 法院 unit_code",
            event_type=_COURT_STEPS,
        ),
        _of("case_event", "FY"), (wrong("日期", "2024-13-01"),),
    ),
    Export(
        "法院当事人", Form("csv", "utf-8-sig"),
        _fields(
            "序号 party_id 案件标识 case_id 证件号 person_id 信用代码 enterprise_id 诉讼地位 role",
            role={"SUSPECT": "被告人", "PLAINTIFF": "原告", "DEFENDANT": "被告"},
        ),
        _of("case_party", "FY"), (wrong("诉讼地位", "第三人？"),),
    ),
    Export(
        "裁判结果", Form("csv", "utf-8-sig"),
        _fields(
            """裁判编号 judgment_id 案件标识 case_id 证件号 person_id 宣判日期 announce_date 送达日期 served_date 生效日期 effective_date
            裁判结果 result_code 主刑 main_penalty 刑期月数 term_months 缓刑 is_probation 罚金 fine_amount 罚金缴纳期限 fine_due_date
            没收财产 confiscation 退赔金额 restitution_amount""",
            result_code={"GUILTY": "有罪", "NOT_GUILTY": "无罪", "EXEMPT": "免予刑事处罚", "UPHOLD": "维持原判"},
            main_penalty={"有期": "有期徒刑", "拘役": "拘役", "管制": "管制"},
        ),
        _of("judgment_item"), (wrong("裁判结果", "见判决书"),),
    ),
    Export("审限变更", Form("csv", "utf-8-sig"), _CHANGE_FIELDS, _of("time_limit_change", "FY")),
    Export(
        "执行案件", Form("csv", "utf-8-sig"),
        _fields(
            """案件标识 case_id 案号 case_no 案号规范 case_no_norm 执行法院 unit_code 执行员 handler_id 执行种类 exec_kind
            执行依据 basis_judgment_id 案由 cause_name 移送日期 transfer_date 立案日期 file_date 通知日期 notice_date
            首次查控日期 net_query_date 状态 case_status 结案日期 close_date 结案方式 close_mode 应执行金额 claim_amount
            已执行金额 paid_amount""",
            exec_kind={"CR": "刑事涉财产", "CV": "民事"}, case_status={"OPEN": "未结", "CLOSED": "已结"},
        ),
        _enforcement,
    ),
    Export(
        "执行行为", Form("tsv", "utf-16"),
        _fields(
            "行为编号 action_id 案件标识 case_id 行为 action_type 日期 action_date 金额 amount 结果 result_code",
            action_type={"QUERY": "查控", "PAY_IN": "到账", "RESUME": "恢复执行"}, result_code={"NONE": "未发现财产"},
        ),
        _of("enforcement_action"), (wrong("日期", "不详"),),
    ),
    Export(
        "服刑人员", Form("xlsx", days="serial"),
        _fields(
            """服刑编号 term_id 证件号 person_id 原判案件 case_id 监狱 keeper_unit_code 收到执行文书日期 exec_doc_recv_date
            收监日期 intake_date 原判主刑 orig_penalty 原判月数 orig_months 累犯 is_recidivist""",
        ),
        _of("prison_term"),
    ),
    Export(
        "社区矫正对象", Form("xlsx", days="serial"),
        _fields(
            """矫正编号 cc_id 证件号 person_id 原判案件 case_id 类别 cc_type 决定机关 decide_unit_code 生效日期 effective_date
            通知日期 notify_date 文书送达日期 doc_served_date 报到日期 report_date 矫正起 start_date 矫正止 end_date
            解除日期 discharge_date 矫正机构 cc_unit_code 状态 status""",
            cc_type={"HX": "缓刑", "GZ": "管制"},
        ),
        _of("community_correction"), (wrong("证件号", "23999919"),), _JUSTICE_DAY,
    ),
    Export(
        "社区矫正事件", Form("csv", "utf-8", days="%Y年%m月%d日"),
        _fields(
            "事件编号 cce_id 矫正编号 cc_id 事件 event_type 日期 event_date 止 end_date",
            event_type={"LOST": "失联", "FOUND": "找到", "PROPOSE": "提请撤销"},
        ),
        _of("cc_event"), (wrong("日期", "2025年4月31日"),), _JUSTICE_DAY,
    ),
    Export(
        "信访事项", Form("jsonl"),
        _fields(
            """信访编号 petition_id 渠道 channel 人数 group_size 收到日 received_date 告知日 notified_date 事项类别 matter_class
            关联案件 case_id 责任单位 resp_unit_code 申请复核日 recheck_apply_date 复核答复日 recheck_reply_date
            同一事项 same_matter_key""",
            matter_class={"LEGAL": "涉法涉诉"},
        ),
        _of("petition"), (wrong("收到日", None),),
    ),
    Export(
        "12337线索", Form("zip", "gb18030"),
        _fields(
            """线索编号 clue_no 接收日期 received_date 举报方式 reporter_kind 被举报人 accused_hash 被举报人单位 accused_unit_code
            问题类型 problem_type 重点线索 is_key 分流日期 dispatch_date 核查单位 verify_unit_code 核查期限 due_date""",
            reporter_kind={"ANON": "匿名"},
        ),
        _of("hotline_clue"), (repeat(),),
    ),
    Export(
        "单位名录", Form("csv"),
        _fields(
            """单位编码 unit_code 单位名称 unit_name 机关类型 agency_type 层级 level 上级单位 parent_unit_code 行政区划 region_code
            法院代字 court_code 检察院简称 proc_short""",
            agency_type={"GA": "公安", "KSS": "看守所", "JC": "检察", "FY": "法院", "SF": "司法行政", "JY": "监狱", "XF": "信访",
                         "ZFW": "政法委"},
            level={"COUNTY": "县级", "CITY": "市级"},
        ),
        lambda course: course.rows["org_unit"],
    ),
    Export(
        "案件关联", Form("csv"),
        _fields(
            "关联编号 link_id 起点案件 from_case_id 终点案件 to_case_id 关联类型 link_type 匹配方式 match_method 置信 match_score",
            link_type={"GA_JC": "移送起诉", "GA_ARR": "提捕", "JC_FY": "起诉", "UP": "上诉", "REMAND": "发回", "EXEC": "审执",
                       "MERGE": "并案"},
            match_method={"CODE": "统一编码", "DOCNO": "文书号", "PERSON_TIME": "人员时间"},
        ),
        _of("case_link"), (wrong("置信", "较高"),),
    ),
    Export(
        "人员名录", Form("csv"),
        _fields("证件号 person_id 校验通过 id_valid 姓名 name_masked 性别 gender 出生年 birth_year", gender={"1": "男", "2": "女"}),
        _of("person"),
    ),
    Export(
        "企业名录", Form("csv"),
        _fields(
            """信用代码 enterprise_id 名称 ent_name_masked 所有制 ownership 住所地 region_code 经营状态 op_status""",
            ownership={"PRIVATE": "民营"},
        ),
        _of("enterprise"),
    ),
)  # fmt: skip
