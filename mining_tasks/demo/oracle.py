"""The most that contacts could gain for one who knows every true effect, under the limits that a shop sets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """At most so many contacts per offer (k,), and contacts and money over all; infinite where there is no limit.

    cost: (k,) of one contact, in the money of the gains.
    """

    contacts_each: Numbers
    cost: Numbers
    contacts: float = np.inf
    budget: float = np.inf

    def exceeded(self, counts: Numbers) -> int:
        """How many of the limits so many contacts per offer are beyond."""
        return int(
            (counts > self.contacts_each).sum()
            + (counts.sum() > self.contacts)
            + (counts @ self.cost > self.budget + 1e-6)
        )

    def less(self, counts: Numbers) -> "Limits":
        """What is left after so many contacts per offer."""
        each, money = self.contacts_each - counts, self.budget - counts @ self.cost
        contacts = self.contacts - float(counts.sum())
        return Limits(np.maximum(each, 0.0), self.cost, max(contacts, 0.0), max(float(money), 0.0))


def most(gain: Numbers, allowed: Mask, limits: Limits) -> float:
    """The largest sum of gains of one offer at most per customer.

    gain, allowed: (n, k). Where the limits leave each her best offer, it is their sum; else the optimum of the linear
    programme, which no assignment exceeds and which but a few customers, one per limit at most, split.
    """
    worth = np.where(allowed, gain, 0.0)
    best = worth.argmax(axis=1)
    pays = worth.max(axis=1) > 0
    if not limits.exceeded(np.bincount(best[pays], minlength=gain.shape[1]).astype(float)):
        return float(worth.max(axis=1).clip(0).sum())
    customer, offer = np.nonzero(worth > 0)
    rows, bounds = _rows(customer, offer, limits)
    solved = linprog(-worth[customer, offer], A_ub=rows, b_ub=bounds, bounds=(0, 1), method="highs")
    if not solved.success:
        raise ArithmeticError(f"the oracle found no optimum: {solved.message}")
    return float(-solved.fun)


def _rows(customer: npt.NDArray[np.intp], offer: npt.NDArray[np.intp], limits: Limits) -> tuple[csr_array, Numbers]:
    """One row per customer with an offer, one per limit."""
    wide = np.arange(len(customer))
    once = np.unique(customer, return_inverse=True)[1]
    parts = [csr_array((np.ones(len(wide)), (once, wide)))]
    bounds = [np.ones(once.max() + 1)]
    parts.append(csr_array((np.ones(len(wide)), (offer, wide)), shape=(len(limits.cost), len(wide))))
    bounds.append(np.minimum(limits.contacts_each, len(wide)))
    for each, limit in ((np.ones(len(wide)), limits.contacts), (limits.cost[offer], limits.budget)):
        parts.append(csr_array(each[None, :]))
        bounds.append(np.array([min(limit, each.sum())]))
    return vstack(parts, format="csr"), np.concatenate(bounds)


def singles(gain: Numbers, allowed: Mask, limits: Limits) -> Numbers:
    """(k,) the sum of gains of each offer if it is made to all allowed, or to as many as the limits let, by lot."""
    counts = allowed.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        affordable = np.where(limits.cost > 0, limits.budget / limits.cost, np.inf)
        room = np.minimum(np.minimum(limits.contacts_each, limits.contacts), affordable)
        share = np.where(counts > 0, np.minimum(room / counts, 1.0), 0.0)
    return np.asarray(np.where(allowed, gain, 0.0).sum(axis=0) * share, np.float64)
