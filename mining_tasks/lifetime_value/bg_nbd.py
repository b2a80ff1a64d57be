"""BG/NBD: orders come by a Poisson process per customer, who may leave for good after any order.

Fader, Hardie, Lee, "Counting Your Customers the Easy Way", Marketing Science 24(2), 2005: rates are gamma (r, alpha)
over customers, the probability of leaving after an order is beta (a, b). Time is in whatever unit the cells have.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, hyp2f1

from mining_tasks.lifetime_value.cells import Cells, Numbers
from mining_tasks.lifetime_value.maximise import Maximum, maximum

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
    found: Maximum = maximum(lambda at: log_likelihood(counted, at), NAMES, counted.total)
    r, alpha, a, b = found.parameters
    return BgNbd(r, alpha, a, b, found.log_likelihood, found.at_bound)


def log_likelihood(counted: Cells, parameters: Numbers) -> tuple[float, Numbers]:
    """Sum over customers and its gradient by (r, alpha, a, b): eq. 6 of the 2005 paper, in its stable form."""
    r, alpha, a, b = parameters
    x, t, age, weight = counted.frequency, counted.recency, counted.age, counted.customers
    stayed = -(r + x) * np.log(alpha + age)
    repeated = x > 0
    before = np.where(repeated, x - 1, 0.0)
    left = np.where(repeated, np.log(a) - np.log(b + before) - (r + x) * np.log(alpha + t), -np.inf)
    either = np.logaddexp(stayed, left)
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    leaving = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    gone = np.exp(left - either)  # P(left right after the last order | history)
    here = 1 - gone
    by_log = here * np.log(alpha + age) + gone * np.log(alpha + t)
    by_alpha = here / (alpha + age) + gone / (alpha + t)
    gradients = (
        digamma(r + x) - digamma(r) + np.log(alpha) - by_log,
        r / alpha - (r + x) * by_alpha,
        digamma(a + b) - digamma(a + b + x) + gone / a,
        digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x) - gone / (b + before),
    )
    total = float((weight * (rate + leaving + either)).sum())
    return total, np.array([(weight * part).sum() for part in gradients])


def _hypergeometric(a: Numbers, b: Numbers, c: Numbers, z: Numbers) -> Numbers:
    """2F1 by Euler's transformation where it converges sooner."""
    return np.asarray(hyp2f1(a, b, c, z), np.float64)
