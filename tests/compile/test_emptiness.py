"""What is surely empty is empty: over the examples of the language, no table that is left out would have had a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.compile import tree
from jointsup_rules.compile.duckdb import print_relation
from jointsup_rules.compile.emptiness import is_surely_empty
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Repeat,
    Select,
    Source,
    Steps,
    Text,
    Union,
    Window,
)
from jointsup_rules.sweep import examples

LANGUAGE = Path(__file__).parents[1] / "language"
NONE, SOME = Source("none", "n"), Source("some", "m")
ROW = (("a", Column("", "a")),)
COUNTED = (("n", Aggregate("count")),)


@pytest.mark.parametrize(
    ("relation", "is_empty"),
    [
        (Select(ROW, NONE), True),
        (Select(ROW, SOME), False),
        (Select(ROW, None), False),
        (Select(ROW, SOME, (Join("inner", NONE, tree.TRUE),)), True),
        (Select(ROW, SOME, (Join("left", NONE, tree.TRUE),)), False),
        (Select(ROW, SOME, (Join("anti", NONE, tree.TRUE),)), False),
        (Select(ROW, SOME, (Join("semi", NONE, tree.TRUE),)), True),
        (Select(ROW, SOME, where=tree.FALSE), False),
        (Select(COUNTED, NONE), False),
        (Select((("n", tree.call("+", Aggregate("count"), tree.number(1))),), NONE), False),
        (Select((("n", tree.Case(((tree.TRUE, Aggregate("count")),))),), NONE), False),
        (Select(COUNTED, NONE, group=(Column("n", "a"),)), True),
        (Select((("n", Window("count", (), (), ())),), NONE), True),
        (Select(ROW, Source(Select(COUNTED, NONE), "x")), False),
        (Select(ROW, Source(Select(ROW, NONE), "x")), True),
        (Union((Select(ROW, NONE), Select(ROW, NONE))), True),
        (Union((Select(ROW, NONE), Select(ROW, SOME))), False),
        (Steps((("step", Select(ROW, NONE)),), Select(ROW, Source("step", "s"))), True),
        (Steps((("step", Select(ROW, SOME)),), Select(ROW, Source("step", "s"))), False),
        (Steps((("none", Select(ROW, SOME)),), Select(ROW, NONE)), False),
        (Repeat("more", Select(ROW, NONE), Select(ROW, Source("more", "m"))), True),
        (Repeat("more", Select(ROW, SOME), Select(ROW, NONE)), False),
        (Text("select 1"), False),
    ],
)  # fmt: skip
def test_a_relation_is_surely_empty_where_it_needs_rows_that_are_not_there(
    relation: tree.Relation, is_empty: bool
) -> None:
    assert is_surely_empty(relation, {"none"}) is is_empty


def test_no_table_left_out_of_an_example_would_have_had_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(LANGUAGE)
    rulebook = workspace.rulebook()
    left_out: list[str] = []
    with examples.ExampleRunner(rulebook) as runner:

        def counted(relation: tree.Relation, empty: set[str]) -> bool:
            found = is_surely_empty(relation, empty)
            if found:
                sql = print_relation(relation)
                left_out.append(sql)
                assert runner.connection.execute(f"SELECT count(*) FROM ({sql})").fetchall() == [(0,)], sql
            return found

        monkeypatch.setattr(examples, "is_surely_empty", counted)
        for rule_id in sorted(rulebook.rules)[::4]:
            assert all(result.holds for result in runner.run_here(rulebook.rules[rule_id])), rule_id
    assert left_out
