"""A new rule passes check and test in any workspace, whatever its kind and subject."""

from __future__ import annotations

import functools
import re
import shutil
from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.authoring.draft_text import DraftText, flow, scalar
from jointsup_rules.authoring.drafts import KINDS, NEEDS, drafts_of
from jointsup_rules.authoring.new import Asked, NewRule, begin_rule
from jointsup_rules.authoring.samples import home_of
from jointsup_rules.compile.kinds import KINDS as KINDS_OF_RULES
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.rule import read_rule
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.examples import ExampleRunner

ROOT = Path(__file__).parents[2]
# A workspace, a family and number that are free there, and the kinds that none of its subjects has what it takes for.
PLACES = {
    "the project": (ROOT, "FIL-90", ()),
    "language": (ROOT / "tests/language", "TL-99", ()),
    "starter": (ROOT / "jointsup_rules/cli/starter", "LET-90", ("repeat", "sequence", "overlap", "outlier")),
    "eu": (ROOT / "tests/real/eu-infringements", "EUI-90", ("missing", "overlap")),
    "nyc": (ROOT / "tests/real/nyc-311-animals", "REQ-90", ("sequence", "outlier")),
    "fines": (ROOT / "tests/real/road-traffic-fines", "FIN-90", ("missing", "overlap")),
}
MARKED = [pytest.param(one, marks=pytest.mark.slow if one == "the project" else ()) for one in PLACES]
GUILT = re.compile("违法|违规|犯罪|责任人|violat|guilt|illegal", re.IGNORECASE)


@functools.cache
def book_of(place: str) -> Rulebook:
    return read_rulebook(PLACES[place][0])


def begun(place: str, kind: str, lang: str = "zh", subject: str = "") -> NewRule:
    return begin_rule(book_of(place), Asked(PLACES[place][1], kind, subject), "en" if lang == "en" else "zh")


def test_every_kind_can_be_begun() -> None:
    assert set(KINDS) == set(KINDS_OF_RULES) == set(NEEDS)


@pytest.mark.parametrize("place", MARKED)
def test_a_rule_of_every_kind_passes_check_and_test(place: str, tmp_path: Path) -> None:
    root, rule_id, cannot = PLACES[place]
    desk = tmp_path / "desk"
    for part in ("rules", "datasets"):
        shutil.copytree(
            root / part, desk / part, ignore=shutil.ignore_patterns("exports", "demo", "*.parquet", "*.csv")
        )
    family, number = rule_id.split("-")
    ids = []
    for n, kind in enumerate(KINDS):
        one = f"{family}-{int(number) * 10 + n}"
        asked = Asked(one, kind)
        if kind in cannot:
            with pytest.raises(ProblemsError, match="JR405"):
                Workspace(desk).new_rule(asked, "en")
            continue
        assert Workspace(desk).new_rule(asked, "zh" if n % 2 else "en").kind == kind
        ids.append(one)
    workspace = Workspace(desk)
    paths = [f"rules/{family}/{one}.yaml" for one in ids]
    assert [problem for problem in workspace.check(paths) if problem.severity == "error"] == []
    results = workspace.test(ids)
    assert {result.rule_id for result in results} == set(ids)
    assert [result.differences for result in results if result.differences] == []


@pytest.mark.parametrize("place", [one for one in PLACES if one != "the project"])
def test_the_examples_of_every_draft_over_every_subject_hold(place: str) -> None:
    book = book_of(place)
    assert book.dictionary is not None
    failed = []
    with ExampleRunner(book) as runner:
        for subject in book.dictionary.subjects.values():
            home = home_of(book.dictionary, subject)
            for kind in KINDS if home is not None else ():
                for draft in drafts_of(kind, book.dictionary, home):  # type: ignore[arg-type]
                    text = DraftText(book, draft, "XX-01", "", "zh").render()
                    rule, problems = read_rule(read_yaml(text, "XX-01.yaml"))
                    assert rule is not None, problems
                    results = runner.run_here(rule)
                    failed += [(subject.name, kind, r.name, r.differences) for r in results if r.differences]
                    break
    assert failed == []


@pytest.mark.parametrize("place", MARKED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_is_neutral_commented_and_readable(place: str, lang: str) -> None:
    text = begun(place, "condition", lang).text
    placed = re.sub(r"^#.*$|\s#.*$|^subject:.*|examples:.*", "", text, flags=re.MULTILINE | re.DOTALL)
    assert not GUILT.search(placed)
    data = read_yaml(text, "x.yaml").data
    assert data["status"] == "draft"
    assert {*data["title"], *data["finds"], *data["reason"]} == {lang}
    assert max(map(len, text.splitlines())) <= 170
    comments = [line for line in text.splitlines() if "#" in line]
    assert len(comments) > 15


def test_the_subject_is_the_one_that_rules_of_the_family_are_about() -> None:
    assert begun("the project", "time_limit").subject == "case"
    assert begun("the project", "condition", subject="coercive_measure").subject == "coercive_measure"


def test_clocks_and_parameters_that_fit_are_named() -> None:
    text = begun("the project", "time_limit").text
    assert "FILE_GA 刑事立案审查" in text
    assert "INV_CUSTODY" not in text
    assert "FIL08.DAYS (90 days)" in text
    assert "case_status 状态（代码）" in text
    assert "events → case_event" in text


def test_without_a_kind_a_time_limit_is_begun_and_else_a_condition() -> None:
    assert begun("starter", "").kind == "time_limit"
    book = book_of("starter")
    days = book_of("language")
    assert days.dictionary is not None
    dayless = next(
        name
        for name, subject in days.dictionary.subjects.items()
        if subject.rows_of and not {one.type for one in subject.columns.values()} & {"date", "timestamp"}
    )
    assert begin_rule(days, Asked("TL-99", subject=dayless), "en").kind == "condition"
    assert book.dictionary is not None


@pytest.mark.parametrize(
    "value", ["true", "12", "x: y", "a, b", "#1", "", "- a", "2025-01-01 09:00:00", "0123", "甲（乙）"]
)
def test_a_text_reads_back_as_the_same_text(value: str) -> None:
    assert read_yaml(f"{{a: {scalar(value)}}}\n", "x").data == {"a": value}
    assert read_yaml(flow({"a": [value, 1, True]}) + "\n", "x").data == {"a": [value, 1, True]}
