"""Pareto/NBD: orders come by a Poisson process per customer, who leaves at an exponential time of her own.

Schmittlein, Morrison, Colombo, "Counting Your Customers", Management Science 33(1), 1987; rates are gamma (r, alpha)
over customers, rates of leaving gamma (s, beta). The likelihood is usually written with hypergeometric functions;
here the unseen time of leaving is integrated out by Gauss-Legendre quadrature instead, which has a plain gradient.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import digamma, gammaln

from mining_tasks.experiments.habits.cells import Cells, Numbers
from mining_tasks.experiments.habits.sampled import maximum_of_many

NAMES = ("r", "alpha", "s", "beta")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)  # log-likelihood of CDNOW equal to 1e-6 with 12 nodes and more
CHUNK = 20_000  # cells at once: sixteen columns of them stay in the processor's cache


@dataclass(frozen=True)
class ParetoNbd:
    """A fitted model."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    at_bound: tuple[str, ...] = ()

    @property
    def is_degenerate(self) -> bool:
        """True if the search ran to its edge: the data do not hold a parameter, mostly since nobody seems to leave."""
        return bool(self.at_bound)

    def active_probability(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
        """P(still a customer | history)."""
        parameters = np.array([self.r, self.alpha, self.s, self.beta])
        return np.concatenate(
            [
                np.exp(stayed - np.logaddexp(stayed, left))
                for x, t, end in _chunks(frequency, recency, age)
                for stayed, left in [_paths(x, t, end, parameters)[:2]]
            ]
        )

    def expected_orders(self, frequency: Numbers, recency: Numbers, age: Numbers, horizon: float) -> Numbers:
        """Expected orders in the next `horizon` units of time given the history (Fader, Hardie, 2005 note, eq. 41)."""
        active = self.active_probability(frequency, recency, age)
        return np.asarray(self.orders_if_active(frequency, age, horizon) * active)

    def orders_if_active(self, frequency: Numbers, age: Numbers, horizon: float) -> Numbers:
        """The same of those who are still customers."""
        s = self.s if abs(self.s - 1) > 1e-6 else 1 + 1e-6  # a removable pole
        staying = (1 - ((self.beta + age) / (self.beta + age + horizon)) ** (s - 1)) / (s - 1)
        rate = (self.r + frequency) / (self.alpha + age)
        return np.asarray(rate * (self.beta + age) * staying)


def fit(counted: Cells, start: tuple[float, ...] | None = None) -> ParetoNbd:
    """The parameters of largest likelihood, in the cells' unit of time; raises `NoFit`."""
    unit = float(np.average(counted.age, weights=counted.customers)) or 1.0  # near 1, the search needs fewer rounds
    scaled = Cells(counted.frequency, counted.recency / unit, counted.age / unit, counted.customers)
    found = maximum_of_many(lambda some: partial(log_likelihood, some), NAMES, scaled, start)
    r, alpha, s, beta = found.parameters
    orders = float((counted.frequency * counted.customers).sum())
    return ParetoNbd(
        r, alpha * unit, s, beta * unit, found.log_likelihood - orders * float(np.log(unit)), found.at_bound
    )


def log_likelihood(counted: Cells, parameters: Numbers) -> tuple[float, Numbers]:
    """Sum over customers and its gradient by (r, alpha, s, beta)."""
    total, gradient = 0.0, np.zeros(4)
    for x, t, age, weight in _chunks(counted.frequency, counted.recency, counted.age, counted.customers):
        value, slopes = _of_chunk(x, t, age, parameters)
        total += float((weight * value).sum())
        gradient += [(weight * slope).sum() for slope in slopes]
    return total, gradient


def _of_chunk(x: Numbers, t: Numbers, age: Numbers, parameters: Numbers) -> tuple[Numbers, tuple[Numbers, ...]]:
    r, alpha, s, beta = parameters
    stayed, left, means = _ways(x, t, age, parameters)
    either = np.logaddexp(stayed, left)
    here = np.exp(stayed - either)
    gone = 1 - here
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + either
    log_alpha, by_alpha, log_beta, by_beta = means
    slopes = (
        digamma(r + x) - digamma(r) + np.log(alpha) - here * np.log(alpha + age) - gone * log_alpha,
        r / alpha - (r + x) * (here / (alpha + age) + gone * by_alpha),
        np.log(beta) - here * np.log(beta + age) + gone * (1 / s - log_beta),
        s / beta - here * s / (beta + age) - gone * (s + 1) * by_beta,
    )
    return value, slopes


def _ways(x: Numbers, t: Numbers, age: Numbers, parameters: Numbers) -> tuple[Numbers, Numbers, tuple[Numbers, ...]]:
    """The two ways of `_paths`, and the means of log(alpha+y), 1/(alpha+y), log(beta+y), 1/(beta+y) over the time y of
    leaving."""
    stayed, left, nodes = _paths(x, t, age, parameters)
    with_alpha, with_beta, log_alpha, log_beta, ratio, whole = nodes
    means = tuple((ratio * part).sum(axis=1) / whole for part in (log_alpha, 1 / with_alpha, log_beta, 1 / with_beta))
    return stayed, left, means


def _paths(x: Numbers, t: Numbers, age: Numbers, parameters: Numbers) -> tuple[Numbers, Numbers, tuple[Numbers, ...]]:
    """Log-likelihood of still being here and of having left between the last order and now (both without the factor
    that they share), and what they look like at the nodes.

    The integral over the time y of leaving runs in v = ((alpha+y)/(alpha+t))^-(r+s+x), in which the integrand hardly
    changes.
    """
    r, alpha, s, beta = parameters
    power = r + s + x
    stayed = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    lowest = np.exp(-power * (np.log(alpha + age) - np.log(alpha + t)))
    v = lowest[:, None] + (1 - lowest)[:, None] * (NODES + 1) / 2
    log_alpha = np.log(alpha + t)[:, None] - np.log(v) / power[:, None]
    with_alpha = np.exp(log_alpha)
    with_beta = with_alpha - alpha + beta
    log_beta = np.log(with_beta)
    ratio = np.exp((s + 1) * (log_alpha - log_beta)) * WEIGHTS
    whole = ratio.sum(axis=1)
    with np.errstate(divide="ignore"):  # who ordered at the very end had no time to leave
        left = np.log(s) - power * np.log(alpha + t) - np.log(power) + np.log1p(-lowest) + np.log(whole / 2)
    return stayed, left, (with_alpha, with_beta, log_alpha, log_beta, ratio, whole)


def _chunks(*columns: Numbers) -> list[tuple[Numbers, ...]]:
    count = len(columns[0])
    return [tuple(column[start : start + CHUNK] for column in columns) for start in range(0, count, CHUNK)]
