"""Plants in the data itself: DQ-01, DQ-02, DQ-03 and DQ-08."""

from datetime import date

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _suit(course: Course, spot: Spot, on: date, **more: object) -> Row:
    return stages.sue(course, spot.place, on, course.person(), course.person(), **more)


def _prosecuted(course: Course, spot: Spot, on: date) -> tuple[Row, str]:
    """A review case, lawfully brought to court on a day."""
    suspect = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -100), suspect)
    stages.measure(course, case, suspect, "QB", days_after(on, -99), days_after(on, -26), "移送后重新决定")
    stages.transfer(course, case, days_after(on, -26))
    taken = stages.review(course, case, spot.place, days_after(on, -26), suspect)
    stages.prosecute(course, taken, on)
    return taken, suspect


# DQ-01: impossible order


@BED.plant(DQ_01=1)
def closed_before_it_was_filed(course: Course, spot: Spot) -> None:
    """Closed a day before the filing."""
    on = spot.day("2025-02-18")
    case = _suit(course, spot, on)
    stages.close_trial(course, case, days_after(on, -1))


@BED.plant(DQ_01=2)
def received_after_it_was_closed(course: Course, spot: Spot) -> None:
    """Closed before it was filed, and filed before it was received: one clue for each."""
    on = spot.day("2025-02-20")
    case = _suit(course, spot, on, accept_date=days_after(on, 3))
    stages.close_trial(course, case, days_after(on, -2))


@BED.plant()
def closed_on_the_day_it_was_filed(course: Course, spot: Spot) -> None:
    """Filed and withdrawn on one day."""
    on = spot.day("2025-02-19")
    stages.close_trial(course, _suit(course, spot, on), on, "撤诉")


@BED.plant(DQ_01=1)
def filed_before_it_was_received(course: Course, spot: Spot) -> None:
    """The court filed it four days before it received the papers."""
    on = spot.day("2025-03-12")
    stages.close_trial(course, _suit(course, spot, on, accept_date=days_after(on, 4)), days_after(on, 60))


@BED.plant(DQ_01=1)
def announced_before_it_was_filed(course: Course, spot: Spot) -> None:
    """A slip in the month: the judgment is older than the case."""
    on = spot.day("2025-04-15")
    taken, accused = _prosecuted(course, spot, on)
    tried = stages.trial(course, taken, spot.place, on, accused)
    stages.judge(
        course, tried, accused, days_after(on, -9), days_after(on, 10), is_probation=True, term_months=12
    )
    stages.close_trial(course, tried, days_after(on, 30))


@BED.plant(DQ_01=1)
def effective_before_it_was_announced(course: Course, spot: Spot) -> None:
    """A slip in the day the judgment took effect."""
    on = spot.day("2025-03-19")
    taken, accused = _prosecuted(course, spot, on)
    tried = stages.trial(course, taken, spot.place, on, accused)
    announced_on = days_after(on, 40)
    stages.judge(
        course, tried, accused, announced_on, days_after(announced_on, -3), is_probation=True, term_months=12
    )
    stages.close_trial(course, tried, days_after(announced_on, 3))


@BED.plant(DQ_01=1)
def served_in_the_wrong_century(course: Course, spot: Spot) -> None:
    """A step of 2052, entered in 2025."""
    case = _suit(course, spot, spot.day("2025-05-06"))
    course.event(case, "FY_COPY_SERVED", spot.exactly("2052-05-16"))


@BED.plant()
def hearing_planned_for_august(course: Course, spot: Spot) -> None:
    """A planned hearing may lie ahead."""
    case = _suit(course, spot, spot.day("2025-05-07"))
    course.event(case, "FY_TRIAL", spot.exactly("2025-08-20"))


@BED.plant(DQ_01=1)
def arrested_before_it_was_approved(course: Course, spot: Spot) -> None:
    """Carried out two days before the approval."""
    suspect, on = course.person(), spot.day("2025-05-20")
    case = stages.file_case(course, spot.place, on, suspect)
    stages.arrest(course, case, spot.place, suspect, days_after(on, 4), None)
    carried_out = next(row for row in course.rows["case_event"] if row["event_type"] == "GA_ARREST_EXEC")
    carried_out["event_date"] = days_after(on, 7)


@BED.plant(DQ_01=1)
def prosecuted_before_it_was_accepted(course: Course, spot: Spot) -> None:
    """The step of acceptance carries a day after the prosecution."""
    on = spot.day("2025-05-13")
    taken, accused = _prosecuted(course, spot, on)
    stages.trial(course, taken, spot.place, on, accused)
    accepted = next(row for row in course.rows["case_event"] if row["event_type"] == "JC_ACCEPT")
    accepted["event_date"] = days_after(on, 6)


