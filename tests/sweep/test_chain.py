"""A year of one office: seven sweeps in a row, in which data, rule and export change; and which sweep comes before."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from .town import RULES, Swept, Town

MONTHS = ("2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31", "2024-08-31", "2024-09-30")
NAMES = ("stays", "answered", "removed", "reopened", "refiled", "answered_unseen", "corrected_unseen")
SEEN = "subject_key, CAST(first_seen_on AS VARCHAR), CAST(last_seen_on AS VARCHAR), times_seen"


def _rows(**changed: dict[str, str] | None) -> list[list[object]]:
    """One case a name, filed in January; None leaves it out."""
    rows: list[list[object]] = []
    for name in NAMES:
        own = changed.get(name, {})
        if own is not None:
            filed_on, amount = own.get("filed_on", "2024-01-10"), own.get("amount", "5")
            rows.append([name, own.get("unit", "U1"), filed_on, "", "OPEN", "", amount, ""])
    return rows


def _answers(*names: str) -> list[list[object]]:
    return [[name, 9, "ANSWER", "2024-04-10", ""] for name in names]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Swept]:
    """Month to sweep."""
    town = Town(tmp_path_factory.mktemp("town"), ["TWN-01"])
    march, april, may, june, july, august, september = MONTHS
    found: dict[str, Swept] = {}
    town.bring(march, cases=_rows())
    found[march] = town.sweep(march)
    # April: two were answered, one is no longer in the export, one was filed on another day.
    town.bring(
        april,
        cases=_rows(removed=None, refiled={"filed_on": "2024-01-12"}),
        events=_answers("answered", "reopened"),
    )
    found[april] = town.sweep(april)
    # May: an answer turns out to be none; one is answered later than the longest limit of any month.
    town.bring(
        may,
        cases=_rows(removed=None, refiled={"filed_on": "2024-01-12"}),
        events=_answers("answered"),
    )
    found[may] = town.sweep(may)
    # June: the table the rule needs is not delivered.
    town.bring(june, cases=_rows(removed=None), without=["events"])
    found[june] = town.sweep(june)
    # July: it is delivered again; while it was not, one was answered and one corrected.
    town.bring(
        july,
        cases=_rows(
            removed=None, refiled={"filed_on": "2024-01-12"}, corrected_unseen={"filed_on": "2024-07-20"}
        ),
        events=_answers("answered", "answered_unseen"),
    )
    found[july] = town.sweep(july)
    # August: the same rule, made over, looks at those of U1 alone; one is of another unit by now.
    town.write_rule(
        "TWN-01", RULES["TWN-01"].replace("scope: status", "scope: filed_on > '2024-01-11' and status"), 2
    )
    town.bring(
        august,
        cases=_rows(removed=None, refiled={"filed_on": "2024-01-12"}),
        events=_answers("answered_unseen"),
    )
    found[august] = town.sweep(august)
    # September: the rule is no longer there.
    (town.folder / "rules/TWN/TWN-01.yaml").unlink()
    town.write_rule("TWN-03")
    found[september] = town.sweep(september)
    return found


# A hundred days over are grave: from the end of May on.
STATES: dict[str, dict[str, str]] = {
    "2024-03-31": dict.fromkeys(NAMES, "new"),
    "2024-04-30": {
        "stays": "continuing", "refiled": "changed", "answered_unseen": "continuing", "corrected_unseen": "continuing",
    },
    "2024-05-31": {
        "stays": "changed", "refiled": "changed", "answered_unseen": "changed", "corrected_unseen": "changed",
        "reopened": "back",
    },
    "2024-06-30": {},
    "2024-07-31": {"stays": "continuing", "refiled": "continuing", "reopened": "continuing"},
    "2024-08-31": {"refiled": "changed"},
    "2024-09-30": {},
}  # fmt: skip
WHY_GONE: dict[str, dict[str, str]] = {
    "2024-03-31": {},
    "2024-04-30": {"answered": "resolved", "reopened": "resolved", "removed": "record_gone"},
    "2024-05-31": {},
    "2024-06-30": dict.fromkeys(STATES["2024-05-31"], "not_evaluated"),
    # What they rested on is read in the sweep in which the rule ran last.
    "2024-07-31": {"answered_unseen": "resolved", "corrected_unseen": "data_changed"},
    "2024-08-31": {"stays": "rule_changed", "reopened": "rule_changed"},
    "2024-09-30": {"refiled": "withdrawn"},
}
SAID = {
    "resolved": ("已解决：应办事项已办或已不在范围内", "resolved: the duty is done, or the matter is out of scope"),
    "record_gone": ("数据改变：记录不在本次数据中", "data changed: the record is not in this dataset"),
    "not_evaluated": (
        "规则本次未能评估，不等于已解决", "the rule could not be evaluated this time; that is not resolved"
    ),
    "data_changed": ("数据改变：所依据的记录已更正", "data changed: the records it rested on were corrected"),
    "rule_changed": ("规则、参数或数据字典已修改", "the rule, its parameters or the dictionary changed"),
    "withdrawn": ("规则已停用或撤回", "the rule was withdrawn"),
}  # fmt: skip


@pytest.mark.parametrize("month", MONTHS)
def test_each_month_every_clue_has_its_state_and_every_clue_gone_its_reason(
    months: dict[str, Swept], month: str
) -> None:
    assert months[month].states() == STATES[month]
    assert months[month].gone() == WHY_GONE[month]


@pytest.mark.parametrize("month", MONTHS)
def test_the_reason_is_said_in_both_languages(months: dict[str, Swept], month: str) -> None:
    for (why,) in months[month].rows("gone", "why"):
        told = json.loads(why)
        assert (told["zh"], told["en"]) == SAID[told["code"]]


def test_each_sweep_follows_the_one_of_the_month_before(months: dict[str, Swept]) -> None:
    assert months[MONTHS[0]].manifest["previous"] is None
    for before, after in pairwise(MONTHS):
        assert months[after].manifest["previous"] == months[before].folder.name


def test_a_clue_keeps_its_first_day_and_counts_the_sweeps_that_found_it(months: dict[str, Swept]) -> None:
    seen = {month: {row[0]: row[1:] for row in months[month].rows("clues", SEEN)} for month in MONTHS}
    assert seen["2024-03-31"]["stays"] == ("2024-03-31", "2024-03-31", 1)
    assert seen["2024-05-31"]["stays"] == ("2024-03-31", "2024-05-31", 3)
    # Not found in April: one less.
    assert seen["2024-05-31"]["reopened"] == ("2024-03-31", "2024-05-31", 2)
    # Not evaluated in June: not counted, and not begun anew.
    assert seen["2024-07-31"]["stays"] == ("2024-03-31", "2024-07-31", 4)
    assert seen["2024-08-31"]["refiled"] == ("2024-03-31", "2024-08-31", 5)


def test_a_clue_that_is_gone_keeps_the_days_on_which_it_was_seen(months: dict[str, Swept]) -> None:
    july = {row[0]: row[1:] for row in months["2024-07-31"].rows("gone", SEEN)}
    assert july["corrected_unseen"] == ("2024-03-31", "2024-05-31", 3)
    june = {row[0]: row[1:] for row in months["2024-06-30"].rows("gone", SEEN)}
    assert june["reopened"] == ("2024-03-31", "2024-05-31", 2)


# ---- which sweep comes before

FOUND = {"stays": "continuing"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path, ["TWN-01"])
    made.bring("2024-03-31", cases=_rows()[:1])
    return made


def test_a_sweep_is_never_compared_with_itself(town: Town) -> None:
    first = town.sweep("2024-03-31")
    again = town.sweep("2024-03-31", force=True)
    assert again.folder == first.folder
    assert again.manifest["previous"] is None
    assert again.states() == {"stays": "new"}
    town.write_rule("TWN-01", RULES["TWN-01"].replace("severity: {is: low", "severity: {is: medium"), 2)
    other = town.sweep("2024-03-31")
    assert other.folder != first.folder
    assert other.manifest["previous"] is None, "one of the same day is none before it"
    assert other.states() == {"stays": "new"}


def test_another_dataset_is_no_sweep_before(town: Town) -> None:
    town.bring("2024-03-31", into="village", cases=_rows()[:2])
    village = town.sweep("2024-03-31", into="village")
    april = town.sweep("2024-04-30")
    assert (april.manifest["previous"], april.states()) == (None, {"stays": "new"})
    assert town.sweep("2024-04-30", into="village").manifest["previous"] == village.folder.name


def test_another_choice_of_rules_is_no_sweep_before(town: Town) -> None:
    town.sweep("2024-03-31", rules=("TWN-01",))
    assert town.sweep("2024-04-30").manifest["previous"] is None


def test_a_sweep_of_an_earlier_day_made_later_sees_only_what_is_earlier_still(town: Town) -> None:
    march = town.sweep("2024-03-31")
    may = town.sweep("2024-05-31")
    april = town.sweep("2024-04-30")
    assert may.manifest["previous"] == march.folder.name
    assert april.manifest["previous"] == march.folder.name
    assert april.states() == FOUND
    # May once more stands on April now: another sweep, beside the one that stood on March.
    again = town.sweep("2024-05-31")
    assert again.manifest["previous"] == april.folder.name
    assert again.folder != may.folder
    assert again.rows("clues", "times_seen") == [(3,)]
    assert may.rows("clues", "times_seen") == [(2,)]


def test_of_two_sweeps_of_one_day_the_newer_comes_before(town: Town) -> None:
    first = town.sweep("2024-03-31")
    os.utime(first.folder / "manifest.json", (1, 1))
    town.bring("2024-03-31", cases=_rows()[:2])
    second = town.sweep("2024-03-31")
    april = town.sweep("2024-04-30")
    assert april.manifest["previous"] == second.folder.name
    assert set(april.states()) == {"stays", "answered"}


def test_what_is_no_finished_sweep_comes_before_none(town: Town) -> None:
    for name, text in (("2024-03-30-00000000", "{"), ("mine", "[]"), (".2024-03-30-1.x", "{}")):
        town.write(f"reports/{name}/manifest.json", text)
    assert town.sweep("2024-03-31").manifest["previous"] is None


def test_an_identical_sweep_is_there_already_unless_it_is_forced(town: Town) -> None:
    first = town.sweep("2024-03-31")
    made = (first.folder / "clues.parquet").stat().st_mtime_ns
    again = town.sweep("2024-03-31", jobs=1, memory="1GB")
    assert (first.result.is_reused, again.result.is_reused) == (False, True)
    assert (again.folder / "clues.parquet").stat().st_mtime_ns == made
    forced = town.sweep("2024-03-31", force=True)
    assert not forced.result.is_reused
    assert forced.folder == first.folder
    assert (forced.folder / "clues.parquet").stat().st_mtime_ns != made


def test_another_identity_makes_other_clues_because_of_the_rule(town: Town) -> None:
    town.write_rule("TWN-01", RULES["TWN-01"] + "identity: [subject]\n")
    march = town.sweep("2024-03-31")
    town.write_rule("TWN-01", RULES["TWN-01"] + "identity: [subject, started_on]\n", 2)
    april = town.sweep("2024-04-30")
    assert april.states() == {"stays": "new"}
    assert april.gone() == {"stays": "rule_changed"}
    assert march.rows("clues", "clue_id") != april.rows("clues", "clue_id")


def test_a_day_that_ends_a_condition_is_no_correction(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    town.write_rule(
        "TWN-11",
        """
subject: case
detect: {condition: {when: age_days between 60 and 100}}
severity: low
grade: none
reason: {zh: "{case_id}已{age_days}天。", en: "{case_id} is {age_days} days old."}
""",
    )
    town.bring("2024-03-31", cases=_rows())
    assert set(town.sweep("2024-03-31").states("TWN-11")) == set(NAMES)
    # The same cases in a new export, one of them corrected.
    town.bring("2024-05-31", cases=_rows(stays={"filed_on": "2024-05-30"}), named="of_may_{}.csv")
    gone = town.sweep("2024-05-31").gone("TWN-11")
    assert gone.pop("stays") == "data_changed"
    assert gone == dict.fromkeys(set(NAMES) - {"stays"}, "day_passed")
