"""Orders whose visits are counted, with what their checkout showed."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.web.friction import Friction
from mining_tasks.demo.planted.world import Block, World

HOUR = 3_600
NONE = -1  # stands for "no account", "no campaign" in arrays of numbers


@dataclass(frozen=True)
class Baskets:
    """Tracked orders by person and time, then those of the staff's tests; money in minor units of `currency`."""

    tests: int  # so many at the end are no wish of a customer
    order_id: np.ndarray
    person: np.ndarray
    account: np.ndarray
    campaign: np.ndarray
    placed_at: np.ndarray
    amount: np.ndarray
    quote: np.ndarray
    currency: pa.Array
    is_dear: np.ndarray

    @property
    def wishes(self) -> int:
        """Orders of customers: the first so many."""
        return len(self.order_id) - self.tests


def tracked(world: World, block: Block, orders: pa.Table, order_costs: pa.Table, friction: Friction) -> Baskets:
    """Orders up to the last day of those persons whose visits are counted, and all of the staff's tests."""
    share = world.settings["web"]["tracked_share"]
    counted = world.rng("web tracked", block.number).random(block.persons) < share
    person = orders["person_id"].to_numpy() - block.first
    is_test = orders["is_test"].to_numpy()
    is_seen = (orders["placed_at"].to_numpy() >= counted_from(world)) & (orders["day"].to_numpy() < world.days)
    known = orders.filter(pa.array((counted[person] | is_test) & is_seen))
    known = known.sort_by([(name, "ascending") for name in ("is_test", "person_id", "placed_at", "order_id")])
    costs = order_costs.take(pc.index_in(known["order_id"], order_costs["order_id"]).combine_chunks())
    amount, quote = costs["amount_minor"].to_numpy(), costs["shipping_paid_minor"].to_numpy()
    return Baskets(
        tests=pc.sum(known["is_test"], min_count=0).as_py(),
        order_id=known["order_id"].to_numpy(),
        person=known["person_id"].to_numpy(),
        account=known["account_id"].fill_null(NONE).to_numpy(),
        campaign=known["campaign_id"].fill_null(NONE).to_numpy(),
        placed_at=known["placed_at"].to_numpy(),
        amount=amount,
        quote=quote,
        currency=known["currency"].combine_chunks(),
        is_dear=friction.is_dear(quote, amount),
    )


def counted_from(world: World) -> int:
    """When the web counter began: late enough for the visits before the first order to lie within day 0."""
    return int(world.midnights[0]) + 2 * HOUR
