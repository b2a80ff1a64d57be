"""Prices that make scarce campaigns worth their place: the Lagrangian dual of the assignment.

Fisher, "The Lagrangian Relaxation Method for Solving Integer Programming Problems", Management Science 27(1), 1981:
for any prices ≥ 0 on the limits, what customers would gain by choosing freely at those prices, plus what the limits
are worth at them, is at least what any assignment can gain. The least such sum is the bound reported.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from mining_tasks.campaigns.offers import NO_LIMIT, Numbers, Offers

CHUNK = 16_384  # customers at once: a few columns of them stay in the processor's cache
SAMPLE = 40_000  # customers on whom prices are sought first
ROUNDS_ON_ALL = 40
TRIFLE = 1e-3  # of the mean gain: the most that breaking ties can cost, per contact


@dataclass(frozen=True)
class Prices:
    """Price per contact of each campaign (k,), per cent of each campaign's budget (k,), and the bound they prove."""

    contact: Numbers
    cent: Numbers
    bound: float


@dataclass(frozen=True)
class Market:
    """Offers laid out for speed.

    gain: (k, n), −inf where a contact is forbidden or does not pay. cost: (k, n) or (k, 1) in cents.
    """

    gain: Numbers
    cost: Numbers

    def fees(self, contact: Numbers, cent: Numbers, part: slice) -> Numbers:
        cost = self.cost if self.cost.shape[1] == 1 else self.cost[:, part]
        return contact[:, None] + cent[:, None] * cost

    def sample(self, every: int) -> "Market":
        return Market(self.gain[:, ::every].copy(), self.cost if self.cost.shape[1] == 1 else self.cost[:, ::every])


def market(offers: Offers) -> Market:
    """The same offers, by campaign.

    Where many gains are equal, as those of a tree are, no price divides a crowd: a trifle is added to each then.
    As it is never negative, the bound stays a bound.
    """
    gain = np.ascontiguousarray(np.where(offers.allowed & (offers.gain > 0), offers.gain, -np.inf).T, np.float64)
    cost = offers.cost_cents[:, None] if offers.cost_cents.ndim == 1 else offers.cost_cents.T
    laid_out = Market(gain, np.ascontiguousarray(cost, np.float64))
    if _has_crowds(gain):
        dice, trifle = np.random.default_rng(0), TRIFLE * _typical(laid_out)
        for row in gain:
            row += dice.random(len(row)) * trifle
    return laid_out


def _has_crowds(gain: Numbers) -> bool:
    some = gain[:, :: max(gain.shape[1] // 2_000, 1)]
    return any(len(np.unique(row)) < 0.9 * len(row) for row in (each[np.isfinite(each)] for each in some))


def prices(offers: Offers, laid_out: Market) -> Prices:
    """Prices of the least bound found: sought on every so-many-th customer, then improved on all of them."""
    dual = _Dual.of(offers)
    customers = laid_out.gain.shape[1]
    start = np.zeros(dual.size)
    every = customers // SAMPLE
    if every > 1:
        start = dual.least(laid_out.sample(every), customers, start, 200)
    found = dual.least(laid_out, customers, start, ROUNDS_ON_ALL if every > 1 else 400)
    contact, cent = dual.spread(found)
    return Prices(contact, cent, dual.value(laid_out, customers, found)[0])


@dataclass(frozen=True)
class _Dual:
    """Which limits there are: 2 k + 2 of them (campaign contacts, campaign cents, all contacts, all cents)."""

    room: Numbers
    scale: Numbers

    @classmethod
    def of(cls, offers: Offers) -> "_Dual":
        capacity, budget = offers.limits.of_campaigns(offers.gain.shape[1])
        room = np.concatenate([capacity, budget, offers.limits.of_all()]).astype(np.float64)
        mean_cost = max(float(offers.cost_cents.mean()), 1.0) if offers.cost_cents.size else 1.0
        scale = np.ones(len(room))
        scale[len(capacity) : 2 * len(capacity)] = scale[-1] = (
            1 / mean_cost
        )  # a cent's price is near a contact's / cost
        return cls(room, scale)

    @property
    def size(self) -> int:
        return len(self.room)

    def spread(self, at: Numbers) -> tuple[Numbers, Numbers]:
        """Price per contact and per cent of each campaign, with what the limits over all add."""
        campaigns = (self.size - 2) // 2
        return at[:campaigns] + at[-2], at[campaigns:-2] + at[-1]

    def value(self, laid_out: Market, customers: int, at: Numbers) -> tuple[float, Numbers]:
        """The bound at these prices and its slope; a sampled market counts for `customers`."""
        contact, cent = self.spread(at)
        free, chosen, spent = _demand(laid_out, contact, cent)
        times = customers / max(laid_out.gain.shape[1], 1)
        used = np.concatenate([chosen, spent, [chosen.sum()], [spent.sum()]]) * times
        limited = self.room < NO_LIMIT
        worth = float((at[limited] * self.room[limited]).sum())
        return free * times + worth, np.where(limited, self.room - used, 0.0)

    def least(self, laid_out: Market, customers: int, start: Numbers, rounds: int) -> Numbers:
        unit = max(customers, 1) * _typical(laid_out)

        def loss(scaled: Numbers) -> tuple[float, Numbers]:
            value, slope = self.value(laid_out, customers, scaled * self.scale)
            return value / unit, slope * self.scale / unit

        bounds: list[tuple[float, float | None]] = [(0, None if room < NO_LIMIT else 0) for room in self.room]
        options = {"maxiter": rounds, "maxfun": 3 * rounds, "ftol": 1e-10, "gtol": 1e-9}
        found = minimize(loss, start / self.scale, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return np.asarray(np.maximum(found.x, 0) * self.scale)


def best(laid_out: Market, contact: Numbers, cent: Numbers, part: slice) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Each customer's best campaign at these prices and what is left of its gain; (−1, 0) where nothing is."""
    gain = laid_out.gain[:, part]
    fees = laid_out.fees(contact, cent, part)
    left = np.zeros(gain.shape[1])
    choice = np.full(gain.shape[1], -1, np.intp)
    for campaign in range(len(gain)):
        mine = gain[campaign] - fees[campaign]
        choice[mine > left] = campaign
        np.maximum(left, mine, out=left)
    return choice, left


def _demand(laid_out: Market, contact: Numbers, cent: Numbers) -> tuple[float, Numbers, Numbers]:
    """What is left of all gains, contacts and cents per campaign, if everybody chooses freely at these prices."""
    campaigns, customers = laid_out.gain.shape
    total, chosen, spent = 0.0, np.zeros(campaigns), np.zeros(campaigns)
    for start in range(0, customers, CHUNK):
        part = slice(start, start + CHUNK)
        choice, left = best(laid_out, contact, cent, part)
        total += float(left.sum())
        counts = np.bincount(choice + 1, minlength=campaigns + 1)[1:]
        chosen += counts
        if laid_out.cost.shape[1] == 1:
            spent += counts * laid_out.cost[:, 0]
        else:
            taken = np.flatnonzero(choice >= 0)
            spent += np.bincount(choice[taken], laid_out.cost[choice[taken], start + taken], campaigns)
    return total, chosen, spent


def _typical(laid_out: Market) -> float:
    some = laid_out.gain[:, :: max(laid_out.gain.shape[1] // 2_000, 1)]
    some = np.abs(some[np.isfinite(some)])
    return float(some.mean()) if some.size and some.mean() > 0 else 1.0
