"""Plants around custody after arrest and the warrants of the detention centre: CM-06 and CM-13."""

from datetime import date

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, extend_custody

BED = Bed()


# CM-06: two months after arrest, and what is honoured


def _arrested(course: Course, spot: Spot, on: date, until: date | None = None) -> tuple[Row, str]:
    """Detained, arrested on a day and sent for prosecution on another, if any."""
    person, held_on = course.person(), days_after(on, -8)
    case = stages.file_case(course, spot.place, held_on, person)
    stages.measure(course, case, person, "JL", held_on, on, "变更", extended_tier=7)
    stages.arrest(course, case, spot.place, person, days_after(on, -5), until)
    stages.hold(course, case, person, held_on, None)
    if until is not None:
        stages.transfer(course, case, until)
        taken = stages.review(course, case, spot.place, until, person)
        stages.prosecute(course, taken, days_after(until, 20))
        stages.trial(course, taken, spot.place, days_after(until, 22), person)
    return case, person


def _extend(course: Course, case: Row, person: str, reason: str, on: date, **more: object) -> None:
    values = {"person_id": person, "decide_level": "UP1", **more}
    change(course, case, "INV_CUSTODY", "EXTEND", reason, on, **values)


@BED.plant(CM_06=1)
def sent_on_a_day_after_two_months(course: Course, spot: Spot) -> None:
    """Arrested on 28 February, the last of the month: two months end on 30 April; sent on 1 May, a holiday."""
    _arrested(course, spot, spot.exactly("2025-02-28"), spot.exactly("2025-05-01"))


@BED.plant()
def sent_on_the_last_day_of_two_months(course: Course, spot: Spot) -> None:
    """From the last of February to the last of April."""
    _arrested(course, spot, spot.exactly("2025-02-28"), spot.exactly("2025-04-30"))


@BED.plant()
def extended_on_the_last_day(course: Course, spot: Spot) -> None:
    """A month more, decided on the very day on which two months ended."""
    on = spot.day("2025-02-11")
    case, person = _arrested(course, spot, on, months_after(on, 3, month_end=True))
    _extend(course, case, person, "COMPLEX", months_after(on, 2, month_end=True))


@BED.plant(CM_06=1)
def extended_a_day_too_late(course: Course, spot: Spot) -> None:
    """Decided the day after: not honoured."""
    on = spot.day("2025-02-12")
    case, person = _arrested(course, spot, on, days_after(on, 80))
    _extend(course, case, person, "COMPLEX", days_after(months_after(on, 2, month_end=True), 1))


@BED.plant(CM_06=1)
def extended_by_the_office_itself(course: Course, spot: Spot) -> None:
    """The level is too low."""
    on = spot.day("2025-02-13")
    case, person = _arrested(course, spot, on, days_after(on, 80))
    _extend(course, case, person, "COMPLEX", days_after(on, 50), decide_level="SELF")


@BED.plant(CM_06=1)
def extension_without_a_document(course: Course, spot: Spot) -> None:
    """No document, no extension."""
    on = spot.day("2025-02-14")
    case, person = _arrested(course, spot, on, days_after(on, 80))
    _extend(course, case, person, "COMPLEX", days_after(on, 50), doc_no=None)


@BED.plant()
def extended_at_a_level_nobody_entered(course: Course, spot: Spot) -> None:
    """Whether it was honoured hangs on a level that is not recorded: nobody can tell."""
    on = spot.day("2025-02-17")
    case, person = _arrested(course, spot, on, days_after(on, 80))
    _extend(course, case, person, "COMPLEX", days_after(on, 50), decide_level=None)


@BED.plant()
def extended_three_times_to_seven_months(course: Course, spot: Spot) -> None:
    """Articles 156, 158 and 159, one after the other, and still held in the sixth month."""
    on = spot.day("2025-01-07")
    case, person = _arrested(course, spot, on)
    extend_custody(course, case, person, on, city.AS_OF)


@BED.plant(CM_06=1)
def province_before_the_level_below(course: Course, spot: Spot) -> None:
    """Article 158 without 156 before it: not honoured."""
    on = spot.day("2025-02-18")
    case, person = _arrested(course, spot, on, days_after(on, 100))
    _extend(course, case, person, "A158", days_after(on, 50), decide_level="PROVINCE")


@BED.plant()
def examined_twice_at_once(course: Course, spot: Spot) -> None:
    """Two records of one psychiatric examination overlap and count once: thirty days."""
    on = spot.exactly("2025-02-19")
    case, person = _arrested(course, spot, on, spot.exactly("2025-05-19"))
    for first, last in (("2025-03-03", "2025-03-23"), ("2025-03-13", "2025-04-02")):
        change(
            course,
            case,
            "INV_CUSTODY",
            "DEDUCT",
            "PSYCH",
            spot.exactly(first),
            person_id=person,
            end_date=spot.exactly(last),
        )


