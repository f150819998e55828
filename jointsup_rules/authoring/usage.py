"""On which side the slip is, where a name and its declaration differ: with the word that nobody else uses.

In: all that a workspace declares, and a problem of an unknown word. Out: whether the word is the slip. Where it is the
declaration, or nobody can tell, changing every use would spread the mistake.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from pathlib import Path

from jointsup_rules.model.lock import HISTORY
from jointsup_rules.model.rulebook import rule_files
from jointsup_rules.problems import Fix, Problem, certain_word

# What people declare: all that a check reads.
DECLARED = ("rules", "datasets/dictionary.yaml", "datasets/sources", "datasets/calendar")
# Problems of keys, functions and kinds, which are words of the program; of all others a file may declare the word.
_OF_OUR_WORDS = frozenset({"JR201", "JR211", "JR302"})
# Of words that the rule itself declares.
_OF_OWN_WORDS = frozenset({"JR213"})
# A comment says what a word means, and uses it for nothing.
_WORD = re.compile(r"[\w-]+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


class Usage:
    """How often words stand in the files of a workspace, as they are when it is first asked."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _texts(self) -> tuple[str, str]:
        """The rules, which declare nothing for others, and all the rest; without comments."""
        rules = set(rule_files(self._root))
        paths = {path for name in DECLARED for path in (self._root / name).rglob("*.yaml")}
        paths |= {self._root / name for name in DECLARED if name.endswith(".yaml")}
        # The kept texts of approved versions are what files said once.
        paths = {path for path in paths if path.parent != self._root / HISTORY}
        texts: tuple[list[str], list[str]] = ([], [])
        for path in sorted(paths | rules):
            if path.is_file():
                text = path.read_bytes().decode("utf-8", "replace")
                texts[path not in rules].append(_COMMENT.sub("", text))
        return "\n".join(texts[0]), "\n".join(texts[1])

    @cached_property
    def _words(self) -> tuple[Counter[str], Counter[str]]:
        in_rules, in_others = (Counter(_WORD.findall(text)) for text in self._texts)
        return in_rules, in_others

    def _uses(self, word: str) -> tuple[int, int]:
        """How often a word stands in rules, and elsewhere."""
        if _WORD.fullmatch(word):
            return self._words[0][word], self._words[1][word]
        return self._texts[0].count(word), self._texts[1].count(word)

    def is_slip(self, problem: Problem) -> bool:
        """Whether an unknown word is the slip, and not the declaration it was to name."""
        fix = problem.fix
        if not isinstance(fix, Fix) or fix.is_ours or problem.code in _OF_OUR_WORDS:
            return True
        found, instead = (text.strip("$'") for text in (fix.found, fix.instead))
        if certain_word(found, [instead]) is None:
            return True
        parts, right = found.split("."), instead.split(".")
        return len(parts) == len(right) and all(
            self._is_used(one, other, is_own=problem.code in _OF_OWN_WORDS)
            for one, other in zip(parts, right, strict=True)
            if one != other
        )

    def _is_used(self, found: str, instead: str, *, is_own: bool) -> bool:
        """Whether the right word is used by somebody besides its declaration, and by more than use the wrong one."""
        in_rules, in_others = self._uses(instead)
        n_wrong = sum(self._uses(found))
        if in_others == 0 and not is_own:
            # No file declares it for others, so it is a word of the program.
            return True
        return in_rules + in_others >= 2 and in_rules + in_others > n_wrong
