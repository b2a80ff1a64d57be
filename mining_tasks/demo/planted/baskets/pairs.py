"""Complements join the product they go with, substitutes part: both so that the planted lift holds in every order.

Within one type, day and value factor the lift is exactly the planted one; over the whole shop it is larger, since
types that like the one like the other too. The truth tells that one as well.
"""

import numpy as np

from mining_tasks.demo.planted.baskets.items import Context, Items, at_least_one, gathered, presence
from mining_tasks.demo.planted.baskets.rates import Rates
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.range.partners import Complement, Pair, Partners, Substitute


def joining(lift: float, first: Numbers, then: Numbers) -> Numbers:
    """How likely `then` must be added where `first` is and `then` is not, by the presence of both before.

    P(then | first) = lift × P(then), the latter with what is added: solved for the addition. ValueError beyond 1.
    """
    chance: Numbers = (lift - 1) * then / ((1 - then) * (1 - lift * first))
    if ((chance > 1) | (lift * first >= 1)).any():
        raise ValueError(f"a lift of {lift} cannot be: the pair is too popular; see partner_weight")
    return chance


def keeping(lift: float, one: Numbers, other: Numbers) -> Numbers:
    """How likely both are kept where both are: else one of them goes, either with the same chance.

    P(both) = lift × P(one) × P(other), the latter two after the parting; a contraction, exact to 1e-6 in six steps.
    """
    kept = np.full(len(one), lift)
    for _ in range(6):
        kept = lift * (1 - (1 - kept) * other / 2) * (1 - (1 - kept) * one / 2)
    return kept


def joined(rates: Rates, ctx: Context, items: Items, partners: Partners, rng: np.random.Generator) -> Items:
    """Adds complements."""
    added = [_added(rates, ctx, items, pair, rng) for pair in partners.complements]
    order = np.concatenate([items.order, *added])
    products = [np.full(len(new), pair.then, np.int32) for new, pair in zip(added, partners.complements, strict=True)]
    product = np.concatenate([items.product, *products])
    new = slice(len(items.order), None)
    quantity = np.concatenate([items.quantity, at_least_one(rates, ctx, order[new], product[new], rng)])
    return gathered(order, product, quantity, len(rates.quantity))


def together(rates: Rates, ctx: Context, pair: Pair) -> tuple[Numbers, Numbers, Numbers]:
    """For every order the true probabilities of the pair's one product, of its other, and of both."""
    one, other = pair.products
    first, then = (presence(rates, ctx, product, np.arange(ctx.size)) for product in (one, other))
    if isinstance(pair, Complement):
        added = (1 - then) * joining(pair.lift, first, then)
        return first, then + added * first, first * (then + added)
    parts = (1 - keeping(pair.lift, first, then)) / 2
    return first * (1 - parts * then), then * (1 - parts * first), (1 - 2 * parts) * first * then


def _added(rates: Rates, ctx: Context, items: Items, pair: Complement, rng: np.random.Generator) -> Numbers:
    without = np.setdiff1d(items.orders_with(pair.first), items.orders_with(pair.then), assume_unique=True)
    first, then = (presence(rates, ctx, product, without) for product in (pair.first, pair.then))
    return without[rng.random(len(without)) < joining(pair.lift, first, then)]


def parted(rates: Rates, ctx: Context, items: Items, partners: Partners, rng: np.random.Generator) -> Items:
    """Takes one of two substitutes out again."""
    stays = np.ones(len(items.order), bool)
    for pair in partners.substitutes:
        order, product = _removed(rates, ctx, items, pair, rng)
        key = items.order.astype(np.int64) * len(rates.quantity) + items.product
        stays[np.searchsorted(key, order.astype(np.int64) * len(rates.quantity) + product)] = False
    return Items(items.order[stays], items.product[stays], items.quantity[stays])


def _removed(
    rates: Rates, ctx: Context, items: Items, pair: Substitute, rng: np.random.Generator
) -> tuple[Numbers, Numbers]:
    both = np.intersect1d(items.orders_with(pair.one), items.orders_with(pair.other), assume_unique=True)
    one, other = (presence(rates, ctx, product, both) for product in (pair.one, pair.other))
    parts = rng.random(len(both)) >= keeping(pair.lift, one, other)
    product = np.where(rng.random(len(both)) < 0.5, pair.one, pair.other)
    return both[parts], product[parts]
