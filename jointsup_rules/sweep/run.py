"""One sweep: all rules over one dataset as of one day, complete or not at all.

In: a rulebook, a dataset, a day. Out: a folder under reports/ whose name holds the day and the hash of all that the
result depends on; the same sweep is found there and not run again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules import __version__
from jointsup_rules.limits import SWEEP_FORMAT
from jointsup_rules.load.replacing import settle_folder
from jointsup_rules.load.yaml import Document
from jointsup_rules.model.lock import LOCK
from jointsup_rules.model.lock_checks import check_lock
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.standing import as_swept
from jointsup_rules.problems import Language, Problem, ProblemsError, Text
from jointsup_rules.sweep.basis import Basis, gather_basis
from jointsup_rules.sweep.before import Changes, Earlier, gather_changes, read_chain
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.database import in_both
from jointsup_rules.sweep.facts import read_facts, read_manifest, read_unit_names
from jointsup_rules.sweep.people import count_by_severity, raise_gone, write_for_people
from jointsup_rules.sweep.place import put_in_place, scratch_folder
from jointsup_rules.sweep.process import Ended, Event, watch_worker
from jointsup_rules.sweep.sample import write_sample_lists
from jointsup_rules.sweep.worker import Task

_FILES = (
    "clues.parquet", "clues.csv", "clues.xlsx", "evidence.parquet", "working.parquet", "outcomes.parquet",
    "not_clear.parquet", "gone.parquet", "report.html",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How a sweep is run.

    Attributes:
        rules: Ids to run; empty for all of the chosen status.
        status: Which rules run: active, or draft as well.
        lang: The language the report opens in.
        limit_clues: At most so many clues a rule are kept, the gravest; counts are whole all the same.
        force: Run even if the same sweep exists.
        jobs: Threads.
        memory: Bound on the database's buffers.
        limit_s: Time limit of one rule.
        sample_clear: So many clear subjects a rule are drawn for review; None for none.
    """

    rules: tuple[str, ...] = ()
    status: str = "active"
    lang: Language = "zh"
    limit_clues: int | None = None
    force: bool = False
    jobs: int = 2
    memory: str = "4GB"
    limit_s: float = 300.0
    sample_clear: int | None = None


