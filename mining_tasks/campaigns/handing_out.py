"""Handing out at given prices: everybody asks for the best campaign still open, those who would lose most come first.

No limit is ever exceeded, whatever the prices are; good prices only make what is handed out worth more.
"""

import numpy as np

from mining_tasks.campaigns.offers import Mask, Numbers, Offers, Whole
from mining_tasks.campaigns.prices import Market, Prices
from mining_tasks.campaigns.room import Room, Rows

NONE = -1


def hand_out(offers: Offers, laid_out: Market, at: Prices, room: Room, waiting: Mask) -> Whole:
    """(n,) campaign of each customer who waits, −1 for none; uses up `room`.

    First what pays at the prices; then, in what room is left, whatever brings a gain at all, as prices stand a little
    too high for the last places.
    """
    choice = np.full(len(waiting), NONE, np.int64)
    fees = laid_out.fees(at.contact, at.cent, slice(None))
    for floor in ("price", "nothing"):
        _rounds(offers, laid_out, fees, room, (choice, waiting, floor == "price"))
    return choice


def _rounds(offers: Offers, laid_out: Market, fees: Numbers, room: Room, state: tuple[Whole, Mask, bool]) -> None:
    choice, waiting, must_pay = state
    is_open = np.ones(len(laid_out.gain), bool)
    rows = np.flatnonzero(waiting & (choice == NONE))
    while is_open.any() and len(rows):
        asked, first, second = _two_best(laid_out, fees, rows, is_open, must_pay)
        asks = asked != NONE
        rows, asked, first, second = rows[asks], asked[asks], first[asks], second[asks]
        admitted = _within_campaigns(offers, room, (rows, asked, first - second), is_open)
        admitted = _within_all(offers, room, (rows, asked, first), admitted, is_open)
        for campaign in np.unique(asked[admitted]):
            mine = rows[admitted & (asked == campaign)]
            room.take(int(campaign), offers.costs_of(int(campaign), mine))
            choice[mine] = campaign
        rows = rows[~admitted]  # each of them found a campaign full, which is closed now: the rounds end


def _two_best(
    laid_out: Market, fees: Numbers, rows: Rows, is_open: Mask, must_pay: bool
) -> tuple[Whole, Numbers, Numbers]:
    """Best open campaign per row, what it leaves after its price, and what the next best would (no contact: 0)."""
    asked = np.full(len(rows), NONE, np.int64)
    first = np.full(len(rows), 0.0 if must_pay else -np.inf)
    second = np.zeros(len(rows))
    for campaign in np.flatnonzero(is_open):
        gain = laid_out.gain[campaign, rows]
        fee = fees[campaign] if fees.shape[1] == 1 else fees[campaign, rows]
        left = gain - fee
        better = left > first
        second = np.maximum(second, np.where(better, first, left))
        asked[better] = campaign
        np.maximum(first, left, out=first)
    return asked, first, second


def _within_campaigns(offers: Offers, room: Room, asking: tuple[Rows, Whole, Numbers], is_open: Mask) -> Mask:
    rows, asked, loss = asking
    admitted = np.zeros(len(rows), bool)
    for campaign in np.flatnonzero(is_open):
        mine = np.flatnonzero(asked == campaign)
        mine = mine[np.argsort(-loss[mine], kind="stable")]
        fits = room.fitting(int(campaign), offers.costs_of(int(campaign), rows[mine]))
        admitted[mine[:fits]] = True
        is_open[campaign] = fits == len(mine)
    return admitted


def _within_all(offers: Offers, room: Room, asking: tuple[Rows, Whole, Numbers], admitted: Mask, is_open: Mask) -> Mask:
    """Those admitted who also fit under the limits over all; if not all do, nothing is open any more."""
    rows, asked, left = asking
    mine = np.flatnonzero(admitted)
    mine = mine[np.argsort(-left[mine], kind="stable")]
    costs = (
        offers.cost_cents[asked[mine]] if offers.cost_cents.ndim == 1 else offers.cost_cents[rows[mine], asked[mine]]
    )
    fits = room.fitting_all(costs.astype(np.int64))
    if fits < len(mine):
        is_open[:] = False
    kept = np.zeros(len(rows), bool)
    kept[mine[:fits]] = True
    return kept
