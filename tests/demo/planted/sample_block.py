"""A block of people with accounts, orders and lines in the shape the topics hand to each other, made without them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.world import Block, World

NAMES = ("Ada", "Ben", "Chloë", "Jürgen", "Lucía")


@dataclass(frozen=True)
class Sample:
    world: World
    block: Block
    persons: pa.Table
    accounts: pa.Table
    orders: pa.Table
    costs: pa.Table
    lines: pa.Table


def sample(customers: int, days: int = 400, seed: int = 7, orders_per_person: float = 10, number: int = 0) -> Sample:
    """So many people, a fifth of them without an account at the desk; their orders also lie in the future."""
    world, block = World(customers, days, seed), Block(number, number * customers, customers)
    rng = np.random.default_rng([seed, number])
    persons = _persons(rng, block)
    orders = _orders(rng, world, block, orders_per_person)
    return Sample(world, block, persons, _accounts(rng, world, block), orders, _costs(rng, orders), _lines(rng, orders))


def _persons(rng, block: Block) -> pa.Table:
    return pa.table(
        {
            "person_id": block.first + np.arange(block.persons),
            "type_code": ["calm"] * block.persons,
            "language": pa.array(("en", "de", "es")).take(pa.array(rng.integers(0, 3, block.persons))),
        }
    )


def _accounts(rng, world: World, block: Block) -> pa.Table:
    person = block.first + np.arange(block.persons)
    desk = person[rng.random(block.persons) < 0.8]
    owner = np.concatenate([person, desk])
    return pa.table(
        {
            "source_code": ["shop"] * len(person) + ["support"] * len(desk),
            "account_id": np.concatenate([1_000_000 + person, 5_000_000 + desk]),
            "person_id": owner,
            "opened_at": world.midnights[0] + rng.integers(-100, world.days // 2, len(owner)) * 86_400,
            "given_name": pa.array(NAMES).take(pa.array(owner % len(NAMES))),
        }
    )


def _orders(rng, world: World, block: Block, per_person: float) -> pa.Table:
    person = np.sort(rng.integers(0, block.persons, round(block.persons * per_person))) + block.first
    day = rng.integers(0, world.days + 30, len(person))
    placed_at = world.midnights[day] + rng.integers(0, 82_000, len(person))
    order = np.lexsort((placed_at, person))
    guest = rng.random(len(person)) < 0.1
    return pa.table(
        {
            "order_id": block.number * 10**9 + np.arange(len(person)),
            "person_id": person,
            "account_id": pa.array(1_000_000 + person, mask=guest),
            "placed_at": placed_at[order],
            "day": day[order].astype(np.int32),
            "currency": pa.array(("EUR", "GBP")).take(pa.array(person % 2)),
            "cause_code": ["own"] * len(person),
            "is_test": person % 500 == 3,
            "campaign_id": pa.nulls(len(person), pa.int64()),
        }
    )


def _costs(rng, orders: pa.Table) -> pa.Table:
    amount = rng.lognormal(8.3, 0.7, len(orders)).astype(np.int64) + 300
    return pa.table(
        {
            "order_id": orders["order_id"],
            "amount_minor": amount,
            "shipping_paid_minor": np.where(amount > 6_000, 0, 490),
        }
    )


def _lines(rng, orders: pa.Table) -> pa.Table:
    count = rng.integers(1, 6, len(orders))
    order = np.repeat(orders["order_id"].to_numpy(), count)
    number = np.arange(len(order)) - np.repeat(count.cumsum() - count, count) + 1
    return pa.table(
        {
            "order_id": order,
            "line_number": number.astype(np.int32),
            "product_id": rng.integers(1, 400, len(order)),
        }
    )
