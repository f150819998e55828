"""Commands for those who begin to write: schemas for editors, and a rule to start from."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import DONE, NOT_IN_ORDER, UNUSABLE, tell_json, unusable_input_told
from jointsup_rules.problems import Language, Text, did_you_mean

if TYPE_CHECKING:
    from jointsup_rules.workspace import Workspace

_STATES = {
    "same": Text("与工作区一致", "up to date"),
    "stale": Text("已过时", "out of date"),
    "missing": Text("没有安装", "not installed"),
}


@click.command("new")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--kind", metavar="KIND", help="种类，如 time_limit、condition / kind, such as time_limit or condition"
)
@click.option("--subject", metavar="S", help="对象 / subject of the dictionary")
@click.option("--title", metavar="TEXT", help="名称 / name of the rule")
@workspace_option
@format_option
@lang_option
def new(
    rule_id: str,
    kind: str | None,
    subject: str | None,
    title: str | None,
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """写出一条带注释、示例已能通过的规则，从它改起；已有的文件绝不改写。

    Write a commented rule to start from, whose examples hold already; a file that is there is never changed.
    """
    from jointsup_rules.authoring.drafts import KINDS
    from jointsup_rules.authoring.new import Asked
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if kind is not None and kind not in KINDS:
        _refuse_word(Text(f"没有种类“{kind}”", f"no kind '{kind}'"), kind, KINDS, spoken)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        rule = opened.new_rule(Asked(rule_id, kind or "", subject or "", title or ""), spoken)
    if form == "json":
        tell_json({"path": rule.path, "kind": rule.kind, "subject": rule.subject})
        return
    click.echo(rule.path)
    told = Text("规则已写好，示例都能通过。接着：", "The rule is there and its examples hold. Next:")
    click.echo("\n" + told.in_language(spoken))
    for command in (f"check {rule.path}", f"test {rule_id}", f"explain {rule_id}"):
        click.echo(f"    jointsup {command}")


@click.command("schema")
@click.argument("name", required=False)
@click.option(
    "--install", "does", flag_value="install", help="装入工作区，供编辑器使用 / put them in place for editors"
)
@click.option(
    "--check", "does", flag_value="check", help="已装入的是否过时 / whether those in place are out of date"
)
@click.option(
    "--uninstall", "does", flag_value="uninstall", help="撤去装入的 / take out what was put in place"
)
@workspace_option
@format_option
@lang_option
def schema(name: str | None, does: str | None, workspace: Path, form: str, lang: str | None) -> None:
    """各种文件的 JSON Schema，供编辑器补全和提示；不写 NAME 则列出有哪些。

    JSON Schema of each kind of file, with which editors complete and explain; without NAME the kinds are listed.
    """
    from jointsup_rules.authoring.files import FILES
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if name is not None and (does is not None or name not in FILES):
        _refuse(name, does, FILES, spoken)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        if name is not None:
            click.echo(opened.schemas([name], spoken)[name], nl=False)
        elif does == "install":
            _install(opened, form, spoken)
        elif does == "check":
            _check(opened, form, spoken)
        elif does == "uninstall":
            _uninstall(opened, form, spoken)
        else:
            _list(form, spoken)


def _refuse(name: str, does: str | None, known: Iterable[str], lang: Language) -> None:
    told = Text(f"没有“{name}”这种文件", f"no kind of file '{name}'")
    if does is not None:
        told = Text(f"--{does} 针对全部文件，不写 {name}", f"--{does} is about all files; leave out {name}")
    _refuse_word(told, name, known if does is None else (), lang)


def _refuse_word(told: Text, word: str, known: Iterable[str], lang: Language) -> None:
    """End with wrong usage, and the nearest right word."""
    click.echo(told.in_language(lang), err=True)
    fix = did_you_mean(word, known).in_language(lang)
    if fix:
        click.echo("        " + fix, err=True)
    sys.exit(UNUSABLE)


def _list(form: str, lang: Language) -> None:
    from jointsup_rules.authoring.files import FILES
    from jointsup_rules.cli.telling import render_table

    if form == "json":
        tell_json(
            [
                {"name": name, "title": one.title.in_language(lang), "files": list(one.globs)}
                for name, one in FILES.items()
            ]
        )
        return
    head = [
        text.in_language(lang) for text in (Text("名称", "Name"), Text("文件", "Files"), Text("内容", "What"))
    ]
    rows = [(name, one.globs[0], one.title.in_language(lang)) for name, one in FILES.items()]
    click.echo(render_table(head, rows, "lll"))


def _install(opened: Workspace, form: str, lang: Language) -> None:
    from jointsup_rules.authoring.install import FOLDER, write_schemas
    from jointsup_rules.authoring.settings import SETTINGS

    done = write_schemas(opened.root, opened.schemas(lang=lang))
    if form == "json":
        tell_json({"written": list(done.written), "by_hand": done.by_hand})
        return
    for path in done.written:
        click.echo(path)
    if not done.written:
        click.echo(Text("没有改动", "nothing has changed").in_language(lang))
    if done.by_hand is not None:
        told = Text(
            f"{SETTINGS} 有注释或不能改写，未作改动；请在其中加上：",
            f"{SETTINGS} has comments or cannot be rewritten and was left as it is; add this to it:",
        )
        click.echo(told.in_language(lang) + "\n" + done.by_hand)
    told = Text(
        f"""\
