"""The same ledger on a real PostgreSQL server, started for these tests and stopped after them."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step
from tests.ledger.desk import LI, WANG, clue, new_ledger, sweep

AT = "2025-07-01T01:00:00Z"
SCREEN = {"severity": "medium", "grade": "A", "route": "unit"}
pytestmark = [
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(sys.platform == "win32", reason="no server"),
]


def _programs() -> Path | None:
    """Where Debian keeps the server's programs, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


def _as_somebody(folder: Path) -> dict[str, object]:
    """The server refuses to run as root: then it runs as the user of Debian's package, to whom the folder is given."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server of its own, without a password, in a folder that is removed."""
    import tempfile

    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not below pytest's folder, which another user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="jointsup-pg-"))
    try:
        try:
            someone = _as_somebody(folder)
        except KeyError:
            pytest.skip("the server does not run as root, and there is no user postgres")
        data = folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        run = {"check": True, "capture_output": True, "cwd": folder, **someone}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"], **run
        )  # type: ignore[call-overload]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"],
            **{**run, "capture_output": False, "stdout": subprocess.DEVNULL},
        )  # type: ignore[call-overload]
        try:
            yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    """A database of its own for each test."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**9}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.removesuffix("postgres") + name


@pytest.fixture
def ledger(url: str) -> Ledger:
    ledger = new_ledger(url)
    ledger.open(sweep({f"c{n}": clue() for n in range(8)}), AT, WANG)
    return ledger


def test_a_clue_goes_its_way_and_the_chain_is_whole(ledger: Ledger) -> None:
    ledger.move([Step("c0", "screen", SCREEN)], AT, LI)
    ledger.move([Step("c0", "transfer", {"receiver": "U1", "document": "1"})], AT, LI)
    with pytest.raises(Refused):
        ledger.move([Step("c0", "close", {"result": "DONE"})], AT, LI)
    assert ledger.find(WANG, "XS2025-0001").state == "TRANSFERRED"
    assert ledger.open(sweep({f"c{n}": clue() for n in range(8)}), AT, WANG).is_known
    found = ledger.verify()
    assert (found.is_whole, found.head.seq) == (True, 11)


def test_the_server_refuses_to_change_an_entry_and_verify_finds_one_changed_all_the_same(
    ledger: Ledger, url: str
) -> None:
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE entry SET person = 'x' WHERE seq = 4")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER entry_is_final ON entry")
        connection.exec_driver_sql("UPDATE entry SET person = 'x' WHERE seq = 4")
    engine.dispose()
    assert ledger.verify().first_bad == 4


def _open_own(url: str, name: str) -> None:
    ledger = new_ledger(url)
    for number in range(10):
        ledger.note_export(AT, Who("committee", name), f"{name}-{number}", [])


def test_eight_writers_at_once(ledger: Ledger, url: str) -> None:
    before = ledger.head().seq
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_open_own, args=(url, f"w{n}")) for n in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 8
    found = ledger.verify()
    assert (found.is_whole, found.head.seq) == (True, before + 80)
