"""Plants around cases that hang: LONG-02, LONG-04, LONG-06, FIL-08 and INV-01."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, document, seize

BED = Bed()


def _filed(course: Course, spot: Spot, on: date, n_suspects: int = 1, **more: Any) -> tuple[Row, list[str]]:
    """A police case in which a witness was heard and a document issued, no measure on anyone."""
    suspects = [course.person() for _ in range(n_suspects)]
    case = stages.file_case(course, spot.place, on, *suspects, **more)
    document(course, case, "询问通知书", days_after(on, 12))
    return case, suspects


def _approve(course: Course, case: Row, on: date, **more: object) -> None:
    """Approve that an investigation goes on, by the province and with a document unless `more` says otherwise."""
    values = {"decide_level": "PROVINCE", **more}
    change(course, case, "INV_CUSTODY", "EXTEND", "CONT_APPROVED", on, **values)


# LONG-02: two years after filing, never a measure


@BED.plant(LONG_01=1, LONG_02=1)
def fraud_untouched_for_two_years_and_a_day(course: Course, spot: Spot) -> None:
    """An economic crime: two years ended the day before the sweep."""
    _filed(course, spot, spot.exactly("2023-06-29"), cause=city.CONTRACT_FRAUD, is_economic_crime=True)


@BED.plant(LONG_01=1)
def fraud_untouched_for_two_years(course: Course, spot: Spot) -> None:
    """From 30 June, the last of the month, to 30 June: the last day."""
    _filed(course, spot, spot.exactly("2023-06-30"), cause=city.CONTRACT_FRAUD, is_economic_crime=True)


@BED.plant(LONG_02=1)
def one_of_two_sent_on_after_years(course: Course, spot: Spot) -> None:
    """One suspect was sent on in time, the other left behind."""
    on = spot.day("2023-04-12")
    case, (sent, _) = _filed(course, spot, on, 2)
    stages.transfer(course, case, days_after(on, 200), sent, closes=False)
    taken = stages.review(course, case, spot.place, days_after(on, 201), sent)
    stages.prosecute(course, taken, days_after(on, 225))
    tried = stages.trial(course, taken, spot.place, days_after(on, 230), sent)
    stages.judge(course, tried, sent, days_after(on, 270), days_after(on, 285), **{"term_months": 6})
    stages.close_trial(course, tried, days_after(on, 275))


@BED.plant(LONG_01=1)
def continued_with_leave_of_the_province(course: Course, spot: Spot) -> None:
    """Approved with a document."""
    on = spot.day("2023-04-13")
    case, _ = _filed(course, spot, on)
    _approve(course, case, days_after(on, 700))


@BED.plant(LONG_01=1, LONG_02=1)
def continued_with_leave_of_the_office(course: Course, spot: Spot) -> None:
    """The approval is not the province's."""
    on = spot.day("2023-04-14")
    case, _ = _filed(course, spot, on)
    _approve(course, case, days_after(on, 700), decide_level="UP1")


@BED.plant(LONG_01=1)
def only_suspect_at_large_for_years(course: Course, spot: Spot) -> None:
    """Nobody to dispose of."""
    _filed(course, spot, spot.day("2023-04-17"))
    course.rows["case_party"][-1]["arrival_status"] = "FUGITIVE"


@BED.plant(LONG_01=1)
def suspects_dealt_with_one_by_one(course: Course, spot: Spot) -> None:
    """One died, one was fined: nobody is left."""
    on = spot.day("2023-04-18")
    _filed(course, spot, on, 2)
    first, second = course.rows["case_party"][-2:]
    first["arrival_status"] = "DEAD"
    second.update(outcome_code="行政处罚", outcome_date=days_after(on, 300))


@BED.plant(LONG_01=1)
def joined_to_a_case_that_went_on(course: Course, spot: Spot) -> None:
    """Joined to another case, which was withdrawn."""
    on = spot.day("2023-04-19")
    case, _ = _filed(course, spot, on)
    main, _ = _filed(course, spot, days_after(on, -20))
    stages.withdraw(course, main, days_after(on, 200))
    course.link(case, main, "MERGE", "1.00")


@BED.plant(LONG_01=1)
def filing_day_lost_and_nobody_under_a_measure(course: Course, spot: Spot) -> None:
    """When it was filed cannot be read: nobody can tell; the day of acceptance is there."""
    case, _ = _filed(course, spot, spot.day("2023-04-20"))
    case["file_date"], case["unread"] = None, {"file_date": "二〇二三年"}


# LONG-04: twenty-four months after the detention


def _detained(course: Course, spot: Spot, on: date) -> tuple[Row, str]:
    """Detained on the day after filing, let go on bail after a week; the bail lapsed after a year."""
    person = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -1), person)
    stages.measure(course, case, person, "JL", on, days_after(on, 7), "变更", extended_tier=7)
    stages.measure(course, case, person, "QB", days_after(on, 7), days_after(on, 300))
    return case, person


