"""Trials of the background that are not the plain kind: short procedures, extensions, days that do not count.

In: a seeded source of chance, a trial, the day it was filed. Out: the day it ends, and the records that make
that day lawful. Only trials whose whole course lies behind the day of the demo are varied.
"""

from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.chance import Chance
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after
from jointsup_rules.demo.stages_limits import exclude, extend

_LONGEST = 345  # no trial of the background lasts longer


def _is_settled(on: date) -> bool:
    return days_after(on, _LONGEST) <= city.AS_OF


def vary_trial(course: Course, chance: Chance, case: Row, on: date) -> date:
    """Return the day a criminal trial is announced: of twelve settled ones five are of another kind."""
    plain_on, kind = days_after(on, chance.among(25, 80)), chance.among(0, 11)
    if not _is_settled(on) or kind > 4:
        return plain_on
    if kind == 0:
        case["procedure_type"] = "SC"
        return days_after(on, chance.among(4, 9))
    if kind in (1, 2):
        case["procedure_type"] = "JY"
        return days_after(on, chance.among(8, 19))
    if kind == 3:
        extend(course, case, "CR_FIRST", "UPPER", months_after(on, 3, month_end=True), "UP1")
        return days_after(on, chance.among(95, 170))
    back_on = days_after(on, 65)
    exclude(course, case, "CR_FIRST", "SUPP", days_after(on, 38), back_on)
    course.event(case, "FY_SUPP_BACK", back_on)
    return days_after(back_on, chance.among(20, 80))


def vary_suit(course: Course, chance: Chance, case: Row, on: date) -> date:
    """Return the day a civil suit ends: of sixteen settled ones eight are of another kind."""
    plain_on, kind = days_after(on, chance.among(40, 170)), chance.among(0, 15)
    if not _is_settled(on) or kind > 7:
        return plain_on
    if kind < 4:
        case["procedure_type"] = "JY"
        return days_after(on, chance.among(20, 85))
    if kind < 6:
        case["procedure_type"] = "XE"
        return days_after(on, chance.among(15, 55))
    if kind == 6:
        extend(course, case, "CV_FIRST", "PRESIDENT", months_after(on, 6, month_end=False))
        return days_after(on, chance.among(190, _LONGEST))
    exclude(course, case, "CV_FIRST", "NOTICE", days_after(on, 15), days_after(on, 75))
    return days_after(on, chance.among(185, 235))
