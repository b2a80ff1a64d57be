"""Everybody who may be contacted and everything that may be offered, as numbers: what the choice is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.campaigns.best.rules import Rules
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.offers import Contacts, Limits, Mask, Numbers, Offers, Whole, may_contact

CENTS = 100


@dataclass(frozen=True)
class Rates:
    """What one unit of each currency is worth in the shop's most used one; `main` is empty where nobody paid yet."""

    main: str
    of: Mapping[str, float]

    @classmethod
    def found(cls, orders: pa.Table, stated: Mapping[str, float]) -> "Rates":
        """orders: rows of currencies.sql. A rate that nobody states is taken from what a mean order is worth."""
        rows = orders.to_pylist()
        if not rows:
            return cls("", {})
        main = rows[0]
        found = {row["currency"]: main["order_mean"] / row["order_mean"] for row in rows}
        return cls(main["currency"], {**found, **stated, main["currency"]: 1.0})

    def filled(self, currency: pa.ChunkedArray) -> pa.ChunkedArray:
        """The main currency for who has none, as nothing of hers was ever paid."""
        return pc.fill_null(currency, pa.scalar(self.main or None, currency.type)) if self.main else currency

    def per_row(self, currency: pa.ChunkedArray) -> Numbers:
        """(n,) rate of each row's currency, NaN where it is missing or has none."""
        coded = pc.cast(currency, pa.string()).combine_chunks().dictionary_encode()
        known = np.array([self.of.get(name, np.nan) for name in coded.dictionary.to_pylist()] + [np.nan])
        return np.asarray(known[pc.fill_null(coded.indices, len(known) - 1).to_numpy()])


@dataclass(frozen=True)
class Crowd:
    """n customers by id and k offers by code.

    customers: rows of customers.sql. value: (k, n) what a contact brings, in the main currency, NaN where unknown.
    put_off: (k, n) whom it likely puts off. eligible: (n, k). measured: (k,) True where the value stands on a measured
    change, of those of whom an order is known: (n,). sources: (k,) what made it.
    """

    customers: pa.Table
    offers: Sequence[Offer]
    value: Numbers
    put_off: Mask
    eligible: Mask
    measured: Mask
    known: Mask
    sources: Sequence[str]
    rates: Rates

    @property
    def consents(self) -> Mask:
        """(n, k) whether she consents to the offer's channel; an offer by no known channel is refused to all."""
        nobody = np.zeros(self.customers.num_rows, bool)
        said = {name: _flags(self.customers[name]) for name in ("email", "sms", "phone", "post")}
        asked = [said.get(offer.channel_code, nobody) for offer in self.offers]
        return np.array(asked, bool).reshape(len(asked), len(nobody)).T  # of no offers as well

    def rested(self, rules: Rules) -> Mask:
        """(n,) below the contact cap and rested."""
        days = pc.fill_null(self.customers["last_contact_days"], np.inf).to_numpy()
        contacts = Contacts(self.customers["contacts_count"].to_numpy(), np.asarray(days, np.float64))
        return contacts.rested(rules.contacts_per_customer, rules.rest_days)

    def costs(self) -> Numbers:
        """(k,) cost of a contact in the main currency; an offer whose cost or currency nobody knows costs nothing."""
        return np.array([self._worth(offer, offer.contact_cost_amount) or 0.0 for offer in self.offers])

    def prices(self, rules: Rules) -> Limits:
        """Capacities and budgets of a night."""
        budgets = [self._worth(offer, offer.budget_amount) for offer in self.offers]
        total = None if rules.budget_amount is None else int(rules.budget_amount * CENTS)
        capacities = [offer.capacity for offer in self.offers]
        cents = [None if budget is None else int(budget * CENTS) for budget in budgets]
        return Limits(_limits(capacities), _limits(cents), rules.contacts, total)

    def offered(self, rules: Rules, value: Numbers | None = None) -> Offers:
        """The problem to solve. value: (k, n) instead of what each is expected to bring.

        Values that stand on responses alone are no match for measured changes: beside these, such offers are only
        drawn by lot, so that they can be measured, unless the shop wants otherwise.
        """
        costs = self.costs()
        gain = (self.value if value is None else value) - costs[:, None]
        if self.measured.any() and not rules.has_affinity_beside_uplift:
            gain[~self.measured] = -1.0
        gain = np.where(np.isfinite(gain), gain, -1.0)  # nobody is chosen for what is not known
        allowed = may_contact(self.consents, self.eligible, self.rested(rules))
        cents = np.ceil(costs * CENTS - 1e-9).astype(np.int64)
        return Offers(gain.T, allowed, cents, self.prices(rules))

    def _worth(self, offer: Offer, amount: Decimal | None) -> float | None:
        if amount is None:
            return None
        return float(amount) * self.rates.of.get(offer.currency or self.rates.main, 1.0)


def values(batches: pa.RecordBatchReader, shape: tuple[int, int]) -> tuple[Numbers, Mask]:
    """(k, n) value and who is put off, from rows of values.sql, a batch at a time: 20 million rows need no more than
    the matrices."""
    found, put_off = np.full(shape, np.nan), np.zeros(shape, bool)
    for batch in batches:
        offer, customer, value = (batch.column(name).to_numpy() for name in ("offer", "customer", "value"))
        found[offer, customer] = value
        put_off[offer, customer] = batch.column("is_put_off").to_numpy(zero_copy_only=False)
    return found, put_off


def _flags(column: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), bool)


def _limits(given: Sequence[int | None]) -> Whole | None:
    if all(limit is None for limit in given):
        return None
    return np.array([np.iinfo(np.int64).max // 4 if limit is None else limit for limit in given], np.int64)
