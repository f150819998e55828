"""Law and parameters: every citation leads to an article, every number of the law to what sets it."""

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules.load.yaml import Document, read_yaml
from jointsup_rules.model.law import Laws, LawShape, Parameters, read_law, read_parameters

ROOT = Path(__file__).parents[2]
LAW_FILES = sorted((ROOT / "rules" / "law").glob("*.yaml"))
RULE_FILES = sorted(path for path in (ROOT / "rules").glob("*/*.yaml") if path.parent.name != "law")


def read(path: Path) -> Document:
    return read_yaml(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())


def read_shape(path: Path) -> LawShape:
    shape, problems = read_law(read(path))
    assert problems == ()
    assert shape is not None
    return shape


@pytest.fixture(scope="module")
def laws() -> Laws:
    return Laws(tuple(read_shape(path) for path in LAW_FILES))


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    found, problems = read_parameters(read(ROOT / "rules" / "parameters.yaml"))
    assert problems == ()
    return found


@pytest.mark.parametrize("path", LAW_FILES, ids=lambda path: path.stem)
def test_a_law_reads_and_its_articles_carry_its_name(path: Path) -> None:
    shape = read_shape(path)
    assert shape.title.zh != shape.title.en
    for name, versions in shape.articles.items():
        assert name.startswith(f"{shape.law}-")
        for version in versions:
            assert version.text.zh.startswith("大意："), name
            assert version.text.en.startswith("In short: "), name


@pytest.mark.parametrize("path", LAW_FILES, ids=lambda path: path.stem)
def test_every_version_says_when_it_was_checked(path: Path) -> None:
    for version in read_shape(path).versions:
        assert version.checked_on == date(2026, 6, 26)


@pytest.mark.parametrize("path", LAW_FILES, ids=lambda path: path.stem)
def test_an_article_holds_only_while_its_law_does(path: Path) -> None:
    shape = read_shape(path)
    first = min(version.from_ for version in shape.versions)
    for name, versions in shape.articles.items():
        assert all(version.from_ >= first for version in versions), name


def test_no_law_is_there_twice(laws: Laws) -> None:
    names = [shape.law for shape in laws.shapes]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("article", "day", "number"),
    [
        ("CPL-156", date(2018, 10, 25), "154"),
        ("CPL-156", date(2018, 10, 26), "156"),
        ("CPL-175", date(2018, 10, 25), "171"),
        ("PSL-118", date(2025, 12, 31), "99"),
        ("PSL-118", date(2026, 1, 1), "118"),
        ("PCP-179", date(2020, 8, 31), "176"),
        ("CIVPLI-485", date(2022, 4, 9), "487"),
        ("CIVPLI-485", date(2022, 4, 10), "485"),
        ("PRL-31", date(2026, 10, 31), "15"),
    ],
)
def test_the_number_printed_is_the_one_of_the_day(laws: Laws, article: str, day: date, number: str) -> None:
    found = laws.article_on(article, day)
    assert found is not None
    assert found.number == number


def test_an_article_not_yet_in_force_is_not_printed(laws: Laws) -> None:
    assert laws.article_on("ECI-25", date(2017, 12, 31)) is None


@pytest.mark.parametrize(
    ("article", "unconfirmed"), [("ECI-25", False), ("ECI-25-2", True), ("PWR-34", True), ("TEP-9", False)]
)
def test_what_is_not_confirmed_says_so(laws: Laws, article: str, unconfirmed: bool) -> None:
    found = laws.article_on(article, date(2026, 6, 26))
    assert found is not None
    assert found.unconfirmed is unconfirmed


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_every_article_a_rule_cites_is_there(path: Path, laws: Laws) -> None:
    assert set(read(path).data["law"]) <= laws.article_ids()


def test_a_number_of_the_law_names_an_article_in_force_on_its_first_day(
    laws: Laws, parameters: Parameters
) -> None:
    for name, shape in parameters.shapes.items():
        for value in shape.values:
            if shape.kind == "law":
                # The sum of two limits cites both.
                for article in [value.law] if isinstance(value.law, str) else value.law or [""]:
                    assert laws.article_on(article, value.from_) is not None, name
            else:
                assert value.law is None, name


def test_a_local_threshold_says_why_it_is_what_it_is(parameters: Parameters) -> None:
    for name, shape in parameters.shapes.items():
        if shape.kind == "local":
            assert shape.because is not None, name
            assert shape.because.zh != shape.because.en, name


ENDED = {"COR01.SERVE_WORKING_DAYS": date(2020, 7, 1)}


def test_a_value_without_category_is_given_for_every_day_once_begun(parameters: Parameters) -> None:
    for name, shape in parameters.shapes.items():
        if not shape.by:
            ends = [value.until for value in shape.values]
            begins = [value.from_ for value in shape.values]
            # What a statute ended for good stays ended.
            last = ENDED.get(name)
            assert ends == [*begins[1:], last], name
