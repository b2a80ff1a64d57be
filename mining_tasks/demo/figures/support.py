"""The support desk's tables, held against what was planted: every row, every state, every dirty row."""

from collections.abc import Iterator

from mining_tasks.demo import sent
from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "support"
FIGURES = sent.figures(ROOM)


def measure(sight: Sight) -> Iterator[Figure]:
    yield from sent.measure(sight, ROOM)
