"""Write the working-day files of this folder from the library chinesecalendar.

In: the library's table of State Council notices. Out: one CSV a year beside this script, one line a
day. Years the library does not know are not written: the engine must never guess a year that has not
been announced. Run it again after the library has taken in a new notice:

    python datasets/calendar/make_calendar.py
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from chinese_calendar import is_workday
from chinese_calendar.constants import Holiday, holidays

COLUMNS = ("day", "is_working_day", "note", "source")
FIRST_YEAR = 2004
MAKE_UP_DAY = "补班"
NAMES = {
    Holiday.new_years_day.value: "元旦",
    Holiday.spring_festival.value: "春节",
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.labour_day.value: "劳动节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.national_day.value: "国庆节",
    Holiday.mid_autumn_festival.value: "中秋节",
    Holiday.anti_fascist_70th_day.value: "抗战胜利70周年纪念日",
}


def read_years() -> range:
    """Return the years the library knows, from 2004 on, without a gap."""
    return range(FIRST_YEAR, max(holidays).year + 1)


def read_days(year: int) -> Iterator[tuple[str, int, str, str]]:
    """Give every day of a year: ISO day, 1 for a working day else 0, note, source.

    Raises:
        NotImplementedError: the library does not know the year.
    """
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    day = date(year, 1, 1)
    while day.year == year:
        is_working = is_workday(day)
        note = MAKE_UP_DAY if is_working and day.weekday() >= 5 else NAMES.get(holidays.get(day, ""), "")
        yield day.isoformat(), int(is_working), note, source
        day += timedelta(days=1)


def render_year(year: int) -> bytes:
    """Render one year as CSV: UTF-8 with BOM, so that Excel and WPS show the notes, lines ending in LF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(read_days(year))
    return text.getvalue().encode("utf-8-sig")


def write_years(folder: Path) -> None:
    """Write one file a year into the folder."""
    for year in read_years():
        (folder / f"{year}.csv").write_bytes(render_year(year))


if __name__ == "__main__":
    write_years(Path(__file__).parent)
