"""From draft to active: a rule is tried, approved by somebody else than its author, and remembered.

In: a rulebook, rules, the two people, and the figures of a backtest. Out: the rule's file with `status: active`, the
text kept in rules/history, and the entry in the lock; all written together, or what stands against it and nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jointsup_rules.load.together import hash_of
from jointsup_rules.model.lock import (
    EMPTY,
    LOCK,
    Entry,
    Figures,
    Lock,
    Reading,
    history_path,
    is_same_person,
    render_lock,
    sealed,
)
from jointsup_rules.model.lock_checks import check_lock
from jointsup_rules.model.meaning import hash_file, hash_logic, hash_texts
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text
from jointsup_rules.sweep.approving import Done, Draft, Result, check_name, not_editable, with_lock
from jointsup_rules.sweep.backtest import Share, percent
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.examples import ExampleRunner
from jointsup_rules.sweep.trying import read_shares

# What an activation puts right by itself, or that only tells of something.
_NO_REASON_TO_REFUSE = frozenset({"JR250", "JR253"})


@dataclass(frozen=True)
class Signed:
    """Who answers for an activation.

    Attributes:
        by: Who wrote the rule.
        approved_by: Who approved it; another person.
        on: The day of the approval.
        because: Why a runaway rule, or one without figures, may be active; may be empty.
    """

    by: str
    approved_by: str
    on: date
    because: str = ""


def activate_rules(
    rulebook: Rulebook,
    rule_ids: Sequence[str],
    signed: Signed,
    trial: tuple[Path, date] | None,
    progress: Callable[[str], None] = lambda _: None,
) -> Result:
    """Approve rules and set them active, all of them or none.

    A rule is refused that has errors, warnings neither mended nor accepted, or an example that fails; whose version
    does not fit the lock; that was retired; or that finds more of its scope than the workspace allows, without a reason.

    Args:
        rulebook: As it was read.
        rule_ids: Rules that exist.
        signed: Who wrote and who approved them, when, and why all the same.
        trial: Dataset and day of the backtest; None to go without, which needs a reason.
        progress: Told what is being done.

    Raises:
        ProblemsError: the lock, the dictionary or the dataset cannot be used, or a file changed meanwhile.
    """
    rulebook, lock_before = with_lock(rulebook)
    problems = [*_check_people(signed), *_check_first(rulebook, rule_ids)]
    rules = {one: rulebook.rules[one] for one in rule_ids if one in rulebook.rules}
    problems += [p for p in rulebook.problems if p.place.path in _paths_of_broken(rulebook, rule_ids)]
    as_active = _as_active(rulebook, rules)
    stands = [one for one in check_lock(as_active) if one.rule_id in rules]
    problems += [one.problem for one in stands if one.problem.code not in _NO_REASON_TO_REFUSE]
    if problems:
        return Result(problems=tuple(problems))
    progress("check")
    problems += _check_rules(as_active, rules)
    problems += _check_examples(as_active, rules) if not problems else []
    if problems:
        return Result(problems=tuple(problems))
    return _approve(as_active, rulebook, rules, signed, trial, lock_before, progress)


# ---- what stands against it


def _check_people(signed: Signed) -> list[Problem]:
    problems = [*check_name("--by", signed.by), *check_name("--approved-by", signed.approved_by)]
    if not problems and is_same_person(signed.by, signed.approved_by):
        what = Text(
            f"编写人和批准人是同一人：{signed.by}", f"written and approved by one person: {signed.by}"
        )
        why = Text("一条规则由一人编写、另一人批准", "one person writes a rule, another approves it")
        fix = Text("由另一人批准", "have another person approve it")
        problems.append(Problem("JR257", Place(LOCK), what, why, fix))
    return problems


def _check_first(rulebook: Rulebook, rule_ids: Sequence[str]) -> list[Problem]:
    """The first approval takes in all active rules: from then on those without one do not run."""
    if rulebook.lock is not None:
        return []
    active = {rule_id for rule_id, rule in rulebook.rules.items() if rule.shape.status == "active"}
    left = sorted(active - set(rule_ids))
    if not left:
        return []
    names = ", ".join(left[:10]) + (", …" if len(left) > 10 else "")
    what = Text(
        f"还没有 {LOCK}，另有启用的规则：{names}",
        f"there is no {LOCK} yet, and other rules are active: {names}",
    )
    why = Text(
        "有了锁文件，未经批准的规则不再运行", "once there is a lock, rules without an approval do not run"
    )
    fix = Text(
        "第一次批准时把它们一并列上，或写 '*'（所有启用的规则）",
        "name them too the first time, or write '*' for all that are active",
    )
    return [Problem("JR250", Place(LOCK), what, why, fix)]


def _paths_of_broken(rulebook: Rulebook, rule_ids: Sequence[str]) -> frozenset[str]:
    return frozenset(rulebook.broken[one] for one in rule_ids if one in rulebook.broken)


def _as_active(rulebook: Rulebook, rules: Mapping[str, Rule]) -> Rulebook:
    """The rulebook as it will be: the rules active, so that they are judged as active ones."""
    active = {
        rule_id: Rule(rule.shape.model_copy(update={"status": "active"}), rule.document)
        for rule_id, rule in rules.items()
        if rule.shape.status == "draft"
    }
    return replace(rulebook, rules={**rulebook.rules, **active})


def _check_rules(rulebook: Rulebook, rules: Mapping[str, Rule]) -> list[Problem]:
    """Errors, and warnings that were neither mended nor accepted; a retired rule does not come back."""
    paths = {rule.document.path for rule in rules.values()}
    found = check_rulebook(rulebook)
    own = [problem for problem in found if problem.place.path in paths]
    if rulebook.dictionary is None:
        own += [problem for problem in rulebook.problems if problem.severity == "error"]
    for rule in rules.values():
        if rule.shape.status == "retired":
            what = Text(f"{rule.id} 已写明停用", f"{rule.id} says it is retired")
            fix = Text(
                "停用的规则不再启用；换一个新编号", "a retired rule does not come back; take a new number"
            )
            own.append(rule.document.problem("JR255", rule.document.place(("status",)), what, fix=fix))
        if any(p.severity == "warning" and p.place.path == rule.document.path for p in own):
            what = Text(
                f"{rule.id} 有既未改正也未说明的可疑之处",
                f"{rule.id} has warnings neither mended nor answered",
            )
            why = Text("批准人应当知道每一处可疑都看过", "who approves it must know that each was looked at")
            fix = Text(
                "改正它，或在 accept 中写明理由：accept: [{code: …, because: …}]",
                "mend it, or give the reason in the rule: accept: [{code: …, because: …}]",
            )
            own.append(rule.document.problem("JR265", rule.document.place(("id",)), what, why, fix))
    return own


def _check_examples(rulebook: Rulebook, rules: Mapping[str, Rule]) -> list[Problem]:
    problems = []
    with ExampleRunner(rulebook) as runner:
        for rule_id, rule in rules.items():
            failed = [result for result in runner.run(rulebook.rules[rule_id]) if result.differences]
            if not failed:
                continue
            names = ", ".join(result.name for result in failed[:3]) + (", …" if len(failed) > 3 else "")
            what = Text(f"{len(failed)} 个示例不符：{names}", f"{len(failed)} examples differ: {names}")
            fix = Text(f"jointsup test {rule_id} 逐项列出", f"jointsup test {rule_id} lists what differs")
            place = rule.document.place(("examples",), key=True)
            problems.append(rule.document.problem("JR266", place, what, NO_TEXT, fix))
    return problems


# ---- doing it


def _approve(
    as_active: Rulebook,
    rulebook: Rulebook,
    rules: Mapping[str, Rule],
    signed: Signed,
    trial: tuple[Path, date] | None,
    lock_before: str | None,
    progress: Callable[[str], None],
) -> Result:
    lock = rulebook.lock or EMPTY
    entries = dict(lock.entries)
    draft = Draft(rulebook.root)
    done: list[Done] = []
    problems: list[Problem] = []
    new = [rule_id for rule_id, rule in rules.items() if _is_new(rule, lock.last(rule_id))]
    shares = read_shares(as_active, new, *trial, progress) if trial is not None else {}
    for rule_id, rule in rules.items():
        if not draft.edit(rulebook, rule, {"status": "active"}):
            problems.append(not_editable(rule))
            continue
        last = lock.last(rule_id)
        share = shares.get(rule_id)
        if share is not None and share.is_runaway and not signed.because:
            problems.append(_runaway(rule, share, trial))
            continue
        what, entry = _entry(rule, last, signed, share, trial, draft.text_of(rule))
        done.append(Done(rule_id, rule.shape.version, what, share))
        if entry is not None:
            former = [one.model_copy(update={"status": "replaced"}) for one in entries.get(rule_id, ())]
            kept = former if rule_id in new else former[:-1]
            entries[rule_id] = (*(sealed(rule_id, one) for one in kept), entry)
            path = history_path(rule_id, entry.version)
            draft.put(path, draft.text_of(rule), hash_of(rulebook.root / path))
    if problems:
        return Result(problems=tuple(problems))
    if entries != dict(lock.entries):
        draft.put(LOCK, render_lock(Lock(entries)), lock_before)
    draft.write()
    return Result(done=tuple(done))


def _is_new(rule: Rule, last: Entry | None) -> bool:
    """Whether a version is to be approved; of one that is, only texts may have changed."""
    return last is None or last.version != rule.shape.version


def _entry(
    rule: Rule,
    last: Entry | None,
    signed: Signed,
    share: Share | None,
    trial: tuple[Path, date] | None,
    text: str,
) -> tuple[str, Entry | None]:
    """What is done, and the entry to be written; None where the lock stays as it is."""
    shape, kept = rule.shape, hash_file(text)
    if last is not None and not _is_new(rule, last):
        if last.text == hash_texts(shape):
            is_reopened = shape.status == "draft"
            return ("reopened" if is_reopened else "same"), None
        read = Reading(on=signed.on, by=signed.by.strip(), approved_by=signed.approved_by.strip())
        changed = {"text": hash_texts(shape), "kept": kept, "texts": read}
        return "texts", sealed(rule.id, last.model_copy(update=changed))
    figures = None
    if share is not None and trial is not None:
        figures = Figures(
            dataset=trial[0].name, as_of=trial[1], in_scope=share.in_scope, hit=share.hit,
            share=round(share.share or 0.0, 4), limit=share.limit,
        )  # fmt: skip
    needs_reason = share is None or share.is_runaway
    entry = Entry(
        version=shape.version, status="active", logic=hash_logic(shape), text=hash_texts(shape), kept=kept,
        by=signed.by.strip(), approved_by=signed.approved_by.strip(), activated_on=signed.on, backtest=figures,
        because=signed.because.strip() if needs_reason else None,
    )  # fmt: skip
    return "approved", sealed(rule.id, entry)


def _runaway(rule: Rule, share: Share, trial: tuple[Path, date] | None) -> Problem:
    part, limit, day = (
        percent(share.share or 0.0),
        percent(share.limit),
        trial[1] if trial else "",
    )
    what = Text(
        f"{rule.id} 在 {day} 命中范围的 {part}（{share.hit}/{share.in_scope}），超过上限 {limit}",
        f"{rule.id} finds {part} of its scope as of {day} ({share.hit} of {share.in_scope}), above the limit of {limit}",
    )
    why = Text(
        "命中占比过高，多半是规则写宽了，核查人员也看不过来",
        "a rule that finds so much is most likely too wide, and nobody can look into all of it",
    )
    fix = Text(
        "收窄 scope 或条件；确需启用，用 --because 写明理由",
        "narrow scope or condition; to activate it all the same, give the reason with --because",
    )
    return rule.document.problem("JR260", rule.document.place(("detect",), key=True), what, why, fix)
