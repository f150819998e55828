"""A lawful exception that reviewers found, made an entry of rules/exceptions.yaml.

In: a clue, why and until when, on what document and by whose approval. Out: the file with one more entry, all else in it as it
was, and an entry in the ledger. An exception hides its subject from one rule: it is refused where any clue of that rule and
subject was judged true, or where a reviewed sample shows that the rule missed it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import Who, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.ledger.moving import Refused, may_see
from jointsup_rules.ledger.samples import MISSED
from jointsup_rules.ledger.store import LedgerError
from jointsup_rules.ledger.verdicts import refuse_reader
from jointsup_rules.load.yaml import Document, read_yaml, read_yaml_file
from jointsup_rules.problems import Problem, ProblemsError, Text

EXCEPTIONS = "rules/exceptions.yaml"
_HEAD = "# 已批准的例外：不再提示的对象，各有理由、文号、批准人和期限。 / Approved exceptions.\n"
_ID = re.compile(r"E-(\d{4})-(\d+)")


@dataclass(frozen=True)
class Approval:
    """Why a clue is a lawful exception.

    Attributes:
        because: The reason, which the report shows.
        until: The first day it no longer holds.
        document: Number of the document that approved it.
        approver: Who approved it.
    """

    because: Text
    until: date
    document: str
    approver: str


@dataclass(frozen=True)
class Excepted:
    """What an exception is, or would be.

    Attributes:
        id: Its number.
        text: The entry as it stands in the file.
        clues: Clues of the ledger that it marks, as far as they may be seen.
    """

    id: str
    text: str
    clues: tuple[ClueState, ...]


def except_clue(
    ledger: Ledger,
    root: Path,
    rules: Collection[str],
    name: str,
    approval: Approval,
    at: str,
    who: Who,
    *,
    dry_run: bool = False,
) -> Excepted:
    """Make an exception of a clue, in the file and in the ledger, or in neither.

    Args:
        ledger: The ledger.
        root: The workspace.
        rules: Ids of the rules there are.
        name: The clue, by id or running number.
        approval: Why and until when.
        at: The time.
        who: Who enters it.
        dry_run: Only say what it would be.

    Raises:
        Refused: the clue's newest verdict is no lawful exception, or a clue would be hidden that was judged true.
        ProblemsError: the file cannot be added to as it is.
        LedgerError: the ledger cannot be written; the file is as it was.
    """
    refuse_reader(ledger.workflow, who)
    clue, today, path = ledger.find(who, name), local_day(at, ledger.zone), root / EXCEPTIONS
    rule, subject = str(clue.facts["rule_id"]), str(clue.facts["subject_key"])
    _refuse_approval(clue, approval, today)
    if rule not in rules:
        raise Refused(Text(f"规则 {rule} 已不在 rules/ 中", f"rule {rule} is no longer in rules/"))
    before: bytes | None = None
    try:
        with ledger.store.writing() as writing:
            _refuse_unfit(ledger, clue)
            document = read_yaml_file(path, EXCEPTIONS) if path.is_file() else read_yaml("", EXCEPTIONS)
            known = _entries(document)
            _refuse_twice(known, rule, subject, today)
            used = [one.data["id"] for one in ledger.store.entries() if one.kind == "excepted"]
            entry = {
                "id": _next_id([*(str(one.get("id")) for one in known), *used], today.year), "rule": rule, "subject": subject,
                "reason": {"zh": approval.because.zh, "en": approval.because.en}, "from": today.isoformat(),
                "until": approval.until.isoformat(), "document": approval.document, "approver": approval.approver,
            }  # fmt: skip
            after, added = _add(document, entry)
            marked = [one for one in writing.states().values() if _is_about(one, rule, subject)]
            visible = tuple(one for one in marked if may_see(ledger.workflow, who, one))
            if not dry_run:
                writing.add(at, who, "excepted", clue.clue_id, entry)
                content = path.read_bytes() if path.is_file() else b""
                _write_whole(path, after.encode())
                before = content
    except LedgerError:
        if before is not None:
            _write_whole(path, before)
        raise
    return Excepted(str(entry["id"]), added, visible)


def _is_about(clue: ClueState, rule: str, subject: str) -> bool:
    return (clue.facts.get("rule_id"), clue.facts.get("subject_key")) == (rule, subject)


# ---- what is refused


def _refuse_approval(clue: ClueState, approval: Approval, today: date) -> None:
    lacking = [
        told
        for value, told in (
            (approval.because.zh, Text("理由（--because）", "the reason (--because)")),
            (approval.document, Text("文号（--document）", "the document (--document)")),
            (approval.approver, Text("批准人（--approver）", "the approver (--approver)")),
        )
        if not value.strip()
    ]
    if lacking:
        listed = Text("、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking))
        raise Refused(Text(f"例外还要写明：{listed.zh}", f"an exception also needs: {listed.en}"))
    if approval.until <= today:
        raise Refused(
            Text(
                f"--until 是不再适用的第一天，应晚于今天 {today}",
                f"--until is the first day it no longer holds, and must be after today, {today}",
            )
        )
    if clue.grade == RESTRICTED:
        raise Refused(
            Text(
                f"{clue.ledger_no} 是 {RESTRICTED} 级；{EXCEPTIONS} 人人可读，不能写入",
                f"{clue.ledger_no} is of grade {RESTRICTED}; everybody reads {EXCEPTIONS}, it may not stand there",
            )
        )


def _refuse_unfit(ledger: Ledger, clue: ClueState) -> None:
    """The newest verdict must be a lawful exception, and nothing that the exception would hide may be true."""
    shapes = ledger.workflow.shape.verdicts
    newest: dict[tuple[str, str], str] = {}
    own, last = (clue.facts["rule_id"], clue.facts["subject_key"]), ""
    subjects = {
        one.clue_id: (one.facts.get("rule_id"), one.facts.get("subject_key")) for one in ledger.store.clues()
    }
    for entry in ledger.store.entries():
        if entry.kind != "judged":
            continue
        data = entry.data
        about = subjects.get(entry.subject, (data.get("rule_id"), data.get("subject_key")))
        if about == own:
            newest[entry.subject, data["reviewer"]] = data["verdict"]
        if entry.subject == clue.clue_id:
            last = data["verdict"]
    if last not in shapes or not shapes[last].exception:
        fit = [f"{name}（{one.label.zh}）" for name, one in shapes.items() if one.exception]
        fit_en = [f"{name} ({one.label.en})" for name, one in shapes.items() if one.exception]
        found = shapes[last].label if last in shapes else Text("还没有评议", "none yet")
        raise Refused(
            Text(
                f"{clue.ledger_no} 最新的评议结论：{found.zh}；只有评议为{'、'.join(fit)}的线索可以列为例外",
                f"{clue.ledger_no}: newest verdict {found.en}; only a clue judged {' or '.join(fit_en)} becomes an exception",
            )
        )
    hidden = sorted(
        {
            subject
            for (subject, _), verdict in newest.items()
            if verdict == MISSED or (verdict in shapes and shapes[verdict].counts == "right")
        }
    )
    if hidden:
        visible = [one for one in hidden if one == clue.clue_id]
        named = f"：{visible[0]}" if visible else ""
        raise Refused(
            Text(
                f"同一规则同一对象有线索被评议为属实{named}；列为例外会把它一并隐去，未写入",
                "a clue of the same rule and subject was judged true"
                + (f" ({visible[0]})" if visible else "")
                + "; the exception would hide it and is not written",
            )
        )


def _refuse_twice(known: Iterable[Mapping[str, Any]], rule: str, subject: str, today: date) -> None:
    for one in known:
        is_same = (one.get("rule"), one.get("subject")) == (rule, subject)
        if is_same and str(one.get("until")) > today.isoformat():
            raise Refused(
                Text(
                    f"{one.get('id')} 已是这条规则这个对象的例外，至 {one.get('until')}",
                    f"{one.get('id')} excepts this subject of the rule already, until {one.get('until')}",
                )
            )


# ---- the file


def _entries(document: Document) -> list[Mapping[str, Any]]:
    """The exceptions of the file.

    Raises:
        ProblemsError: it is not what it should be.
    """
    if document.problems:
        raise ProblemsError(document.problems)
    data = document.data if document.data is not None else []
    if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
        raise ProblemsError([_not_a_list(document)])
    return list(data)


def _next_id(used: Iterable[str], year: int) -> str:
    found = [match for one in used if (match := _ID.fullmatch(one)) is not None]
    numbers = [int(match[2]) for match in found if int(match[1]) == year]
    return f"E-{year}-{max(numbers, default=0) + 1:03d}"


def _add(document: Document, entry: Mapping[str, Any]) -> tuple[str, str]:
    """The file with one more entry, all else as it was, and that entry as text.

    Raises:
        ProblemsError: its entries are not written one below the other.
    """
    before = _entries(document)
    kept = document.text if document.text.strip() else _HEAD
    if document.data == []:
        kept = re.sub(r"(?m)^[ ]*\[\s*\][ ]*(?=#|$)", "", kept)
    newline = "\r\n" if "\r\n" in kept else "\n"
    dashes = re.findall(r"(?m)^([ ]*)- ", kept) if before else []
    indent = dashes[0] if dashes else ""
    lines = [f"{key}: {_written(value)}" for key, value in entry.items()]
    added = newline.join(f"{indent}{'  ' if n else '- '}{line}" for n, line in enumerate(lines)) + newline
    after = kept + (newline if not kept.endswith("\n") else "") + added
    again = read_yaml(after, EXCEPTIONS)
    if again.problems or again.data != [*before, entry]:
        raise ProblemsError([_not_a_list(document)])
    return after, added


def _written(value: Any) -> str:
    """A text, or a mapping of texts, as YAML takes it whatever is in it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _not_a_list(document: Document) -> Problem:
    what = Text(
        "不是逐条列出的例外，不能在后面加一条",
        "its entries are not written one below the other; none can be added",
    )
    fix = Text("每条例外另起一行，以“- ”开头", "begin every exception on a line of its own with '- '")
    return document.problem("JR204", document.place(()), what, fix=fix)


def _write_whole(path: Path, content: bytes) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(content)
        if path.exists():
            scratch.chmod(path.stat().st_mode & 0o777)
        scratch.replace(path)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()
