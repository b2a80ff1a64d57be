"""How often each product is asked for in an order: by the buyer's type and the day, log-linear in the prices."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from mining_tasks.demo.planted.range import catalogue, prices
from mining_tasks.demo.planted.range.calendar import dates
from mining_tasks.demo.planted.range.catalogue import STAPLE, Numbers
from mining_tasks.demo.planted.world import World

FACTORS = 4_096  # value factors drawn per type, where an expectation over them is wanted


@dataclass(frozen=True, eq=False)
class Rates:
    """An order of type t on day d takes product p Poisson(expected[t, p] × sold[p, d]) times.

    Each time it is `floor(quantity[p] × value_factor + u)` pieces, u uniform: the expected number of pieces is exactly
    proportional to the value factor and to the multiplier, and below one piece it may be none. Beside these stands
    one staple, at least one piece of it, drawn by `staple_ends`, whatever the day.
    """

    types: tuple[str, ...]
    expected: Numbers  # types × products
    sold: Numbers  # products × all days
    wished: Numbers  # the same with full shelves
    quantity: Numbers  # products
    staples: Numbers  # which products are staples
    staple_ends: Numbers  # types × staples: cumulated shares
    ends: Numbers  # expected × sold, cumulated over types, days and products, the last fastest


@lru_cache(maxsize=2)
def rates(world: World) -> Rates:
    """The rates of the world's types, so that an order has `lines_mean` lines on average (pairs add some)."""
    known, kinds, day = catalogue(world), world.settings["buying"]["types"], prices(world)
    tastes = np.array([_taste(world, kind["departments"]) for kind in kinds])[:, known.department]
    usual = day.demand.sum(axis=1) / day.is_launched.sum(axis=1)
    staples = np.flatnonzero(known.role == STAPLE)
    liked = np.where(known.role == STAPLE, 0.0, tastes * known.weight)
    kept = np.array([_kept(world, number, known.quantity_mean) for number in range(len(kinds))])
    more = np.array([kind["lines_mean"] for kind in kinds]) - 1.0
    sold = day.sold / usual[:, None]
    expected = liked * (more / (liked * kept * (order_days(world) @ sold.T)).sum(axis=1))[:, None]
    staple = (tastes * known.weight)[:, staples]
    return Rates(
        types=tuple(kind["code"] for kind in kinds),
        expected=expected,
        sold=sold,
        wished=day.demand / usual[:, None],
        quantity=known.quantity_mean,
        staples=staples,
        staple_ends=staple.cumsum(axis=1) / staple.sum(axis=1, keepdims=True),
        ends=(expected[:, None, :] * sold.T[None, :, :]).ravel().cumsum(),
    )


def order_days(world: World) -> Numbers:
    """Types × all days: the share of a type's orders that fall on each day if it orders as its `months` say."""
    month = dates(world).astype("datetime64[M]").astype(np.int64) % 12
    months = [kind.get("months", [1.0] * 12) for kind in world.settings["buying"]["types"]]
    weights = np.array(months, np.float64)[:, month]
    shares: Numbers = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _taste(world: World, said: dict[str, Any]) -> Numbers:
    """A type's share of each department; ValueError for a department that the shop does not have."""
    names = [department["name"] for department in world.settings["range"]["departments"]]
    if unknown := set(said) - {*names, "other"}:
        raise ValueError(f"[[buying.types]] names departments that [[range.departments]] has not: {sorted(unknown)}")
    weights = np.array([said.get(name, said.get("other", 0.0)) for name in names], np.float64)
    share: Numbers = weights / weights.sum()
    return share


@lru_cache(maxsize=32)
def factors(world: World, number: int) -> Numbers:
    """Value factors as orders of a type have them: a gamma around each person's mean, which is gamma itself."""
    kind, rng = world.settings["buying"]["types"][number], world.rng(f"basket factors {number}")
    mean = rng.gamma(kind["value_shape"], kind["value_mean"] / kind["value_shape"], FACTORS)
    drawn: Numbers = rng.gamma(kind["order_shape"], mean / kind["order_shape"])
    return drawn


def _kept(world: World, number: int, quantity: Numbers) -> Numbers:
    """For each product the probability that a candidate is at least one piece, in an order of that type."""
    values, places = np.unique(quantity, return_inverse=True)
    shares: Numbers = np.minimum(1.0, values[:, None] * factors(world, number)[None, :]).mean(axis=1)
    return shares[places]
