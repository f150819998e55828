"""Exports around oversight: sentence changes, opinions, reviews, divergences and clues handed on."""

from jointsup_rules.demo.exports import Export, fields_of, rows_of
from jointsup_rules.demo.forms import Form

_COMMITTEE = Form("csv", "gb18030", days="%Y/%m/%d")

OVERSIGHT_EXPORTS = (
    Export(
        "刑罚变更执行",
        Form("xlsx", days="serial"),
        fields_of(
            """
            变更编号 sc_id
            服刑编号 term_id
            证件号 person_id
            种类 change_kind JX=减刑 JS=假释 ZY=暂予监外执行 SJ=收监
            报请日期 submit_date
            裁定日期 decision_date
            结果 decision_code GRANT=准予 REFUSE=不准 RETURN=退回
            减刑月数 cut_months
            送达日期 served_date
            重大立功 merit_flag
            移送社矫日期 handover_date
            收监日期 return_date
            """
        ),
        rows_of("sentence_change"),
    ),
    Export(
        "监督意见",
        Form("csv", "utf-8-sig"),
        fields_of(
            """
            意见编号 so_id
            类型 so_type JCJY=检察建议 JZWF=纠正违法 ZXJY=执行检察建议 JDJY=监督建议 DBTZ=督办通知 \
                SMLY=要求说明理由 TZLA=通知立案 TZCA=通知撤案
            文号 doc_no
            制发单位 issue_unit_code
            受文单位 target_unit_code
            案件 case_id
            问题编码 problem_code
            制发日期 issue_date
            送达日期 served_date
            回复期限 reply_due_date
            回复日期 reply_date
            回复意见 reply_kind ACCEPT=采纳 PART=部分采纳 REJECT=不采纳
            整改日期 rectified_date
            核验结果 verify_result PASS=通过 FAIL=不通过
            报告上级日期 escalated_date
            """
        ),
        rows_of("supervision_opinion"),
    ),
    Export(
        "案件评查",
        _COMMITTEE,
        fields_of(
            """
            评查编号 cr_id
            案件 case_id
            评查类型 review_kind SELF=自查 DAILY=日常 SPECIAL=专项 JOINT=联合
            交办日期 assigned_date
            完成日期 done_date
            问题数 problem_count
            整改期限 rectify_due_date
            整改完成日期 rectified_date
            """
        ),
        rows_of("case_review"),
    ),
    Export(
        "分歧案件",
        _COMMITTEE,
        fields_of(
            """
            分歧编号 cd_id
            案件 case_id
            类型 kind BB_RECON=不捕复议 BS_RECON=不诉复议 CHSU=撤回起诉 WUZUI=无罪 KSGP=抗诉改判 \
                ESFG=二审发改 GJPC=国家赔偿 JDCA=监督撤案
            日期 event_date
            """
        ),
        rows_of("case_divergence"),
    ),
    Export(
        "线索移送",
        _COMMITTEE,
        fields_of(
            """
            移送编号 ct_id
            线索编号 clue_id
            移送单位 from_unit_code
            接收单位 to_unit_code
            移送日期 transfer_date
            签收日期 accept_date
            反馈期限 feedback_due_date
            反馈日期 feedback_date
            """
        ),
        rows_of("clue_transfer"),
    ),
    Export(
        "政法舆情",
        _COMMITTEE,
        fields_of(
            """
            舆情编号 oi_id
            监测日期 captured_date
            热度 heat_level
            主题 topic_masked
            案件 case_id
            责任单位 resp_unit_code
            """
        ),
        rows_of("opinion_item"),
    ),
)
