"""What a silo sent, held against what lies in our tables and in quarantine: figures that all three silos share."""

from collections.abc import Iterator

from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight


def figures(room: str) -> tuple[Figure, ...]:
    """The shared figures of a silo; every threshold is none at all."""
    return (
        Figure(
            room, "rows missing or invented", 0, "at most", "rows", "by key where the truth has keys, else by count"
        ),
        Figure(room, "rows in an old state", 0, "at most", "rows", "not as the silo last showed them"),
        Figure(
            room, "dirty rows astray", 0, "at most", "rows", "not loaded, repeated or set aside as they ought to be"
        ),
        Figure(room, "clean rows set aside", 0, "at most", "rows", "in quarantine, and nothing is wrong with them"),
        Figure(
            room, "rows received, not accounted for", 0, "at most", "rows", "loaded + set aside + repeated, all nights"
        ),
    )


def measure(sight: Sight, room: str) -> Iterator[Figure]:
    """The shared figures of a silo, measured."""
    rows, state, astray, clean, received = figures(room)
    for figure, file in ((rows, "rows.sql"), (state, "states.sql"), (astray, "dirt.sql")):
        yield _of(figure, [row for row in sight.rows(__file__, file) if row["source_code"] == room])
    yield _of(clean, [row for row in sight.rows(__file__, "clean.sql") if row["source_code"] == room])
    yield _of(received, [row for row in sight.rows(__file__, "receipts.sql") if row["source_code"] == room])


def _of(figure: Figure, rows: list[dict[str, object]]) -> Figure:
    """Sums `wrong` over rows of (what, wrong, looked_at); without anything looked at nothing can be said."""
    looked_at, wrong = (sum(int(str(row[name])) for row in rows) for name in ("looked_at", "wrong"))
    faults = ", ".join(f"{row['what']} {row['wrong']}" for row in rows if row["wrong"])
    return figure.of(wrong if looked_at else None, faults or f"none of {looked_at:,}")
