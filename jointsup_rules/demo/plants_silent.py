"""A city bureau that delivers hardly any ends, steps or decisions: nothing of it may be named case by case.

In: a course. Out: for each column that a rule rests on, at least twenty rows without it. What the bureau does not
deliver is for the quality of the data, so the rules on measures, filing, hanging cases and property take it out.
"""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import deny_arrest, document, hand_over, seize
from jointsup_rules.demo.stages_oversight import issue

BED = Bed()
_MANY, _MOST = 22, 30
_BUREAU = 0  # the city's own, which has no other cases of first instance


def _closed(course: Course, on: date, *suspects: str) -> Row:
    """A case closed in a way that no event tells."""
    case = stages.file_case(course, _BUREAU, on, *suspects)
    course.close(case, days_after(on, 60), "其他")
    return case


def _restrain(course: Course, case: Row, people: list[str]) -> None:
    """Detention, arrest, bail and surveillance of four people, none with an end."""
    for kind, person in zip(("JL", "DB", "QB", "JJ"), people, strict=True):
        more: dict[str, Any] = {"deposit_amount": 2000} if kind == "QB" else {}
        stages.measure(course, case, person, kind, days_after(case["file_date"], 1), None, **more)


@BED.plant(LONG_01=3)
def bureau_without_ends_of_measures(course: Course, spot: Spot) -> None:
    """Neither measures nor cases show an end; three cases hang, one without a measure."""
    for n in range(_MANY):
        people = [course.person() for _ in range(4)]
        _restrain(course, _closed(course, days_after(date(2024, 3, 4), -n), *people), people)
    person = course.person()
    hanging = stages.file_case(
        course, _BUREAU, spot.day("2023-04-11"), person, is_economic_crime=True, is_private_ent=True
    )
    course.rows["case_party"][-1]["is_ent_key_person"] = True
    document(course, hanging, "询问通知书", spot.day("2023-05-11"))
    held = course.person()
    detained = stages.file_case(course, _BUREAU, spot.day("2023-04-12"), held)
    stages.measure(course, detained, held, "JL", spot.day("2023-04-13"), None)
    people = [course.person() for _ in range(4)]
    _restrain(course, stages.file_case(course, _BUREAU, spot.day("2024-05-20"), *people), people)
    refused = course.person()
    case = stages.file_case(course, _BUREAU, spot.day("2025-05-06"), refused)
    stages.measure(course, case, refused, "JL", spot.day("2025-05-06"), None)
    deny_arrest(course, case, _BUREAU, refused, spot.day("2025-05-12"))


@BED.plant()
def bureau_without_steps(course: Course, spot: Spot) -> None:
    """Reports without a decision, closed all the same; nobody handled separately is heard of again."""
    for n in range(_MOST):
        on = days_after(spot.day("2024-09-10"), -n)
        case = course.case("GA", "INV", _BUREAU, on, file_date=None, cause_name=city.THEFT[1])
        course.event(case, "GA_ACCEPT", on)
        course.close(case, days_after(on, 30), "其他")
        mark = {"arrival_status": "SEPARATE", "separate_date": days_after(on, 25)}
        course.party(case, "SUSPECT", course.person(), is_ent_key_person=False, **mark)
    stages.file_case(course, _BUREAU, spot.day("2025-03-10"), course.person())
    waiting = course.case("GA", "INV", _BUREAU, spot.day("2025-05-12"), file_date=None)
    course.event(waiting, "GA_ACCEPT", spot.day("2025-05-12"))


@BED.plant()
def bureau_without_decisions(course: Course, spot: Spot) -> None:
    """Cases handed over and requests for reasons, none with a day of decision or answer."""
    for n in range(_MANY):
        hand_over(course, _BUREAU, days_after(spot.day("2025-05-26"), -n))
        issue(course, _BUREAU, "SMLY", days_after(spot.day("2025-05-26"), -n), city.police(_BUREAU))


@BED.plant()
def bureau_without_releases(course: Course, spot: Spot) -> None:
    """Twenty-two items of a case that was dropped, one found unrelated; and an enterprise's, worth too much."""
    on, suspect = spot.day("2025-04-21"), course.person()
    case = stages.file_case(course, _BUREAU, days_after(on, -90), suspect, crime_amount=1000)
    stages.measure(course, case, suspect, "QB", days_after(on, -89), days_after(on, -25), "移送后重新决定")
    stages.transfer(course, case, days_after(on, -25))
    taken = stages.review(course, case, _BUREAU, days_after(on, -25), suspect)
    more = {"np_type": "CY", "moved_date": days_after(on, 1), "review_done_date": days_after(on, 3)}
    stages.drop(course, taken, suspect, on, **more)
    kind = {"asset_kind": "MOVABLE", "measure_kind": "SEIZE", "due_date": None}
    for _ in range(_MANY):
        seize(course, case, days_after(on, -80), **kind)
    course.rows["property_item"][0]["unrelated_found_date"] = days_after(on, -20)
    seize(course, case, days_after(on, -80), enterprise_id=course.enterprise(), **kind)
