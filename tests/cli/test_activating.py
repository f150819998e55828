"""Rules are approved, reworked, approved again and retired; the lock remembers, `check` and sweeps hold to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli.conftest import Jointsup, last_line
from jointsup_rules import Workspace
from jointsup_rules.model.lock import Lock, render_lock, sealed

RULE = Path("rules/LET/LET-01.yaml")
LOCK = Path("rules/rules.lock")
KEPT = Path("rules/history/LET-01.v1.yaml")
PEOPLE = ("--by", "甲", "--approved-by", "乙", "--on", "2026-01-05", "--lang", "en")
UNTRIED = ("--without-data", "--because", "no data yet")
TRIED = ("--dataset", "example", "--as-of", "2025-03-31")

Approve = Callable[..., Result]


@pytest.fixture
def approve(desk: Path, jointsup: Jointsup) -> Approve:
    def run(*words: str, trial: tuple[str, ...] = UNTRIED) -> Result:
        return jointsup("activate", *(words or ("LET-01",)), *PEOPLE, *trial)

    return run


def edit(*pairs: tuple[str, str], path: Path = RULE) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def files() -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in Path("rules").rglob("*") if p.is_file()}


def codes() -> list[str]:
    return [problem.code for problem in Workspace().check()]


def another(number: str) -> None:
    text = RULE.read_text(encoding="utf-8").replace("LET-01", f"LET-{number}")
    text = text.replace("from 'COPY'", f"from 'COPY' and office is distinct from '{number}'")
    Path(f"rules/LET/LET-{number}.yaml").write_text(text, encoding="utf-8")


LOGIC = ("over_days > 30", "over_days > 20")
NEXT = (("version: 1 ", "version: 2 "), ("status: active", "status: draft"))


# ---- activating


def test_a_draft_becomes_active_with_its_comments_and_is_remembered(approve: Approve) -> None:
    edit(("status: active", "status: draft   # 起草"))
    draft = RULE.read_text(encoding="utf-8")
    result = approve()
    assert (result.exit_code, result.stdout) == (0, "LET-01 v1  approved and active\n")
    assert RULE.read_text(encoding="utf-8") == draft.replace(
        "status: draft   # 起草", "status: active   # 起草"
    )
    assert KEPT.read_bytes() == RULE.read_bytes()
    (entry,) = Workspace().rulebook().lock.entries["LET-01"]  # type: ignore[union-attr]
    told = (entry.by, entry.approved_by, str(entry.activated_on), entry.backtest, entry.because, entry.status)
    assert told == ("甲", "乙", "2026-01-05", None, "no data yet", "active")
    assert codes() == []
    assert list(Workspace().rulebook().rules) == ["LET-01"]


def test_the_figures_of_the_trial_are_remembered(example: Path, approve: Approve) -> None:
    refused = approve(trial=TRIED)
    assert (refused.exit_code, LOCK.exists()) == (1, False)
    assert (
        "JR260 LET-01 finds 22.2% of its scope as of 2025-03-31 (2 of 9), above the limit of 20%"
        in refused.stdout
    )
    result = approve(trial=(*TRIED, "--because", "a pilot, all are looked at"))
    assert result.stdout == "LET-01 v1  approved and active; 9 in scope, 2 found (22.2%, limit 20%)\n"
    entry = Workspace().rulebook().lock.active("LET-01")  # type: ignore[union-attr]
    assert entry is not None
    assert entry.backtest is not None
    figures = entry.backtest.model_dump(mode="json")
    assert figures == {
        "dataset": "example", "as_of": "2025-03-31", "in_scope": 9, "hit": 2, "share": 0.2222, "limit": 0.2,
    }  # fmt: skip
    assert entry.because == "a pilot, all are looked at"


def test_a_reason_is_only_kept_where_one_was_needed(example: Path, approve: Approve) -> None:
    with Path("rules/parameters.yaml").open("a", encoding="utf-8") as stream:
        stream.write(
            "\nRULES.RUNAWAY_SHARE: {unit: share, kind: local, values: [{from: 2000-01-01, value: 0.5}], because: x}\n"
        )
    assert approve(trial=(*TRIED, "--because", "not needed")).exit_code == 0
    assert Workspace().rulebook().lock.active("LET-01").because is None  # type: ignore[union-attr]


def test_json_says_what_was_done(approve: Approve) -> None:
    result = approve("LET-01", "--format", "json")
    assert json.loads(result.stdout) == {
        "done": [{"rule": "LET-01", "version": 1, "what": "approved", "backtest": None}], "problems": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            TRIED[:2],
            "give --dataset and --as-of for a trial; where there is no data, --without-data and --because",
        ),
        ((), "give --dataset and --as-of for a trial; where there is no data, --without-data and --because"),
        (("--without-data",), "without a trial, give the reason with --because"),
        (("--without-data", "--because", " "), "without a trial, give the reason with --because"),
        ((*UNTRIED, *TRIED), "--without-data excludes --dataset and --as-of"),
        (("--dataset", "nowhere", "--as-of", "2025-03-31"), "nowhere"),
    ],
)
def test_without_a_trial_or_a_reason_it_is_wrong_usage(
    words: tuple[str, ...], told: str, approve: Approve
) -> None:
    before = files()
    result = approve(trial=words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert files() == before


@pytest.mark.parametrize("other", ["甲", " 甲 ", "\u3000甲", "", "  ", "a\nb", "x" * 101])
def test_another_person_approves(other: str, desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("activate", "LET-01", "--by", "甲", "--approved-by", other, *UNTRIED, "--lang", "en")
    assert result.exit_code == 1
    assert "JR257" in result.stdout
    assert not LOCK.exists()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("subject: mail", "subject: male", "JR2"),
        ("outcome: hit, over_days: 59", "outcome: hit, over_days: 58", "JR266 1 examples differ: not answered, long overdue"),
        ("\n    - name: answered on the last day", "\n  # ", "JR"),
        ("scope: channel is distinct from 'COPY'", "scope: channel = 'NONE'", "JR265 LET-01 has warnings neither mended nor answered"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_in_order_stays_a_draft(
    before: str, after: str, code: str, approve: Approve
) -> None:
    edit(("status: active", "status: draft"), (before, after))
    former = files()
    result = approve()
    assert result.exit_code in (1, 2)
    assert code in result.stdout + result.stderr
    assert files() == former


def test_a_draft_without_examples_is_refused(approve: Approve) -> None:
    text = RULE.read_text(encoding="utf-8").replace("status: active", "status: draft")
    RULE.write_text(text[: text.index("\nexamples:")] + "\n", encoding="utf-8")
    result = approve()
    assert result.exit_code == 1
    assert "JR222" in result.stdout


def test_a_pattern_takes_the_active_ones_and_leaves_drafts(approve: Approve, jointsup: Jointsup) -> None:
    another("02")
    another("03")
    edit(("status: active", "status: draft"), path=Path("rules/LET/LET-03.yaml"))
    result = approve("LET-*")
    assert result.stdout.splitlines() == [f"LET-0{n} v1  approved and active" for n in (1, 2)]
    edit(("status: active", "status: draft"), path=Path("rules/LET/LET-02.yaml"))
    none = jointsup("activate", "LET-03*", *PEOPLE, *UNTRIED)
    assert none.exit_code == 2
    assert "no active rule fits LET-03*" in none.stderr
    assert jointsup("activate", "LET-09", *PEOPLE, *UNTRIED).exit_code == 2


def test_of_several_rules_all_are_approved_or_none(approve: Approve) -> None:
    another("02")
    edit(("outcome: hit, over_days: 59", "outcome: hit, over_days: 1"), path=Path("rules/LET/LET-02.yaml"))
    former = files()
    assert approve("*").exit_code == 1
    assert files() == former


def test_the_first_approval_takes_in_all_active_rules(approve: Approve) -> None:
    another("02")
    result = approve("LET-01")
    assert result.exit_code == 1
    assert "there is no rules/rules.lock yet, and other rules are active: LET-02" in result.stdout
    assert approve("*").exit_code == 0


def test_nothing_is_written_twice(approve: Approve) -> None:
    approve()
    former = files()
    result = approve()
    assert (result.exit_code, result.stdout) == (0, "LET-01 v1  as approved before; nothing to do\n")
    assert files() == former


def test_a_file_that_cannot_be_edited_in_place_is_told_of(approve: Approve, jointsup: Jointsup) -> None:
    import yaml

    data = yaml.safe_load(RULE.read_text(encoding="utf-8"))
    RULE.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
    assert approve().exit_code == 0
    former = files()
    result = retire(jointsup)
    assert result.exit_code == 1
    assert "JR267" in result.stdout
    assert files() == former


# ---- what check says


def test_without_a_lock_nothing_is_demanded(desk: Path) -> None:
    edit(("version: 1 ", "version: 7 "), LOGIC)
    assert codes() == []


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((LOGIC,), ["JR251"]),
        ((LOGIC, ("status: active", "status: draft")), ["JR251"]),
        ((LOGIC, *NEXT), []),
        ((LOGIC, NEXT[0]), ["JR250"]),
        ((NEXT[1],), []),
        (NEXT, ["JR253"]),
        ((("version: 1 ", "version: 3 "), LOGIC), ["JR252"]),
        ((("逾期未答复", "到期未答复"),), []),
        ((("status: active", "status: retired\nretired_because: 完\nsuccessor: none"),), ["JR254"]),
    ],
)
def test_a_rule_is_held_to_what_was_approved(
    pairs: tuple[tuple[str, str], ...], expected: list[str], approve: Approve
) -> None:
    approve()
    edit(*pairs)
    assert codes() == expected


def test_the_keys_that_changed_are_named(approve: Approve) -> None:
    approve()
    edit(LOGIC, ("scope: channel", "scope: office is not null and channel"))
    (problem,) = Workspace().check()
    assert problem.what.en == "the logic changed and the version is still 1: scope, severity"
    assert str(problem.place) == "rules/LET/LET-01.yaml:4:10"


def test_a_version_does_not_go_back(approve: Approve) -> None:
    approve()
    edit(LOGIC, *NEXT)
    assert approve().exit_code == 0
    edit(("version: 2 ", "version: 1 "), ("over_days > 20", "over_days > 30"))
    (problem,) = Workspace().check()
    assert (problem.code, problem.what.en) == ("JR252", "the version went back: 2 was approved, this is 1")


def test_a_new_active_rule_must_be_approved(approve: Approve) -> None:
    approve()
    another("02")
    (problem,) = Workspace().check()
    assert (problem.code, str(problem.place)) == ("JR250", "rules/LET/LET-02.yaml:5:9")


def test_a_rule_does_not_vanish_silently(approve: Approve) -> None:
    approve()
    RULE.unlink()
    (problem,) = Workspace().check()
    assert (problem.code, problem.what.en) == ("JR254", "LET-01 is an active rule, and its file is gone")
    assert str(problem.place) == "rules/rules.lock:6:7"


def test_a_record_edited_by_hand_is_told_of(approve: Approve) -> None:
    approve()
    edit(('approved_by: "乙"', 'approved_by: "丙"'), path=LOCK)
    (problem,) = Workspace().check()
    assert (problem.code, problem.what.en) == (
        "JR259",
        "the record of approval of LET-01 v1 was edited by hand",
    )
    edit(('approved_by: "丙"', 'approved_by: "甲"'), path=LOCK)
    assert codes() == ["JR257", "JR259"]


def test_a_kept_text_that_is_gone_or_other_is_told_of(approve: Approve) -> None:
    approve()
    text = KEPT.read_text(encoding="utf-8")
    KEPT.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert codes() == []
    KEPT.write_text(text + "# x\n", encoding="utf-8")
    assert codes() == ["JR256"]
    KEPT.unlink()
    assert codes() == ["JR256"]


def test_an_entry_taken_out_of_the_lock_is_told_of(approve: Approve) -> None:
    approve()
    edit(("status: active", "status: draft"))
    LOCK.write_text(render_lock(Lock({})), encoding="utf-8")
    (problem,) = Workspace().check()
    assert problem.what.en == "the lock knows nothing of rules/history/LET-01.v1.yaml"


def test_conflict_marks_are_told_of_plainly(approve: Approve, jointsup: Jointsup) -> None:
    approve()
    text = LOCK.read_text(encoding="utf-8")
    LOCK.write_text(
        text.replace("  LET-01:\n", "<<<<<<< HEAD\n  LET-01:\n=======\n>>>>>>> two\n"), encoding="utf-8"
    )
    (problem,) = Workspace().check()
    assert (problem.code, problem.place.line) == ("JR258", 5)
    for words in (["activate", "LET-01", *PEOPLE, *UNTRIED], ["sweep", "example", "--as-of", "2025-03-31"]):
        result = jointsup(*words)
        assert (result.exit_code, result.stdout) == (2, ""), words
        assert "rules/rules.lock:5:1: JR258" in result.stderr


# ---- sweeps


def swept(jointsup: Jointsup, *words: str) -> tuple[str, dict[str, object]]:
    result = jointsup("sweep", "example", "--as-of", "2025-03-31", "--lang", "en", *words)
    assert result.exit_code == 0, result.output
    folder = Path(last_line(result)).parent
    return result.stdout, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_manifest_names_what_was_approved(example: Path, approve: Approve, jointsup: Jointsup) -> None:
    _, before = swept(jointsup)
    assert before["rules"]["LET-01"]["approved"] is None  # type: ignore[index]
    approve()
    _, manifest = swept(jointsup)
    entry = Workspace().rulebook().lock.active("LET-01")  # type: ignore[union-attr]
    assert entry is not None
    card = manifest["rules"]["LET-01"]  # type: ignore[index]
    assert card["approved"] == {"version": 1, "logic": entry.logic, "text": entry.text}
    assert card["status"] == "ran"


def test_an_active_rule_that_is_not_the_approved_one_fails(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    approve()
    edit(LOGIC)
    told, manifest = swept(jointsup)
    assert "LET-01 failed: rules/LET/LET-01.yaml:4:10 JR251 the logic changed" in told
    assert manifest["rules"]["LET-01"]["status"] == "failed"  # type: ignore[index]
    assert jointsup("sweep", "example", "--as-of", "2025-03-31", "--strict").exit_code == 3
    another("02")
    assert "LET-02 failed: rules/LET/LET-02.yaml:5:9 JR250 LET-02 was never approved" in swept(jointsup)[0]


def test_while_a_rule_is_reworked_its_approved_version_runs(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    approve()
    hits, before = swept(jointsup)
    edit(*NEXT, ("scope: channel is distinct from 'COPY'", "scope: channel = 'POST'"))
    told, manifest = swept(jointsup)
    assert told.splitlines()[:4] == hits.splitlines()[:4]
    card = manifest["rules"]["LET-01"]  # type: ignore[index]
    assert (card["version"], card["status"], card["approved"]["version"]) == (1, "ran", 1)
    # The draft is no input of the sweep: the same one stands, however far the draft goes.
    inputs = {one["path"] for one in manifest["inputs"]}  # type: ignore[attr-defined]
    assert ("rules/LET/LET-01.yaml" in inputs, KEPT.as_posix() in inputs) == (False, True)
    edit(("scope: channel = 'POST'", "scope: (("))
    assert swept(jointsup)[1]["hash"] == manifest["hash"]
    RULE.write_text("status: draft\nnothing: else\n", encoding="utf-8")
    assert swept(jointsup)[1]["hash"] == manifest["hash"]
    assert before["rules"]["LET-01"]["version"] == 1  # type: ignore[index]


def test_drafts_run_where_they_are_asked_for(example: Path, approve: Approve, jointsup: Jointsup) -> None:
    approve()
    edit(*NEXT, LOGIC)
    _, manifest = swept(jointsup, "--status", "draft")
    assert manifest["rules"]["LET-01"]["version"] == 2  # type: ignore[index]
    _, manifest = swept(jointsup, "--rules", "LET-*")
    assert manifest["rules"]["LET-01"]["version"] == 1  # type: ignore[index]


def test_an_active_rule_that_is_gone_is_listed_as_failed(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    another("02")
    approve("*")
    RULE.unlink()
    edit(
        ("status: active", "status: retired\nretired_because: 完\nsuccessor: none"),
        path=Path("rules/LET/LET-02.yaml"),
    )
    told, _ = swept(jointsup)
    assert "LET-01 failed: rules/rules.lock:6:7 JR254 LET-01 is an active rule, and its file is gone" in told
    assert "LET-02 failed: rules/LET/LET-02.yaml:5:9 JR254 LET-02 says it is retired" in told


def test_the_text_that_is_to_run_must_be_the_approved_one(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    approve()
    edit(*NEXT, LOGIC)
    KEPT.unlink()
    assert (
        "LET-01 failed: rules/rules.lock:6:7 JR256 the kept text of LET-01 v1 is missing"
        in swept(jointsup)[0]
    )


# ---- the next version, and the end


def test_the_next_version_replaces_the_former_and_both_are_kept(approve: Approve) -> None:
    approve()
    edit(LOGIC, *NEXT)
    assert approve().stdout == "LET-01 v2  approved and active\n"
    lock = Workspace().rulebook().lock
    assert lock is not None
    assert [(one.version, one.status) for one in lock.entries["LET-01"]] == [(1, "replaced"), (2, "active")]
    assert "over_days > 30" in KEPT.read_text(encoding="utf-8")
    assert "over_days > 20" in Path("rules/history/LET-01.v2.yaml").read_text(encoding="utf-8")
    assert codes() == []


def test_an_unfitting_version_is_not_approved(approve: Approve) -> None:
    approve()
    edit(LOGIC)
    assert "JR251" in approve().stdout
    edit(("version: 1 ", "version: 9 "))
    assert "JR252" in approve().stdout


def test_a_draft_that_came_to_nothing_is_opened_again(approve: Approve) -> None:
    approve()
    edit(NEXT[1])
    former = LOCK.read_bytes()
    assert approve().stdout == "LET-01 v1  as approved before; active again\n"
    assert "status: active" in RULE.read_text(encoding="utf-8")
    assert LOCK.read_bytes() == former


def test_texts_alone_are_approved_anew_under_the_same_version(approve: Approve, jointsup: Jointsup) -> None:
    approve()
    edit(("逾期未答复", "到期未答复"))
    words = ("--by", "丙", "--approved-by", "丁", "--on", "2026-02-01", "--lang", "en")
    result = jointsup("activate", "LET-01", *words, *UNTRIED)
    assert result.stdout == "LET-01 v1  the changed texts are approved, the logic is as it was\n"
    entry = Workspace().rulebook().lock.active("LET-01")  # type: ignore[union-attr]
    assert entry is not None
    assert entry.texts is not None
    assert (entry.by, str(entry.activated_on), entry.texts.approved_by) == ("甲", "2026-01-05", "丁")
    assert KEPT.read_bytes() == RULE.read_bytes()
    assert codes() == []


def retire(jointsup: Jointsup, *words: str) -> Result:
    given = words or ("LET-01", "--successor", "none")
    return jointsup(
        "retire", *given, "--by", "丙", "--because", '并入"新"规则', "--on", "2026-03-01", "--lang", "en"
    )


def test_a_retired_rule_says_why_and_its_id_is_never_used_again(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    approve()
    assert retire(jointsup).stdout == "LET-01 v1  retired\n"
    shape = Workspace().rulebook().rules["LET-01"].shape
    assert (shape.status, shape.retired_because.zh, shape.successor) == ("retired", '并入"新"规则', "none")  # type: ignore[union-attr]
    entry = Workspace().rulebook().lock.last("LET-01")  # type: ignore[union-attr]
    assert entry is not None
    assert entry.retired is not None
    assert (entry.status, entry.retired.by, entry.retired.successor) == ("retired", "丙", "none")
    assert codes() == []
    assert "LET-01" not in swept(jointsup)[0]
    assert "JR255 LET-01 is retired already" in retire(jointsup).stdout
    assert "JR255" in approve().stdout
    text = RULE.read_text(encoding="utf-8")
    RULE.unlink()
    assert codes() == []
    for status in ("active", "draft"):
        RULE.write_text(text.replace("status: retired", f"status: {status}"), encoding="utf-8")
        assert codes() == ["JR255"]
        assert "JR255" in approve().stdout


def test_a_rule_whose_file_is_gone_can_be_retired(approve: Approve, jointsup: Jointsup) -> None:
    approve()
    RULE.unlink()
    assert retire(jointsup).exit_code == 0
    assert codes() == []


def test_the_successor_is_another_rule_that_is_not_retired(approve: Approve, jointsup: Jointsup) -> None:
    another("02")
    approve("*")
    for successor in ("LET-01", "LET-77", "nobody"):
        result = retire(jointsup, "LET-01", "--successor", successor)
        assert result.exit_code == 1
        assert f"JR207 '{successor}' cannot be the successor" in result.stdout
    assert retire(jointsup, "LET-01", "--successor", "LET-02").exit_code == 0
    assert retire(jointsup, "LET-02", "--successor", "LET-01").exit_code == 1


def test_only_what_was_approved_is_retired(desk: Path, jointsup: Jointsup) -> None:
    assert "JR250 the lock does not know LET-01: it was never approved" in retire(jointsup).stdout
    assert retire(jointsup, "LET-99", "--successor", "none").exit_code == 2


def test_who_wrote_and_approved_by_hand_the_same_does_not_run(
    example: Path, approve: Approve, jointsup: Jointsup
) -> None:
    approve()
    lock = Workspace().rulebook().lock
    assert lock is not None
    entry = sealed("LET-01", lock.entries["LET-01"][0].model_copy(update={"approved_by": "甲 "}))
    LOCK.write_text(render_lock(Lock({"LET-01": (entry,)})), encoding="utf-8")
    assert codes() == ["JR257"]
    assert "LET-01 failed" in swept(jointsup)[0]


# ---- killed

KILLED = """
import os, sys
from pathlib import Path
from jointsup_rules.cli import main
left = int(sys.argv[1])
def dying(former):
    def step(self, *args, **kwargs):
        global left
        if ".changing" in str(self) or "rules" in str(self):
            if left == 0:
                os._exit(9)
            left -= 1
        return former(self, *args, **kwargs)
    return step
