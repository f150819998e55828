"""Plants around those who oversee: REV-01, REV-02, FBK-05, FBK-06 and HOT-03."""

from datetime import date

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_oversight import assess, diverge, hand_on, issue, key_clue

BED = Bed()


def _withdrawn(course: Course, spot: Spot, on: date) -> Row:
    """A police case, withdrawn on a day after sixty days of work."""
    suspect = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -60), suspect)
    stages.measure(course, case, suspect, "QB", days_after(on, -58), on)
    stages.withdraw(course, case, on)
    return case


# REV-01: a divergence is reviewed within ninety days


@BED.plant(REV_01=1)
def divergence_never_reviewed(course: Course, spot: Spot) -> None:
    """Withdrawn on the procuratorate's demand, no review."""
    on = spot.day("2025-02-24")
    diverge(course, _withdrawn(course, spot, on), "JDCA", on)


@BED.plant(REV_01=1)
def ninety_days_of_review_passed_on_thursday(course: Course, spot: Spot) -> None:
    """Due on 2025-06-26, four days before the sweep."""
    on = spot.exactly("2025-03-28")
    diverge(course, _withdrawn(course, spot, on), "JDCA", on)


@BED.plant()
def review_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Ninety days from 2025-03-31 end on a Sunday."""
    on = spot.exactly("2025-03-31")
    diverge(course, _withdrawn(course, spot, on), "JDCA", on)


@BED.plant()
def divergence_reviewed_late(course: Course, spot: Spot) -> None:
    """Reviewed after five months: not missing."""
    on = spot.day("2024-12-10")
    case = _withdrawn(course, spot, on)
    diverge(course, case, "JDCA", on)
    assess(course, case, days_after(on, 150))


@BED.plant(REV_01=1)
def reviewed_only_before_the_divergence(course: Course, spot: Spot) -> None:
    """The review came a week before."""
    on = spot.day("2025-01-14")
    case = _withdrawn(course, spot, on)
    assess(course, case, days_after(on, -7))
    diverge(course, case, "JDCA", on)


@BED.plant()
def reviewed_at_the_stage_after(course: Course, spot: Spot) -> None:
    """Entered under the procuratorate's case."""
    on, suspect = spot.day("2025-01-16"), course.person()
    case = stages.file_case(course, spot.place, days_after(on, -70), suspect)
    stages.transfer(course, case, days_after(on, -24))
    taken = stages.review(course, case, spot.place, days_after(on, -23), suspect)
    stages.drop(
        course, taken, suspect, on, moved_date=on, review_done_date=days_after(on, 1), need_penalty=False
    )
    diverge(course, case, "BS_RECON", days_after(on, 5))
    assess(course, taken, days_after(on, 40))


# REV-02: put right by the day set


@BED.plant(REV_02=1)
def problems_never_put_right(course: Course, spot: Spot) -> None:
    """The day passed in May."""
    case = _withdrawn(course, spot, spot.day("2025-02-20"))
    assess(course, case, spot.day("2025-03-03"), problem_count=2, rectify_due_date=spot.exactly("2025-05-20"))


@BED.plant(REV_02=1)
def problems_put_right_a_day_late(course: Course, spot: Spot) -> None:
    """Done on the day after."""
    case, due_on = _withdrawn(course, spot, spot.day("2025-01-21")), spot.day("2025-04-18")
    more = {"rectify_due_date": due_on, "rectified_date": days_after(due_on, 1)}
    assess(course, case, spot.day("2025-02-10"), problem_count=1, **more)


@BED.plant()
def problems_put_right_on_the_day(course: Course, spot: Spot) -> None:
    """Done on the last day."""
    case, due_on = _withdrawn(course, spot, spot.day("2025-01-22")), spot.day("2025-04-19")
    assess(course, case, spot.day("2025-02-11"), rectify_due_date=due_on, rectified_date=due_on)


@BED.plant()
def problems_to_be_put_right_this_week(course: Course, spot: Spot) -> None:
    """Due in four days."""
    case = _withdrawn(course, spot, spot.day("2025-04-08"))
    assess(course, case, spot.day("2025-05-12"), problem_count=1, rectify_due_date=spot.exactly("2025-07-04"))


# FBK-05: clues handed on


def _handed(course: Course, spot: Spot, on: date, **more: object) -> None:
    hand_on(course, "ZFW239900", city.procuratorate(spot.place), on, **more)


@BED.plant(FBK_05=2)
def clue_without_any_answer(course: Course, spot: Spot) -> None:
    """Neither signed for nor answered: one clue for each."""
    _handed(course, spot, spot.day("2025-05-12"))


@BED.plant(FBK_05=1)
def clue_signed_for_and_left(course: Course, spot: Spot) -> None:
    """Signed for, thirty days over."""
    on = spot.day("2025-05-13")
    _handed(course, spot, on, accept_date=days_after(on, 2))


@BED.plant(FBK_05=1)
def clue_unsigned_for_four_days(course: Course, spot: Spot) -> None:
    """Handed on on 2025-06-24: signing was due on Friday."""
    _handed(course, spot, spot.exactly("2025-06-24"))


@BED.plant()
def clue_unsigned_over_the_weekend(course: Course, spot: Spot) -> None:
    """Handed on on 2025-06-25: signing is due on Saturday, so on the day of the sweep."""
    _handed(course, spot, spot.exactly("2025-06-25"))


