"""One best campaign per customer: a stable share held out, a share left to explore, the rest by prices, limits kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.explore import draw
from mining_tasks.campaigns.handing_out import NONE, hand_out
from mining_tasks.campaigns.lots import STEP, held_out, lots
from mining_tasks.campaigns.moves import improve
from mining_tasks.campaigns.offers import Mask, Numbers, Offers, Whole
from mining_tasks.campaigns.prices import Prices, best, market, prices
from mining_tasks.campaigns.room import Room


@dataclass(frozen=True)
class Shares:
    """Which share of customers is never contacted, and which is contacted by lot so that the next model can learn."""

    held_out: float = 0.05
    explored: float = 0.05


@dataclass(frozen=True)
class Assignment:
    """n customers.

    campaign: (n,) index of the campaign, −1 for none. is_held_out, is_explored: (n,). propensity: (n,) probability
    with which the lot gave what it gave, known for explored customers, NaN for others: estimates of policies use the
    explored. intended: (n,) what somebody held out would have got at the prices of all others, −1 for nothing and for
    everybody else. gain: of those chosen by price. bound: no choice within the same limits could gain more.
    """

    campaign: Whole
    is_held_out: Mask
    is_explored: Mask
    propensity: Numbers
    intended: Whole
    gain: float
    bound: float

    @property
    def gap(self) -> float:
        """Share of the bound that may have been missed, 0 to 1; 0 where nothing can be gained."""
        return max(self.bound - self.gain, 0.0) / self.bound if self.bound > 0 else 0.0


class LimitExceeded(ArithmeticError):
    """An assignment breaks a limit: it must not be published."""


def assign(
    offers: Offers, customers: Sequence[str], key: bytes, occasion: str, shares: Shares | None = None
) -> Assignment:
    """One campaign or none per customer; equal inputs give equal results.

    customers: n ids. key: of the shop, see `lots`. occasion: what the exploring lots are drawn for, such as the night;
    the group held out is the same on every occasion. Raises ValueError for offers that cannot be.
    """
    shares = shares or Shares()
    if len(customers) != len(offers.gain):
        raise ValueError("there must be one customer id per row of offers")
    outside = held_out(customers, key, shares.held_out)
    lot = lots(customers, key, f"campaigns explore {occasion}")
    explored = ~outside & (lot < shares.explored)
    room = Room.of(offers)
    below = np.where(explored, lot, 0.0) / max(shares.explored, STEP)  # a lot below the share is uniform again
    drawn = draw(offers, explored, below, room)
    chosen, at = _by_price(offers, ~outside & ~explored, room)
    campaign = np.where(explored, drawn.campaign, chosen)
    require_kept(offers, campaign, outside)
    meant = _intended(offers, outside, at)
    return Assignment(campaign, outside, explored, drawn.propensity, meant, gained(offers, chosen), at.bound)


def _by_price(offers: Offers, waiting: Mask, room: Room) -> tuple[Whole, Prices]:
    left = room.limits()
    rest = Offers(offers.gain, offers.allowed & waiting[:, None], offers.cost_cents, left)
    laid_out = market(rest)
    at = prices(rest, laid_out)
    choice = hand_out(rest, laid_out, at, room, waiting)
    improve(rest, choice, room, waiting)
    return choice, at


def _intended(offers: Offers, outside: Mask, at: Prices) -> Whole:
    rows = np.flatnonzero(outside)
    theirs = Offers(offers.gain[rows], offers.allowed[rows], _costs_of(offers, rows))
    choice, _ = best(market(theirs), at.contact, at.cent, slice(None))
    intended = np.full(len(outside), NONE, np.int64)
    intended[rows] = choice
    return intended


def _costs_of(offers: Offers, rows: np.ndarray) -> Whole:
    return offers.cost_cents if offers.cost_cents.ndim == 1 else offers.cost_cents[rows]


def gained(offers: Offers, campaign: Whole) -> float:
    """Sum of the gains of a choice."""
    rows = np.flatnonzero(campaign != NONE)
    return float(offers.gain[rows, campaign[rows]].sum())


def require_kept(offers: Offers, campaign: Whole, outside: Mask) -> None:
    """Count everything again from the choice alone; raises `LimitExceeded` with every limit that is broken."""
    rows = np.flatnonzero(campaign != NONE)
    taken = campaign[rows]
    count = offers.gain.shape[1]
    contacts = np.bincount(taken, minlength=count)
    cents = np.array([int(offers.costs_of(j, rows[taken == j]).sum()) for j in range(count)], np.int64)
    capacity, budget = offers.limits.of_campaigns(count)
    all_contacts, all_cents = offers.limits.of_all()
    broken = [
        ("a contact that is not allowed", bool((~offers.allowed[rows, taken]).any())),
        ("a contact of somebody held out", bool(outside[rows].any())),
        ("the capacity of a campaign", bool((contacts > capacity).any())),
        ("the budget of a campaign", bool((cents > budget).any())),
        ("all contacts", len(rows) > all_contacts),
        ("the whole budget", int(cents.sum()) > all_cents),
    ]
    found = [words for words, is_broken in broken if is_broken]
    if found:
        raise LimitExceeded(f"the assignment exceeds: {', '.join(found)}")
