"""Where the ledger lies: one table of entries that only grows, and what was folded from it, in one database.

In: a file or a URL. Out: a Store that is read, or written to under one lock: a writer sees the head nobody else can
move, and all it adds stands at once or not at all. SQLite by default (one file, no journal beside it between writes, so that
it can be copied); any database that SQLAlchemy speaks to by URL.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from jointsup_rules.ledger.entries import EMPTY, Entry, Head, Who, canonical, chained, head_of, plain
from jointsup_rules.ledger.fold import ClueState, Proposed, fold
from jointsup_rules.problems import Text

FORMAT = 1
WAIT_S = 60
_BATCH = 5_000
_meta = sa.MetaData()
ENTRY = sa.Table(
    "entry", _meta,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("prev", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sqlite_strict=True,
)  # fmt: skip
# Folded from the entries, in the same transaction; `verify` folds them anew and compares.
CLUE = sa.Table(
    "clue", _meta,
    sa.Column("clue_id", sa.Text, primary_key=True),
    sa.Column("ledger_no", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
RECORD = sa.Table(
    "record", _meta,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
COUNTER = sa.Table(
    "counter", _meta,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
SETTING = sa.Table(
    "setting", _meta,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_strict=True,
)  # fmt: skip


class LedgerError(Exception):
    """The ledger cannot be used as it is; `told` says why and what to do. Nothing was changed."""

    def __init__(self, told: Text) -> None:
        super().__init__(told.en)
        self.told = told


class Writing:
    """One write under the lock: entries are added to the end; they stand when the block ends without an error."""

    def __init__(self, connection: sa.Connection, head: Head, last_at: str) -> None:
        self._connection = connection
        self.head = head
        self._last_at = last_at
        self._entries: list[Entry] = []
        self._states: dict[str, ClueState] = {}
        self._new: set[str] = set()
        self._records: dict[str, tuple[str, int, Mapping[str, Any]]] = {}
        self._counters: dict[str, int] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was added so far."""
        return tuple(self._entries)

    def add(
        self, at: str, who: Who, kind: str, subject: str = "", data: Mapping[str, Any] | None = None
    ) -> Entry:
        """Append an entry and fold it into its clue.

        Args:
            at: The time the machine says, in UTC. Where it lies before the last entry, the entry takes that one's time,
                for time runs one way, and keeps what the machine said.
            who: Who acts.
            kind: What happened.
            subject: The clue or record; empty for the ledger as a whole.
            data: What there is to say.
        """
        told = dict(data or {})
        if at < self._last_at:
            told["clock_said"], at = at, self._last_at
        entry = chained(self.head, at, who, kind, subject, told)
        self.head, self._last_at = head_of(entry), at
        self._entries.append(entry)
        before = self.state(subject) if subject else None
        if kind == "opened" or before is not None:
            after = fold(before, entry)
            if after is not None:
                if before is None:
                    self._new.add(subject)
                self._states[subject] = after
        return entry

    def state(self, clue_id: str) -> ClueState | None:
        """Return a clue as it stands now, this write included."""
        if clue_id not in self._states:
            row = self._connection.execute(sa.select(CLUE.c.data).where(CLUE.c.clue_id == clue_id)).first()
            if row is None:
                return None
            self._states[clue_id] = _clue(row[0])
        return self._states[clue_id]

    def states(self) -> dict[str, ClueState]:
        """Return every clue as it stands now, this write included, by id."""
        for clue_id, text in self._connection.execute(sa.select(CLUE.c.clue_id, CLUE.c.data)):
            if clue_id not in self._states:
                self._states[clue_id] = _clue(text)
        return dict(self._states)

    def next_number(self, name: str) -> int:
        """Return the next number of a series, from 1; the series has no gap, for a write that fails gives it back."""
        if name not in self._counters:
            row = self._connection.execute(sa.select(COUNTER.c.last).where(COUNTER.c.name == name)).first()
            self._counters[name] = row[0] if row is not None else 0
        self._counters[name] += 1
        return self._counters[name]

    def record(self, number: str) -> tuple[str, dict[str, Any]] | None:
        """Return a record's kind and content as it stands now, this write included."""
        if number in self._records:
            kind, _, data = self._records[number]
            return kind, dict(data)
        row = self._connection.execute(
            sa.select(RECORD.c.kind, RECORD.c.data).where(RECORD.c.number == number)
        ).first()
        return None if row is None else (row[0], json.loads(row[1]))

    def put_record(self, number: str, kind: str, data: Mapping[str, Any]) -> None:
        """Set what a record has become; the entry that made it so was added before."""
        self._records[number] = (kind, self.head.seq, plain(data))

    def has(self, kind: str, subject: str = "", **said: Any) -> bool:
        """Whether an entry of a kind and subject stands whose data hold all that is named."""
        query = sa.select(ENTRY.c.data).where(ENTRY.c.kind == kind, ENTRY.c.subject == subject)
        stored = (json.loads(row[0]) for row in self._connection.execute(query))
        own = (one.data for one in self._entries if one.kind == kind and one.subject == subject)
        return any(all(data.get(name) == value for name, value in said.items()) for data in (*stored, *own))

    def has_head(self, head: Head) -> bool:
        """Whether an entry that stands bears this number and hash."""
        query = sa.select(ENTRY.c.seq).where(ENTRY.c.seq == head.seq, ENTRY.c.hash == head.hash)
        return self._connection.execute(query).first() is not None

    def newest(self, kind: str, **said: Any) -> Mapping[str, Any] | None:
        """Return the data of the newest entry of a kind about the ledger as a whole whose data hold all that is named."""
        query = (
            sa.select(ENTRY.c.data)
            .where(ENTRY.c.kind == kind, ENTRY.c.subject == "")
            .order_by(ENTRY.c.seq.desc())
        )
        own = [one.data for one in reversed(self._entries) if one.kind == kind and not one.subject]
        stored = (json.loads(row[0]) for row in self._connection.execute(query))
        for data in (*own, *stored):
            if all(data.get(name) == value for name, value in said.items()):
                return dict(data)
        return None

    def _flush(self) -> None:
        run = self._connection.execute
        for start in range(0, len(self._entries), _BATCH):
            rows = [
                {**entry.__dict__, "data": canonical(entry.data)}
                for entry in self._entries[start : start + _BATCH]
            ]
            run(sa.insert(ENTRY), rows)
        touched = {one.subject for one in self._entries if one.subject in self._states}
        rows = [
            {
                "clue_id": s.clue_id,
                "ledger_no": s.ledger_no,
                "state": s.state,
                "seq": s.seq,
                "data": _written(s),
            }
            for s in (self._states[clue_id] for clue_id in sorted(touched))
        ]
        new = [row for row in rows if row["clue_id"] in self._new]
        if new:
            run(sa.insert(CLUE), new)
        changed = [
            {"b_id": row["clue_id"], "b_state": row["state"], "b_seq": row["seq"], "b_data": row["data"]}
            for row in rows
            if row["clue_id"] not in self._new
        ]
        if changed:
            bound: dict[str, Any] = {
                "state": sa.bindparam("b_state"),
                "seq": sa.bindparam("b_seq"),
                "data": sa.bindparam("b_data"),
            }
            run(sa.update(CLUE).where(CLUE.c.clue_id == sa.bindparam("b_id")).values(**bound), changed)
        for number, (kind, seq, data) in self._records.items():
            run(sa.delete(RECORD).where(RECORD.c.number == number))
            run(sa.insert(RECORD), {"number": number, "kind": kind, "seq": seq, "data": canonical(data)})
        for name, last in self._counters.items():
            run(sa.delete(COUNTER).where(COUNTER.c.name == name))
            run(sa.insert(COUNTER), {"name": name, "last": last})