@BED.plant(CM_06=1)
def examined_after_the_limit(course: Course, spot: Spot) -> None:
    """The examination began after two months had passed: it revives nothing."""
    on = spot.exactly("2025-02-20")
    case, person = _arrested(course, spot, on, spot.exactly("2025-05-20"))
    more = {"person_id": person, "end_date": spot.exactly("2025-05-15")}
    change(course, case, "INV_CUSTODY", "DEDUCT", "PSYCH", spot.exactly("2025-04-25"), **more)


@BED.plant()
def reckoned_anew_for_another_crime(course: Course, spot: Spot) -> None:
    """Another grave crime found within the two months: they begin again."""
    on = spot.day("2025-02-21")
    case, person = _arrested(course, spot, on, days_after(on, 90))
    found_on = days_after(on, 45)
    course.event(case, "GA_NEW_CRIME", found_on, person)
    change(course, case, "INV_CUSTODY", "RESET", "NEWCRIME", found_on, person_id=person)


@BED.plant(CM_06=1)
def reckoned_anew_after_the_limit(course: Course, spot: Spot) -> None:
    """The first period had passed by eight days when it began again."""
    on = spot.exactly("2025-02-24")
    case, person = _arrested(course, spot, on, spot.exactly("2025-06-02"))
    change(course, case, "INV_CUSTODY", "RESET", "NEWCRIME", spot.exactly("2025-05-02"), person_id=person)


@BED.plant()
def identity_found_out_late(course: Course, spot: Spot) -> None:
    """Two months count from the day the identity was cleared."""
    on = spot.day("2025-03-05")
    case, person = _arrested(course, spot, on, days_after(on, 78))
    more = {"person_id": person, "end_date": days_after(on, 25)}
    change(course, case, "INV_CUSTODY", "SUSPEND", "ID_UNKNOWN", on, **more)


@BED.plant()
def custody_ends_in_four_days(course: Course, spot: Spot) -> None:
    """Two months end on 4 July."""
    _arrested(course, spot, spot.exactly("2025-05-04"))


# CM-13: the day on the present warrant


def _warranted(course: Course, spot: Spot, due: str | None, **more: object) -> tuple[Row, str]:
    on = spot.exactly("2025-05-12")
    case, person = _arrested(course, spot, on)
    stay = course.rows["custody_log"][-1]
    stay.update(warrant_due_date=spot.exactly(due) if due else None, **more)
    return case, person


@BED.plant(CM_13=1)
def warrant_ended_the_day_before(course: Course, spot: Spot) -> None:
    """Still held, and no new slip."""
    _warranted(course, spot, "2025-06-29")


@BED.plant()
def warrant_ends_today(course: Course, spot: Spot) -> None:
    """The last day."""
    _warranted(course, spot, "2025-06-30")


@BED.plant()
def warrant_without_a_day(course: Course, spot: Spot) -> None:
    """Nothing entered: nobody can tell."""
    _warranted(course, spot, None)


@BED.plant()
def warrant_ended_under_review_of_a_death_sentence(course: Course, spot: Spot) -> None:
    """No fixed limit."""
    _warranted(course, spot, "2025-06-20", warrant_kind="复核")


@BED.plant()
def warrant_ended_and_moved_to_another_centre(course: Course, spot: Spot) -> None:
    """A later stay is on record."""
    case, person = _warranted(course, spot, "2025-06-20")
    stages.hold(course, case, person, spot.exactly("2025-06-18"), None)


@BED.plant(CM_13=1)
def warrant_ended_though_custody_was_extended(course: Course, spot: Spot) -> None:
    """The extension is on record, the slip is not: listed and marked."""
    on = spot.exactly("2025-04-14")
    case, person = _arrested(course, spot, on)
    _extend(
        course, case, person, "COMPLEX", spot.exactly("2025-06-10"), start_date=spot.exactly("2025-06-14")
    )
    course.rows["custody_log"][-1]["warrant_due_date"] = spot.exactly("2025-06-14")


@BED.plant()
def extension_entered_by_the_procuratorate_only(course: Course, spot: Spot) -> None:
    """It stands on the case of the arrest review: to be merged first."""
    on = spot.day("2025-02-25")
    _, person = _arrested(course, spot, on, days_after(on, 80))
    review = next(row for row in course.rows["case_main"] if row["instance"] == "ARR")
    _extend(course, review, person, "COMPLEX", days_after(on, 50))


@BED.plant()
def custody_of_a_case_long_closed(course: Course, spot: Spot) -> None:
    """The case is closed, the arrest has no end: left to the quality of the data."""
    on = spot.day("2025-02-26")
    case, _ = _arrested(course, spot, on)
    course.close(case, days_after(on, 40), "其他")
    course.event(case, "NOTE", days_after(on, 40))
