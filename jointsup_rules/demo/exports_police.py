"""Exports of the police and the detention centres: CSV in GB18030, days in three ways."""

from jointsup_rules.demo import city
from jointsup_rules.demo.dirt import blank, ragged, repeat, total, wrong
from jointsup_rules.demo.exports import CHANGE_FIELDS, Export, cases_of, fields_of, rows_of
from jointsup_rules.demo.forms import Form

_POLICE = Form("csv", "gb18030", days="%Y/%m/%d")

POLICE_EXPORTS = (
    Export(
        "公安案件",
        Form("csv", "gb18030", f"{city.CITY}公安局 案件信息导出表", "%Y/%m/%d"),
        fields_of(
            """
            案件编号 case_id
            立案文书号 case_no
            文书号规范 case_no_norm
            罪名代码 cause_code
            罪名 cause_name
            办案单位 unit_code
            主办民警 handler_id
            受案日期 accept_date
            立案日期 file_date
            案件状态 case_status OPEN=在侦 SUSPENDED=中止侦查 CLOSED=已结
            结案日期 close_date
            结案方式 close_mode
            案件来源 source_channel 群众报案=报案
            嫌疑人数 suspect_count
            经侦管辖 is_economic_crime
            有人在押 custody_flag
            附带民事 is_incidental_civil
            并入案件 superseded_by
            发案地 region_code
            """
        ),
        cases_of("GA"),
        (repeat(), wrong("案件状态", "已归档"), ragged("罪名,其他"), total("案件编号")),
    ),
    Export(
        "公安办案环节",
        _POLICE,
        fields_of(
            """
            环节编号 event_id
            案件编号 case_id
            证件号 person_id
            环节 event_type GA_ACCEPT=受案 GA_FILE=立案 GA_REQ_ARREST=提请批捕 GA_ARREST_EXEC=执行逮捕 \
                GA_TRANSFER_PROS=移送起诉 GA_TRANSFER_JURIS=移送管辖 GA_WITHDRAW=撤案 \
                GA_TERMINATE=终止侦查 NOTE=备注
            日期 event_date
            办理单位 unit_code
            接收单位 counter_unit_code
            """
        ),
        rows_of("case_event", "GA"),
        (wrong("日期", "2024/02/30"), wrong("案件编号", None)),
    ),
    Export(
        "公安涉案人员",
        _POLICE,
        fields_of(
            """
            序号 party_id
            案件编号 case_id
            证件号 person_id
            信用代码 enterprise_id
            身份 role SUSPECT=犯罪嫌疑人 ACCUSER=报案人 PLAINTIFF=原告 DEFENDANT=被告
            罪名 charge_name
            到案情况 arrival_status IN=在案 FUGITIVE=在逃 DEAD=死亡
            处理结果 outcome_code
            处理日期 outcome_date
            """
        ),
        rows_of("case_party", "GA"),
    ),
    Export(
        "强制措施",
        Form("csv", "gb18030", days="%Y%m%d"),
        fields_of(
            """
            措施编号 measure_id
            案件编号 case_id
            证件号 person_id
            措施 measure_type JL=刑拘 DB=逮捕 QB=取保 JJ=监居
            决定机关 decide_unit_code
            开始日期 start_date
            结束日期 end_date
            结束原因 end_reason
            """
        ),
        rows_of("coercive_measure"),
        (wrong("开始日期", "20240230"),),
    ),
    Export(
        "侦查期限变更",
        _POLICE,
        CHANGE_FIELDS,
        rows_of("time_limit_change", "GA"),
    ),
    Export(
        "涉案财物",
        _POLICE,
        fields_of(
            """
            财物编号 property_id
            案件编号 case_id
            种类 asset_kind DEPOSIT=存款
            措施 measure_kind FREEZE=冻结
            决定机关 decide_unit_code
            金额 amount
            起始日期 start_date
            届满日期 due_date
            处置方式 disposal_type
            处置日期 disposal_date
            证件号 person_id
            """
        ),
        rows_of("property_item"),
    ),
    Export(
        "看守所在押",
        Form("csv", "gb18030", days="%Y年%m月%d日"),
        fields_of(
            """
            羁押编号 custody_id
            证件号 person_id
            案件编号 case_id
            入所日期 in_date
            出所日期 out_date
            出所原因 out_reason
            羁押环节 warrant_kind
            """
        ),
        rows_of("custody_log"),
        (blank("羁押编号"),),
    ),
)
