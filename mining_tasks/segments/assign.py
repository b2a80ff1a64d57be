"""Say of every customer where she belongs: the model's batches, the RFM cells, and those without an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Places:
    """Where each customer stands: `ids[codes]`; the first id is that of customers without an order.

    fit: how typical she is, NaN where nothing measures it.
    """

    ids: Sequence[str]
    names: Sequence[str]
    codes: np.ndarray
    fit: np.ndarray
    source: str

    def column(self, values: Sequence[str]) -> pa.Array:
        """One text a customer, out of one a segment."""
        return pa.array(list(values), pa.string()).take(pa.array(self.codes))

    @property
    def segment_ids(self) -> pa.Array:
        return self.column(self.ids)

    @property
    def buyers(self) -> np.ndarray:
        """Segment ids of the buyers alone."""
        ids = np.array(self.ids, dtype=object)
        return np.asarray(ids[self.codes[self.codes > 0]])


def placed(table: pa.Table, model: Segmentation | None) -> Places:
    """Where the customers of `features.sql` stand, by the model or, where there is none, by RFM cells."""
    if model is None:
        return _by_cell(table)
    codes, fit = np.zeros(table.num_rows, dtype=np.int64), np.full(table.num_rows, np.nan)
    scale = money_scale(table) | model.card["scale"]
    for start in range(0, table.num_rows, BATCH_ROWS):
        batch = table.slice(start, BATCH_ROWS)
        rows = start + np.flatnonzero(batch["is_buyer"].to_numpy())
        cluster, fit[rows] = model.assigned(matrix(batch.filter(batch["is_buyer"]), scale))
        codes[rows] = cluster + 1
    ids = [str(one) for one in model.ids]
    names = [model.names[one] for one in ids]
    return Places((NO_ORDERS_ID, *ids), (NO_ORDERS_NAME, *names), codes, fit, str(model.card["name"]))


def assigned(table: pa.Table, places: Places, marks: Mapping[str, date | bool]) -> pa.Table:
    """The rows of `pub_segments__customers`. marks: night, data_as_of, is_stale."""
    sources = [NO_ORDER_RULE, *[places.source] * (len(places.ids) - 1)]
    made = {
        "segment_id": places.segment_ids,
        "segment_name": places.column(places.names),
        "fit_share": pa.array(places.fit, mask=np.isnan(places.fit)),
        "rfm_cell": rfm.cells(table),
        "score_source": places.column(sources),
        **{name: pa.repeat(pa.scalar(value), table.num_rows) for name, value in marks.items()},
    }
    return pa.table({**{name: table[name] for name in table.column_names}, **made})


def _by_cell(table: pa.Table) -> Places:
    ids = rfm.cell_ids()
    place = {cell: code for code, cell in enumerate(ids, start=1)}
    codes = np.array([place.get(cell, 0) for cell in rfm.CELLS])[rfm.cell_codes(table)]
    codes = np.where(np.asarray(table["is_buyer"].to_numpy()), codes, 0)
    names = [f"RFM: {cell}" for cell in ids]
    fit = np.full(table.num_rows, np.nan)
    return Places((NO_ORDERS_ID, *ids.values()), (NO_ORDERS_NAME, *names), codes, fit, CELLS_RULE)
