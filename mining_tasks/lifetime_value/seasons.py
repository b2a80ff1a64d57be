"""What an order is worth by month and kind of customer: before Christmas one may bring half as much again as in June.

Rows are kinds, columns January … December; 1 is an order of any month.
"""

from collections.abc import Sequence

import numpy as np

from mining_tasks.experiments.habits import clock
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.habit import Habit
from mining_tasks.experiments.habits.told import Told

PRIOR_ORDERS = 100.0  # as if so many orders of a kind and month had been worth what any is
LEAST = 0.05  # of an order of any month
MEDIAN_TO_DEVIATION = 1.4826  # of a normal distribution: standard deviation by median absolute deviation


def learned(told: Told, shares: Numbers) -> Numbers:
    """kinds × 12 from n customers of whom it is told what their orders were worth by month; 1 where it is not.

    One year holds each month once, with its own promotions and luck. What months usually lie apart (median absolute
    deviation of logarithms) counts as such, and only what is beyond it as the season (soft threshold: Donoho,
    Johnstone, Biometrika 81, 1994). shares: n × kinds.
    """
    worth, days = shares.T @ told.worth, shares.T @ told.all_months
    usual = _mean(worth.sum(axis=1), days.sum(axis=1), 0.0)[:, None]
    seen = np.where(usual > 0, (worth / np.where(usual > 0, usual, 1.0) + PRIOR_ORDERS) / (days + PRIOR_ORDERS), 1.0)
    logs = np.log(np.maximum(seen, LEAST))
    apart = MEDIAN_TO_DEVIATION * np.median(np.abs(logs - np.median(logs, axis=1)[:, None]), axis=1)[:, None]
    found = np.exp(np.sign(logs) * np.maximum(np.abs(logs) - apart, 0.0))
    return np.asarray(found / _mean((found * days).sum(axis=1), days.sum(axis=1), 1.0)[:, None])


def of_orders(seasons: Numbers, months: Numbers) -> Numbers:
    """n × kinds: the mean season of each customer's orders. months: n × 12 days with an order."""
    days = months.sum(axis=1)[:, None]
    return _mean(months @ seasons.T, np.broadcast_to(days, (len(months), len(seasons))), 1.0)


def ahead(seasons: Numbers, habits: Sequence[Habit], day: int, horizon: int) -> Numbers:
    """By kind: the mean season of the orders to be expected within so many days after a day."""
    passed = clock.Calendar(day, day + horizon).passed[-1]
    paces = passed * np.array([habit.speeds for habit in habits])
    return np.asarray((paces * seasons).sum(axis=1) / paces.sum(axis=1))


def _mean(whole: Numbers, count: Numbers, otherwise: float) -> Numbers:
    return np.where(count > 0, whole / np.where(count > 0, count, 1.0), otherwise)
