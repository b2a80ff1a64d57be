"""A planted shop whose kinds of shoppers are known, day by day, for tests alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

import expectations
from expectations.customers import core_customers__departments, core_customers__features
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.segments import steps
from mining_tasks.warehouse import accept, engine, shelf

FIRST_NIGHT = date(2017, 6, 1)
DAYS_BEFORE = 400
# Orders a day, mean spend an order, departments within reach, day on which they stop (None: never).
KINDS = {
    "devoted": (0.7, 60.0, 18, None),
    "regular": (0.2, 40.0, 12, None),
    "small": (0.05, 12.0, 5, None),
    "lapsed": (0.15, 45.0, 11, 230),
    "tried once": (0.008, 15.0, 3, 150),
}
SOLD = ("customer_id", "department", "sales_amount", "sales_share")
DEPARTMENTS = ("GROCERY", "PRODUCE", "FUEL", "DELI", "PASTRY")


@dataclass(frozen=True)
class Shop:
    """So many shoppers of each kind, and their orders by day; `stranger`s never ordered."""

    each: int = 160
    strangers: int = 10
    seed: int = 7
    nights: int = 20

    @cached_property
    def kinds(self) -> np.ndarray:
        return np.repeat(list(KINDS), self.each)

    @cached_property
    def orders(self) -> np.ndarray:
        """Orders by shopper and day; everybody orders once on one of the first hundred days."""
        rng = np.random.default_rng(self.seed)
        days = DAYS_BEFORE + self.nights
        made = np.zeros((len(self.kinds), days), dtype=int)
        for row, kind in enumerate(self.kinds):
            rate, _, _, stops = KINDS[kind]
            made[row] = rng.poisson(rate * rng.lognormal(0, 0.15), days) * (np.arange(days) < (stops or days))
            made[row, rng.integers(0, 100)] += 1
        return made

    @cached_property
    def spend(self) -> np.ndarray:
        rng = np.random.default_rng(self.seed + 1)
        return np.array([KINDS[kind][1] for kind in self.kinds]) * rng.lognormal(0, 0.12, len(self.kinds))

    @cached_property
    def ids(self) -> list[str]:
        rng = np.random.default_rng(self.seed + 2)
        return [f"c_{number:016x}" for number in rng.permutation(len(self.kinds) + self.strangers)]

    def features(self, night: date) -> pa.Table:
        """`core_customers__features` as of a night, sorted by customer."""
        until = self.orders[:, : DAYS_BEFORE + (night - FIRST_NIGHT).days + 1]
        count = until.sum(axis=1)
        day = np.arange(until.shape[1])
        last = np.where(until > 0, day, -1).max(axis=1)
        first = np.where(until > 0, day, day[-1] + 1).min(axis=1)
        reach = np.array([KINDS[kind][2] for kind in self.kinds])
        rows = {
            "orders_count": count,
            "sales_amount": np.round(count * self.spend, 2),
            "basket_mean_amount": np.round(self.spend, 2),
            "departments_count": np.maximum(1, np.round(reach * (1 - np.exp(-count / 8)))).astype(int),
            "recency_days": day[-1] - last + 0.5,
            "tenure_days": day[-1] - first + 0.5,
            "discount_share": np.clip(reach / 40, 0, 1),
        }
        return contract_table(self.ids, {name: [*values, *[None] * self.strangers] for name, values in rows.items()})

    def departments(self, night: date) -> pa.Table:
        """`core_customers__departments`: the devoted buy fuel, the others share the rest."""
        features = self.features(night)
        truth = dict(zip(self.ids, self.kinds, strict=False))
        rows = []
        for row in features.select(["customer_id", "sales_amount"]).to_pylist():
            sold = row["sales_amount"]
            taken = DEPARTMENTS if truth.get(row["customer_id"]) == "devoted" else DEPARTMENTS[:2] + DEPARTMENTS[3:]
            rows += [(row["customer_id"], one, sold / len(taken), 1 / len(taken)) for one in taken if sold]
        return filled(core_customers__departments, dict(zip(SOLD, zip(*rows, strict=True), strict=False)))

    def truth(self, customers: list[str]) -> list[str]:
        """The kind of each customer."""
        return [dict(zip(self.ids, self.kinds, strict=False)).get(one, "stranger") for one in customers]


def contract_table(ids: list[str], values: dict[str, Sequence]) -> pa.Table:
    """Rows of `core_customers__features`, sorted by customer, who buy in euro."""
    return filled(core_customers__features, {"customer_id": ids, "currency": ["EUR"] * len(ids), **values})


def filled(table: Table, values: dict[str, Sequence]) -> pa.Table:
    """Rows of a contract; what is not given is missing, or zero or false where it may not be."""
    count = len(next(iter(values.values()), ()))
    columns = {}
    for item in arrow.schema(table):
        if pa.types.is_string(item.type):
            columns[item.name] = pa.array(values.get(item.name, [None] * count), pa.string())
            continue
        zero = False if pa.types.is_boolean(item.type) else 0.0
        given = values.get(item.name, [None if item.nullable else zero] * count)
        made = pa.array([None if one is None else float(one) for one in given], pa.float64())
        columns[item.name] = (made if item.nullable else made.fill_null(0.0)).cast(item.type, safe=False)
    return pa.table(columns).sort_by([(key, "ascending") for key in table.key])


def prepared(features: pa.Table) -> pa.Table:
    """What `features.sql` makes of a feature table."""
    connection = duckdb.connect()
    connection.register("core_customers__features", features)
    return connection.sql(engine.sql(steps.__file__, "features.sql")).to_arrow_table()


def take_in(shop: Shop, night: date) -> None:
    """Accept the shop's two tables for a night into the home."""
    tables = {"core_customers__features": shop.features(night), "core_customers__departments": shop.departments(night)}
    accept.accept(*(shelf.draft(expectations.table(name), night, rows) for name, rows in tables.items()))


def night_after(nights: int) -> date:
    return FIRST_NIGHT + timedelta(days=nights)
