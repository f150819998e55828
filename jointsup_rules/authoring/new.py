"""A new rule: whether its id may be taken, what it begins with, and the text of its file.

In: a rulebook, an id, and perhaps kind, subject and title. Out: path and text of a rule in draft whose examples hold. An
id that was ever used is never given again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from jointsup_rules.authoring.draft_text import DraftText
from jointsup_rules.authoring.drafts import KINDS, NEEDS, Draft, drafts_of
from jointsup_rules.authoring.samples import home_of
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import Dictionary, Subject
from jointsup_rules.model.lock import LOCK
from jointsup_rules.model.rule import ID, read_rule
from jointsup_rules.model.rulebook import NOT_RULES, Rulebook
from jointsup_rules.problems import NO_TEXT, Language, Place, Problem, ProblemsError, Text, did_you_mean
from jointsup_rules.sweep.examples import ExampleRunner

FAMILIES = "rules/families.yaml"


@dataclass(frozen=True)
class Asked:
    """What somebody asks for; empty where the program may choose."""

    rule_id: str
    kind: str = ""
    subject: str = ""
    title: str = ""


@dataclass(frozen=True)
class NewRule:
    """The file of a new rule: its path within the workspace, its text, and what was chosen."""

    path: str
    text: str
    kind: str
    subject: str


def begin_rule(rulebook: Rulebook, asked: Asked, lang: Language) -> NewRule:
    """Return a rule to start from; nothing is written.

    Args:
        rulebook: What the workspace declares.
        asked: The id, and what else was said.
        lang: Of comments and words.

    Raises:
        ProblemsError: the id cannot be taken, the subject is not known, or none has what the kind takes.
    """
    dictionary = rulebook.dictionary
    if dictionary is None:
        raise ProblemsError(rulebook.problems)
    damaged = [one for one in rulebook.problems if one.place.path == LOCK and one.severity == "error"]
    if damaged:
        # Which ids were in use cannot be read.
        raise ProblemsError(damaged)
    found = check_id(rulebook, asked.rule_id)
    if found:
        raise ProblemsError(found)
    if asked.subject and asked.subject not in dictionary.subjects:
        raise ProblemsError([_no_subject(asked.subject, dictionary)])
    with ExampleRunner(rulebook) as runner:
        for draft in _drafts(rulebook, dictionary, asked):
            text = DraftText(rulebook, draft, asked.rule_id, asked.title, lang).render()
            if _holds(runner, text):
                family = asked.rule_id.partition("-")[0]
                path = f"rules/{family}/{asked.rule_id}.yaml"
                return NewRule(path, text, draft.kind, draft.home.subject.name)
    raise ProblemsError([_nothing_fits(asked)])


# ---- the id


def check_id(rulebook: Rulebook, rule_id: str) -> list[Problem]:
    """Return why an id cannot be taken, if it cannot."""
    if not ID.fullmatch(rule_id):
        near = unicodedata.normalize("NFKC", rule_id).strip().upper().replace("_", "-").replace(" ", "-")
        what = Text(f"'{rule_id}' 不是规则编号", f"'{rule_id}' is no rule id")
        why = Text(
            "编号为大写类别加序号，如 CM-06", "an id is a family in capitals and a number, such as CM-06"
        )
        fix = Text(f"是不是想写 '{near}'？", f"did you mean '{near}'?") if ID.fullmatch(near) else NO_TEXT
        return [_refused(rule_id, what, why, fix)]
    family = rule_id.partition("-")[0]
    return [*_check_free(rulebook, rule_id), *_check_family(rulebook, family)]


def _check_free(rulebook: Rulebook, rule_id: str) -> list[Problem]:
    family = rule_id.partition("-")[0]
    path = rulebook.root / "rules" / family / f"{rule_id}.yaml"
    locked = rulebook.lock.entries if rulebook.lock is not None else {}
    fix = Text(
        f"可用的下一个编号：{_next_free(rulebook, family)}",
        f"the next free id is {_next_free(rulebook, family)}",
    )
    if rule_id in rulebook.rules or rule_id in rulebook.broken or path.exists():
        shown = rulebook.broken.get(rule_id) or (
            rulebook.rules[rule_id].document.path
            if rule_id in rulebook.rules
            else f"rules/{family}/{rule_id}.yaml"
        )
        what = Text(f"编号 {rule_id} 已有规则：{shown}", f"there is a rule {rule_id} already: {shown}")
        return [_refused(rule_id, what, NO_TEXT, fix)]
    if rule_id in locked:
        what = Text(
            f"编号 {rule_id} 用过，记在 rules/rules.lock",
            f"id {rule_id} was in use; rules/rules.lock knows it",
        )
        why = Text("编号永不重用：旧线索还指着它", "an id is never reused: old clues still point at it")
        return [_refused(rule_id, what, why, fix)]
    return []


def _next_free(rulebook: Rulebook, family: str) -> str:
    locked = rulebook.lock.entries if rulebook.lock is not None else {}
    taken = {*rulebook.rules, *rulebook.broken, *locked}
    numbers = [
        int(one.rpartition("-")[2]) for one in taken if ID.fullmatch(one) and one.startswith(f"{family}-")
    ]
    return f"{family}-{max(numbers, default=0) + 1:02}"


def _check_family(rulebook: Rulebook, family: str) -> list[Problem]:
    """A family that nobody named is probably a slip; a workspace without the file names none."""
    if family.lower() in NOT_RULES:
        what = Text(f"rules/{family.lower()}/ 放的不是规则", f"rules/{family.lower()}/ holds no rules")
        return [_refused(family, what, NO_TEXT, Text("换一个类别", "take another family"))]
    if not rulebook.families or family in rulebook.families:
        return []
    what = Text(f"没有类别 '{family}'", f"no family '{family}'")
    why = Text(f"类别在 {FAMILIES} 中", f"families are listed in {FAMILIES}")
    add = f"{family}: {{zh: …, en: …}}"
    near = did_you_mean(family, rulebook.families, NO_TEXT)
    fix = Text(
        (near.zh + "；" if near.zh else "") + f"新的类别在那里加一行：{add}",
        (near.en + " " if near.en else "") + f"a new family is a line there: {add}",
    )
    return [Problem("JR404", Place(FAMILIES), what, why, fix)]


def _refused(rule_id: str, what: Text, why: Text, fix: Text) -> Problem:
    return Problem("JR404", Place("rules"), what, why, fix)


# ---- subject and kind


def _drafts(rulebook: Rulebook, dictionary: Dictionary, asked: Asked) -> Iterator[Draft]:
    """Drafts in the order in which they are tried; without a kind, a time limit and then a condition."""
    subjects = (
        [dictionary.subjects[asked.subject]]
        if asked.subject
        else _subjects(rulebook, dictionary, asked.rule_id)
    )
    for kind in [asked.kind] if asked.kind else KINDS:
        for subject in subjects:
            home = home_of(dictionary, subject)
            if home is not None and subject.key:
                yield from drafts_of(kind, dictionary, home)


def _subjects(rulebook: Rulebook, dictionary: Dictionary, rule_id: str) -> list[Subject]:
    """Subjects by how many rules of the family, and of all, are about them; declared ones before plain tables."""
    family = rule_id.partition("-")[0]
    used = [rule.shape for rule in rulebook.rules.values()]

    def rank(subject: Subject) -> tuple[int, int, bool]:
        about = [shape for shape in used if shape.subject == subject.name]
        is_table = subject.name in dictionary.tables
        return -sum(shape.family == family for shape in about), -len(about), is_table

    return sorted(dictionary.subjects.values(), key=rank)


def _holds(runner: ExampleRunner, text: str) -> bool:
    """Whether the rule, which is our own text, can be read, and all its examples come out as they say."""
    rule, problems = read_rule(read_yaml(text, "new.yaml"))
    if rule is None or problems:
        return False
    return all(not result.differences for result in runner.run_here(rule))


def _no_subject(name: str, dictionary: Dictionary) -> Problem:
    what = Text(f"没有对象“{name}”", f"no subject '{name}'")
    why = Text("对象在数据字典中声明", "subjects are declared in the dictionary")
    return Problem(
        "JR217", Place("datasets/dictionary.yaml"), what, why, did_you_mean(name, dictionary.subjects)
    )


def _nothing_fits(asked: Asked) -> Problem:
    kind = asked.kind or "condition"
    needs = NEEDS[kind]
    if asked.subject:
        what = Text(
            f"对象“{asked.subject}”不能用 {kind} 起草",
            f"no {kind} can be begun over subject '{asked.subject}'",
        )
    else:
        what = Text(
            f"字典里没有能用 {kind} 起草的对象", f"the dictionary has no subject for a {kind} to begin with"
        )
    why = Text(
        f"{kind} 需要{needs.zh}，示例要能造出它的行",
        f"{kind} takes {needs.en}, of which examples can make rows",
    )
    fix = Text("换一个种类或对象：--kind、--subject", "take another kind or subject: --kind, --subject")
    return Problem("JR405", Place("datasets/dictionary.yaml"), what, why, fix)
