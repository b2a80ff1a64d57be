"""Few groups of customers who buy alike: what they buy, how often, how much at once, and for how much.

A latent class model (Lazarsfeld, Henry, "Latent structure analysis", 1968), fitted by expectation maximisation. It
looks at nothing that came of a campaign, so effects told by group are no choice of groups that happened to respond.
Whoever ordered little belongs to several groups by part: one order says little of a person, and the model knows it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import gammaln, logsumexp
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from mining_tasks.campaigns.features import TASTES
from mining_tasks.campaigns.offers import Numbers

GROUPS = 8  # more told no more of planted effects, and each is the less sure
PEOPLE = 100  # of a group on average, at least
ROUNDS = 60
TEMPER = 0.5  # of a line: those of one basket are no independent choices
LEANS_ON = 5.0  # lines of the shop's own mix that a group's mix leans on
SPREAD = 3.0  # shape of the gamma law of paces within a group
HEAD_START_DAYS = 30.0  # since the first order, so that the newest do not seem the fastest
VARIANCE_LEAST = 0.03  # of a logarithm, between customers of a group
SEED = 20_260


@dataclass(frozen=True)
class Habits:
    """What is seen of n customers. mix: (n, d + 1) lines by department, the last of all others. orders, days: (n,)
    orders so far, days since the first. sizes: (n, 2) logarithms of money and lines per order, NaN where unknown."""

    mix: Numbers
    orders: Numbers
    days: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, table: pa.Table, rates: Numbers) -> "Habits":
        """Of rows of facts and tastes. rates: (n,) what one unit of each row's currency is worth."""
        lines, orders, paid, value = (
            _numbers(table, name) for name in ("lines_count", "orders_count", "paid_orders_count", "value_amount")
        )
        tastes = np.column_stack([_numbers(table, name) for name in TASTES])
        shares = np.column_stack([tastes, np.clip(1 - tastes.sum(axis=1), 0, 1)])
        money = np.where((paid > 0) & (value > 0) & np.isfinite(rates), value * rates / np.maximum(paid, 1), np.nan)
        each = np.where(orders > 0, (lines + 0.5) / np.maximum(orders, 1), np.nan)
        days = _numbers(table, "tenure_days") + HEAD_START_DAYS
        return cls(shares * lines[:, None] * TEMPER, orders, days, np.log(np.column_stack([money, each])))

    def rows(self, which: np.ndarray) -> "Habits":
        """Some of the customers."""
        return Habits(self.mix[which], self.orders[which], self.days[which], self.sizes[which])


@dataclass(frozen=True)
class Groups:
    """k groups. share: (k,) of customers. mix: (k, d + 1) of lines. pace: (k,) repeated orders a day. sizes: (k, 2)
    mean logarithms. between: (k, 2) their variances over customers; within: (2,) over the orders of one."""

    share: Numbers
    mix: Numbers
    pace: Numbers
    sizes: Numbers
    between: Numbers
    within: Numbers

    def memberships(self, habits: Habits) -> Numbers:
        """(n, k) probability of each group; of who never ordered the shares of the groups."""
        likely = self._likely(habits)
        return np.asarray(np.exp(likely - logsumexp(likely, axis=1, keepdims=True)))

    def _likely(self, habits: Habits) -> Numbers:
        """(n, k) logarithms of likelihood times share."""
        again, expected = np.maximum(habits.orders - 1, 0)[:, None], habits.days[:, None] * self.pace
        found = (
            habits.mix @ np.log(self.mix).T - (again + SPREAD) * np.log(SPREAD + expected) + again * np.log(expected)
        )
        found += gammaln(again + SPREAD) - gammaln(SPREAD) - gammaln(again + 1) + SPREAD * np.log(SPREAD)
        for place in range(2):
            variance = self.between[:, place] + self.within[place] / np.maximum(habits.orders, 1)[:, None]
            away = habits.sizes[:, place][:, None] - self.sizes[:, place]
            found += np.nan_to_num(-0.5 * (away**2 / variance + np.log(variance)))
        return np.asarray(np.where(habits.orders[:, None] > 0, found, 0.0) + np.log(self.share))


