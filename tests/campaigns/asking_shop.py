"""A planted shop that writes to its customers: who answers and what it changes is known, for tests alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

import expectations
from mining_tasks.warehouse import accept, shelf
from tests.campaigns import shop as shop_tables
from tests.sample import as_table

FIRST_DAY = date(2017, 1, 1)
FIRST_NIGHT = date(2018, 1, 10)
CAMPAIGN_DAYS = tuple(range(120, 346, 25))  # ten campaigns, vouchers by mail and letters in turn
WINDOW = 14
HELD_OUT = 0.3  # of those whom a voucher was meant for
Rows = list[dict[str, Any]]


def night_after(nights: int) -> date:
    return FIRST_NIGHT + timedelta(days=nights)


@dataclass(frozen=True)
class Shop:
    """Customers who like being asked, those who do not care, those whom it puts off; strangers who only get letters.

    answers: whether responses hang on what customers are like; without, they are tossed. fair: whether vouchers were
    held back by lot; without, from those who buy least.
    """

    each: int = 300
    seed: int = 5
    answers: bool = True
    fair: bool = True
    responds: bool = True
    price_factor: float = 1.0

    @cached_property
    def ids(self) -> list[str]:
        drawn = np.random.default_rng(self.seed + 1).integers(0, 2**62, 3 * self.each)
        return [f"c_{number:016x}" for number in drawn]

    @cached_property
    def story(self) -> tuple[Rows, Rows, Rows]:
        """Orders, contacts and controls of all days, in time."""
        dice = np.random.default_rng(self.seed)
        count = len(self.ids)
        kind = np.arange(count) % 3  # 0 likes it, 1 does not care, 2 is put off
        pace = np.choose(kind, [0.03, 0.05, 0.09]) * dice.lognormal(0, 0.5, count)
        days = (FIRST_NIGHT - FIRST_DAY).days + 40
        bought = dice.random((days, count)) < pace
        contacts: Rows = []
        controls: Rows = []
        for number, day in enumerate(CAMPAIGN_DAYS):
            meant = dice.random(count) < 0.7
            held = (dice.random(count) < HELD_OUT) & (number % 2 == 0)
            held = held if self.fair else (pace < np.quantile(pace, HELD_OUT)) & (number % 2 == 0)
            likes = np.choose(kind, [0.5, 0.12, 0.03]) if self.answers else np.full(count, 0.2)
            yes = (dice.random(count) < likes) & self.responds
            for row in np.flatnonzero(meant):
                if held[row]:
                    controls.append(_held(number, row, day))
                    continue
                after = day + 1 + int(dice.integers(0, WINDOW - 1))
                contacts.append(_contacted(number, row, day, after if yes[row] else None))
                if kind[row] == 0 and dice.random() < 0.35:
                    bought[after, row] = True
                if kind[row] == 2:
                    bought[day + 1 : day + 1 + WINDOW, row] &= dice.random(WINDOW) < 0.6
        orders = [self._order(int(day), int(row)) for day, row in zip(*np.nonzero(bought), strict=True)]
        return orders, contacts, controls

    def tables(self, night: date) -> dict[str, Rows]:
        """The rows of the tables that the room reads, as of a night."""
        end = datetime.combine(night + timedelta(days=1), time(0), UTC)
        orders, contacts, controls = self.story
        told = [row | {"responded_at": _until(row["responded_at"], end)} for row in contacts]
        return {
            "core_identities__customers": [self._customer(row) for row in range(len(self.ids))],
            "core_identities__links": [self._link(row, of) for row in range(len(self.ids)) for of in ("shop", "crm")],
            "core_shop__orders": [row for row in orders if row["ordered_at"] < end],
            "core_crm__campaigns": [_campaign(number) for number in range(len(CAMPAIGN_DAYS))],
            "core_crm__campaign_contacts": [row for row in told if row["contacted_at"] < end],
            "core_crm__campaign_controls": [row for row in controls if row["held_out_at"] < end],
        }

    def _customer(self, row: int) -> dict[str, Any]:
        counts = {"accounts_count": 2, "shop_accounts_count": 1, "crm_accounts_count": 1}
        others = {"guest_accounts_count": 0, "support_accounts_count": 0}
        facts = {"customer_id": self.ids[row], "first_account_id": f"shop:{row}", "known_since_date": FIRST_DAY}
        return facts | counts | others

    def features(self, row: int) -> dict[str, Any]:
        """As much of her as tells what currencies are worth."""
        bought = {"orders_count": 1, "sales_amount": Decimal("20.00"), "currency": "EUR", "is_currency_mixed": False}
        consents = {f"has_{channel}_consent": True for channel in ("email", "sms", "phone", "post")}
        return {"customer_id": self.ids[row], **bought, **consents}

    def _link(self, row: int, of: str) -> dict[str, Any]:
        account = {"account_id": f"{of}:{row}", "source_code": of, "account_id_source": f"{row}"}
        return account | {"customer_id": self.ids[row], "evidence_code": "alone", "facts_hash": "0" * 64}

    def _order(self, day: int, row: int) -> dict[str, Any]:
        paid = Decimal(str(round((20 + row % 7) * self.price_factor, 2)))
        facts = {"order_id_shop": f"o{day}-{row}", "customer_id_shop": f"{row}", "currency": "EUR"}
        times = {"ordered_at": _at(day), "order_date": _at(day).date(), "updated_at": _at(day)}
        return facts | times | {"sales_amount": paid}


def take_in(shop: Shop, night: date) -> None:
    """Accept the shop's tables for a night into the home."""
    shop_tables.take_in("core_customers__features", [shop.features(row) for row in range(len(shop.ids))], night)
    tables = {expectations.table(name): rows for name, rows in shop.tables(night).items()}
    accept.accept(*(shelf.draft(table, night, as_table(table, rows)) for table, rows in tables.items()))


def _campaign(number: int) -> dict[str, Any]:
    kind, channel = (("voucher", "email"), ("letter", "post"))[number % 2]
    began = FIRST_DAY + timedelta(days=CAMPAIGN_DAYS[number])
    facts = {"campaign_id_crm": f"{number}", "type_code": kind, "channel_code": channel, "started_date": began}
    return facts | {"ended_date": began + timedelta(days=WINDOW - 1), "updated_at": _at(CAMPAIGN_DAYS[number])}


def _contacted(number: int, row: int, day: int, answered: int | None) -> dict[str, Any]:
    facts = {"campaign_id_crm": f"{number}", "contact_id_crm": f"{row}", "contacted_at": _at(day)}
    return facts | {"responded_at": None if answered is None else _at(answered), "updated_at": _at(answered or day)}


def _held(number: int, row: int, day: int) -> dict[str, Any]:
    facts = {"campaign_id_crm": f"{number}", "contact_id_crm": f"{row}", "held_out_at": _at(day)}
    return facts | {"updated_at": _at(day)}


def _until(moment: datetime | None, end: datetime) -> datetime | None:
    return moment if moment is not None and moment < end else None


def _at(day: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=int(day)), time(12), UTC)
