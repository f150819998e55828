"""A course as the oracle looks at it: rows found by what they belong to.

In: a course. Out: the same rows behind a few plain lookups. No rule, no limit.
"""

from collections import defaultdict
from datetime import date

from jointsup_rules.demo.course import Course, Row


class Facts:
    """Read-only lookups over the rows of one course."""

    def __init__(self, course: Course) -> None:
        self.rows = course.rows
        self.cases: dict[str, Row] = {row["case_id"]: row for row in course.rows["case_main"]}
        self._events: dict[str, list[Row]] = defaultdict(list)
        for row in course.rows["case_event"]:
            self._events[row["case_id"]].append(row)

    def live_cases(self) -> list[Row]:
        """Return the cases that were not merged into another."""
        return [row for row in self.cases.values() if row.get("superseded_by") is None]

    def events_of(self, case: Row) -> list[Row]:
        """Return all events of a case."""
        return self._events.get(case["case_id"], [])

    def events(self, case: Row, *kinds: str, person: str | None = None) -> list[date]:
        """Return the days of the events of these kinds, in order; of one person if given (or of all)."""
        days = [
            row["event_date"]
            for row in self.events_of(case)
            if row["event_type"] in kinds and (person is None or row.get("person_id") in (None, person))
        ]
        return sorted(days)

    def first(self, case: Row, *kinds: str, person: str | None = None) -> date | None:
        """Return the day of the first such event."""
        days = self.events(case, *kinds, person=person)
        return days[0] if days else None

    def links_from(self, case: Row, *kinds: str) -> list[Row]:
        """Return the links of these kinds that lead away from a case."""
        return [
            row
            for row in self.rows["case_link"]
            if row["from_case_id"] == case["case_id"] and row["link_type"] in kinds
        ]

    def links_to(self, case: Row, *kinds: str) -> list[Row]:
        """Return the links of these kinds that lead to a case."""
        return [
            row
            for row in self.rows["case_link"]
            if row["to_case_id"] == case["case_id"] and row["link_type"] in kinds
        ]

    def parties(self, case: Row, *roles: str) -> list[Row]:
        """Return the parties of a case in these roles."""
        return [
            row
            for row in self.rows["case_party"]
            if row["case_id"] == case["case_id"] and row["role"] in roles
        ]

    def of(self, table: str, **values: object) -> list[Row]:
        """Return the rows of a table whose columns hold these values."""
        return [
            row for row in self.rows[table] if all(row.get(name) == value for name, value in values.items())
        ]


def since(case: Row) -> date | None:
    """Return the day a case began: filed, or else accepted."""
    began_on: date | None = case["file_date"] or case["accept_date"]
    return began_on


def earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that are known."""
    return min((day for day in days if day is not None), default=None)


def is_unread(row: Row, column: str) -> bool:
    """Say whether the export holds a text there that no reader can make sense of: unknown, not empty."""
    return column in row.get("unread", {})
