"""Segments, held against the latent buying types of the people behind the customers, and against the night before.

Thresholds: what the room reached on planted shops of 5,000 customers (seven seeds: Rand index 0.368 to 0.434; 0.995 of
the customers kept their segment; since eleven campaigns are planted, of one seed: 0.387 and 0.992), less a margin.
Types overlap: gradient boosting that was shown the types of four fifths of the buyers reaches 0.64 from the room's own
four features, and 0.78 from all numbers of a profile.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "segments"
TYPES = Figure(ROOM, "Rand index with latent types", 0.33, "at least", "index", "chance taken off; who bought")
STAYED = Figure(ROOM, "customers who kept their segment", 0.97, "at least", "share", "of those there the night before")
EVERYBODY = Figure(ROOM, "customers in no or several segments", 0, "at most", "customers", "against the profiles")
MODEL = Figure(ROOM, "buyers placed by the model", 1, "at least", "share", "not by the rule used while none serves")
FIGURES = (TYPES, STAYED, EVERYBODY, MODEL)
Cell = tuple[str, str]


def measure(sight: Sight) -> Iterator[Figure]:
    rows = sight.rows(__file__, "segments_types.sql")
    cells = {(row["segment_id"], row["type_code"]): row["customers"] for row in rows}
    yield TYPES.of(rand_index(cells), f"{sum(cells.values()):,} buyers, {len({s for s, _ in cells})} segments")
    placed = sight.row(__file__, "segments_placed.sql")
    yield EVERYBODY.of(placed["astray"])
    yield MODEL.of(placed["modelled"] / placed["buyers"] if placed["buyers"] else None)
    stayed = sight.row(__file__, "segments_stayed.sql")
    share = stayed["stayed"] / stayed["customers"] if stayed["customers"] else None
    yield STAYED.of(share, f"{stayed['stayed']:,} of {stayed['customers']:,}")


def rand_index(cells: Mapping[Cell, int]) -> float | None:
    """The adjusted Rand index (Hubert and Arabie 1985) of two labellings, from the counts of their pairs of labels;
    None where either holds everybody in one group, since chance alone then explains all."""
    ours, theirs = Counter[str](), Counter[str]()
    for (one, other), count in cells.items():
        ours[one] += count
        theirs[other] += count
    both, rows, columns = (_pairs(counts.values()) for counts in (cells, ours, theirs))
    everything = _pairs([sum(ours.values())])
    if len(ours) < 2 or len(theirs) < 2:
        return None
    expected = rows * columns / everything
    return (both - expected) / ((rows + columns) / 2 - expected)


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)
