"""From active to retired: a rule ends for a reason, and names the one that stands in its place, or none.

In: a rulebook, a rule, who answers for it and why. Out: the rule's file and the lock, written together, or what stands
against it and nothing.
"""

from __future__ import annotations

from datetime import date

from jointsup_rules.model.lock import EMPTY, LOCK, Lock, Retirement, render_lock, sealed
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text
from jointsup_rules.sweep.approving import Done, Draft, Result, check_name, not_editable, with_lock


def retire_rule(
    rulebook: Rulebook, rule_id: str, signed_by: str, on: date, because: str, successor: str
) -> Result:
    """End a rule: its file says so, and why, and which rule stands in its place; the lock keeps its id for ever.

    Args:
        rulebook: As it was read.
        rule_id: An active rule of the lock; its file may be gone.
        signed_by: Who answers for it.
        on: The day.
        because: Why.
        successor: Id of a rule, or `none`.

    Raises:
        ProblemsError: the lock cannot be used, or a file changed meanwhile.
    """
    rulebook, lock_before = with_lock(rulebook)
    lock = rulebook.lock or EMPTY
    problems = [*check_name("--by", signed_by), *_check_successor(rulebook, lock, rule_id, successor)]
    entry = lock.active(rule_id)
    if entry is None:
        problems.append(_not_active(rulebook, lock, rule_id))
    if not because.strip():
        what = Text("停用要写明原因", "a rule is retired for a reason")
        problems.append(Problem("JR207", Place(LOCK), what, fix=Text("写出原因", "give it")))
    draft = Draft(rulebook.root)
    rule = rulebook.rules.get(rule_id)
    if rule is not None:
        texts = {"status": "retired", "retired_because": because.strip(), "successor": successor}
        if not draft.edit(rulebook, rule, texts):
            problems.append(not_editable(rule))
    elif rule_id in rulebook.broken:
        problems += [p for p in rulebook.problems if p.place.path == rulebook.broken[rule_id]]
    if problems or entry is None:
        return Result(problems=tuple(problems))
    retired = Retirement(on=on, by=signed_by.strip(), because=because.strip(), successor=successor)
    last = sealed(rule_id, entry.model_copy(update={"status": "retired", "retired": retired}))
    entries = {**lock.entries, rule_id: (*lock.entries[rule_id][:-1], last)}
    draft.put(LOCK, render_lock(Lock(entries)), lock_before)
    draft.write()
    return Result(done=(Done(rule_id, entry.version, "retired"),))


def _check_successor(rulebook: Rulebook, lock: Lock, rule_id: str, successor: str) -> list[Problem]:
    last = lock.last(successor)
    is_there = successor in rulebook.rules or (last is not None and last.status == "active")
    is_over = last is not None and last.status == "retired"
    if successor == "none" or (is_there and not is_over and successor != rule_id):
        return []
    what = Text(f"'{successor}' 不能作后继规则", f"'{successor}' cannot be the successor")
    fix = Text(
        "写另一条未停用规则的编号，没有则写 none", "give the id of another rule that is not retired, or none"
    )
    return [Problem("JR207", Place(LOCK), what, fix=fix)]


def _not_active(rulebook: Rulebook, lock: Lock, rule_id: str) -> Problem:
    if lock.last(rule_id) is not None:
        what = Text(f"{rule_id} 已经停用", f"{rule_id} is retired already")
        return Problem("JR255", Place(LOCK), what)
    what = Text(
        f"锁文件里没有 {rule_id}，它从未经过批准", f"the lock does not know {rule_id}: it was never approved"
    )
    fix = Text(
        "起草中的规则删去文件即可；启用的先用 jointsup activate 批准",
        "of a draft delete the file; approve an active one with jointsup activate first",
    )
    rule = rulebook.rules.get(rule_id)
    return Problem("JR250", rule.document.place(("status",)) if rule else Place(LOCK), what, NO_TEXT, fix)
