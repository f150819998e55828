-- The questions about the requests, answered once more by hand over the raw CSV.
--
-- `raw` is requests.csv with every column as text; `$as_of` is the day looked from. Each query gives subject_key and the
-- columns of a clue that the question settles. What was created, closed or updated after `$as_of` is not looked at, and a
-- request closed after it is still in progress, so the same queries answer for an earlier day what could be known by then.

-- name: request
-- The requests as the day sees them; read by the other queries as a table.
with dated as (
    select
        *,
        strptime("Created Date", '%m/%d/%Y %H:%M') as created_at,
        strptime("Closed Date", '%m/%d/%Y %H:%M') as later_closed_at,
        strptime("Resolution Action Updated Date", '%m/%d/%Y %H:%M') as later_updated_at,
        strptime("Due Date", '%m/%d/%Y %H:%M') as due_at
    from raw
)
select
    "Unique Key" as request_key,
    "Address Key" as address,
    "Complaint Type" as complaint,
    created_at,
    cast(created_at as date) as created_on,
    if(cast(later_closed_at as date) <= $as_of, later_closed_at, null) as closed_at,
    if(cast(later_updated_at as date) <= $as_of, later_updated_at, null) as updated_at,
    if(cast(later_closed_at as date) > $as_of, 'In Progress', "Status") as status,
    due_at
from dated
where cast(created_at as date) <= $as_of;

-- name: REQ-01
-- In progress, and created more than 30 days ago.
select
    request_key as subject_key,
    created_on as started_on,
    created_on + 30 as due_on,
    $as_of - created_on - 30 as over_days
from request
where status = 'In Progress' and $as_of - created_on > 30;

-- name: REQ-02
-- Closed, with a last update earlier than the creation; how many minutes earlier.
select request_key as subject_key, date_diff('minute', updated_at, created_at) as measure
from request
where status = 'Closed' and updated_at < created_at;

-- name: REQ-03
-- An address and complaint type with three requests of which the first and the third are at most 30 days apart, and the
-- most there were within 30 days.
with counted as (
    select
        address,
        complaint,
        created_on,
        lag(created_on, 2) over (partition by address, complaint order by created_on, request_key) as first_on,
        count(*) over (
            partition by address, complaint
            order by created_on range between interval 30 days preceding and current row
        ) as n_requests
    from request
    where address is not null and complaint is not null
)
select address || '|' || complaint as subject_key, max(n_requests) as measure
from counted
group by address, complaint
having bool_or(created_on - first_on <= 30);

-- name: REQ-04
-- The status and the dates do not fit: closed without a closing time, in progress with one, closed before creation, or
-- updated on a later day than closed.
select request_key as subject_key
from request
where (status = 'Closed' and closed_at is null)
   or (status = 'In Progress' and closed_at is not null)
   or closed_at < created_at
   or (status = 'Closed' and cast(updated_at as date) > cast(closed_at as date));

-- name: REQ-05
-- Closed after the due date, or open after it. The due date is empty throughout.
select request_key as subject_key
from request
where coalesce(closed_at, $as_of + interval 1 day) > due_at;

-- name: REQ-05 cannot_tell
select request_key as subject_key from request where due_at is null;

-- name: REQ-06
-- In progress for more than a year.
select request_key as subject_key
from request
where status = 'In Progress' and $as_of > created_on + interval 1 year;
