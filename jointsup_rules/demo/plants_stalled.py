"""Plants around cases that stand still: LONG-01 and LONG-03."""

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _suit(course: Course, spot: Spot, on: str, **more: object) -> Row:
    return stages.sue(course, spot.place, spot.exactly(on), course.person(), course.person(), **more)


# LONG-01: open for more than twelve months


@BED.plant(ENT_06=1, LONG_01=1, TRI_05=1)
def suit_open_for_two_years(course: Course, spot: Spot) -> None:
    """A civil suit of 2023, still open."""
    stages.sue(course, spot.place, spot.day("2023-03-15"), course.enterprise(), course.person())


@BED.plant(LONG_01=1, TRI_05=1)
def suit_one_day_over_the_year(course: Course, spot: Spot) -> None:
    """Twelve months ended the day before the sweep."""
    _suit(course, spot, "2024-06-29")


@BED.plant(TRI_05=1)
def suit_on_the_last_day_of_the_year(course: Course, spot: Spot) -> None:
    """Twelve months end on the day of the sweep: not yet over."""
    _suit(course, spot, "2024-06-30")


@BED.plant(TRI_05=1)
def suit_closed_after_two_years(course: Course, spot: Spot) -> None:
    """Long, but closed."""
    stages.close_trial(course, _suit(course, spot, "2023-01-10"), spot.day("2025-02-10"))


@BED.plant()
def suit_entered_twice(course: Course, spot: Spot) -> None:
    """An old row that was merged into a closed one."""
    valid = _suit(course, spot, "2023-05-04")
    stages.close_trial(course, valid, spot.day("2023-10-20"))
    _suit(course, spot, "2023-05-04", superseded_by=valid["case_id"])


@BED.plant()
def suit_without_any_day(course: Course, spot: Spot) -> None:
    """Neither acceptance nor filing is recorded: nobody can say how old it is."""
    stages.sue(course, spot.place, None, course.person(), course.person())


@BED.plant()
def suit_filed_on_30_february(course: Course, spot: Spot) -> None:
    """The only day recorded is one that never was."""
    case = stages.sue(course, spot.place, None, course.person(), course.person())
    case["unread"] = {"file_date": "2024-02-30"}


@BED.plant(LONG_01=1, TRI_05=1)
def suit_filed_on_29_february(course: Course, spot: Spot) -> None:
    """A civil year from the leap day ends on 28 February."""
    _suit(course, spot, "2024-02-29")


@BED.plant(LONG_01=1, TRI_05=1)
def suit_with_an_unreadable_filing_day(course: Course, spot: Spot) -> None:
    """The day of filing cannot be read, but that of receipt can."""
    case = _suit(course, spot, "2024-04-18", file_date=None)
    case["unread"] = {"file_date": "2024-04-31"}


@BED.plant(LONG_01=1)
def suit_suspended(course: Course, spot: Spot) -> None:
    """Lawfully suspended: still listed, with its net age."""
    case = _suit(course, spot, "2024-03-05", case_status="SUSPENDED")
    stages.pause(course, case, "SUSPEND", spot.day("2024-08-01"), None)


@BED.plant(LONG_01=1, PRO_01=1)
def review_open_for_a_year(course: Course, spot: Spot) -> None:
    """A review for prosecution that never ended."""
    suspect, on = course.person(), spot.day("2024-03-20")
    case = stages.file_case(course, spot.place, days_after(on, -60), suspect)
    stages.transfer(course, case, on)
    stages.review(course, case, spot.place, on, suspect)


@BED.plant(FIL_08=1, LONG_01=1)
def suspect_at_large(course: Course, spot: Spot) -> None:
    """The only suspect is at large: listed, marked as open for an outside reason."""
    case = stages.file_case(course, spot.place, spot.day("2024-02-20"), course.person())
    course.rows["case_party"][-1]["arrival_status"] = "FUGITIVE"
    course.event(case, "NOTE", spot.day("2024-03-20"))


@BED.plant(LONG_01=1)
def no_suspect_found(course: Course, spot: Spot) -> None:
    """An unsolved case: listed, marked."""
    stages.file_case(course, spot.place, spot.day("2023-09-11"))


