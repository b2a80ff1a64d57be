"""Moves: where a campaign has room left, those come over who gain most by it, one campaign after the other."""

import numpy as np

from mining_tasks.campaigns.handing_out import NONE
from mining_tasks.campaigns.offers import Mask, Numbers, Offers, Whole
from mining_tasks.campaigns.room import Room, Rows

SWEEPS = 4
ENOUGH = 1e-5  # a sweep that adds less than this share is the last


def improve(offers: Offers, choice: Whole, room: Room, waiting: Mask) -> None:
    """Change `choice` and `room` in place; the gain never falls and no limit is ever exceeded."""
    rows = np.flatnonzero(waiting)
    has, now = choice[rows] != NONE, np.zeros(len(rows))
    now[has] = offers.gain[rows[has], choice[rows[has]]]
    for _ in range(SWEEPS):
        before = float(now.sum())
        for campaign in np.argsort(-room.contacts):
            _come_over(offers, (rows, now), int(campaign), choice, room)
        if float(now.sum()) <= before * (1 + ENOUGH):
            break


def _come_over(offers: Offers, customers: tuple[Rows, Numbers], campaign: int, choice: Whole, room: Room) -> None:
    rows, now = customers
    more = np.where(offers.allowed[rows, campaign], offers.gain[rows, campaign], -np.inf) - now
    willing = np.flatnonzero((more > 0) & (choice[rows] != campaign))
    if not len(willing) or not room.contacts[campaign]:
        return
    mine = willing[np.argsort(-more[willing], kind="stable")]
    costs, left = offers.costs_of(campaign, rows[mine]), _costs_left(offers, rows[mine], choice[rows[mine]])
    fits = room.fitting_moves(campaign, costs, left, choice[rows[mine]] == NONE)
    mine = mine[:fits]
    for other in np.unique(choice[rows[mine]]):
        if other != NONE:
            room.give_back(int(other), left[:fits][choice[rows[mine]] == other])
    room.take(campaign, costs[:fits])
    choice[rows[mine]] = campaign
    now[mine] = offers.gain[rows[mine], campaign]


def _costs_left(offers: Offers, rows: Rows, campaign: Whole) -> Whole:
    """What the present contact of each row costs, 0 without one."""
    at = np.maximum(campaign, 0)
    costs = offers.cost_cents[at] if offers.cost_cents.ndim == 1 else offers.cost_cents[rows, at]
    return np.where(campaign == NONE, 0, costs).astype(np.int64)
