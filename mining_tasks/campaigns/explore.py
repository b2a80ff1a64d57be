"""A share left to chance: campaigns drawn evenly among those allowed and no contact, with the probability noted."""

from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.handing_out import NONE
from mining_tasks.campaigns.offers import Mask, Numbers, Offers, Whole
from mining_tasks.campaigns.room import Room


@dataclass(frozen=True)
class Draw:
    """(n,) campaign drawn, −1 for none, and the probability of what came; NaN for those who took no part."""

    campaign: Whole
    propensity: Numbers


def draw(offers: Offers, explored: Mask, lot: Numbers, room: Room) -> Draw:
    """Draw for the explored, by their lots; uses up `room`.

    With m campaigns allowed each comes with probability 1 / (m + 1), as does no contact. Where a limit leaves too few
    places, places go by lot too, and the probability falls by the share of those drawn who got one (exact for limits
    on contacts, and for budgets if the cost does not depend on the customer).
    """
    rows = np.flatnonzero(explored)
    choices = offers.allowed[rows].sum(axis=1) + 1
    place, again = np.divmod(lot[rows] * choices, 1.0)
    wanted = _nth_allowed(offers.allowed[rows], place.astype(np.int64))
    order = np.argsort(again, kind="stable")  # what the draw left of the lot is uniform again
    got, share = np.full(len(rows), NONE, np.int64), np.ones(offers.gain.shape[1])
    for campaign in range(offers.gain.shape[1]):
        mine = order[wanted[order] == campaign]
        costs = offers.costs_of(campaign, rows[mine])
        fits = min(room.fitting(campaign, costs), room.fitting_all(costs))
        room.take(campaign, costs[:fits])
        got[mine[:fits]] = campaign
        share[campaign] = fits / len(mine) if len(mine) else 1.0
    return _noted(offers, (rows, got, choices), share)


def _noted(offers: Offers, drawn: tuple[np.ndarray, Whole, Whole], share: Numbers) -> Draw:
    rows, got, choices = drawn
    refused = (offers.allowed[rows] * (1 - share)).sum(axis=1)
    campaign = np.full(len(offers.gain), NONE, np.int64)
    campaign[rows] = got
    propensity = np.full(len(offers.gain), np.nan)
    propensity[rows] = np.where(got == NONE, 1 + refused, share[got]) / choices
    return Draw(campaign, propensity)


def _nth_allowed(allowed: Mask, place: Whole) -> Whole:
    """The place-th campaign allowed in each row, counted from 0; −1 past the last, which is no contact."""
    if not allowed.shape[1]:
        return np.full(len(allowed), NONE, np.int64)
    hit = np.cumsum(allowed, axis=1) > place[:, None]
    return np.where(hit.any(axis=1), hit.argmax(axis=1), NONE)
