"""Whatever stands in a rule, a dictionary or parameters: a list of problems or an answer, never a failure of ours.

Texts are made by changing good ones: words swapped, cut, doubled, put elsewhere, with what breaks readers thrown in.
The number of examples is small here; `--hypothesis-profile long` makes it thousands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointsup_rules import Workspace
from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.problems import Problem, render_problem
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.run import Options

from .cases import DICTIONARY, rule_text

# The suite's own number is small; a profile that asks for more than usual gets it.
IS_LONG = settings.default is not None and settings.default.max_examples > 100
N_CHECKS = settings.default.max_examples if settings.default is not None and IS_LONG else 25
N_SWEEPS = 100 if IS_LONG else 3
KINDS = (
    "detect: {condition: {when: amount > 100}}",
    "detect: {condition: {each: events, when: event_on > subject.filed_on}}",
    "detect: {time_limit: {from: filed_on, until: closed_on, limit: {days: $days}, roll: no}}\nparams: {days: HOS.DAYS}",
    "detect: {time_limit: {from: filed_on, limit: {months: 3, rule: civil}, roll: yes, find: open}}",
    "detect: {missing: {after: filed_on, expect: [{of: events, on: event_on}], within: {days: 30}}}",
    "detect: {repeat: {of: events, on: event_on, at_least: 2, within: {days: 30}}}",
    "detect: {sequence: {of: events, order: [VISIT, LETTER]}}",
    "detect: {sequence: {of: events, gap: {step: any, more_than: {days: 30}}}}",
    "detect: {overlap: {of: events, from: event_on, until: event_on, find: overlap}}",
    "detect: {contradiction: {compare: [{left: visits_n, right: amount}]}}",
    "detect:\n  because: try\n  query: |\n    SELECT case_id, amount AS measure FROM cases WHERE amount > 1",
    "detect: {any_of: [{name: a, say: x, condition: {when: amount > 1}}, {name: b, say: y, condition: {when: title is null}}]}",
)
REST = """
scope: filed_on is not null
exclude: [{when: amount > 3, because: {zh: 甲, en: a}, keep: true}]
bands: [{name: small, text: small}, {name: big, when: "measure > 3", text: big}]
measure: {value: amount, unit: 元}
severity: {is: low, high: "band = 'big'"}
evidence: {columns: [title], rows: [events]}
"""
PARAMETERS = """
HOS.DAYS: {unit: days, kind: local, values: [{from: 2000-01-01, value: 30}], because: ours}
"""
HARM = [
    "", " ", "\n", "\t", "\0", "\u2028", "'", '"', "{", "}", "[", "]", ":", ": ", "- ", "#", "&a ", "*a", "!!str ", "|", ">",
    "<<: ", "?", ",", "%", "@", "`", "$", "$x", "(", ")", "((", "--", "/*", ";", "\\", "\\0", "\ud7ff", "\ufeff", "１", "，", "“",
    "null", "true", "no", "~", "0", "-1", "1e9", ".5", "99999999999999999999", "2024-02-30", "0001-01-01", "9999-12-31", "as_of",
    "subject", "subject.amount", "events", "measure", "band", "case", "when", "not", "in", "like", "between", "is null", "/ 2",
    "+ 1", "- filed_on", "add_days(filed_on, 9999999)", "months_after(filed_on, -99999, 'civil')", "matches(title, '(')",
    "extract(title, '(a)', 2)", "as_date(title)", "digits_mod(title, 97)", "share(amount, 0)", "coalesce()", "getenv('HOME')",
    "SELECT", "UNION SELECT 1", "FROM cases", "案件", "标题", "x: y", "[a, b]", "{a: 1}",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """A text with up to five changes at places of its own words."""
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        until = draw(st.integers(at, min(len(text), at + 12)))
        what = draw(st.sampled_from(["put", "cut", "swap", "double"]))
        if what == "put":
            text = text[:at] + draw(st.sampled_from(HARM)) + text[at:]
        elif what == "cut":
            text = text[:at] + text[until:]
        elif what == "double":
            text = text[:until] + text[at:until] + text[until:]
        else:
            words = text.split(" ")
            one, other = (draw(st.integers(0, len(words) - 1)) for _ in range(2))
            words[one] = words[other] if draw(st.booleans()) else draw(st.sampled_from(HARM))
            text = " ".join(words)
    return text


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule with some damage."""
    text = rule_text("HOS-001", draw(st.sampled_from(KINDS)) + REST).replace(
        "status: draft", "status: active"
    )
    return draw(damaged(text))


