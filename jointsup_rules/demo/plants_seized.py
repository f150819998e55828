"""Plants around property that is held: PRO-04, ENT-02 and ENT-03."""

from datetime import date

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import document, seize

BED = Bed()


# PRO-04: held after a decision not to prosecute


def _dropped(course: Course, spot: Spot, on: date, **more: object) -> tuple[Row, Row, str]:
    """Not prosecuted on a day, everything else in time; the police case, the decision, the person."""
    suspect, sent_on = course.person(), days_after(on, -25)
    case = stages.file_case(course, spot.place, days_after(sent_on, -60), suspect)
    stages.measure(course, case, suspect, "QB", days_after(sent_on, -59), sent_on, "移送后重新决定")
    stages.transfer(course, case, sent_on)
    taken = stages.review(course, case, spot.place, sent_on, suspect)
    values = {"moved_date": days_after(on, 1), "review_done_date": days_after(on, 3), "np_type": "CY", **more}
    return case, stages.drop(course, taken, suspect, on, **values), suspect


@BED.plant(PRO_04=1)
def car_kept_after_a_decision_not_to_prosecute(course: Course, spot: Spot) -> None:
    """Seized from the person, neither returned nor disposed of."""
    on = spot.day("2025-05-12")
    case, _, person = _dropped(course, spot, on)
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, days_after(on, -80), person_id=person, **kind)


@BED.plant(PRO_04=1)
def goods_of_nobody_kept_for_sixteen_days(course: Course, spot: Spot) -> None:
    """No owner entered, nobody of the case prosecuted: fifteen days from 10 June end on 25 June."""
    case, _, _ = _dropped(course, spot, spot.exactly("2025-06-10"))
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, spot.exactly("2025-04-10"), **kind)


@BED.plant()
def goods_kept_until_the_rolled_day(course: Course, spot: Spot) -> None:
    """Fifteen days from 13 June end on Saturday 28 June, so on the day of the sweep."""
    case, _, _ = _dropped(course, spot, spot.exactly("2025-06-13"))
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, spot.exactly("2025-04-10"), **kind)


@BED.plant()
def car_given_back(course: Course, spot: Spot) -> None:
    """Returned on the day of the decision."""
    on = spot.day("2025-05-13")
    case, _, person = _dropped(course, spot, on)
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    more = {"disposal_type": "退还", "disposal_date": on}
    seize(course, case, days_after(on, -80), person_id=person, **kind, **more)


@BED.plant(EXE_05=1)
def account_whose_freeze_ran_out(course: Course, spot: Spot) -> None:
    """Six months were over and nobody renewed: lifted by itself."""
    on = spot.day("2025-05-14")
    case, _, person = _dropped(course, spot, on)
    seize(course, case, days_after(on, -80), person_id=person, due_date=spot.exactly("2025-06-10"))


@BED.plant()
def goods_passed_on_with_an_opinion(course: Course, spot: Spot) -> None:
    """An opinion passes them to the agency in charge."""
    on = spot.day("2025-05-15")
    more = {"need_penalty": True, "opinion_issue_date": days_after(on, 5)}
    case, _, person = _dropped(course, spot, on, **more)
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, days_after(on, -80), person_id=person, **kind)


@BED.plant()
def property_of_the_one_who_was_prosecuted(course: Course, spot: Spot) -> None:
    """Its owner was brought to court; the one not prosecuted owns nothing here."""
    on = spot.day("2025-04-15")
    case, _, _ = _dropped(course, spot, on)
    owner = course.person()
    course.party(case, "SUSPECT", owner, arrival_status="IN")
    taken = stages.review(course, case, spot.place, days_after(on, -25), owner)
    stages.prosecute(course, taken, on)
    stages.trial(course, taken, spot.place, days_after(on, 4), owner)
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, days_after(on, -80), person_id=owner, **kind)


# ENT-02: more held than the case is about


def _enterprise_case(course: Course, spot: Spot, on: date, amount: int | None) -> tuple[Row, str]:
    """An economic crime of an amount, filed this year, in which an enterprise's property is held."""
    case = stages.file_case(
        course,
        spot.place,
        on,
        course.person(),
        cause=city.CONTRACT_FRAUD,
        is_economic_crime=True,
        is_private_ent=True,
        crime_amount=amount,
    )
    return case, course.enterprise()


def _hold(course: Course, case: Row, owner: str, amount: int | None, kind: str = "MOVABLE") -> None:
    how = {"DEPOSIT": "FREEZE", "REALTY": "SEAL", "MOVABLE": "SEIZE"}[kind]
    due = days_after(city.AS_OF, 90) if how == "FREEZE" else None
    seize(
        course,
        case,
        days_after(case["file_date"], 5),
        enterprise_id=owner,
        amount=amount,
        asset_kind=kind,
        measure_kind=how,
        due_date=due,
    )


