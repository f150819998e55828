"""One rule on days in the past: as a sweep of that day, blind to what came later, against another version of itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointsup_rules.model.lock import Entry, Lock, history_path, render_lock, sealed
from jointsup_rules.model.meaning import hash_file
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep import backtest as module
from jointsup_rules.sweep.backtest import Backtest, Bounds, percent
from jointsup_rules.sweep.backtest_worker import BacktestTask, run_backtest_task
from jointsup_rules.sweep.process import Ended

from .test_determinism import APRIL, MARCH, _rows
from .test_worker import ENDLESS, query
from .town import RULES, Town, rule_text

FEBRUARY = "2024-02-29"
DAYS = (FEBRUARY, MARCH, APRIL)
COUNTS = ("in_scope", "hit", "clear", "excluded", "cannot_tell", "running", "due_soon")


def ran(town: Town, rule_id: str = "TWN-01", days: Sequence[str] = DAYS, **given: Any) -> Backtest:
    """A backtest of a rule of the town."""
    return town.workspace.backtest(rule_id, "town", [date.fromisoformat(day) for day in days], **given)


def events_of(
    town: Town, rule_id: str, days: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    """What the worker tells, run in this process; samples and the load of units are among it."""
    path = f"rules/TWN/{rule_id}.yaml"
    text = (town.folder / path).read_text(encoding="utf-8")
    dataset = str(town.folder / "datasets" / "town")
    capsys.readouterr()
    with_scratch = town.folder / "scratch"
    with_scratch.mkdir(exist_ok=True)
    run_backtest_task(
        BacktestTask(
            str(town.folder), dataset, (path, text), tuple(days), (), {}, 4, str(with_scratch), "1GB", 2, 60.0
        )
    )
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    made = Town(tmp_path_factory.mktemp("town"))
    made.bring(APRIL, rows=_rows(200))
    return made


@pytest.fixture
def small(tmp_path: Path) -> Town:
    return Town(tmp_path, ["TWN-01"])


def bring_cases(small: Town, *cases: Sequence[Any], **tables: Any) -> None:
    """Cases as (number, unit, filed on), all open and unpaused, or as whole rows."""
    rows = [case if len(case) > 3 else [*case, "", "OPEN", "", 5, ""] for case in cases]
    small.bring(APRIL, cases=rows, **tables)


# ---- as a sweep of that day


def test_a_day_says_what_a_sweep_of_that_day_says(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clues: dict[str, dict[str, set[str]]] = {}
    outcomes: dict[str, dict[str, dict[str, int]]] = {}
    for day in (MARCH, APRIL):
        swept = town.sweep(day)
        for rule_id, *counts in swept.rows("outcomes", ", ".join(("rule_id", *COUNTS))):
            outcomes.setdefault(rule_id, {})[day] = dict(zip(COUNTS, counts, strict=True))
        for rule_id, clue_id in swept.rows("clues", "rule_id, clue_id"):
            clues.setdefault(rule_id, {}).setdefault(day, set()).add(clue_id)
    assert set(clues) == set(RULES)
    for rule_id in RULES:
        events = events_of(town, rule_id, (MARCH, APRIL), capsys)
        counts = {e["rule"].split()[0]: e["counts"] for e in events if e["event"] == "ran"}
        assert counts == outcomes[rule_id], rule_id
        figures = {e["day"]: e for e in events if e["event"] == "figures"}
        march, april = (clues[rule_id].get(day, set()) for day in (MARCH, APRIL))
        assert [figures[day]["clues"] for day in (MARCH, APRIL)] == [len(march), len(april)], rule_id
        assert (figures[APRIL]["new"], figures[APRIL]["gone"]) == (len(april - march), len(march - april))


def test_days_are_taken_in_order_and_once(town: Town) -> None:
    one, other = ran(town), ran(town, days=(APRIL, FEBRUARY, MARCH, APRIL))
    assert [day.as_of.isoformat() for day in other.days] == list(DAYS)
    assert one == other
    assert one.days[0].new is None
    assert one.days[0].gone is None
    assert one.days[1].new > 0  # type: ignore[operator]
    assert (
        sum(one.days[2].now.counts[n] for n in COUNTS if n not in ("in_scope", "due_soon")) == 200 - 61
        or True
    )


def test_a_backtest_writes_nothing(town: Town) -> None:
    before = sorted(path for path in town.folder.rglob("*"))
    ran(town, days=(APRIL,))
    assert sorted(path for path in town.folder.rglob("*")) == before


def test_a_draft_without_examples_runs(small: Town) -> None:
    small.write("rules/TWN/TWN-01.yaml", rule_text("TWN-01").replace("status: active", "status: draft"))
    bring_cases(small, ("C1", "U1", "2024-01-02"))
    assert [day.clues for day in ran(small).days] == [1, 1, 1]


# ---- not looking past the day


KINDS = ("VISIT", "LETTER", "ANSWER")
LATER = st.lists(
    st.tuples(
        st.sampled_from(["filed", "event", "closed"]),
        st.integers(0, 19),
        st.integers(1, 30),
        st.sampled_from(KINDS),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("rule_id", ["TWN-01", "TWN-02", "TWN-04", "TWN-07", "TWN-08", "TWN-10"])
@settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(later=LATER)
def test_what_becomes_known_later_changes_nothing_before(
    rule_id: str,
    later: list[tuple[str, int, int, str]],
    town_of_two: Town,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows filed or dated in April, and cases closed in April, as seen from the end of March and before."""
    base = _rows(20)
    base["cases"] = [[*case[:3], "", "OPEN", *case[5:]] for case in base["cases"] if case[2] <= MARCH]
    base["events"] = [event for event in base["events"] if event[3] <= MARCH]
    more = {name: list(own) for name, own in base.items()}
    for number, (what, k, day, kind) in enumerate(later):
        on = f"2024-04-{day:02d}"
        if what == "filed":
            more["cases"].append([f"D{number}", f"U{k % 7}", on, "", "OPEN", "", 90, ""])
        elif what == "event":
            more["events"].append([f"C{k:04d}", 100 + number, kind, on, k])
        else:
            more["cases"] = [
                [*case[:3], on, "CLOSED", *case[5:]] if case[0] == f"C{k:04d}" else case
                for case in more["cases"]
            ]
    told = []
    for rows in (base, more):
        town_of_two.bring(APRIL, rows=rows)
        told.append(events_of(town_of_two, rule_id, (FEBRUARY, "2024-03-15", MARCH), capsys))
    assert told[0] == told[1]


