"""The commands new and schema, run in a fresh workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.authoring.files import FILES
from tests.cli.conftest import Jointsup

SCHEMAS = [f".jointsup/schema/{name}.json" for name in FILES]
SETTINGS = Path(".vscode/settings.json")


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a workspace, but for the trace of changes under way."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".changing" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


# ---- schema


def test_the_kinds_of_file_are_listed(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("schema")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == ["rule", "rules/*/*.yaml", "Rule"]
    listed = json.loads(jointsup("schema", "--format", "json").stdout)
    assert [f".jointsup/schema/{one['name']}.json" for one in listed] == SCHEMAS


def test_one_schema_is_json_in_the_language_asked_for(desk: Path, jointsup: Jointsup) -> None:
    for lang, title in (("en", "Rule"), ("zh", "规则")):
        result = jointsup("schema", "rule", "--lang", lang)
        assert result.exit_code == 0
        found = json.loads(result.stdout)
        assert found["title"] == title
        assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rul",), "no kind of file 'rul'\n        did you mean 'rule'?\n"),
        (("rule", "--install"), "--install is about all files; leave out rule\n"),
    ],
)
def test_a_wrong_name_is_told(desk: Path, jointsup: Jointsup, words: tuple[str, ...], told: str) -> None:
    result = jointsup("schema", *words)
    assert result.exit_code == 2
    assert result.stderr == told
    assert result.stdout == ""


def test_without_a_dictionary_there_is_no_schema(tmp_path: Path, jointsup: Jointsup) -> None:
    result = jointsup("schema", "rule", "--workspace", tmp_path)
    assert result.exit_code == 2
    assert "JR109" in result.stderr


def test_install_check_and_uninstall_leave_the_workspace_as_it_was(desk: Path, jointsup: Jointsup) -> None:
    before = everything(desk)
    result = jointsup("schema", "--install")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[: len(FILES) + 1] == [*SCHEMAS, SETTINGS.as_posix()]
    assert "# yaml-language-server: $schema=../../.jointsup/schema/rule.json" in result.stdout
    settings = json.loads(SETTINGS.read_text())
    assert set(settings["yaml.schemas"]) == {f"./{path}" for path in SCHEMAS}
    assert settings["yaml.schemaStore.enable"] is False
    assert jointsup("schema", "--check").exit_code == 0
    assert jointsup("schema", "--install").stdout.startswith("nothing has changed\n")
    # Git passes over all of it.
    assert (desk / ".jointsup/.gitignore").read_text().splitlines()[-1] == "*"
    result = jointsup("schema", "--uninstall")
    assert result.exit_code == 0
    assert everything(desk) == before
    assert not Path(".jointsup").exists()
    assert not SETTINGS.parent.exists()
    assert jointsup("schema", "--uninstall").stdout == "nothing to take out\n"


def test_check_tells_schemas_that_are_out_of_date(desk: Path, jointsup: Jointsup) -> None:
    assert jointsup("schema", "--check").exit_code == 1
    jointsup("schema", "--install", "--lang", "zh")
    dictionary = desk / "datasets/dictionary.yaml"
    text = dictionary.read_text(encoding="utf-8")
    dictionary.write_text(text.replace("label: {zh: 渠道", "label: {zh: 来信渠道"), encoding="utf-8")
    # The language is that of the schemas in place.
    result = jointsup("schema", "--check", "--format", "json", "--lang", "en")
    assert result.exit_code == 1
    states = {one["path"]: one["state"] for one in json.loads(result.stdout)}
    assert states[".jointsup/schema/rule.json"] == "stale"
    assert states[".jointsup/schema/law.json"] == "same"
    told = jointsup("schema", "--check")
    assert ".jointsup/schema/source.json  out of date\n" in told.stdout
    assert told.stderr == "run jointsup schema --install\n"
    jointsup("schema", "--install", "--lang", "zh")
    assert jointsup("schema", "--check").exit_code == 0
    Path(SCHEMAS[0]).unlink()
    assert f"{SCHEMAS[0]}  not installed\n" in jointsup("schema", "--check").stdout


def test_other_settings_stay_and_come_back(desk: Path, jointsup: Jointsup) -> None:
    SETTINGS.parent.mkdir()
    former = (
        '{\n    "editor.rulers": [100],\n    "yaml.schemas": {\n        "own.json": "own.yaml"\n    }\n}\n'
    )
    SETTINGS.write_text(former)
    jointsup("schema", "--install")
    settings = json.loads(SETTINGS.read_text())
    assert settings["editor.rulers"] == [100]
    assert settings["yaml.schemas"]["own.json"] == "own.yaml"
    jointsup("schema", "--uninstall")
    assert SETTINGS.read_text() == former


def test_settings_with_comments_are_left_and_what_to_add_is_said(desk: Path, jointsup: Jointsup) -> None:
    SETTINGS.parent.mkdir()
    SETTINGS.write_text('{\n  // mine\n  "editor.tabSize": 2\n}\n')
    kept = SETTINGS.read_bytes()
    result = jointsup("schema", "--install")
    assert result.exit_code == 0
    assert SETTINGS.read_bytes() == kept
    said = result.stdout.partition("add this to it:\n")[2]
    shown, _ = json.JSONDecoder().raw_decode(said)
    assert set(shown["yaml.schemas"]) == {f"./{path}" for path in SCHEMAS}
    assert all(Path(path).exists() for path in SCHEMAS)
    jointsup("schema", "--uninstall")
    assert SETTINGS.read_bytes() == kept


def test_settings_behind_a_link_are_left(desk: Path, jointsup: Jointsup, tmp_path: Path) -> None:
    SETTINGS.parent.mkdir()
    (tmp_path / "shared.json").write_text("{}")
    SETTINGS.symlink_to(tmp_path / "shared.json")
    assert "add this to it:" in jointsup("schema", "--install").stdout
    assert SETTINGS.is_symlink()
    assert (tmp_path / "shared.json").read_text() == "{}"


# ---- new


def test_a_new_rule_passes_check_and_test_at_once(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("new", "LET-02", "--title", "Answered late")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "rules/LET/LET-02.yaml",
        "",
        "The rule is there and its examples hold. Next:",
        "    jointsup check rules/LET/LET-02.yaml",
        "    jointsup test LET-02",
        "    jointsup explain LET-02",
    ]
    text = Path("rules/LET/LET-02.yaml").read_text(encoding="utf-8")
    assert "title: {en: Answered late}" in text
    assert "status: draft" in text
    assert "received_on received on (date)" in text
    for command in (("check", "rules/LET/LET-02.yaml"), ("test", "LET-02"), ("explain", "LET-02")):
        assert jointsup(*command).exit_code == 0
    assert jointsup("test", "LET-02").stdout.endswith("1 rules, 3 examples, 0 differ\n")


def test_a_new_rule_speaks_chinese(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup(
        "new", "LET-02", "--kind", "condition", "--subject", "mail", "--lang", "zh", "--format", "json"
    )
    assert json.loads(result.stdout) == {
        "path": "rules/LET/LET-02.yaml",
        "kind": "condition",
        "subject": "mail",
    }
    text = Path("rules/LET/LET-02.yaml").read_text(encoding="utf-8")
    assert "# 范围：查哪些对象，即分母；不写则全部" in text
    assert "received_on 收信日（日期）" in text
    assert "finds: {zh: （待写）" in text
    assert jointsup("test", "LET-02").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("let-02",), "rules:1:1: JR404 'let-02' is no rule id\n"),
        (("LET02",), "rules:1:1: JR404 'LET02' is no rule id\n"),
        (("../LET-02",), "rules:1:1: JR404 '../LET-02' is no rule id\n"),
        (("LET-01",), "rules:1:1: JR404 there is a rule LET-01 already: rules/LET/LET-01.yaml\n"),
        (("LAW-01",), "rules:1:1: JR404 rules/law/ holds no rules\n"),
        (("LET-02", "--subject", "male"), "datasets/dictionary.yaml:1:1: JR217 no subject 'male'\n"),
        (
            ("LET-02", "--kind", "overlap"),
            "datasets/dictionary.yaml:1:1: JR405 the dictionary has no subject",
        ),
        (("LET-02", "--kind", "conditon"), "no kind 'conditon'\n        did you mean 'condition'?\n"),
    ],
)
def test_what_cannot_be_begun_is_told_and_nothing_is_written(
    desk: Path, jointsup: Jointsup, words: tuple[str, ...], told: str
) -> None:
    before = everything(desk)
    result = jointsup("new", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(told)
    assert result.stdout == ""
    assert everything(desk) == before


def test_a_family_nobody_named_is_refused_with_the_nearest_and_how_to_add_one(
    desk: Path, jointsup: Jointsup
) -> None:
    (desk / "rules/families.yaml").write_text("LET: {zh: 来信, en: Letters}\n", encoding="utf-8")
    result = jointsup("new", "LTE-01")
    assert result.exit_code == 2
    assert "rules/families.yaml:1:1: JR404 no family 'LTE'" in result.stderr
    assert "did you mean 'LET'? a new family is a line there: LTE: {zh: …, en: …}" in result.stderr
    assert jointsup("new", "LET-02").exit_code == 0


def test_an_id_that_was_in_use_is_never_given_again(desk: Path, jointsup: Jointsup) -> None:
    jointsup(
        "activate", "LET-01", "--by", "甲某", "--approved-by", "乙某", "--without-data", "--because", "trial"
    )
    assert Path("rules/rules.lock").exists()
    Path("rules/LET/LET-01.yaml").unlink()
    result = jointsup("new", "LET-01")
    assert result.exit_code == 2
    assert "JR404 id LET-01 was in use; rules/rules.lock knows it" in result.stderr
    assert "the next free id is LET-02" in result.stderr
    assert not Path("rules/LET/LET-01.yaml").exists()


def test_a_file_that_cannot_be_read_is_not_written_over(desk: Path, jointsup: Jointsup) -> None:
    broken = desk / "rules/LET/LET-02.yaml"
    broken.write_text("id: [", encoding="utf-8")
    assert jointsup("new", "LET-02").exit_code == 2
    assert broken.read_text(encoding="utf-8") == "id: ["
    assert jointsup("new", "LET-03").exit_code == 0


def test_two_new_rules_can_stand_together(desk: Path, jointsup: Jointsup) -> None:
    for number, kind in enumerate(("time_limit", "condition", "missing", "contradiction", "query"), 10):
        assert jointsup("new", f"LET-{number}", "--kind", kind, "--subject", "mail").exit_code == 0
    assert [one for one in Workspace(desk).check() if one.severity == "error"] == []
    assert not any(result.differences for result in Workspace(desk).test())
