"""What a line costs in the order's currency, in whole minor units."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.baskets.items import Items
from mining_tasks.demo.planted.range import catalogue, prices
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.world import World


@dataclass(frozen=True, eq=False)
class Bill:
    """One entry per line, all int64 in minor units: `price` of a piece before discounts, the others of the line."""

    price: Numbers
    amount: Numbers
    discount: Numbers
    coupon: Numbers
    cost: Numbers


@lru_cache(maxsize=4)
def minor_per_cent(world: World) -> Numbers:
    """Minor units of each currency of `[range.currencies]` that are worth a EUR cent: 1.62 yen, 3.35 fils."""
    said = world.settings["range"]["currencies"].values()
    return np.array([one["rate"] * 10.0 ** (one["digits"] - 2) for one in said])


def currency_rows(world: World, currencies: pa.ChunkedArray) -> Numbers:
    """Each order's row in `[range.currencies]`; ValueError for a currency that is not there."""
    known = pc.index_in(currencies, pa.array(list(world.settings["range"]["currencies"])))
    if known.null_count:
        raise ValueError("orders have a currency that [range.currencies] does not tell")
    rows: Numbers = known.to_numpy()
    return rows


def billed(world: World, items: Items, orders: pa.Table, rng: np.random.Generator) -> Bill:
    """Prices of the order's day, times pieces, less promotion and coupon; coupons are rounded down."""
    said, known = world.settings["baskets"], prices(world)
    factor = minor_per_cent(world)[currency_rows(world, orders["currency"])][items.order]
    day = orders["day"].to_numpy()[items.order]
    price = _minor(known.regular[items.product, day], factor)
    paid = _minor(known.price[items.product, day], factor)
    has_coupon = rng.random(len(orders)) < said["coupon_share"]
    goods = paid * items.quantity
    coupon = np.where(has_coupon[items.order], goods * said["coupon_percent"] // 100, 0)
    cost = _minor(catalogue(world).cost[items.product], factor) * items.quantity
    return Bill(price, goods - coupon, (price - paid) * items.quantity + coupon, coupon, cost)


def _minor(cents: Numbers, factor: Numbers) -> Numbers:
    rounded: Numbers = np.rint(cents * factor).astype(np.int64)
    return rounded
