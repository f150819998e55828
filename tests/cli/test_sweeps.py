from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import EXPORT, Jointsup, last_line
from cli.test_rules import RULE, spoil
from jointsup_rules.cli.sweeps import _WithPatterns

AS_OF = ("--as-of", "2025-03-31")


def broken_rule(desk: Path) -> None:
    """A second rule, which does not pass the check."""
    text = (desk / RULE).read_text(encoding="utf-8").replace("LET-01", "LET-02")
    (desk / "rules/LET/LET-02.yaml").write_text(
        text.replace("received_on,", "recieved_on,"), encoding="utf-8"
    )


def test_a_sweep_prints_its_outcomes_and_last_the_path_of_the_report(
    example: Path, jointsup: Jointsup
) -> None:
    result = jointsup("sweep", "example", *AS_OF)
    assert (result.exit_code, result.stderr) == (0, "")
    head, row, empty, clues, path = result.stdout.splitlines()
    assert head.startswith(
        "Rule    Status  In scope  Hit  Cannot tell  Running  Due soon  Excluded  Clear  title"
    )
    assert row.endswith("Letter not answered in time")
    assert (empty, clues) == ("", "clues: 2 (high 1, medium 1; new 2)")
    report = Path(path)
    assert report.parent.parent == example / "reports"
    assert report.name == "report.html"
    assert {"clues.csv", "clues.xlsx", "manifest.json"} <= {file.name for file in report.parent.iterdir()}


def test_a_sweep_has_no_default_day(example: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "example")
    assert result.exit_code == 2
    assert "--as-of" in result.stderr


def test_the_same_sweep_is_not_run_again_unless_forced(example: Path, jointsup: Jointsup) -> None:
    first = jointsup("sweep", "example", *AS_OF)
    manifest = Path(last_line(first)).with_name("manifest.json")
    made_at = manifest.stat().st_mtime_ns
    again = jointsup("sweep", "example", *AS_OF)
    assert last_line(again) == last_line(first)
    assert "nothing has changed: the sweep that exists" in again.stdout
    assert manifest.stat().st_mtime_ns == made_at
    forced = jointsup("sweep", "example", *AS_OF, "--force")
    assert last_line(forced) == last_line(first)
    assert manifest.stat().st_mtime_ns > made_at


def test_neither_locale_nor_jobs_nor_memory_make_another_sweep(
    example: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = jointsup("sweep", "example", *AS_OF)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    again = jointsup("sweep", "example", *AS_OF, "--jobs", "1", "--memory", "1GB", "--time-limit", "60")
    assert last_line(again) == last_line(first)
    english = jointsup("sweep", "example", *AS_OF, "--lang", "en")
    assert last_line(english) != last_line(first)
    assert '<html lang="en"' in Path(last_line(english)).read_text(encoding="utf-8")


def test_a_sweep_as_json_gives_counts_and_places(example: Path, jointsup: Jointsup) -> None:
    told = json.loads(jointsup("sweep", "example", *AS_OF, "--format", "json").stdout)
    assert told["clues"]["total"] == 2
    assert told["clues"]["severity"] == {"high": 1, "medium": 1, "low": 0}
    assert Path(told["report"]).is_file()
    (row,) = told["outcomes"]
    counts = [row[name] for name in ("hit", "cannot_tell", "running", "excluded", "clear")]
    assert (sum(counts), row["in_scope"], row["status"], row["why"]) == (9, 9, "ran", None)


@pytest.mark.parametrize(("level", "status"), [("high", 1), ("medium", 1), ("low", 1)])
def test_fail_on_ends_with_1_from_its_level_up(
    level: str, status: int, example: Path, jointsup: Jointsup
) -> None:
    assert jointsup("sweep", "example", *AS_OF, "--fail-on", level).exit_code == status


def test_fail_on_is_0_where_no_clue_is_as_grave(example: Path, jointsup: Jointsup) -> None:
    spoil(example / RULE, 'severity: {is: medium, high: "over_days > 30"}', "severity: low")
    assert jointsup("sweep", "example", *AS_OF, "--fail-on", "medium").exit_code == 0
    assert jointsup("sweep", "example", *AS_OF, "--fail-on", "low").exit_code == 1


def test_an_approved_exception_does_not_fail_a_sweep(example: Path, jointsup: Jointsup) -> None:
    exceptions = "\n".join(
        f"- {{id: E-{n}, rule: LET-01, subject: {key}, reason: {{zh: 已口头答复}}, document: 信办〔2025〕{n}号,"
        " approver: 林某, from: 2025-01-01, until: 2026-01-01}"
        for n, key in enumerate(("L002", "L005"), 1)
    )
    (example / "rules/exceptions.yaml").write_text(exceptions + "\n", encoding="utf-8")
    result = jointsup("sweep", "example", *AS_OF, "--fail-on", "low")
    assert result.exit_code == 0, result.output
    assert "clues: 2" in result.stdout


def test_a_broken_rule_fails_alone_and_strict_ends_with_3(example: Path, jointsup: Jointsup) -> None:
    broken_rule(example)
    result = jointsup("sweep", "example", *AS_OF)
    assert result.exit_code == 0
    assert "LET-02 failed: rules/LET/LET-02.yaml:18:22 JR203" in result.stdout
    assert "clues: 2 (" in result.stdout
    assert jointsup("sweep", "example", *AS_OF, "--strict").exit_code == 3
    # What was not evaluated weighs more than what was found.
    assert jointsup("sweep", "example", *AS_OF, "--strict", "--fail-on", "high").exit_code == 3


def test_strict_is_0_where_every_rule_ran(example: Path, jointsup: Jointsup) -> None:
    assert jointsup("sweep", "example", *AS_OF, "--strict").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--rules", "LET-02", *AS_OF],
        ["--rules", "LET-0[23]", "LET-02", *AS_OF],
        [*AS_OF, "--rules", "LET-02,LET-02"],
        [*AS_OF, "--rules", "*-02"],
    ],
)
def test_only_the_named_rules_run(words: list[str], example: Path, jointsup: Jointsup) -> None:
    broken_rule(example)
    told = json.loads(jointsup("sweep", "example", *words, "--format", "json").stdout)
    assert [row["rule_id"] for row in told["outcomes"]] == ["LET-02"]


