"""What segments are made of: four numbers a buyer, in units that mean the same in every currency."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Chosen on a real shop of 2,469 households for stability (BENCHMARKS.md): recency in days made 6 to 12 % of them
# change segment a night, since a grocery shopper's "two days ago" says nothing; in months it is under 3 %.
FEATURES = ("recency_months", "orders_count", "sales_index", "departments_count")
WORDS = {
    "recency_months": "months since the last order",
    "orders_count": "orders",
    "sales_index": "spend",
    "departments_count": "departments",
}
DAYS_A_MONTH = 30.0
MEDIAN_BUYER = 100.0  # the sales index of a customer who spent what the median buyer of her currency spent


def money_scale(table: pa.Table) -> dict[str, float]:
    """Median spend of buyers by currency; 1 where half of them paid nothing."""
    rows = table.filter(table["is_buyer"])
    found = {}
    for currency in sorted(pc.unique(rows["currency"]).to_pylist()):
        spent = rows.filter(pc.equal(rows["currency"], currency))["sales_amount"]
        median = float(np.median(np.maximum(_numbers(spent), 0.0)))
        found[currency] = round(median, 4) if median > 0 else 1.0
    return found


def matrix(rows: pa.Table, scale: Mapping[str, float]) -> np.ndarray:
    """The features of buyers as n × 4 floats, none negative.

    rows: rows of `features.sql`, buyers only. scale: median spend by currency; a currency that is not in it counts
    as the median. A number that is not finite counts as zero.
    """
    spent = _numbers(rows["sales_amount"])
    known = {currency: 1.0 / value for currency, value in scale.items()}
    currencies = rows["currency"].combine_chunks().dictionary_encode()
    per_unit = np.array([known.get(name, np.nan) for name in currencies.dictionary.to_pylist()] or [np.nan])
    index = spent * MEDIAN_BUYER * per_unit[currencies.indices.to_numpy()]
    index[np.isnan(index)] = MEDIAN_BUYER
    recency = _numbers(rows["recency_days"]) / DAYS_A_MONTH
    columns = (recency, _numbers(rows["orders_count"]), index, _numbers(rows["departments_count"]))
    stacked = np.column_stack(columns)
    return np.where(np.isfinite(stacked), np.maximum(stacked, 0.0), 0.0)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=float)
