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
            涉民营企业 is_private_ent
            涉案金额 crime_amount
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
                GA_TERMINATE=终止侦查 NOTE=备注 GA_NOFILE=不予立案 GA_CONV_ADMIN=转行政处理 GA_SUPP_RECV=收到退查 GA_NEW_CRIME=发现新罪 \
                GA_ID_CLEARED=查清身份 GA_EXPLAIN=说明理由 GA_RECON_APPLY=申请复议 GA_RECON_DECIDE=复议决定 GA_REVIEW_APPLY=申请复核 \
                GA_REVIEW_DECIDE=复核决定 CHANGE_DECIDE=变更措施决定 GA_REPORT=接报案
            日期 event_date
            办理单位 unit_code
            接收单位 counter_unit_code
            录入时间 recorded_at
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
            身份 role SUSPECT=犯罪嫌疑人 ACCUSER=报案人 VICTIM=被害人 PLAINTIFF=原告 DEFENDANT=被告
            罪名 charge_name
            到案情况 arrival_status IN=在案 FUGITIVE=在逃 DEAD=死亡 SEPARATE=另案处理
            另案日期 separate_date
            企业关键人员 is_ent_key_person
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
            措施 measure_type JL=刑拘 DB=逮捕 QB=取保 JJ=监居 ZJ=指居
            决定机关 decide_unit_code
            开始日期 start_date
            结束日期 end_date
            结束原因 end_reason
            登记届满日 recorded_due_date
            延长档 extended_tier
            保证金 deposit_amount
            保证金处理 deposit_disposal REFUND=退还 FORFEIT=没收 CARRY=转下一阶段
            保证金处理日期 deposit_disposal_date
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
            种类 asset_kind DEPOSIT=存款 SECURITY=证券 EQUITY=股权 MOVABLE=动产 REALTY=不动产
            措施 measure_kind FREEZE=冻结 SEAL=查封 SEIZE=扣押
            决定机关 decide_unit_code
            金额 amount
            起始日期 start_date
            届满日期 due_date
            最近续期日期 last_renew_date
            解除日期 release_date
            处置方式 disposal_type
            处置日期 disposal_date
            证件号 person_id
            信用代码 enterprise_id
            查明无关日期 unrelated_found_date
            """
        ),
        rows_of("property_item", "GA"),
    ),
    Export(
        "公安文书",
        _POLICE,
        fields_of(
            """
            文书编号 doc_id
            案件编号 case_id
            文书种类 doc_type
            文书号 doc_no
            制作单位 issue_unit_code
            制作日期 issue_date
            送达日期 served_date
            """
        ),
        rows_of("legal_document", "GA"),
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
            羁押期限至 warrant_due_date
            羁押环节 warrant_kind
            """
        ),
        rows_of("custody_log"),
        (blank("羁押编号"),),
    ),
)
