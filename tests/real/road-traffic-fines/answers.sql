-- The questions about the fines, answered once more by hand over the raw CSV.
--
-- `raw` is events.csv with every column as text; `$as_of` is the day looked from. Each query gives subject_key and the
-- columns of a clue that the question settles. Events after `$as_of` are not looked at, so the same queries answer for an
-- earlier day what could be known by then.
--
-- A fine is over on the first of these days:
--   * a payment after which the total paid covers what was charged up to that payment: the last amount recorded
--     (on Create Fine, raised on Add penalty) plus the postage of a sending already made, in the order of event_no;
--   * Send for Credit Collection;
--   * an event that carries a dismissal code other than NIL.
-- What is charged after a full payment does not open the fine again.

-- name: charged
-- Every event known on the day, with what was charged and paid after it; read by the other queries as a table.
select
    case_id,
    cast(event_no as bigint) as event_no,
    cast(event_date as date) as on_day,
    activity,
    resource,
    coalesce(dismissal, 'NIL') <> 'NIL' as dismissed,
    cast(total_payment_amount as decimal(18, 2)) as paid,
    last_value(cast(amount as decimal(18, 2)) ignore nulls) over so_far
        + coalesce(max(cast(expense as decimal(18, 2))) over so_far, 0) as due
from raw
where cast(event_date as date) <= $as_of
window so_far as (
    partition by case_id order by cast(event_no as bigint) rows between unbounded preceding and current row
);

-- name: over
-- The day each fine was over; one row per fine, empty while it is not.
select
    case_id,
    min(on_day) filter (
        where (activity = 'Payment' and paid >= due) or activity = 'Send for Credit Collection' or dismissed
    ) as over_on
from charged
group by case_id;

-- name: FIN-01
-- Not over, and created more than 365 days ago.
select e.case_id as subject_key, e.on_day + 365 as due_on, $as_of - (e.on_day + 365) as over_days
from charged as e
join over as o using (case_id)
where e.activity = 'Create Fine' and o.over_on is null and $as_of - e.on_day > 365;

-- name: FIN-02
-- Not over, and the last event lies more than 365 days back.
select case_id as subject_key, max(on_day) + 365 as due_on, $as_of - (max(on_day) + 365) as over_days
from charged
where case_id in (select case_id from over where over_on is null)
group by case_id
having $as_of - max(on_day) > 365;

-- name: FIN-03
-- Sent more than 90 days after creation.
select
    c.case_id as subject_key,
    c.on_day as started_on,
    c.on_day + 90 as due_on,
    s.on_day as ended_on,
    s.on_day - c.on_day - 90 as over_days
from charged as c
join charged as s on s.case_id = c.case_id and s.activity = 'Send Fine'
where c.activity = 'Create Fine' and s.on_day - c.on_day > 90;

-- name: FIN-04
-- Appeal to the prefecture entered more than 60 days after the notification.
select
    n.case_id as subject_key,
    n.on_day as started_on,
    n.on_day + 60 as due_on,
    a.on_day as ended_on,
    a.on_day - n.on_day - 60 as over_days
from charged as n
join charged as a on a.case_id = n.case_id and a.activity = 'Insert Date Appeal to Prefecture'
where n.activity = 'Insert Fine Notification' and a.on_day - n.on_day > 60;

-- name: FIN-05
-- A payment on an earlier day than the penalty had already covered all that was charged by then.
select
    p.case_id as subject_key,
    min(p.on_day) as started_on,
    any_value(x.on_day) as ended_on,
    any_value(x.due) - any_value(c.due) - any_value(coalesce(s.due - c.due, 0)) as measure
from charged as p
join charged as x on x.case_id = p.case_id and x.activity = 'Add penalty'
join charged as c on c.case_id = p.case_id and c.activity = 'Create Fine'
left join charged as s on s.case_id = p.case_id and s.activity = 'Send Fine'
where p.activity = 'Payment' and p.paid >= p.due and p.on_day < x.on_day
group by p.case_id;

-- name: FIN-06
-- Officers with 100 fines or more of which the first and the last are at most 30 days apart, and the most there were.
select subject_key, max(n_fines) as measure
from (
    select resource as subject_key, count(*) over last_30 as n_fines
    from charged
    where activity = 'Create Fine'
    window last_30 as (
        partition by resource order by on_day range between interval 30 days preceding and current row
    )
)
group by subject_key
having max(n_fines) >= 100;

-- name: FIN-07
-- A later step recorded before the earlier one it presupposes; on one day event_no decides.
with later_step(earlier, later) as (
    values
        ('Create Fine', 'Send Fine'),
        ('Create Fine', 'Insert Fine Notification'),
        ('Create Fine', 'Add penalty'),
        ('Create Fine', 'Payment'),
        ('Create Fine', 'Send for Credit Collection'),
        ('Create Fine', 'Insert Date Appeal to Prefecture'),
        ('Create Fine', 'Send Appeal to Prefecture'),
        ('Create Fine', 'Receive Result Appeal from Prefecture'),
        ('Create Fine', 'Notify Result Appeal to Offender'),
        ('Create Fine', 'Appeal to Judge'),
        ('Send Fine', 'Insert Fine Notification'),
        ('Send Fine', 'Add penalty'),
        ('Send Fine', 'Send for Credit Collection'),
        ('Insert Fine Notification', 'Add penalty'),
        ('Insert Fine Notification', 'Send for Credit Collection'),
        ('Add penalty', 'Send for Credit Collection'),
        ('Insert Fine Notification', 'Insert Date Appeal to Prefecture'),
        ('Insert Date Appeal to Prefecture', 'Send Appeal to Prefecture'),
        ('Insert Date Appeal to Prefecture', 'Receive Result Appeal from Prefecture'),
        ('Insert Date Appeal to Prefecture', 'Notify Result Appeal to Offender'),
        ('Send Appeal to Prefecture', 'Receive Result Appeal from Prefecture'),
        ('Send Appeal to Prefecture', 'Notify Result Appeal to Offender'),
        ('Receive Result Appeal from Prefecture', 'Notify Result Appeal to Offender')
)
select distinct b.case_id as subject_key
from later_step as s
join charged as b on b.activity = s.later
join charged as a on a.case_id = b.case_id and a.activity = s.earlier
where (b.on_day, b.event_no) < (a.on_day, a.event_no)
  and not exists (
      select 1
      from charged as first_a
      where first_a.case_id = a.case_id
        and first_a.activity = s.earlier
        and (first_a.on_day, first_a.event_no) < (b.on_day, b.event_no)
  );
