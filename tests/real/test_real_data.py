"""Three real sets, three folders of YAML, no Python that knows them: rules and SQL by hand must agree.

Each set is imported from its CSV into a copy of its workspace and swept; the subjects of the clues of a rule
must be exactly those its question has in answers.sql, and where the question has a limit, the due day and the
days over too. The small extracts beside the workspaces always run. The full sets run where they are found: in
the folder named by the environment variable JOINTSUP_REAL_DATA, else in shared/real-data beside the project.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from answers import Answer, read_answers

from jointsup_rules import Workspace

HERE = Path(__file__).resolve().parent
FULL = Path(os.environ.get("JOINTSUP_REAL_DATA", HERE.parents[2] / "shared" / "real-data"))


@dataclass(frozen=True)
class RealSet:
    """A workspace of this folder: its CSV files by their name in answers.sql, and the days of its sweeps."""

    folder: str
    dataset: str
    files: tuple[tuple[str, str], ...]
    exported_on: date
    earlier: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        return (*self.earlier, self.exported_on)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in (HERE / self.folder / "rules").glob("*/*.yaml")))

    def csv(self, size: str) -> dict[str, Path]:
        """Return the files of the extract or of the full set; without the full set the test is skipped."""
        folder = HERE / self.folder / "extract" if size == "extract" else FULL / self.folder
        if not folder.is_dir():
            pytest.skip(
                f"the full set is not here: set JOINTSUP_REAL_DATA to the folder that holds {self.folder}/"
            )
        return {table: folder / file for table, file in self.files}


FINES = RealSet(
    "road-traffic-fines", "fines", (("raw", "events.csv"),), date(2012, 3, 26), (date(2009, 6, 30),)
)
INFRINGEMENTS = RealSet(
    "eu-infringements",
    "infringements",
    (("raw_cases", "cases.csv"), ("raw_decisions", "decisions.csv")),
    date(2020, 4, 29),
)
REQUESTS = RealSet(
    "nyc-311-animals", "requests", (("raw", "requests.csv"),), date(2025, 3, 14), (date(2025, 2, 14),)
)
SETS = (FINES, INFRINGEMENTS, REQUESTS)
SIZES = ("extract", "full")

# How many subjects each question names in the full sets, counted by hand: answers cannot shrink unseen.
COUNTS = {
    (FINES, date(2012, 3, 26)): (2104, 2072, 3970, 36, 9, 11, 5),
    (FINES, date(2009, 6, 30)): (2365, 2011, 3969, 34, 9, 11, 2),
    (INFRINGEMENTS, date(2020, 4, 29)): (1168, 966, 435, 41, 5, 0, 1),
    (REQUESTS, date(2025, 2, 14)): (8, 4, 122, 148, 0, 0),
    (REQUESTS, date(2025, 3, 14)): (44, 6, 176, 247, 0, 0),
}

SWEEPS = [(real, size, day) for real in SETS for size in SIZES for day in real.days]
QUESTIONS = [(real, size, day, rule) for real, size, day in SWEEPS for rule in real.rules]


def _name(value: object) -> str:
    return value.folder if isinstance(value, RealSet) else str(value)


@dataclass(frozen=True)
class Swept:
    """The folder of a sweep, read by SQL."""

    folder: Path

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which `clues` and the like name the Parquet files of the sweep."""
        with duckdb.connect() as con:
            for path in sorted(self.folder.glob("*.parquet")):
                con.read_parquet(str(path)).create_view(path.stem)
            return con.execute(sql, values or None).fetchall()

    def clues(self, rule: str, columns: tuple[str, ...] = ("subject_key",)) -> Answer:
        """Return the clues of a rule, of each the columns asked for."""
        found = self.rows(f"select {', '.join(columns)} from clues where rule_id = $rule", rule=rule)
        return Answer(columns, tuple(sorted(found, key=lambda row: str(row[0]))))

    def subjects(self, rule: str, outcome: str) -> list[str]:
        """Return the subjects of a rule that are neither hit nor clear, by outcome."""
        sql = "select subject_key from not_clear where rule_id = $rule and outcome = $outcome"
        return sorted(row[0] for row in self.rows(sql, rule=rule, outcome=outcome))