@BED.plant(LONG_01=1, LONG_03=1, LONG_04=1)
def detained_two_years_and_a_day_ago(course: Course, spot: Spot) -> None:
    """The two years ended the day before the sweep."""
    _detained(course, spot, spot.exactly("2023-06-29"))


@BED.plant(LONG_01=1, LONG_03=1)
def detained_two_years_ago(course: Course, spot: Spot) -> None:
    """From the last of June to the last of June."""
    _detained(course, spot, spot.exactly("2023-06-30"))


@BED.plant(LONG_01=1, LONG_03=1)
def detained_again_last_year(course: Course, spot: Spot) -> None:
    """The second detention counts."""
    on = spot.day("2023-03-06")
    case, person = _detained(course, spot, on)
    stages.measure(
        course, case, person, "JL", days_after(on, 420), days_after(on, 425), "释放", extended_tier=7
    )


@BED.plant(LONG_01=1)
def detained_and_reviewed_under_no_link(course: Course, spot: Spot) -> None:
    """A review case of the person has been there since; the police row was left open."""
    on = spot.day("2023-03-07")
    case, person = _detained(course, spot, on)
    taken = stages.review(course, case, spot.place, days_after(on, 60), person)
    course.event(taken, "JC_PROSECUTE", days_after(on, 80))
    course.close(taken, days_after(on, 80), "其他")
    for row in course.rows["case_link"]:
        row["match_score"] = "0.75"
    course.rows["case_party"][0].update(outcome_code="起诉", outcome_date=days_after(on, 80))


# LONG-06: a prosecution withdrawn


def withdraw_prosecution(
    course: Course, spot: Spot, on: date, allowed_on: date | None
) -> tuple[Row, Row, str]:
    """Brought to court and withdrawn again on a day; the court's leave, if any, on another."""
    suspect = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -150), suspect)
    stages.measure(course, case, suspect, "QB", days_after(on, -149), days_after(on, -90))
    stages.transfer(course, case, days_after(on, -90))
    taken = stages.review(course, case, spot.place, days_after(on, -89), suspect)
    course.event(taken, "JC_PROSECUTE", days_after(on, -65))
    tried = stages.trial(course, taken, spot.place, days_after(on, -60), suspect)
    course.event(taken, "JC_WITHDRAW_PROS", on)
    if allowed_on is not None:
        course.event(tried, "FY_WITHDRAW_OK", allowed_on)
        stages.close_trial(course, tried, allowed_on, "准许撤诉")
    return taken, tried, suspect


@BED.plant(LONG_06=1)
def withdrawn_and_left_undecided(course: Course, spot: Spot) -> None:
    """The court gave leave four days later; nothing since."""
    on = spot.day("2025-04-14")
    withdraw_prosecution(course, spot, on, days_after(on, 4))


@BED.plant(LONG_06=1)
def dropped_on_the_thirty_first_day(course: Course, spot: Spot) -> None:
    """Not prosecuted, a day late: thirty days from Friday 14 March end on Sunday, so on Monday 14 April."""
    on = spot.exactly("2025-03-14")
    taken, _, suspect = withdraw_prosecution(course, spot, on, on)
    more = {"moved_date": date(2025, 4, 16), "review_done_date": date(2025, 4, 20)}
    stages.drop(course, taken, suspect, spot.exactly("2025-04-15"), np_type="CY", **more)


@BED.plant()
def dropped_on_the_rolled_thirtieth_day(course: Course, spot: Spot) -> None:
    """Not prosecuted on the Monday."""
    on = spot.exactly("2025-03-14")
    taken, _, suspect = withdraw_prosecution(course, spot, on, on)
    more = {"moved_date": date(2025, 4, 15), "review_done_date": date(2025, 4, 20)}
    stages.drop(course, taken, suspect, spot.exactly("2025-04-14"), np_type="CY", **more)


@BED.plant()
def judged_after_a_withdrawal(course: Course, spot: Spot) -> None:
    """The court went on and announced a judgment: leave was refused."""
    on = spot.day("2025-04-15")
    _, tried, suspect = withdraw_prosecution(course, spot, on, None)
    stages.judge(
        course, tried, suspect, days_after(on, 12), days_after(on, 26), term_months=6, is_probation=True
    )
    stages.close_trial(course, tried, days_after(on, 15))


@BED.plant()
def withdrawn_four_weeks_ago(course: Course, spot: Spot) -> None:
    """Thirty days end on Wednesday 2 July."""
    on = spot.exactly("2025-06-02")
    withdraw_prosecution(course, spot, on, on)


# FIL-08: filed and not investigated


