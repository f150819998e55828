"""Lawful paths that several plants begin with.

In: a course, a spot, a day. Out: the rows the plant goes on from.
"""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Spot

NO_PRISON: dict[str, object] = {"main_penalty": None, "term_months": None}
PROBATION: dict[str, object] = {"is_probation": True, "term_months": 12}


def bring_to_judgment(course: Course, spot: Spot, on: date, **outcome: object) -> tuple[Row, Row, str]:
    """A case of one accused, lawfully brought to judgment; the court case, the judgment, the accused."""
    accused = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -150), accused)
    stages.measure(course, case, accused, "QB", days_after(on, -149), days_after(on, -87), "移送后重新决定")
    stages.transfer(course, case, days_after(on, -87))
    taken = stages.review(course, case, spot.place, days_after(on, -86), accused)
    stages.prosecute(course, taken, days_after(on, -60))
    tried = stages.trial(course, taken, spot.place, days_after(on, -55), accused)
    judgment = stages.judge(course, tried, accused, on, days_after(on, 14), **outcome)
    stages.close_trial(course, tried, days_after(on, 3))
    return tried, judgment, accused