@threadpool_limits.wrap(limits=1)
def found(habits: Habits) -> Groups:
    """The groups of those who ordered; fewer than `GROUPS` where there are few customers, one where hardly any."""
    buyers = habits.rows(np.flatnonzero(habits.orders > 0))
    count = int(np.clip(len(buyers.orders) // PEOPLE, 1, GROUPS))
    belongs = _begun(buyers, count)
    groups = _told(buyers, belongs)
    for _ in range(ROUNDS if count > 1 else 0):
        groups = _told(buyers, groups.memberships(buyers))
    return groups


def _begun(habits: Habits, count: int) -> Numbers:
    """(n, k) memberships to begin with: k-means of mix, pace and sizes, none of them quite sure."""
    if not len(habits.orders):
        return np.ones((0, 1))
    mean = habits.mix.sum(axis=0) / max(habits.mix.sum(), 1e-9)
    mix = np.sqrt((habits.mix + mean) / (habits.mix.sum(axis=1, keepdims=True) + 1))
    pace = np.log((habits.orders - 0.5) / habits.days)
    sizes = np.where(np.isfinite(habits.sizes), habits.sizes, np.nan_to_num(np.nanmean(habits.sizes, axis=0)))
    seen = np.column_stack([pace, sizes])
    seen = np.clip((seen - seen.mean(axis=0)) / np.maximum(seen.std(axis=0), 1e-9), -3, 3)
    mix = 1.5 * (mix - mix.mean(axis=0)) / max(float(np.sqrt(mix.var(axis=0).sum())), 1e-9)
    place = KMeans(count, n_init=4, random_state=SEED).fit_predict(np.column_stack([seen, mix]))
    return np.asarray(0.9 * np.eye(count)[place] + 0.1 / count)


def _told(habits: Habits, belongs: Numbers) -> Groups:
    """The groups that such memberships tell."""
    weight = belongs.sum(axis=0) + 1e-9
    shop = habits.mix.sum(axis=0) + 1e-3
    mix = belongs.T @ habits.mix + LEANS_ON * shop / shop.sum()
    again = np.maximum(habits.orders - 1, 0)
    pace = (belongs.T @ again + 0.1) / (belongs.T @ habits.days + HEAD_START_DAYS)
    parts = [_sizes(habits.sizes[:, place], habits.orders, belongs) for place in range(2)]
    sizes, between, within = (np.stack(part, axis=-1) for part in zip(*parts, strict=True))
    return Groups(weight / weight.sum(), mix / mix.sum(axis=1, keepdims=True), pace, sizes, between, within)


def _sizes(size: Numbers, orders: Numbers, belongs: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Mean of each group, variance between its customers, and variance of one order (), from all of them."""
    known = np.isfinite(size)
    belongs, size, part = belongs[known], size[known], 1 / np.maximum(orders[known], 1)
    weight = belongs * (1 / (0.3 + part))[:, None]
    mean = (weight.T @ size + 1e-9) / (weight.sum(axis=0) + 1e-9)
    away = (size[:, None] - mean) ** 2
    each = (belongs * away).sum(axis=1)
    slope = float(np.cov(part, each)[0, 1] / part.var()) if len(part) > 2 and part.var() > 0 else 0.0
    within = np.asarray(max(slope, VARIANCE_LEAST))
    left = (belongs * (away - within * part[:, None])).sum(axis=0) / (belongs.sum(axis=0) + 1e-9)
    return mean, np.maximum(left, VARIANCE_LEAST), within


def _numbers(table: pa.Table, name: str) -> Numbers:
    column = table[name].cast(pa.float64()).to_numpy()
    return np.asarray(np.nan_to_num(column, nan=0.0))
