"""One seeded source of chance for the whole background."""

from random import Random


class Chance:
    """Draws from one seeded stream; only `random()` is used, the one draw that never changes."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def among(self, first: int, last: int) -> int:
        """Return a whole number from first to last, both included."""
        return first + int(self._random.random() * (last - first + 1))

    def is_one_in(self, n: int) -> bool:
        """Return true once in n draws."""
        return self._random.random() * n < 1