def test_patterns_before_the_dataset_leave_the_dataset_alone(example: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "--rules", "LET-01", "LET-*", "example", *AS_OF)
    assert result.exit_code == 0, result.output


def test_a_pattern_that_fits_no_rule_is_wrong_usage(example: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "example", *AS_OF, "--rules", "LTE-*")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule 'LTE-*'" in result.stderr


def test_drafts_run_when_asked_for(example: Path, jointsup: Jointsup) -> None:
    spoil(example / RULE, "status: active ", "status: draft ")

    def rules(*words: str) -> list[str]:
        told = jointsup("sweep", "example", *AS_OF, "--format", "json", *words)
        return [row["rule_id"] for row in json.loads(told.stdout)["outcomes"]] if told.exit_code == 0 else []

    assert rules() == []
    assert rules("--status", "draft") == ["LET-01"]
    assert rules("--rules", "LET-01") == ["LET-01"]
    assert rules("--rules", "LET-*") == []
    assert rules("--rules", "LET-*", "--status", "draft") == ["LET-01"]


def test_the_number_of_clues_can_be_bounded_and_counts_stay_whole(example: Path, jointsup: Jointsup) -> None:
    told = json.loads(jointsup("sweep", "example", *AS_OF, "--limit-clues", "1", "--format", "json").stdout)
    assert told["clues"]["severity"] == {"high": 1, "medium": 0, "low": 0}
    assert told["outcomes"][0]["hit"] == 2


def test_a_dataset_nobody_imported_is_unusable(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "example", *AS_OF)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no dataset 'example'" in result.stderr
    assert list((desk / "reports").iterdir()) == [desk / "reports/.gitkeep"]


@pytest.mark.parametrize("size", ["much", "0GB", "4", "4 GB", "4GiB", "50%"])
def test_a_size_is_written_with_its_unit(size: str, example: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "example", *AS_OF, "--memory", size)
    assert result.exit_code == 2
    assert "4GB" in result.stderr


