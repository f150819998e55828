"""A small office: a dictionary, a source, exports, and the dataset they are imported into."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from jointsup_rules.load.importing import ImportResult, import_files
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import Dictionary, read_dictionary
from jointsup_rules.model.source import Source, read_source
from jointsup_rules.problems import Problem, ProblemsError

DICTIONARY = """
timezone: Asia/Shanghai
tables:
  cases:
    label: {zh: 案件, en: cases}
    key: [case_id]
    columns:
      case_id: {label: {zh: 编号, en: id}, type: text}
      filed_on: {label: {zh: 立案日, en: filed on}, type: date}
      closed_on: {label: {zh: 结案日, en: closed on}, type: date, empty: not_yet}
      status: {label: {zh: 状态, en: status}, type: code, codes: {OPEN: 在办, CLOSED: 已结}}
      amount: {label: {zh: 金额, en: amount}, type: decimal}
      is_foreign: {label: {zh: 涉外, en: foreign}, type: boolean}
      recorded_at: {label: {zh: 录入时间, en: entered at}, type: timestamp}
      n_people: {label: {zh: 人数, en: people}, type: integer}
      person: {label: {zh: 当事人, en: person}, type: text, sensitivity: S2}
"""
SOURCE = """
source: cases
files: "案件*.{csv,tsv,xlsx,xls,parquet,jsonl,zip}"
exported_on: 2024-12-31
tables:
  cases:
    case_id: 编号
    filed_on: 立案日期
    closed_on: 结案日期
    status: {column: 状态, codes: {在办: OPEN, 已结: CLOSED}}
    amount: 金额
"""
HEADER = "编号,立案日期,结案日期,状态,金额\n"


class Office:
    """A workspace in a folder, with the calls tests need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "datasets"
        self.into = self.data / "demo"
        self.key_file = folder / "pseudonym.key"
        self.dictionary = dictionary(DICTIONARY)
        self.sources = {"cases": self.source(SOURCE)}

    def source(self, text: str) -> Source:
        """A source, which must be without problems."""
        found, problems = read_source(read_yaml(text, "datasets/sources/cases.yaml"), self.dictionary)
        assert found is not None, problems
        return found

    def use(self, *texts: str) -> None:
        """Work with these sources."""
        self.sources = {one.name: one for one in map(self.source, texts)}

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        """An export file."""
        path = self.folder / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def bring(self, *files: Path, **options: Any) -> ImportResult:
        """Import files."""
        given: dict[str, Any] = {
            "source": None,
            "exported_on": None,
            "add": False,
            "dry_run": False,
        } | options
        return import_files(
            self.dictionary,
            self.sources,
            list(files),
            into=self.into,
            key_file=self.key_file,
            progress=lambda text: None,
            **given,
        )

    def refused(self, *files: Path, **options: Any) -> tuple[Problem, ...]:
        """Import files that cannot be used; the dataset must stay as it was."""
        before = self.state()
        try:
            self.bring(*files, **options)
        except ProblemsError as error:
            assert self.state() == before
            return error.problems
        raise AssertionError("the import was not refused")

    def state(self) -> Mapping[str, str]:
        """Every file of the dataset with its hash."""
        return {
            str(path.relative_to(self.into)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.into.rglob("*"))
            if path.is_file()
        }

    def rows(self, columns: str = "*", table: str = "cases") -> list[tuple[Any, ...]]:
        """Rows of a table as stored."""
        with duckdb.connect() as connection:
            return connection.execute(f"SELECT {columns} FROM '{self.into}/{table}.parquet'").fetchall()

    def rejects(self) -> list[dict[str, str]]:
        """Lines of rejects.csv."""
        with (self.into / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def manifest(self) -> dict[str, Any]:
        """The manifest as stored."""
        found: dict[str, Any] = json.loads((self.into / "manifest.json").read_text("utf-8"))
        return found


def dictionary(text: str) -> Dictionary:
    """A dictionary, which must be without problems."""
    found, problems = read_dictionary(read_yaml(text, "datasets/dictionary.yaml"))
    assert found is not None, problems
    return found


def said(problems: Sequence[Problem]) -> list[str]:
    """Problems as (file name:line code what) in English, without folders."""
    return [f"{Path(one.place.path).name}:{one.place.line} {one.code} {one.what.en}" for one in problems]


DAY = date(2024, 12, 31)
