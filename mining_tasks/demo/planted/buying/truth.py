"""The truth of every buyer: her own rate, her chance to leave, her value, and the day she really left."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.buying.habits import habits
from mining_tasks.demo.planted.world import Block, World


def buying_truth(world: World, block: Block, persons: pa.Table, orders: pa.Table) -> pa.Table:
    """One row per person, by `person_id`.

    `purchase_rate` is per day of her type's clock (λ), `dropout_share` the chance that an order is her last (p),
    `value_mean` the mean of her value factors; days are null where nothing was ordered, or where she has not left.
    """
    people = habits(world, block, persons)
    real = orders.filter(pc.invert(orders["is_test"]))
    left = real.filter(real["is_last"])
    return pa.table(
        {
            "person_id": persons["person_id"],
            "type_code": persons["type_code"],
            "buys": people.buys,
            "purchase_rate": people.rate,
            "dropout_share": people.leaves,
            "value_mean": people.value,
            "first_order_day": _days(block, real),
            "dropped_out_day": _days(block, left),
        }
    )


def _days(block: Block, orders: pa.Table) -> pa.Array:
    """The earliest business day of each person's orders, or null."""
    none = np.iinfo(np.int32).max
    days = np.full(block.persons, none, np.int32)
    np.minimum.at(days, orders["person_id"].to_numpy() - block.first, orders["day"].to_numpy())
    return pa.array(days, mask=days == none)