class Store:
    """A ledger's database."""

    def __init__(self, where: Path | str) -> None:
        """Name the database.

        Args:
            where: A file, or a URL such as `postgresql+psycopg://user@host/name`.

        Raises:
            LedgerError: the URL is none, or names a kind of database that is not installed here.
        """
        self.file = where if isinstance(where, Path) else None
        url = f"sqlite:///{where}" if isinstance(where, Path) else where
        # A connection is for one piece of work; one kept open would hold the file against being moved or copied.
        try:
            self._engine = sa.create_engine(url, poolclass=NullPool)
        except (ArgumentError, ImportError) as error:
            raise LedgerError(
                Text(
                    "--ledger 应是数据库地址，如 postgresql+psycopg://用户@主机/库名，且装有相应驱动",
                    "--ledger is the URL of a database whose driver is installed, such as postgresql+psycopg://user@host/name",
                )
            ) from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._reader = self._engine.execution_options(reads=True)

    @property
    def shown(self) -> str:
        """Where it lies, without the password."""
        return self.file.name if self.file else self._engine.url.render_as_string(hide_password=True)

    def exists(self) -> bool:
        """Whether there is a ledger at all."""
        if self.file is not None and not self.file.is_file():
            return False
        with _told(self.shown), self._reader.connect() as connection:
            return sa.inspect(connection).has_table("entry")

    def make(self) -> None:
        """Make the tables where there are none; a file is its owner's alone."""
        if self.file is not None and not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        if self.exists():
            return
        with _told(self.shown), self._engine.begin() as connection:
            _lock(connection)
            if sa.inspect(connection).has_table("entry"):
                return
            _meta.create_all(connection)
            for statement in _guards(self._engine.dialect.name):
                connection.exec_driver_sql(statement)
            connection.execute(sa.insert(SETTING), {"name": "format", "value": str(FORMAT)})

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Give a Writing under the lock.

        Raises:
            LedgerError: the database cannot be written; nothing of the block stands.
        """
        with _told(self.shown), self._engine.begin() as connection:
            _lock(connection)
            _check_format(connection)
            head, last_at = _head(connection)
            writing = Writing(connection, head, last_at)
            yield writing
            writing._flush()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _told(self.shown), self._reader.connect() as connection:
            _check_format(connection)
            yield connection

    def head(self) -> Head:
        """Return the last entry's number and hash."""
        with self._reading() as connection:
            return _head(connection)[0]

    def clues(self) -> list[ClueState]:
        """Return every clue as it stands, in order of opening."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(CLUE.c.data).order_by(CLUE.c.ledger_no))
            return sorted((_clue(row[0]) for row in rows), key=lambda one: (one.opened_at, one.ledger_no))

    def clue(self, clue_id: str) -> ClueState | None:
        """Return one clue as it stands, by clue id or by ledger number."""
        named = sa.or_(CLUE.c.clue_id == clue_id, CLUE.c.ledger_no == clue_id)
        with self._reading() as connection:
            row = connection.execute(sa.select(CLUE.c.data).where(named)).first()
        return None if row is None else _clue(row[0])

    def records(self, kind: str | None = None) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return records by number: kind and content, in order of number."""
        query = sa.select(RECORD.c.number, RECORD.c.kind, RECORD.c.data).order_by(RECORD.c.number)
        if kind is not None:
            query = query.where(RECORD.c.kind == kind)
        with self._reading() as connection:
            return {row[0]: (row[1], json.loads(row[2])) for row in connection.execute(query)}

    def counters(self) -> dict[str, int]:
        """Return the last number of every series."""
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(sa.select(COUNTER.c.name, COUNTER.c.last))}

    def entries(self, subject: str | None = None) -> Iterator[Entry]:
        """Give the entries in order; of one clue or record where named."""
        query = sa.select(ENTRY).order_by(ENTRY.c.seq)
        if subject is not None:
            query = query.where(ENTRY.c.subject == subject)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                yield Entry(**{**row._mapping, "data": json.loads(row.data)})

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Give the entries as they are stored, in order of number, for one who does not trust them."""
        with self._reading() as connection:
            query = sa.select(ENTRY).order_by(ENTRY.c.seq)
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                yield dict(row._mapping)


# ---- what a database needs to be told


def _set_up_sqlite(connection: Any, _: Any) -> None:
    # Transactions are ours to begin; Python's own would begin them late, and not with the lock.
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {WAIT_S * 1000}", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(
        "BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE"
    )


def _lock(connection: sa.Connection) -> None:
    """Let nobody else write until the transaction ends; SQLite's began with the lock."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('jointsup ledger'))")


