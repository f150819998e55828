"""Write a demo: the exports of all agencies, and the truth beside them.

In: a folder, a number of cases, a seed. Out: the files and the Truth. Courses are written as they
come, so memory does not grow with the number of cases; the same arguments give the same bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path

from jointsup_rules.demo import city
from jointsup_rules.demo.city_courses import LEAST_CASES, gather_courses
from jointsup_rules.demo.course import Course, Registry, Row
from jointsup_rules.demo.exports import Export, Field
from jointsup_rules.demo.exports_admin import ADMIN_EXPORTS
from jointsup_rules.demo.exports_court import COURT_EXPORTS
from jointsup_rules.demo.exports_others import OTHERS_EXPORTS
from jointsup_rules.demo.exports_oversight import OVERSIGHT_EXPORTS
from jointsup_rules.demo.exports_police import POLICE_EXPORTS
from jointsup_rules.demo.exports_review import REVIEW_EXPORTS
from jointsup_rules.demo.forms import SHEET_ROWS, Cell, Form, Sheet, open_sheet
from jointsup_rules.demo.oracle import RULES, find_all
from jointsup_rules.demo.oracle_gaps import Gaps
from jointsup_rules.demo.oracle_public import Hotspots
from jointsup_rules.demo.truth import FILE_NAME, Expected, FileCounts, Truth, render_truth
from jointsup_rules.demo.verdicts import Finding, Verdict, fold

DEFAULT_CASES = LEAST_CASES
EXPORTS = (
    *POLICE_EXPORTS,
    *REVIEW_EXPORTS,
    *COURT_EXPORTS,
    *ADMIN_EXPORTS,
    *OTHERS_EXPORTS,
    *OVERSIGHT_EXPORTS,
)
_NOTHING: Mapping[str, str] = {}
_DIRT_AFTER = 3  # good rows stand before the damaged ones


def write_exports(folder: Path, n_cases: int = DEFAULT_CASES, seed: int = 1) -> Truth:
    """Write the exports of a city with n_cases cases, and truth.json, into a folder.

    Args:
        folder: Made if it is not there; files of the same names are replaced.
        n_cases: Case rows over all agencies and stages.
        seed: Of the background; the plants stand where they stand.

    Raises:
        ValueError: n_cases is too small for the plants.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hotspots = Hotspots()
    gaps = Gaps()
    verdicts: list[Verdict] = []
    waiting: list[Finding] = []
    deliveries = [Delivery(folder, export) for export in EXPORTS]
    with ExitStack() as stack:
        for delivery in deliveries:
            stack.callback(delivery.close)
        for course in _all_courses(n_cases, seed):
            hotspots.count(course)
            gaps.count(course)
            findings = list(find_all(course))
            unsettled = {(one.rule, one.subject) for one in findings if one.gap is not None}
            waiting += (one for one in findings if (one.rule, one.subject) in unsettled)
            verdicts.extend(fold(one for one in findings if (one.rule, one.subject) not in unsettled))
            for delivery in deliveries:
                delivery.write(course)
    verdicts.extend(fold(hotspots.find()))
    verdicts.extend(fold(gaps.settle(waiting)))
    files = [counts for delivery in deliveries for counts in delivery.counts]
    truth = Truth(
        city.AS_OF, seed, n_cases, tuple(sorted(files, key=lambda file: file.name)), _by_rule(verdicts)
    )
    (folder / FILE_NAME).write_text(render_truth(truth), encoding="utf-8", newline="\n")
    return truth


def _all_courses(n_cases: int, seed: int) -> Iterator[Course]:
    units = Course(Registry())
    units.rows["org_unit"].extend(asdict(unit) for unit in city.UNITS)
    yield units
    yield from (course for _, course in gather_courses(n_cases, seed))


def _by_rule(verdicts: list[Verdict]) -> dict[str, tuple[Expected, ...]]:
    rules: Mapping[str, list[Expected]] = defaultdict(list, {rule: [] for rule in RULES})
    for verdict in sorted(verdicts, key=lambda verdict: verdict.subject):
        rules[verdict.rule].append(Expected(verdict.subject, verdict.outcome, verdict.clues))
    return {rule: tuple(expected) for rule, expected in rules.items()}


class Delivery:
    """The file or files of one export while they are written, and what the import must count in them."""

    def __init__(self, folder: Path, export: Export) -> None:
        self._folder, self._export, self._form = folder, export, export.form
        self._tallies: dict[str, Counter[str]] = {}
        self._sheet = self._open("", export.form)

    @property
    def counts(self) -> list[FileCounts]:
        """What was written so far, by file."""
        return [
            FileCounts(
                name,
                rows_in=tally["loaded"] + tally["rejected"] + tally["left_out"],
                rows_loaded=tally["loaded"],
                rows_rejected=tally["rejected"],
                rows_left_out=tally["left_out"],
                values_unread=tally["unread"],
            )
            for name, tally in self._tallies.items()
        ]

    def write(self, course: Course) -> None:
        """Write the rows of a course that belong here."""
        for row in self._export.select(course):
            if self._form.kind == "xlsx" and self._tally["loaded"] >= SHEET_ROWS:
                # What does not fit into one workbook follows as CSV.
                self._sheet.close()
                self._form = Form("csv")
                self._sheet = self._open("_续", self._form)
            unread = row.get("unread", _NOTHING)
            cells = [_cell(row, unread, field, self._form) for field in self._export.fields]
            self._sheet.write(cells)
            self._tally["loaded"] += 1
            self._tally["unread"] += len(unread)
            if self._tally["loaded"] == _DIRT_AFTER and len(self._tallies) == 1:
                self._soil(cells)

    def close(self) -> None:
        """Finish the file."""
        self._sheet.close()

    def _soil(self, cells: list[Cell]) -> None:
        for number, dirt in enumerate(self._export.dirt):
            self._sheet.write(dirt.change(self._export.headers, cells, number))
            self._tally["left_out" if dirt.is_left_out else "rejected"] += 1

    def _open(self, suffix: str, form: Form) -> Sheet:
        export = self._export
        stem = f"{export.name}_{export.exported_on:%Y%m%d}{suffix}"
        name = f"{stem}.{form.kind}"
        # The import counts what lies in an archive by its own name.
        self._tally = self._tallies[f"{name}/{stem}.csv" if form.kind == "zip" else name] = Counter()
        return open_sheet(self._folder / name, form, export.headers, export.exported_on)


def _cell(row: Row, unread: Mapping[str, str], field: Field, form: Form) -> Cell:
    """Return a value as the agency writes it; what is unread stands there as it was written."""
    value = row.get(field.column)
    if value is None:
        return unread.get(field.column)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return form.write_day(value)
    if field.words:
        return field.words[value]
    return value if isinstance(value, int) else str(value)
