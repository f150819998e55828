"""The process in which rules run: a task on standard input, results in a scratch folder, progress line by line.

Rules are untrusted: they run here, under limits of time and memory, behind a database that can reach nothing but the
files of the dataset. If this process dies, the one that started it notes the rule it died of and starts another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, Prepared, make_plan
from jointsup_rules.model.rulebook import Rulebook, is_in_force, read_rulebook
from jointsup_rules.model.standing import as_swept
from jointsup_rules.sweep.compare import history_statements, state_statements
from jointsup_rules.sweep.database import (
    build,
    in_both,
    open_connection,
    prepare_connection,
    run_rule,
    shut,
)
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.gone import (
    evidence_statements,
    is_sliding,
    judged_statement,
    list_statements,
    row_statement,
    subject_statements,
    table_statements,
)
from jointsup_rules.sweep.process import serve, tell
from jointsup_rules.sweep.sample import draw_statement, sample_select, sample_table

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
        chain: Folders of the sweeps before, newest first.
        last_ran: Rule to the folder of the sweep in which it ran last.
        changed: Rules that do otherwise than when they ran last.
        withdrawn: Rules of earlier sweeps that are not asked for now.
        unmoved: Rules whose tables hold the same rows as when they ran last.
        by_day: Rules that may say otherwise from day to day over the same rows.
        limit_s: Time limit of one rule.
        status: Which rules run; decides whether one in rework runs as it was approved or as its file is.
        sample_clear: So many clear subjects a rule are drawn for review; None for none.
        seed: Decides who is drawn.
    """

    root: str
    dataset: str
    as_of: str
    rules: tuple[str, ...]
    skip: dict[str, str]
    scratch: str
    chain: tuple[str, ...]
    last_ran: dict[str, str]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    unmoved: tuple[str, ...]
    by_day: tuple[str, ...]
    memory: str
    jobs: int
    limit_s: float
    limit_clues: int | None
    status: str
    sample_clear: int | None = None
    seed: str = ""


def run_task(task: Task) -> None:
    """Run all rules of a task and write the result files into its scratch folder."""
    scratch, dataset = Path(task.scratch), Path(task.dataset)
    rulebook = as_swept(read_rulebook(Path(task.root)), task.status)
    assert rulebook.dictionary is not None, "the sweep starts a worker only with a sound dictionary"
    facts = read_facts(dataset, rulebook.dictionary, date.fromisoformat(task.as_of))
    rules = [rulebook.rules[rule_id] for rule_id in task.rules if rule_id not in task.skip]
    plan = make_plan(rulebook.dictionary, facts, rules, rulebook.parameters, rulebook.laws, rulebook.clocks)
    files = [dataset / f"{name}.parquet" for name in plan.raw_tables()]
    before = [Path(folder) / "clues.parquet" for folder in task.chain[:1]]
    before += [Path(folder) / "gone.parquet" for folder in task.chain]
    before += [Path(folder) / "evidence.parquet" for folder in sorted(set(task.last_ran.values()))]
    readable = [*files, *before]
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
        for statement in (*history_statements(task.chain), *table_statements(), sample_table()):
            connection.execute(statement)
        ran = _run_rules(connection, plan, task, failed)
        _finish(connection, plan, rulebook, task, ran)
    finally:
        connection.close()
    tell(event="done")


def _run_rules(connection: DuckDBPyConnection, plan: Plan, task: Task, failed: dict[str, str]) -> list[str]:
    """Run each rule, tell what came of it, and return the ids of those that ran."""
    earlier = {rule for (rule,) in connection.execute("SELECT DISTINCT rule_id FROM before_clue").fetchall()}
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
        also = [judged_statement(rule_id)] if rule_id in earlier else []
        if task.sample_clear is not None:
            also.append(draw_statement(prepared, task.sample_clear, task.seed))
        ran = run_rule(connection, prepared, task.limit_s, also)
        error = ran.error
        if error and failed:
            # The table a rule rests on may be what failed; its error says more.
            error = next((f"{name}: {text}" for name, text in failed.items() if name in error), error)
        finished += [] if error else [rule_id]
        said = in_both(error, task.limit_s)
        tell(
            event="ran", rule=rule_id, status="failed" if error else "ran",
            zh=said.zh, en=said.en, counts=ran.counts,
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
    _read_again(connection, plan, task, ran)
    out = Path(task.scratch) / "files"
    out.mkdir(mode=0o700)
    sample = [("sample", sample_select())] if task.sample_clear is not None else []
    for name, select in (*state_statements(task.as_of), *sample):
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


def _read_again(connection: DuckDBPyConnection, plan: Plan, task: Task, ran: list[str]) -> None:
    """Read again what the clues not found any more rested on."""
    for statement in evidence_statements(task.last_ran):
        connection.execute(statement)
    sliding = [one.rule.id for one in plan.rules if is_sliding(one.rule)]
    lists = {"ran_rule": ran, "withdrawn_rule": task.withdrawn, "changed_rule": task.changed}
    lists |= {"sliding_rule": sliding, "unmoved_rule": task.unmoved, "day_rule": task.by_day}
    for statement in list_statements(**lists):
        connection.execute(statement)
    missing = {rule for (rule,) in connection.execute("SELECT DISTINCT rule_id FROM missing_clue").fetchall()}
    for prepared in plan.rules:
        if prepared.rule.id in missing and prepared.rule.id in ran:
            for statement in subject_statements(prepared):
                connection.execute(statement)
    rested_on = "SELECT DISTINCT \"table\" FROM evidence_then WHERE role NOT IN ('subject', 'finding')"
    seen = {name.removeprefix("seen_") for name, _ in plan.seen_views()}
    tables = sorted(name for (name,) in connection.execute(rested_on).fetchall() if name in seen)
    for table in tables:
        connection.execute(row_statement(plan, table))
    for statement in list_statements(read_table=tables):
        connection.execute(statement)


def main() -> None:
    """Read a task from standard input and run it."""
    serve(lambda given: run_task(Task(**given)))


if __name__ == "__main__":
    main()