@BED.plant()
def answer_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Thirty days from 2025-05-29 end on Saturday."""
    _handed(course, spot, spot.exactly("2025-05-29"), accept_date=spot.exactly("2025-05-30"))


@BED.plant()
def answer_put_off_by_agreement(course: Course, spot: Spot) -> None:
    """The day written down lies ahead."""
    on = spot.day("2025-04-07")
    due_on = spot.exactly("2025-07-15")
    _handed(course, spot, on, accept_date=days_after(on, 1), feedback_due_date=due_on)


@BED.plant()
def clue_answered_but_never_signed_for(course: Course, spot: Spot) -> None:
    """The answer shows that it arrived, late as it came."""
    on = spot.day("2025-03-17")
    _handed(course, spot, on, feedback_date=days_after(on, 45))


@BED.plant()
def sender_without_any_entry(course: Course, spot: Spot) -> None:
    """Twenty-two clues of one sender, none signed for or answered: the columns are probably not exported."""
    for n in range(22):
        sender, receiver = "KSS239900", city.procuratorate(1 + n % len(city.COUNTIES))
        hand_on(course, sender, receiver, days_after(spot.day("2025-03-03"), n))


# FBK-06: the same problem again


def _opinions(course: Course, spot: Spot, *rows: tuple[str, str | None, str | None]) -> None:
    """Opinions on one problem of one court: issued, answered, verified."""
    problem = f"P{course.number('planted problem'):04d}"
    for issued, answered, verified in rows:
        answered_on = spot.exactly(answered) if answered else None
        issue(
            course,
            spot.place,
            "JCJY",
            spot.exactly(issued),
            city.court(spot.place),
            problem_code=problem,
            reply_date=answered_on,
            rectified_date=answered_on,
            verify_result=verified,
        )


@BED.plant(FBK_06=1)
def same_problem_three_times(course: Course, spot: Spot) -> None:
    """The first on the first day of the two years, answered before the second."""
    rows = (("2023-07-02", "2023-08-15", "PASS"), ("2024-05-06", "2024-06-20", None))
    _opinions(course, spot, *rows, ("2025-05-12", "2025-06-16", None))


@BED.plant()
def first_of_three_before_the_two_years(course: Course, spot: Spot) -> None:
    """The first a day earlier."""
    rows = (("2023-07-01", "2023-08-15", "PASS"), ("2024-05-06", "2024-06-20", None))
    _opinions(course, spot, *rows, ("2025-05-12", "2025-06-16", None))


@BED.plant()
def three_opinions_of_one_day(course: Course, spot: Spot) -> None:
    """One day counts once."""
    _opinions(course, spot, *[("2025-02-17", "2025-03-31", "PASS")] * 3)


@BED.plant()
def three_opinions_before_any_answer(course: Course, spot: Spot) -> None:
    """Nothing was answered yet when the last was issued."""
    rows = [(f"2025-05-{day}", "2025-06-18", None) for day in ("06", "14", "22")]
    _opinions(course, spot, *rows)


@BED.plant(FBK_06=1)
def verification_failed_twice(course: Course, spot: Spot) -> None:
    """Two opinions, neither put right."""
    rows = (("2024-09-09", "2024-10-21", "FAIL"), ("2025-03-03", "2025-04-14", "FAIL"))
    _opinions(course, spot, *rows)


@BED.plant()
def verification_failed_once(course: Course, spot: Spot) -> None:
    """Put right the second time."""
    rows = (("2024-09-10", "2024-10-22", "FAIL"), ("2025-03-04", "2025-04-15", "PASS"))
    _opinions(course, spot, *rows)


# HOT-03: key clues to the procuratorate within ten days


@BED.plant(HOT_03=1)
def key_clue_sent_on_the_eleventh_day(course: Course, spot: Spot) -> None:
    """Received on Monday 2025-05-12: due on Thursday 2025-05-22."""
    key_clue(course, spot.place, spot.exactly("2025-05-12"), to_jc_date=spot.exactly("2025-05-23"))


@BED.plant()
def key_clue_sent_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """In time."""
    key_clue(course, spot.place, spot.exactly("2025-05-12"), to_jc_date=spot.exactly("2025-05-22"))


@BED.plant()
def key_clue_sent_after_the_spring_festival(course: Course, spot: Spot) -> None:
    """The ten days end on 2025-01-30, so on 2025-02-05."""
    key_clue(course, spot.place, spot.exactly("2025-01-20"), to_jc_date=spot.exactly("2025-02-05"))


@BED.plant(HOT_03=1)
def key_clue_never_sent(course: Course, spot: Spot) -> None:
    """Examined by the committee alone."""
    key_clue(course, spot.place, spot.day("2025-03-10"), to_jc_date=None)


@BED.plant()
def key_clue_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Received on 2025-06-20."""
    key_clue(course, spot.place, spot.exactly("2025-06-20"), to_jc_date=None)


@BED.plant()
def key_clue_about_the_procuratorate(course: Course, spot: Spot) -> None:
    """Goes elsewhere."""
    accused = city.procuratorate(spot.place)
    key_clue(course, spot.place, spot.day("2025-03-11"), to_jc_date=None, accused_unit_code=accused)


@BED.plant()
def key_clue_dispatched_to_the_procuratorate(course: Course, spot: Spot) -> None:
    """The procuratorate verifies it."""
    unit = city.procuratorate(spot.place)
    key_clue(course, spot.place, spot.day("2025-03-12"), to_jc_date=None, verify_unit_code=unit)


@BED.plant()
def key_clue_sent_to_the_commission(course: Course, spot: Spot) -> None:
    """The supervisory commission has it."""
    on = spot.day("2025-03-13")
    key_clue(course, spot.place, on, to_jc_date=None, jw_transfer_date=days_after(on, 30))
