"""The author's bench: a workspace kept read and a database kept warm, so that a saved rule is tried in a moment.

In: the folder of a workspace, looked at again and again. Out: which files changed, what is wrong with them, and the
results of the examples they concern. A rule file is read alone; whatever else changes is read with everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from jointsup_rules.model.rulebook import (
    CALENDAR,
    DICTIONARY,
    Rulebook,
    is_rule_file,
    read_rulebook,
    read_rules_again,
)
from jointsup_rules.problems import Problem
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.examples import ExampleResult, ExampleRunner

Mark = tuple[int, int, int]


@dataclass(frozen=True)
class Turn:
    """What is to be done about changed files.

    Attributes:
        changed: Files that are new or other than before, as paths within the workspace.
        gone: Files that are there no more.
        rules: Ids of the rules whose examples are to be run.
        problems: What is wrong with the changed files.
    """

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    rules: tuple[str, ...]
    problems: tuple[Problem, ...]


class Bench:
    """Use as a context manager, for the database must be closed."""

    def __init__(self, root: Path, patterns: Collection[str] = ()) -> None:
        self.root, self.patterns = root, tuple(patterns)
        self.marks = dict(_marks(root))
        self.rulebook: Rulebook = read_rulebook(root)
        self.runner: ExampleRunner | None = None

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self.runner is not None:
            self.runner.connection.close()
        self.runner = None

    def begin(self) -> Turn:
        """Return what there is to do at first: all chosen rules, and what is wrong with their files or shared ones."""
        return self._turn((), (), self.chosen(), [*self.marks])

    def chosen(self) -> list[str]:
        """Return the ids of the rules that can be run and fit a pattern, or of all without patterns."""
        return [one for one in sorted(self.rulebook.rules) if self._is_chosen(one)]

    def _is_chosen(self, rule_id: str) -> bool:
        return not self.patterns or any(fnmatchcase(rule_id, pattern) for pattern in self.patterns)

    def look(self) -> Turn | None:
        """Return what is to be done about files that changed since the last look, if any did."""
        marks = dict(_marks(self.root))
        changed = sorted(path for path, mark in marks.items() if self.marks.get(path) != mark)
        gone = sorted(set(self.marks) - set(marks))
        if not changed and not gone:
            return None
        self.marks = marks
        touched = {*changed, *gone}
        if all(map(is_rule_file, touched)):
            self.rulebook = read_rules_again(self.rulebook, touched)
            if self.runner is not None:
                self.runner.rulebook = self.rulebook
            own = {one.id for one in self.rulebook.rules.values() if one.document.path in touched}
            return self._turn(changed, gone, [one for one in self.chosen() if one in own], touched)
        self.rulebook = read_rulebook(self.root)
        self._close()
        return self._turn(changed, gone, self.chosen(), touched)

    def _turn(
        self, changed: Iterable[str], gone: Iterable[str], rules: Iterable[str], told: Collection[str]
    ) -> Turn:
        listed = tuple(rules)
        chosen = {self.rulebook.rules[one].document.path for one in listed}
        broken = {path for one, path in self.rulebook.broken.items() if self._is_chosen(one)}
        shown = {path for path in told if not is_rule_file(path) or path in chosen | broken}
        concerned = {one: rule for one, rule in self.rulebook.rules.items() if rule.document.path in shown}
        if self.rulebook.dictionary is None:
            shown.add(DICTIONARY)
        problems = check_rulebook(replace(self.rulebook, rules=concerned))
        own = tuple(one for one in problems if one.place.path in shown)
        return Turn(tuple(changed), tuple(gone), listed, own)

    def run(self, rule_id: str) -> list[ExampleResult]:
        """Return the results of the examples of one rule; none where it is gone or nothing can be run."""
        rule = self.rulebook.rules.get(rule_id)
        if rule is None or self.rulebook.dictionary is None:
            return []
        if self.runner is None:
            self.runner = ExampleRunner(self.rulebook)
        return self.runner.run(rule, traced=True)


def _marks(root: Path) -> Iterator[tuple[str, Mark]]:
    """Every file that examples rest on, with what tells that it was written or put in place anew."""
    files = [root / DICTIONARY, *(root / CALENDAR).glob("*.csv"), *(root / "rules").rglob("*.yaml")]
    for file in sorted(files):
        try:
            found = file.stat()
        except OSError:
            # Gone, or not yet in place: an editor may put a new file where the old one was.
            continue
        yield file.relative_to(root).as_posix(), (found.st_mtime_ns, found.st_size, found.st_ino)
