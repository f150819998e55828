"""`test`: the examples inside rules, run; what differs shown value by value with the step where the paths part."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import click

from jointsup_rules.cli import Day, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    problem_row,
    render_table,
    tell_json,
    tell_problems,
    unusable_input_told,
    width_of,
)
from jointsup_rules.problems import NO_TEXT, Language, Problem, Text, render_problem

if TYPE_CHECKING:
    from jointsup_rules.sweep.differences import Difference
    from jointsup_rules.sweep.examples import ExampleResult
    from jointsup_rules.workspace import Workspace

_INDENT = " " * 8
# Wider values are shown around the first character that differs.
_CELL = 44
_HEAD = {"zh": ("对象", "项目", "应为", "实为"), "en": ("subject", "value", "expected", "found")}


@click.command("test")
@click.argument("rules", nargs=-1)
@workspace_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    help="输出格式 / output format",
)
@click.option(
    "--watch",
    is_flag=True,
    help="文件一保存就重跑所涉规则，直到按 Ctrl-C / run again on every save, until Ctrl-C",
)
@click.option(
    "--from",
    "subject",
    metavar="KEY",
    help="用数据集里的这个对象作一个示例，人员、单位、编号都换成虚构的 /"
    " make an example of this subject of a dataset, with invented persons, units and numbers",
)
@click.option("--dataset", metavar="D", help="--from 的数据集 / the dataset of --from")
@click.option(
    "--as-of",
    type=Day(),
    help="--from 从哪一天看，默认数据截止日 / the day --from looks from, the cut-off day if left out",
)
@click.option(
    "--append",
    is_flag=True,
    help="加到规则文件里，而不是打印 / add it to the rule's file instead of printing it",
)
@click.option(
    "--shift-days",
    type=click.IntRange(-36525, 36525),
    default=0,
    help="所有日期移动这么多天 / move all days by so many",
)
@click.option("--name", default="", help="示例的名称 / the example's name")
@lang_option
def test(
    rules: tuple[str, ...],
    workspace: Path,
    form: str,
    watch: bool,
    subject: str | None,
    dataset: str | None,
    as_of: date | None,
    append: bool,
    shift_days: int,
    name: str,
    lang: str | None,
) -> None:
    """运行规则内的示例：全部，或者所列的规则（可用 LONG-* 这样的写法）。

    Run the examples inside rules: all, or of the RULES named, for which patterns such as LONG-* will do.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if subject is not None:
        from jointsup_rules.cli.from_case import Asked, tell_example

        if len(rules) != 1 or dataset is None or watch or form == "junit":
            message = Text(
                "--from 须写明一条规则和 --dataset，且不能与 --watch、--format junit 同用",
                "--from needs one rule and --dataset, and does not go with --watch or --format junit",
            )
            raise click.UsageError(message.in_language(spoken))
        asked = Asked(rules[0], subject, dataset, as_of, append, shift_days, name)
        with unusable_input_told(spoken):
            tell_example(Workspace(workspace), asked, form, spoken)
        sys.exit(DONE)
    if dataset is not None or as_of is not None or append or shift_days or name:
        message = Text(
            "--dataset、--as-of、--append、--shift-days、--name 只与 --from 同用",
            "--dataset, --as-of, --append, --shift-days and --name go with --from alone",
        )
        raise click.UsageError(message.in_language(spoken))
    if watch:
        if form != "text":
            message = Text(
                f"--watch 不能与 --format {form} 同用", f"--watch does not go with --format {form}"
            )
            raise click.UsageError(message.in_language(spoken))
        from jointsup_rules.cli.watching import watch_rules

        with unusable_input_told(spoken):
            watch_rules(Workspace(workspace), rules, spoken)
        sys.exit(DONE)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        results = opened.test(rules, traced=True)
        unread = problems_of_unread(opened, rules)
    if form == "text":
        tell_problems(unread, "text", spoken)
        click.echo(render_results(results, spoken))
    else:
        tell_problems(unread, "text", spoken, is_result=False)
        if form == "json":
            tell_json([_row(result, spoken) for result in results])
        else:
            click.echo(_render_junit(results, unread, spoken))
    failed = any(not result.holds for result in results)
    sys.exit(NOT_IN_ORDER if failed or unread else DONE)


def problems_of_unread(opened: Workspace, patterns: Sequence[str]) -> list[Problem]:
    """Return what is wrong with the chosen rules that cannot be read: their examples have not run."""
    chosen = set(opened.rule_ids(patterns, with_broken=True))
    rulebook = opened.rulebook()
    paths = {path for rule_id, path in rulebook.broken.items() if rule_id in chosen}
    return [one for one in rulebook.problems if one.place.path in paths and one.severity == "error"]


