"""Named time limits: the table of them as data, held against rules/clocks.yaml and the numbers of the law."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from jointsup_rules.model.clock import Amount, Clock, RollUnless, Terms, is_word
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.expression import read_expression
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.problems import render_problem

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 6, 26)
CUSTODY = "custody"
COURT = ("CR_", "CV_", "AD_", "EX_")


@dataclass(frozen=True)
class Row:
    """A clock as the table has it: `2m` two months, `15d` days, `3wd` working days, `due` a day found in the data.

    `add` is what each ground adds or (after `=`) replaces the base by, with who may decide; `?` as decided.
    """

    subject: str
    limits: tuple[str, ...]
    roll: bool | str
    add: dict[str, str] = field(default_factory=dict)
    skip: str = ""
    moves: str = ""


SUSPENDED = "SUSPEND FUGITIVE ILLNESS RELATED_CASE HEIR FORCE_MAJEURE"
TRIED = f"{SUSPENDED} PSYCH COUNSEL<10d WITNESS<1m"
CIVIL = f"NOTICE APPRAISAL SETTLE JURIS {SUSPENDED}"
SIMPLE = f"APPRAISAL SETTLE JURIS {SUSPENDED}"
ADMINISTRATIVE = f"NOTICE APPRAISAL MEDIATE JURIS {SUSPENDED}"
ENFORCED = f"AUDIT STAY AUCTION {SUSPENDED}"
MEASURE, OPINION = "coercive_measure", "supervision_opinion"

TABLE = {
    "DETAIN_REQ": Row(MEASURE, ("3d", "7d", "30d"), False, {}, "PSYCH"),
    "ARR_REVIEW": Row("case", ("7d", "15d"), CUSTODY, {"COMPLEX": "=20d"}, "PSYCH"),
    "LZ_DETAIN": Row(MEASURE, ("10d",), False, {"COMPLEX": "4d"}),
    "SELF_DETAIN": Row(MEASURE, ("14d",), False, {"COMPLEX": "3d"}),
    "INV_CUSTODY": Row(
        MEASURE, ("2m",), False,
        {"COMPLEX": "1m UP1", "A158": "2m PROVINCE after COMPLEX", "A159": "2m PROVINCE after A158"},
        "PSYCH", "NEWCRIME ID_UNKNOWN",
    ),
    "QB_MAX": Row(MEASURE, ("12m",), False),
    "JJ_MAX": Row(MEASURE, ("6m",), False),
    "PRO_REVIEW": Row("case", ("10d", "1m"), CUSTODY, {"COMPLEX": "15d", "OVER_1Y": "=15d"}, "PSYCH LZ_DETAIN"),
    "SUPP_INV": Row("case", ("1m",), CUSTODY, {}, "PSYCH"),
    "COND_NP": Row("case", ("12m",), True),
    "CR_FIRST": Row(
        "case", ("3m",), CUSTODY, {"UPPER": "3m UP1", "SUPREME": "? SUPREME after UPPER, any"},
        f"{SUSPENDED} PSYCH SUPP<1m*2 COUNSEL<10d WITNESS<1m",
    ),
    "CR_SUMMARY": Row("case", ("20d",), CUSTODY, {"OVER_3Y": "=1m15d"}, TRIED),
    "CR_FAST": Row("case", ("10d",), CUSTODY, {"OVER_1Y": "=15d"}, TRIED),
    "CR_PRIVATE": Row("case", ("6m",), True, {}, f"{SUSPENDED} PSYCH"),
    "CR_SECOND": Row(
        "case", ("2m",), CUSTODY, {"UPPER": "2m UP1", "SUPREME": "? SUPREME after UPPER, any"},
        f"JC_READ<1m {SUSPENDED} PSYCH",
    ),
    "CR_RETRIAL": Row("case", ("3m",), CUSTODY, {"PRESIDENT": "=6m"}, TRIED),
    "CV_FIRST": Row(
        "case", ("6m",), True, {"PRESIDENT": "6m SELF", "UPPER": "? UP1 after PRESIDENT, any"}, CIVIL
    ),
    "CV_SIMPLE": Row("case", ("3m",), True, {"PRESIDENT": "1m SELF"}, SIMPLE),
    "CV_SMALL": Row("case", ("2m",), True, {"PRESIDENT": "1m SELF"}, SIMPLE),
    "CV_SECOND_J": Row("case", ("3m",), True, {"PRESIDENT": "3m SELF"}, CIVIL),
    "CV_SECOND_R": Row("case", ("30d",), True, {"PRESIDENT": "? SELF"}, CIVIL),
    "CV_SPECIAL": Row("case", ("30d",), True, {"PRESIDENT": "? SELF"}, SIMPLE, "NOTICE"),
    "CV_RETRIAL": Row(
        "case", ("6m",), True, {"PRESIDENT": "6m SELF", "UPPER": "? UP1 after PRESIDENT, any"}, CIVIL
    ),
    "CV_RETRIAL_REV": Row("case", ("3m",), True, {"PRESIDENT": "? SELF"}, "NOTICE APPRAISAL SETTLE"),
    "AD_FIRST": Row("case", ("6m",), True, {"UPPER": "? UP1, any"}, ADMINISTRATIVE),
    "AD_SIMPLE": Row("case", ("45d",), True, {}, ADMINISTRATIVE),
    "AD_SECOND": Row("case", ("3m",), True, {"UPPER": "? UP1, any"}, ADMINISTRATIVE),
    "EX_CV": Row("case", ("6m",), True, {"PRESIDENT": "3m SELF", "UPPER": "? after PRESIDENT, any"}, ENFORCED),
    "EX_NL": Row("case", ("3m",), True, {"PRESIDENT": "3m SELF"}, ENFORCED),
    "EX_CR": Row("case", ("6m",), True, {"PRESIDENT": "? SELF"}, ENFORCED),
    "DOC_DELIVER": Row("case", ("10d",), True),
    "TO_PRISON": Row("prison_term", ("1m",), False, {}, "REFUSED"),
    "COMMUTE": Row("sentence_change", ("1m",), True, {"COMPLEX": "1m"}, "MATERIALS"),
    "RECOMMUTE": Row("sentence_change", ("1m",), True),
    "CC_RULING": Row("community_correction", ("30d", "30d"), True),
    "FILE_GA": Row("case", ("7d", "7d"), True, {"COMPLEX": "=30d SELF", "UPPER": "=60d UP1 after COMPLEX"}),
    "FILE_AT": Row("admin_transfer", ("60d", "30d", "10d", "3d"), True),
    "NOFILE_RECON": Row("case", ("30d",), True, {"COMPLEX": "30d"}),
    "SMLY_REPLY": Row(OPINION, ("7d",), True),
    "TZLA_FILE": Row(OPINION, ("15d",), True),
    "ZA_CASE": Row(
        "admin_case",
        ("$days + $days * least(coalesce(extend_times, 0), $times) + deduct_days", "90d", "60d", "30d"),
        True, {"COMPLEX": "30d UP1, 2"}, "APPRAISAL HEARING",
    ),
    "AP_CASE": Row(
        "admin_case", ("$days + $more * coalesce(extend_times, 0) + coalesce(deduct_days, 0)", "90d"), True
    ),
    "NP_MOVE": Row("nonpros_followup", ("3wd",), False),
    "NP_REVIEW": Row("nonpros_followup", ("10wd",), False, {"PRESIDENT": "?"}, "SUSPEND"),
    "JCYJ_REPLY": Row("nonpros_followup", ("2m",), True),
    "PET_NOTIFY": Row("petition", ("15d",), True),
    "PET_HANDLE": Row("petition", ("$days + least(coalesce(extend_days, 0), $more)",), True),
    "PET_REVIEW": Row("petition", ("30d",), True),
    "PET_RECHECK": Row("petition", ("$days + coalesce(hearing_days, 0)",), True),
    "JC_PET_7": Row("petition", ("7d",), True),
    "JC_PET_3M": Row("petition", ("3m",), True),
    "JCJY_REPLY": Row(OPINION, ("due", "2m"), True),
    "ZXJY_REPLY": Row(OPINION, ("3m",), True, {"PRESIDENT": "1m SELF"}),
    "ZSJY_REPLY": Row(OPINION, ("3m",), True),
    "KS_RULING": Row(OPINION, ("30d",), True),
    "JYJY_REPLY": Row(OPINION, ("10d",), False),
    "JZWF_REPLY": Row(OPINION, ("due", "3d", "$days"), True),
    "JDJY_RECT": Row(OPINION, ("due", "$days"), True),
    "DBTZ_REPORT": Row(OPINION, ("due", "$days"), True),
    "CT_FEEDBACK": Row("clue_transfer", ("due", "$days"), True),
    "H_VERIFY": Row("hotline_clue", ("due", "$days"), True),
}  # fmt: skip

# Numbers that an office sets, or that meet days recorded on the row itself: parameter, and its value.
PARAMETERS = {
    "ZA_CASE": {"days": ("ZA.DAYS", 30), "times": ("ZA.MAX_EXTEND", 2)},
    "AP_CASE": {"days": ("AP.BASE_DAYS", 90), "more": ("AP.EXTEND_DAYS", 30)},
    "PET_HANDLE": {"days": ("PET02.DAYS", 60), "more": ("PET02.EXTEND_DAYS", 30)},
    "PET_RECHECK": {"days": ("PET03.DAYS", 30)},
    "JZWF_REPLY": {"days": ("JZWF.DAYS", 15)},
    "JDJY_RECT": {"days": ("JDJY.DAYS", 30)},
    "DBTZ_REPORT": {"days": ("DBTZ.DAYS", 30)},
    "CT_FEEDBACK": {"days": ("CT.FEEDBACK_DAYS", 30)},
    "H_VERIFY": {"days": ("HOT02.DAYS", 60)},
}
RECORDED = {"DETAIN_REQ", "LZ_DETAIN", "SELF_DETAIN", "INV_CUSTODY", "QB_MAX", "JJ_MAX"}
CRIMINAL = (
    "ARR_",
    "LZ_",
    "SELF_",
    "INV_",
    "QB_",
    "JJ_",
    "PRO_",
    "SUPP_",
    "COND_",
    "CR_",
    "TO_",
    "COMMUTE",
    "RECOMMUTE",
)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return read_rulebook(ROOT)


@pytest.fixture(scope="module")
def dictionary(book: Rulebook) -> Dictionary:
    assert book.dictionary is not None
    return book.dictionary


def terms_on(clock: Clock, day: date) -> Terms:
    return [terms for terms in clock.terms if terms.from_ is None or terms.from_ <= day][-1]


def written(amount: Amount | None) -> str:
    """Write an amount as the table does; empty where no version of the article is known."""
    if amount is None:
        return ""
    if amount.is_due:
        return "due"
    if amount.days is not None and not amount.days.isdigit():
        return amount.days
    units = ((amount.months, "m"), (amount.days, "d"), (amount.working_days, "wd"))
    return "".join(f"{number}{unit}" for number, unit in units if number is not None)


def grounds(clock: Clock, day: date) -> dict[str, str]:
    """Write what each ground of a clock adds on a day as the table does."""
    terms, found = terms_on(clock, day), {}
    for code, extension in clock.shape.extend.items():
        text = "?" if extension.as_decided else written(terms.extensions[code])
        text = ("=" if extension.to is not None else "") + text
        text += f" {extension.level}" if extension.level else ""
        text += f" after {extension.after}" if extension.after else ""
        times = terms.times[code]
        found[code] = text + {None: ", any", 1: ""}.get(times, f", {times}")
    return found


def skipped(clock: Clock) -> set[str]:
    """Write which days do not count, with caps, as the table does."""
    found = set()
    for code, exclusion in clock.shape.exclude.items():
        cap, text = exclusion.at_most, code
        if cap is not None:
            text += f"<{cap.months}m" if cap.months is not None else f"<{cap.days}d"
        found.add(text + (f"*{exclusion.times}" if exclusion.times is not None else ""))
    return found


def expressions(clock: Clock) -> Iterator[str]:
    """Every expression of a clock; single words of starts and stops are left out."""
    shape = clock.shape
    yield from (text for text in (shape.when, shape.recorded) if text is not None)
    yield from (text for text in (*shape.start, *shape.stop) if not is_word(text))
    for limit in shape.limit:
        yield from (t for t in (limit.when, limit.due, limit.days, limit.months, limit.working_days) if t)
    yield from (extension.when for extension in shape.extend.values() if extension.when is not None)
    if isinstance(shape.roll, RollUnless) and shape.roll.unless != "anyone_held":
        yield shape.roll.unless


def columns_of(dictionary: Dictionary, subject: str) -> set[str]:
    found = dictionary.subjects[subject]
    own = dictionary.tables[found.rows_of].columns if found.rows_of is not None else {}
    return {*own, *found.derived}


def is_column(dictionary: Dictionary, subject: str, word: str) -> bool:
    *way, name = word.split(".")
    for step in way:
        relation = dictionary.subjects[subject].related[step]
        assert relation.one, word
        subject = relation.subject or relation.table or ""
    return name in columns_of(dictionary, subject)


def names_of(node: object) -> Iterator[str]:
    """Every column that an expression names."""
    if type(node).__name__ == "Name":
        yield ".".join(node.parts)  # type: ignore[attr-defined]
    for value in vars(node).values() if hasattr(node, "__dataclass_fields__") else ():
        for one in value if isinstance(value, tuple) else (value,):
            for part in one if isinstance(one, tuple) else (one,):
                yield from names_of(part)


def test_the_clocks_are_read_without_a_problem(book: Rulebook) -> None:
    about = [problem for problem in book.problems if "clocks.yaml" in problem.place.path]
    assert [render_problem(problem, "en") for problem in about] == []


def test_every_clock_of_the_table_is_there_and_no_other(book: Rulebook) -> None:
    assert sorted(book.clocks) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_a_clock_is_as_the_table_has_it(book: Rulebook, name: str) -> None:
    clock, row = book.clocks[name], TABLE[name]
    shape = clock.shape
    assert shape.subject == row.subject
    assert tuple(written(limit) for limit in terms_on(clock, TODAY).limits) == row.limits
    assert grounds(clock, TODAY) == row.add
    assert skipped(clock) == set(row.skip.split())
    assert {*shape.restart, *shape.shift} == set(row.moves.split())
    roll = (
        CUSTODY if isinstance(shape.roll, RollUnless) and shape.roll.unless == "anyone_held" else shape.roll
    )
    assert roll == row.roll


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_number_that_is_no_article_is_a_parameter(book: Rulebook, name: str) -> None:
    for word, (parameter, value) in PARAMETERS[name].items():
        assert book.clocks[name].shape.params[word] == parameter
        assert book.parameters.shapes[parameter].values[-1].value == value
    assert set(book.clocks[name].shape.params) == set(PARAMETERS[name])


@pytest.mark.parametrize("name", TABLE)
def test_months_are_counted_by_the_law_of_the_clock(book: Rulebook, name: str) -> None:
    rule = book.clocks[name].shape.month_rule
    expected = "criminal" if name.startswith(CRIMINAL) else "civil"
    assert rule in (expected, None)


@pytest.mark.parametrize("name", TABLE)
def test_every_word_and_expression_is_over_its_subject(
    book: Rulebook, dictionary: Dictionary, name: str
) -> None:
    clock = book.clocks[name]
    subject = clock.shape.subject
    for text in expressions(clock):
        for column in names_of(read_expression(text)):
            assert is_column(dictionary, subject, column), (text, column)
    for word in (*clock.shape.start, *clock.shape.stop):
        if is_word(word) and not is_column(dictionary, subject, word):
            relation = dictionary.subjects[subject].related["events"]
            events = dictionary.tables[relation.table or ""].events
            assert events is not None
            assert word in (dictionary.tables[relation.table or ""].columns[events.type].codes or {}), word


@pytest.mark.parametrize("name", TABLE)
def test_every_ground_and_level_is_one_that_the_data_can_name(
    book: Rulebook, dictionary: Dictionary, name: str
) -> None:
    shape, changes = book.clocks[name].shape, dictionary.changes
    assert changes is not None
    columns = dictionary.tables[changes.table].columns
    codes = {*shape.extend, *shape.exclude, *shape.restart, *shape.shift}
    assert codes <= set(columns[changes.reason].codes or {})
    levels = {extension.level for extension in shape.extend.values() if extension.level is not None}
    assert levels <= set(changes.levels)
    if codes:
        assert dictionary.subjects[shape.subject].related["changes"].table == changes.table


@pytest.mark.parametrize("name", TABLE)
def test_every_article_a_clock_cites_is_in_force(book: Rulebook, name: str) -> None:
    for article in book.clocks[name].articles():
        assert book.laws.article_on(article, TODAY) is not None, article


@pytest.mark.parametrize("name", TABLE)
def test_a_clock_is_labelled_in_both_languages(book: Rulebook, name: str) -> None:
    shape = book.clocks[name].shape
    assert shape.label.zh != shape.label.en
    assert re.search("[\u4e00-\u9fff]", shape.label.zh)
    assert not re.search("[\u4e00-\u9fff]", shape.label.en)
    if shape.note is not None:
        assert shape.note.zh != shape.note.en


def test_opinions_and_suggestions_are_told_apart(book: Rulebook) -> None:
    opinion, suggestion = book.clocks["JCYJ_REPLY"].shape, book.clocks["JCJY_REPLY"].shape
    assert "检察意见" in opinion.label.zh
    assert "检察建议" in suggestion.label.zh
    assert "opinion" in opinion.label.en
    assert "suggestion" in suggestion.label.en
    assert opinion.subject != suggestion.subject


def test_the_day_that_a_system_recorded_is_compared_where_there_is_one(book: Rulebook) -> None:
    assert {name for name, clock in book.clocks.items() if clock.shape.recorded is not None} == RECORDED


@pytest.mark.parametrize(
    ("name", "day", "limit", "add"),
    [
        ("ZA_CASE", date(2025, 12, 31), "30d", {"COMPLEX": "30d UP1"}),
        ("ZA_CASE", date(2026, 1, 1), "30d", {"COMPLEX": "30d UP1, 2"}),
        ("AD_FIRST", date(2015, 4, 30), "3m", {"UPPER": "? UP1, any"}),
        ("AD_FIRST", date(2015, 5, 1), "6m", {"UPPER": "? UP1, any"}),
        ("AD_SECOND", date(2015, 4, 30), "2m", {"UPPER": "? UP1, any"}),
        ("AD_SECOND", date(2015, 5, 1), "3m", {"UPPER": "? UP1, any"}),
        ("AD_SIMPLE", date(2015, 4, 30), "", {}),
        ("AD_SIMPLE", date(2015, 5, 1), "45d", {}),
        ("CV_SMALL", date(2021, 12, 31), "3m", {"PRESIDENT": "3m SELF"}),
        ("CV_SMALL", date(2022, 1, 1), "2m", {"PRESIDENT": "1m SELF"}),
        ("CV_SIMPLE", date(2021, 12, 31), "3m", {"PRESIDENT": "3m SELF"}),
        ("CV_SIMPLE", date(2022, 1, 1), "3m", {"PRESIDENT": "1m SELF"}),
        ("NOFILE_RECON", date(2020, 8, 31), "7d", {"COMPLEX": ""}),
        ("NOFILE_RECON", date(2020, 9, 1), "30d", {"COMPLEX": "30d"}),
        ("AP_CASE", date(2021, 7, 14), "", {}),
        ("AP_CASE", date(2021, 7, 15), "90d", {}),
        ("INV_CUSTODY", date(2018, 10, 25), "2m", TABLE["INV_CUSTODY"].add),
        ("SUPP_INV", date(2018, 10, 25), "1m", {}),
        ("CR_FIRST", date(2018, 10, 25), "3m", TABLE["CR_FIRST"].add),
        ("CR_SECOND", date(2018, 10, 25), "2m", TABLE["CR_SECOND"].add),
        ("TO_PRISON", date(2026, 11, 1), "1m", {}),
        ("QB_MAX", date(2018, 10, 25), "12m", {}),
        ("DETAIN_REQ", date(2018, 10, 25), "30d", {}),
        ("COND_NP", date(2013, 1, 1), "12m", {}),
        ("ARR_REVIEW", date(2019, 12, 29), "15d", {"COMPLEX": "=20d"}),
        ("COMMUTE", date(2021, 2, 28), "1m", {"COMPLEX": "1m"}),
        ("CV_FIRST", date(2021, 12, 31), "6m", TABLE["CV_FIRST"].add),
        ("CV_RETRIAL_REV", date(2023, 12, 31), "3m", TABLE["CV_RETRIAL_REV"].add),
        ("KS_RULING", date(2023, 12, 31), "30d", {}),
        ("ZSJY_REPLY", date(2022, 4, 9), "3m", {}),
    ],
)
def test_the_law_of_the_day_the_period_starts_gives_the_numbers(
    book: Rulebook, name: str, day: date, limit: str, add: dict[str, str]
) -> None:
    clock = book.clocks[name]
    assert written(terms_on(clock, day).limits[-1]) == limit
    assert grounds(clock, day) == add


def test_a_second_extension_of_a_public_security_case_counts_since_2026(book: Rulebook) -> None:
    clock = book.clocks["ZA_CASE"]
    recorded = [written(terms_on(clock, day).limits[1]) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert recorded == ["60d", "90d"]


def test_review_of_fast_track_cases_has_a_limit_since_it_exists(book: Rulebook) -> None:
    clock = book.clocks["PRO_REVIEW"]
    assert [written(limit) for limit in terms_on(clock, date(2018, 10, 25)).limits] == ["", "1m"]
    assert [written(limit) for limit in terms_on(clock, date(2018, 10, 26)).limits] == ["10d", "1m"]


@pytest.mark.parametrize(
    ("name", "article"), [("ZA_CASE", "PSL-118"), ("AP_CASE", "APL-60"), ("NP_MOVE", "RRG-MOVE"), ("NP_REVIEW", "RRG-12")]
)  # fmt: skip
def test_a_clock_that_names_a_day_names_the_one_its_article_came_into_force(
    book: Rulebook, name: str, article: str
) -> None:
    shape = book.clocks[name].shape
    days = re.findall(r"as_date\('([0-9-]+)'\)", " ".join((shape.when or "", *shape.start)))
    assert days == [str(book.laws.versions_of(article)[-1].from_)]


def test_thirty_days_for_grave_matters_are_the_same_in_both_rules(book: Rulebook) -> None:
    ordinary = book.laws.versions_of("AFO-ALL")[-1].spans
    economic = book.laws.versions_of("ECI-15")[-1].spans
    assert ordinary["grave"].days == economic["extended"].days == 30
    assert (ordinary["limit"].days, ordinary["checked"].days) == (3, 7)


def test_a_deduction_is_flagged_where_the_clock_does_not_list_its_ground(
    book: Rulebook, dictionary: Dictionary
) -> None:
    rule = yaml.safe_load((ROOT / "rules/TRI/TRI-08.yaml").read_text(encoding="utf-8"))
    (when,) = (
        part["condition"]["when"] for part in rule["detect"]["any_of"] if part["name"] == "not_allowed"
    )
    grounds_known = dictionary.tables["time_limit_change"].columns["reason_code"].codes
    pairs = [(name, code) for name in book.clocks for code in grounds_known if name[:3] in COURT]
    assert len(pairs) > 500
    values = ", ".join(f"('{name}', '{code}')" for name, code in pairs)
    flagged = duckdb.sql(
        f"SELECT *, {when} FROM (VALUES {values}) AS pair (clock_id, reason_code)"
    ).fetchall()
    for name, code, is_flagged in flagged:
        shape = book.clocks[name].shape
        assert is_flagged == (code not in {*shape.exclude, *shape.shift}), (name, code)