Path.replace, Path.unlink = dying(Path.replace), dying(Path.unlink)
main(sys.argv[2:])
"""


@pytest.mark.slow
def test_a_killed_activation_leaves_the_old_state_or_the_new(
    example: Path, approve: Approve, tmp_path: Path
) -> None:
    another("02")
    approve("*")
    for rule in ("01", "02"):
        edit(*NEXT, LOGIC, path=Path(f"rules/LET/LET-{rule}.yaml"))
    kept = tmp_path / "kept"
    shutil.copytree("rules", kept)
    seen = []
    for steps in range(20):
        shutil.rmtree("rules")
        shutil.copytree(kept, "rules")
        words = ["activate", "LET-01", "LET-02", *PEOPLE, *UNTRIED]
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, str(steps), *words], check=False, capture_output=True
        )
        assert ran.returncode in (0, 9), ran.stderr
        assert codes() == []
        book = Workspace().rulebook()
        assert book.lock is not None
        states = {
            (
                rule.shape.status,
                book.lock.active(rule_id).version,
                (f"rules/history/{rule_id}.v2.yaml" in book.kept),
            )  # type: ignore[union-attr]
            for rule_id, rule in book.rules.items()
        }
        assert states in ({("draft", 1, False)}, {("active", 2, True)}), steps
        seen.append(states == {("active", 2, True)})
        if ran.returncode == 0:
            break
    # The journal; two rules, two kept texts, the lock; the journal taken away.
    assert seen == [False, *[True] * 7]