def _guards(dialect: str) -> list[str]:
    """Statements that have the database itself refuse to change or remove an entry."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER entry_no_{verb} BEFORE {verb} ON entry "
            "BEGIN SELECT RAISE(ABORT, 'entries of the ledger are never changed'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    if dialect == "postgresql":
        return [
            "CREATE FUNCTION entry_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'entries of the ledger are never changed'; END $$",
            "CREATE TRIGGER entry_is_final BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_is_final()",
        ]
    return []


def _check_format(connection: sa.Connection) -> None:
    if not sa.inspect(connection).has_table("entry"):
        raise LedgerError(
            Text(
                "这里还没有台账；先用 jointsup ledger open",
                "there is no ledger here yet; begin with jointsup ledger open",
            )
        )
    row = connection.execute(sa.select(SETTING.c.value).where(SETTING.c.name == "format")).first()
    if row is None or row[0] != str(FORMAT):
        found = row[0] if row is not None else "?"
        raise LedgerError(
            Text(
                f"台账格式为 {found}，本版本只认 {FORMAT}；请用写它的那个版本打开",
                f"the ledger has format {found}, this version knows {FORMAT}; open it with the version that wrote it",
            )
        )


def _head(connection: sa.Connection) -> tuple[Head, str]:
    query = sa.select(ENTRY.c.seq, ENTRY.c.hash, ENTRY.c.at).order_by(ENTRY.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return (EMPTY, "") if row is None else (Head(row[0], row[1]), row[2])


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """Turn what a database says against being used into plain words; what a statement of ours gets wrong stays a bug."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig).splitlines()[0] if str(error.orig) else "?"
        if "locked" in said:
            raise LedgerError(
                Text(
                    f"台账 {shown} 正被别的程序占用，等了 {WAIT_S} 秒仍未让出；什么也没有改，请稍后再试",
                    f"the ledger {shown} was held by another program for {WAIT_S} seconds; nothing was changed, try again",
                )
            ) from error
        if "full" in said:
            raise LedgerError(
                Text(
                    f"磁盘已满，写不进台账 {shown}；什么也没有改，请腾出空间再试",
                    f"the disk is full and the ledger {shown} cannot be written; nothing was changed, make room and try again",
                )
            ) from error
        raise LedgerError(
            Text(
                f"用不了台账 {shown}：{said}；什么也没有改",
                f"the ledger {shown} cannot be used: {said}; nothing was changed",
            )
        ) from error
    except DBAPIError as error:
        said = str(error.orig).splitlines()[0] if str(error.orig) else "?"
        if "not a database" in said or "malformed" in said:
            raise LedgerError(
                Text(f"{shown} 不是台账，或已损坏：{said}", f"{shown} is no ledger, or is damaged: {said}")
            ) from error
        raise


def _written(state: ClueState) -> str:
    return canonical(plain(asdict(state)))


def _clue(text: str) -> ClueState:
    told = json.loads(text)
    proposed = told.pop("proposed")
    return ClueState(**told, proposed=Proposed(**proposed) if proposed is not None else None)


def clue_rows(states: Iterable[ClueState]) -> dict[str, str]:
    """Return clues as the table of them holds them, by id."""
    return {one.clue_id: _written(one) for one in states}


def stored_clues(store: Store) -> dict[str, str]:
    """Return the table of clues as it is stored, by id."""
    with store._reading() as connection:
        return {row[0]: row[1] for row in connection.execute(sa.select(CLUE.c.clue_id, CLUE.c.data))}