@BED.plant(FIL_08=1)
def nothing_done_for_ninety_one_days(course: Course, spot: Spot) -> None:
    """A suspect is named; ninety days ended the day before the sweep."""
    stages.file_case(course, spot.place, days_after(city.AS_OF, -91), course.person())


@BED.plant()
def nothing_done_for_ninety_days(course: Course, spot: Spot) -> None:
    """The ninetieth day."""
    stages.file_case(course, spot.place, days_after(city.AS_OF, -90), course.person())


@BED.plant(FIL_08=1)
def only_a_note_since_the_filing(course: Course, spot: Spot) -> None:
    """A note is no work on the case; the document is older than the filing."""
    on = spot.day("2025-02-11")
    case = stages.file_case(course, spot.place, on, cause=city.CONTRACT_FRAUD, is_economic_crime=True)
    document(course, case, "受案回执", on)
    course.event(case, "NOTE", days_after(on, 30))


@BED.plant()
def theft_without_a_suspect(course: Course, spot: Spot) -> None:
    """Nobody named, no economic crime: not asked about."""
    stages.file_case(course, spot.place, spot.day("2025-02-12"))


@BED.plant()
def document_the_day_after_the_filing(course: Course, spot: Spot) -> None:
    """One document is work enough."""
    on = spot.day("2025-02-13")
    document(
        course, stages.file_case(course, spot.place, on, course.person()), "调取证据通知书", days_after(on, 1)
    )


@BED.plant()
def account_frozen_before_the_filing(course: Course, spot: Spot) -> None:
    """Measures on property often come first."""
    on = spot.day("2025-03-14")
    case = stages.file_case(course, spot.place, on, course.person())
    seize(course, case, days_after(on, -1))


# INV-01: handled separately


def separate(course: Course, spot: Spot, on: date | None, filed_on: date) -> tuple[Row, Row, str]:
    """One of two suspects marked as handled separately; the other was sent on with a bare case."""
    case, (sent, apart) = _filed(course, spot, filed_on, 2)
    mark = course.rows["case_party"][-1]
    mark.update(arrival_status="SEPARATE", separate_date=on)
    stages.measure(course, case, sent, "QB", days_after(filed_on, 2), days_after(filed_on, 60))
    stages.withdraw(course, case, days_after(filed_on, 90))
    return case, mark, apart


@BED.plant(INV_01=1)
def apart_for_six_months_and_a_day(course: Course, spot: Spot) -> None:
    """Marked on 29 December: six months ended the day before the sweep."""
    separate(course, spot, spot.exactly("2024-12-29"), spot.exactly("2024-10-15"))


@BED.plant()
def apart_for_six_months(course: Course, spot: Spot) -> None:
    """Marked on the last of December: the last of June is the last day."""
    separate(course, spot, spot.exactly("2024-12-31"), spot.exactly("2024-10-16"))


@BED.plant(INV_01=1)
def apart_and_named_there_as_apart_too(course: Course, spot: Spot) -> None:
    """The other case names the person only as handled separately."""
    on = spot.day("2024-11-12")
    _, _, apart = separate(course, spot, on, days_after(on, -60))
    other, _ = _filed(course, spot, days_after(on, 20))
    course.party(other, "SUSPECT", apart, arrival_status="SEPARATE", separate_date=days_after(on, 200))
    stages.withdraw(course, other, days_after(on, 100))


@BED.plant()
def apart_and_taken_up_elsewhere(course: Course, spot: Spot) -> None:
    """A suspect of another case."""
    on = spot.day("2024-11-13")
    _, _, apart = separate(course, spot, on, days_after(on, -60))
    other, _ = _filed(course, spot, days_after(on, 20))
    course.party(other, "SUSPECT", apart, arrival_status="IN")
    stages.withdraw(course, other, days_after(on, 100))


@BED.plant()
def apart_and_fined(course: Course, spot: Spot) -> None:
    """An administrative penalty followed."""
    on = spot.day("2024-11-14")
    _, mark, _ = separate(course, spot, on, days_after(on, -60))
    mark.update(outcome_code="行政处罚", outcome_date=days_after(on, 40))


@BED.plant()
def apart_and_dead(course: Course, spot: Spot) -> None:
    """Recorded as dead in another case."""
    on = spot.day("2024-11-15")
    _, _, apart = separate(course, spot, on, days_after(on, -60))
    other, _ = _filed(course, spot, days_after(on, 20))
    course.party(other, "SUSPECT", apart, arrival_status="DEAD")
    stages.withdraw(course, other, days_after(on, 100))


@BED.plant()
def apart_since_nobody_knows_when(course: Course, spot: Spot) -> None:
    """The day of the mark is missing: nobody can tell."""
    separate(course, spot, None, spot.day("2024-10-08"))
