"""Quality: whether the night's own report tells what lies on disk and in quarantine."""

from collections.abc import Iterator

from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "quality"
UNTOLD = Figure(ROOM, "tables with wrong counts", 0, "at most", "tables", "rows received, loaded, set aside, repeated")
REASONS = Figure(ROOM, "rows set aside and not told", 0, "at most", "rows", "by table and reason")
FIGURES = (UNTOLD, REASONS)


def measure(sight: Sight) -> Iterator[Figure]:
    wrong = [row["table_name"] for row in sight.rows(__file__, "quality_runs.sql")]
    yield UNTOLD.of(len(wrong), ", ".join(wrong))
    yield REASONS.of(sight.row(__file__, "quality_quarantine.sql")["untold"])
