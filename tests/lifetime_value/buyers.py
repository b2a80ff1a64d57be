"""A planted shop whose buyers follow the purchase models' own story, with parameters that we chose."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import accept, shelf

START = date(2016, 1, 1)
NIGHT = START + timedelta(days=449)


@dataclass(frozen=True)
class Shop:
    """Buyers by number: rates gamma (shape, mean rate a day), left after an order with chance p; spend by gamma of her
    own mean. `strangers` have an account and no order."""

    buyers: int = 1_500
    strangers: int = 150
    days: int = 450
    shape: float = 0.9
    rate: float = 0.04
    leaves: float = 0.05
    seed: int = 7

    @cached_property
    def orders(self) -> dict[str, np.ndarray]:
        """Buyer, day and euros of every order."""
        chance = np.random.default_rng(self.seed)
        rate = chance.gamma(self.shape, self.rate / self.shape, self.buyers)
        mean = 30 * chance.gamma(4.0, 0.25, self.buyers)
        now = chance.integers(0, self.days - 100, self.buyers).astype(float)
        here, who, when, is_first = np.arange(self.buyers), [], [], True
        while len(here):
            who.append(here)
            when.append(now[here])
            if not is_first:  # BG/NBD tosses no coin after the first order
                here = here[chance.random(len(here)) >= self.leaves]
            is_first = False
            now[here] += chance.exponential(1 / np.maximum(rate[here], 1e-9))
            here = here[now[here] < self.days]
        buyer, day = np.concatenate(who), np.concatenate(when).astype(int)
        order = np.lexsort((buyer, day))
        buyer, day = buyer[order], day[order]
        return {"buyer": buyer, "day": day, "euros": (mean[buyer] * chance.gamma(3.0, 1 / 3.0, len(buyer))).round(2)}

    def id_of(self, number: int) -> str:
        return f"c_{(number * 0x9E3779B97F4A7C15) % 2**64:016x}"

    def links(self) -> pa.Table:
        """Everybody's account in the shop."""
        count = self.buyers + self.strangers
        names = [str(number) for number in range(count)]
        told = {
            "account_id": [f"shop:{name}" for name in names],
            "customer_id": [self.id_of(number) for number in range(count)],
            "source_code": ["shop"] * count,
            "account_id_source": names,
            "evidence_code": ["alone"] * count,
            "facts_hash": ["0" * 16] * count,
        }
        return pa.table(told)

    def customers(self) -> pa.Table:
        """`core_identities__customers`: one account each."""
        told = self.links()
        ones, noughts = np.ones(told.num_rows), np.zeros(told.num_rows)
        counts = {"accounts_count": ones, "shop_accounts_count": ones, "guest_accounts_count": noughts}
        counts |= {"crm_accounts_count": noughts, "support_accounts_count": noughts}
        since = {"known_since_date": [START] * told.num_rows, "first_account_id": told["account_id"]}
        return pa.table({"customer_id": told["customer_id"], **since, **counts})

    def sold(self, night: date, money: float = 1.0) -> pa.Table:
        """`core_shop__orders` as of a night. money: what one euro is written as."""
        known = self.orders["day"] <= (night - START).days
        days = [START + timedelta(days=int(day)) for day in self.orders["day"][known]]
        names = [f"o{number:07d}" for number in range(len(days))]
        noon = [datetime.combine(day, time(12), UTC) for day in days]
        return pa.table(
            {
                "order_id_shop": names,
                "customer_id_shop": [str(number) for number in self.orders["buyer"][known]],
                "ordered_at": pa.array(noon, pa.timestamp("us", "UTC")),
                "order_date": days,
                "currency": ["EUR"] * len(days),
                "sales_amount": self.orders["euros"][known] * money,
                "updated_at": pa.array(noon, pa.timestamp("us", "UTC")),
            }
        )


def take_in(shop: Shop, night: date, money: float = 1.0) -> None:
    """Accept the tables that facts need, for a night."""
    told = {
        "core_identities__customers": shop.customers(),
        "core_identities__links": shop.links(),
        "core_shop__orders": shop.sold(night, money),
    }
    accept.accept(*(shelf.draft(table, night, rows_of(table, rows)) for name, rows in told.items()
                    for table in [expectations.table(name)]))  # fmt: skip


def rows_of(table: Table, told: pa.Table) -> pa.Table:
    """The rows of a contract; columns that are not told are missing, or empty where they may not be."""
    columns = {}
    for item in arrow.schema(table):
        if item.name in told.column_names:
            columns[item.name] = told[item.name].cast(item.type, safe=False)
        else:
            columns[item.name] = pa.nulls(told.num_rows, item.type)
    return pa.table(columns)
