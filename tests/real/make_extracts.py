"""Cuts the small extracts out of the real sets: whole cases, rows and order as published.

In: the folder of the full sets (`python tests/real/make_extracts.py FOLDER`). Out: <set>/extract/*.csv. Cases
are chosen for what they show (one of each shape, all odd ones, both sides of a limit), by SQL with a fixed
order, so that the same folder gives the same bytes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent

FINES = """
with fine as (
    select
        case_id,
        string_agg(activity, ' > ' order by cast(event_no as bigint)) as course,
        count(*) as n_events,
        min(cast(event_date as date)) filter (where activity = 'Create Fine') as created_on,
        min(cast(event_date as date)) filter (where activity = 'Send Fine') as sent_on,
        min(cast(event_date as date)) filter (where activity = 'Insert Fine Notification') as notified_on,
        min(cast(event_date as date))
            filter (where activity = 'Insert Date Appeal to Prefecture') as appealed_on,
        min(cast(event_date as date)) filter (where activity = 'Add penalty') as penalty_on,
        min(cast(event_date as date)) filter (where activity = 'Payment') as paid_on,
        any_value(resource) filter (where activity = 'Create Fine') as officer,
        string_agg(nullif(dismissal, 'NIL'), '') as dismissed
    from events
    group by case_id
)
select case_id from fine qualify row_number() over (partition by course order by case_id) = 1
union
select case_id from fine where paid_on < penalty_on
union
select case_id from fine where dismissed is not null
qualify row_number() over (partition by dismissed order by case_id) <= 2
union
select case_id from fine where paid_on = penalty_on qualify row_number() over (order by case_id) <= 3
union
select case_id from fine where sent_on - created_on between 90 and 91
qualify row_number() over (partition by sent_on - created_on order by case_id) <= 2
union
select case_id from fine where appealed_on - notified_on between 60 and 65
qualify row_number() over (partition by appealed_on - notified_on order by case_id) <= 2
union
select case_id from fine where officer = '556' and created_on between date '2007-07-01' and date '2007-07-31'
qualify row_number() over (order by n_events, case_id) <= 101
"""

INFRINGEMENTS = """
with summary as (
    select
        case_id,
        string_agg(decision_stage, ' > ' order by decision_date, decision_id) as course,
        min(cast(decision_date as date)) as first_on,
        min(cast(decision_date as date)) filter (where decision_stage = 'Closing') as closed_on,
        max(cast(decision_date as date)) as last_on,
        bool_or(decision_stage in ('Closing', 'Withdrawal')) as is_over,
        min(cast(decision_date as date)) filter (where decision_stage like 'Reason%258)') as opinion_on,
        min(cast(decision_date as date)) filter (where decision_stage like 'Letter%258)') as letter_on,
        min(cast(decision_date as date)) filter (where decision_stage like 'Referral%258)') as referral_on
    from decisions
    group by case_id
)
select case_id from summary where closed_on < last_on
union
select case_id from summary where referral_on < opinion_on
union
select case_id from summary where opinion_on - letter_on between 730 and 731
union
select case_id from summary where referral_on is not null and opinion_on is null
qualify row_number() over (order by case_id) <= 4
union
select case_id from summary where opinion_on is not null and letter_on is null
qualify row_number() over (order by case_id) <= 4
union
select case_id from summary where not is_over
qualify row_number() over (
    partition by least(4, year(last_on) - 2016), first_on = last_on order by case_id desc
) <= 2
union
select case_id from summary qualify row_number() over (order by course, case_id) % 900 = 1
"""

REQUESTS = """
with request as (
    select
        "Unique Key" as request_key,
        "Status" as status,
        "Agency" as agency,
        "Address Key" || "Complaint Type" as place,
        strptime("Created Date", '%m/%d/%Y %H:%M') as created_at,
        strptime("Closed Date", '%m/%d/%Y %H:%M') as closed_at,
        strptime("Resolution Action Updated Date", '%m/%d/%Y %H:%M') as updated_at
    from requests
)
select request_key from request where updated_at < created_at
union
select request_key from request where status = 'In Progress'
qualify row_number() over (partition by agency, created_at > timestamp '2025-02-12' order by request_key) <= 3
union
select request_key from request where place is null qualify row_number() over (order by request_key) <= 2
union
select request_key from request where cast(updated_at as date) > cast(closed_at as date)
qualify row_number() over (order by request_key) <= 4
union
select request_key from request
where updated_at > closed_at and cast(updated_at as date) = cast(closed_at as date)
qualify row_number() over (order by request_key) <= 2
union
select request_key from request
where place in (
    select place from request group by place having count(*) in (3, 4)
    qualify row_number() over (order by count(*), place) % 20 = 1
)
"""


def write_extract(folder: Path, target: Path, files: dict[str, str], chosen: str) -> None:
    """Write the rows of the chosen cases, file by file, as they stand in the full set.

    Args:
        folder: The full set.
        target: Where the extract goes.
        files: File -> its column that holds the case.
        chosen: SQL that gives the chosen cases; the files are tables under their names.
    """
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        for file in files:
            con.read_csv(str(folder / file), header=True, all_varchar=True).to_table(Path(file).stem)
        cases = {row[0] for row in con.execute(chosen).fetchall()}
        for file, column in files.items():
            keys = [row[0] for row in con.execute(f'select "{column}" from {Path(file).stem}').fetchall()]
            lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
            if len(lines) != len(keys) + 1:
                raise ValueError(
                    f"{file}: a value with a line break, {len(lines)} lines for {len(keys)} rows"
                )
            kept = [lines[0], *(line for line, key in zip(lines[1:], keys, strict=True) if key in cases)]
            (target / file).write_text("".join(kept), encoding="utf-8")
    shutil.copyfile(folder / "LICENSE.txt", target / "LICENSE.txt")


def main(folder: Path) -> None:
    """Write all three extracts."""
    sets = {
        "road-traffic-fines": ({"events.csv": "case_id"}, FINES),
        "eu-infringements": ({"cases.csv": "case_id", "decisions.csv": "case_id"}, INFRINGEMENTS),
        "nyc-311-animals": ({"requests.csv": "Unique Key"}, REQUESTS),
    }
    for name, (files, chosen) in sets.items():
        write_extract(folder / name, HERE / name / "extract", files, chosen)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
