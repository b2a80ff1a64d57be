"""What is bought because of an earlier order: ink, some weeks after the printer."""

import numpy as np

from mining_tasks.demo.planted.baskets.items import Context, Items, at_least_one, gathered
from mining_tasks.demo.planted.baskets.rates import Rates
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.range.partners import Partners, Sequence


def followed(rates: Rates, ctx: Context, items: Items, partners: Partners, rng: np.random.Generator) -> Items:
    """Adds what follows to one of the same person's orders in the window, with the planted probability."""
    width = rates.sold.shape[1] + max((steps.days[1] for steps in partners.sequences), default=0) + 1
    moment = ctx.person.astype(np.int64) * width + ctx.day  # windows never reach the next person
    by_time = np.argsort(moment, kind="stable")
    orders, products = [items.order], [items.product]
    for steps in partners.sequences:
        takes = np.setdiff1d(_chosen(moment, by_time, items, steps, rng), items.orders_with(steps.then))
        orders.append(takes.astype(np.int32))
        products.append(np.full(len(takes), steps.then, np.int32))
    order, product = np.concatenate(orders), np.concatenate(products)
    new = slice(len(items.order), None)
    quantity = np.concatenate([items.quantity, at_least_one(rates, ctx, order[new], product[new], rng)])
    return gathered(order, product, quantity, len(rates.quantity))


def _chosen(moment: Numbers, by_time: Numbers, items: Items, steps: Sequence, rng: np.random.Generator) -> Numbers:
    """The orders that take the follower: one for each order with the first product, where chance and window allow."""
    since, times = moment[items.orders_with(steps.first)], moment[by_time]
    low = np.searchsorted(times, since + steps.days[0], side="left")
    high = np.searchsorted(times, since + steps.days[1], side="right")
    place = low + (rng.random(len(since)) * (high - low)).astype(np.int64)
    comes = (high > low) & (rng.random(len(since)) < steps.probability)
    chosen: Numbers = by_time[place[comes]]
    return chosen
