"""What lies in the orders of a block, as arrays: one entry per order and product."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.baskets.rates import Rates
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.world import Block

QUANTITY_BITS = 20


@dataclass(frozen=True, eq=False)
class Context:
    """What a basket depends on, one entry per order: row of the type, person in the block, day, value factor."""

    kind: Numbers
    person: Numbers
    day: Numbers
    factor: Numbers

    @property
    def size(self) -> int:
        """How many orders there are."""
        return len(self.day)


def context(rates: Rates, block: Block, persons: pa.Table, orders: pa.Table) -> Context:
    """Reads what matters from the tables; ValueError for a type without rates."""
    kinds = pc.index_in(persons["type_code"], pa.array(rates.types))
    if kinds.null_count:
        raise ValueError("persons have a type_code that [[buying.types]] does not tell")
    person = orders["person_id"].to_numpy() - block.first
    kind = kinds.to_numpy()[person]
    return Context(kind, person, orders["day"].to_numpy(), orders["value_factor"].to_numpy())


@dataclass(frozen=True, eq=False)
class Items:
    """Order row, product row, pieces: sorted by the first two, no pair of them twice."""

    order: Numbers
    product: Numbers
    quantity: Numbers

    def orders_with(self, product: int) -> Numbers:
        """The rows of the orders that hold the product, ascending."""
        found: Numbers = self.order[self.product == product]
        return found


def gathered(order: Numbers, product: Numbers, quantity: Numbers, products: int) -> Items:
    """Sorts, and makes one entry of what is there twice."""
    key = order.astype(np.int64) * products + product
    key = np.sort(key << QUANTITY_BITS | quantity)
    pieces, key = key & ((1 << QUANTITY_BITS) - 1), key >> QUANTITY_BITS
    first = np.flatnonzero(np.diff(key, prepend=-1))
    key = key[first]
    pieces = np.add.reduceat(pieces, first) if len(first) else pieces
    return Items((key // products).astype(np.int32), (key % products).astype(np.int32), pieces.astype(np.int32))


def at_least_one(rates: Rates, ctx: Context, orders: Numbers, products: Numbers, rng: np.random.Generator) -> Numbers:
    """Pieces of products that are taken in any case."""
    return np.maximum(1, pieces(rates, ctx, orders, products, rng))


def pieces(rates: Rates, ctx: Context, orders: Numbers, products: Numbers, rng: np.random.Generator) -> Numbers:
    """Pieces of a candidate, by the value factor of its order; may be none."""
    wished = rates.quantity[products] * ctx.factor[orders]
    taken: Numbers = (wished + rng.random(len(wished))).astype(np.int32)
    return taken


def presence(rates: Rates, ctx: Context, product: int, orders: Numbers) -> Numbers:
    """The probability that an order holds the product by itself, before pairs and sequences have their say."""
    day, kind = ctx.day[orders], ctx.kind[orders]
    kept = np.minimum(1.0, rates.quantity[product] * ctx.factor[orders])
    present: Numbers = -np.expm1(-rates.expected[kind, product] * rates.sold[product, day] * kept)
    return present