# DQ-02: what one agency sent and the other took in


def _accepted(course: Course, spot: Spot, sent_on: date, days_later: int, score: str = "0.98") -> None:
    suspect = course.person()
    case = stages.file_case(course, spot.place, days_after(sent_on, -60), suspect)
    stages.transfer(course, case, sent_on)
    stages.review(course, case, spot.place, days_after(sent_on, days_later), suspect, score=score)


@BED.plant(DQ_02=1, PRO_01=1)
def accepted_four_days_later(course: Course, spot: Spot) -> None:
    """One day more than allowed."""
    _accepted(course, spot, spot.day("2025-04-17"), 4)


@BED.plant(DQ_02=1, PRO_01=1)
def accepted_five_days_before_it_was_sent(course: Course, spot: Spot) -> None:
    """The other way round is no better."""
    _accepted(course, spot, spot.day("2025-04-28"), -5)


@BED.plant(PRO_01=1)
def accepted_three_days_later(course: Course, spot: Spot) -> None:
    """As much as is allowed."""
    _accepted(course, spot, spot.day("2025-04-18"), 3)


@BED.plant(PRO_01=1)
def far_apart_under_a_doubtful_link(course: Course, spot: Spot) -> None:
    """Nine days apart, but perhaps not the same case at all."""
    _accepted(course, spot, spot.day("2025-04-21"), 9, "0.75")


@BED.plant(PRO_01=2)
def second_suspect_sent_later(course: Course, spot: Spot) -> None:
    """Two transfers of one case, each accepted the next day."""
    first, second, on = course.person(), course.person(), spot.day("2025-03-13")
    case = stages.file_case(course, spot.place, days_after(on, -60), first, second)
    for suspect, sent_on in ((first, on), (second, days_after(on, 40))):
        stages.transfer(course, case, sent_on, suspect)
        stages.review(course, case, spot.place, days_after(sent_on, 1), suspect)


@BED.plant(DQ_02=1)
def court_filed_eleven_days_later(course: Course, spot: Spot) -> None:
    """Seven days to file, three for the books, one more."""
    taken, accused = _prosecuted(course, spot, spot.day("2025-05-15"))
    stages.trial(course, taken, spot.place, days_after(spot.day("2025-05-15"), 11), accused)


@BED.plant()
def court_filed_ten_days_later(course: Course, spot: Spot) -> None:
    """As late as is allowed."""
    taken, accused = _prosecuted(course, spot, spot.day("2025-05-16"))
    stages.trial(course, taken, spot.place, days_after(spot.day("2025-05-16"), 10), accused)


@BED.plant(PRO_01=1)
def acceptance_day_missing(course: Course, spot: Spot) -> None:
    """The procuratorate recorded no day: the two cannot be compared."""
    suspect, on = course.person(), spot.day("2025-04-24")
    case = stages.file_case(course, spot.place, days_after(on, -60), suspect)
    stages.transfer(course, case, on)
    taken = stages.review(course, case, spot.place, days_after(on, 1), suspect)
    taken["accept_date"] = None


# DQ-03: case numbers


@BED.plant(DQ_03=1)
def number_without_its_last_word(course: Course, spot: Spot) -> None:
    """号 is missing."""
    case = _suit(course, spot, spot.day("2025-03-26"))
    case["case_no"] = case["case_no"].removesuffix("号")


@BED.plant(DQ_03=1)
def number_of_the_year_before(course: Course, spot: Spot) -> None:
    """A case of 2025 with a number of 2024."""
    case = _suit(course, spot, spot.day("2025-04-02"))
    serial = 900_000 + course.number("planted number")
    case["case_no"] = f"（2024）{case['unit_code']}民初{serial}号"
    case["case_no_norm"] = f"2024/{case['unit_code']}/民初/{serial}"


@BED.plant(DQ_03=1)
def one_number_for_two_suits(course: Course, spot: Spot) -> None:
    """Entered twice, not marked as merged; one clue for the number."""
    first, second = (_suit(course, spot, spot.day("2025-03-27")) for _ in range(2))
    second.update(case_no=first["case_no"], case_no_norm=first["case_no_norm"])


@BED.plant(DQ_03=1)
def one_number_in_two_kinds_of_brackets(course: Course, spot: Spot) -> None:
    """Three rows of one number, one of them written in half width: still one clue."""
    cases = [_suit(course, spot, spot.day("2025-04-03")) for _ in range(3)]
    for case in cases[1:]:
        case.update(case_no=cases[0]["case_no"], case_no_norm=cases[0]["case_no_norm"])
    cases[1]["case_no"] = cases[0]["case_no"].replace("（", "(").replace("）", ")")


