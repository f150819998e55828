"""Plants about termination of enforcement and property held: EXE-02, EXE-05 and EXE-10."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.paths import PROBATION, bring_to_judgment
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


# EXE-02: five steps and three months before a termination


def _terminated(
    course: Course, suit: Row, spot: Spot, filed_on: date, ended_on: date, **more: object
) -> None:
    row = stages.enforce(course, suit, spot.place, filed_on)
    stages.end_enforcement(course, row, ended_on, "THIS")
    row.update(more)


def _suit(course: Course, spot: Spot) -> Row:
    suit = stages.sue(course, spot.place, spot.day("2024-03-11"), course.person(), course.person())
    stages.close_trial(course, suit, spot.day("2024-07-15"))
    return suit


@BED.plant(EXE_02=5)
def terminated_without_a_step(course: Course, spot: Spot) -> None:
    """Five enforcements of one judgment, each without another step."""
    suit, on = _suit(course, spot), spot.day("2024-10-14")
    steps = ("notice_date", "report_order_date", "limit_consume_date", "net_query_date", "talk_date")
    for step in steps:
        _terminated(course, suit, spot, on, days_after(on, 120), **{step: None})


@BED.plant(EXE_02=1)
def consulted_the_day_after_the_termination(course: Course, spot: Spot) -> None:
    """The talk came a day late."""
    on = spot.day("2024-10-15")
    talked_on = days_after(on, 121)
    _terminated(course, _suit(course, spot), spot, on, days_after(on, 120), talk_date=talked_on)


@BED.plant(EXE_02=1)
def terminated_before_the_three_months(course: Course, spot: Spot) -> None:
    """Filed on 2024-11-30: three civil months end on 2025-02-28."""
    suit = _suit(course, spot)
    _terminated(course, suit, spot, spot.exactly("2024-11-30"), spot.exactly("2025-02-27"))


@BED.plant()
def terminated_as_the_three_months_ended(course: Course, spot: Spot) -> None:
    """On the last day, consulted on the very day."""
    ended_on = spot.exactly("2025-02-28")
    more = {"talk_date": ended_on}
    _terminated(course, _suit(course, spot), spot, spot.exactly("2024-11-30"), ended_on, **more)


@BED.plant()
def resumed_enforcement_terminated_again(course: Course, spot: Spot) -> None:
    """A resumed case follows other conditions."""
    on = spot.day("2024-12-09")
    more = {"exec_kind": "RE", "limit_consume_date": None, "talk_date": None}
    _terminated(course, _suit(course, spot), spot, on, days_after(on, 50), **more)


@BED.plant()
def day_of_consultation_unreadable(course: Course, spot: Spot) -> None:
    """A day stands there that never was."""
    on = spot.day("2024-11-11")
    more = {"talk_date": None, "unread": {"talk_date": "2025-02-30"}}
    _terminated(course, _suit(course, spot), spot, on, days_after(on, 110), **more)


# EXE-05: sealed, seized or frozen beyond its time


def _hold(course: Course, case: Row, start: date, due: date | None, **more: object) -> Row:
    values = {"asset_kind": "DEPOSIT", "measure_kind": "FREEZE", "amount": 30000, **more}
    return course.add(
        "property_item",
        "W",
        "property_id",
        case_id=case["case_id"],
        decide_unit_code=case["unit_code"],
        start_date=start,
        due_date=due,
        **values,
    )


def _open_case(course: Course, spot: Spot) -> Row:
    """A police case in which somebody is on bail."""
    suspect, on = course.person(), spot.day("2024-09-02")
    case = stages.file_case(course, spot.place, on, suspect)
    stages.measure(course, case, suspect, "QB", days_after(on, 3), None)
    return case


@BED.plant(EXE_05=3)
def measures_of_a_court_beyond_their_time(course: Course, spot: Spot) -> None:
    """A freeze of a year without a recorded end, a recorded end, and a renewal that ended."""
    suit = _suit(course, spot)
    _hold(course, suit, spot.exactly("2024-06-28"), None)
    start = spot.day("2024-03-18")
    _hold(course, suit, start, spot.exactly("2025-06-29"), asset_kind="MOVABLE", measure_kind="SEIZE")
    renewed_on = spot.exactly("2024-06-10")
    _hold(course, suit, spot.exactly("2023-06-12"), spot.exactly("2024-06-12"), last_renew_date=renewed_on)


@BED.plant()
def measures_of_a_court_within_their_time(course: Course, spot: Spot) -> None:
    """A year that ends on the day of the sweep, a renewal, and one that was lifted after its end."""
    suit = _suit(course, spot)
    _hold(course, suit, spot.exactly("2024-06-30"), None)
    due_on, renewed_on = spot.exactly("2024-06-05"), spot.exactly("2024-07-01")
    _hold(course, suit, spot.exactly("2023-06-05"), due_on, last_renew_date=renewed_on)
    more = {"asset_kind": "REALTY", "measure_kind": "SEAL"}
    _hold(course, suit, spot.day("2024-03-19"), None, **more)
    _hold(course, suit, spot.day("2024-03-19"), due_on, release_date=days_after(due_on, 30))


@BED.plant(EXE_05=2)
def measures_of_the_police_beyond_their_time(course: Course, spot: Spot) -> None:
    """A recorded end the day before the sweep; a renewal of six months, perhaps approved for twelve: marked."""
    case = _open_case(course, spot)
    _hold(course, case, spot.exactly("2024-12-29"), spot.exactly("2025-06-29"))
    due_on, renewed_on = spot.exactly("2024-11-05"), spot.exactly("2024-11-01")
    _hold(course, case, spot.exactly("2024-09-05"), due_on, last_renew_date=renewed_on)


@BED.plant()
def measures_of_the_police_within_their_time(course: Course, spot: Spot) -> None:
    """Renewed on 2024-12-30 and 2024-12-31: six criminal months of both end on 2025-06-30."""
    case = _open_case(course, spot)
    due_on = spot.exactly("2025-01-05")
    for renewed_on in ("2024-12-30", "2024-12-31"):
        _hold(course, case, spot.exactly("2024-09-05"), due_on, last_renew_date=spot.exactly(renewed_on))


@BED.plant()
def measures_of_the_police_nobody_can_judge(course: Course, spot: Spot) -> None:
    """No end recorded; a renewal of a kind for which no longest time is known."""
    case, start = _open_case(course, spot), spot.day("2024-09-09")
    _hold(course, case, start, None)
    more = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "last_renew_date": days_after(start, 90)}
    _hold(course, case, start, days_after(start, 95), **more)


# EXE-10: property after the judgment took effect


def _judged(course: Course, spot: Spot, on: date, **more: object) -> tuple[Row, Row]:
    """A case judged on a day, effective two weeks later, and a thing seized in it by the police."""
    tried, _, _ = bring_to_judgment(course, spot, on, **PROBATION)
    case = course.rows["case_main"][0]
    values = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", **more}
    return tried, _hold(course, case, days_after(on, -140), days_after(on, 900), **values)


@BED.plant(EXE_10=1)
def things_kept_after_the_judgment(course: Course, spot: Spot) -> None:
    """Effective on 2024-12-26: due on 2025-06-24."""
    _judged(course, spot, spot.exactly("2024-12-12"))


@BED.plant()
def things_kept_until_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Effective on 2024-12-30: 180 days end on Saturday 2025-06-28, so on the day of the sweep."""
    _judged(course, spot, spot.exactly("2024-12-16"))


