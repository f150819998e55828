"""What may stand at a key, and what the key is for: the words an editor shows.

One table a shape. A slot says which words of the workspace fit there: those of the subject (`cond`, `day`, `num`,
`value`, `column`, `relation`, `judged`, `identity`), those of the rows a relation leads to (`row.cond` and so on), or
those of the whole workspace (`subject`, `table`, `article`, `clock`, `parameter`, ...). Several slots stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Key:
    """One key: what it is for, and which words fit there."""

    means: Text
    slots: tuple[str, ...] = ()


Keys = Mapping[str, Key]


def key(zh: str, en: str, slots: str = "") -> Key:
    """Return a key from its words; slots divided by blanks."""
    return Key(Text(zh, en), tuple(slots.split()))
