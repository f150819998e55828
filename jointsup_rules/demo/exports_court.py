"""Exports of the courts and of enforcement: CSV in UTF-8 with a byte order mark, one with tabs in UTF-16."""

from collections.abc import Iterable

from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.dirt import repeat, wrong
from jointsup_rules.demo.exports import CHANGE_FIELDS, Export, cases_of, fields_of, rows_of
from jointsup_rules.demo.forms import Form

_COURTS = Form("csv", "utf-8-sig")


def _enforcement(course: Course) -> Iterable[Row]:
    """Case row and enforcement row in one, as the enforcement system exports them."""
    rows = {row["case_id"]: row for row in course.rows["enforcement_case"]}
    return ({**rows[case["case_id"]], **case} for case in course.rows["case_main"] if case["case_id"] in rows)


COURT_EXPORTS = (
    Export(
        "法院案件",
        _COURTS,
        fields_of(
            """
            案件标识 case_id
            案号 case_no
            案号规范 case_no_norm
            案件类别 case_category CR=刑事 CV=民事 AD=行政
            审级 instance FIRST=一审 SECOND=二审 RETRIAL_REV=再审审查
            程序 procedure_type PT=普通程序 JY=简易程序 SC=速裁程序 XE=小额诉讼 TB=特别程序
            涉外 is_foreign
            有人在押 custody_flag
            案由代码 cause_code
            案由 cause_name
            审理法院 unit_code
            承办法官 handler_id
            收案日期 accept_date
            立案日期 file_date
            状态 case_status OPEN=未结 SUSPENDED=中止 CLOSED=已结
            结案日期 close_date
            结案方式 close_mode
            标的额 target_amount
            来源 source_channel 其他=公诉 自诉=自诉 当事人起诉=当事人起诉
            并入案件 superseded_by
            """
        ),
        cases_of("FY"),
        (wrong("审级", "再审审查监督"), repeat()),
    ),
    Export(
        "审判环节",
        _COURTS,
        fields_of(
            """
            环节编号 event_id
            案件标识 case_id
            证件号 person_id
            环节 event_type FY_FILE=立案 FY_COPY_SERVED=送达起诉状副本 FY_TRIAL=开庭 FY_ANNOUNCE=宣判 \
                FY_SERVE=送达裁判 FY_APPEAL=上诉 FY_REMAND=发回重审 FY_CLOSE=结案 \
                FY_PROC_PT=转为普通程序 FY_JURIS_IN=改变管辖收案 FY_SUPP_BACK=补侦完毕移送 \
                FY_EFFECTIVE=裁判生效 FY_EXEC_DOC=送达执行文书 FY_WITHDRAW_OK=准许撤诉
            日期 event_date
            法院 unit_code
            录入时间 recorded_at
            """
        ),
        rows_of("case_event", "FY"),
        (wrong("日期", "2024-13-01"),),
    ),
    Export(
        "法院当事人",
        _COURTS,
        fields_of(
            """
            序号 party_id
            案件标识 case_id
            证件号 person_id
            信用代码 enterprise_id
            诉讼地位 role SUSPECT=被告人 PLAINTIFF=原告 DEFENDANT=被告
            联系电话 phone
            """
        ),
        rows_of("case_party", "FY"),
        (wrong("诉讼地位", "第三人？"),),
    ),
    Export(
        "裁判结果",
        _COURTS,
        fields_of(
            """
            裁判编号 judgment_id
            案件标识 case_id
            证件号 person_id
            宣判日期 announce_date
            送达日期 served_date
            生效日期 effective_date
            裁判结果 result_code GUILTY=有罪 NOT_GUILTY=无罪 EXEMPT=免予刑事处罚 UPHOLD=维持原判 CHANGE=改判
            主刑 main_penalty 死刑=死刑 有期=有期徒刑 拘役=拘役 管制=管制 单处附加刑=单处罚金
            刑期月数 term_months
            缓刑 is_probation
            罚金 fine_amount
            罚金缴纳期限 fine_due_date
            没收财产 confiscation
            退赔金额 restitution_amount
            """
        ),
        rows_of("judgment_item"),
        (wrong("裁判结果", "见判决书"),),
    ),
    Export(
        "审限变更",
        _COURTS,
        CHANGE_FIELDS,
        rows_of("time_limit_change", "FY"),
    ),
    Export(
        "执行案件",
        _COURTS,
        fields_of(
            """
            案件标识 case_id
            案号 case_no
            案号规范 case_no_norm
            执行法院 unit_code
            执行员 handler_id
            执行种类 exec_kind CR=刑事涉财产 CV=民事 NL=非诉行政 RE=恢复执行
            执行依据 basis_judgment_id
            案由 cause_name
            移送日期 transfer_date
            立案日期 file_date
            通知日期 notice_date
            报告财产令日期 report_order_date
            限制消费令日期 limit_consume_date
            首次查控日期 net_query_date
            终本约谈日期 talk_date
            状态 case_status OPEN=未结 CLOSED=已结
            结案日期 close_date
            结案方式 close_mode
            应执行金额 claim_amount
            已执行金额 paid_amount
            """
        ),
        _enforcement,
    ),
    Export(
        "执行行为",
        Form("tsv", "utf-16"),
        fields_of(
            """
            行为编号 action_id
            案件标识 case_id
            行为 action_type QUERY=查控 PAY_IN=到账 RESUME=恢复执行
            日期 action_date
            金额 amount
            结果 result_code NONE=未发现财产
            """
        ),
        rows_of("enforcement_action"),
        (wrong("日期", "不详"),),
    ),
    Export(
        "法院查控财产",
        _COURTS,
        fields_of(
            """
            财产编号 property_id
            案件标识 case_id
            种类 asset_kind DEPOSIT=存款 SECURITY=证券 EQUITY=股权 MOVABLE=动产 REALTY=不动产
            措施 measure_kind FREEZE=冻结 SEAL=查封 SEIZE=扣押
            决定法院 decide_unit_code
            金额 amount
            起始日期 start_date
            届满日期 due_date
            最近续行日期 last_renew_date
            解除日期 release_date
            处置方式 disposal_type
            处置日期 disposal_date
            证件号 person_id
            查明无关日期 unrelated_found_date
            """
        ),
        rows_of("property_item", "FY"),
    ),
)
