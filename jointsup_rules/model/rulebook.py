"""All that people declare in a workspace, read once: dictionary, rules, law, parameters, exceptions, calendar.

In: the folder of a workspace. Out: a Rulebook with every problem of every file, and the hash of each file read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import RootModel

from jointsup_rules.collector import collector_paused
from jointsup_rules.load.yaml import Document, read_yaml_file
from jointsup_rules.model.calendar import Calendar, read_calendar
from jointsup_rules.model.clock import Clock, read_clocks
from jointsup_rules.model.dictionary import Dictionary, read_dictionary
from jointsup_rules.model.law import Day, Laws, LawShape, Parameters, read_law, read_parameters
from jointsup_rules.model.lock import HISTORY, LOCK, Lock, read_lock
from jointsup_rules.model.meaning import hash_file
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.model.shape import Shape, Words, check_model
from jointsup_rules.model.source import Source, read_source
from jointsup_rules.model.words import FaultWords, read_words
from jointsup_rules.problems import Place, Problem, Text, did_you_mean

DICTIONARY = "datasets/dictionary.yaml"
CALENDAR = "datasets/calendar"
CLOCKS = "rules/clocks.yaml"
NOT_RULES = frozenset({"law", "documents", "history"})


class ExceptionShape(Shape):
    """An approved reason not to act on a clue, with an end."""

    id: str
    rule: str
    subject: str
    reason: Words
    from_: Day
    until: Day
    document: str = ""
    approver: str = ""

    model_config = Shape.model_config | {"populate_by_name": True}


@dataclass(frozen=True)
class Rulebook:
    """What a workspace declares.

    Attributes:
        dictionary: None where it cannot be read.
        rules: Every rule that can be read, by id.
        broken: Rule files that cannot be read: id as the file name says, and path.
        inputs: Path within the workspace and SHA-256 of every file read, in order of path.
        lock: Which versions were approved; None where there is no lock, or none that can be read.
        kept: Sum of every approved version's kept text, by path within the workspace; without a lock none are read.
        words: Words that say who is at fault; a rule should do without.
    """

    root: Path
    dictionary: Dictionary | None
    rules: Mapping[str, Rule]
    broken: Mapping[str, str]
    laws: Laws
    clocks: Mapping[str, Clock]
    parameters: Parameters
    exceptions: tuple[ExceptionShape, ...]
    calendar: Calendar
    sources: Mapping[str, Source]
    families: Mapping[str, Text]
    problems: tuple[Problem, ...]
    inputs: tuple[tuple[str, str], ...]
    lock: Lock | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    words: tuple[FaultWords, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What reckoning a time limit needs."""

    laws: Laws
    clocks: Mapping[str, Clock]
    parameters: Parameters
    calendar: Calendar
    problems: tuple[Problem, ...] = ()


@dataclass
class _Files:
    root: Path
    problems: list[Problem]
    inputs: dict[str, str]

    def document(self, path: Path) -> Document | None:
        shown = path.relative_to(self.root).as_posix()
        if not path.is_file():
            return None
        try:
            with path.open("rb") as stream:
                self.inputs[shown] = hashlib.file_digest(stream, "sha256").hexdigest()
            return read_yaml_file(path, shown)
        except OSError as error:
            what = Text(f"读不了这个文件：{error.strerror}", f"the file cannot be read: {error.strerror}")
            fix = Text("检查它的权限", "look at its permissions")
            self.problems.append(Problem("JR109", Place(shown), what, fix=fix))
            return None


def rule_files(root: Path) -> list[Path]:
    """Return the rule files of a workspace: `rules/<FAMILY>/<ID>.yaml`, in order."""
    folders = [
        folder
        for folder in sorted((root / "rules").glob("*"))
        if folder.is_dir() and folder.name not in NOT_RULES
    ]
    return [file for folder in folders for file in sorted(folder.glob("*.yaml"))]


@collector_paused()
def read_rulebook(root: Path, *, with_rules: bool = True) -> Rulebook:
    """Return everything a workspace declares; what cannot be read is in `problems`.

    Args:
        root: Folder of the workspace.
        with_rules: False leaves out rules and the exceptions that name them, for whom the words around them will do.
    """
    files = _Files(root, [], {})
    dictionary: Dictionary | None = None
    document = files.document(root / DICTIONARY)
    if document is None:
        what = Text("没有数据字典", "there is no dictionary")
        fix = Text(
            "用 jointsup init 建立工作区，或写 datasets/dictionary.yaml",
            "make a workspace with jointsup init, or write datasets/dictionary.yaml",
        )
        files.problems.append(Problem("JR109", Place(DICTIONARY), what, fix=fix))
    else:
        dictionary, found = read_dictionary(document)
        files.problems += found
    rules, broken = _read_rules(files) if with_rules else ({}, {})
    limits = _read_limits(files)
    exceptions = _read_exceptions(files, frozenset({*rules, *broken})) if with_rules else ()
    sources = _read_sources(files, dictionary)
    families = _read_families(files)
    lock, kept = _read_lock(files)
    words = _read_words(files)
    problems = tuple(sorted(files.problems, key=lambda problem: problem.place))
    return Rulebook(
        root, dictionary, rules, broken, limits.laws, limits.clocks, limits.parameters, exceptions, limits.calendar, sources,
        families, problems,
        tuple(sorted(files.inputs.items())), lock, kept, words,
    )  # fmt: skip