def _copied(real: RealSet, target: Path) -> Workspace:
    """Return a workspace in `target` with the set's dictionary, sources and rules."""
    for part in ("datasets", "rules"):
        shutil.copytree(HERE / real.folder / part, target / part)
    return Workspace(target)


def _imported(real: RealSet, files: Mapping[str, Path], target: Path) -> Workspace:
    workspace = _copied(real, target)
    workspace.import_files(list(files.values()), into=real.dataset, exported_on=real.exported_on)
    return workspace


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Callable[[RealSet, str, date], Swept]:
    """Sweep a set once per size and day, whatever number of tests asks for it."""

    @cache
    def imported(real: RealSet, size: str) -> Workspace:
        return _imported(real, real.csv(size), tmp_path_factory.mktemp(f"{real.dataset}-{size}"))

    @cache
    def sweep(real: RealSet, size: str, day: date) -> Swept:
        return Swept(Path(imported(real, size).sweep(real.dataset, as_of=day).folder))

    return sweep


@pytest.fixture(scope="module")
def answers() -> Callable[[RealSet, str, date], dict[str, Answer]]:
    @cache
    def read(real: RealSet, size: str, day: date) -> dict[str, Answer]:
        return read_answers(HERE / real.folder / "answers.sql", real.csv(size), day)

    return read


Sweeper = Callable[[RealSet, str, date], Swept]
Answers = Callable[[RealSet, str, date], dict[str, Answer]]


@pytest.mark.parametrize(("real", "size", "day", "rule"), QUESTIONS, ids=_name)
def test_the_clues_of_a_rule_are_the_answers_of_its_question(
    real: RealSet, size: str, day: date, rule: str, swept: Sweeper, answers: Answers
) -> None:
    expected = answers(real, size, day)[rule]
    found = swept(real, size, day).clues(rule, expected.columns)
    assert found.subjects == expected.subjects
    assert found == expected


@pytest.mark.parametrize(("real", "size", "day"), SWEEPS, ids=_name)
def test_every_rule_ran_and_its_outcomes_add_up(real: RealSet, size: str, day: date, swept: Sweeper) -> None:
    rows = swept(real, size, day).rows(
        "select rule_id, status, hit + cannot_tell + running + excluded + clear, in_scope"
        " from outcomes order by rule_id"
    )
    assert [(rule, status) for rule, status, _, _ in rows] == [(rule, "ran") for rule in real.rules]
    assert [rule for rule, _, total, in_scope in rows if total != in_scope] == []


@pytest.mark.parametrize(("real", "size", "day"), SWEEPS, ids=_name)
def test_hits_are_the_subjects_of_the_clues_and_every_clue_has_evidence(
    real: RealSet, size: str, day: date, swept: Sweeper
) -> None:
    sweep = swept(real, size, day)
    hits = sweep.rows("select rule_id, hit from outcomes where hit > 0 order by rule_id")
    assert hits == sweep.rows(
        "select rule_id, count(distinct subject_key) from clues group by rule_id order by rule_id"
    )
    bare = "select clue_id from clues where clue_id not in (select clue_id from evidence where line >= 2)"
    assert sweep.rows(bare) == []


@pytest.mark.parametrize("real", SETS, ids=_name)
def test_check_has_nothing_to_say_and_every_example_holds(real: RealSet) -> None:
    workspace = Workspace(HERE / real.folder)
    assert workspace.check() == ()
    results = workspace.test()
    assert {result.rule_id for result in results} == set(real.rules)
    assert [result for result in results if not result.holds] == []


@pytest.mark.parametrize("real", SETS, ids=_name)
def test_every_question_has_a_rule_and_every_rule_a_question(real: RealSet, answers: Answers) -> None:
    named = answers(real, "extract", real.exported_on)
    assert tuple(sorted({name.split()[0] for name in named})) == real.rules


@pytest.mark.parametrize(("real", "day"), COUNTS, ids=_name)
def test_the_answers_are_as_many_as_were_counted(real: RealSet, day: date, answers: Answers) -> None:
    named = answers(real, "full", day)
    assert tuple(len(named[rule].rows) for rule in real.rules) == COUNTS[real, day]


