"""Say of every customer where she belongs: the model's batches, the RFM cells, and those without an order."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from mining_tasks.segments import rfm
from mining_tasks.segments.features import matrix, money_scale
from mining_tasks.segments.identity import NO_ORDERS_ID, NO_ORDERS_NAME
from mining_tasks.segments.model import Segmentation

BATCH_ROWS = 100_000
NO_ORDER_RULE = "rule: no order"
CELLS_RULE = "rfm cells"


def assigned(table: pa.Table, model: Segmentation | None, facts: Mapping[str, date | bool]) -> pa.Table:
    """The rows of `pub_segments__customers` from those of `features.sql`; RFM cells where there is no model.

    facts: night, data_as_of, is_stale.
    """
    cells = rfm.cells(table)
    ids, fit = _by_model(table, model) if model else (_by_cell(table, cells), np.full(table.num_rows, np.nan))
    names = names_of(model)
    source = str(model.card["name"]) if model else CELLS_RULE
    made = {
        "segment_id": pa.array(ids, pa.string()),
        "segment_name": pa.array([names[name] for name in ids], pa.string()),
        "fit_share": pa.array(fit, mask=np.isnan(fit)),
        "rfm_cell": pa.array(cells, pa.string()),
        "score_source": pa.array([NO_ORDER_RULE if i == NO_ORDERS_ID else source for i in ids], pa.string()),
        **{name: pa.repeat(pa.scalar(value), table.num_rows) for name, value in facts.items()},
    }
    return pa.table({**{name: table[name] for name in table.column_names}, **made})


def names_of(model: Segmentation | None) -> dict[str, str]:
    """Name by segment id, `s_00` included."""
    learnt = model.names if model else {i: f"RFM: {cell}" for cell, i in rfm.cell_ids().items()}
    return {NO_ORDERS_ID: NO_ORDERS_NAME, **learnt}


def _by_cell(table: pa.Table, cells: np.ndarray) -> np.ndarray:
    ids = rfm.cell_ids()
    return np.array([ids.get(cell, NO_ORDERS_ID) for cell in cells], dtype=object)


def _by_model(table: pa.Table, model: Segmentation) -> tuple[np.ndarray, np.ndarray]:
    """Score in batches: memory does not grow with the shop."""
    scale = money_scale(table) | model.card["scale"]
    ids, fit = np.full(table.num_rows, NO_ORDERS_ID, dtype=object), np.full(table.num_rows, np.nan)
    for start in range(0, table.num_rows, BATCH_ROWS):
        batch = table.slice(start, BATCH_ROWS)
        places = start + np.flatnonzero(batch["is_buyer"].to_numpy())
        cluster, share = model.assigned(matrix(batch.filter(batch["is_buyer"]), scale))
        ids[places], fit[places] = model.ids[cluster], share
    return ids, fit
