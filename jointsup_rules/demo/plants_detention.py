"""Plants around detention and what follows a refusal to arrest: CM-01, CM-03 and CM-05."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, deny_arrest

BED = Bed()


def _case(course: Course, spot: Spot, on: date, n_suspects: int = 1) -> tuple[Row, list[str]]:
    """A police case filed on a day, with its suspects."""
    suspects = [course.person() for _ in range(n_suspects)]
    return stages.file_case(course, spot.place, on, *suspects), suspects


def _detained(course: Course, spot: Spot, on: date, until: date | None, tier: int | None) -> tuple[Row, str]:
    """Detained on the day of filing, until a day."""
    case, (person,) = _case(course, spot, on)
    stages.measure(course, case, person, "JL", on, until, "变更", extended_tier=tier)
    return case, person


# CM-01: three, seven or thirty days to ask for the arrest


@BED.plant(CM_01=1)
def asked_on_the_fourth_day(course: Course, spot: Spot) -> None:
    """Three days recorded, asked on the fourth."""
    on = spot.day("2025-05-13")
    case, person = _detained(course, spot, on, days_after(on, 9), 3)
    stages.arrest(course, case, spot.place, person, days_after(on, 4), None)


@BED.plant()
def asked_on_the_third_day(course: Course, spot: Spot) -> None:
    """Three days recorded, asked on the third."""
    on = spot.day("2025-05-14")
    case, person = _detained(course, spot, on, days_after(on, 8), 3)
    stages.arrest(course, case, spot.place, person, days_after(on, 3), None)


@BED.plant(CM_01=1)
def asked_on_the_eighth_day(course: Course, spot: Spot) -> None:
    """Extended to seven days, asked on the eighth: a holiday moves nothing for someone held."""
    on = spot.exactly("2025-04-28")
    case, person = _detained(course, spot, on, days_after(on, 13), 7)
    stages.arrest(course, case, spot.place, person, days_after(on, 8), None)


@BED.plant()
def asked_on_the_thirtieth_day_of_a_gang(course: Course, spot: Spot) -> None:
    """Thirty days for an offence of several together."""
    on = spot.day("2025-04-21")
    case, person = _detained(course, spot, on, days_after(on, 35), 30)
    stages.arrest(course, case, spot.place, person, days_after(on, 30), None)


@BED.plant()
def asked_on_the_twentieth_day_without_a_tier(course: Course, spot: Spot) -> None:
    """Nobody entered the tier, so the longest is taken."""
    on = spot.day("2025-05-06")
    case, person = _detained(course, spot, on, days_after(on, 25), None)
    stages.arrest(course, case, spot.place, person, days_after(on, 20), None)


@BED.plant()
def released_on_the_third_day(course: Course, spot: Spot) -> None:
    """Never asked for: released, and on bail from that day."""
    on = spot.day("2025-05-15")
    case, person = _detained(course, spot, on, days_after(on, 3), 3)
    stages.measure(course, case, person, "QB", days_after(on, 3), None)


@BED.plant()
def arrested_without_a_request_on_record(course: Course, spot: Spot) -> None:
    """The step is missing, but the arrest was approved within the week after: probably asked for in time."""
    on = spot.day("2025-05-12")
    case, person = _detained(course, spot, on, days_after(on, 8), 3)
    stages.arrest(course, case, spot.place, person, days_after(on, 3), None)
    rows = course.rows["case_event"]
    rows[:] = [row for row in rows if row["event_type"] != "GA_REQ_ARREST"]


# CM-03: more than thirty-seven days


@BED.plant(CM_01=1, CM_03=1)
def detained_for_thirty_eight_days(course: Course, spot: Spot) -> None:
    """Neither asked for nor released until the thirty-eighth day."""
    on = spot.day("2025-04-08")
    case, person = _detained(course, spot, on, days_after(on, 38), 30)
    stages.measure(course, case, person, "QB", days_after(on, 38), None)


@BED.plant()
def detained_for_thirty_seven_days(course: Course, spot: Spot) -> None:
    """Asked on the thirtieth day, arrested on the thirty-seventh."""
    on = spot.day("2025-04-20")
    case, person = _detained(course, spot, on, days_after(on, 37), 30)
    stages.arrest(course, case, spot.place, person, days_after(on, 30), None)
    for row in (*course.rows["case_event"], *course.rows["coercive_measure"]):
        for name in ("event_date", "start_date"):
            if row.get(name) == days_after(on, 35):
                row[name] = days_after(on, 37)


@BED.plant()
def detained_through_a_psychiatric_examination(course: Course, spot: Spot) -> None:
    """Fifty days, twenty of them at an examination that two records name."""
    on = spot.day("2025-04-08")
    case, person = _detained(course, spot, on, days_after(on, 50), 30)
    for first, last in ((10, 25), (20, 30)):
        more = {"person_id": person, "end_date": days_after(on, last)}
        change(course, case, "INV_CUSTODY", "DEDUCT", "PSYCH", days_after(on, first), **more)
    stages.arrest(course, case, spot.place, person, days_after(on, 29), None)
    _move_arrest(course, days_after(on, 34), days_after(on, 50))


def _move_arrest(course: Course, former: date, on: date) -> None:
    """Let the decision on an arrest, and the arrest, come on another day."""
    for row in (*course.rows["case_event"], *course.rows["coercive_measure"], *course.rows["case_main"]):
        for name in ("event_date", "start_date", "close_date"):
            if row.get(name) == former and row.get("event_type") != "GA_REQ_ARREST":
                row[name] = on


@BED.plant(CM_03=1)
def examination_without_a_document(course: Course, spot: Spot) -> None:
    """The examination carries no document, so its days count."""
    on = spot.day("2025-04-09")
    case, person = _detained(course, spot, on, days_after(on, 50), 30)
    change(
        course,
        case,
        "INV_CUSTODY",
        "DEDUCT",
        "PSYCH",
        days_after(on, 10),
        person_id=person,
        end_date=days_after(on, 30),
        doc_no=None,
    )
    stages.arrest(course, case, spot.place, person, days_after(on, 29), None)
    _move_arrest(course, days_after(on, 34), days_after(on, 50))


@BED.plant(CM_01=1)
def left_the_centre_though_the_measure_stands(course: Course, spot: Spot) -> None:
    """No end on the measure, but the detention centre let the person go after thirty-five days."""
    on = spot.day("2025-04-10")
    case, person = _detained(course, spot, on, None, 30)
    stages.hold(course, case, person, on, days_after(on, 35))


@BED.plant()
def end_of_the_detention_unreadable(course: Course, spot: Spot) -> None:
    """The end is there, but no such day exists: nobody can tell."""
    on = spot.day("2025-03-18")
    case, person = _detained(course, spot, on, None, 30)
    course.event(case, "GA_REQ_ARREST", days_after(on, 20), person)
    course.rows["coercive_measure"][-1].update(unread={"end_date": "20250431"}, end_reason="释放")


# CM-05: arrest refused


def _refused(course: Course, spot: Spot, asked_on: date, until: date | None) -> tuple[Row, str]:
    """Detained, arrest refused five days after it was asked for."""
    on = days_after(asked_on, -6)
    case, person = _detained(course, spot, on, until, 7)
    deny_arrest(course, case, spot.place, person, asked_on)
    return case, person


@BED.plant(CM_05=1)
def kept_for_four_days_after_a_refusal(course: Course, spot: Spot) -> None:
    """Refused, released on the fourth day after."""
    asked_on = spot.day("2025-05-07")
    case, person = _refused(course, spot, asked_on, days_after(asked_on, 9))
    stages.hold(course, case, person, days_after(asked_on, -6), days_after(asked_on, 9))


@BED.plant(CM_05=1)
def two_suspects_one_refused_and_kept(course: Course, spot: Spot) -> None:
    """The other one's arrest was approved; the one refused was kept for ten days."""
    asked_on = spot.day("2025-05-20")
    case, _ = _refused(course, spot, asked_on, days_after(asked_on, 15))
    other = course.person()
    course.party(case, "SUSPECT", other, arrival_status="IN")
    case["suspect_count"] = 2
    stages.measure(course, case, other, "JL", days_after(asked_on, -6), days_after(asked_on, 5), "变更")
    stages.arrest(course, case, spot.place, other, asked_on, None)


