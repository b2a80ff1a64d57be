"""A shop to be reckoned by hand: customers, consents, past contacts, and what offers are worth to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import accept, shelf
from mining_tasks.warehouse.ledger_tables import transaction

NIGHT = date(2026, 6, 1)
CHANNELS = ("email", "sms", "phone", "post")


def midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def number(place: int) -> str:
    return f"c_{place:016x}"


@dataclass
class Person:
    """A customer with one contact of the CRM. consents: channels she said yes to; all others she said no to."""

    consents: Sequence[str] = ("email",)
    values: Mapping[str, float | None] = field(default_factory=dict)
    currency: str | None = "EUR"
    uplift: tuple[float, float, float] = (0.1, 0.0, 0.2)
    features: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class CampaignShop:
    """Everything that the choice reads. contacts: (person, campaign, days before the night)."""

    people: list[Person]
    effect: str = "uplift"
    effects: dict[str, str] = field(default_factory=dict)
    contacts: list[tuple[int, str, int]] = field(default_factory=list)
    controls: list[tuple[int, str, int]] = field(default_factory=list)
    campaigns: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)

    def take_in(self, night: date = NIGHT) -> None:
        """Accept all core tables of a night; their promises are other tests' affair."""
        for name, rows in self.tables(night).items():
            take_in(name, rows, night)

    def tables(self, night: date) -> dict[str, list[dict[str, Any]]]:
        return {
            "core_identities__customers": [
                {
                    "customer_id": number(n),
                    "accounts_count": 2,
                    "first_account_id": f"crm:p{n}",
                    "known_since_date": night,
                }
                for n in range(len(self.people))
            ],
            "core_identities__links": [link for n in range(len(self.people)) for link in self._links(n)],
            "core_identities__guest_orders": [],
            "core_crm__consents": self.consents(),
            "core_crm__campaigns": self.campaigns or [campaign("1", "voucher", "email", night - timedelta(days=200))],
            "core_crm__campaign_contacts": [self._contact(*each, night) for each in self.contacts],
            "core_crm__campaign_controls": [self._control(*each, night) for each in self.controls],
            "core_shop__orders": self.orders,
            "core_shop__order_lines": self.lines,
            "core_shop__products": self.products,
            "core_shop__returns": self.returns,
            "core_customers__features": [self._features(n, person) for n, person in enumerate(self.people)],
        }

    def consents(self) -> list[dict[str, Any]]:
        said = midday(date(2025, 1, 1))
        return [
            {
                "contact_id_crm": f"p{n}",
                "channel_code": channel,
                "is_granted": channel in person.consents,
                "recorded_at": said,
                "updated_at": said,
            }
            for n, person in enumerate(self.people)
            for channel in CHANNELS
        ]

    def affinities(self, night: date = NIGHT) -> str:
        """The draft of what each offer is worth to each customer, as `score` would make it."""
        rows = [
            {
                "customer_id": number(n),
                "campaign_code": code,
                "response_probability": 0.1,
                "window_days": 14,
                "due_date": night + timedelta(days=15),
                "effect_code": self.effects.get(code, self.effect),
                "uplift_probability": person.uplift[0],
                "uplift_low_probability": person.uplift[1],
                "uplift_high_probability": person.uplift[2],
                "value_amount": value,
                "currency": person.currency,
                "score_source": "a model of the tests",
                "night": night,
                "data_as_of": night,
                "is_stale": False,
            }
            for n, person in enumerate(self.people)
            for code, value in person.values.items()
        ]
        return shelf.draft(*_drafted("pub_campaigns__affinities", rows, night))

    def _links(self, n: int) -> list[dict[str, Any]]:
        return [
            {
                "account_id": f"{source}:p{n}",
                "source_code": source,
                "account_id_source": f"p{n}",
                "customer_id": number(n),
                "evidence_code": "alone",
                "facts_hash": "f" * 16,
            }
            for source in ("crm", "shop")
        ]

    def _features(self, n: int, person: Person) -> dict[str, Any]:
        consents = {f"has_{channel}_consent": channel in person.consents for channel in CHANNELS}
        bought = {"orders_count": 4, "sales_amount": 200.0, "currency": person.currency, "is_currency_mixed": False}
        return {"customer_id": number(n), **bought, **consents, **person.features}

    def _contact(self, n: int, campaign_id: str, days: int, night: date) -> dict[str, Any]:
        at = midday(night - timedelta(days=days))
        return {"campaign_id_crm": campaign_id, "contact_id_crm": f"p{n}", "contacted_at": at, "updated_at": at}

    def _control(self, n: int, campaign_id: str, days: int, night: date) -> dict[str, Any]:
        at = midday(night - timedelta(days=days))
        return {"campaign_id_crm": campaign_id, "contact_id_crm": f"p{n}", "held_out_at": at, "updated_at": at}


def campaign(number: str, type_code: str, channel: str, started: date, **more: Any) -> dict[str, Any]:
    return {
        "campaign_id_crm": number,
        "title": f"{type_code} {number}",
        "type_code": type_code,
        "channel_code": channel,
        "started_date": started,
        "ended_date": started + timedelta(days=2),
        "updated_at": midday(started),
        "contact_cost_amount": 1.0,
        "currency": "EUR",
        **more,
    }


def order(person: int, at: date, amount: float = 50.0, **more: Any) -> dict[str, Any]:
    facts = {"customer_id_shop": f"p{person}", "ordered_at": midday(at), "order_date": at, "status_code": "completed"}
    return {**facts, "currency": "EUR", "sales_amount": amount, "updated_at": midday(at), **more}


def take_in(name: str, rows: list[dict[str, Any]], night: date) -> None:
    placed = accept.place(shelf.opened(shelf.draft(*_drafted(name, rows, night))))
    with transaction() as connection:
        accept.enter(connection, placed)


def _drafted(name: str, rows: list[dict[str, Any]], night: date) -> tuple[Table, date, pa.Table]:
    table = expectations.table(name)
    schema = arrow.schema(table)
    numbered = [{"order_id_shop": f"o{n}", **row} for n, row in enumerate(rows)]
    columns = {item.name: _column([row.get(item.name) for row in numbered], item) for item in schema}
    return table, night, pa.table(columns)


def _column(values: list[Any], item: pa.Field) -> pa.Array:
    """A column of a contract; what may not be missing and is not given is zero, false or empty."""
    empty = False if pa.types.is_boolean(item.type) else "" if pa.types.is_string(item.type) else 0
    filled = values if item.nullable else [empty if value is None else value for value in values]
    if pa.types.is_decimal(item.type):
        return pa.array([None if value is None else float(value) for value in filled], pa.float64()).cast(item.type)
    return pa.array(filled, item.type)
