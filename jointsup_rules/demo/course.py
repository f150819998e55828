"""A life course: the rows of one matter at every agency, and the numbers they carry.

In: what happened. Out: rows of the canonical tables (plain dicts, dates as dates, persons as the
ID number the agency holds). Nothing here knows a rule.
"""

from collections import defaultdict
from datetime import date
from hashlib import sha256
from typing import Any

from jointsup_rules.demo import city
from jointsup_rules.demo.days import days_after

Row = dict[str, Any]

_DIGITS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BIRTHDAYS = 16_000  # from 1955-01-01 to 1998-10-21
_COURT_WORDS = {
    ("CR", "FIRST"): "刑初",
    ("CR", "SECOND"): "刑终",
    ("CV", "FIRST"): "民初",
    ("CV", "SECOND"): "民终",
    ("CV", "RETRIAL_REV"): "民申",
    ("AD", "FIRST"): "行初",
    ("AD", "SECOND"): "行终",
    ("EX", "EXEC"): "执",
}


def _id_number(serial: int) -> str:
    """Return the made-up ID number of the serial-th person; the region 239999 does not exist."""
    born = days_after(date(1955, 1, 1), serial * 7919 % _BIRTHDAYS)
    body = f"239999{born:%Y%m%d}{serial // _BIRTHDAYS % 1000:03d}"
    check = sum(int(digit) * weight for digit, weight in zip(body, _DIGITS, strict=True)) % 11
    return body + "10X98765432"[check]


def token(kind: str, serial: int) -> str:
    """Return the made-up token an office would deliver in place of a person or a matter."""
    return sha256(f"{kind} {serial}".encode()).hexdigest()[:16]


