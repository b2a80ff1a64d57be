"""Customers as of past days with what came after: what models learn from and are judged on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.churn.alike import Alike
from mining_tasks.churn.features import described, numbers
from mining_tasks.churn.gaps import Days, Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.labels import Labels, labels
from mining_tasks.churn.recency_rule import Silence

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Past:
    """One row per customer with an order and day she is looked at, only where the answer is known.

    facts: as they came, with `customer_id`, `as_of_date` and the judge's groups. features: `NAMES` of `features`.
    """

    facts: pa.Table
    features: pa.Table
    label: Numbers
    is_at_risk: Flags

    @property
    def customer(self) -> Days:
        """The customer of each row as a whole number."""
        return _numbered(self.facts["customer_id"])

    @property
    def silence(self) -> Silence:
        return silence(self.facts)

    def of(self, rows: Flags) -> "Past":
        """Some of the rows."""
        kept = pa.array(rows)
        return Past(self.facts.filter(kept), self.features.filter(kept), self.label[rows], self.is_at_risk[rows])

    def __len__(self) -> int:
        return len(self.label)


def past(table: pa.Table, by: Horizons, scale: Mapping[str, float], night: date, alike: Alike | None = None) -> Past:
    """Label the rows of `past.sql` (facts and `next_order_days`), of customers with an order and a known answer."""
    rows = bought(table)
    found = _labels(rows, by, night)
    kept = rows.filter(pa.array(found.is_mature))
    known = found.has_churned[found.is_mature], found.is_at_risk[found.is_mature]
    return Past(kept, described(kept, by, scale, alike), *known)


def bought(table: pa.Table) -> pa.Table:
    """The rows of customers with an order."""
    return table.filter(pc.greater(table["orders_count"], 0))


def never_ordered(table: pa.Table, by: Horizons, night: date) -> pa.Table:
    """Of the same rows those without an order: `account_age_code` and `has_stayed_away` in the horizon of one order."""
    rows = table.filter(pc.equal(table["orders_count"], 0))
    rows = rows.set_column(
        rows.column_names.index("recency_days"), "recency_days", pa.array(np.zeros(rows.num_rows), pa.float64())
    )
    found = _labels(rows, by, night)
    ages = rows["account_age_code"].filter(pa.array(found.is_mature))
    return pa.table({"account_age_code": ages, "has_stayed_away": found.has_churned[found.is_mature]})


def silence(facts: pa.Table) -> Silence:
    """What the naive rule looks at."""
    return Silence(numbers(facts["recency_days"]), numbers(facts["gap_mean_days"]))


def _labels(rows: pa.Table, by: Horizons, night: date) -> Labels:
    seen = np.array([(night - day).days for day in rows["as_of_date"].to_pylist()], np.int64)
    horizon = by.days(numbers(rows["gap_mean_days"]))
    return labels(numbers(rows["recency_days"]), numbers(rows["next_order_days"]), horizon, seen)


def _numbered(ids: pa.ChunkedArray) -> Days:
    return np.asarray(ids.combine_chunks().dictionary_encode().indices.to_numpy(), np.int64)
