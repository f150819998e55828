"""The process in which rules run: a task on standard input, results in a scratch folder, progress line by line.

Rules are untrusted: they run here, under limits of time and memory, behind a database that can reach nothing but the
files of the dataset. If this process dies, the one that started it notes the rule it died of and starts another.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, Prepared, make_plan
from jointsup_rules.load.yaml import Document
from jointsup_rules.model.rulebook import Rulebook, is_in_force, read_rulebook
from jointsup_rules.sweep.compare import history_statements, state_statements
from jointsup_rules.sweep.database import build, open_connection, prepare_connection, run_rule, shut
from jointsup_rules.sweep.facts import read_facts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Task:
    """What to run.

    Attributes:
        root: The workspace.
        dataset: Folder of the dataset.
        rules: Ids to run, in order.
        skip: Ids that are not run, with why (an earlier worker died of them).
        scratch: Folder for spilling and for the result files.
        previous: Folder of the sweep before, or None.
        history: Its gone.parquet and those before it, newest first.
        limit_s: Time limit of one rule.
    """

    root: str
    dataset: str
    as_of: str
    rules: tuple[str, ...]
    skip: dict[str, str]
    scratch: str
    previous: str | None
    history: tuple[str, ...]
    previous_hashes: dict[str, str]
    memory: str
    jobs: int
    limit_s: float
    limit_clues: int | None


def tell(**event: Any) -> None:
    """Write one event for the process that waits."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def run_task(task: Task) -> None:
    """Run all rules of a task and write the result files into its scratch folder."""
    scratch, dataset = Path(task.scratch), Path(task.dataset)
    rulebook = read_rulebook(Path(task.root))
    assert rulebook.dictionary is not None, "the sweep starts a worker only with a sound dictionary"
    facts = read_facts(dataset, rulebook.dictionary, date.fromisoformat(task.as_of))
    rules = [rulebook.rules[rule_id] for rule_id in task.rules if rule_id not in task.skip]
    plan = make_plan(rulebook.dictionary, facts, rules, rulebook.parameters, rulebook.laws)
    files = [dataset / f"{name}.parquet" for name in plan.raw_tables()]
    before = [Path(task.previous) / "clues.parquet"] if task.previous else []
    readable = [*files, *before, *map(Path, task.history)]
    connection = open_connection(readable=readable, scratch=scratch, memory=task.memory, threads=task.jobs)
    try:
        prepare_connection(connection, rulebook.calendar)
        for file in files:
            name = quote(f"raw_{file.stem}")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({print_value(str(file))})")
        shut(connection)
        tell(event="build", rule=None)
        failed = build(connection, plan, lambda name: tell(event="build", table=name))
        if failed:
            tell(event="warned", failed=failed)
        ran = _run_rules(connection, plan, task, failed)
        _finish(connection, plan, rulebook, task, ran)
    finally:
        connection.close()
    tell(event="done")


def _run_rules(connection: DuckDBPyConnection, plan: Plan, task: Task, failed: dict[str, str]) -> list[str]:
    """Run each rule, tell what came of it, and return the ids of those that ran."""
    finished: list[str] = []
    for prepared in plan.rules:
        rule_id = prepared.rule.id
        tell(event="rule", rule=rule_id)
        if prepared.status != "ready":
            why = prepared.why
            tell(
                event="ran",
                rule=rule_id,
                status=prepared.status,
                zh=why.zh if why else "",
                en=why.en if why else "",
            )
            continue
        ran = run_rule(connection, prepared, task.limit_s)
        error = ran.error
        if error and failed:
            # The table a rule rests on may be what failed; its error says more.
            error = next((f"{name}: {text}" for name, text in failed.items() if name in error), error)
        finished += [] if error else [rule_id]
        tell(
            event="ran", rule=rule_id, status="failed" if error else "ran", zh=error, en=error, counts=ran.counts,
            seconds=round(ran.seconds, 3), **_described(prepared),
        )  # fmt: skip
    return finished