def is_rule_file(path: str) -> bool:
    """Whether a path within a workspace is that of a rule file, there or not."""
    parts = path.split("/")
    return len(parts) == 3 and parts[0] == "rules" and parts[1] not in NOT_RULES and path.endswith(".yaml")


def read_rules_again(rulebook: Rulebook, paths: Collection[str]) -> Rulebook:
    """Return a rulebook with some rule files read anew.

    Args:
        rulebook: As it was read.
        paths: Rule files that changed, are new, or are gone.
    """
    root, files = rulebook.root, _Files(rulebook.root, [], {})
    rules = {one: rule for one, rule in rulebook.rules.items() if rule.document.path not in paths}
    broken = {one: path for one, path in rulebook.broken.items() if path not in paths}
    for path in sorted(paths):
        document = files.document(root / path)
        rule, found = read_rule(document) if document is not None else (None, ())
        files.problems += found
        family, stem = path.split("/")[1], Path(path).stem
        if rule is None and document is not None:
            broken[stem] = path
        elif rule is not None:
            if (rule.id, rule.shape.family) != (stem, family):
                return read_rulebook(root)
            rules[rule.id] = rule
    if {*rules, *broken} != {*rulebook.rules, *rulebook.broken}:
        # Others name rules by their ids, and one that gave way to another may take its place.
        return read_rulebook(root)
    kept = [one for one in rulebook.problems if one.place.path not in paths]
    inputs = {name: value for name, value in rulebook.inputs if name not in paths} | files.inputs
    return replace(
        rulebook,
        rules=dict(sorted(rules.items(), key=lambda item: item[1].document.path)),
        broken=broken,
        problems=tuple(sorted([*kept, *files.problems], key=lambda problem: problem.place)),
        inputs=tuple(sorted(inputs.items())),
    )


def read_limits(root: Path) -> Limits:
    """Return only what reckoning a time limit needs: law, clocks, parameters, calendar."""
    files = _Files(root, [], {})
    found = _read_limits(files)
    return replace(found, problems=tuple(files.problems))


