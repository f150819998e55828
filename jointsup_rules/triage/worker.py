"""Triage in durable-rules: a process of its own, told its rules and facts on standard input.

In: JSON lines, first the rules, then facts in partitions. Out: one JSON object with the conclusions and the errors. Run as
a program: the library may crash, hang or lie outside a narrow subset, so it lives in a child that can be killed, is given
nothing outside that subset, and is believed only where SQL says the same.

The subset: facts that are asserted one by one, complete and typed, with small decimal ids of our own; tests of one fact, and
joins whose last test is the equality of a key; no absence, no arithmetic, no `or`; each conclusion drawn once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Bounds of the library: an id above this may collide with another in its 32-bit hash.
MAX_ID = 797_000
MAX_TEXT = 4_000
RULESET = "triage"

Pattern = Any


class Failed(Exception):
    """A fact or a rule that lies outside the subset."""


class Host:
    """The library's working memory for one ruleset, and what was concluded from it."""

    def __init__(self, rules: Sequence[Mapping[str, Any]], fields: Mapping[str, str]) -> None:
        if sys.version_info >= (3, 13):  # a symbol that was removed from Python and is never called
            import os

            sys.setdlopenflags(os.RTLD_LAZY)
        from durable import engine, lang

        class Quiet(engine.Host):  # type: ignore[misc]
            def _run(self) -> None:
                """No background threads: they fire rules late, and crash."""

        lang._main_host = Quiet()
        self._unhandled = engine.MessageNotHandledException
        self._fields = fields
        self.out: list[list[str]] = []
        self.errors: list[str] = []
        self._live: list[dict[str, Any]] = []
        self._seen: set[tuple[str, ...]] = set()
        self._n = 0
        self._define(lang, rules)
        self._host = lang.get_host()
        lint(self._host.get_ruleset(RULESET).get_definition())

    # ---- rules

    def _define(self, lang: Any, rules: Sequence[Mapping[str, Any]]) -> None:
        m, c, when_all = lang.m, lang.c, lang.when_all

        def join(kind: str, own: str, alias: str, theirs: str, *tests: tuple[str, Any]) -> Pattern:
            """A fact of a kind whose key equals that of another; the equality stands last."""
            pattern = m.kind == kind
            for name, value in tests:
                pattern = pattern & (getattr(m, name) == value)
            return pattern & (getattr(m, own) == getattr(getattr(c, alias), theirs))

        with lang.ruleset(RULESET):
            for number, rule in enumerate(rules):
                for tests in rule["when"]:
                    plain = [test for test in tests if test[0] != "mark"]
                    marks = [test[2] for test in tests if test[0] == "mark"]
                    own = m.kind == "clue"
                    for field, op, value in plain:
                        own = _with_test(own, m, field, op, value)
                    patterns = [c.a << own]
                    patterns += [
                        getattr(c, f"b{n}") << join("mark", "cid", "a", "cid", ("mark", mark))
                        for n, mark in enumerate(marks)
                    ]
                    when_all(*patterns)(self._guarded(f"rule {number}", self._concluding(rule)))
                if rule.get("on"):
                    spread = c.s << ((m.kind == "spread") & (m.rule == rule["id"]))
                    one = c.a << join("clue", rule["on"], "s", "value")
                    when_all(spread, one)(self._guarded(f"spread {number}", self._spreading(rule)))

    def _concluding(self, rule: Mapping[str, Any]) -> Callable[[Any], None]:
        def act(context: Any) -> None:
            # A rule of one pattern has it as `m`, one of several by alias.
            fact = context.a
            if not self._first("out", rule["id"], fact.cid):
                return
            self.out.append([rule["id"], fact.cid])
            if rule.get("mark"):
                self._mark(context, fact.cid, rule["mark"])
            if rule.get("on") and getattr(fact, rule["on"]) != "":
                value = getattr(fact, rule["on"])
                if self._first("spread", rule["id"], value):
                    self._put({"kind": "spread", "rule": rule["id"], "value": value}, context.assert_fact)

        return act

    def _spreading(self, rule: Mapping[str, Any]) -> Callable[[Any], None]:
        def act(context: Any) -> None:
            self._mark(context, context.a.cid, rule["mark"])

        return act

    def _mark(self, context: Any, cid: str, mark: str) -> None:
        if self._first("mark", mark, cid):
            self._put({"kind": "mark", "cid": cid, "mark": mark}, context.assert_fact)

    def _first(self, *key: str) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _guarded(self, name: str, act: Callable[[Any], None]) -> Callable[[Any], None]:
        def guarded(context: Any) -> None:
            try:
                act(context)
            except BaseException as error:
                # The library would swallow it and report success.
                self.errors.append(f"{name}: {error!r}")

        return guarded

    # ---- facts

    def put_clue(self, fact: Mapping[str, Any]) -> None:
        """Assert one clue.

        Raises:
            Failed: a field is missing, or not of its type.
        """
        record: dict[str, Any] = {"kind": "clue", "cid": fact["cid"]}
        for name, kind in self._fields.items():
            value = fact[name]
            if kind == "integer":
                is_right = type(value) is int and abs(value) < 2**53
            else:
                is_right = type(value) is str and len(value) < MAX_TEXT
            if not is_right:
                raise Failed(f"{fact['cid']}.{name}: {value!r}")
            record[name] = value
        self._put(record, lambda one: self._host.assert_fact(RULESET, one))

    def _put(self, record: dict[str, Any], assert_fact: Callable[[dict[str, Any]], Any]) -> None:
        self._n += 1
        if self._n >= MAX_ID:
            raise Failed(f"more than {MAX_ID} facts in one partition")
        record = {**record, "id": str(self._n), "sid": "0"}
        try:
            assert_fact(record)
        except self._unhandled:
            return
        self._live.append(record)

    def end_partition(self) -> None:
        """Take every fact back, so that memory stays flat and ids begin anew."""
        for record in self._live:
            self._host.retract_fact(RULESET, record)
        self._live.clear()
        self._seen.clear()
        self._n = 0