@dataclass(frozen=True)
class Afterwards:
    """What the stages after a sweep make of its tables, before the folder is put in place.

    Attributes:
        render: Makes the report's HTML of a folder, in a language, of grade C alone or without it.
        triage: Adds the tables of triage to a folder and says how that went, for the manifest; None without triage.
        inputs: Path within the workspace and SHA-256 of the files that triage depends on.
        verdicts: Codes a reviewer may choose from in the report, with their names in zh and en; none without a workflow.
    """

    render: Callable[[Path, Language, bool], str]
    triage: Callable[[Path], Mapping[str, Any]] | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep: its folder, its manifest, and whether it was there already."""

    folder: Path
    manifest: Mapping[str, Any]
    is_reused: bool

    def clues(self) -> Any:
        """Return the clues as a pandas DataFrame, one row per clue."""
        return _read_frame(self.folder / "clues.parquet")

    def evidence(self) -> Any:
        """Return the evidence as a pandas DataFrame, one row per evidence row."""
        return _read_frame(self.folder / "evidence.parquet")

    def outcomes(self) -> Any:
        """Return the outcomes as a pandas DataFrame, one row per rule."""
        return _read_frame(self.folder / "outcomes.parquet")


def _read_frame(path: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(path)


@dataclass
class _Outcome:
    """What came of one rule."""

    status: str
    zh: str = ""
    en: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)


def sweep(
    rulebook: Rulebook,
    dataset: Path,
    as_of: date,
    reports: Path,
    options: Options,
    afterwards: Afterwards,
    progress: Callable[[str], None],
) -> SweepResult:
    """Run a sweep and return it; one that exists already is returned unless `force`.

    Args:
        rulebook: The workspace's declarations.
        dataset: Folder of the dataset.
        as_of: The day to look from.
        reports: Where sweeps lie.
        options: How to run.
        afterwards: Triage and report.
        progress: Told what is being done.

    Raises:
        ProblemsError: the dataset cannot be used, or the lock says nothing that can be read.
    """
    damaged = [problem for problem in rulebook.problems if problem.place.path == LOCK]
    if damaged:
        raise ProblemsError(damaged)
    stopped = {one.rule_id: _said(one.problem) for one in reversed(check_lock(rulebook)) if one.stops}
    rulebook = as_swept(rulebook, options.status)
    source = read_manifest(dataset)
    assert rulebook.dictionary is not None, "a workspace sweeps only with a sound dictionary"
    # Read for its problems alone, which are the user's to hear before a worker is begun.
    read_facts(dataset, rulebook.dictionary, as_of)
    rules = _chosen(rulebook, options)
    chain = read_chain(reports, dataset.name, as_of, _selection(options))
    previous = chain[0].folder if chain else None
    identity = _identity(rulebook, dataset, as_of, options, rules, chain)
    identity |= _approved(rulebook, rules, stopped)
    identity["inputs"] |= afterwards.inputs
    identity |= {"verdicts": dict(afterwards.verdicts)} if afterwards.verdicts else {}
    digest = hashlib.sha256(json.dumps(identity, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    folder = reports / f"{as_of.isoformat()}-{digest[:8]}"
    settle_folder(folder)
    if not options.force and (found := _read_finished(folder, digest, options)) is not None:
        return SweepResult(folder, found, True)
    begun = time.monotonic()
    broken = _broken_rules(rulebook) | stopped
    with scratch_folder(reports, folder.name) as scratch:
        bases = {
            one: gather_basis(rulebook, rulebook.rules[one], as_of) for one in rules if one in rulebook.rules
        }
        changes = gather_changes(chain, rules, bases, identity["dataset"]["files"])
        outcomes = _run(
            rulebook, dataset, as_of, options, rules, broken, chain, changes, scratch, digest, progress
        )
        out = scratch / "files"
        raise_gone(out, previous)
        _write_outcomes(out / "outcomes.parquet", rulebook, outcomes)
        manifest = _manifest(rulebook, source, as_of, options, digest, previous, outcomes, identity, bases)
        manifest["timings"] = {
            "total_s": round(time.monotonic() - begun, 3),
            "rules": {rule_id: outcome.seconds for rule_id, outcome in outcomes.items()},
        }
        manifest["trend"] = _trend(chain)
        if afterwards.verdicts:
            manifest["verdicts"] = dict(afterwards.verdicts)
            # In the order of the workflow, which the sorted keys of a manifest lose.
            manifest["verdict_order"] = list(afterwards.verdicts)
        if afterwards.triage is not None:
            progress("triage" if options.lang == "en" else "分流")
            manifest["triage"] = dict(afterwards.triage(out))
        _write_manifest(out, manifest)
        progress("report" if options.lang == "en" else "写报告")
        write_for_people(out, options.lang, afterwards.render)
        write_sample_lists(out, folder.name)
        put_in_place(out, folder)
    return SweepResult(folder, manifest, False)


def _read_finished(folder: Path, digest: str, options: Options) -> dict[str, Any] | None:
    """The manifest of the same sweep if it is there; a folder that is not whole, or of another sweep, is made again."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    names = (*_FILES, *(("sample.parquet", "sample.csv") if options.sample_clear is not None else ()))
    is_whole = all((folder / name).is_file() for name in names)
    return dict(manifest) if is_whole and manifest.get("hash") == digest else None


_TREND_SWEEPS = 11


def _trend(chain: Sequence[Earlier]) -> list[dict[str, Any]]:
    """How many clues the sweeps before gave, by severity and without grade C, the oldest first."""
    return [
        {"sweep": one.folder.name, "as_of": one.manifest["as_of"], **count_by_severity(one.folder)}
        for one in reversed(chain[:_TREND_SWEEPS])
        if (one.folder / "clues.parquet").is_file()
    ]


# ---- what is run


def _broken_rules(rulebook: Rulebook) -> dict[str, Text]:
    """Rules that do not pass the check, with the first thing that is wrong; they fail, the others run.

    What the database itself would refuse shows when the rule runs, within the limits of the worker.
    """
    broken: dict[str, Text] = {}
    paths = {rule.document.path: rule_id for rule_id, rule in rulebook.rules.items()}
    paths |= {path: rule_id for rule_id, path in rulebook.broken.items()}
    for problem in check_rulebook(rulebook, binds=False):
        rule_id = paths.get(problem.place.path)
        if rule_id is not None and problem.severity == "error" and problem.code not in _NO_REASON_TO_FAIL:
            broken.setdefault(rule_id, _said(problem))
    return broken