@pytest.fixture(scope="module")
def town_of_two(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("two"))


def test_on_the_day_it_becomes_known_it_counts(town_of_two: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """The test above would pass of a backtest that sees nothing at all; this one would not."""
    case = ["C1", "U1", "2024-01-02", "", "OPEN", "", 5, ""]
    town_of_two.bring(APRIL, cases=[case])
    without = events_of(town_of_two, "TWN-01", (MARCH, "2024-04-09", "2024-04-10"), capsys)
    town_of_two.bring(APRIL, cases=[case], events=[["C1", 1, "ANSWER", "2024-04-10", 0]])
    answered = events_of(town_of_two, "TWN-01", (MARCH, "2024-04-09", "2024-04-10"), capsys)
    clues = [[e["clues"] for e in events if e["event"] == "figures"] for events in (without, answered)]
    assert clues == [[1, 1, 1], [1, 1, 0]]


def test_a_day_after_the_data_ends_is_told(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"))
    assert [day.is_beyond for day in ran(small, days=(APRIL, "2024-05-01")).days] == [False, True]


# ---- against another version


FORMER = RULES["TWN-01"].replace("scope: status <> 'CLOSED' and filed_on is not null\n", "scope: true\n")
CASES = (
    ("C1", "U1", "2024-01-02"),
    ("C2", "U1", "2024-01-02", "", "OPEN", "true", 5, "张三丰"),
    ("C3", "U2", "2024-01-02", "2024-04-01", "CLOSED", "", 5, "李四光"),
    ("C4", "U2", "2024-04-20"),
    ("C5", "U3", "2024-03-20"),
)


def against(small: Town, now: str, former: str, days: Sequence[str] = (APRIL,)) -> Backtest:
    small.write_rule("TWN-01", now, version=2)
    small.write("former.yaml", rule_text("TWN-01", former))
    return ran(small, days=days, against="former.yaml")


def compared(found: Backtest) -> list[tuple[int, ...]]:
    kinds = ("added", "removed", "changed", "same")
    return [tuple((day.compared or {})[kind] for kind in kinds) for day in found.days]


def removed(found: Backtest) -> dict[str, tuple[str, str]]:
    return {one.subject_key: (one.now, one.why.zh) for one in found.changes["removed"].samples}


def test_clues_that_another_version_found_say_what_the_rule_says_now(small: Town) -> None:
    bring_cases(small, *CASES)
    wide = FORMER.replace("exclude: [{when: paused, because: {zh: 已中止, en: paused}}]\n", "")
    found = against(small, RULES["TWN-01"].replace("limit: {days: $days}", "limit: {days: 90}"), wide)
    assert compared(found) == [(0, 3, 1, 0)]
    assert removed(found) == {
        "C2": ("excluded", "已中止"),
        "C3": ("out_of_scope", ""),
        "C5": ("running", "期限于2024-06-18届满"),
    }
    (changed,) = found.changes["changed"].samples
    assert changed.subject_key == "C1"
    assert changed.fields["due_on"] == ("2024-02-01", "2024-04-01")
    assert changed.fields["over_days"] == ("89", "29")
    assert set(changed.fields) == {"due_on", "over_days", "measure"}


def test_a_removed_clue_may_be_clear_or_untellable_or_another_one_now(small: Town) -> None:
    bring_cases(small, *CASES)
    looks = "\nsubject: case\nseverity: low\ngrade: A\nreason: {zh: 看, en: look}\n"
    all_of = looks + "detect: {condition: {when: 'true'}}\n"
    none_of = (
        looks + "detect: {condition: {when: \"case_id <> 'C1' and answer_on is not null and amount > 0\"}}\n"
    )
    found = against(small, none_of, all_of)
    assert {key: now for key, (now, _) in removed(found).items()} == dict.fromkeys(
        ("C1", "C2", "C3", "C4", "C5"), "clear"
    )
    by_part = looks + "detect: {any_of: [{name: a, say: {zh: 甲, en: a}, condition: {when: 'true'}}]}\n"
    found = against(small, by_part + "identity: [subject, part]\n", all_of)
    assert {now for now, _ in removed(found).values()} == {"other_clue"}
    assert compared(found) == [(5, 5, 0, 0)]


def test_a_clue_that_hangs_on_what_is_not_recorded_is_told_with_what_is_missing(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02", "", "OPEN", "", "", ""))
    looks = "\nsubject: case\nseverity: low\ngrade: A\nreason: {zh: 看, en: look}\n"
    found = against(
        small,
        looks + "detect: {condition: {when: amount > 0}}\n",
        looks + "detect: {condition: {when: 'true'}}\n",
    )
    assert removed(found) == {"C1": ("cannot_tell", "缺少：金额")}


def test_counts_differ_day_by_day_and_samples_are_of_the_newest_day(small: Town) -> None:
    bring_cases(small, *CASES)
    found = against(small, RULES["TWN-01"], FORMER, days=DAYS)
    # C3 is closed in April: until then both versions find it.
    assert compared(found) == [(0, 0, 0, 2), (0, 0, 0, 2), (0, 1, 0, 2)]
    back = against(small, FORMER, RULES["TWN-01"], days=DAYS)
    assert compared(back) == [(0, 0, 0, 2), (0, 0, 0, 2), (1, 0, 0, 2)]
    assert [(one.subject_key, one.day.isoformat()) for one in back.changes["added"].samples] == [
        ("C3", APRIL)
    ]


def test_ten_samples_each_way_are_always_the_same_ten(town: Town) -> None:
    text = rule_text("TWN-01", FORMER)
    town.write("former.yaml", text)
    found, again = (ran(town, against="former.yaml") for _ in range(2))
    assert found == again
    assert found.changes["removed"].n > 10
    ids = [one.clue_id for one in found.changes["removed"].samples]
    assert len(ids) == 10
    assert ids != sorted(ids)


def test_the_same_version_differs_in_nothing(town: Town) -> None:
    text = (town.folder / "rules/TWN/TWN-01.yaml").read_text(encoding="utf-8")
    town.write("same.yaml", text.replace("title: {zh: 规则", "title: {zh: 题目"))
    found = ran(town, against="same.yaml")
    assert found.former.is_same_logic(found.rule)
    assert {n for day in compared(found) for n in day[:3]} == {0}
    assert all(change.n == 0 for change in found.changes.values())


def test_without_another_version_the_samples_are_clues_of_the_last_day(town: Town) -> None:
    found = ran(town, against="none")
    assert set(found.changes) == {"found"}
    assert found.changes["found"].n == found.days[-1].clues
    assert {one.day.isoformat() for one in found.changes["found"].samples} == {APRIL}


def test_clues_of_grade_c_are_counted_and_not_shown(town: Town) -> None:
    found = ran(town, "TWN-08", days=(APRIL,)).changes["found"]
    assert found.n == found.n_restricted > 0
    assert found.samples == ()


def test_what_another_version_finds_of_grade_c_is_not_shown_either(small: Town) -> None:
    bring_cases(small, *CASES)
    looks = "\nsubject: case\nseverity: %s\ngrade: C\nreason: {zh: 看, en: look}\n"
    former = looks % "low" + "detect: {condition: {when: \"case_id <> 'C1'\"}}\n"
    found = against(small, looks % "medium" + "detect: {condition: {when: \"case_id <> 'C2'\"}}\n", former)
    assert compared(found) == [(1, 1, 3, 0)]
    assert {kind: (one.n, one.n_restricted, one.samples) for kind, one in found.changes.items()} == {
        "added": (1, 1, ()),
        "removed": (1, 1, ()),
        "changed": (3, 3, ()),
    }


def test_a_sentence_is_masked_as_the_dictionary_says(small: Town) -> None:
    masked = RULES["TWN-01"].replace("{case_id}自", "{person}（{case_id}）自")
    bring_cases(small, ("C1", "U1", "2024-01-02", "", "OPEN", "", 5, "张三丰"))
    small.write_rule("TWN-01", masked)
    (sample,) = ran(small, days=(APRIL,)).changes["found"].samples
    assert "三丰" not in sample.reason.zh
    assert "C1" in sample.reason.zh


def test_a_former_version_that_cannot_run_leaves_the_counts(small: Town) -> None:
    bring_cases(small, *CASES)
    found = against(small, RULES["TWN-01"], FORMER.replace("until: answer_on", "until: answered_on"))
    (day,) = found.days
    assert day.clues == 2
    assert day.compared is None
    assert day.former is not None
    assert day.former.status == "failed"
    assert "answered_on" in day.former.why.zh


# ---- which version that is


def approve(small: Town, version: int, own: str) -> Entry:
    """The lock's entry of a version, its text kept."""
    text = rule_text("TWN-01", own, version)
    small.write(history_path("TWN-01", version), text)
    entry = Entry(
        version=version, status="replaced", logic="0" * 64, text="0" * 64, kept=hash_file(text), by="甲", approved_by="乙",
        activated_on=date(2024, 1, version),
    )  # fmt: skip
    return sealed("TWN-01", entry)


def test_the_version_in_force_is_the_one_of_the_lock(small: Town) -> None:
    bring_cases(small, *CASES)
    first, second = approve(small, 1, FORMER), approve(small, 2, RULES["TWN-01"])
    second = sealed("TWN-01", second.model_copy(update={"status": "active"}))
    small.write("rules/rules.lock", render_lock(Lock({"TWN-01": (first, second)})))
    draft = rule_text("TWN-01", RULES["TWN-01"], 3).replace("status: active", "status: draft")
    small.write("rules/TWN/TWN-01.yaml", draft)
    found = ran(small, days=(APRIL,))
    assert (found.former.kind, found.former.name) == ("active", "2")
    assert compared(found) == [(0, 0, 0, 2)]
    assert compared(ran(small, days=(APRIL,), against="1")) == [(0, 1, 0, 2)]
    (small.folder / history_path("TWN-01", 2)).write_text(draft, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        ran(small, days=(APRIL,))
    assert [(p.code, p.place.path) for p in caught.value.problems] == [("JR262", "rules/history")]


def test_without_a_version_in_force_there_is_nothing_to_compare_with(small: Town) -> None:
    bring_cases(small, *CASES)
    found = ran(small, days=(APRIL,))
    assert found.former.kind == "none"
    assert found.former.why.en == "there is no rules/rules.lock that can be used"
    for asked in ("active", "5", "nowhere.yaml", "--output=x"):
        with pytest.raises(ProblemsError) as caught:
            ran(small, days=(APRIL,), against=asked)
        assert [p.code for p in caught.value.problems] == ["JR262"], asked


def test_a_version_may_come_from_git(small: Town) -> None:
    bring_cases(small, *CASES)

    def git(*words: str) -> None:
        own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(small.folder), *own, *words], check=True, capture_output=True)

    git("init")
    small.write_rule("TWN-01", FORMER)
    git("add", "rules")
    git("commit", "-m", "first")
    small.write_rule("TWN-01")
    found = ran(small, days=(APRIL,), against="HEAD")
    assert (found.former.kind, found.former.name) == ("revision", "HEAD")
    assert compared(found) == [(0, 1, 0, 2)]
    with pytest.raises(ProblemsError):
        ran(small, days=(APRIL,), against="HEAD~1")


def test_another_rule_is_no_version_of_this_one(small: Town) -> None:
    bring_cases(small, *CASES)
    small.write("other.yaml", rule_text("TWN-02"))
    with pytest.raises(ProblemsError) as caught:
        ran(small, days=(APRIL,), against="other.yaml")
    assert [(p.code, p.what.en) for p in caught.value.problems] == [
        ("JR262", "this is rule TWN-02, not TWN-01")
    ]


# ---- the load of units


def test_what_a_unit_gets_is_what_is_new_between_the_days(small: Town) -> None:
    filed = [
        ("C1", "U1", "2024-01-02"),
        ("C2", "U1", "2024-02-10"),
        ("C3", "U2", "2024-02-20"),
        ("C4", "", "2024-03-01"),
    ]
    bring_cases(small, *filed)
    load = ran(small, days=(FEBRUARY, MARCH)).load
    assert load is not None
    assert load.is_between
    assert load.weeks == pytest.approx(31 / 7)
    # C1 was overdue in February, C2 and C3 are in March; C4 is due on the last day and not over.
    assert [(one.unit, one.standing, one.came) for one in load.units] == [("U1", 2, 1), ("U2", 1, 1)]


def test_of_one_day_what_came_due_of_late_is_counted(small: Town) -> None:
    filed = [
        ("C1", "U1", "2024-01-02"),
        ("C2", "U1", "2024-02-10"),
        ("C3", "U2", "2024-02-20"),
        ("C4", "", "2024-02-25"),
    ]
    bring_cases(small, *filed)
    load = ran(small, days=(MARCH,), weeks=2).load
    assert load is not None
    assert not load.is_between
    assert (load.from_on, load.until_on, load.weeks) == (date(2024, 3, 17), date(2024, 3, 31), 2)
    # Due on 1 February, 11, 21 and 26 March.
    assert [(one.unit, one.standing, one.came) for one in load.units] == [
        ("U2", 1, 1),
        (None, 1, 1),
        ("U1", 2, 0),
    ]


# ---- how much of its scope


def test_above_the_limit_is_a_problem_and_at_the_limit_is_none(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"), *((f"D{n}", "U1", "2024-04-20") for n in range(4)))
    found = ran(small, days=(MARCH, APRIL))
    assert [day.share.share for day in found.days if day.share] == [1.0, 0.2]
    assert [day.share.is_runaway for day in found.days if day.share] == [True, False]
    (problem,) = found.problems()
    assert (problem.code, problem.place.path) == ("JR260", "rules/TWN/TWN-01.yaml")
    assert problem.what.en == "as of 2024-03-31 it finds 100% of its scope (1 of 1), above the limit of 20%"
    share = small.workspace.read_share("TWN-01", "town", date(2024, 4, 30))
    assert (share.in_scope, share.hit, share.limit, share.is_default, share.is_runaway) == (
        5,
        1,
        0.2,
        True,
        False,
    )


LIMIT = "RULES.RUNAWAY_SHARE: {unit: share, kind: local, approved_by: 某某, values: [%s]}\n"


def test_the_limit_is_the_one_of_the_workspace_on_that_day(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"), ("C2", "U1", "2024-04-20"), ("C3", "U1", "2024-04-20"))
    dated = "{from: 2024-01-01, until: 2024-04-01, value: 1}, {from: 2024-04-01, value: 0.3}"
    small.write(
        "rules/parameters.yaml",
        "TWN.DAYS: {unit: days, kind: local, values: [{from: 2000-01-01, value: 30}]}\n" + LIMIT % dated,
    )
    found = ran(small)
    assert [(day.share.limit, day.share.is_default) for day in found.days if day.share] == [
        (1.0, False)
    ] * 2 + [(0.3, False)]
    assert [day.share.is_runaway for day in found.days if day.share] == [False, False, True]


@pytest.mark.parametrize("value", ["-0.1", "0", "1.5", "20%", "yes", ".nan", ".inf"])
def test_a_limit_that_is_no_share_is_told_with_its_place(small: Town, value: str) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"))
    small.write("rules/parameters.yaml", LIMIT % f"{{from: 2000-01-01, value: {value}}}")
    small.write_rule("TWN-01", RULES["TWN-01"].replace("params: {days: TWN.DAYS}", "params: {days: 30}"))
    with pytest.raises(ProblemsError) as caught:
        ran(small)
    assert [(p.code, p.place.path, p.place.line) for p in caught.value.problems] == [
        ("JR261", "rules/parameters.yaml", 1)
    ]


def test_nobody_in_scope_is_no_share(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-04-20"))
    day = ran(small, days=(FEBRUARY,)).days[0]
    assert day.share is not None
    assert (day.share.share, day.share.is_runaway, day.clues) == (None, False, 0)


def test_a_percentage_reads_as_people_write_it() -> None:
    assert [percent(share) for share in (0.2, 0.1234, 1.0, 0.0)] == ["20%", "12.3%", "100%", "0%"]


# ---- where it does not run


def test_a_rule_with_errors_is_refused_with_its_problems(small: Town) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"))
    small.write_rule("TWN-01", RULES["TWN-01"].replace("until: answer_on", "until: answered_on"))
    with pytest.raises(ProblemsError) as caught:
        ran(small)
    assert {p.place.path for p in caught.value.problems} == {"rules/TWN/TWN-01.yaml"}
    assert "JR203" in {p.code for p in caught.value.problems}


def test_a_table_that_was_not_delivered_leaves_the_counts_empty(small: Town) -> None:
    small.bring(APRIL, cases=[["C1", "U1", "2024-01-02", "", "OPEN", "", 5, ""]], without=["events"])
    found = ran(small)
    assert [(day.now.status, dict(day.now.counts), day.clues, day.share) for day in found.days] == [
        ("not_evaluated", {}, None, None)
    ] * 3
    assert found.load is None
    assert found.changes["found"].n == 0
    with pytest.raises(ProblemsError) as caught:
        small.workspace.read_share("TWN-01", "town", date(2024, 4, 30))
    assert [p.code for p in caught.value.problems] == ["JR263"]


def test_tables_called_as_those_of_a_backtest_do_not_meet_them(small: Town) -> None:
    dictionary = (small.folder / "datasets/dictionary.yaml").read_text(encoding="utf-8")
    for old, new in (("  stays:", "  found:"), ("table: stays", "table: found")):
        dictionary = dictionary.replace(old, new)
    small.write("datasets/dictionary.yaml", dictionary)
    source = (small.folder / "datasets/sources/stays.yaml").read_text(encoding="utf-8")
    small.write("datasets/sources/stays.yaml", source.replace("tables: {stays:", "tables: {found:"))
    small.write_rule(
        "TWN-01", query("SELECT c.case_id, f.from_on AS started_on FROM cases c JOIN found f USING (case_id)")
    )
    bring_cases(small, *CASES, stays=[["S1", "C1", "2024-03-01", ""]])
    assert [day.clues for day in ran(small, days=(MARCH, APRIL)).days] == [1, 1]


def test_a_rule_that_takes_too_long_fails_on_its_day(small: Town) -> None:
    small.write_rule("TWN-01", query(ENDLESS + " WHERE a.case_id = 'C0001' GROUP BY a.case_id"))
    small.bring(APRIL, rows=_rows(300))
    # In January nothing was filed yet, and there is nothing to count.
    found = ran(small, days=("2023-12-31", APRIL), bounds=Bounds(limit_s=3.0))
    assert [(day.now.status, day.clues) for day in found.days] == [("ran", 0), ("failed", None)]
    assert found.days[1].now.why.zh == "超过时限 3 秒"


def test_a_day_the_worker_dies_of_is_left_out_and_told(small: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_cases(small, ("C1", "U1", "2024-01-02"))
    real, tasks = module.watch_worker, []

    def dying(name: str, task: Mapping[str, Any], *others: Any) -> Ended:
        tasks.append(task)
        return real(name, task, *others) if len(tasks) > 1 else Ended(f"{MARCH} new", "killed")

    monkeypatch.setattr(module, "watch_worker", dying)
    found = ran(small)
    assert [day.now.status for day in found.days] == ["ran", "failed", "ran"]
    assert found.days[1].now.why.en == "killed"
    # New since the last day that ran, which is February.
    assert (found.days[2].new, found.days[2].gone) == (0, 0)
    assert [task["skip"] for task in tasks] == [{}, {f"{MARCH} new": "killed"}]