VS Code：打开这个文件夹即可，须有扩展 redhat.vscode-yaml（可离线安装 .vsix）。
其他编辑器：在 yaml-language-server 的设置里写同样的 yaml.schemas，或在文件第一行写：
    # yaml-language-server: $schema=../../{FOLDER}/rule.json
字典、法条或时钟改动之后再运行一次；jointsup schema --check 会说是否过时。""",
        f"""\
VS Code: open this folder; it takes the extension redhat.vscode-yaml, which installs offline from a .vsix.
Other editors: give yaml-language-server the same yaml.schemas, or begin a file with:
    # yaml-language-server: $schema=../../{FOLDER}/rule.json
Run this again when dictionary, law or clocks have changed; jointsup schema --check tells.""",
    )
    click.echo("\n" + told.in_language(lang))


def _check(opened: Workspace, form: str, lang: Language) -> None:
    """The same language that is in place is compared: another is no reason to install anew."""
    from jointsup_rules.authoring.install import check_schemas, installed_language

    states = check_schemas(opened.root, opened.schemas(lang=installed_language(opened.root) or lang))
    if form == "json":
        tell_json([{"path": path, "state": state} for path, state in states.items()])
    else:
        for path, state in states.items():
            click.echo(f"{path}  {_STATES[state].in_language(lang)}")
        if set(states.values()) != {"same"}:
            told = Text("运行 jointsup schema --install", "run jointsup schema --install")
            click.echo(told.in_language(lang), err=True)
    sys.exit(DONE if set(states.values()) == {"same"} else NOT_IN_ORDER)


def _uninstall(opened: Workspace, form: str, lang: Language) -> None:
    from jointsup_rules.authoring.install import remove_schemas
    from jointsup_rules.authoring.settings import SETTINGS

    done = remove_schemas(opened.root)
    if form == "json":
        tell_json({"removed": list(done.removed), "by_hand": list(done.by_hand)})
        return
    for path in done.removed:
        click.echo(path)
    if not done.removed:
        click.echo(Text("没有可撤去的", "nothing to take out").in_language(lang))
    if done.by_hand:
        told = Text(
            f"{SETTINGS} 不能改写；请从 yaml.schemas 中删去：",
            f"{SETTINGS} cannot be rewritten; take out of its yaml.schemas:",
        )
        click.echo(told.in_language(lang))
        for path in done.by_hand:
            click.echo(f"    {path}")


commands = {"new": new, "schema": schema}
