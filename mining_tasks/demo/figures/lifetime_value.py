"""Lifetime value, held against the margin that is truly to be expected of every customer, and against what then came.

The truth: whoever has ordered so far is active with the probability that follows from her own latent rate, her own
chance to leave and all that happened; while active she orders at that rate on the clock of her type and leaves with
that chance; each order brings what her type, her currency and her own mean value make it bring in the days to come.
The product of the three is the expected margin given what happened so far, as the shop's books know margin (nobody
tells them what returned goods are still worth). Of customers without an order nothing is asked but a row: the planted
shop knows nobody who buys for the first time after its last day.

An interval of 80 % runs from the 10 % to the 90 % quantile, and so starts at 0 where one in ten or more brings nothing.
Such a one covers up to 90 %, by its nature; coverage is asked of those that lie above 0, and of the others that one
in ten exceeds them.

Smaller shops than 20,000 may miss by luck's share, as everywhere (`figure.allowed`): two standard errors of the mean or
share in question, for the worst of ten deciles those of ten trials (Bonferroni).
"""

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

import numpy as np
import pyarrow as pa

from mining_tasks.demo import ahead, measures
from mining_tasks.demo.figure import ERRORS, LARGE, Figure
from mining_tasks.demo.measures import Numbers
from mining_tasks.demo.sight import Sight

ROOM = "lifetime_value"
HORIZONS = (90, 365)
TEN_ERRORS = 2.8  # standard errors that the worst of ten may miss by: as unlikely as two for one alone
EVERYBODY = Figure(ROOM, "customers without one value", 0, "at most", "customers", "against all of the night")
UNSAID = Figure(ROOM, "values without a source", 0, "at most", "customers", "or without an amount")
RANKS = {
    days: Figure(ROOM, f"rank correlation, {days} days", 0.80, "at least", "index", "with the true expected margin")
    for days in HORIZONS
}
TRUE_SUMS = {
    days: Figure(ROOM, f"sum of values off, {days} days", 0.05, "at most", "share", "of the true expected margin")
    for days in HORIZONS
}
TRUE_DECILES = {
    days: Figure(ROOM, f"worst decile off, {days} days", 0.10, "at most", "share", "of the true expected margin")
    for days in HORIZONS
}
CAME_SUM = Figure(ROOM, "sum of values off what came, 365 days", 0.05, "at most", "share", "of the margin")
CAME_DECILES = Figure(ROOM, "worst decile off what came, 365 days", 0.10, "at most", "share", "less what luck explains")
COVERED = Figure(ROOM, "80 % intervals miss 80 % by", 0.04, "at most", "share", "of those that lie above 0, 365 days")
EXCEEDED = Figure(ROOM, "intervals from 0, exceeded, miss 10 % by", 0.04, "at most", "share", "365 days")
BASIS = Figure(ROOM, "customers not valued by margin", 0, "at most", "customers", "though all costs are known")
FIGURES = (
    *(EVERYBODY, UNSAID, BASIS, *RANKS.values(), *TRUE_SUMS.values(), *TRUE_DECILES.values()),
    *(CAME_SUM, CAME_DECILES, COVERED, EXCEEDED),
)


def measure(sight: Sight) -> Iterator[Figure]:
    told = sight.row(__file__, "lifetime_value_told.sql")
    yield EVERYBODY.of(told["astray"], f"of {told['customers']:,}")
    yield UNSAID.of(told["unsaid"], f"of {told['customers']:,}")
    ahead.show(sight, HORIZONS, ("books", "sales") if told["by_sales"] else ("books",))
    rows = sight.table(__file__, "lifetime_value_ahead.sql")
    planted = int(sight.facts["customers"])
    yield BASIS.of(told["by_sales"], f"of {told['customers']:,}")
    column = {name: rows[name].to_numpy() for name in rows.column_names if pa.types.is_floating(rows[name].type)}
    for days in HORIZONS:
        value, true = column[f"value_{days}"], column[f"true_{days}"]
        yield RANKS[days].of(measures.rank_correlation(value, true), f"{len(value):,} customers who have ordered")
        yield whole(TRUE_SUMS[days], value, true, planted)
        yield worst(TRUE_DECILES[days], value, true, planted)
    yield whole(CAME_SUM, column["value_365"], column["came_365"], planted)
    yield worst(CAME_DECILES, column["value_365"], column["came_365"], planted)
    yield from intervals(column, planted)


def whole(figure: Figure, value: Numbers, true: Numbers, planted: int) -> Figure:
    """How far the sum of the values is from the true one, as a share of the latter."""
    off, luck = _off(value, true)
    return _eased(figure, planted, ERRORS * luck, f"{value.sum():,.0f} of {true.sum():,.0f} EUR").of(abs(off))


def worst(figure: Figure, value: Numbers, true: Numbers, planted: int) -> Figure:
    """The same for the decile of the values that is off most, luck taken off."""
    decile = measures.groups(value)
    found = [_off(value[decile == number], true[decile == number]) for number in range(measures.GROUPS)]
    easing = [TEN_ERRORS * luck if planted < LARGE else 0.0 for _, luck in found]
    least_well = max(range(len(found)), key=lambda number: abs(found[number][0]) - easing[number])
    told = "deciles off by " + " ".join(f"{100 * off:+.0f}" for off, _ in found) + " %"
    off, luck = found[least_well]
    return _eased(figure, planted, TEN_ERRORS * luck, told).of(abs(off))


def intervals(column: dict[str, Numbers], planted: int) -> Iterator[Figure]:
    """How often what came lies in the interval, or above it."""
    low, high, came = (column[name] for name in ("low_365", "high_365", "came_365"))
    above, open_below = low > 0, (low <= 0) & (high > 0)
    inside = (low <= came) & (came <= high)
    told = f"{_share(inside[above]):.3f} of {above.sum():,}; {_share(inside):.3f} of all {len(low):,}"
    yield _missed(COVERED, 0.8, inside[above], planted, told)
    over = (came > high)[open_below]
    none = (came > high)[(low <= 0) & (high <= 0)]
    told = (
        f"{_share(over):.3f} of {open_below.sum():,}; {_share(none):.3f} of {len(none):,} of whom nothing is expected"
    )
    yield _missed(EXCEEDED, 0.1, over, planted, told)


def _missed(figure: Figure, wanted: float, held: np.ndarray, planted: int, told: str) -> Figure:
    luck = ERRORS * sqrt(wanted * (1 - wanted) / max(len(held), 1))
    return _eased(figure, planted, luck, told).of(abs(_share(held) - wanted) if len(held) else None)


def _off(value: Numbers, true: Numbers) -> tuple[float, float]:
    """How far the sum is off, as a share of the true one; and the standard error of that share."""
    total = true.sum()
    if total <= 0:
        return (np.inf if value.sum() else 0.0), 0.0
    ratio = value.sum() / total
    return ratio - 1, float(np.sqrt(np.square(value - ratio * true).sum()) / total)


def _eased(figure: Figure, planted: int, luck: float, told: str) -> Figure:
    """The figure with the threshold to which a shop of so many people is held."""
    if planted >= LARGE:
        return replace(figure, note=told)
    asked = f"; ≤ {figure.threshold:.2f} from {LARGE:,} people"
    return replace(figure, threshold=figure.threshold + luck, note=told + asked)


def _share(held: np.ndarray) -> float:
    return float(held.mean()) if len(held) else float("nan")
