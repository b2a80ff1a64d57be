"""Named RFM cells: what every shop has from its first day, and what serves until a model does."""

import numpy as np
import pyarrow as pa

from expectations.segments import RFM_CELLS

# The cells in common use over R and the mean of F and M, without gaps or overlaps; "lost" is the corner of
# "hibernating" where nothing is left. Rows: R from 1 to 5; columns: mean of F and M, halves up, from 1 to 5.
GRID = (
    ("lost", "hibernating", "at risk", "at risk", "cannot lose them"),
    ("hibernating", "hibernating", "at risk", "at risk", "cannot lose them"),
    ("about to sleep", "about to sleep", "need attention", "loyal", "loyal"),
    ("promising", "potential loyalists", "potential loyalists", "loyal", "loyal"),
    ("new customers", "potential loyalists", "potential loyalists", "champions", "champions"),
)
NO_ORDERS = "no orders"
FIRST_CELL_ID = 80  # ids from s_80 on are cells; learnt segments stay below and never share an id with a cell


CELLS = (*[NO_ORDERS] * 5, *(cell for row in GRID for cell in row))


def cell_codes(rows: pa.Table) -> np.ndarray:
    """The place in `CELLS` of each row of `features.sql`."""
    recency = np.asarray(rows["recency_score"].to_numpy())
    value = (np.asarray(rows["frequency_score"].to_numpy()) + np.asarray(rows["monetary_score"].to_numpy()) + 1) // 2
    return np.asarray(5 * recency + np.maximum(value, 1) - 1)


def cells(rows: pa.Table) -> pa.Array:
    """The named cell of each row of `features.sql`."""
    return pa.array(list(CELLS), pa.string()).take(pa.array(cell_codes(rows)))


def cell_ids() -> dict[str, str]:
    """The segment id of each cell that holds buyers, for nights that no model serves."""
    return {cell: f"s_{FIRST_CELL_ID + place}" for place, cell in enumerate(c for c in RFM_CELLS if c != NO_ORDERS)}
