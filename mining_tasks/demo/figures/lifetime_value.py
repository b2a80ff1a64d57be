"""Lifetime value, held against the margin that is truly to be expected of every customer, and against what then came.

The truth: whoever has ordered so far is active with the probability that follows from her own latent rate, her own
chance to leave and all that happened; while active she orders at that rate on the clock of her type and leaves with
that chance, and campaigns to come, of which the shop holds as many as last year, add orders to those who are still
active; each order brings what her type, her currency and her own mean value make it bring in the days to come. What
follows of these is the expected margin given what happened so far, as the shop's books know margin (nobody
tells them what returned goods are still worth). Of customers without an order nothing is asked but a row: the planted
shop knows nobody who buys for the first time after its last day.

An interval of 80 % runs from the 10 % to the 90 % quantile; where one in ten or more brings nothing it starts at 0 and
ends at the 80 % quantile. The aim is asked of all intervals; beside it stand the coverage of those that lie above 0 and
of the others. Where four of five bring nothing and both ends are 0, an interval covers more, by its nature.

Thresholds are what the room reaches today on the shop that `make truth` plants, and may be missed by two standard
errors of the mean or share in question, for the worst of ten deciles by those of ten trials (Bonferroni).
"""

from collections.abc import Iterator
from math import sqrt

import numpy as np
import pyarrow as pa

from mining_tasks.demo import ahead, measures
from mining_tasks.demo.figure import ERRORS, Figure
from mining_tasks.demo.measures import Numbers
from mining_tasks.demo.sight import Sight

ROOM = "lifetime_value"
HORIZONS = (90, 365)
TEN_ERRORS = 2.8  # standard errors that the worst of ten may miss by: as unlikely as two for one alone
EVERYBODY = Figure(ROOM, "customers without one value", 0, "at most", "customers", "against all of the night")
UNSAID = Figure(ROOM, "values without a source", 0, "at most", "customers", "or without an amount")
RANKS = {
    days: Figure(ROOM, f"rank correlation, {days} days", level, "at least", "index", "true expected margin", aim=0.80)
    for days, level in ((90, 0.80), (365, 0.80))
}
TRUE_SUMS = {
    days: Figure(ROOM, f"sum of values off, {days} days", level, "at most", "share", "true expected margin", aim=0.05)
    for days, level in ((90, 0.05), (365, 0.05))
}
TRUE_DECILES = {
    days: Figure(ROOM, f"worst decile off, {days} days", level, "at most", "share", "true expected margin", aim=0.10)
    for days, level in ((90, 0.13), (365, 0.13))
}
ALL_DECILES = {
    days: Figure(ROOM, f"money in deciles off, {days} days", level, "at most", "share", "all ten, of the true margin")
    for days, level in ((90, 0.045), (365, 0.03))
}
CAME_SUM = Figure(ROOM, "sum of values off what came, 365 days", 0.05, "at most", "share", "of the margin")
CAME_DECILES = Figure(
    ROOM, "money in deciles off what came, 365 days", 0.055, "at most", "share", "all ten, of the margin"
)
COVERED = Figure(ROOM, "80 % intervals miss 80 % by", 0.04, "at most", "share", "of all, 365 days", aim=0.04)
COVERED_ABOVE = Figure(ROOM, "intervals above 0 miss 80 % by", 0.04, "at most", "share", "365 days")
COVERED_OPEN = Figure(ROOM, "intervals from 0 miss 80 % by", 0.04, "at most", "share", "365 days")
BASIS = Figure(ROOM, "customers not valued by margin", 0, "at most", "customers", "though all costs are known")
FIGURES = (
    *(EVERYBODY, UNSAID, BASIS, *RANKS.values(), *TRUE_SUMS.values(), *TRUE_DECILES.values()),
    *(*ALL_DECILES.values(), CAME_SUM, CAME_DECILES, COVERED, COVERED_ABOVE, COVERED_OPEN),
)