@BED.plant()
def sent_on_but_left_open(course: Course, spot: Spot) -> None:
    """The police sent it on long ago and left their row open; the other agencies are done."""
    suspect, on = course.person(), spot.day("2024-03-18")
    case = stages.file_case(course, spot.place, days_after(on, -50), suspect)
    stages.transfer(course, case, on, closes=False)
    taken = stages.review(course, case, spot.place, on, suspect)
    stages.prosecute(course, taken, days_after(on, 20))
    tried = stages.trial(course, taken, spot.place, days_after(on, 24), suspect)
    stages.judge(course, tried, suspect, days_after(on, 60), days_after(on, 75))
    stages.close_trial(course, tried, days_after(on, 64))


# LONG-03: twelve months after the last measure. An untransferred case of that age is on LONG-01 too.


def _measured(course: Course, spot: Spot, filed_on: str) -> tuple[Row, str]:
    suspect = course.person()
    return stages.file_case(course, spot.place, spot.exactly(filed_on), suspect), suspect


@BED.plant(CM_08=1, LONG_01=1, LONG_03=1)
def bail_lapsed(course: Course, spot: Spot) -> None:
    """Bail never formally ended; it lapsed by law after twelve months, and a year has passed."""
    case, suspect = _measured(course, spot, "2023-02-06")
    stages.measure(course, case, suspect, "QB", spot.day("2023-03-10"), None)


@BED.plant(CM_09=1, LONG_01=1, LONG_03=1)
def residential_surveillance_lapsed(course: Course, spot: Spot) -> None:
    """Residential surveillance lapses after six months."""
    case, suspect = _measured(course, spot, "2023-09-04")
    stages.measure(course, case, suspect, "JJ", spot.day("2023-11-08"), None)


@BED.plant(CM_09=1, LONG_01=1)
def residential_surveillance_lapsed_eleven_months_ago(course: Course, spot: Spot) -> None:
    """Lapsed on 2024-07-24: the twelve months still run."""
    case, suspect = _measured(course, spot, "2023-12-04")
    stages.measure(course, case, suspect, "JJ", spot.exactly("2024-01-24"), None)


@BED.plant(LONG_01=1, LONG_03=1)
def released_twelve_months_and_a_day_ago(course: Course, spot: Spot) -> None:
    """Due the day before the sweep."""
    case, suspect = _measured(course, spot, "2024-06-03")
    stages.measure(
        course, case, suspect, "JL", spot.exactly("2024-06-04"), spot.exactly("2024-06-29"), "释放"
    )
    stages.hold(course, case, suspect, spot.exactly("2024-06-04"), spot.exactly("2024-06-29"))


@BED.plant(LONG_01=1)
def released_twelve_months_ago(course: Course, spot: Spot) -> None:
    """Due on the day of the sweep: not yet over."""
    case, suspect = _measured(course, spot, "2024-06-05")
    stages.measure(
        course, case, suspect, "JL", spot.exactly("2024-06-06"), spot.exactly("2024-06-30"), "释放"
    )


@BED.plant(LONG_03=1)
def one_suspect_left_behind(course: Course, spot: Spot) -> None:
    """Two were bailed; one was sent for prosecution, the other never dealt with."""
    first, second, on = course.person(), course.person(), spot.day("2023-12-05")
    case = stages.file_case(course, spot.place, days_after(on, -90), first, second)
    for suspect in (first, second):
        stages.measure(course, case, suspect, "QB", days_after(on, -80), on)
    stages.transfer(course, case, on, first, closes=False)
    taken = stages.review(course, case, spot.place, days_after(on, 1), first)
    stages.drop(course, taken, first, days_after(on, 25))


@BED.plant(LONG_01=1)
def under_a_new_measure(course: Course, spot: Spot) -> None:
    """Detained long ago, now on bail again: the new measure starts the count anew."""
    case, suspect = _measured(course, spot, "2024-01-29")
    stages.measure(course, case, suspect, "JL", spot.day("2024-02-27"), spot.day("2024-03-08"), "释放")
    stages.measure(course, case, suspect, "QB", spot.day("2024-12-02"), None)