def render_results(results: Sequence[ExampleResult], lang: Language) -> str:
    """Return what differs, example by example, and the count of all."""
    lines = render_failed(results, lang)
    n_rules = len({result.rule_id for result in results})
    n_failed = sum(not result.holds for result in results)
    told = Text(
        f"{n_rules} 条规则，{len(results)} 个示例，{n_failed} 个不符",
        f"{n_rules} rules, {len(results)} examples, {n_failed} differ",
    )
    return "\n".join([*lines, told.in_language(lang)])


def render_failed(results: Sequence[ExampleResult], lang: Language) -> list[str]:
    """Return what differs, example by example, as lines."""
    return [line for result in results if not result.holds for line in _failed(result, lang)]


def _failed(result: ExampleResult, lang: Language) -> list[str]:
    lines = [f"{result.rule_id} [{result.number + 1}] {result.name}  ({result.place})"]
    lines += [_INDENT + line for one in result.problems for line in render_problem(one, lang).splitlines()]
    plain = [one for one in result.differences if not one.key]
    lines += [_INDENT + one.says.in_language(lang) for one in plain]
    compared = [one for one in result.differences if one.key]
    if not compared:
        return lines
    rows = [_cells(one) for one in compared]
    lines += [_INDENT + line for line in render_table(_HEAD[lang], rows, "llll").splitlines()]
    return lines + _partings(compared, lang)


def _partings(compared: Sequence[Difference], lang: Language) -> list[str]:
    """Where the paths part, once per subject and step."""
    label = "分歧处" if lang == "zh" else "parts at"
    steps = dict.fromkeys((one.subject, one.parts_at) for one in compared if one.parts_at != NO_TEXT)
    several = len({one.subject for one in compared}) > 1
    colon = "：" if lang == "zh" else ": "
    return [
        f"{_INDENT}{label}{f' {subject}' if several and subject else ''}{colon}{step.in_language(lang)}"
        for subject, step in steps
    ]


def _cells(one: Difference) -> tuple[str, str, str, str]:
    expected, found = _shown(one.expected), _shown(one.found)
    if max(width_of(expected), width_of(found)) > _CELL:
        n = next((n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), 0)
        expected, found = _around(expected, n), _around(found, n)
    return one.subject, one.key, expected, found


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _around(text: str, n: int) -> str:
    """A long text around one character of it."""
    start = max(0, n - 6)
    cut = ("…" if start else "") + text[start:]
    while width_of(cut) > _CELL:
        cut = cut[:-2] + "…"
    return cut


# ---- for programs


def _row(result: ExampleResult, lang: Language) -> dict[str, object]:
    return {
        "rule": result.rule_id,
        "example": result.name,
        "path": result.place.path,
        "line": result.place.line,
        "ok": result.holds,
        "differences": [
            {
                "subject": one.subject,
                "key": one.key,
                "expected": one.expected,
                "found": one.found,
                "says": one.says.in_language(lang),
                "parts_at": one.parts_at.in_language(lang),
            }
            for one in result.differences
        ],
        "problems": [problem_row(one, lang) for one in result.problems],
    }


def _render_junit(results: Sequence[ExampleResult], unread: Sequence[Problem], lang: Language) -> str:
    """The results as JUnit XML: a suite a rule, a case an example; a rule that cannot be read is an error."""
    suites = ElementTree.Element("testsuites", name="jointsup test")
    for rule_id in dict.fromkeys(result.rule_id for result in results):
        own = [result for result in results if result.rule_id == rule_id]
        failed = sum(not result.holds for result in own)
        suite = ElementTree.SubElement(
            suites, "testsuite", name=rule_id, tests=str(len(own)), failures=str(failed), errors="0"
        )
        for result in own:
            case = _case(suite, rule_id, result.name, result.place.path, result.place.line)
            if not result.holds:
                lines = _failed(result, lang)
                failure = ElementTree.SubElement(case, "failure", message=_plain(lines[1].strip()))
                failure.text = _plain("\n".join(lines))
    for problem in unread:
        suite = ElementTree.SubElement(
            suites, "testsuite", name=problem.place.path, tests="1", failures="0", errors="1"
        )
        case = _case(suite, problem.place.path, problem.code, problem.place.path, problem.place.line)
        error = ElementTree.SubElement(case, "error", message=_plain(problem.what.in_language(lang)))
        error.text = _plain(render_problem(problem, lang))
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")


def _case(suite: ElementTree.Element, rule: str, name: str, path: str, line: int) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite, "testcase", classname=rule, name=_plain(name), file=path, line=str(line)
    )


def _plain(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(char if char in "\t\n" or char.isprintable() else "\ufffd" for char in text)


commands = {"test": test}