def _read_limits(files: _Files) -> Limits:
    shapes: list[LawShape] = []
    for path in sorted((files.root / "rules" / "law").glob("*.yaml")):
        document = files.document(path)
        if document is not None:
            law, found = read_law(document)
            files.problems += found
            shapes += [law] if law is not None else []
    laws = Laws(tuple(shapes))
    clocks: Mapping[str, Clock] = {}
    document = files.document(files.root / CLOCKS)
    if document is not None:
        clocks, found = read_clocks(document, laws)
        files.problems += found
    parameters = Parameters({})
    document = files.document(files.root / "rules" / "parameters.yaml")
    if document is not None:
        parameters, found = read_parameters(document)
        files.problems += found
    calendar, found = read_calendar(files.root / CALENDAR)
    files.problems += found
    for path in sorted((files.root / CALENDAR).glob("*.csv")):
        files.inputs[path.relative_to(files.root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return Limits(laws, clocks, parameters, calendar)


def _read_rules(files: _Files) -> tuple[dict[str, Rule], dict[str, str]]:
    rules: dict[str, Rule] = {}
    broken: dict[str, str] = {}
    read: list[tuple[bool, Path, Document, Rule]] = []
    for path in rule_files(files.root):
        document = files.document(path)
        if document is None:
            continue
        rule, found = read_rule(document)
        files.problems += found
        if rule is None:
            broken[path.stem] = document.path
        else:
            read.append((rule.id != path.stem or rule.shape.family != path.parent.name, path, document, rule))
    # An id belongs to the file that is called so; another that claims it cannot take its place.
    for _, path, document, rule in sorted(read, key=lambda one: one[:2]):
        place = document.place(("id",))
        if rule.id != path.stem or rule.shape.family != path.parent.name:
            what = Text(
                f"编号 {rule.id} 与文件 {document.path} 不符",
                f"id {rule.id} does not fit its file {document.path}",
            )
            fix = Text("规则放在 rules/<类别>/<编号>.yaml", "a rule lives in rules/<FAMILY>/<ID>.yaml")
            files.problems.append(document.problem("JR209", place, what, fix=fix))
        if rule.id in rules:
            what = Text(f"编号 {rule.id} 用了两次", f"id {rule.id} is used twice")
            fix = Text("换一个新编号", "take a new number")
            files.problems.append(document.problem("JR209", place, what, fix=fix))
            broken[path.stem] = document.path
            continue
        rules[rule.id] = rule
    return rules, broken


def _read_lock(files: _Files) -> tuple[Lock | None, dict[str, str]]:
    """The lock says which versions run, and changes no result otherwise: its hash stays out of `inputs`."""
    path = files.root / LOCK
    if not path.is_file():
        return None, {}
    try:
        lock, found = read_lock(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        what = Text("锁文件读不懂，或没有读取权限", "the lock is not UTF-8 text, or may not be read")
        fix = Text("从版本库恢复 rules/rules.lock", "restore rules/rules.lock from version control")
        lock, found = None, (Problem("JR258", Place(LOCK), what, fix=fix),)
    files.problems += found
    kept: dict[str, str] = {}
    for file in sorted((files.root / HISTORY).glob("*.yaml")):
        kept[file.relative_to(files.root).as_posix()] = hash_file(
            file.read_bytes().decode("utf-8", "replace")
        )
    return lock, kept


class FamiliesShape(RootModel[Mapping[str, Words]]):
    """What the families of rules are called."""


def _read_families(files: _Files) -> dict[str, Text]:
    """Names of families for reports; without the file a family is called by its code."""
    document = files.document(files.root / "rules" / "families.yaml")
    if document is None or (document.data is None and not document.problems):
        return {}
    shape, found = check_model(FamiliesShape, document)
    files.problems += [*document.problems, *found]
    return dict(shape.root) if shape is not None else {}


def _read_words(files: _Files) -> tuple[FaultWords, ...]:
    """What `check` says of wording changes no result of a sweep, so the file's hash stays out of it."""
    document = files.document(files.root / "rules" / "words.yaml")
    if document is None:
        return ()
    del files.inputs[document.path]
    words, found = read_words(document)
    files.problems += found
    return words


def _read_sources(files: _Files, dictionary: Dictionary | None) -> dict[str, Source]:
    """Sources say how exports become a dataset; they change no result of a sweep, so their hashes stay out of it."""
    sources: dict[str, Source] = {}
    if dictionary is None:
        return sources
    for path in sorted((files.root / "datasets" / "sources").glob("*.yaml")):
        document = files.document(path)
        if document is None:
            continue
        del files.inputs[document.path]
        source, found = read_source(document, dictionary)
        files.problems += found
        if source is None:
            continue
        if source.name in sources:
            what = Text(f"来源名称“{source.name}”用了两次", f"source name '{source.name}' is used twice")
            files.problems.append(document.problem("JR209", document.place(("source",)), what))
            continue
        sources[source.name] = source
    return sources


def _read_exceptions(files: _Files, rules: frozenset[str]) -> tuple[ExceptionShape, ...]:
    document = files.document(files.root / "rules" / "exceptions.yaml")
    if document is None:
        return ()
    files.problems += document.problems
    if document.data is None:
        return ()
    entries: list[ExceptionShape] = []
    data: Any = document.data
    if not isinstance(data, list):
        what = Text("exceptions.yaml 应是列表", "exceptions.yaml is a list")
        files.problems.append(document.problem("JR204", document.place(()), what))
        return ()
    for number, entry in enumerate(data):
        named = (
            {("from_" if key == "from" else key): value for key, value in entry.items()}
            if isinstance(entry, dict)
            else entry
        )
        shape, found = check_model(ExceptionShape, document, (number,), named)
        files.problems += found
        if shape is not None:
            files.problems += _check_exception(shape, number, document, rules)
            entries.append(shape)
    return tuple(entries)


def _check_exception(
    exception: ExceptionShape, number: int, document: Document, rules: frozenset[str]
) -> list[Problem]:
    problems = []
    if exception.rule not in rules:
        place = document.place((number, "rule"))
        what = Text(f"没有规则“{exception.rule}”", f"no rule '{exception.rule}'")
        why = Text("例外指向一条规则的一个对象", "an exception is about one subject of one rule")
        fix = did_you_mean(exception.rule, rules)
        problems.append(document.problem("JR229", place, what, why, fix))
    if exception.until <= exception.from_:
        place = document.place((number, "until"))
        what = Text("until 不晚于 from", "until is not after from")
        why = Text("until 是不再适用的第一天", "until is the first day it no longer holds")
        fix = Text("改正其中一个日期", "mend one of the days")
        problems.append(document.problem("JR208", place, what, why, fix))
    return problems


def is_in_force(exception: ExceptionShape, day: date) -> bool:
    """Whether an exception marks clues on a day; `until` is the first day it no longer does."""
    return exception.from_ <= day < exception.until