def _described(prepared: Prepared) -> dict[str, Any]:
    assert prepared.statements is not None
    assert prepared.compiled is not None
    return {
        "sql": prepared.statements.judged,
        "kind": ", ".join(dict.fromkeys(part.kind for part in prepared.compiled.parts)),
        "measure_unit": prepared.compiled.measure_unit,
        "parts": {
            part.name: {"zh": part.say.zh, "en": part.say.en} for part in prepared.compiled.parts if part.name
        },
    }


def _finish(
    connection: DuckDBPyConnection, plan: Plan, rulebook: Rulebook, task: Task, ran: list[str]
) -> None:
    """Give clues their states, say what became of those no longer found, and write the files in a fixed order."""
    tell(event="write", rule=None)
    day = date.fromisoformat(task.as_of)
    connection.execute("CREATE TABLE exceptions (rule_id VARCHAR, subject_key VARCHAR, id VARCHAR)")
    for exception in rulebook.exceptions:
        if is_in_force(exception, day):
            row = ", ".join(map(print_value, (exception.rule, exception.subject, exception.id)))
            connection.execute(f"INSERT INTO exceptions VALUES ({row})")
    connection.execute("CREATE TABLE found_clue AS SELECT clue_id FROM result_clue")
    if task.limit_clues is not None:
        _limit(connection, task.limit_clues)
    for statement in history_statements(task.previous, task.history):
        connection.execute(statement)
    _find_subjects(connection, plan)
    out = Path(task.scratch) / "files"
    out.mkdir(mode=0o700)
    for name, select in state_statements(task.as_of, ran, task.previous_hashes, _hashes(rulebook)):
        if name.startswith("_"):
            connection.execute(f"CREATE TABLE {quote(name)} AS {select}")
            continue
        path = print_value(str(out / f"{name}.parquet"))
        connection.execute(
            f"COPY ({select}) TO {path} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )


def _limit(connection: DuckDBPyConnection, most: int) -> None:
    """Keep only so many clues of each rule, the gravest; counts are not touched."""
    connection.execute(
        "DELETE FROM result_clue WHERE clue_id NOT IN (SELECT clue_id FROM result_clue QUALIFY row_number() OVER"
        f" (PARTITION BY rule_id ORDER BY over_days DESC NULLS LAST, measure DESC NULLS LAST, clue_id) <= {int(most)})"
    )
    for name in ("evidence", "working"):
        table = quote(f"result_{name}")
        connection.execute(f"DELETE FROM {table} WHERE clue_id NOT IN (SELECT clue_id FROM result_clue)")


def _find_subjects(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Which subjects of clues no longer found are still in the data."""
    import duckdb

    connection.execute("CREATE TABLE still_there (rule_id VARCHAR, subject_key VARCHAR)")
    for prepared in plan.rules:
        if prepared.statements is None:
            continue
        rule_id = print_value(prepared.rule.id)
        wanted = f"SELECT subject_key FROM previous_clue WHERE rule_id = {rule_id}"
        try:
            connection.execute(
                f"INSERT INTO still_there SELECT {rule_id}, subject_key FROM ({prepared.statements.everyone})"
                f" WHERE subject_key IN ({wanted})"
            )
        except duckdb.Error:
            # The rule itself has failed for the same reason, and has been told.
            continue


def _hashes(rulebook: Rulebook) -> dict[str, str]:
    inputs = dict(rulebook.inputs)
    return {rule_id: inputs[_path_of(rule.document)] for rule_id, rule in rulebook.rules.items()}


def _path_of(document: Document) -> str:
    return document.path


def main() -> None:
    """Read a task from standard input and run it."""
    given = json.loads(sys.stdin.readline())
    task = Task(**{**given, "rules": tuple(given["rules"]), "history": tuple(given["history"])})
    _bound_memory(task.memory)
    run_task(task)


def _bound_memory(memory: str) -> None:
    """Let the operating system stop what the database's own limit does not bound."""
    try:
        import resource
    except ImportError:
        # Not every system has it; there the database's limit stands alone.
        return
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    n_bytes = int(float(memory[:-2]) * units[memory[-2:].upper()])
    most = 2 * n_bytes + 6 * 10**9
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
