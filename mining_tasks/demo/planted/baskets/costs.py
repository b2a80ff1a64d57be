"""What an order brings: shipping, returns, and the margin that is left."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.baskets.money import currency_rows, minor_per_cent
from mining_tasks.demo.planted.range import catalogue
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.world import Block, World

DAY_SECONDS = 86_400


def order_costs(world: World, block: Block, orders: pa.Table, lines: pa.Table) -> pa.Table:
    """One row per order, by `order_id`: sums of its lines, shipping, and the margin, in the order's minor units.

    margin = amount − cost + shipping paid − shipping cost − refunds + what returned goods are still worth − handling.
    A cancelled order costs and brings nothing; `margin_eur_minor` is the margin in EUR cents. `book_margin_minor` is
    what the shop's own books tell of it: they know neither what returned goods are worth nor what handling them costs.
    """
    starts = np.searchsorted(lines["order_id"].to_numpy(), orders["order_id"].to_numpy())
    amount, discount, cost = (_sum(lines, name, starts) for name in ("amount_minor", "discount_minor", "cost_minor"))
    rows = currency_rows(world, orders["currency"])
    paid, parcel = _shipping(world, rows, amount)
    back = _returned(world, block, orders, lines)
    lost = np.add.reduceat(_lost(world, lines, back), starts)
    refund = np.add.reduceat(np.where(back, lines["amount_minor"].to_numpy(), 0), starts)
    counts = pc.not_equal(orders["status_code"], "cancelled").to_numpy()
    earned = amount - cost + paid - parcel
    margin = np.where(counts, earned - lost, 0)
    return pa.table(
        {
            "order_id": orders["order_id"],
            "amount_minor": amount,
            "discount_minor": discount,
            "shipping_paid_minor": paid,
            "shipping_cost_minor": parcel,
            "cost_minor": cost,
            "refund_minor": refund,
            "book_margin_minor": np.where(counts, earned - refund, 0),
            "margin_minor": margin,
            "margin_eur_minor": np.rint(margin / minor_per_cent(world)[rows]).astype(np.int64),
        }
    )


def returns(world: World, block: Block, orders: pa.Table, lines: pa.Table) -> pa.Table:
    """One row per line that came back whole: order_id, line_number, returned_at (some days later), refund_minor."""
    back = _returned(world, block, orders, lines)
    rng, days = world.rng("baskets.return days", block.number), world.settings["baskets"]["return_days"]
    after = (DAY_SECONDS * rng.uniform(days[0], days[1] + 1, size=len(lines))).astype(np.int64)
    placed = orders["placed_at"].to_numpy()[_order_rows(orders, lines)]
    chosen = lines.filter(pa.array(back))
    return pa.table(
        {
            "order_id": chosen["order_id"],
            "line_number": chosen["line_number"],
            "returned_at": (placed + after)[back],
            "refund_minor": chosen["amount_minor"],
        }
    )


def _sum(lines: pa.Table, name: str, starts: Numbers) -> Numbers:
    summed: Numbers = np.add.reduceat(lines[name].to_numpy(), starts)
    return summed


def _order_rows(orders: pa.Table, lines: pa.Table) -> Numbers:
    rows: Numbers = np.searchsorted(orders["order_id"].to_numpy(), lines["order_id"].to_numpy())
    return rows


def _shipping(world: World, rows: Numbers, amount: Numbers) -> tuple[Numbers, Numbers]:
    """What is paid for shipping and what it costs, by the currency's rule and the order's amount."""
    said, currencies = world.settings["baskets"]["shipping"], world.settings["range"]["currencies"]
    rules = np.array([[said[code][name] for name in ("paid", "free_from", "cost")] for code in currencies])
    paid, free_from, cost = np.rint(100 * rules * minor_per_cent(world)[:, None]).astype(np.int64).T
    return np.where(amount < free_from[rows], paid[rows], 0), cost[rows]


def _returned(world: World, block: Block, orders: pa.Table, lines: pa.Table) -> Numbers:
    """Which lines come back: by the department's share, all of a refunded order, none of a cancelled one."""
    drawn = world.rng("baskets.returns", block.number).random(len(lines))
    chance = catalogue(world).return_share[lines["product_id"].to_numpy() - 1]
    rows = _order_rows(orders, lines)
    refunded, cancelled = (pc.equal(orders["status_code"], code).to_numpy() for code in ("refunded", "cancelled"))
    back: Numbers = ((drawn < chance) | refunded[rows]) & ~cancelled[rows]
    return back


def _lost(world: World, lines: pa.Table, back: Numbers) -> Numbers:
    """What a returned line loses: the refund and the handling, less what the goods are still worth."""
    said = world.settings["baskets"]
    amount, cost = lines["amount_minor"].to_numpy(), lines["cost_minor"].to_numpy()
    loss = np.rint(amount * (1 + said["handling_share"]) - cost * said["recovered_share"])
    lost: Numbers = np.where(back, loss, 0).astype(np.int64)
    return lost
