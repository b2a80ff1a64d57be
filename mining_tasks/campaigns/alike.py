"""Customers who buy alike: of which kind each is, how readily she answers, what an order of hers is worth.

Kinds are those of `experiments.habits`: when orders come and in which season, of what and for how much. They look at
nothing that came of a campaign, so effects told by kind are no choice of kinds that happened to respond.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from threadpoolctl import threadpool_limits

from mining_tasks.campaigns.best.crowd import Rates
from mining_tasks.campaigns.offers import Mask, Numbers
from mining_tasks.experiments import kinds_once
from mining_tasks.experiments.habits import shown, told
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.habits.mixture import Kinds
from mining_tasks.experiments.habits.told import Told

LEANS_ON = 3.0  # orders that the mean of those alike is worth, in what an order of hers is worth
CONTACTS = 5.0  # that the mean of all is worth, in how readily she answers
READY_MOST = 3.0  # spreads from the mean: one who answers everything is no tenfold reader
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Seen:
    """n customers and k kinds. groups: (n, k + 2) P(active), the part of it as one of each kind, and how readily she
    answers, in spreads around the mean of all: a contact moves nobody who has left. Zeros where no order of hers is
    known: of her control groups cannot tell. paid: the same, each kind's part times what an order of hers is worth if
    she is of it: of orders that a group's contacts change it makes money. worth: (n,) of an order, whichever she is.
    has_ordered: (n,). Amounts are in her own currency, of one who has none in the main one.
    """

    groups: Numbers
    paid: Numbers
    worth: Numbers
    has_ordered: Mask


@dataclass(frozen=True)
class Alike:
    """kinds: of customers; None where too few ordered to tell any, all are then alike. unit: sales of a typical order.
    order_means: (k,) what an order of each is worth. ready: mean and spread of how readily all answer. Amounts are in
    the main currency."""

    kinds: Kinds | None
    unit: float
    order_means: Numbers
    ready: tuple[float, float]
    rates: Rates

    @classmethod
    @threadpool_limits.wrap(limits=1)
    def of(cls, buyers: pa.Table, rows: pa.Table, rates: Rates) -> "Alike":
        """buyers: who ordered, as of one day, to learn the kinds from. rows: facts of past campaigns. Both with what
        `shown` puts beside facts."""
        sales, paid = _sales(buyers, rates)
        unit = float(np.median(sales[paid > 0])) if (paid > 0).any() else 1.0
        kinds = _learned(buyers, rates, unit)
        answered, had = _numbers(rows, "responses_count"), _numbers(rows, "campaigns_count")
        mean = float(answered.sum() / max(had.sum(), 1.0))
        ready = (mean, float(_readiness(rows, mean).std()) if rows.num_rows else 0.0)
        blank = cls(kinds, unit, np.zeros(len(kinds) if kinds else 1), ready, rates)
        return cls(kinds, unit, blank._means(rows), ready, rates)

    def seen(self, rows: pa.Table) -> Seen:
        """What effects by group are learnt from, and told of."""
        rate = self.rates.per_row(self.rates.filled(rows["currency"]))
        belongs, active = self._standing(rows)
        orders, value = _paid(rows, rate)
        worth = (value[:, None] + LEANS_ON * self.order_means) / ((orders + LEANS_ON) * rate)[:, None]
        mean, spread = self.ready
        ready = (_readiness(rows, mean) - mean) / spread if spread > 0 else np.zeros(len(orders))
        ready = np.clip(ready, -READY_MOST, READY_MOST)
        groups, paid = (_with_readiness(parts, ready) for parts in (active, active * worth))
        return Seen(groups, paid, (belongs * worth).sum(axis=1), _ordered(rows))

    def belongs(self, rows: pa.Table) -> Numbers:
        """(n, k) probability of each kind as of each row's day; of who never ordered the shares of the kinds."""
        return self._standing(rows)[0]

    def _standing(self, rows: pa.Table) -> tuple[Numbers, Numbers]:
        """(n, k) the same, and of it what is known to be still active: nothing of one of whom no order is known."""
        ordered = _ordered(rows)
        if self.kinds is None:
            return np.ones((rows.num_rows, 1)), ordered[:, None].astype(np.float64)
        found = np.tile([each.share for each in self.kinds.habits], (rows.num_rows, 1))
        active = np.zeros(found.shape)
        for day in rows["as_of_date"].unique():
            here = ordered & np.asarray(pc.equal(rows["as_of_date"], day).to_numpy(zero_copy_only=False), bool)
            if here.any():
                placed = self.kinds.placed(_told(rows.filter(pa.array(here)), self.rates, self.unit))
                found[here], active[here] = placed.shares, placed.shares * placed.active_by_kind()
        return np.asarray(found), np.asarray(active)

    def _means(self, rows: pa.Table) -> Numbers:
        """(k,) what an order of each kind is worth."""
        orders, value = _paid(rows, self.rates.per_row(rows["currency"]))
        weight = self.belongs(rows).T
        whole = float(value.sum() / max(orders.sum(), 1.0))
        return np.asarray((weight @ value + LEANS_ON * whole) / (weight @ orders + LEANS_ON))


def _learned(buyers: pa.Table, rates: Rates, unit: float) -> Kinds | None:
    try:
        return kinds_once.fit(_told(buyers, rates, unit)) if buyers.num_rows else None
    except NoFit:
        return None


def _told(rows: pa.Table, rates: Rates, unit: float) -> Told:
    """Customers with an order as of one day, in the words of kinds. Raises ValueError without what `shown` makes."""
    sales, paid = _sales(rows, rates)
    day = (rows["as_of_date"][0].as_py() - EPOCH).days
    found = told.told_of(rows, day, paid, sales / unit, shown.named(rows))
    if found is None:
        raise ValueError("the months and departments of orders are not beside the facts")
    return found


def _ordered(rows: pa.Table) -> Mask:
    return np.asarray(pc.is_valid(rows["first_day"]).to_numpy(zero_copy_only=False), bool)


def _with_readiness(parts: Numbers, ready: Numbers) -> Numbers:
    whole = parts.sum(axis=1)
    return np.column_stack([whole, parts, whole * ready])


def _readiness(rows: pa.Table, mean: float) -> Numbers:
    """(n,) share of contacts that she answered, leaning on the mean of all."""
    answered, had = _numbers(rows, "responses_count"), _numbers(rows, "campaigns_count")
    return np.asarray((answered + CONTACTS * mean) / (had + CONTACTS))


def _sales(rows: pa.Table, rates: Rates) -> tuple[Numbers, Numbers]:
    """(n,) mean sales of a paid order in the main currency, and how many there are."""
    paid = _numbers(rows, "paid_orders_count")
    sales = _numbers(rows, "sales_amount") * np.nan_to_num(rates.per_row(rows["currency"]))
    return sales / np.maximum(paid, 1.0), paid


def _paid(rows: pa.Table, rate: Numbers) -> tuple[Numbers, Numbers]:
    """(n,) paid orders and their value in the main currency."""
    return _numbers(rows, "paid_orders_count"), _numbers(rows, "value_amount") * np.nan_to_num(rate)


def _numbers(rows: pa.Table, name: str) -> Numbers:
    return np.asarray(np.nan_to_num(rows[name].cast(pa.float64()).to_numpy()))