def write(desk: Path, path: str, text: str) -> None:
    file = desk / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))


def is_told(problems: tuple[Problem, ...]) -> None:
    """Every problem can be shown, in both languages."""
    for problem in problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.what.en
        for text in (render_problem(problem, "zh"), render_problem(problem, "en")):
            text.encode()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a tiny dataset."""
    desk = tmp_path_factory.mktemp("desk")
    write(desk, "datasets/dictionary.yaml", DICTIONARY)
    write(desk, "rules/parameters.yaml", PARAMETERS)
    names = {
        "cases": ("case_id,filed_on,closed_on,amount,title", ["C1,2024-01-01,,5,甲", "C2,,2024-03-01,,", "C3,2024-02-01,2024-01-01,500,乙"]),
        "events": ("case_id,event_no,kind,event_on", ["C1,1,VISIT,2024-01-05", "C1,2,LETTER,2024-01-03", "C2,1,VISIT,", "C3,1,VISIT,2024-05-01"]),
    }  # fmt: skip
    for name, (head, lines) in names.items():
        columns = ", ".join(f"{word}: {word}" for word in head.split(","))
        source = f'source: {name}\nfiles: "{name}*.csv"\nexported_on: 2024-06-30\ntables: {{{name}: {{{columns}}}}}\n'
        write(desk, f"datasets/sources/{name}.yaml", source)
        write(desk, f"in/{name}.csv", "\n".join([head, *lines]) + "\n")
    Workspace(desk).import_files([desk / "in/cases.csv", desk / "in/events.csv"], into="tiny")
    return desk


_QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


def check_in(file: str) -> Callable[[str], None]:
    """Return what checks a text as one file of a small workspace."""

    def check(text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            desk = Path(folder)
            files = {
                "datasets/dictionary.yaml": DICTIONARY,
                "rules/parameters.yaml": PARAMETERS,
                "rules/HOS/HOS-001.yaml": rule_text("HOS-001", KINDS[2]),
                file: text,
            }
            for path, content in files.items():
                write(desk, path, content)
            is_told(check_rulebook(read_rulebook(desk)))

    return check


@settings(_QUIET, max_examples=N_CHECKS)
@given(rules())
def test_a_damaged_rule_is_told_or_in_order(text: str) -> None:
    check_in("rules/HOS/HOS-001.yaml")(text)


@settings(_QUIET, max_examples=N_CHECKS)
@given(damaged(DICTIONARY))
def test_a_damaged_dictionary_is_told_or_in_order(text: str) -> None:
    check_in("datasets/dictionary.yaml")(text)


@settings(_QUIET, max_examples=N_CHECKS)
@given(damaged(PARAMETERS))
def test_damaged_parameters_are_told_or_in_order(text: str) -> None:
    check_in("rules/parameters.yaml")(text)


@settings(_QUIET, max_examples=N_SWEEPS)
@given(st.lists(rules(), min_size=12, max_size=12))
def test_a_sweep_of_damaged_rules_gives_an_answer_for_each(imported: Path, texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        rule_id = f"HOS-{number:03}"
        write(imported, f"rules/HOS/{rule_id}.yaml", text.replace("HOS-001", rule_id))
    problems = Workspace(imported).check()
    is_told(problems)
    result = Workspace(imported).sweep("tiny", date(2024, 6, 30), Options(limit_s=60.0, force=True))
    outcomes = result.outcomes()
    in_error = {
        Path(one.place.path).stem for one in problems if one.severity == "error" and one.code != "JR222"
    }
    for row in outcomes.itertuples():
        if row.status == "ran":
            parts = (row.hit, row.cannot_tell, row.running, row.excluded, row.clear)
            assert sum(parts) == row.in_scope, row
            assert row.rule_id not in in_error, row
        else:
            assert row.status == "failed"
            assert row.why
