"""What a churn model looks at: facts of a customer as of a day, and how they stand to her own horizon and pace."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.churn.alike import COLUMN, Alike
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.experiments.point_in_time import FEATURES

HER_OWN = (
    "horizon_days",
    "recency_horizons",  # days since the last order, in her horizons
    "recency_gaps",  # … in her usual gaps
    "recency_tenure_share",  # … as a share of the time since her first order
    "order_days_a_month",
    "lately_share",  # orders of the last 30 days as a share of those of the last 90
)
# What those are reckoned from.
BEHIND = (
    *("recency_days", "tenure_days", "gap_mean_days", "active_days_count"),
    *("orders_30_days_count", "orders_90_days_count"),
)
NAMES = (*FEATURES, *HER_OWN)
MONTH_DAYS = 30.0


def money_scale(facts: pa.Table) -> dict[str, float]:
    """What a basket typically costs, by currency: amounts are told in baskets, so that currencies compare."""
    found = {}
    paid = facts.filter(pc.greater(facts["orders_count"], 0))
    names = pc.fill_null(paid["currency"], "").to_numpy()
    baskets = numbers(paid["basket_mean_amount"])
    for currency in sorted(set(names.tolist())):
        known = baskets[(names == currency) & ~np.isnan(baskets)]
        median = float(np.median(known)) if len(known) else 0.0
        found[currency] = round(median, 4) if median > 0 else 1.0
    return found


def units(facts: pa.Table, scale: Mapping[str, float]) -> Numbers:
    """Money of a typical basket for each row. scale: of `money_scale`, kept with a model; a currency that it lacks is
    measured by the facts themselves."""
    known = money_scale(facts) | dict(scale)
    currencies = pc.fill_null(facts["currency"], "").to_numpy()
    return np.array([known.get(name, 1.0) for name in currencies.tolist()], np.float64)


def described(facts: pa.Table, by: Horizons, scale: Mapping[str, float], alike: Alike | None = None) -> pa.Table:
    """The facts of customers with an order, n rows, as the columns `NAMES`: days, counts, shares, money in baskets.

    With `alike` also what kinds of customers say, as the last of them.
    """
    unit = units(facts, scale)
    found = {name: numbers(facts[name]) for name in FEATURES}
    found = {name: value / unit if name.endswith("_amount") else value for name, value in found.items()}
    found |= _her_own(found, by)
    if alike is not None:
        found[COLUMN] = alike.log_odds(facts, by.days(found["gap_mean_days"]), unit)
    return pa.table(found)


def numbers(column: pa.ChunkedArray) -> Numbers:
    """A column as floats, NaN where missing."""
    return np.asarray(pc.fill_null(pc.cast(column, pa.float64()), np.nan).to_numpy(), np.float64)


def _her_own(found: Mapping[str, Numbers], by: Horizons) -> dict[str, Numbers]:
    recency, tenure, gap = (found[name] for name in ("recency_days", "tenure_days", "gap_mean_days"))
    horizon = by.days(gap).astype(np.float64)
    lately, quarter = found["orders_30_days_count"], found["orders_90_days_count"]
    made = (
        horizon,
        recency / horizon,
        recency / np.maximum(gap, 1.0),
        recency / np.maximum(tenure, 1.0),
        # a month more than she is known: one order today is no daily buyer
        MONTH_DAYS * found["active_days_count"] / (tenure + MONTH_DAYS),
        np.divide(lately, quarter, out=np.full(len(lately), np.nan), where=quarter > 0),
    )
    return dict(zip(HER_OWN, made, strict=True))
