"""Who moved between two nights: the figure behind the promise that nobody changes segment for no reason."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Moves:
    """Customers present on both nights; those who moved; those who moved though they did nothing new.

    alike_moved: orders and spend are what they were, only time passed, and yet the segment is another.
    """

    both: int
    moved: int
    alike_moved: int

    def figures(self) -> dict[str, float]:
        """Shares of the customers present on both nights."""
        both = max(self.both, 1)
        return {"moved_share": self.moved / both, "alike_moved_share": self.alike_moved / both}


def moves(before: pa.Table, now: pa.Table) -> Moves:
    """Compare two tables of customer_id, segment_id, orders_count, sales_amount."""
    place = pc.index_in(now["customer_id"], before["customer_id"].combine_chunks())
    there = np.asarray(pc.is_valid(place).to_numpy())
    then = before.take(place.filter(pc.is_valid(place)))
    today = now.filter(pa.array(there))
    moved = np.asarray(pc.not_equal(then["segment_id"], today["segment_id"]).to_numpy())
    alike = np.asarray(pc.equal(then["orders_count"], today["orders_count"]).to_numpy()) & np.asarray(
        pc.equal(then["sales_amount"], today["sales_amount"]).to_numpy()
    )
    return Moves(int(there.sum()), int(moved.sum()), int((moved & alike).sum()))