def test_the_next_sweep_tells_what_is_new_and_what_is_gone(example: Path, jointsup: Jointsup) -> None:
    jointsup("sweep", "example", *AS_OF)
    april = (
        (example / EXPORT)
        .read_text(encoding="utf-8")
        .replace("L002,2025年1月10日,,", "L002,2025-01-10,2025-01-20,")
    )
    (example / "letters_20250430.csv").write_text(april, encoding="utf-8")
    jointsup("import", "letters_20250430.csv", "--into", "example")
    told = json.loads(jointsup("sweep", "example", "--as-of", "2025-04-30", "--format", "json").stdout)
    assert told["previous"].startswith("2025-03-31-")
    # L002 was answered in time after all; L007 has become due; L005 stands as it was.
    assert (told["clues"]["state"]["new"], told["clues"]["state"]["continuing"], told["gone"]) == (1, 1, 1)
    shown = jointsup("sweep", "example", "--as-of", "2025-04-30").stdout
    assert f"gone since {told['previous']}: 1" in shown


def test_a_worker_that_dies_is_told_plainly(
    example: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jointsup_rules.sweep import run

    def die(*_: object, **__: object) -> None:
        raise run.SweepFailedError("out of memory")

    monkeypatch.setattr(run, "_run", die)
    result = jointsup("sweep", "example", *AS_OF)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "the sweep failed; nothing was written: out of memory\n"


@pytest.mark.parametrize("by", ["name", "path"])
def test_a_report_can_be_rendered_again_to_the_byte(by: str, example: Path, jointsup: Jointsup) -> None:
    page = Path(last_line(jointsup("sweep", "example", *AS_OF)))
    before = page.read_bytes()
    page.unlink()
    result = jointsup("report", page.parent.name if by == "name" else page.parent)
    assert (result.exit_code, last_line(result)) == (0, str(page))
    assert page.read_bytes() == before


def test_a_report_in_another_language_goes_elsewhere(
    example: Path, tmp_path: Path, jointsup: Jointsup
) -> None:
    page = Path(last_line(jointsup("sweep", "example", *AS_OF)))
    before = page.read_bytes()
    refused = jointsup("report", page.parent.name, "--lang", "en")
    assert refused.exit_code == 2
    assert "--out" in refused.stderr
    result = jointsup("report", page.parent.name, "--lang", "en", "--out", tmp_path / "english")
    assert result.exit_code == 0
    assert '<html lang="en"' in (tmp_path / "english" / "report.html").read_text(encoding="utf-8")
    assert page.read_bytes() == before


def test_grade_c_is_rendered_apart_for_its_owner_alone(
    example: Path, tmp_path: Path, jointsup: Jointsup
) -> None:
    spoil(example / RULE, "grade: A ", "grade: C ")
    swept = jointsup("sweep", "example", *AS_OF)
    assert "for the persons named only: " in swept.stdout
    name = Path(last_line(swept)).parent.name
    jointsup("report", name, "--out", tmp_path / "again")
    apart = tmp_path / "again" / "restricted"
    assert apart.stat().st_mode & 0o077 == 0
    assert (apart / "report.html").stat().st_mode & 0o077 == 0
    assert "L002" not in (tmp_path / "again" / "report.html").read_text(encoding="utf-8")


def test_a_sweep_nobody_ran_has_no_report(example: Path, jointsup: Jointsup) -> None:
    result = jointsup("report", "2025-03-31-00000000")
    assert result.exit_code == 2
    assert "no sweep '2025-03-31-00000000'; there are: none" in result.stderr


def test_words_after_rules_are_patterns_as_long_as_they_look_like_it() -> None:
    import click

    command = _WithPatterns(
        "x", params=[click.Option(["--rules", "rules"], multiple=True), click.Argument(["dataset"])]
    )
    for words in (
        ["demo", "--rules", "LONG-*", "PET-04"],
        ["--rules", "LONG-*", "PET-04", "demo"],
        ["--rules", "LONG-*", "--rules", "PET-04", "demo"],
    ):
        with command.make_context("x", list(words)) as context:
            assert context.params == {"rules": ("LONG-*", "PET-04"), "dataset": "demo"}


def test_the_report_of_one_unit_holds_its_clues_alone(
    example: Path, tmp_path: Path, jointsup: Jointsup
) -> None:
    name = Path(last_line(jointsup("sweep", "example", *AS_OF))).parent.name
    assert jointsup("report", name, "--unit", "U1").exit_code == 2
    result = jointsup("report", name, "--unit", "no-such-unit", "--out", tmp_path / "one")
    assert result.exit_code == 2
    assert "no-such-unit" in result.stderr
    assert not (tmp_path / "one").exists()