@BED.plant()
def released_the_day_after_a_refusal(course: Course, spot: Spot) -> None:
    """Refused, on bail the next day."""
    asked_on = spot.day("2025-05-09")
    case, person = _refused(course, spot, asked_on, days_after(asked_on, 6))
    stages.measure(course, case, person, "QB", days_after(asked_on, 6), None)


@BED.plant()
def refused_but_held_in_another_case(course: Course, spot: Spot) -> None:
    """Another police case has the person detained at the time."""
    asked_on = spot.day("2025-05-10")
    _, person = _refused(course, spot, asked_on, days_after(asked_on, 14))
    other = stages.file_case(course, spot.place, days_after(asked_on, -8), person)
    stages.measure(
        course,
        other,
        person,
        "JL",
        days_after(asked_on, -7),
        days_after(asked_on, 20),
        "变更",
        extended_tier=30,
    )
    course.event(other, "GA_REQ_ARREST", days_after(asked_on, 12), person)
    stages.measure(course, other, person, "QB", days_after(asked_on, 20), None)


@BED.plant()
def one_of_two_refused_nobody_says_which(course: Course, spot: Spot) -> None:
    """A refusal that names nobody, of a case with two suspects: no day from which to count."""
    asked_on = spot.day("2025-05-06")
    case, (first, second) = _case(course, spot, days_after(asked_on, -6), 2)
    for person in (first, second):
        stages.measure(
            course,
            case,
            person,
            "JL",
            days_after(asked_on, -6),
            days_after(asked_on, 12),
            "变更",
            extended_tier=7,
        )
        stages.measure(course, case, person, "QB", days_after(asked_on, 12), None)
    deny_arrest(course, case, spot.place, first, asked_on)
    course.event(case, "GA_REQ_ARREST", asked_on)
    denial = next(row for row in course.rows["case_event"] if row["event_type"] == "JC_ARR_DENY")
    denial["person_id"] = None


@BED.plant()
def refused_and_arrested_weeks_later(course: Course, spot: Spot) -> None:
    """Approved on a second request; the detention centre has no stay between, so nobody knows whether they were held."""
    asked_on = spot.day("2025-05-21")
    case, person = _refused(course, spot, asked_on, None)
    stages.arrest(course, case, spot.place, person, days_after(asked_on, 18), None)
