"""On what the examples of a rule were found to hold: one sum over everything that their outcome depends on.

In: a rulebook and a rule. Out: a hash. Examples are run anew whenever it differs: when the rule, the dictionary, the
clocks, the law, the parameters, the calendar, the program or the database have changed.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook

_PACKAGE = Path(__file__).parents[1]
_READ = (".py", ".sql")


def hash_basis(rulebook: Rulebook, rule: Rule) -> str:
    """Return the sum of all that a rule's examples depend on."""
    import duckdb

    others = {one.document.path for one in rulebook.rules.values()} | set(rulebook.broken.values())
    inputs = [
        (path, digest) for path, digest in rulebook.inputs if path == rule.document.path or path not in others
    ]
    basis = [_hash_program(), duckdb.__version__, rule.id, inputs]
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False).encode()).hexdigest()


@cache
def _hash_program() -> str:
    """The sum of the program's own texts."""
    digest = hashlib.sha256()
    for path in sorted(one for one in _PACKAGE.rglob("*") if one.suffix in _READ):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