@pytest.mark.parametrize("size", SIZES)
def test_in_2009_only_what_was_known_by_then_counts(size: str, swept: Sweeper) -> None:
    early, late = FINES.days
    sweep = swept(FINES, size, early)
    later = "select count(*) from evidence where json_extract_string(values, '$.event_date') > '2009-06-30'"
    assert sweep.rows(later) == [(0,)]
    # Some fines that were over by 2012 were not in 2009: clues of the earlier sweep alone.
    assert set(sweep.clues("FIN-01").subjects) - set(swept(FINES, size, late).clues("FIN-01").subjects)


BACKTESTS = (
    (FINES, "FIN-01", (date(2008, 12, 31), date(2009, 6, 30), date(2011, 6, 30), date(2012, 3, 26))),
    (FINES, "FIN-03", (date(2007, 6, 30), date(2009, 6, 30), date(2012, 3, 26))),
    (REQUESTS, REQUESTS.rules[0], (date(2025, 1, 31), date(2025, 2, 14), date(2025, 3, 14))),
)


@pytest.mark.parametrize(("real", "rule", "days"), BACKTESTS, ids=_name)
def test_a_backtest_counts_day_by_day_what_the_answers_count(
    real: RealSet, rule: str, days: tuple[date, ...], tmp_path: Path, answers: Answers
) -> None:
    workspace = _imported(real, real.csv("extract"), tmp_path)
    found = workspace.backtest(rule, real.dataset, days, "none")
    expected = [set(answers(real, "extract", day)[rule].subjects) for day in days]
    assert [day.clues for day in found.days] == [len(one) for one in expected]
    assert any(expected)
    pairs = list(pairwise(expected))
    assert [day.new for day in found.days[1:]] == [len(after - before) for before, after in pairs]
    assert [day.gone for day in found.days[1:]] == [len(before - after) for before, after in pairs]


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_due_date_cannot_be_told_for_any_request(
    size: str, swept: Sweeper, answers: Answers
) -> None:
    sweep = swept(REQUESTS, size, REQUESTS.exported_on)
    expected = answers(REQUESTS, size, REQUESTS.exported_on)["REQ-05 cannot_tell"].subjects
    assert sweep.rows("select hit, cannot_tell, in_scope from outcomes where rule_id = 'REQ-05'") == [
        (0, len(expected), len(expected))
    ]
    assert sweep.subjects("REQ-05", "cannot_tell") == expected


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_a_year_old_among_requests_of_ten_weeks(size: str, swept: Sweeper) -> None:
    sweep = swept(REQUESTS, size, REQUESTS.exported_on)
    assert sweep.rows(
        "select hit, cannot_tell, running = in_scope from outcomes where rule_id = 'REQ-06'"
    ) == [(0, 0, True)]


@pytest.mark.parametrize("size", SIZES)
def test_an_opinion_whose_letter_is_not_published_cannot_be_told(
    size: str, swept: Sweeper, answers: Answers
) -> None:
    expected = answers(INFRINGEMENTS, size, INFRINGEMENTS.exported_on)["EUI-03 cannot_tell"].subjects
    assert swept(INFRINGEMENTS, size, INFRINGEMENTS.exported_on).subjects("EUI-03", "cannot_tell") == expected


def test_a_count_changed_in_one_table_is_found(tmp_path: Path) -> None:
    files = INFRINGEMENTS.csv("extract")
    changed = tmp_path / "cases.csv"
    text = files["raw_cases"].read_text(encoding="utf-8")
    before = "LFN258-2010-07-16, C-2010-10-28"
    row = next(line for line in text.splitlines() if before in line)
    cells = row.split(",1,5,1,1,0")  # complete, count_decisions, letter, opinion, referral
    assert len(cells) == 2, row
    changed.write_text(text.replace(row, cells[0] + ",1,4,1,1,0" + cells[1]), encoding="utf-8")
    workspace = _imported(INFRINGEMENTS, {**files, "raw_cases": changed}, tmp_path / "workspace")
    sweep = Swept(Path(workspace.sweep(INFRINGEMENTS.dataset, as_of=INFRINGEMENTS.exported_on).folder))
    assert sweep.clues("EUI-06").subjects == ["IP:2010:0498:MOVE:FR"]