@BED.plant()
def one_number_marked_as_merged(course: Course, spot: Spot) -> None:
    """Entered twice and marked."""
    first, second = (_suit(course, spot, spot.day("2025-03-28")) for _ in range(2))
    second.update(
        case_no=first["case_no"], case_no_norm=first["case_no_norm"], superseded_by=first["case_id"]
    )


@BED.plant()
def number_in_half_width_brackets(course: Course, spot: Spot) -> None:
    """Other brackets, same number; an addition in Chinese numerals."""
    case = _suit(course, spot, spot.day("2025-03-31"))
    case["case_no"] = case["case_no"].replace("（", "(").replace("）", ")") + "之一"


@BED.plant()
def suit_without_a_number(course: Course, spot: Spot) -> None:
    """No number yet: nothing to compare."""
    _suit(course, spot, spot.day("2025-06-12"), case_no=None, case_no_norm=None)


# DQ-08: a stage without the one before or after it


@BED.plant(DQ_08=1, PRO_01=1)
def review_without_a_police_case(course: Course, spot: Spot) -> None:
    """Nothing leads to it."""
    stages.review(course, None, spot.place, spot.day("2025-04-09"), course.person())


@BED.plant(PRO_01=1)
def review_sent_by_the_supervisory_commission(course: Course, spot: Spot) -> None:
    """No police case can exist."""
    stages.review(
        course, None, spot.place, spot.day("2025-04-09"), course.person(), source_channel="监察移送"
    )


@BED.plant(PRO_01=1)
def review_found_by_the_procuratorate(course: Course, spot: Spot) -> None:
    """Investigated by the procuratorate itself."""
    stages.review(
        course, None, spot.place, spot.day("2025-04-11"), course.person(), source_channel="自行发现"
    )


@BED.plant(PRO_01=1)
def review_moved_in(course: Course, spot: Spot) -> None:
    """Moved in from another procuratorate, where the police case is linked."""
    on = spot.day("2025-04-14")
    taken = stages.review(course, None, spot.place, on, course.person())
    course.event(taken, "JC_JURIS_IN", on)


@BED.plant(DQ_08=1)
def trial_without_a_review_case(course: Course, spot: Spot) -> None:
    """Nothing leads to it."""
    stages.trial(course, None, spot.place, spot.day("2025-05-19"), course.person())


@BED.plant()
def private_prosecution(course: Course, spot: Spot) -> None:
    """Brought by the victim."""
    stages.trial(course, None, spot.place, spot.day("2025-05-20"), course.person(), source_channel="自诉")


@BED.plant()
def trial_after_remand(course: Course, spot: Spot) -> None:
    """Sent back by the court above: the case before is a trial."""
    taken, accused = _prosecuted(course, spot, spot.day("2024-12-03"))
    first = stages.trial(course, taken, spot.place, spot.day("2024-12-05"), accused)
    stages.judge(course, first, accused, spot.day("2025-01-15"), None, is_probation=True, term_months=12)
    stages.close_trial(course, first, spot.day("2025-01-18"))
    second = stages.appeal(course, first, spot.day("2025-02-05"), accused)
    course.event(second, "FY_REMAND", spot.day("2025-03-11"))
    stages.close_trial(course, second, spot.day("2025-03-11"), "发回重审")
    again = stages.trial(course, None, spot.place, spot.day("2025-04-23"), accused)
    course.link(second, again, "REMAND")


@BED.plant(DQ_08=1)
def prosecuted_without_a_trial(course: Course, spot: Spot) -> None:
    """Brought to court two months ago, no court case."""
    _prosecuted(course, spot, spot.day("2025-04-28"))


@BED.plant(DQ_08=1)
def prosecuted_sixteen_days_ago(course: Course, spot: Spot) -> None:
    """Fifteen days ended the day before the sweep."""
    _prosecuted(course, spot, days_after(city.AS_OF, -16))


@BED.plant(DQ_08=2, PRO_01=1)
def review_with_nothing_before_or_after(course: Course, spot: Spot) -> None:
    """Neither police case nor trial: one clue for each."""
    taken = stages.review(course, None, spot.place, spot.day("2025-03-03"), course.person())
    stages.prosecute(course, taken, spot.day("2025-04-07"))


@BED.plant()
def prosecuted_fifteen_days_ago(course: Course, spot: Spot) -> None:
    """Fifteen days end on the day of the sweep."""
    _prosecuted(course, spot, days_after(city.AS_OF, -15))
