"""Whose price matters to whom: cross elasticities inside a category."""

from functools import lru_cache

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.range.catalogue import NEVER_MOVED, REGULAR, Numbers, between, catalogue
from mining_tasks.demo.planted.world import World


@lru_cache(maxsize=4)
def cross_elasticities(world: World) -> Numbers:
    """Products × products: how the log demand of the row's product moves with the log price of the column's.

    Positive for substitutes, negative for complements; only between products of one category whose prices move.
    """
    said, known, rng = world.settings["range"]["elasticities"], catalogue(world), world.rng("range neighbours")
    shape = (known.size, known.size)
    moves = (known.price_code != NEVER_MOVED) & (known.role == REGULAR)
    near = (known.category[:, None] == known.category[None, :]) & moves[:, None] & moves[None, :]
    np.fill_diagonal(near, val=False)
    lot = np.where(near, rng.random(shape), 2.0)  # an impossible lot for those who are not neighbours
    chosen = near & (lot.argsort(axis=1).argsort(axis=1) < said["cross_neighbours"])
    helps = rng.random(shape) < said["cross_complement_share"]
    against, instead = (between(rng, said[name], shape) for name in ("cross_complement", "cross_substitute"))
    strength = np.where(helps, against, instead)
    cross: Numbers = np.where(chosen, strength, 0.0)
    return cross


def pull(world: World, log_prices: Numbers) -> Numbers:
    """Products × days: what the neighbours' log prices (against their list prices) add to the log of demand."""
    cross = cross_elasticities(world)
    of, by = np.nonzero(cross)
    first = np.flatnonzero(np.diff(of, prepend=-1))
    added = np.zeros_like(log_prices)  # summed in a fixed order: a matrix product's last bits hang on the processor
    added[of[first]] = np.add.reduceat(cross[of, by, None] * log_prices[by], first)
    return added


def cross_effects(world: World) -> pa.Table:
    """The planted cross effects: product_id's demand by other_product_id's price, cross_elasticity."""
    cross = cross_elasticities(world)
    of, by = np.nonzero(cross)
    return pa.table({"product_id": of + 1, "other_product_id": by + 1, "cross_elasticity": cross[of, by]})
