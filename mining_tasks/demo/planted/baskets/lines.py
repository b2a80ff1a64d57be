"""The lines of all orders of a block: what was taken, how much, at what price."""

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.baskets.draw import drawn, staples
from mining_tasks.demo.planted.baskets.items import Context, Items, context, gathered
from mining_tasks.demo.planted.baskets.money import Bill, billed
from mining_tasks.demo.planted.baskets.pairs import joined, parted
from mining_tasks.demo.planted.baskets.rates import Rates, rates
from mining_tasks.demo.planted.baskets.sequences import followed
from mining_tasks.demo.planted.range import partners
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.world import Block, World


def lines(world: World, block: Block, persons: pa.Table, orders: pa.Table) -> pa.Table:
    """One row per order and product, by `order_id` and `line_number`, a staple first; money in the order's minor units.

    `price_minor` is the regular price of a piece; `discount_minor` holds promotion and coupon, of the whole line, and
    `coupon_minor` the latter alone; `amount_minor` = quantity × price − discount. `orders` must stand by `order_id`.
    """
    known = rates(world)
    ctx = context(known, block, persons, orders)
    items = filled(world, known, ctx, world.rng("baskets.lines", block.number))
    bill = billed(world, items, orders, world.rng("baskets.coupons", block.number))
    return _table(orders, items, bill)


def filled(world: World, known: Rates, ctx: Context, rng: np.random.Generator) -> Items:
    """The baskets: drawn, substitutes parted, complements joined, followers added, and a staple for all."""
    planted = partners(world)
    items = parted(known, ctx, drawn(known, ctx, rng), planted, rng)
    items = joined(known, ctx, items, planted, rng)
    items = followed(known, ctx, items, planted, rng)
    first = staples(known, ctx, rng)
    return _staple_first(known, items, first)


def _staple_first(known: Rates, items: Items, first: Items) -> Items:
    """All items by order, the staple before the others, which are by product."""
    order = np.concatenate([items.order, first.order])
    place = np.concatenate([items.product + 1, np.zeros(len(first.order), np.int32)])
    quantity = np.concatenate([items.quantity, first.quantity])
    both = gathered(order, place, quantity, len(known.quantity) + 1)
    product = np.where(both.product == 0, first.product[both.order], both.product - 1)
    return Items(both.order, product, both.quantity)


def _table(orders: pa.Table, items: Items, bill: Bill) -> pa.Table:
    return pa.table(
        {
            "order_id": orders["order_id"].to_numpy()[items.order],
            "line_number": line_numbers(items.order),
            "product_id": items.product.astype(np.int64) + 1,
            "quantity": items.quantity,
            "price_minor": bill.price,
            "amount_minor": bill.amount,
            "discount_minor": bill.discount,
            "coupon_minor": bill.coupon,
            "cost_minor": bill.cost,
        }
    )


def line_numbers(order: Numbers) -> Numbers:
    """1, 2, 3 … in every order."""
    starts = np.flatnonzero(np.diff(order, prepend=-1))
    return (np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order))) + 1).astype(np.int32)
