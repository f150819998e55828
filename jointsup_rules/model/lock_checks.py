"""Whether the rules are the approved ones: every file against the lock.

In: a rulebook. Out: what does not fit, and whether the rule may run all the same. Without a lock nothing is demanded:
a workspace begins to record approvals with its first `jointsup activate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jointsup_rules.model.lock import (
    HISTORY,
    LOCK,
    Entry,
    Lock,
    history_path,
    is_same_person,
    is_sealed,
)
from jointsup_rules.model.meaning import compare_logic, hash_logic
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.standing import is_in_rework, read_version
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text

_RESTORE = Text(
    "从版本库恢复 rules/rules.lock 和 rules/history",
    "restore rules/rules.lock and rules/history from version control",
)
_APPROVED_RUNS = Text(
    "筛查只运行经过批准的内容；未经批准的规则列为运行失败",
    "a sweep runs only what was approved; a rule that was not is listed as failed",
)


@dataclass(frozen=True)
class LockProblem:
    """A rule that does not fit the lock.

    Attributes:
        rule_id: The rule.
        stops: Whether it may not run for that.
    """

    rule_id: str
    problem: Problem
    stops: bool


def check_lock(rulebook: Rulebook) -> tuple[LockProblem, ...]:
    """Return everything in which the rules and the lock disagree, by rule id; nothing without a lock."""
    lock = rulebook.lock
    if lock is None:
        return ()
    found: list[LockProblem] = []
    for rule_id in sorted({*rulebook.rules, *rulebook.broken, *lock.entries}):
        entries = lock.entries.get(rule_id, ())
        for entry in entries:
            found += _check_entry(rulebook, lock, rule_id, entry)
        last = entries[-1] if entries else None
        rule = rulebook.rules.get(rule_id)
        if rule is None:
            if last is not None and last.status == "active" and rule_id not in rulebook.broken:
                found.append(_gone(lock, rule_id, last))
        elif last is None:
            found += [_unapproved(rule)] if rule.shape.status == "active" else []
        elif last.status == "retired":
            found += _check_retired(rule, last)
        else:
            found += _check_version(rulebook, rule, last)
    return (*found, *_check_history(rulebook, lock))


# ---- the lock itself


def _check_entry(rulebook: Rulebook, lock: Lock, rule_id: str, entry: Entry) -> Iterator[LockProblem]:
    """The seal, the two people, and the kept text of one approved version."""
    place, is_active = lock.places.get((rule_id, entry.version), Place(LOCK)), entry.status == "active"
    called = f"{rule_id} v{entry.version}"
    if not is_sealed(rule_id, entry):
        what = Text(
            f"{called} 的批准记录被手工改过", f"the record of approval of {called} was edited by hand"
        )
        why = Text(
            "锁文件只由程序写入；改过的记录不能证明经过批准",
            "only the program writes the lock; an edited record proves no approval",
        )
        fix = Text(
            "从版本库恢复，或重新 jointsup activate",
            "restore it from version control, or activate the rule again",
        )
        yield LockProblem(rule_id, Problem("JR259", place, what, why, fix), is_active)
    if is_same_person(entry.by, entry.approved_by):
        what = Text(
            f"{called} 的编写人和批准人是同一人：{entry.by}",
            f"{called} was written and approved by one person: {entry.by}",
        )
        why = Text("一条规则由一人编写、另一人批准", "one person writes a rule, another approves it")
        fix = Text("由另一人重新批准", "have another person approve it anew")
        yield LockProblem(rule_id, Problem("JR257", place, what, why, fix), is_active)
    path = history_path(rule_id, entry.version)
    kept = rulebook.kept.get(path)
    if kept == entry.kept:
        return
    if kept is None:
        what = Text(f"缺少 {called} 的存档 {path}", f"the kept text of {called} is missing: {path}")
    else:
        what = Text(
            f"{called} 的存档不是批准时的文本：{path}",
            f"the kept text of {called} is not the one that was approved: {path}",
        )
    why = Text(
        "改写期间运行的、比较时对照的，都是存档的文本",
        "the kept text is what runs while the file is reworked, and what it is compared with",
    )
    stops = is_active and is_in_rework(rulebook, rule_id)
    yield LockProblem(
        rule_id, Problem("JR256", place if kept is None else Place(path), what, why, _RESTORE), stops
    )


def _check_history(rulebook: Rulebook, lock: Lock) -> Iterator[LockProblem]:
    """A kept text of which the lock knows nothing: its entry was taken out, or an activation did not come to its end."""
    known = {
        history_path(rule_id, entry.version) for rule_id, entries in lock.entries.items() for entry in entries
    }
    for path in sorted(set(rulebook.kept) - known):
        rule_id = path.removeprefix(HISTORY + "/").split(".")[0]
        what = Text(f"锁文件里没有 {path} 这一版本", f"the lock knows nothing of {path}")
        why = Text(
            "批准过的版本不从锁文件中删去", "a version that was approved is never taken out of the lock"
        )
        yield LockProblem(rule_id, Problem("JR256", Place(path), what, why, _RESTORE), False)


# ---- a rule against its last version


def _gone(lock: Lock, rule_id: str, last: Entry) -> LockProblem:
    what = Text(
        f"{rule_id} 是启用的规则，但它的文件不见了", f"{rule_id} is an active rule, and its file is gone"
    )
    why = Text(
        "规则不能不声不响地消失；编号永不再用",
        "a rule does not vanish silently, and its id is never used again",
    )
    fix = Text(
        f"恢复文件（最后的文本在 {history_path(rule_id, last.version)}），需要停用的用 jointsup retire",
        f"restore the file (its last text is {history_path(rule_id, last.version)}); to end it, use jointsup retire",
    )
    place = lock.places.get((rule_id, last.version), Place(LOCK))
    return LockProblem(rule_id, Problem("JR254", place, what, why, fix), True)


def _unapproved(rule: Rule) -> LockProblem:
    what = Text(f"{rule.id} 没有经过批准", f"{rule.id} was never approved")
    fix = Text(
        f"用 jointsup activate {rule.id} 批准它，或改回 status: draft",
        f"approve it with jointsup activate {rule.id}, or set status: draft again",
    )
    return _at(rule, "JR250", ("status",), what, _APPROVED_RUNS, fix)


def _check_retired(rule: Rule, last: Entry) -> list[LockProblem]:
    if rule.shape.status == "retired":
        return []
    assert last.retired is not None, "reading the lock has seen to it"
    what = Text(
        f"{rule.id} 已于 {last.retired.on} 停用（{last.retired.because}），编号不能再用",
        f"{rule.id} was retired on {last.retired.on} ({last.retired.because}); its id may not be used again",
    )
    why = Text(
        "编号一旦停用永不再用，旧线索才说得清出自哪条规则",
        "an id is never used again, so that old clues keep their meaning",
    )
    fix = Text("换一个新编号", "take a new number")
    return [_at(rule, "JR255", ("id",), what, why, fix, stops=rule.shape.status == "active")]


def _check_version(rulebook: Rulebook, rule: Rule, last: Entry) -> list[LockProblem]:
    """A rule whose last version is active: what the file says against that."""
    shape, is_active = rule.shape, rule.shape.status == "active"
    if shape.status == "retired":
        what = Text(
            f"{rule.id} 写明停用，但没有登记", f"{rule.id} says it is retired, which was never recorded"
        )
        why = Text("停用要有人负责并说明原因", "somebody answers for ending a rule, and says why")
        fix = Text("用 jointsup retire 登记", "record it with jointsup retire")
        return [_at(rule, "JR254", ("status",), what, why, fix)]
    is_same = hash_logic(shape) == last.logic
    if shape.version == last.version:
        return [] if is_same else [_changed(rulebook, rule, last)]
    if shape.version != last.version + 1:
        said = Text("退回", "went back") if shape.version < last.version else Text("跳号", "skipped a number")
        what = Text(
            f"版本{said.zh}了：批准的是第 {last.version} 版，这里是第 {shape.version} 版",
            f"the version {said.en}: {last.version} was approved, this is {shape.version}",
        )
        fix = Text(f"写 version: {last.version + 1}", f"write version: {last.version + 1}")
        return [_at(rule, "JR252", ("version",), what, NO_TEXT, fix, stops=is_active)]
    found = []
    if is_same:
        what = Text(
            f"版本升到了 {shape.version}，逻辑与第 {last.version} 版相同",
            f"the version was raised to {shape.version}, and the logic is that of version {last.version}",
        )
        fix = Text(
            f"没有别的改动就写回 version: {last.version}",
            f"write version: {last.version} if nothing else is to change",
        )
        found.append(_at(rule, "JR253", ("version",), what, NO_TEXT, fix, stops=False, severity="warning"))
    if is_active:
        what = Text(
            f"第 {shape.version} 版没有经过批准，批准的是第 {last.version} 版",
            f"version {shape.version} was not approved; version {last.version} was",
        )
        fix = Text(
            f"用 jointsup activate {rule.id} 批准它；在此之前写 status: draft，第 {last.version} 版照常运行",
            f"approve it with jointsup activate {rule.id}; until then write status: draft, and version"
            f" {last.version} goes on running",
        )
        found.append(_at(rule, "JR250", ("version",), what, _APPROVED_RUNS, fix))
    return found


def _changed(rulebook: Rulebook, rule: Rule, last: Entry) -> LockProblem:
    before = read_version(rulebook, rule.id, last)
    keys = ", ".join(compare_logic(before.shape, rule.shape)) if before is not None else ""
    what = Text(
        f"逻辑有改动而版本仍是 {last.version}" + (f"：{keys}" if keys else ""),
        f"the logic changed and the version is still {last.version}" + (f": {keys}" if keys else ""),
    )
    why = Text(
        "同一版本只能有一种含义，否则说不清一条线索是怎么来的",
        "one version has one meaning, or nobody can say how a clue came about",
    )
    fix = Text(
        f"写 version: {last.version + 1} 和 status: draft，改好后用 jointsup activate 批准；jointsup diff --rules lock 列出改动",
        f"write version: {last.version + 1} and status: draft, and have it approved with jointsup activate;"
        " jointsup diff --rules lock lists what changed",
    )
    return _at(rule, "JR251", ("version",), what, why, fix, stops=rule.shape.status == "active")


def _at(
    rule: Rule,
    code: str,
    loc: tuple[str, ...],
    what: Text,
    why: Text,
    fix: Text,
    *,
    stops: bool = True,
    severity: str = "error",
) -> LockProblem:
    document = rule.document
    place = document.place(loc)
    problem = Problem(
        code, place, what, why, fix, excerpt=document.excerpt(place.line),
        severity="warning" if severity == "warning" else "error",
    )  # fmt: skip
    return LockProblem(rule.id, problem, stops)
