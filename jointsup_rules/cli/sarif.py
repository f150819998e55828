"""Problems as SARIF 2.1.0, the form in which editors and code review take findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jointsup_rules import __version__
from jointsup_rules.cli.code_pages import codes, help_of, read_page
from jointsup_rules.problems import Language, Problem

if TYPE_CHECKING:
    from jointsup_rules.authoring.edits import Edit


def render_sarif(
    problems: Sequence[Problem], lang: Language, edits: Mapping[Problem, Edit]
) -> dict[str, Any]:
    """Return a SARIF log of one run; places as in the text form, paths relative to the workspace.

    Args:
        edits: What a program can write, by problem; becomes the fixes of a result.
    """
    found = sorted({problem.code for problem in problems})
    rules = [_rule(code, lang) for code in found]
    driver = {"name": "jointsup", "version": __version__, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, lang, edits.get(problem)) for problem in problems],
            }
        ],
    }


def _rule(code: str, lang: Language) -> dict[str, Any]:
    """What a code means, from its page."""
    if code not in codes():
        return {"id": code}
    page = read_page(code)
    return {
        "id": code,
        "shortDescription": {"text": page.title.in_language(lang)},
        "fullDescription": {"text": page.means.in_language(lang)},
        "help": {"text": help_of(page, lang)},
        "defaultConfiguration": {"level": "warning" if page.severity == "warning" else "error"},
    }


def _suppressions(problem: Problem, lang: Language) -> list[dict[str, str]]:
    """Why a warning may stand, as the rule says it."""
    because = problem.accepted_because.in_language(lang)
    return [{"kind": "inSource", "justification": because}] if because else []


def _fixes(problem: Problem, lang: Language, edit: Edit | None) -> dict[str, Any]:
    """The one change that mends a problem, for an editor to make."""
    if edit is None:
        return {}
    place = edit.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + len(edit.found),
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": edit.instead}}
    change = {"artifactLocation": {"uri": place.path}, "replacements": [replacement]}
    description = problem.fix.in_language(lang) or problem.what.in_language(lang)
    return {"fixes": [{"description": {"text": description}, "artifactChanges": [change]}]}


def _result(problem: Problem, lang: Language, edit: Edit | None) -> dict[str, Any]:
    texts = (problem.what, problem.why, problem.fix)
    place = problem.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + problem.length,
    }
    location = {"artifactLocation": {"uri": place.path}, "region": region}
    return {
        "ruleId": problem.code,
        "level": problem.severity,
        # Said of every result, for a log in which some are answered should say so of all.
        "suppressions": _suppressions(problem, lang),
        "message": {"text": "\n".join(text.in_language(lang) for text in texts if text.in_language(lang))},
        "locations": [{"physicalLocation": location}],
        **_fixes(problem, lang, edit),
    }
