"""The shop's tables, held against what was planted: every key, every cent, every dirty row."""

from collections.abc import Iterator

from mining_tasks.demo import sent
from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "shop"
MONEY = Figure(
    ROOM,
    "money wrong by",
    0,
    "at most",
    "money",
    "orders, lines, shipping, refunds and costs, each currency on its own",
)
SENT = sent.figures(ROOM)
FIGURES = (MONEY, *SENT)


def measure(sight: Sight) -> Iterator[Figure]:
    sums = sight.rows(__file__, "shop_money.sql")
    wrong = [f"{row['things']} {row['currency']} {row['difference']}" for row in sums if row["difference"]]
    told = ", ".join(wrong) or f"{len(sums)} sums to the last digit"
    yield MONEY.of(sum(abs(row["difference"]) for row in sums) if sums else None, told)
    yield from sent.measure(sight, ROOM)
