"""Draws what each order would hold if products knew nothing of each other, and the staple that is always there."""

import numpy as np

from mining_tasks.demo.planted.baskets.items import Context, Items, at_least_one, gathered, pieces
from mining_tasks.demo.planted.baskets.rates import Rates
from mining_tasks.demo.planted.range.catalogue import Numbers


def drawn(rates: Rates, ctx: Context, rng: np.random.Generator) -> Items:
    """One Poisson process over all products, which is the same as one for each product."""
    products = len(rates.quantity)
    cell = (ctx.kind * rates.sold.shape[1] + ctx.day).astype(np.int64)
    ends = rates.ends[products - 1 :: products]
    start, end = np.append(0.0, ends)[cell], ends[cell]
    order = np.repeat(np.arange(ctx.size, dtype=np.int32), rng.poisson(end - start))
    product = _product(rates, start[order], end[order], rng)
    quantity = pieces(rates, ctx, order, product, rng)
    taken = quantity > 0
    return gathered(order[taken], product[taken], quantity[taken], products)


def _product(rates: Rates, start: Numbers, end: Numbers, rng: np.random.Generator) -> Numbers:
    """Looks a point between start and end up in the cumulated rates; what cannot be sold has no width there."""
    point = np.minimum(start + rng.random(len(start)) * (end - start), np.nextafter(end, 0.0))
    found: Numbers = np.searchsorted(rates.ends, point, side="right") % len(rates.quantity)
    return found.astype(np.int32)


def staples(rates: Rates, ctx: Context, rng: np.random.Generator) -> Items:
    """One staple for every order."""
    order = np.arange(ctx.size, dtype=np.int32)
    width = rates.staple_ends.shape[1]
    shifted = (rates.staple_ends + np.arange(len(rates.types))[:, None]).ravel()
    found = np.searchsorted(shifted, ctx.kind + rng.random(ctx.size), side="right")
    product = rates.staples[np.minimum(found - ctx.kind * width, width - 1)].astype(np.int32)
    return Items(order, product, at_least_one(rates, ctx, order, product, rng))
