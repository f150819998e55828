"""Plants around the procuratorate: INV-04, INV-06 and PRO-05."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, working_days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _sent(course: Course, spot: Spot, on: date, n_suspects: int = 1) -> tuple[Row, list[str]]:
    """A police case with its suspects, sent for prosecution on a day."""
    suspects = [course.person() for _ in range(n_suspects)]
    case = stages.file_case(course, spot.place, days_after(on, -70), *suspects)
    for suspect in suspects:
        stages.measure(course, case, suspect, "QB", days_after(on, -69), on, "移送后重新决定")
    stages.transfer(course, case, on)
    return case, suspects


# INV-04: more than two returns


def _returned(course: Course, taken: Row, on: date, times: int, person: str | None = None) -> date:
    for _ in range(times):
        on = stages.send_back(course, taken, days_after(on, 24), person)
    return on


@BED.plant(INV_04=1, PRO_01=1)
def returned_three_times(course: Course, spot: Spot) -> None:
    """Three returns of the whole case."""
    on = spot.day("2024-10-15")
    case, suspects = _sent(course, spot, on)
    _returned(course, stages.review(course, case, spot.place, on, *suspects), on, 3)


@BED.plant(DQ_02=1, INV_04=1, PRO_01=1)
def returned_before_and_after_a_move(course: Course, spot: Spot) -> None:
    """Twice before the case moved to another procuratorate, once after; the second acceptance is late."""
    on = spot.day("2024-09-10")
    case, (suspect,) = _sent(course, spot, on)
    first = stages.review(course, case, spot.place, on, suspect)
    on = days_after(_returned(course, first, on, 2, suspect), 5)
    course.event(first, "JC_JURIS_OUT", on)
    course.close(first, on, "改变管辖")
    second = stages.review(course, case, spot.place % 10 + 1, on, suspect)
    course.event(second, "JC_JURIS_IN", on)
    _returned(course, second, on, 1, suspect)


@BED.plant(PRO_01=1)
def returned_twice(course: Course, spot: Spot) -> None:
    """Two returns, as often as the law allows."""
    on = spot.day("2024-12-03")
    case, suspects = _sent(course, spot, on)
    _returned(course, stages.review(course, case, spot.place, on, *suspects), on, 2)


@BED.plant(PRO_01=1)
def three_suspects_returned_on_one_day(course: Course, spot: Spot) -> None:
    """Three rows, one return of each suspect."""
    on = spot.day("2025-02-11")
    case, suspects = _sent(course, spot, on, 3)
    taken = stages.review(course, case, spot.place, on, *suspects)
    for suspect in suspects:
        _returned(course, taken, on, 1, suspect)


@BED.plant(PRO_01=1)
def second_return_entered_twice(course: Course, spot: Spot) -> None:
    """Three rows on two days."""
    on = spot.day("2024-12-10")
    case, suspects = _sent(course, spot, on)
    taken = stages.review(course, case, spot.place, on, *suspects)
    back_on = _returned(course, taken, on, 2)
    course.event(taken, "JC_RETURN_SUPP", days_after(back_on, -25))


@BED.plant(PRO_01=1)
def returned_as_a_whole_and_by_person(course: Course, spot: Spot) -> None:
    """Twice as a whole and once for one person: not added up."""
    on = spot.day("2024-11-12")
    case, (suspect,) = _sent(course, spot, on)
    taken = stages.review(course, case, spot.place, on, suspect)
    _returned(course, taken, _returned(course, taken, on, 2), 1, suspect)


@BED.plant(PRO_01=2)
def police_case_split_in_two(course: Course, spot: Spot) -> None:
    """Two review cases of one police case, each returned twice as a whole."""
    on = spot.day("2024-11-19")
    case, suspects = _sent(course, spot, on, 2)
    for suspect in suspects:
        _returned(course, stages.review(course, case, spot.place, on, suspect), on, 2)


# INV-06: sent on, never accepted. Ten days, rolled over holidays.


@BED.plant(INV_06=1)
def never_accepted(course: Course, spot: Spot) -> None:
    """Sent in spring, no case at the procuratorate."""
    _sent(course, spot, spot.day("2025-03-14"))


@BED.plant(INV_06=1)
def ten_days_passed_on_friday(course: Course, spot: Spot) -> None:
    """Due on Friday 2025-06-27, three days before the sweep."""
    _sent(course, spot, spot.exactly("2025-06-17"))


@BED.plant(INV_06=1)
def ten_days_end_in_the_spring_festival(course: Course, spot: Spot) -> None:
    """Due on 2025-01-30, so on Wednesday 2025-02-05."""
    _sent(course, spot, spot.exactly("2025-01-20"))


@BED.plant(INV_06=1)
def ten_days_end_on_a_worked_sunday(course: Course, spot: Spot) -> None:
    """Due on Sunday 2025-01-26, which is worked: no roll."""
    _sent(course, spot, spot.exactly("2025-01-16"))


@BED.plant()
def ten_days_end_on_saturday(course: Course, spot: Spot) -> None:
    """Due on Saturday 2025-06-28, so on Monday, the day of the sweep."""
    _sent(course, spot, spot.exactly("2025-06-18"))


@BED.plant(PRO_01=1)
def accepted_under_a_doubtful_link(course: Course, spot: Spot) -> None:
    """Matched by masked name only: doubtful, but not a case that was never accepted."""
    on = spot.day("2025-04-08")
    case, suspects = _sent(course, spot, on)
    stages.review(course, case, spot.place, on, *suspects, score="0.75")


@BED.plant(DQ_08=1, PRO_01=1)
def accepted_but_not_linked(course: Course, spot: Spot) -> None:
    """The same suspect's review case is there; only the link is missing, which DQ-08 says."""
    on = spot.day("2025-04-10")
    _, suspects = _sent(course, spot, on)
    stages.review(course, None, spot.place, days_after(on, -3), *suspects)