class Registry:
    """Numbers given out so far: persons, companies, links, and serials by unit, kind and year.

    One registry serves one run; it is what makes numbers unique across courses.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[str, ...], int] = defaultdict(int)

    def next(self, *series: str) -> int:
        """Return the next serial of a series, from 1."""
        self._last[series] += 1
        return self._last[series]


class Course:
    """The rows of one matter, by table, as they are written down one after another."""

    def __init__(self, registry: Registry) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._registry = registry
        self._events: dict[str, int] = defaultdict(int)

    def number(self, series: str) -> int:
        """Return the next number of a series, unique in the run."""
        return self._registry.next(series)

    # people and companies

    def person(self) -> str:
        """Enter one more person; return the ID number."""
        serial = self._registry.next("person")
        number = _id_number(serial)
        self.rows["person"].append(
            {
                "person_id": number,
                "id_valid": True,
                "name_masked": city.SURNAMES[serial % len(city.SURNAMES)] + "某某",
                "gender": "1" if int(number[16]) % 2 else "2",
                "birth_year": int(number[6:10]),
            }
        )
        return number

    def enterprise(self) -> str:
        """Enter one more private company; return its made-up credit code."""
        serial = self._registry.next("enterprise")
        code = f"91239999MA{serial:07d}X"
        self.rows["enterprise"].append(
            {
                "enterprise_id": code,
                "uscc": code,
                "ent_name_masked": f"{city.CITY}某某{serial}公司",
                "ownership": "PRIVATE",
                "region_code": city.region(0),
                "op_status": "在业",
            }
        )
        return code

    def party(self, case: Row, role: str, who: str, **more: Any) -> Row:
        """Enter who (an ID number, or a credit code beginning with 91) as a party of a case."""
        column = "enterprise_id" if who.startswith("91") else "person_id"
        row = {
            "party_id": f"{case['case_id']}-P{self._step(case, 'P')}",
            "case_id": case["case_id"],
            column: who,
            "role": role,
            **more,
        }
        self.rows["case_party"].append(row)
        return row

    # cases

    def case(self, agency: str, instance: str, place: int, began_on: date | None, **more: Any) -> Row:
        """Enter a case at one agency stage, open unless `more` says otherwise.

        began_on is both the day of acceptance and, for police and courts, of filing, unless given.
        """
        category = more.get("case_category", "CR")
        unit = {"GA": city.police, "JC": city.procuratorate, "FY": city.court}[agency](place)
        year = began_on.year if began_on else city.AS_OF.year
        serial = self._registry.next(agency, instance, category, unit, str(year))
        number, norm = _case_number(agency, instance, category, place, year, serial)
        row: Row = {
            "case_id": f"{agency}{city.region(place)[2:]}{year}{instance[0]}{category}{serial:06d}",
            "agency_type": agency,
            "instance": instance,
            "case_category": category,
            "unit_code": unit,
            "case_no": number,
            "case_no_norm": norm,
            "accept_date": began_on,
            "file_date": None if agency == "JC" else began_on,
            "case_status": "OPEN",
            "handler_id": f"H{unit[-6:]}{serial % 20:02d}",
            "region_code": city.region(place),
            "is_economic_crime": False,
            "is_private_ent": False,
            "is_incidental_civil": False,
            "is_foreign": False,
            "custody_flag": False,
        }
        row.update(more)
        self.rows["case_main"].append(row)
        return row

    def close(self, case: Row, on: date, mode: str) -> None:
        """Note on the case that it was closed on a day."""
        case.update(case_status="CLOSED", close_date=on, close_mode=mode)

    def event(self, case: Row, kind: str, on: date, person: str | None = None, **more: Any) -> Row:
        """Enter one step of procedure; of every fifth the system kept when it was entered, the same evening."""
        serial = self._registry.next("event")
        is_kept = serial % 5 == 0 and on <= city.AS_OF
        row = {
            "recorded_at": f"{on} 17:{serial % 60:02d}:{serial // 60 % 60:02d}" if is_kept else None,
            "event_id": f"{case['case_id']}-E{self._step(case, 'E'):02d}",
            "case_id": case["case_id"],
            "event_type": kind,
            "event_date": on,
            "person_id": person,
            "unit_code": case["unit_code"],
            **more,
        }
        self.rows["case_event"].append(row)
        return row

    def link(self, from_case: Row, to_case: Row, kind: str, score: str = "0.98") -> Row:
        """Join two cases; a score below 0.90 is a doubtful match."""
        method = {"1.00": "CODE", "0.98": "DOCNO"}.get(score, "PERSON_TIME")
        row = {
            "link_id": f"L{self._registry.next('link'):07d}",
            "from_case_id": from_case["case_id"],
            "to_case_id": to_case["case_id"],
            "link_type": kind,
            "match_method": method,
            "match_score": score,
        }
        self.rows["case_link"].append(row)
        return row

    # everything else

    def add(self, table: str, series: str, key: str, **columns: Any) -> Row:
        """Enter one row of another table under the next number of a series (CC -> CC0000001)."""
        row = {key: f"{series}{self._registry.next(series):07d}", **columns}
        self.rows[table].append(row)
        return row

    def _step(self, case: Row, kind: str) -> int:
        self._events[case["case_id"] + kind] += 1
        return self._events[case["case_id"] + kind]


def _case_number(
    agency: str, instance: str, category: str, place: int, year: int, serial: int
) -> tuple[str, str]:
    """Return a case number as printed and its normal form."""
    if agency == "FY":
        court, word = city.court(place), _COURT_WORDS[category, instance]
        return f"（{year}）{court}{word}{serial}号", f"{year}/{court}/{word}/{serial}"
    short = "云" if not place else f"云{city.COUNTIES[place - 1][0]}"
    if agency == "JC":
        word = "检捕受" if instance == "ARR" else "检诉受"
        return f"{short}{word}〔{year}〕{serial}号", f"{year}/{short}/{word}/{serial}"
    return f"{short}公(刑)立字〔{year}〕{serial}号", f"{year}/{short}公/刑立/{serial}"
