"""Exports of administrative agencies: penalties, and what they hand to the police as suspected crime."""

from jointsup_rules.demo.exports import Export, fields_of, rows_of
from jointsup_rules.demo.forms import Form

ADMIN_EXPORTS = (
    Export(
        "行政案件",
        Form("csv", "gb18030", days="%Y/%m/%d"),
        fields_of(
            """
            行政案件编号 ac_id
            办案单位 unit_code
            案号 case_no
            治安案件 is_police
            派出所办理 is_station
            案由 cause_name
            证件号 person_id
            信用代码 enterprise_id
            受理日期 accept_date
            立案日期 file_date
            决定日期 decision_date
            决定 decision_code 处罚=行政处罚 不予处罚=不予处罚 移送=移送司法 撤销=撤销案件
            涉案金额 amount
            延长次数 extend_times
            扣除日数 deduct_days
            移送报告日期 report_date
            批准移送日期 approve_date
            """
        ),
        rows_of("admin_case"),
    ),
    Export(
        "行政移送",
        Form("xlsx", days="cell"),
        fields_of(
            """
            移送编号 at_id
            行政案件编号 ac_id
            受移送单位 to_unit_code
            移送日期 transfer_date
            接受日期 accept_date
            经济犯罪 is_economic
            审查延长档 extend_tier
            公安决定 decision_code FILE=立案 NOFILE=不予立案 RETURN=退回
            决定日期 decision_date
            刑事案件 case_id
            物品移交日期 goods_handover_date
            退回后处理日期 after_return_date
            """
        ),
        rows_of("admin_transfer"),
    ),
)