@BED.plant()
def sent_to_another_region(course: Course, spot: Spot) -> None:
    """Moved to another jurisdiction after all."""
    on = spot.day("2025-03-25")
    case, _ = _sent(course, spot, on)
    course.event(case, "GA_TRANSFER_JURIS", days_after(on, 6))


@BED.plant(PRO_01=1)
def joined_to_another_case(course: Course, spot: Spot) -> None:
    """Sent on together with another police case that was accepted."""
    on = spot.day("2025-03-27")
    joined, _ = _sent(course, spot, on)
    main, suspects = _sent(course, spot, on)
    course.link(joined, main, "MERGE", "1.00")
    stages.review(course, main, spot.place, on, *suspects)


@BED.plant(DQ_02=1, PRO_01=1)
def accepted_three_weeks_later(course: Course, spot: Spot) -> None:
    """Accepted after all: no longer missing, but the two days are far apart."""
    on = spot.day("2025-03-04")
    case, suspects = _sent(course, spot, on)
    stages.review(course, case, spot.place, days_after(on, 21), *suspects)


# PRO-05: after a decision not to prosecute


def _dropped(course: Course, spot: Spot, on: date, **followup: object) -> Row:
    sent_on = days_after(on, -24)
    case, (suspect,) = _sent(course, spot, sent_on)
    taken = stages.review(course, case, spot.place, sent_on, suspect)
    return stages.drop(course, taken, suspect, on, **followup)


@BED.plant(PRO_05=1)
def moved_on_the_fourth_working_day(course: Course, spot: Spot) -> None:
    """Monday to Friday: one working day too many."""
    moved_on = spot.exactly("2025-03-07")
    _dropped(
        course,
        spot,
        spot.exactly("2025-03-03"),
        moved_date=moved_on,
        review_done_date=spot.exactly("2025-03-14"),
    )