# Examples and answers to warnings are the author's to mend and change no result.
_NO_REASON_TO_FAIL = frozenset({"JR222", "JR245", "JR249", "JR280"})


def _said(problem: Problem) -> Text:
    return Text(
        f"{problem.place} {problem.code} {problem.what.zh}",
        f"{problem.place} {problem.code} {problem.what.en}",
    )


def _chosen(rulebook: Rulebook, options: Options) -> list[str]:
    wanted = {"active", options.status}
    everything = sorted({*rulebook.rules, *rulebook.broken})
    if options.rules:
        return [rule_id for rule_id in everything if rule_id in options.rules]
    return [r for r in everything if r in rulebook.broken or rulebook.rules[r].shape.status in wanted]


def _selection(options: Options) -> dict[str, Any]:
    return {"rules": sorted(options.rules), "status": options.status}


def _identity(
    rulebook: Rulebook,
    dataset: Path,
    as_of: date,
    options: Options,
    rules: Iterable[str],
    chain: Sequence[Earlier],
) -> dict[str, Any]:
    """Everything the result depends on; neither `jobs`, `memory` nor the locale."""
    own = set(rules)
    names = {rule.document.path: rule_id for rule_id, rule in rulebook.rules.items()}
    names |= {path: rule_id for rule_id, path in rulebook.broken.items()}
    inputs = {path: digest for path, digest in rulebook.inputs if path not in names or names[path] in own}
    return {
        "format": SWEEP_FORMAT,
        "engine": __version__,
        "as_of": as_of.isoformat(),
        "lang": options.lang,
        "inputs": inputs,
        "dataset": {
            "name": dataset.name,
            "manifest": _sha256(dataset / "manifest.json"),
            "files": _file_hashes(dataset),
        },
        "previous": [one.folder.name for one in chain],
        "limit_clues": options.limit_clues,
        "selection": _selection(options),
        **_sampling(options),
    }


def _sampling(options: Options) -> dict[str, Any]:
    """How many are drawn; a sweep that draws nobody is the same as before there were samples."""
    return {} if options.sample_clear is None else {"sample_clear": options.sample_clear}


def _approved(rulebook: Rulebook, rules: Iterable[str], stopped: Mapping[str, Text]) -> dict[str, Any]:
    """What the lock says of each rule: its seal, and why it may not run; nothing without a lock."""
    if rulebook.lock is None:
        return {}
    told = {}
    for rule_id in sorted(rules):
        last, why = rulebook.lock.last(rule_id), stopped.get(rule_id)
        told[rule_id] = [last.seal if last is not None else None, why.en if why is not None else None]
    return {"approved": told}


def _file_hashes(dataset: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(dataset.glob("*.parquet"))}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- running


def _run(
    rulebook: Rulebook,
    dataset: Path,
    as_of: date,
    options: Options,
    rules: list[str],
    broken: Mapping[str, Text],
    chain: Sequence[Earlier],
    changes: Changes,
    scratch: Path,
    seed: str,
    progress: Callable[[str], None],
) -> dict[str, _Outcome]:
    outcomes: dict[str, _Outcome] = {}
    for rule_id in rules:
        if rule_id in broken:
            outcomes[rule_id] = _Outcome("failed", broken[rule_id].zh, broken[rule_id].en)
    sound = tuple(rule_id for rule_id in rules if rule_id not in outcomes)
    skip: dict[str, str] = {}
    last_ran = {rule_id: str(folder) for rule_id, folder in changes.last_ran.items()}
    while True:
        task = Task(
            str(rulebook.root), str(dataset), as_of.isoformat(), sound, dict(skip), str(scratch),
            tuple(str(one.folder) for one in chain), last_ran, changes.rules, changes.withdrawn, changes.unmoved,
            changes.by_day, options.memory, options.jobs, options.limit_s, options.limit_clues, options.status,
            options.sample_clear, seed,
        )  # fmt: skip
        shutil.rmtree(scratch / "files", ignore_errors=True)
        ended = _work(task, outcomes, progress)
        if ended.died_of is None and not ended.error:
            break
        if ended.died_of is None or ended.died_of in skip:
            raise SweepFailedError(ended.error)
        skip[ended.died_of] = ended.error
        told = in_both(ended.error, options.limit_s)
        outcomes[ended.died_of] = _Outcome("failed", told.zh, told.en)
    return {rule_id: outcomes[rule_id] for rule_id in rules}