@BED.plant(ENT_02=1)
def held_for_more_than_the_crime(course: Course, spot: Spot) -> None:
    """A million at issue, 1,200,001 held."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-17"), 1_000_000)
    _hold(course, case, owner, 700_000, "DEPOSIT")
    _hold(course, case, owner, 500_001)


@BED.plant()
def held_for_as_much_as_allowed(course: Course, spot: Spot) -> None:
    """A million at issue, 1,200,000 held."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-18"), 1_000_000)
    _hold(course, case, owner, 700_000, "DEPOSIT")
    _hold(course, case, owner, 500_000)


@BED.plant()
def machine_of_unknown_value(course: Course, spot: Spot) -> None:
    """One item is not valued: nobody can tell."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-19"), 1_000_000)
    _hold(course, case, owner, 900_000, "DEPOSIT")
    _hold(course, case, owner, None)


@BED.plant()
def amount_at_issue_unknown(course: Course, spot: Spot) -> None:
    """Nobody entered what the case is about."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-20"), None)
    _hold(course, case, owner, 900_000)


@BED.plant()
def one_limit_entered_for_two_accounts(course: Course, spot: Spot) -> None:
    """Two accounts carry one and the same amount: probably the limit."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-21"), 1_000_000)
    _hold(course, case, owner, 1_000_000, "DEPOSIT")
    _hold(course, case, owner, 1_000_000, "DEPOSIT")


@BED.plant()
def workshop_that_cannot_be_divided(course: Course, spot: Spot) -> None:
    """The excess is one building, and without it too little is held."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-24"), 1_000_000)
    _hold(course, case, owner, 3_000_000, "REALTY")
    _hold(course, case, owner, 400_000)


@BED.plant()
def released_down_to_what_is_at_issue(course: Course, spot: Spot) -> None:
    """What was too much has been given back."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-25"), 1_000_000)
    _hold(course, case, owner, 1_000_000)
    _hold(course, case, owner, 800_000)
    course.rows["property_item"][-1]["release_date"] = days_after(case["file_date"], 30)


# ENT-03: found unrelated to the case


def _unrelated(course: Course, spot: Spot, found_on: date, **more: object) -> None:
    case = stages.file_case(course, spot.place, days_after(found_on, -40), course.person())
    document(course, case, "查封决定书", days_after(found_on, -30))
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, days_after(found_on, -30), unrelated_found_date=found_on, **{**kind, **more})


@BED.plant(ENT_03=1)
def unrelated_and_released_on_the_fourth_day(course: Course, spot: Spot) -> None:
    """Found unrelated on Monday, released on Friday."""
    _unrelated(course, spot, spot.exactly("2025-05-12"), release_date=spot.exactly("2025-05-16"))


@BED.plant()
def unrelated_and_released_after_the_weekend(course: Course, spot: Spot) -> None:
    """Three days from Thursday end on Sunday, so on Monday."""
    _unrelated(course, spot, spot.exactly("2025-05-15"), release_date=spot.exactly("2025-05-19"))


@BED.plant(ENT_03=1)
def unrelated_and_still_held(course: Course, spot: Spot) -> None:
    """Not released at all."""
    _unrelated(course, spot, spot.day("2025-05-20"), enterprise_id=course.enterprise(), amount=None)
    course.rows["case_main"][-1]["crime_amount"] = None
    course.rows["property_item"][-1]["enterprise_id"] = None


@BED.plant(EXE_05=1)
def unrelated_and_lapsed_within_the_days(course: Course, spot: Spot) -> None:
    """The freeze ran out two days after it was found unrelated."""
    found_on = spot.day("2025-05-21")
    freeze = {"asset_kind": "DEPOSIT", "measure_kind": "FREEZE", "due_date": days_after(found_on, 2)}
    _unrelated(course, spot, found_on, **freeze)


@BED.plant()
def amount_at_issue_entered_as_nought(course: Course, spot: Spot) -> None:
    """Nothing at issue: left to the quality of the data."""
    case, owner = _enterprise_case(course, spot, spot.day("2025-02-26"), 0)
    _hold(course, case, owner, 900_000)


@BED.plant()
def unrelated_but_held_by_a_court(course: Course, spot: Spot) -> None:
    """A court's measure follows other rules."""
    found_on = spot.day("2025-05-22")
    suit = stages.sue(course, spot.place, days_after(found_on, -60), course.person(), course.person())
    due = days_after(city.AS_OF, 200)
    seize(course, suit, days_after(found_on, -30), unrelated_found_date=found_on, due_date=due)
    stages.close_trial(course, suit, days_after(found_on, 20), "撤诉")


@BED.plant()
def goods_of_what_became_administrative(course: Course, spot: Spot) -> None:
    """The police go on with it as an administrative case."""
    on = spot.day("2025-05-16")
    case, _, person = _dropped(course, spot, on)
    course.event(case, "GA_CONV_ADMIN", days_after(on, 6))
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    seize(course, case, days_after(on, -80), person_id=person, **kind)
