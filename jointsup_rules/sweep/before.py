"""The sweeps before this one: which they are, and what has changed since each rule last ran.

In: the folder of reports, a dataset and a day. Out: the chain of earlier sweeps, newest first, and for each rule
whether it does otherwise or reads other rows than when it last ran: that is not always the sweep before, for then the
rule may have failed, or lacked a table.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.limits import SWEEP_FORMAT
from jointsup_rules.sweep.basis import Basis

_MOST = 200


@dataclass(frozen=True)
class Earlier:
    """A sweep that was made before, with its manifest."""

    folder: Path
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """What is otherwise than when a rule last ran.

    Attributes:
        rules: Rules that do otherwise.
        withdrawn: Rules no longer asked for.
        unmoved: Rules whose tables hold the same rows.
        by_day: Rules that may say otherwise from day to day over the same rows.
        last_ran: Rule to the folder of the sweep in which it ran last.
    """

    rules: tuple[str, ...]
    withdrawn: tuple[str, ...]
    unmoved: tuple[str, ...]
    by_day: tuple[str, ...]
    last_ran: Mapping[str, Path]


def read_chain(reports: Path, dataset: str, as_of: date, selection: Mapping[str, Any]) -> tuple[Earlier, ...]:
    """Return the sweep before, the sweep before that one, and so on.

    The sweep before is the newest of the same dataset name and the same choice of rules, of an earlier day.

    Args:
        reports: Where sweeps lie.
        dataset: Name of the dataset.
        as_of: Day of the sweep that is to come.
        selection: Its choice of rules.
    """
    for one in list_sweeps(reports):
        of = one.manifest
        is_same = of["dataset"]["name"] == dataset and of["selection"] == selection
        if is_same and of["as_of"] < as_of.isoformat():
            return follow_chain(one)
    return ()


def list_sweeps(reports: Path) -> tuple[Earlier, ...]:
    """Return all sweeps in a folder of reports, the newest first: by day, then by when they were made."""
    found: list[tuple[str, float, str, Earlier]] = []
    # What begins with a dot is unfinished or about to be deleted.
    for path in reports.glob("[!.]*/manifest.json"):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            made_at, day = path.stat().st_mtime, str(manifest["as_of"])
            if manifest["format"] == SWEEP_FORMAT and manifest["dataset"]["name"]:
                found.append((day, made_at, path.parent.name, Earlier(path.parent, manifest)))
        except (OSError, ValueError, KeyError, TypeError):
            # A folder of something else, or of another format, is no sweep.
            continue
    return tuple(one[-1] for one in sorted(found, key=lambda one: one[:3], reverse=True))


def follow_chain(newest: Earlier) -> tuple[Earlier, ...]:
    """Return a sweep and those before it, as far back as their folders are still there."""
    chain = [newest]
    while len(chain) < _MOST and (name := chain[-1].manifest.get("previous")):
        folder = newest.folder.parent / name
        if not (folder / "gone.parquet").is_file():
            break
        chain.append(Earlier(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))))
    return tuple(chain)


def gather_changes(
    chain: Sequence[Earlier], rules: Collection[str], bases: Mapping[str, Basis], files: Mapping[str, str]
) -> Changes:
    """Return what has changed since each rule last ran.

    Args:
        chain: The earlier sweeps, newest first.
        rules: Ids of the rules asked for.
        bases: What each of them that can be read rests on.
        files: SHA-256 of the dataset's files by name.
    """
    last: dict[str, Earlier] = {}
    for earlier in chain:
        for rule_id, card in earlier.manifest["rules"].items():
            if card["status"] == "ran":
                last.setdefault(rule_id, earlier)
    changed, unmoved, by_day = [], [], []
    for rule_id, earlier in sorted(last.items()):
        basis = bases.get(rule_id)
        if rule_id not in rules or basis is None:
            continue
        if basis.logic != earlier.manifest["rules"][rule_id]["basis"]["logic"]:
            changed.append(rule_id)
        if basis.is_by_day:
            by_day.append(rule_id)
        then = files_of(earlier.manifest)
        if all(then.get(name) == files.get(name) for name in (f"{table}.parquet" for table in basis.tables)):
            unmoved.append(rule_id)
    withdrawn = sorted(set(last) - set(rules))
    return Changes(
        tuple(changed),
        tuple(withdrawn),
        tuple(unmoved),
        tuple(by_day),
        {rule_id: earlier.folder for rule_id, earlier in last.items()},
    )


def files_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each file of the dataset a sweep looked at, by file name."""
    start = f"datasets/{manifest['dataset']['name']}/"
    own = ((one["path"], one["sha256"]) for one in manifest["inputs"])
    return {path.removeprefix(start): digest for path, digest in own if path.startswith(start)}
