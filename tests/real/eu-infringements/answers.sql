-- The questions about the infringement cases, answered once more by hand over the raw CSV.
--
-- `raw_cases` and `raw_decisions` are the two files with every column as text; `$as_of` is the day looked from.
-- A case is open until its first Closing or Withdrawal. A case is as old as its first published decision.

-- name: EUI-01
-- Open, and the first decision lies more than 365 days back.
with dated as (
    select case_id, decision_stage, cast(decision_date as date) as on_day from raw_decisions
)
select case_id as subject_key, min(on_day) + 365 as due_on, $as_of - min(on_day) - 365 as over_days
from dated
where case_id not in (select case_id from dated where decision_stage in ('Closing', 'Withdrawal'))
group by case_id
having $as_of - min(on_day) > 365;

-- name: EUI-02
-- Open, and the last decision lies more than 365 days back.
with dated as (
    select case_id, decision_stage, cast(decision_date as date) as on_day from raw_decisions
)
select case_id as subject_key, max(on_day) + 365 as due_on, $as_of - max(on_day) - 365 as over_days
from dated
where case_id not in (select case_id from dated where decision_stage in ('Closing', 'Withdrawal'))
group by case_id
having $as_of - max(on_day) > 365;

-- name: EUI-03
-- More than 730 days from the first letter to the first reasoned opinion, both under Article 258.
with letter as (
    select case_id, min(cast(decision_date as date)) as on_day
    from raw_decisions where decision_stage = 'Letter of formal notice (Article 258)' group by case_id
),
opinion as (
    select case_id, min(cast(decision_date as date)) as on_day
    from raw_decisions where decision_stage = 'Reasoned opinion (Article 258)' group by case_id
)
select
    case_id as subject_key,
    letter.on_day as started_on,
    letter.on_day + 730 as due_on,
    opinion.on_day as ended_on,
    opinion.on_day - letter.on_day - 730 as over_days
from letter join opinion using (case_id)
where opinion.on_day - letter.on_day > 730;

-- name: EUI-03 cannot_tell
-- A reasoned opinion whose letter is not published.
select distinct case_id as subject_key
from raw_decisions
where decision_stage = 'Reasoned opinion (Article 258)'
  and case_id not in (
      select case_id from raw_decisions where decision_stage = 'Letter of formal notice (Article 258)'
  );

-- name: EUI-04
-- A referral under Article 258 and, at whatever time, no reasoned opinion under it.
select case_id as subject_key
from raw_decisions
group by case_id
having bool_or(decision_stage = 'Referral to the Court (Article 258)')
   and not bool_or(decision_stage = 'Reasoned opinion (Article 258)');

-- name: EUI-05
-- A decision on a later day than the first closing.
select distinct d.case_id as subject_key
from raw_decisions as d
join raw_decisions as c on c.case_id = d.case_id and c.decision_stage = 'Closing'
where d.decision_date > c.decision_date and d.decision_stage <> 'Closing';

-- name: EUI-06
-- The case table and the decision table do not say the same.
select c.case_id as subject_key
from raw_cases as c
left join raw_decisions as d using (case_id)
group by all
having cast(any_value(c.count_decisions) as bigint) <> count(d.decision_id)
    or cast(any_value(c.stage_lfn_258) as bigint)
       <> max(if(d.decision_stage = 'Letter of formal notice (Article 258)', 1, 0))
    or cast(any_value(c.stage_ro_258) as bigint)
       <> max(if(d.decision_stage = 'Reasoned opinion (Article 258)', 1, 0))
    or cast(any_value(c.stage_rf_258) as bigint)
       <> max(if(d.decision_stage = 'Referral to the Court (Article 258)', 1, 0))
    or cast(any_value(c.stage_lfn_260) as bigint)
       <> max(if(d.decision_stage = 'Letter of formal notice (Article 260)', 1, 0))
    or cast(any_value(c.stage_ro_260) as bigint)
       <> max(if(d.decision_stage = 'Reasoned opinion (Article 260)', 1, 0))
    or cast(any_value(c.stage_rf_260) as bigint)
       <> max(if(d.decision_stage = 'Referral to the Court (Article 260)', 1, 0))
    or cast(any_value(c.stage_closing) as bigint) <> max(if(d.decision_stage = 'Closing', 1, 0))
    or cast(any_value(c.stage_withdrawal) as bigint) <> max(if(d.decision_stage = 'Withdrawal', 1, 0));

-- name: EUI-07
-- Member states with 30 cases or more whose share of cases open for more than 730 days lies more than two standard
-- deviations (of all these states) above their mean; no answer with fewer than eight such states. In per cent.
with age as (
    select
        case_id,
        min(cast(decision_date as date)) as first_on,
        bool_or(decision_stage in ('Closing', 'Withdrawal')) as is_over
    from raw_decisions
    group by case_id
),
state as (
    select
        c.member_state_code,
        count(*) filter (where not a.is_over and $as_of - a.first_on > 730) / count(*) as rate
    from raw_cases as c
    join age as a using (case_id)
    group by c.member_state_code
    having count(*) >= 30
)
select member_state_code as subject_key, round(rate * 100, 1) as measure
from state
where rate > (select avg(rate) + 2 * stddev_pop(rate) from state)
  and (select count(*) from state) >= 8;
