"""What is made in a database for examples: tables, views and prepared statements, made again only where they changed.

Examples of one rule look from different days, and rules share tables. The columns of a table and their types do not
depend on a day that its statement names: a table without rows, once made, serves every statement that differs in days
alone. A view does not; it is what it says.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from jointsup_rules.compile.duckdb import quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["TABLE", "VIEW"]
_DAY = re.compile(r"DATE '\d{4}-\d\d-\d\d'")
_NAME = re.compile(r'"((?:[^"]|"")+)"')


@dataclass(frozen=True)
class _Made:
    """Something made: `columns` tells whether it has the same columns, `whole` whether it is the same."""

    kind: Kind
    columns: str
    whole: str


@dataclass
class Making:
    """What was made over one connection.

    Attributes:
        connection: Where; nothing else makes tables or views in it that outlast a transaction.
    """

    connection: DuckDBPyConnection
    _made: dict[str, _Made] = field(default_factory=dict)
    _prepared: list[str] = field(default_factory=list)

    def make(self, kind: Kind, name: str, definition: str) -> None:
        """Have a table without rows or a view, defined by columns or by `AS select`.

        Raises:
            duckdb.Error: the database does not accept it.
        """
        wanted = self._described(kind, definition)
        there = self._made.get(name)
        if there is not None:
            if there.kind == kind and there.columns == wanted.columns and kind == "TABLE":
                return
            if there == wanted:
                return
            del self._made[name]
            self.connection.execute(f"DROP {there.kind} {quote(name)}")
        self.connection.execute(f"CREATE {kind} {quote(name)} {definition}")
        self._made[name] = wanted

    def _described(self, kind: Kind, definition: str) -> _Made:
        """What it is, with what it is made of: a table may change under a statement that does not."""
        names = sorted({name for name in _NAME.findall(definition) if name in self._made})
        columns = [_DAY.sub("DATE", definition), *(self._made[name].columns for name in names)]
        whole = [definition, *(self._made[name].whole for name in names)]
        return _Made(kind, _digest(columns), _digest(whole))

    def prepare(self, name: str, statement: str) -> None:
        """Prepare a statement that `clear` forgets.

        Raises:
            duckdb.Error: the database does not accept it.
        """
        self.connection.execute(f"PREPARE {name} AS {statement}")
        self._prepared.append(name)

    def is_prepared(self, name: str) -> bool:
        """Whether a statement of that name is prepared."""
        return name in self._prepared

    def clear(self) -> None:
        """Forget the prepared statements; tables and views stay for who makes the same."""
        while self._prepared:
            self.connection.execute(f"DEALLOCATE {self._prepared.pop()}")

    def drop(self) -> None:
        """Leave nothing that was made."""
        self.clear()
        while self._made:
            name, there = self._made.popitem()
            self.connection.execute(f"DROP {there.kind} IF EXISTS {quote(name)}")


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
