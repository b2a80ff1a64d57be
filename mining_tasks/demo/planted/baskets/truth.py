"""What is true of baskets and demand, given the orders there were: expectations, not counts."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.baskets.items import Context
from mining_tasks.demo.planted.baskets.pairs import together
from mining_tasks.demo.planted.baskets.rates import rates
from mining_tasks.demo.planted.range import catalogue, partners
from mining_tasks.demo.planted.range.catalogue import INTERMITTENT, NEW, REGULAR, Numbers
from mining_tasks.demo.planted.range.partners import Complement
from mining_tasks.demo.planted.world import World


def cells(world: World, truth: Path) -> pa.Table:
    """Orders of the truth folder by type_code, day and value factor: see `cells.sql`."""
    with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as connection:
        for name in ("orders", "persons"):
            connection.register(name, connection.read_parquet(str(truth / f"{name}.parquet")))
        return counted(connection, world)


def counted(connection: duckdb.DuckDBPyConnection, world: World) -> pa.Table:
    """The same of relations `orders` and `persons` that the connection knows."""
    sql = Path(__file__).with_name("cells.sql").read_text(encoding="utf-8")
    return connection.sql(sql, params={"days": world.days}).to_arrow_table()


def pairs_truth(world: World, orders: pa.Table) -> pa.Table:
    """The planted pairs, and how often both are expected in the orders of `cells`.

    `planted_lift` holds among orders of one type, day and value factor; `expected_lift` over all orders, which is what
    a rule miner sees but for chance: both_share / (first_share × then_share); null where nobody takes one of them.
    """
    ctx, weight = _context(world, orders), orders["orders_count"].to_numpy() / pc.sum(orders["orders_count"]).as_py()
    rows = []
    for pair in partners(world).pairs:
        first, then, both = (float(weight @ share) for share in together(rates(world), ctx, pair))
        rows.append(
            {
                "first_product_id": pair.products[0] + 1,
                "then_product_id": pair.products[1] + 1,
                "kind_code": "complement" if isinstance(pair, Complement) else "substitute",
                "planted_lift": pair.lift,
                "expected_lift": both / (first * then) if first * then else None,
                "first_share": first,
                "then_share": then,
                "both_share": both,
            }
        )
    return pa.Table.from_pylist(rows)


def sequences_truth(world: World) -> pa.Table:
    """The planted sequences: first_product_id, then_product_id, from_days, to_days, probability.

    The probability is that of the push alone, given that the person orders in the window at all; now and then the
    follower is bought anyhow.
    """
    return pa.Table.from_pylist(
        [
            {
                "first_product_id": steps.first + 1,
                "then_product_id": steps.then + 1,
                "from_days": steps.days[0],
                "to_days": steps.days[1],
                "probability": steps.probability,
            }
            for steps in partners(world).sequences
        ]
    )


def demand_truth(world: World, orders: pa.Table) -> pa.Table:
    """Expected pieces per product_id and day, for the orders of `cells`: wished, sold, and lost to empty shelves.

    For products whose demand is log-linear in the prices: not for staples, partners and followers.
    """
    known, ctx = rates(world), _context(world, orders)
    exposure = np.zeros((len(known.types), world.all_days))
    np.add.at(exposure, (ctx.kind, ctx.day), ctx.factor * orders["orders_count"].to_numpy())
    chosen = np.flatnonzero(np.isin(catalogue(world).role, (REGULAR, NEW, INTERMITTENT)))
    weight = (known.expected[:, chosen].T * known.quantity[chosen, None]) @ exposure[:, : world.days]
    wished, sold = (weight * multiplier[chosen, : world.days] for multiplier in (known.wished, known.sold))
    return pa.table(
        {
            "product_id": np.repeat(chosen + 1, world.days),
            "day": np.tile(np.arange(world.days, dtype=np.int32), len(chosen)),
            "wished_quantity": wished.ravel(),
            "sold_quantity": sold.ravel(),
            "lost_quantity": (wished - sold).ravel(),
        }
    )


def _context(world: World, orders: pa.Table) -> Context:
    kind: Numbers = pc.index_in(orders["type_code"], pa.array(rates(world).types)).to_numpy()
    return Context(kind, np.arange(len(kind)), orders["day"].to_numpy(), orders["value_factor"].to_numpy())
