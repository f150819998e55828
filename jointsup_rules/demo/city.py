"""The invented city: its day, its units, its charges.

Ten districts and counties and the city itself, each with a police bureau, a detention centre, a
procuratorate, a court and a justice office; one prison; one petition office. Region codes 2399xx
are not in use, so no number in the demo can be that of a living person or a real unit.
"""

from dataclasses import dataclass
from datetime import date

AS_OF = date(2025, 6, 30)
CORRECTION_EXPORTED_ON = date(2025, 6, 27)  # the justice office delivers three days before the others
FIRST_DAY = date(2023, 1, 4)  # the first day on which something may begin in the background

CITY = "云江市"
COUNTIES = (
    "东林区",
    "西林区",
    "南泉区",
    "北泉区",
    "柳溪县",
    "青石县",
    "白杨县",
    "双桥县",
    "云岭县",
    "长滩县",
)
PLACES = (CITY, *COUNTIES)


@dataclass(frozen=True)
class Unit:
    """One unit as org_unit knows it."""

    unit_code: str
    unit_name: str
    agency_type: str
    level: str
    parent_unit_code: str | None
    region_code: str
    court_code: str | None = None
    proc_short: str | None = None


def region(place: int) -> str:
    """Return the region code of a place: 0 is the city, 1 to 10 its counties."""
    return f"2399{place:02d}"


def police(place: int) -> str:
    """Return the unit code of the police bureau of a place."""
    return f"{region(place)}000000"


def procuratorate(place: int) -> str:
    """Return the unit code of the procuratorate of a place."""
    return f"JC{region(place)}"


def court(place: int) -> str:
    """Return the unit code (and court word) of the court of a place."""
    return f"黑99{place:02d}" if place else "黑99"


def justice(place: int) -> str:
    """Return the unit code of the justice office of a place."""
    return f"SF{region(place)}"


def _units_of(place: int) -> tuple[Unit, ...]:
    name, code, level = PLACES[place], region(place), "COUNTY" if place else "CITY"
    city = not place
    return (
        Unit(police(place), f"{name}公安局", "GA", level, None if city else police(0), code),
        Unit(f"KSS{code}", f"{name}看守所", "KSS", level, police(place), code),
        Unit(
            procuratorate(place),
            f"{name}人民检察院",
            "JC",
            level,
            None if city else procuratorate(0),
            code,
            proc_short="云检" if city else f"云{name[0]}检",
        ),
        Unit(
            court(place),
            f"{CITY}中级人民法院" if city else f"{name}人民法院",
            "FY",
            level,
            None if city else court(0),
            code,
            court_code=court(place),
        ),
        Unit(justice(place), f"{name}司法局", "SF", level, None if city else justice(0), code),
    )


UNITS = (
    *(unit for place in range(len(PLACES)) for unit in _units_of(place)),
    Unit("JY2399", f"{CITY}监狱", "JY", "CITY", None, region(0)),
    Unit("XF239900", f"{CITY}信访局", "XF", "CITY", None, region(0)),
    Unit("XZ239900", f"{CITY}市场监督管理局", "XZ", "CITY", None, region(0)),
    Unit("ZFW239900", f"{CITY}政法委员会", "ZFW", "CITY", None, region(0)),
)

# (code, name) of the mapped list of causes.
THEFT = ("060201", "盗窃罪")
CRIMES = (
    THEFT,
    ("020301", "危险驾驶罪"),
    ("040201", "故意伤害罪"),
    ("060101", "抢劫罪"),
    ("070101", "寻衅滋事罪"),
    ("080201", "开设赌场罪"),
)
CONTRACT_FRAUD = ("030801", "合同诈骗罪")
CIVIL_CAUSES = (
    ("C0301", "民间借贷纠纷"),
    ("C0302", "买卖合同纠纷"),
    ("C0303", "劳动争议"),
    ("C0304", "离婚纠纷"),
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华"
