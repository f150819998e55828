"""`test --watch`: one process that looks at the files again and again and runs what a save concerns."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli.telling import tell_problems
from jointsup_rules.cli.testing import render_failed
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.bench import Bench, Turn
    from jointsup_rules.sweep.examples import ExampleResult
    from jointsup_rules.workspace import Workspace

PAUSE_S = 0.2


class _Stopped:
    """Whether Ctrl-C was pressed; the database reports it in an error of its own."""

    def __init__(self) -> None:
        self.is_set = False
        signal.signal(signal.SIGINT, self._stop)

    def _stop(self, _: int, __: FrameType | None) -> None:
        self.is_set = True
        raise KeyboardInterrupt


def watch_rules(workspace: Workspace, patterns: Sequence[str], lang: Language) -> None:
    """Run examples at once and on every save until Ctrl-C; see `Bench` for what a save concerns."""
    stopped = _Stopped()
    try:
        with workspace.bench(patterns) as bench:
            _watch(bench, lang, stopped)
    except (KeyboardInterrupt, RuntimeError):
        if not stopped.is_set:
            raise


def _watch(bench: Bench, lang: Language, stopped: _Stopped) -> None:
    first = bench.begin()
    tell_problems(first.problems, "text", lang)
    pending = list(first.rules)
    _tell(
        lang,
        Text(
            f"盯着 {len(bench.marks)} 个文件，Ctrl-C 结束", f"watching {len(bench.marks)} files, Ctrl-C ends"
        ),
    )
    while not stopped.is_set:
        turn = bench.look()
        if turn is not None:
            _tell_turn(turn, lang)
            pending = [*turn.rules, *(one for one in pending if one not in turn.rules)]
        elif pending:
            _run(bench, pending.pop(0), lang)
        else:
            time.sleep(PAUSE_S)


def _run(bench: Bench, rule_id: str, lang: Language) -> None:
    begun = time.perf_counter()
    results = bench.run(rule_id)
    _tell_results(rule_id, results, (time.perf_counter() - begun) * 1000, lang)


def _tell_results(rule_id: str, results: Sequence[ExampleResult], took_ms: float, lang: Language) -> None:
    for line in render_failed(results, lang):
        click.echo(line)
    n_failed = sum(not one.holds for one in results)
    told = Text(
        f"{rule_id}：{len(results)} 个示例，{n_failed} 个不符，{took_ms:.0f} 毫秒",
        f"{rule_id}: {len(results)} examples, {n_failed} differ, {took_ms:.0f} ms",
    )
    _tell(lang, told)


def _tell_turn(turn: Turn, lang: Language) -> None:
    """What changed, and first of all what is wrong with it."""
    click.echo("")
    for path in turn.changed:
        _tell(lang, Text(f"已保存 {path}", f"saved {path}"))
    for path in turn.gone:
        _tell(lang, Text(f"已删除 {path}", f"gone {path}"))
    tell_problems(turn.problems, "text", lang)


def _tell(lang: Language, said: Text) -> None:
    click.echo(said.in_language(lang))
