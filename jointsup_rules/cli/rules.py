"""Commands for those who write rules: check, test, explain."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.problems import Language, Problem, render_problem


def tell_problems(problems: tuple[Problem, ...], form: str, lang: Language) -> None:
    """Print problems to stdout: one line each with details below, or as JSON."""
    if form == "json":
        rows = [
            {
                "code": p.code, "severity": p.severity, **asdict(p.place), "length": p.length,
                "what": p.what.in_language(lang), "why": p.why.in_language(lang), "fix": p.fix.in_language(lang),
            }
            for p in problems
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for problem in problems:
        click.echo(render_problem(problem, lang))


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@workspace_option
@format_option
@lang_option
def check(paths: tuple[Path, ...], workspace: Path, form: str, lang: str | None) -> None:
    """检查规则、法条、参数、字典和来源，一次列出全部问题。 / Check rules, law, parameters, dictionary and sources."""
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    opened = Workspace(workspace)
    problems = opened.check([str(path) for path in paths])
    tell_problems(problems, form, spoken)
    errors = sum(problem.severity == "error" for problem in problems)
    n_rules = len(opened.rulebook().rules)
    if form == "text":
        told = {
            "zh": f"{n_rules} 条规则，{errors} 个错误，{len(problems) - errors} 个警告",
            "en": f"{n_rules} rules, {errors} errors, {len(problems) - errors} warnings",
        }
        click.echo(told[spoken], err=True)
    sys.exit(1 if errors else 0)


@click.command("test")
@click.argument("rules", nargs=-1)
@workspace_option
@format_option
@lang_option
def test(rules: tuple[str, ...], workspace: Path, form: str, lang: str | None) -> None:
    """运行规则内的示例。 / Run the examples inside rules (all, or those named)."""
    from jointsup_rules.problems import ProblemsError
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    try:
        results = Workspace(workspace).test(rules)
    except ProblemsError as error:
        tell_problems(error.problems, form, spoken)
        sys.exit(2)
    failed = [result for result in results if result.differences]
    if form == "json":
        rows = [
            {
                "rule": r.rule_id,
                "example": r.name,
                "ok": not r.differences,
                "differences": [d.in_language(spoken) for d in r.differences],
            }
            for r in results
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for result in failed:
            click.echo(f"{result.rule_id} [{result.number + 1}] {result.name}")
            for difference in result.differences:
                click.echo("        " + difference.in_language(spoken))
        n_rules = len({result.rule_id for result in results})
        told = {
            "zh": f"{n_rules} 条规则，{len(results)} 个示例，{len(failed)} 个不符",
            "en": f"{n_rules} rules, {len(results)} examples, {len(failed)} differ",
        }
        click.echo(told[spoken])
    sys.exit(1 if failed else 0)


commands = {"check": check, "test": test}
