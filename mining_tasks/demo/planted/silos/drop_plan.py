"""Which file of dropped rows a business day goes into: the history in one file a block, then every night its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mining_tasks.demo.planted.world import World

NIGHTS_TO_RUN = 3
NIGHTS_BEFORE = 10  # more than anybody looks back: later nights need not read the history again


@dataclass(frozen=True)
class DropPlan:
    """History up to `history_night`, included; then a file for each night up to `last_night`."""

    history_night: date
    last_night: date

    def nights(self) -> Iterator[date]:
        """The nights that have files of their own, in order."""
        for number in range((self.last_night - self.history_night).days):
            yield self.history_night + timedelta(days=number + 1)


def drop_plan(world: World) -> DropPlan:
    """The plan of a world whose last nights are to be run one by one."""
    later = min(NIGHTS_TO_RUN + NIGHTS_BEFORE, world.days)
    return DropPlan(world.last_day - timedelta(days=later), world.last_day)