@BED.plant()
def things_given_back_late(course: Course, spot: Spot) -> None:
    """Given back to the victim after seven months: nothing is kept."""
    on = spot.day("2024-09-10")
    _judged(course, spot, on, disposal_type="返还被害人", disposal_date=days_after(on, 230))


@BED.plant(EXE_10=1)
def things_kept_for_somebody_at_large(course: Course, spot: Spot) -> None:
    """One accused is at large: listed, marked."""
    on = spot.day("2024-10-15")
    _judged(course, spot, on)
    course.party(course.rows["case_main"][0], "SUSPECT", course.person(), arrival_status="FUGITIVE")


@BED.plant()
def things_kept_while_one_judgment_is_not_effective(course: Course, spot: Spot) -> None:
    """The second accused has appealed."""
    on, second = spot.day("2024-10-16"), course.person()
    tried, _ = _judged(course, spot, on)
    course.party(tried, "SUSPECT", second, arrival_status="IN")
    stages.judge(course, tried, second, on, None, **PROBATION)


@BED.plant(EXE_10=1)
def deposit_frozen_by_the_court_after_the_judgment(course: Course, spot: Spot) -> None:
    """Frozen by the court that judged."""
    on = spot.day("2024-10-22")
    tried, _, _ = bring_to_judgment(course, spot, on, **PROBATION)
    _hold(course, tried, days_after(on, -30), days_after(on, 300))
