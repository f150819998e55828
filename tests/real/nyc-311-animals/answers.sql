-- The questions about the requests, answered once more by hand over the raw CSV.
--
-- `raw` is requests.csv with every column as text; `$as_of` is the day looked from.

-- name: REQ-01
-- In progress, and created more than 30 days ago.
with open_request as (
    select "Unique Key" as subject_key, cast(strptime("Created Date", '%m/%d/%Y %H:%M') as date) as created_on
    from raw
    where "Status" = 'In Progress'
)
select subject_key, created_on + 30 as due_on, $as_of - created_on - 30 as over_days
from open_request
where $as_of - created_on > 30;

-- name: REQ-02
-- Closed, with a last update earlier than the creation.
select
    "Unique Key" as subject_key,
    date_diff(
        'minute',
        strptime("Resolution Action Updated Date", '%m/%d/%Y %H:%M'),
        strptime("Created Date", '%m/%d/%Y %H:%M')
    ) as measure
from raw
where "Status" = 'Closed'
  and strptime("Resolution Action Updated Date", '%m/%d/%Y %H:%M') < strptime("Created Date", '%m/%d/%Y %H:%M');

-- name: REQ-03
-- An address and complaint type with three requests of which the first and the third are at most 30 days apart, and the
-- most there were within 30 days.
with request as (
    select
        "Address Key" as address,
        "Complaint Type" as complaint,
        "Unique Key" as request_key,
        cast(strptime("Created Date", '%m/%d/%Y %H:%M') as date) as created_on
    from raw
    where "Address Key" is not null and "Complaint Type" is not null
),
counted as (
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
)
select address || '|' || complaint as subject_key, max(n_requests) as measure
from counted
group by address, complaint
having bool_or(created_on - first_on <= 30);

-- name: REQ-04
-- The status and the dates do not fit: closed without a closing day, in progress with one, closed before creation, or
-- updated on a later day than closed.
select "Unique Key" as subject_key
from raw
where ("Status" = 'Closed' and "Closed Date" is null)
   or ("Status" = 'In Progress' and "Closed Date" is not null)
   or strptime("Closed Date", '%m/%d/%Y %H:%M') < strptime("Created Date", '%m/%d/%Y %H:%M')
   or (
       "Status" = 'Closed'
       and split_part("Resolution Action Updated Date", ' ', 1) <> split_part("Closed Date", ' ', 1)
       and strptime("Resolution Action Updated Date", '%m/%d/%Y %H:%M') > strptime("Closed Date", '%m/%d/%Y %H:%M')
   );

-- name: REQ-05
-- Closed after the due date. The due date is empty throughout.
select "Unique Key" as subject_key
from raw
where coalesce(strptime("Closed Date", '%m/%d/%Y %H:%M'), $as_of) > strptime("Due Date", '%m/%d/%Y %H:%M');

-- name: REQ-05 cannot_tell
select "Unique Key" as subject_key from raw where "Due Date" is null;

-- name: REQ-06
-- In progress for more than a year.
select "Unique Key" as subject_key
from raw
where "Status" = 'In Progress'
  and $as_of > cast(strptime("Created Date", '%m/%d/%Y %H:%M') as date) + interval 1 year;
