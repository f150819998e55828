"""All courses of one demo, in order: plants first, then background until the number of cases is reached.

In: a number of cases and a seed. Out: courses, one at a time; nothing is kept of those handed on.
"""

import math
from collections.abc import Iterator

from jointsup_rules.demo import (
    plants_admin,
    plants_answers,
    plants_bail,
    plants_changes,
    plants_correction,
    plants_courts,
    plants_custody,
    plants_data,
    plants_delivery,
    plants_detention,
    plants_enforcement,
    plants_enterprises,
    plants_filing,
    plants_hanging,
    plants_judgment,
    plants_oversight,
    plants_pressed,
    plants_property,
    plants_public,
    plants_returns,
    plants_review,
    plants_seized,
    plants_sent_on,
    plants_sentences,
    plants_silent,
    plants_stalled,
    plants_trials,
)
from jointsup_rules.demo.background import gather_background
from jointsup_rules.demo.chance import Chance
from jointsup_rules.demo.course import Course, Registry
from jointsup_rules.demo.plants import Plant, gather_plants

PLANTS = (
    *plants_stalled.BED.plants,
    *plants_review.BED.plants,
    *plants_judgment.BED.plants,
    *plants_enforcement.BED.plants,
    *plants_public.BED.plants,
    *plants_data.BED.plants,
    *plants_sentences.BED.plants,
    *plants_correction.BED.plants,
    *plants_property.BED.plants,
    *plants_oversight.BED.plants,
    *plants_trials.BED.plants,
    *plants_courts.BED.plants,
    *plants_delivery.BED.plants,
    *plants_answers.BED.plants,
    *plants_changes.BED.plants,
    *plants_pressed.BED.plants,
    *plants_bail.BED.plants,
    *plants_custody.BED.plants,
    *plants_hanging.BED.plants,
    *plants_seized.BED.plants,
    *plants_filing.BED.plants,
    *plants_admin.BED.plants,
    *plants_detention.BED.plants,
    *plants_returns.BED.plants,
    *plants_enterprises.BED.plants,
    *plants_sent_on.BED.plants,
    *plants_silent.BED.plants,
)
LEAST_CASES = 1200
_HOTSPOT = 3  # the county whose court is petitioned about far more than its peers'


def copies_of(n_cases: int) -> int:
    """Return how often each plant is put in: anomalies grow far more slowly than cases."""
    return max(1, round(math.sqrt(n_cases / 2000)))


def gather_courses(n_cases: int, seed: int) -> Iterator[tuple[Plant | None, Course]]:
    """Yield courses with exactly n_cases cases in all; the plant says what was meant, None is background.

    Raises:
        ValueError: n_cases is too small for the plants and for units that can be compared.
    """
    if n_cases < LEAST_CASES:
        raise ValueError(f"a demo has at least {LEAST_CASES} cases, not {n_cases}")
    registry, n_left = Registry(), n_cases
    for plant, course in gather_plants(registry, PLANTS, copies_of(n_cases)):
        n_left -= len(course.rows["case_main"])
        yield plant, course
    hotspot = Course(registry)
    plants_public.petitioned_court(hotspot, _HOTSPOT, max(10, n_cases // 50))
    yield None, hotspot
    for course in gather_background(registry, Chance(seed), n_left - 1):
        yield None, course
