"""Plants about community correction: COR-01, COR-02 and COR-07."""

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_custody import correct_stranger

BED = Bed()


# COR-01: notice within five days of effect, papers within ten


@BED.plant(COR_01=1)
def notified_on_the_sixth_day(course: Course, spot: Spot) -> None:
    """Effective on Wednesday 2025-03-05: notice due on Monday 2025-03-10."""
    correct_stranger(course, spot.place, spot.exactly("2025-03-05"), notify_date=spot.exactly("2025-03-11"))


@BED.plant()
def notified_on_the_fifth_day(course: Course, spot: Spot) -> None:
    """In time."""
    correct_stranger(course, spot.place, spot.exactly("2025-03-05"), notify_date=spot.exactly("2025-03-10"))


@BED.plant()
def notified_on_the_monday_after(course: Course, spot: Spot) -> None:
    """The five days end on Saturday 2025-03-08."""
    correct_stranger(course, spot.place, spot.exactly("2025-03-03"), notify_date=spot.exactly("2025-03-10"))


@BED.plant(COR_01=1)
def papers_never_served(course: Course, spot: Spot) -> None:
    """Notified, but the papers never came."""
    correct_stranger(course, spot.place, spot.day("2025-04-08"), doc_served_date=None)


@BED.plant(COR_01=2)
def neither_notified_nor_served(course: Course, spot: Spot) -> None:
    """One clue for each."""
    correct_stranger(course, spot.place, spot.day("2025-02-17"), notify_date=None, doc_served_date=None)


@BED.plant()
def papers_due_on_the_last_day_of_the_export(course: Course, spot: Spot) -> None:
    """Effective on 2025-06-17: due on 2025-06-27, the day the office exported. Nobody can tell."""
    correct_stranger(course, spot.place, spot.exactly("2025-06-17"), doc_served_date=None)


@BED.plant()
def papers_due_after_the_weekend(course: Course, spot: Spot) -> None:
    """Effective on 2025-06-18: due on Saturday, so on the day of the sweep."""
    correct_stranger(course, spot.place, spot.exactly("2025-06-18"), doc_served_date=None)


# COR-02: reported within ten days of effect


@BED.plant(COR_02=1)
def reported_on_the_eleventh_day(course: Course, spot: Spot) -> None:
    """Effective on Monday 2025-02-10: due on Thursday 2025-02-20."""
    correct_stranger(course, spot.place, spot.exactly("2025-02-10"), report_date=spot.exactly("2025-02-21"))


@BED.plant()
def came_to_the_office_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """In time."""
    correct_stranger(course, spot.place, spot.exactly("2025-02-10"), report_date=spot.exactly("2025-02-20"))


@BED.plant()
def reported_after_the_spring_festival(course: Course, spot: Spot) -> None:
    """The ten days end on 2025-01-30, so on 2025-02-05."""
    correct_stranger(course, spot.place, spot.exactly("2025-01-20"), report_date=spot.exactly("2025-02-05"))


@BED.plant(COR_02=1)
def under_surveillance_and_never_reported(course: Course, spot: Spot) -> None:
    """No report, no search."""
    on = spot.day("2025-05-06")
    correct_stranger(course, spot.place, on, cc_type="GZ", report_date=None, status="未报到")


@BED.plant()
def reported_late_since_held(course: Course, spot: Spot) -> None:
    """In the detention centre for another matter on the days for reporting."""
    on, person = spot.day("2025-03-18"), course.person()
    case = stages.file_case(course, spot.place, days_after(on, -20), person)
    stages.measure(course, case, person, "JL", days_after(on, 2), days_after(on, 7), "释放")
    stages.hold(course, case, person, days_after(on, 2), days_after(on, 7))
    stages.withdraw(course, case, days_after(on, 8))
    late_on = days_after(on, 20)
    correct_stranger(course, spot.place, on, cc_type="GZ", person_id=person, report_date=late_on)


@BED.plant()
def reprimanded_for_not_reporting(course: Course, spot: Spot) -> None:
    """Looked for and reprimanded."""
    on = spot.day("2025-04-21")
    row = correct_stranger(course, spot.place, on, cc_type="GZ", report_date=None, status="未报到")
    stages.correction_event(course, row, "XJ", days_after(on, 25))


@BED.plant()
def ended_without_a_report(course: Course, spot: Spot) -> None:
    """The correction was ended."""
    correct_stranger(
        course, spot.place, spot.day("2025-04-22"), cc_type="GZ", report_date=None, status="终止"
    )


@BED.plant()
def report_due_on_the_last_day_of_the_export(course: Course, spot: Spot) -> None:
    """Effective on 2025-06-17: nobody can tell."""
    on = spot.exactly("2025-06-17")
    correct_stranger(course, spot.place, on, cc_type="GZ", report_date=None, status="未报到")


@BED.plant()
def on_medical_parole_without_a_report(course: Course, spot: Spot) -> None:
    """Another rule's matter."""
    correct_stranger(course, spot.place, spot.day("2025-03-25"), cc_type="ZY", report_date=None)


# COR-07: the term is over


@BED.plant(COR_07=1)
def term_ended_the_day_before_the_export(course: Course, spot: Spot) -> None:
    """Last day 2025-06-26, still under correction on 2025-06-27."""
    correct_stranger(course, spot.place, spot.day("2024-05-27"), end_date=spot.exactly("2025-06-26"))


@BED.plant()
def term_ends_on_the_day_of_the_export(course: Course, spot: Spot) -> None:
    """Last day 2025-06-27: nobody can tell what happened since."""
    correct_stranger(course, spot.place, spot.day("2024-05-28"), end_date=spot.exactly("2025-06-27"))


@BED.plant()
def discharged_after_the_last_day(course: Course, spot: Spot) -> None:
    """Discharged as the term ended."""
    end_on = spot.day("2025-05-27")
    correct_stranger(
        course,
        spot.place,
        spot.day("2024-05-28"),
        end_date=end_on,
        status="解除",
        discharge_date=days_after(end_on, 1),
    )


@BED.plant()
def revocation_pending_at_the_end(course: Course, spot: Spot) -> None:
    """Proposed before the end, no ruling yet."""
    on = spot.day("2024-06-12")
    row = correct_stranger(course, spot.place, on, end_date=spot.exactly("2025-06-20"))
    stages.correction_event(course, row, "PROPOSE", spot.exactly("2025-06-10"))


@BED.plant(COR_07=1)
def revocation_refused_and_never_discharged(course: Course, spot: Spot) -> None:
    """The proposal was ruled on, the term went on and ended."""
    row = correct_stranger(course, spot.place, spot.day("2024-05-21"), end_date=spot.day("2025-05-20"))
    stages.correction_event(course, row, "PROPOSE", spot.day("2025-03-03"))
    stages.correction_event(course, row, "RULING", spot.day("2025-03-20"))


@BED.plant()
def end_of_the_term_unknown(course: Course, spot: Spot) -> None:
    """No last day recorded."""
    correct_stranger(course, spot.place, spot.day("2024-07-09"), end_date=None)


@BED.plant()
def lost_and_taken_back_to_prison(course: Course, spot: Spot) -> None:
    """Out of contact for long, but in prison since."""
    row = correct_stranger(course, spot.place, spot.day("2024-10-15"), 36, status="收监")
    stages.correction_event(course, row, "LOST", spot.day("2025-03-11"))
