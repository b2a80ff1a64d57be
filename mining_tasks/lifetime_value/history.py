"""What buyers did until a day, as the models see it: repeat orders, silence, age, and what an order brought."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits import shown, told
from mining_tasks.experiments.habits.cells import Cells, Numbers, cells
from mining_tasks.experiments.habits.told import Told

EPOCH = date(1970, 1, 1)
SCALE_ROWS = 30  # a currency of fewer buyers has no typical order of its own


@dataclass(frozen=True)
class History:
    """Buyers as of one day, n numbers each.

    frequency, recency, age: see `Cells`, in days. orders: orders in her main currency. days: days with an order.
    sales, value: mean of such an order, in typical orders of the currency; unit: money of one typical order.
    told: the same in the words of models of several kinds of customer; None where the facts do not say as much.
    """

    frequency: Numbers
    recency: Numbers
    age: Numbers
    orders: Numbers
    days: Numbers
    sales: Numbers
    value: Numbers
    unit: Numbers
    told: Told | None = None

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def silence(self) -> Numbers:
        """Days since the last order."""
        return self.age - self.recency

    @property
    def cells(self) -> Cells:
        return cells(self.frequency, self.recency, self.age)

    @property
    def orders_a_day(self) -> float:
        """Orders per day with an order: the models count days."""
        return float(self.orders.sum() / self.days.sum()) if len(self) else 1.0

    def of(self, rows: "np.ndarray") -> "History":
        """Some of the buyers, by mask or by number."""
        found = [getattr(self, field.name)[rows] for field in fields(self) if field.name != "told"]
        return replace(History(*found), told=self.told.of(rows) if self.told else None)


def units(facts: pa.Table) -> dict[str, float]:
    """Money of a typical order by currency: the median of buyers' means; the rarest currencies are left out."""
    buyers = facts.filter(is_buyer(facts))
    named = pc.fill_null(buyers["currency"], "")
    found = {}
    for currency in sorted(named.unique().to_pylist()):
        means = _column(buyers.filter(pc.equal(named, currency)), "basket_mean_amount")
        means = means[means > 0]
        if len(means) >= SCALE_ROWS:
            found[currency] = float(np.median(means))
    return found


def history(facts: pa.Table, unit: Mapping[str, float]) -> History:
    """The buyers among the rows of facts of one day. unit: money of a typical order by currency; one that it lacks
    is measured by the median of its own buyers."""
    buyers = facts.filter(is_buyer(facts))
    worth = unit_of(buyers, unit)
    orders = np.maximum(_column(buyers, "paid_orders_count"), 1.0)
    sales = _column(buyers, "sales_amount") / orders / worth
    return History(
        frequency=_column(buyers, "repeats_count"),
        recency=_column(buyers, "first_to_last_days"),
        age=_column(buyers, "tenure_days"),
        orders=orders,
        days=_column(buyers, "active_days_count"),
        sales=sales,
        value=_column(buyers, "value_amount") / orders / worth,
        unit=worth,
        told=told.told_of(buyers, _day(buyers), orders, sales, shown.named(buyers)),
    )


def unit_of(buyers: pa.Table, unit: Mapping[str, float]) -> Numbers:
    """Money of a typical order for each row, by its currency."""
    named = pc.fill_null(buyers["currency"], "").combine_chunks().dictionary_encode()
    means, codes = _column(buyers, "basket_mean_amount"), named.indices.to_numpy(zero_copy_only=False)
    worth = [
        unit.get(currency) or _typical(means[codes == code])
        for code, currency in enumerate(named.dictionary.to_pylist())
    ]
    return np.asarray(np.array([*worth, 1.0])[codes], np.float64)


def is_buyer(facts: pa.Table) -> pa.ChunkedArray:
    return pc.greater(facts["orders_count"], 0)


def _day(buyers: pa.Table) -> int:
    return (
        (buyers["as_of_date"][0].as_py() - EPOCH).days if buyers.num_rows and "as_of_date" in buyers.column_names else 0
    )


def _typical(means: Numbers) -> float:
    paid = means[means > 0]
    return float(np.median(paid)) if len(paid) else 1.0


def _column(table: pa.Table, name: str) -> Numbers:
    return np.array(pc.fill_null(pc.cast(table[name], pa.float64()), 0.0).to_numpy(), np.float64)
