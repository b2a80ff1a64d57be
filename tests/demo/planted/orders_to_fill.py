"""Persons and orders in the shape of the planted shop's, made without people or buying, for baskets to fill."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted import baskets
from mining_tasks.demo.planted.world import Block, World

CURRENCIES = {"EUR": 0.8, "CHF": 0.08, "USD": 0.06, "JPY": 0.04, "KWD": 0.02}
STATES = {"completed": 0.965, "cancelled": 0.015, "refunded": 0.02}


@dataclass(frozen=True)
class Filled:
    """A block whose persons order about as often as each other, on all days, future ones too."""

    world: World
    block: Block
    persons: pa.Table
    orders: pa.Table

    @cached_property
    def lines(self) -> pa.Table:
        return baskets.lines(self.world, self.block, self.persons, self.orders)

    @cached_property
    def costs(self) -> pa.Table:
        return baskets.order_costs(self.world, self.block, self.orders, self.lines)

    @cached_property
    def returns(self) -> pa.Table:
        return baskets.returns(self.world, self.block, self.orders, self.lines)

    @cached_property
    def order_rows(self) -> np.ndarray:
        """For each line the row of its order."""
        return np.searchsorted(self.orders["order_id"].to_numpy(), self.lines["order_id"].to_numpy())

    @cached_property
    def kinds(self) -> np.ndarray:
        """For each order the number of its buyer's type."""
        codes = [kind["code"] for kind in self.world.settings["buying"]["types"]]
        own = pa.compute.index_in(self.persons["type_code"], pa.array(codes)).to_numpy()
        return own[self.orders["person_id"].to_numpy() - self.block.first]


def filled(orders: int, persons: int = 5_000, days: int = 403, seed: int = 7, number: int = 0) -> Filled:
    """So many orders of so many persons, all types alike often."""
    world, block = World(persons * (number + 1), days, seed), Block(number, number * persons, persons)
    rng = np.random.default_rng([seed, number])
    types = world.settings["buying"]["types"]
    kind = rng.integers(0, len(types), persons)
    person = rng.integers(0, persons, orders)
    day = _days(rng, world, kind[person])
    currency = rng.choice(list(CURRENCIES), persons, p=list(CURRENCIES.values()))
    shape, mean, order_shape = (_of(types, name) for name in ("value_shape", "value_mean", "order_shape"))
    own = rng.gamma(shape[kind], (mean / shape)[kind])
    factor = rng.gamma(order_shape[kind][person], (own / order_shape[kind])[person])
    people = {
        "person_id": block.first + np.arange(persons),
        "type_code": np.array([each["code"] for each in types])[kind],
        "currency": currency,
    }
    table = {
        "order_id": 1 + block.first * world.all_days + np.arange(orders),
        "person_id": block.first + person,
        "placed_at": world.midnights[day] + rng.integers(0, 23 * 3600, orders),
        "day": day.astype(np.int32),
        "currency": currency[person],
        "value_factor": factor,
        "status_code": rng.choice(list(STATES), orders, p=list(STATES.values())),
    }
    return Filled(world, block, pa.table(people), pa.table(table))


def _of(types: list, name: str) -> np.ndarray:
    return np.array([kind[name] for kind in types], float)


def _days(rng: np.random.Generator, world: World, kind: np.ndarray) -> np.ndarray:
    """Each type's orders fall into its months."""
    dates = np.datetime64(world.first_day) + np.arange(world.all_days)
    month = dates.astype("datetime64[M]").astype(int) % 12
    weights = np.array([each.get("months", [1.0] * 12) for each in world.settings["buying"]["types"]])[:, month]
    ends = (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)
    found = [np.searchsorted(own, rng.random(len(kind))) for own in ends]
    return np.minimum(np.choose(kind, found), world.all_days - 1)
