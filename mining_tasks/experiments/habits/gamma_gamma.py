"""Gamma-Gamma: what a customer spends on an order, on average, judged from few orders.

Fader, Hardie, "The Gamma-Gamma Model of Monetary Value", 2013: her orders vary around her own mean (shape p), the
means vary over customers by an inverse gamma (q, gamma).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.maximise import NoFit, maximum

NAMES = ("p", "q", "gamma")


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; values are in the unit it was fitted with."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    at_bound: tuple[str, ...] = ()

    @property
    def population_mean(self) -> float:
        """Expected mean value of a customer nothing is known of; infinite for q ≤ 1."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("inf")

    def expected_value(self, orders: Numbers, mean_value: Numbers) -> Numbers:
        """A customer's expected mean, drawn from her own towards everybody's (eq. 5); hers counts 0 without orders."""
        own = self.p * orders
        weight = own / (own + self.q - 1)
        return np.asarray((1 - weight) * self.population_mean + weight * np.where(orders > 0, mean_value, 0.0))


def fit(orders: Numbers, mean_value: Numbers) -> GammaGamma:
    """Customers with at least one order and a positive mean; raises `NoFit` if there is none."""
    usable = (orders > 0) & (mean_value > 0)
    if not usable.any():
        raise NoFit("no customer has an order of positive value")
    x, z = np.asarray(orders[usable], np.float64), np.asarray(mean_value[usable], np.float64)
    scale = float(np.mean(z))  # makes the search independent of the currency
    found = maximum(lambda at: log_likelihood(x, z / scale, at), NAMES, float(len(x)))
    p, q, gamma = found.parameters
    return GammaGamma(p, q, gamma * scale, found.log_likelihood - len(x) * float(np.log(scale)), found.at_bound)


def scores(x: Numbers, z: Numbers, parameters: Numbers) -> tuple[Numbers, Numbers]:
    """Log-likelihood of each customer (eq. 1a of the note) and its gradient by (p, q, gamma): n × 3.

    What hangs on the number of orders alone is computed once for each number.
    """
    p, q, gamma = parameters
    orders, place = np.unique(x, return_inverse=True)
    shape, both, logs = p * x, np.log(gamma + x * z), np.log(z) + np.log(x)
    whole, own = digamma(p * orders + q), digamma(p * orders)
    table = gammaln(p * orders + q) - gammaln(p * orders) - gammaln(q) + q * np.log(gamma)
    gradients = (
        x * ((whole - own)[place] + logs - both),
        (whole - digamma(q) + np.log(gamma))[place] - both,
        q / gamma - (shape + q) / (gamma + x * z),
    )
    return table[place] + shape * logs - np.log(z) - (shape + q) * both, np.column_stack(gradients)


def log_likelihood(x: Numbers, z: Numbers, parameters: Numbers) -> tuple[float, Numbers]:
    """Sum over customers and its gradient by (p, q, gamma)."""
    found, gradients = scores(x, z, parameters)
    return float(found.sum()), np.asarray(gradients.sum(axis=0))
