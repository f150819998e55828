"""A change of law names the clocks and rules that take the number."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from readme import READMES, blocks, read_sections

from jointsup_rules import Workspace
from jointsup_rules.cli import main

LAW = "rules/law/permits.yaml"


def permits(folder: Path) -> Workspace:
    """The workspace of the README's section on clocks."""
    for section in read_sections(READMES["en"]):
        if section.startswith("Clocks\n"):
            for block in blocks(section):
                if block.file is not None:
                    (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
                    (folder / block.file).write_text(block.text, encoding="utf-8")
    return Workspace(folder)


def test_a_changed_number_names_its_clocks_and_rules(tmp_path: Path) -> None:
    (change,) = permits(tmp_path).changes_of_law([LAW])
    assert (change.article, str(change.from_on)) == ("PERMITS-7 limit", "2024-03-01")
    assert (change.before.en, change.after.en) == ("3 months", "2 months")
    assert (change.clocks, change.rules) == (("PERMIT",), ("PER-01",))


def test_an_entry_added_for_a_coming_law_is_told_and_no_rule_is_touched(tmp_path: Path) -> None:
    permits(tmp_path)
    file = tmp_path / LAW
    text = file.read_text(encoding="utf-8")
    later = '    - {from: 2026-01-01, number: "7", spans: {limit: {days: 45}}, text: {en: In 45 days}}\n'
    ended = text.replace("- {from: 2024-03-01,", "- {from: 2024-03-01, until: 2026-01-01,")
    file.write_text(ended.replace("  PERMITS-8:", later + "  PERMITS-8:"), encoding="utf-8")
    ran = CliRunner().invoke(main, ["check", "--workspace", str(tmp_path), "--lang", "en", LAW])
    assert ran.exit_code == 0, ran.output
    assert "PERMITS-7 limit changes on 2026-01-01 from 2 months to 45 days" in ran.stdout
    assert "PERMITS-7 complex changes on 2026-01-01 from 1 months to none" in ran.stdout
    assert "clocks: PERMIT\n        rules: PER-01" in ran.stdout


def test_nothing_is_told_of_files_without_a_change(tmp_path: Path) -> None:
    workspace = permits(tmp_path)
    assert workspace.changes_of_law(["rules/clocks.yaml"]) == ()
    assert workspace.changes_of_law([]) == ()
