"""Exports of prison, justice and petition offices, of the 12337 platform and of the committee."""

from jointsup_rules.demo import city
from jointsup_rules.demo.dirt import repeat, wrong
from jointsup_rules.demo.exports import Export, fields_of, rows_of
from jointsup_rules.demo.forms import Form

OTHERS_EXPORTS = (
    Export(
        "服刑人员",
        Form("xlsx", days="serial"),
        fields_of(
            """
            服刑编号 term_id
            证件号 person_id
            原判案件 case_id
            监狱 keeper_unit_code
            收到执行文书日期 exec_doc_recv_date
            收监日期 intake_date
            原判主刑 orig_penalty
            原判月数 orig_months
            罪犯类别 offender_class NORMAL=一般 STRICT=从严 VIOLENT10=暴力十年以上 CORRUPT=贪污贿赂
            累犯 is_recidivist
            交付时余刑月数 remaining_months
            刑期止日 current_end_date
            释放日期 release_date
            财产性判项总额 duty_total
            已履行金额 duty_paid
            月均消费 spend_avg
            消费额度 spend_limit
            账户余额 account_balance
            """
        ),
        rows_of("prison_term"),
    ),
    Export(
        "社区矫正对象",
        Form("xlsx", days="serial"),
        fields_of(
            """
            矫正编号 cc_id
            证件号 person_id
            原判案件 case_id
            类别 cc_type HX=缓刑 GZ=管制 JS=假释 ZY=暂予监外执行
            决定机关 decide_unit_code
            生效日期 effective_date
            通知日期 notify_date
            文书送达日期 doc_served_date
            报到日期 report_date
            矫正起 start_date
            矫正止 end_date
            解除日期 discharge_date
            矫正机构 cc_unit_code
            状态 status
            """
        ),
        rows_of("community_correction"),
        (wrong("证件号", 239999198801011234),),
        exported_on=city.CORRECTION_EXPORTED_ON,
    ),
    Export(
        "社区矫正事件",
        Form("csv", days="%Y年%m月%d日"),
        fields_of(
            """
            事件编号 cce_id
            矫正编号 cc_id
            事件 event_type LOST=失联 FOUND=找到 XJ=训诫 JG=警告 PROPOSE=提请撤销 RULING=裁定
            日期 event_date
            止 end_date
            """
        ),
        rows_of("cc_event"),
        (wrong("日期", "2025年4月31日"),),
        exported_on=city.CORRECTION_EXPORTED_ON,
    ),
    Export(
        "信访事项",
        Form("jsonl"),
        fields_of(
            """
            信访编号 petition_id
            渠道 channel
            人数 group_size
            收到日 received_date
            信访人 petitioner_hash
            告知日 notified_date
            事项类别 matter_class LEGAL=涉法涉诉 CLAIM=申诉求决
            导入法律程序日 import_date
            受理日 accept_date
            延长天数 extend_days
            答复日 reply_date
            申请复查日 review_apply_date
            关联案件 case_id
            责任单位 resp_unit_code
            申请复核日 recheck_apply_date
            复核答复日 recheck_reply_date
            程序性回复日 proc_first_reply_date
            结果答复日 proc_result_reply_date
            同一事项 same_matter_key
            """
        ),
        rows_of("petition"),
        (wrong("收到日", None),),
    ),
    Export(
        "12337线索",
        Form("zip", "gb18030"),
        fields_of(
            """
            线索编号 clue_no
            接收日期 received_date
            举报方式 reporter_kind ANON=匿名
            被举报人 accused_hash
            被举报人单位 accused_unit_code
            问题类型 problem_type
            重点线索 is_key
            分流日期 dispatch_date
            核查单位 verify_unit_code
            核查期限 due_date
            交检察机关日期 to_jc_date
            移送纪委监委日期 jw_transfer_date
            结果 result_code TRUE=属实 PART=部分属实 FALSE=不属实 DISCIPLINE=移送处理
            结果日期 result_date
            """
        ),
        rows_of("hotline_clue"),
        (repeat(),),
    ),
    Export(
        "单位名录",
        Form("csv"),
        fields_of(
            """
            单位编码 unit_code
            单位名称 unit_name
            机关类型 agency_type GA=公安 KSS=看守所 JC=检察 FY=法院 SF=司法行政 JY=监狱 XF=信访 XZ=行政机关 ZFW=政法委
            层级 level COUNTY=县级 CITY=市级
            上级单位 parent_unit_code
            行政区划 region_code
            法院代字 court_code
            检察院简称 proc_short
            """
        ),
        rows_of("org_unit"),
    ),
    Export(
        "案件关联",
        Form("csv"),
        fields_of(
            """
            关联编号 link_id
            起点案件 from_case_id
            终点案件 to_case_id
            关联类型 link_type GA_JC=移送起诉 GA_ARR=提捕 JC_FY=起诉 UP=上诉 REMAND=发回 EXEC=审执 \
                MERGE=并案
            匹配方式 match_method CODE=统一编码 DOCNO=文书号 PERSON_TIME=人员时间
            置信 match_score
            """
        ),
        rows_of("case_link"),
        (wrong("置信", "较高"),),
    ),
    Export(
        "人员名录",
        Form("csv"),
        fields_of(
            """
            证件号 person_id
            校验通过 id_valid
            姓名 name_masked
            性别 gender 1=男 2=女
            出生年 birth_year
            """
        ),
        rows_of("person"),
    ),
    Export(
        "企业名录",
        Form("csv"),
        fields_of(
            """
            信用代码 enterprise_id
            名称 ent_name_masked
            所有制 ownership PRIVATE=民营 STATE=国有 FOREIGN=外资 INDIVIDUAL=个体
            住所地 region_code
            经营状态 op_status
            """
        ),
        rows_of("enterprise"),
    ),
)