class SweepFailedError(Exception):
    """The worker died outside of any rule; nothing was written."""


def _work(task: Task, outcomes: dict[str, _Outcome], progress: Callable[[str], None]) -> Ended:
    """Run one worker to its end, noting what came of each rule."""

    def hear(event: Event) -> None:
        if event["event"] == "rule":
            progress(str(event["rule"]))
        elif event["event"] == "build" and event.get("table"):
            progress(str(event["table"]))
        elif event["event"] == "ran":
            outcomes[event["rule"]] = _Outcome(
                event["status"],
                event["zh"],
                event["en"],
                event.get("counts") or {},
                event.get("seconds", 0.0),
                dict(event),
            )

    return watch_worker("jointsup_rules.sweep.worker", asdict(task), task.limit_s, hear)


# ---- writing


def _write_outcomes(path: Path, rulebook: Rulebook, outcomes: Mapping[str, _Outcome]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("in_scope", "hit", "clear", "excluded", "cannot_tell", "running", "due_soon")
    columns: dict[str, list[Any]] = {"rule_id": [], "rule_version": [], "status": [], "why": []}
    columns |= {name: [] for name in names}
    for rule_id, outcome in outcomes.items():
        rule = rulebook.rules.get(rule_id)
        columns["rule_id"].append(rule_id)
        columns["rule_version"].append(rule.shape.version if rule is not None else None)
        columns["status"].append(outcome.status)
        told = json.dumps({"zh": outcome.zh, "en": outcome.en}, ensure_ascii=False)
        columns["why"].append(None if outcome.status == "ran" else told)
        for name in names:
            # What was not evaluated has no counts, not counts of nothing.
            columns[name].append(outcome.counts.get(name) if outcome.status == "ran" else None)
    text = ("rule_id", "status", "why")
    arrays = {
        name: pa.array(values, pa.string() if name in text else pa.int64())
        for name, values in columns.items()
    }
    pq.write_table(pa.table(arrays), path)


def _manifest(
    rulebook: Rulebook,
    source: Mapping[str, Any],
    as_of: date,
    options: Options,
    digest: str,
    previous: Path | None,
    outcomes: Mapping[str, _Outcome],
    identity: Mapping[str, Any],
    bases: Mapping[str, Basis],
) -> dict[str, Any]:
    import duckdb

    dictionary = rulebook.dictionary
    inputs = dict(rulebook.inputs)
    tables: dict[str, Any] = {}
    if dictionary is not None:
        for name, table in dictionary.tables.items():
            if name in source["tables"]:
                labels = {column.name: _two(column.label) for column in table.columns.values()}
                codes = {
                    column.name: {
                        code: _two(label) for code, label in column.codes.items() if label.zh != code
                    }
                    for column in table.columns.values()
                    if column.codes
                }
                tables[name] = {"label": _two(table.label), "columns": labels, "codes": codes}
        for name, subject in dictionary.subjects.items():
            labels = {one: _two(derived.label) for one, derived in subject.derived.items() if derived.label}
            own = {column.name: _two(column.label) for column in subject.columns.values()}
            if subject.rows_of in tables:
                tables[subject.rows_of]["columns"] |= {
                    k: v for k, v in labels.items() if k not in tables[subject.rows_of]["columns"]
                }
            elif name not in tables:
                tables[name] = {"label": _two(subject.label), "columns": own | labels}
    return {
        "format": SWEEP_FORMAT,
        "engine": __version__,
        "hash": digest,
        "lang": options.lang,
        "as_of": as_of.isoformat(),
        "dataset": {"name": source["name"], "cut_off": source["cut_off"], "sources": source["sources"]},
        "previous": previous.name if previous is not None else None,
        "selection": _selection(options),
        "limit_clues": options.limit_clues,
        **_sampling(options),
        "versions": {"engine": __version__, "duckdb": duckdb.__version__, "python": sys.version.split()[0]},
        "inputs": [{"path": path, "sha256": value} for path, value in identity["inputs"].items()]
        + [
            {"path": f"datasets/{source['name']}/{name}", "sha256": value}
            for name, value in identity["dataset"]["files"].items()
        ],
        "parameters": _parameters(rulebook),
        "rules": {
            rule_id: _rule_card(rulebook, rulebook.rules[rule_id], outcome, inputs, as_of)
            | {"basis": asdict(bases[rule_id])}
            for rule_id, outcome in outcomes.items()
            if rule_id in rulebook.rules
        },
        "tables": {**tables, "": _FIGURES},
        "rejects": _rejects(rulebook.root / "datasets" / str(source["name"]) / "rejects.csv"),
        "units": read_unit_names(dictionary, rulebook.root / "datasets" / str(source["name"]))
        if dictionary
        else {},
    }


# Words for the figures of a finding, which belong to no table.
_FIGURES = {
    "label": {"zh": "", "en": ""},
    "columns": {
        "searched": {"zh": "查找的日期", "en": "day looked for"},
        "from": {"zh": "自", "en": "from"},
        "until": {"zh": "至", "en": "until"},
        "authority": {"zh": "以何方为准", "en": "which side is authoritative"},
        "part": {"zh": "部分", "en": "part"},
        "whole": {"zh": "整体", "en": "whole"},
        "rate": {"zh": "比率", "en": "rate"},
        "peers": {"zh": "可比组数", "en": "peers"},
        "middle": {"zh": "中间值", "en": "middle"},
        "low": {"zh": "下限", "en": "lower fence"},
        "high": {"zh": "上限", "en": "upper fence"},
    },
}


def _two(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _parameters(rulebook: Rulebook) -> dict[str, Any]:
    return {
        name: [
            {
                "from": v.from_.isoformat(),
                "value": v.value if isinstance(v.value, int | str | bool) else str(v.value),
            }
            for v in shape.values
        ]
        for name, shape in sorted(rulebook.parameters.shapes.items())
    }


def _rule_card(
    rulebook: Rulebook, rule: Rule, outcome: _Outcome, inputs: Mapping[str, str], as_of: date
) -> dict[str, Any]:
    shape, dictionary = rule.shape, rulebook.dictionary
    subject = dictionary.subjects.get(shape.subject) if dictionary is not None else None
    return {
        "version": shape.version,
        "status": outcome.status,
        "hash": inputs[_path(rule.document)],
        "approved": _approval(rulebook, rule.id),
        "title": _two(shape.title),
        "finds": _two(shape.finds),
        "why": _two(shape.why),
        "check": _two(shape.check),
        "misses": _two(shape.misses),
        "family": shape.family,
        "family_label": _two(rulebook.families[shape.family]) if shape.family in rulebook.families else None,
        "severity": dict(shape.severity),
        "grade": dict(shape.grade),
        "kind": outcome.told.get("kind", ", ".join(shape.detect)),
        "subject": shape.subject,
        "subject_label": _two(subject.label) if subject is not None else None,
        "measure_unit": outcome.told.get("measure_unit", ""),
        "parts": outcome.told.get("parts", {}),
        "law": [_article(rulebook, article, as_of) for article in shape.law],
        "exclude": [_two(exclusion.because) for exclusion in shape.exclude],
        "sql": outcome.told.get("sql", ""),
    }


def _approval(rulebook: Rulebook, rule_id: str) -> dict[str, Any] | None:
    """The version that the lock has as active, with the hash of its logic; None without one."""
    entry = rulebook.lock.active(rule_id) if rulebook.lock is not None else None
    return None if entry is None else {"version": entry.version, "logic": entry.logic, "text": entry.text}


def _path(document: Document) -> str:
    return document.path


def _article(rulebook: Rulebook, article: str, as_of: date) -> dict[str, Any]:
    found = rulebook.laws.article_on(article, as_of)
    if found is None:
        empty = {"zh": article, "en": article}
        return {"id": article, "law": empty, "number": "", "text": empty, "from": None, "confidence": "low"}
    confidence = "low" if found.unconfirmed else found.confidence
    return {
        "id": article, "law": _two(found.law), "number": found.number, "text": _two(found.text),
        "from": found.in_force_from.isoformat(), "confidence": confidence,
    }  # fmt: skip


def _rejects(path: Path) -> list[dict[str, Any]]:
    """Rejected rows and values counted by file and reason."""
    import csv

    if not path.is_file():
        return []
    counted: dict[tuple[str, ...], int] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            key = tuple(row.get(name) or "" for name in ("source", "file", "table", "column", "why"))
            counted[key] = counted.get(key, 0) + 1
    names = ("source", "file", "table", "column", "why")
    return [{**dict(zip(names, key, strict=True)), "count": n} for key, n in sorted(counted.items())]


def _write_manifest(out: Path, manifest: Mapping[str, Any]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")
