"""Checking without data: every rule compiled against the whole dictionary, queries bound on empty tables.

In: a rulebook. Out: all problems at once, those of the files included.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from jointsup_rules.collector import collector_paused
from jointsup_rules.compile.dictionary import check_all
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.compile.suspicions import find_suspicions
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Problem, Text, did_you_mean
from jointsup_rules.sweep.accepting import accept_warnings
from jointsup_rules.sweep.binding import check_queries, gather_queries, has_query
from jointsup_rules.sweep.example_reading import check_examples
from jointsup_rules.sweep.runaway import check_runaway_limit

# A day to compile for; nothing is run, so any will do.
_SOME_DAY = date(2024, 12, 31)


def full_facts(dictionary: Dictionary, day: date = _SOME_DAY) -> Facts:
    """Return facts in which every table and column was delivered on a day."""
    tables = {
        name: TableFacts(frozenset(table.columns), cut_offs=(day,))
        for name, table in dictionary.tables.items()
    }
    return Facts(day, day, tables)


def compile_rules(rulebook: Rulebook, rules: Iterable[Rule], *, every_clock: bool = False) -> Plan | None:
    """Return rules compiled against all that the dictionary declares; None where there is no dictionary."""
    if rulebook.dictionary is None:
        return None
    facts = full_facts(rulebook.dictionary)
    return make_plan(
        rulebook.dictionary,
        facts,
        rules,
        rulebook.parameters,
        rulebook.laws,
        rulebook.clocks,
        every_clock=every_clock,
    )


def compile_all(rulebook: Rulebook) -> Plan | None:
    """Return all rules, clocks and expressions of the dictionary compiled; None where there is no dictionary.

    Whoever looks for more in compiled rules takes this plan and compiles nothing again: `rules` hold what each was
    bound to (`compiled`: scope, parts, judged findings), `planner.reader.readings` every text that was bound, by file
    and path, with its tree and what its names stand for; `clocks` and `planner` answer for the rest. No SQL has been
    printed; a statement of the plan that is asked for is printed then.
    """
    plan = compile_rules(rulebook, rulebook.rules.values(), every_clock=True)
    if plan is not None:
        check_all(plan.planner)
    return plan


@collector_paused()
def check_rulebook(rulebook: Rulebook, *, binds: bool = True, accepted: bool = False) -> tuple[Problem, ...]:
    """Return every problem of a workspace's files, in order of place, errors and warnings alike.

    Args:
        rulebook: What the workspace declares.
        binds: Whether the database is asked what it says of queries.
        accepted: Whether warnings that a rule accepts are told too, each with the reason.
    """
    problems = [*rulebook.problems, *check_runaway_limit(rulebook.parameters)]
    with ThreadPoolExecutor(max_workers=1) as beside:
        # Another process, which is waited for when all else is done.
        written = compile_rules(rulebook, filter(has_query, rulebook.rules.values())) if binds else None
        refused = beside.submit(check_queries, gather_queries(written)) if written is not None else None
        plan = compile_all(rulebook)
        if plan is not None:
            problems += [*plan.planner.reader.problems, *find_suspicions(rulebook, plan)]
        for rule in rulebook.rules.values():
            problems += _check_law(rule, rulebook)
            problems += _check_examples(rule)
            problems += check_examples(rule, rulebook.dictionary) if rulebook.dictionary is not None else []
        problems += refused.result() if refused is not None else []
    told = accept_warnings(dict.fromkeys(problems), rulebook.rules.values())
    kept = [problem for problem in told if accepted or problem.accepted_because == NO_TEXT]
    return tuple(sorted(kept, key=lambda problem: (problem.place, problem.code)))


def _check_law(rule: Rule, rulebook: Rulebook) -> list[Problem]:
    known = rulebook.laws.article_ids()
    problems = []
    for number, article in enumerate(rule.shape.law):
        if article in known:
            continue
        what = Text(f"没有法条“{article}”", f"no article '{article}'")
        why = Text("引用的法条须在 rules/law/ 中有其文本", "a cited article has its text in rules/law/")
        fix = did_you_mean(article, known, Text("在 rules/law/ 中加上它", "add it to rules/law/"))
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