@BED.plant(CM_06=1, LONG_01=1)
def still_detained(course: Course, spot: Spot) -> None:
    """The arrest was never ended: custody limits are another rule's business."""
    case, suspect = _measured(course, spot, "2024-04-08")
    stages.measure(
        course, case, suspect, "JL", spot.exactly("2024-04-09"), spot.exactly("2024-04-17"), "变更"
    )
    stages.arrest(course, case, spot.place, suspect, spot.exactly("2024-04-12"), None)
    stages.hold(course, case, suspect, spot.exactly("2024-04-09"), None)


def _released_long_ago(course: Course, spot: Spot) -> tuple[Row, str]:
    case, suspect = _measured(course, spot, "2023-10-09")
    stages.measure(
        course, case, suspect, "JL", spot.exactly("2023-10-10"), spot.exactly("2023-11-07"), "释放"
    )
    return case, suspect


@BED.plant(LONG_01=1)
def investigation_of_a_person_ended(course: Course, spot: Spot) -> None:
    """The investigation of this person was terminated."""
    case, suspect = _released_long_ago(course, spot)
    course.event(case, "GA_TERMINATE", spot.day("2024-04-15"), suspect)


@BED.plant(LONG_01=1)
def case_moved_to_another_police(course: Course, spot: Spot) -> None:
    """Moved to another jurisdiction; the event names no person and counts for all."""
    case, _ = _released_long_ago(course, spot)
    course.event(case, "GA_TRANSFER_JURIS", spot.day("2024-05-20"))


@BED.plant(LONG_01=1)
def continuation_approved(course: Course, spot: Spot) -> None:
    """The provincial level approved that the investigation goes on."""
    case, _ = _released_long_ago(course, spot)
    change = stages.pause(course, case, "CONT_APPROVED", spot.day("2024-10-08"), None)
    change.update(change_type="EXTEND", decide_level="PROVINCE")


@BED.plant(LONG_01=1, LONG_03=1)
def continuation_without_a_document(course: Course, spot: Spot) -> None:
    """An approval without a document number is not honoured."""
    case, _ = _released_long_ago(course, spot)
    change = stages.pause(course, case, "CONT_APPROVED", spot.day("2024-10-09"), None)
    change.update(change_type="EXTEND", decide_level="PROVINCE", doc_no=None)


@BED.plant(LONG_01=1, LONG_03=1)
def continuation_approved_by_the_county(course: Course, spot: Spot) -> None:
    """An approval below the provincial level is not enough."""
    case, _ = _released_long_ago(course, spot)
    change = stages.pause(course, case, "CONT_APPROVED", spot.day("2024-10-10"), None)
    change.update(change_type="EXTEND")


@BED.plant(LONG_01=1, LONG_03=1, LONG_04=1)
def released_on_the_last_of_february(course: Course, spot: Spot) -> None:
    """A criminal year from 2023-02-28 ends on 2024-02-29."""
    case, suspect = _measured(course, spot, "2023-02-02")
    stages.measure(
        course, case, suspect, "JL", spot.exactly("2023-02-03"), spot.exactly("2023-02-28"), "释放"
    )


@BED.plant(LONG_01=1)
def released_suspect_fled(course: Course, spot: Spot) -> None:
    """The suspect is at large."""
    _released_long_ago(course, spot)
    course.rows["case_party"][-1]["arrival_status"] = "FUGITIVE"


@BED.plant(LONG_01=1)
def released_suspect_died(course: Course, spot: Spot) -> None:
    """The suspect has died."""
    _released_long_ago(course, spot)
    course.rows["case_party"][-1]["arrival_status"] = "DEAD"


@BED.plant(LONG_01=1)
def released_suspect_was_fined(course: Course, spot: Spot) -> None:
    """The list of parties records how it ended."""
    _released_long_ago(course, spot)
    course.rows["case_party"][-1].update(outcome_code="行政处罚", outcome_date=spot.day("2024-03-11"))
