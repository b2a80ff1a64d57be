"""A planted shop whose customers leave with known probabilities, day by day, for tests alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

import expectations
from mining_tasks.warehouse import accept, shelf
from tests.sample import as_table

FIRST_DAY = date(2017, 1, 1)
FIRST_NIGHT = date(2018, 1, 10)
# Mean days between orders, probability to leave after each.
KINDS = {"steady": (9.0, 0.01), "occasional": (25.0, 0.06), "once": (40.0, 0.75)}


def night_after(nights: int) -> date:
    return FIRST_NIGHT + timedelta(days=nights)


@dataclass(frozen=True)
class Shop:
    """So many customers of each kind who join over the year, and strangers who never order."""

    each: int = 350
    strangers: int = 150
    seed: int = 3
    nights: int = 30
    leaves: bool = True
    price_factor: float = 1.0  # of all orders: 100 is a shop that tells cents for euros

    @cached_property
    def ids(self) -> list[str]:
        drawn = np.random.default_rng(self.seed + 1).integers(0, 2**62, len(KINDS) * self.each + self.strangers)
        return [f"c_{number:016x}" for number in drawn]

    @cached_property
    def countries(self) -> list[str]:
        return ["FR" if number % 5 == 0 else "DE" for number in range(len(self.ids))]

    @cached_property
    def orders(self) -> list[tuple[int, int, float]]:
        """Customer, day since the first, amount; each customer's in time."""
        chance = np.random.default_rng(self.seed)
        last = (FIRST_NIGHT - FIRST_DAY).days + self.nights
        made = []
        for number in range(len(KINDS) * self.each):
            gap, leaving = KINDS[list(KINDS)[number // self.each]]
            now = float(chance.uniform(0, 300))
            while now <= last:
                made.append((number, int(now), float(chance.lognormal(3.2, 0.4))))
                if self.leaves and chance.random() < leaving:
                    break
                now += 1 + (chance.exponential(gap) if self.leaves else 1)
        return made

    def tables(self, night: date) -> dict[str, list[dict[str, Any]]]:
        """The rows of the tables that facts need, as of a night."""
        return {
            "core_identities__customers": [self._customer(number) for number in range(len(self.ids))],
            "core_identities__links": [self._link(number) for number in range(len(self.ids))],
            "core_shop__customers": [self._account(number) for number in range(len(self.ids))],
            "core_shop__orders": self._orders((night - FIRST_DAY).days),
        }

    def _customer(self, number: int) -> dict[str, Any]:
        counts = {name: 0 for name in ("guest_accounts_count", "crm_accounts_count", "support_accounts_count")}
        facts = {"customer_id": self.ids[number], "first_account_id": f"shop:{number}", "known_since_date": FIRST_DAY}
        return facts | counts | {"accounts_count": 1, "shop_accounts_count": 1}

    def _link(self, number: int) -> dict[str, Any]:
        account = {"account_id": f"shop:{number}", "source_code": "shop", "account_id_source": f"{number}"}
        return account | {"customer_id": self.ids[number], "evidence_code": "alone", "facts_hash": "0" * 64}

    def _account(self, number: int) -> dict[str, Any]:
        facts = {"customer_id_shop": f"{number}", "country_code": self.countries[number]}
        return facts | {"created_at": _at(0), "updated_at": _at(0)}

    def _orders(self, until: int) -> list[dict[str, Any]]:
        rows = []
        for place, (number, day, amount) in enumerate(self.orders):
            paid = Decimal(str(round(amount * self.price_factor, 2)))
            facts = {"order_id_shop": f"o{place}", "customer_id_shop": f"{number}", "currency": "EUR"}
            times = {"ordered_at": _at(day), "order_date": _at(day).date(), "updated_at": _at(day)}
            rows += [facts | times | {"sales_amount": paid}] if day <= until else []
        return rows


def take_in(shop: Shop, night: date) -> None:
    """Accept the shop's tables for a night into the home."""
    tables = {expectations.table(name): rows for name, rows in shop.tables(night).items()}
    accept.accept(*(shelf.draft(table, night, as_table(table, rows)) for table, rows in tables.items()))


def _at(day: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=day), time(12), UTC)
