"""Customers, held against facts computed anew from the truth's orders; only who is who is taken from the night."""

from collections.abc import Iterator

from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "customers"
MONEY = Figure(ROOM, "sales wrong by", 0, "at most", "money", "over all currencies, each summed on its own")
COUNTS = Figure(ROOM, "orders, tickets, reviews wrong by", 0, "at most", "rows", "against what accounts did")
ALIKE = Figure(
    ROOM, "customers as computed anew", 1, "at least", "share", "same orders, money, currency, first and last day"
)
FIGURES = (MONEY, COUNTS, ALIKE)


def measure(sight: Sight) -> Iterator[Figure]:
    sums = sight.rows(__file__, "customers_money.sql")
    wrong = [f"{row['currency']} {row['difference']}" for row in sums if row["difference"]]
    yield MONEY.of(sum(float(abs(row["difference"])) for row in sums) if sums else None, ", ".join(wrong))
    counts = sight.rows(__file__, "customers_counts.sql")
    told = ", ".join(f"{row['counted']:,} of {row['happened']:,} {row['things']}" for row in counts)
    yield COUNTS.of(sum(abs(row["counted"] - row["happened"]) for row in counts), told)
    alike = sight.row(__file__, "customers_alike.sql")
    share = alike["alike"] / alike["customers"] if alike["customers"] else None
    yield ALIKE.of(share, f"{alike['alike']:,} of {alike['customers']:,}")