def _with_test(pattern: Pattern, m: Any, field: str, op: str, value: Any) -> Pattern:
    """A pattern that also asks one test; what is empty fits nothing but `is null`."""
    known = getattr(m, f"{field}_known")
    if op == "is null":
        return pattern & (known == 0)
    pattern = pattern & (known == 1)
    if op == "is not null":
        return pattern
    left = getattr(m, field)
    match op:
        case "=":
            return pattern & (left == value)
        case "<>":
            return pattern & (left != value)
        case "<":
            return pattern & (left < value)
        case "<=":
            return pattern & (left <= value)
        case ">":
            return pattern & (left > value)
        case _:
            return pattern & (left >= value)


def lint(definition: Mapping[str, Any]) -> None:
    """Refuse a ruleset, as the library itself holds it, outside the safe subset.

    Raises:
        Failed: names the rule and what it holds.
    """
    if len(definition) >= 60:
        raise Failed(f"{len(definition)} rules; fewer than 60 are safe")
    for name, rule in definition.items():
        if set(rule) - {"all", "run", "pri"} or not 0 < len(rule.get("all", ())) <= 14:
            raise Failed(f"rule {name}: any, count, cap, dist, or too many patterns")
        for alias, expression in ((a, e) for pattern in rule["all"] for a, e in pattern.items()):
            text = json.dumps(expression)
            if "$" in alias or any(f'"{word}"' in text for word in _UNSAFE):
                raise Failed(f"rule {name}: none, or, absence, division or a pattern of text")
            if any(f'"{word}"' in text for word in ("id", "sid")):
                raise Failed(f"rule {name}: refers to id or sid")
            tests = expression.get("$and", [expression])
            if any(map(_is_join, tests)) and not _is_key(tests[-1]):
                raise Failed(f"rule {name}: the last test of a join must be the equality of a key")


_UNSAFE = ("$or", "$nex", "$ex", "$div", "$mt", "$imt", "$s", "$not")


def _is_key(test: Mapping[str, Any]) -> bool:
    ((key, value),) = test.items()
    return key[0] != "$" and isinstance(value, dict) and next(iter(value))[0] != "$"


def _is_join(test: Mapping[str, Any]) -> bool:
    ((key, value),) = test.items()
    return isinstance(value if key[0] != "$" else next(iter(value.values())), dict)


def main() -> None:
    """Chain what standard input holds, and write what was concluded."""
    task = json.loads(sys.stdin.readline())
    host = Host(task["rules"], task["fields"])
    part: str | None = None
    for line in sys.stdin:
        fact = json.loads(line)
        if fact["part"] != part:
            host.end_partition()
            part = fact["part"]
        host.put_clue(fact)
    host.end_partition()
    json.dump({"out": host.out, "errors": host.errors[:20]}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
