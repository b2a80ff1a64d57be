"""A planted shop whose customers buy at known rates, and forecasters of known honesty, for tests alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import expectations
from expectations import fields
from expectations.customers import core_customers__features
from expectations.speak import arrow
from expectations.words import Column, OneOf, Prediction, Rows, Table, table
from mining_tasks.models import steps
from mining_tasks.warehouse import accept, shelf
from mining_tasks.warehouse.ledger_tables import transaction
from tests.segments.shoppers import contract_table

MADE = date(2017, 6, 4)  # a Sunday: its predictions are kept
DUE = MADE + timedelta(days=30)
PRICE = 20.0
FIRST_DAY = date(2017, 5, 15)
CHANCE = Prediction(column="silence_probability", due_column="due_date", came_code="no_order")
MONEY = Prediction(
    column="value_amount",
    due_column="due_date",
    came_code="value",
    low_column="value_low_amount",
    high_column="value_high_amount",
)


@table(owner="tests@example.com", key=("customer_id",), promises=(Rows(),), predictions=(CHANCE, MONEY))
class pub_forecasts__customers:
    """One row per customer: what a planted forecaster says."""

    customer_id = fields.customer_id
    silence_probability = fields.share("Chance of no order in 30 days.")
    value_amount = fields.money("Sales in 30 days.")
    value_low_amount = fields.money("Lower end.")
    value_high_amount = fields.money("Upper end.")
    currency = fields.currency
    value_basis_code = Column(str, "Basis.", promises=(OneOf(("margin", "sales")),))
    due_date = Column(date, "When it is due.")
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


@contextmanager
def promised(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The planted family counts as a contract of the house."""
    monkeypatch.setitem(expectations.tables(), "pub_forecasts__customers", pub_forecasts__customers)
    yield


@dataclass(frozen=True)
class Shop:
    """Customers with rates of orders a day; each order costs 20.00 EUR."""

    customers: int = 900
    seed: int = 5

    @cached_property
    def ids(self) -> list[str]:
        rng = np.random.default_rng(self.seed)
        return sorted(f"c_{number:016x}" for number in rng.integers(0, 2**64, self.customers, dtype=np.uint64))

    @cached_property
    def rates(self) -> np.ndarray:
        return np.random.default_rng(self.seed + 1).gamma(2.0, 0.02, self.customers)

    @cached_property
    def orders(self) -> np.ndarray:
        """Orders by customer and day since `FIRST_DAY`."""
        days = (DUE - FIRST_DAY).days + 60
        return np.random.default_rng(self.seed + 2).poisson(self.rates[:, None], (self.customers, days))

    def take_in(self, night: date, gone: tuple[int, ...] = (), merged: dict[int, int] | None = None) -> None:
        """Accept what the silos know by a night: customers' numbers that are gone, or live on in another."""
        merged = merged or {}
        who = [number for number in range(self.customers) if number not in gone]
        now = {number: self.ids[merged.get(number, number)] for number in who}
        lost = [
            *[(self.ids[number], None) for number in gone],
            *[(self.ids[a], self.ids[b]) for a, b in merged.items()],
        ]
        held = {
            "core_identities__customers": [_customer(one) for one in sorted(set(now.values()))],
            "core_identities__links": [_link(number, now[number]) for number in who],
            "core_identities__successors": [
                {"former_customer_id": a, "customer_id": b, "ended_date": night} for a, b in lost
            ],
            "core_shop__orders": self._orders(night),
        }
        features = shelf.draft(core_customers__features, night, self.features(night))
        put(features, *(_draft(name, night, rows) for name, rows in held.items()))

    def features(self, night: date, factor: float = 1.0) -> pa.Table:
        """`core_customers__features`, amounts `factor` times what they are."""
        until = self.orders[:, : (night - FIRST_DAY).days + 1]
        count = until.sum(axis=1)
        last = np.where(until > 0, np.arange(until.shape[1]), -1).max(axis=1)
        recency = [None if day < 0 else float(until.shape[1] - 1 - day) for day in last]
        spent = {"orders_count": count, "sales_amount": count * PRICE * factor, "recency_days": recency}
        return contract_table(self.ids, spent)

    def _orders(self, night: date) -> list[dict[str, Any]]:
        until = (night - FIRST_DAY).days + 1
        made = []
        for number, day in np.argwhere(self.orders[:, :until]):
            for count in range(self.orders[number, day]):
                when = FIRST_DAY + timedelta(days=int(day))
                at = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
                amounts = {"currency": "EUR", "sales_amount": Decimal("20.00"), "updated_at": at}
                made.append(
                    {"order_id_shop": f"{number}-{day}-{count}", "customer_id_shop": str(number), **amounts}
                    | {"ordered_at": at, "order_date": when}
                )
        return made

    def foretell(self, night: date, factor: float = 1.0, source: str = "oracle 1") -> None:
        """Publish what a forecaster that is `factor` times too high in money says."""
        expected = 30 * self.rates * PRICE
        low, high = (np.array([_poisson(30 * rate, share) for rate in self.rates]) * PRICE for share in (0.1, 0.9))
        rows = [
            {
                "customer_id": self.ids[number],
                "silence_probability": float(np.exp(-30 * self.rates[number])),
                "value_amount": _money(expected[number] * factor),
                "value_low_amount": _money(low[number]),
                "value_high_amount": _money(high[number]),
                "currency": "EUR",
                "value_basis_code": "sales",
                "due_date": night + timedelta(days=30),
                "score_source": source,
                **{"night": night, "data_as_of": night, "is_stale": False},
            }
            for number in range(self.customers)
        ]
        put(_draft("pub_forecasts__customers", night, rows))


def put(*addresses: str) -> None:
    """What other rooms accepted, unchecked: their promises are their own tests' matter, and cost seconds a night."""
    with transaction() as connection:
        for address in addresses:
            accept.enter(connection, accept.place(shelf.opened(address)))


def run(night: date) -> list[dict[str, Any]]:
    """The room's night: keep, then compare; returns the rows of the outcomes."""
    accept.accept(*steps.keep_predictions(night))
    accept.accept(*steps.compare_outcomes(night))
    return shelf.read(expectations.table("pub_models__outcomes"), night).arrow().to_pylist()


def _draft(name: str, night: date, rows: list[dict[str, Any]]) -> str:
    contract: Table = expectations.table(name)
    full = [{item.name: row.get(item.name) for item in arrow.schema(contract)} for row in rows]
    return shelf.draft(contract, night, pa.Table.from_pylist(full, arrow.schema(contract)))


def _customer(customer: str) -> dict[str, Any]:
    kinds = ("accounts", "shop_accounts", "guest_accounts", "crm_accounts", "support_accounts")
    counts = {f"{kind}_count": int(kind in ("accounts", "shop_accounts")) for kind in kinds}
    return {"customer_id": customer, "first_account_id": "shop:0", "known_since_date": FIRST_DAY, **counts}


def _link(number: int, customer: str) -> dict[str, Any]:
    account = {"account_id": f"shop:{number}", "source_code": "shop", "account_id_source": str(number)}
    return {**account, "customer_id": customer, "evidence_code": "alone", "facts_hash": "0"}


def _money(amount: float) -> Decimal:
    return Decimal(f"{amount:.4f}")


def _poisson(mean: float, share: float) -> int:
    """The quantile of a Poisson count."""
    from scipy.stats import poisson

    return int(poisson.ppf(share, mean))
