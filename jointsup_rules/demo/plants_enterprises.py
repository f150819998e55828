"""Plants around private enterprises that wait: ENT-01 and ENT-06."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, document

BED = Bed()


# ENT-01: a private enterprise among the suspects


def _enterprise_case(course: Course, spot: Spot, on: date, **more: Any) -> tuple[Row, str]:
    """A case in which the suspect is the key person of a private enterprise; an account was frozen."""
    values: dict[str, Any] = {
        "cause": city.CONTRACT_FRAUD,
        "is_economic_crime": True,
        "is_private_ent": True,
        **more,
    }
    person = course.person()
    case = stages.file_case(course, spot.place, on, person, **values)
    document(course, case, "询问通知书", days_after(on, 12))
    course.rows["case_party"][-1]["is_ent_key_person"] = True
    return case, person


@BED.plant(ENT_01=1, LONG_01=1)
def manager_waiting_for_a_year_and_a_day(course: Course, spot: Spot) -> None:
    """Twelve months ended the day before the sweep."""
    _enterprise_case(course, spot, spot.exactly("2024-06-29"))


@BED.plant()
def manager_waiting_for_a_year(course: Course, spot: Spot) -> None:
    """The last day."""
    _enterprise_case(course, spot, spot.exactly("2024-06-30"))


@BED.plant(ENT_01=1, LONG_01=1)
def company_itself_under_suspicion(course: Course, spot: Spot) -> None:
    """The company stands among the suspects."""
    on = spot.day("2024-05-14")
    case = stages.file_case(
        course, spot.place, on, cause=city.CONTRACT_FRAUD, is_economic_crime=True, suspect_count=1
    )
    course.party(case, "SUSPECT", course.enterprise(), arrival_status="IN")
    document(course, case, "调取证据通知书", days_after(on, 20))


@BED.plant(LONG_01=1)
def suspect_of_unknown_standing(course: Course, spot: Spot) -> None:
    """A private enterprise is involved; whether the suspect runs it was not entered: nobody can tell."""
    _enterprise_case(course, spot, spot.day("2024-05-13"))
    course.rows["case_party"][-1]["is_ent_key_person"] = None


@BED.plant(LONG_01=1)
def company_the_victim(course: Course, spot: Spot) -> None:
    """The enterprise is the victim."""
    on = spot.day("2024-05-15")
    case, _ = _enterprise_case(course, spot, on)
    course.rows["case_party"][-1]["is_ent_key_person"] = False
    course.party(case, "VICTIM", course.enterprise())


@BED.plant()
def manager_sent_on(course: Course, spot: Spot) -> None:
    """Sent on, withdrawn from nothing: the police row was left open, the review is done."""
    on = spot.day("2024-05-16")
    case, person = _enterprise_case(course, spot, on)
    stages.transfer(course, case, days_after(on, 90), closes=False)
    taken = stages.review(course, case, spot.place, days_after(on, 91), person)
    stages.drop(
        course, taken, person, days_after(on, 110), np_type="CY", moved_date=days_after(on, 111),
        review_done_date=days_after(on, 115),
    )  # fmt: skip


@BED.plant(LONG_01=1)
def manager_whose_case_the_province_lets_go_on(course: Course, spot: Spot) -> None:
    """Approved with a document."""
    on = spot.day("2024-05-17")
    case, _ = _enterprise_case(course, spot, on)
    more = {"decide_level": "PROVINCE"}
    change(course, case, "INV_CUSTODY", "EXTEND", "CONT_APPROVED", days_after(on, 330), **more)


def _waiting(course: Course, spot: Spot, day: str) -> tuple[Row, str]:
    """A manager's case that has been open for more than a year."""
    return _enterprise_case(course, spot, spot.day(day))


@BED.plant(LONG_01=1)
def manager_at_large(course: Course, spot: Spot) -> None:
    """The only suspect is at large."""
    _waiting(course, spot, "2024-05-20")
    course.rows["case_party"][-1]["arrival_status"] = "FUGITIVE"


@BED.plant(LONG_01=1)
def manager_whose_case_was_joined(course: Course, spot: Spot) -> None:
    """Joined to another case."""
    case, _ = _waiting(course, spot, "2024-05-21")
    main = stages.file_case(course, spot.place, spot.day("2024-05-01"))
    stages.withdraw(course, main, spot.day("2024-07-01"))
    course.link(case, main, "MERGE", "1.00")


@BED.plant(LONG_01=1)
def manager_fined_and_the_clerk_left(course: Course, spot: Spot) -> None:
    """The manager was fined; whoever is left is nobody of the enterprise."""
    case, _ = _waiting(course, spot, "2024-05-22")
    course.rows["case_party"][-1].update(outcome_code="行政处罚", outcome_date=spot.day("2024-09-02"))
    course.party(case, "SUSPECT", course.person(), arrival_status="IN", is_ent_key_person=False)


@BED.plant()
def manager_sent_on_without_a_list(course: Course, spot: Spot) -> None:
    """The review case lists nobody, so it cannot be seen who was sent on."""
    case, _ = _waiting(course, spot, "2024-05-23")
    other = course.person()
    course.party(case, "SUSPECT", other, arrival_status="IN", is_ent_key_person=False)
    stages.transfer(course, case, spot.day("2024-08-19"), other, closes=False)
    taken = stages.review(course, case, spot.place, spot.day("2024-08-20"))
    more = {"np_type": "CY", "moved_date": spot.day("2024-09-11"), "review_done_date": spot.day("2024-09-12")}
    stages.drop(course, taken, other, spot.day("2024-09-10"), **more)


# ENT-06: a private enterprise waiting for a court


@BED.plant(ENT_06=1, LONG_01=1, TRI_05=1)
def company_waiting_for_a_year_and_a_day(course: Course, spot: Spot) -> None:
    """Twelve months ended the day before the sweep."""
    stages.sue(course, spot.place, spot.exactly("2024-06-29"), course.enterprise(), course.person())


@BED.plant(TRI_05=1)
def company_waiting_for_a_year(course: Course, spot: Spot) -> None:
    """The last day."""
    stages.sue(course, spot.place, spot.exactly("2024-06-30"), course.enterprise(), course.person())


@BED.plant(LONG_01=1, TRI_05=1)
def state_company_waiting(course: Course, spot: Spot) -> None:
    """A company of the state: not this rule's subject."""
    owner = course.enterprise()
    course.rows["enterprise"][-1]["ownership"] = "STATE"
    stages.sue(course, spot.place, spot.day("2024-04-16"), owner, course.person())


@BED.plant(LONG_01=1)
def closed_by_its_events_only(course: Course, spot: Spot) -> None:
    """An event has it closed, the case table does not."""
    on = spot.day("2024-04-17")
    case = stages.sue(course, spot.place, on, course.enterprise(), course.person())
    course.event(case, "FY_CLOSE", days_after(on, 80))
