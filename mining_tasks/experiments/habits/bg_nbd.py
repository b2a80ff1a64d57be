"""BG/NBD: orders come by a Poisson process per customer, who may leave for good after any order.

Fader, Hardie, Lee, "Counting Your Customers the Easy Way", Marketing Science 24(2), 2005: rates are gamma (r, alpha)
over customers, the probability of leaving after an order is beta (a, b). Time is in whatever unit the cells have.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, hyp2f1

from mining_tasks.experiments.habits.bg_nbd_sums import Sums
from mining_tasks.experiments.habits.cells import Cells, Numbers
from mining_tasks.experiments.habits.sampled import maximum_of_many

NAMES = ("r", "alpha", "a", "b")
NOBODY_LEAVES = 0.001  # mean probability of leaving after an order below which the model sees no leaving at all


@dataclass(frozen=True)
class BgNbd:
    """A fitted model."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    at_bound: tuple[str, ...] = ()

    @property
    def is_degenerate(self) -> bool:
        """True if the fit says that nobody ever leaves, or ran to the edge: then P(active) says nothing."""
        return bool(self.at_bound) or self.a / (self.a + self.b) < NOBODY_LEAVES

    def active_probability(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
        """P(still a customer | history); 1 without a repeat order, since one can leave only after one (Fader, Hardie,
        Lee, "Computing P(alive) Using the BG/NBD Model", 2008)."""
        x = np.maximum(frequency, 1.0)
        odds_of_leaving = np.exp(
            (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + recency)) + np.log(self.a / (self.b + x - 1))
        )
        return np.where(frequency > 0, 1 / (1 + odds_of_leaving), 1.0)

    def expected_orders(self, frequency: Numbers, recency: Numbers, age: Numbers, horizon: float) -> Numbers:
        """Expected orders in the next `horizon` units of time given the history (eq. 10 of the 2005 paper)."""
        active = self.active_probability(frequency, recency, age)
        return np.asarray(self.orders_if_active(frequency, age, horizon) * active)

    def orders_if_active(self, frequency: Numbers, age: Numbers, horizon: float) -> Numbers:
        """The same of those who are still customers."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        if abs(a - 1) < 1e-6:  # the formula has a removable pole there
            a = 1 + 1e-6
        share = horizon / (alpha + age + horizon)
        grown = _hypergeometric(r + frequency, b + frequency, a + b + frequency - 1, share)
        shrunk = np.exp((r + frequency) * (np.log(alpha + age) - np.log(alpha + age + horizon)))
        orders = (a + b + frequency - 1) / (a - 1) * (1 - shrunk * grown)
        return np.asarray(np.maximum(orders, 0))


def fit(counted: Cells) -> BgNbd:
    """The parameters of largest likelihood; raises `NoFit`."""
    found = maximum_of_many(Sums, NAMES, counted)
    r, alpha, a, b = found.parameters
    return BgNbd(r, alpha, a, b, found.log_likelihood, found.at_bound)


def each(counted: Cells, parameters: Numbers) -> tuple[Numbers, Numbers]:
    """Log-likelihood of one customer of each cell, and P(left right after the last order | history): eq. 6 of the 2005
    paper, in its stable form. What hangs on whole frequencies alone comes from a table."""
    r, alpha, a, b = parameters
    x, before = counted.frequency, np.maximum(counted.frequency - 1, 0.0)
    stayed = -(r + x) * np.log(alpha + counted.age)
    left = np.where(x > 0, np.log(a) - np.log(b + before) - (r + x) * np.log(alpha + counted.recency), -np.inf)
    either = np.logaddexp(stayed, left)
    times = np.arange(int(x.max(initial=0)) + 1)
    table = gammaln(r + times) - gammaln(r) + r * np.log(alpha)
    table += gammaln(a + b) + gammaln(b + times) - gammaln(b) - gammaln(a + b + times)
    return table[x.astype(np.int64)] + either, np.exp(left - either)


def scores(counted: Cells, parameters: Numbers) -> tuple[Numbers, Numbers]:
    """Log-likelihood of one customer of each cell, and its gradient by (r, alpha, a, b): cells × 4."""
    r, alpha, a, b = parameters
    x, t, age = counted.frequency, counted.recency, counted.age
    found, gone = each(counted, parameters)
    here, place, times = 1 - gone, x.astype(np.int64), np.arange(int(x.max(initial=0)) + 1)
    leaving = digamma(a + b) - digamma(a + b + times)
    gradients = (
        (digamma(r + times) - digamma(r) + np.log(alpha))[place]
        - here * np.log(alpha + age)
        - gone * np.log(alpha + t),
        r / alpha - (r + x) * (here / (alpha + age) + gone / (alpha + t)),
        leaving[place] + gone / a,
        (leaving + digamma(b + times) - digamma(b))[place] - gone / (b + np.maximum(x - 1, 0.0)),
    )
    return found, np.column_stack(gradients)


def log_likelihood(counted: Cells, parameters: Numbers) -> tuple[float, Numbers]:
    """Sum over customers and its gradient by (r, alpha, a, b); a search asks `Sums`, which is four times quicker."""
    found, gradients = scores(counted, parameters)
    return float(counted.customers @ found), np.asarray(counted.customers @ gradients)


def _hypergeometric(a: Numbers, b: Numbers, c: Numbers, z: Numbers) -> Numbers:
    """2F1 by Euler's transformation where it converges sooner."""
    return np.asarray(hyp2f1(a, b, c, z), np.float64)
