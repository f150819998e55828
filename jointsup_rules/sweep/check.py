"""Checking without data: every rule compiled against the whole dictionary, its SQL bound on empty tables.

In: a rulebook. Out: all problems at once, those of the files included.
"""

from __future__ import annotations

from datetime import date

from jointsup_rules.compile.dictionary import check_all
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, Text, nearest_word
from jointsup_rules.sweep.binding import check_binding

# A day to compile for; nothing is run, so any will do.
_SOME_DAY = date(2024, 12, 31)


def full_facts(dictionary: Dictionary, day: date = _SOME_DAY) -> Facts:
    """Return facts in which every table and column was delivered on a day."""
    tables = {
        name: TableFacts(frozenset(table.columns), cut_offs=(day,))
        for name, table in dictionary.tables.items()
    }
    return Facts(day, day, tables)


def check_rulebook(rulebook: Rulebook, *, binds: bool = True) -> tuple[Problem, ...]:
    """Return every problem of a workspace's files, in order of place, errors and warnings alike.

    Args:
        rulebook: What the workspace declares.
        binds: Whether the database itself is asked too, which takes most of the time.
    """
    problems = list(rulebook.problems)
    if rulebook.dictionary is not None:
        plan = make_plan(
            rulebook.dictionary,
            full_facts(rulebook.dictionary),
            rulebook.rules.values(),
            rulebook.parameters,
            rulebook.laws,
            rulebook.clocks,
            every_clock=True,
        )
        problems += check_all(plan.planner)
        problems += check_binding(plan) if binds else []
    for rule in rulebook.rules.values():
        problems += _check_law(rule, rulebook)
        problems += _check_examples(rule)
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (problem.place, problem.code)))


def _check_law(rule: Rule, rulebook: Rulebook) -> list[Problem]:
    known = rulebook.laws.article_ids()
    problems = []
    for number, article in enumerate(rule.shape.law):
        if article in known:
            continue
        near = nearest_word(article, known)
        what = Text(f"没有法条“{article}”", f"no article '{article}'")
        why = Text("引用的法条须在 rules/law/ 中有其文本", "a cited article has its text in rules/law/")
        fix = (
            Text(f"是否想写“{near}”？", f"did you mean '{near}'?")
            if near
            else Text("在 rules/law/ 中加上它", "add it to rules/law/")
        )
        loc = ("law", number) if isinstance(rule.document.data.get("law"), list) else ("law",)
        problems.append(rule.document.problem("JR221", rule.document.place(loc), what, why, fix))
    return problems


def _check_examples(rule: Rule) -> list[Problem]:
    """An active rule shows what it finds, what it does not, and every exclusion."""
    if rule.shape.status != "active":
        return []
    cases = rule.shape.examples.cases if rule.shape.examples is not None else ()
    outcomes = {
        str(entry.get("outcome")) for case in cases if isinstance(case.expect, tuple) for entry in case.expect
    }
    lacking: list[Text] = []
    if "hit" not in outcomes:
        lacking.append(Text("一个找到的（hit）", "one that is found (hit)"))
    if not outcomes & {"clear", "running", "out_of_scope", "excluded"}:
        lacking.append(Text("一个没有找到的", "one that is not found"))
    if len(cases) < 3:
        lacking.append(Text("一个边界的（共至少三个）", "one at the edge (three at least)"))
    becauses = {
        text
        for case in cases
        if isinstance(case.expect, tuple)
        for entry in case.expect
        for text in (
            entry["because"].values() if isinstance(entry.get("because"), dict) else [entry.get("because")]
        )
    }
    shown = sum(
        entry.get("outcome") == "excluded"
        for case in cases
        if isinstance(case.expect, tuple)
        for entry in case.expect
    )
    for exclusion in rule.shape.exclude:
        has_own = exclusion.because.zh in becauses or exclusion.because.en in becauses
        enough = shown >= sum(not one.keep for one in rule.shape.exclude) and not exclusion.keep
        if not has_own and not enough:
            lacking.append(
                Text(f"排除事由“{exclusion.because.zh}”的", f"one for the exclusion '{exclusion.because.en}'")
            )
    if not lacking:
        return []
    what = Text(
        "示例缺少：" + "；".join(one.zh for one in lacking),
        "examples lack: " + "; ".join(one.en for one in lacking),
    )
    why = Text("没有示例的规则无法核对", "a rule without examples cannot be verified")
    place = rule.document.place(("examples",), key=True) if cases else rule.document.place(("id",))
    return [rule.document.problem("JR222", place, what, why, Text("补上示例", "add them to examples"))]
