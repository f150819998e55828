"""What activating and retiring share: the lock as it is this moment, files edited in place, all written together.

In: a rulebook. Out: a Draft of the files to be, and what became of each rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jointsup_rules.load.editing import set_keys
from jointsup_rules.load.together import change_files, hash_of
from jointsup_rules.model.lock import LOCK, read_lock
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.backtest import Share

_BOM = "\ufeff"


@dataclass(frozen=True)
class Done:
    """What became of one rule.

    Attributes:
        what: approved; texts (approved anew, the logic being the same); reopened (only its status was set again);
            same (nothing was to be done); retired.
        share: What the backtest said; None without.
    """

    rule_id: str
    version: int
    what: str
    share: Share | None = None


@dataclass(frozen=True)
class Result:
    """What was done, or the problems for which nothing was."""

    done: tuple[Done, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class Draft:
    """The files to be written: path to text, and the hash of what each was made from."""

    root: Path
    texts: dict[str, str] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)

    def put(self, path: str, text: str, before: str | None) -> None:
        """Have a file written; `before` is the hash of the one there was, None without."""
        self.texts[path], self.before[path] = text, before

    def edit(self, rulebook: Rulebook, rule: Rule, values: Mapping[str, str]) -> bool:
        """Have keys of a rule's file set in place; False where the file is not written in a way that allows it."""
        document = rule.document
        is_so = all(isinstance(document.data, dict) and document.data.get(k) == v for k, v in values.items())
        text = document.text if is_so else set_keys(document, values, "status")
        if text is None:
            return False
        has_bom = (self.root / document.path).read_bytes().startswith(_BOM.encode())
        self.put(document.path, (_BOM if has_bom else "") + text, dict(rulebook.inputs)[document.path])
        return True

    def text_of(self, rule: Rule) -> str:
        """Return the text a rule's file will have."""
        return self.texts[rule.document.path].removeprefix(_BOM)

    def write(self) -> None:
        """Write all files that will be otherwise than they are, together.

        Raises:
            ProblemsError: a file changed meanwhile; nothing was written.
        """
        texts = {path: text for path, text in self.texts.items() if not _is_so(self.root / path, text)}
        if texts:
            change_files(self.root, texts, self.before)


def _is_so(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


def with_lock(rulebook: Rulebook) -> tuple[Rulebook, str | None]:
    """Return the rulebook with the lock as it is this moment, and the hash of its file.

    Raises:
        ProblemsError: the lock cannot be read.
    """
    path = rulebook.root / LOCK
    before = hash_of(path)
    if before is None:
        return replace(rulebook, lock=None), None
    lock, problems = read_lock(path.read_bytes().decode("utf-8", "replace"))
    if lock is None:
        raise ProblemsError(problems)
    return replace(rulebook, lock=lock), before


def check_name(option: str, name: str) -> list[Problem]:
    """Return what is wrong with a name given by an option: it signs a record that others will read."""
    if name.strip() and name.isprintable() and len(name) <= 100:
        return []
    what = Text(f"{option} 不是人名", f"{option} is no name of a person")
    fix = Text(
        "写出姓名，一行之内，不超过一百字", "give the name, on one line, of at most a hundred characters"
    )
    return [Problem("JR257", Place(LOCK), what, fix=fix)]


def not_editable(rule: Rule) -> Problem:
    """Return the problem of a file that cannot be edited in place."""
    what = Text("这个文件的写法无法就地修改", "the file is written in a way that cannot be edited in place")
    fix = Text("每个键各占一行，从行首写起", "begin every key on a line of its own, at its first column")
    return rule.document.problem("JR267", rule.document.place(("status",), key=True), what, NO_TEXT, fix)