@BED.plant()
def moved_on_the_third_working_day_over_the_holidays(course: Course, spot: Spot) -> None:
    """Friday 2025-01-24; Sunday the 26th and Monday are worked, then the Spring Festival until 5 February."""
    moved_on = spot.exactly("2025-02-05") if spot.turn % 2 else spot.exactly("2025-01-27")
    decided_on = spot.exactly("2025-01-24")
    _dropped(course, spot, decided_on, moved_date=moved_on, review_done_date=working_days_after(moved_on, 4))


@BED.plant(PRO_05=1)
def never_moved(course: Course, spot: Spot) -> None:
    """Decided before the spring holidays, not moved since."""
    _dropped(course, spot, spot.day("2025-04-01"))


@BED.plant(PRO_05=1)
def examined_on_the_eleventh_working_day(course: Course, spot: Spot) -> None:
    """Moved in time, examined one working day late."""
    decided_on = spot.day("2025-03-20")
    moved_on = working_days_after(decided_on, 2)
    _dropped(course, spot, decided_on, moved_date=moved_on, review_done_date=working_days_after(moved_on, 11))


@BED.plant(PRO_05=3)
def every_step_late(course: Course, spot: Spot) -> None:
    """Moved, examined and answered late: one clue for each."""
    decided_on = spot.day("2025-02-20")
    moved_on = working_days_after(decided_on, 6)
    done_on = working_days_after(moved_on, 14)
    _dropped(course, spot, decided_on, need_penalty=True, moved_date=moved_on, review_done_date=done_on,
             opinion_issue_date=working_days_after(done_on, 11))  # fmt: skip


@BED.plant()
def examined_on_the_tenth_working_day(course: Course, spot: Spot) -> None:
    """Every step on its last day, the opinion included."""
    decided_on = spot.day("2025-03-20")
    moved_on = working_days_after(decided_on, 3)
    done_on = working_days_after(moved_on, 10)
    _dropped(
        course,
        spot,
        decided_on,
        need_penalty=True,
        moved_date=moved_on,
        review_done_date=done_on,
        opinion_issue_date=working_days_after(done_on, 10),
    )


@BED.plant(PRO_05=1)
def penalty_needed_but_no_opinion(course: Course, spot: Spot) -> None:
    """Moved and examined in time; a penalty was needed, and no opinion was issued."""
    decided_on = spot.day("2025-02-26")
    moved_on = working_days_after(decided_on, 1)
    _dropped(
        course,
        spot,
        decided_on,
        need_penalty=True,
        moved_date=moved_on,
        review_done_date=working_days_after(moved_on, 5),
    )


@BED.plant()
def unknown_whether_a_penalty_is_needed(course: Course, spot: Spot) -> None:
    """Moved and examined in time; whether a penalty was needed is not recorded."""
    decided_on = spot.day("2025-02-24")
    moved_on = working_days_after(decided_on, 1)
    _dropped(
        course,
        spot,
        decided_on,
        need_penalty=None,
        moved_date=moved_on,
        review_done_date=working_days_after(moved_on, 5),
    )


@BED.plant()
def penalty_still_to_be_decided(course: Course, spot: Spot) -> None:
    """The same, with a word in the column that the source does not know."""
    decided_on = spot.day("2025-02-25")
    moved_on = working_days_after(decided_on, 2)
    row = _dropped(
        course,
        spot,
        decided_on,
        need_penalty=None,
        moved_date=moved_on,
        review_done_date=working_days_after(moved_on, 6),
    )
    row["unread"] = {"need_penalty": "待定"}


@BED.plant()
def conditionally_not_prosecuted(course: Course, spot: Spot) -> None:
    """A conditional decision is not yet a decision not to prosecute."""
    _dropped(course, spot, spot.day("2025-03-19"), np_type="FTJ")


@BED.plant()
def decided_before_the_guideline(course: Course, spot: Spot) -> None:
    """Decided on the last day of 2024, before the guideline took effect."""
    _dropped(course, spot, spot.exactly("2024-12-31"))
