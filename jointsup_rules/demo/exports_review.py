"""Exports of the procuratorate: workbooks with a sheet of notes in front, and a CSV."""

from jointsup_rules.demo.dirt import blank, repeat
from jointsup_rules.demo.exports import CHANGE_FIELDS, Export, cases_of, fields_of, rows_of
from jointsup_rules.demo.forms import Form

REVIEW_EXPORTS = (
    Export(
        "检察案件",
        Form("xlsx", days="cell"),
        fields_of(
            """
            统一受案号 case_id
            受理文号 case_no
            文号规范 case_no_norm
            业务类别 instance ARR=审查逮捕 PRO=审查起诉
            程序 procedure_type PT=普通 SC=速裁
            案由 cause_name
            办案单位 unit_code
            承办检察官 handler_id
            受理日期 accept_date
            办案状态 case_status OPEN=办理中 CLOSED=已办结
            办结日期 close_date
            办结方式 close_mode
            案件来源 source_channel 其他=公安移送 监察移送=监委移送 自行发现=本院自侦
            """
        ),
        cases_of("JC"),
        (blank("统一受案号"), repeat()),
    ),
    Export(
        "检察办案环节",
        Form("xlsx", days="cell"),
        fields_of(
            """
            环节编号 event_id
            统一受案号 case_id
            证件号 person_id
            环节 event_type JC_ARR_ACCEPT=受理审查逮捕 JC_ARR_APPROVE=批准逮捕 JC_ACCEPT=受理审查起诉 \
                JC_RETURN_SUPP=退回补充侦查 JC_REACCEPT=补侦重报 JC_JURIS_IN=改变管辖移入 \
                JC_JURIS_OUT=改变管辖移出 JC_PROSECUTE=提起公诉 JC_NONPROS=不起诉 JC_ARR_DENY=不批准逮捕 JC_EXTEND=延长审查起诉 \
                JC_COND_NONPROS=附条件不起诉 JC_WITHDRAW_PROS=撤回起诉 NP_APPEAL_FILE=不起诉申诉立案 NP_RECON_APPLY=不起诉复议复核申请
            日期 event_date
            办案单位 unit_code
            录入时间 recorded_at
            """
        ),
        rows_of("case_event", "JC"),
    ),
    Export(
        "检察嫌疑人",
        Form("csv", "utf-8-sig"),
        fields_of(
            """
            序号 party_id
            统一受案号 case_id
            证件号 person_id
            诉讼地位 role SUSPECT=犯罪嫌疑人 ACCUSER=报案人 PLAINTIFF=原告 DEFENDANT=被告
            到案情况 arrival_status IN=在案 FUGITIVE=在逃 DEAD=死亡 SEPARATE=另案处理
            另案日期 separate_date
            处理结果 outcome_code
            处理日期 outcome_date
            """
        ),
        rows_of("case_party", "JC"),
    ),
    Export(
        "不起诉后续",
        Form("xlsx", days="cell"),
        fields_of(
            """
            后续编号 np_id
            统一受案号 case_id
            证件号 person_id
            决定日期 decision_date
            不起诉类型 np_type ZD=相对不起诉 FTJ=附条件不起诉 CY=存疑不起诉 FD=法定不起诉
            需行政处罚 need_penalty
            移送行政检察日期 moved_date
            审查终结日期 review_done_date
            检察意见日期 opinion_issue_date
            """
        ),
        rows_of("nonpros_followup"),
    ),
    Export(
        "检察期限变更",
        Form("csv", "utf-8-sig"),
        CHANGE_FIELDS,
        rows_of("time_limit_change", "JC"),
    ),
)
