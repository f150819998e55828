"""What is planted among the background: anomalies, and lawful look-alikes right beside them.

In: the place and the turn of a copy. Out: one course per plant. A plant states in `hits` which
rules it means to strike and how many clues of each; the test holds that against the oracle, which
only reads the course. Days that lie exactly on a limit never move; others move with the turn, so
that copies spread over units and time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Registry
from jointsup_rules.demo.days import days_after


@dataclass(frozen=True)
class Spot:
    """Where and when one copy of a plant stands."""

    place: int
    turn: int

    def day(self, written: str) -> date:
        """Return a day that moves back with the turn."""
        return days_after(date.fromisoformat(written), -self.turn)

    def exactly(self, written: str) -> date:
        """Return a day that stays: the plant is about that very day."""
        return date.fromisoformat(written)


Draw = Callable[[Course, Spot], None]


@dataclass(frozen=True)
class Plant:
    """One kind of course that is put among the background."""

    name: str
    draw: Draw
    hits: dict[str, int] = field(default_factory=dict)


class Bed:
    """The plants of one module, in the order they are written."""

    def __init__(self) -> None:
        self.plants: list[Plant] = []

    def plant(self, **hits: int) -> Callable[[Draw], Draw]:
        """Enter a function as a plant; keywords are rules (LONG_01=1) and their number of clues."""

        def enter(draw: Draw) -> Draw:
            counts = {rule.replace("_", "-"): count for rule, count in hits.items()}
            self.plants.append(Plant(draw.__name__, draw, counts))
            return draw

        return enter


def gather_plants(
    registry: Registry, plants: tuple[Plant, ...], copies: int
) -> Iterator[tuple[Plant, Course]]:
    """Yield every plant `copies` times, each at another place and another turn."""
    for turn in range(copies):
        for number, plant in enumerate(plants):
            course = Course(registry)
            plant.draw(course, Spot(1 + (number + turn * 3) % len(city.COUNTIES), turn % 20))
            yield plant, course