def measure(sight: Sight) -> Iterator[Figure]:
    told = sight.row(__file__, "lifetime_value_told.sql")
    yield EVERYBODY.of(told["astray"], f"of {told['customers']:,}")
    yield UNSAID.of(told["unsaid"], f"of {told['customers']:,}")
    ahead.show(sight, HORIZONS, ("books", "sales") if told["by_sales"] else ("books",))
    rows = sight.table(__file__, "lifetime_value_ahead.sql")
    yield BASIS.of(told["by_sales"], f"of {told['customers']:,}")
    column = {name: rows[name].to_numpy() for name in rows.column_names if pa.types.is_floating(rows[name].type)}
    for days in HORIZONS:
        value, true = column[f"value_{days}"], column[f"true_{days}"]
        yield ranks(RANKS[days], value, true)
        yield whole(TRUE_SUMS[days], value, true)
        yield worst(TRUE_DECILES[days], value, true)
        yield weighed(ALL_DECILES[days], value, true)
    yield whole(CAME_SUM, column["value_365"], column["came_365"])
    yield weighed(CAME_DECILES, column["value_365"], column["came_365"])
    yield from intervals(column)


def ranks(figure: Figure, value: Numbers, true: Numbers) -> Figure:
    """Spearman's correlation; its standard error is that of Bonett and Wright (2000)."""
    found = measures.rank_correlation(value, true)
    if found is None:
        return figure.of(None)
    luck = (1 - found**2) * sqrt((1 + found**2 / 2) / max(len(value) - 3, 1))
    return figure.eased(luck).of(found, f"{len(value):,} customers who have ordered")


def whole(figure: Figure, value: Numbers, true: Numbers) -> Figure:
    """How far the sum of the values is from the true one, as a share of the latter."""
    off, luck = _off(value, true)
    return figure.eased(luck).of(abs(off), f"{value.sum():,.0f} of {true.sum():,.0f} EUR")


def worst(figure: Figure, value: Numbers, true: Numbers) -> Figure:
    """The same for the decile of the values that is off most."""
    decile = measures.groups(value)
    found = [_off(value[decile == number], true[decile == number]) for number in range(measures.GROUPS)]
    off, luck = max(found, key=lambda one: abs(one[0]))
    told = "deciles off by " + " ".join(f"{100 * off:+.0f}" for off, _ in found)
    told += f" %; that one's standard error, by who is in it: {100 * luck:.0f} %"
    return figure.eased(luck * TEN_ERRORS / ERRORS).of(abs(off), told)


def weighed(figure: Figure, value: Numbers, true: Numbers) -> Figure:
    """By how much all ten deciles are off together, as a share of the true sum: the worst may hold hardly any money."""
    decile, apart = measures.groups(value), value - true
    off = np.bincount(decile, apart, measures.GROUPS)
    luck = sqrt(len(value)) * apart.std() / true.sum()
    return figure.eased(luck).of(np.abs(off).sum() / true.sum())


def intervals(column: dict[str, Numbers]) -> Iterator[Figure]:
    """How often what came lies in the interval."""
    low, high, came = (column[name] for name in ("low_365", "high_365", "came_365"))
    above, opened = low > 0, (low <= 0) & (high > 0)
    inside = (low <= came) & (came <= high)
    yield _missed(COVERED, 0.8, inside, f"{_share(inside):.3f} of {len(inside):,}")
    yield _missed(COVERED_ABOVE, 0.8, inside[above], f"{_share(inside[above]):.3f} of {above.sum():,}")
    none = inside[(low <= 0) & (high <= 0)]
    told = f"{_share(inside[opened]):.3f} of {opened.sum():,}; {_share(none):.3f} of {len(none):,} from 0 to 0"
    yield _missed(COVERED_OPEN, 0.8, inside[opened], told)


def _missed(figure: Figure, wanted: float, held: np.ndarray, told: str) -> Figure:
    luck = sqrt(wanted * (1 - wanted) / max(len(held), 1))
    return figure.eased(luck).of(abs(_share(held) - wanted) if len(held) else None, told)


def _off(value: Numbers, true: Numbers) -> tuple[float, float]:
    """How far the sum is off, as a share of the true one; and the standard error of that share."""
    total = true.sum()
    if total <= 0:
        return (np.inf if value.sum() else 0.0), 0.0
    ratio = value.sum() / total
    return ratio - 1, float(np.sqrt(np.square(value - ratio * true).sum()) / total)


def _share(held: np.ndarray) -> float:
    return float(held.mean()) if len(held) else float("nan")
