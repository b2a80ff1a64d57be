"""Who is in the CRM, and how the CRM writes a contact down."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from mining_tasks.demo.accounts import Account, Town
from mining_tasks.demo.draws import chance, scrambled
from mining_tasks.demo.moments import END, after, at, iso
from mining_tasks.demo.people import HOUSEHOLDS
from mining_tasks.demo.versions import Version

FIRST_ID, FIRST_ID_OF_SECONDS = 51_000_000_000, 61_000_000_000
STRANGERS = 80  # beside the whole shop; a small shop gets its share
PROPERTIES = {  # the CRM's name of what The Complete Journey knows of 801 households
    "age_band": "age",
    "income_band": "income",
    "home_ownership": "home_ownership",
    "marital_status": "marital_status",
    "household_size": "household_size",
    "household_composition": "household_comp",
    "kids_count": "kids_count",
}
CAMPAIGNED_SQL = """
SELECT household_id, MIN(started), MAX(started)
FROM campaign_contacts JOIN campaigns USING (campaign_id) GROUP BY household_id
"""


@dataclass(frozen=True)
class Contact:
    """A person in the CRM; `campaigned` is the first and last time she was in a campaign, if ever."""

    account: Account
    created: datetime
    demographics: dict[str, str | None]
    campaigned: tuple[datetime, datetime] | None = None

    @property
    def id(self) -> str:
        return str(self.account.account_id)

    def version(self) -> Version:
        """The contact as HubSpot's `/crm/v3/objects/contacts` writes one: all properties are text."""
        record, points, created = self.account.record, self.account.points, iso(self.created)
        properties: dict[str, str | None] = {
            "email": points.email,
            "email_confirmed": str(points.is_email_verified).lower(),
            "phone": points.phone,
            "firstname": record.given_name or None,
            "lastname": record.surname or None,
            "date_of_birth": record.birth_date.isoformat() if record.birth_date else None,
            "house_number": record.street_number or None,
            "address": record.street or None,
            "address2": record.address_extra or None,
            "city": record.suburb or None,
            "zip": record.postcode or None,
            "state": record.state or None,
            "country": "AU",
            **{name: self.demographics.get(name) for name in PROPERTIES},
            "createdate": created,
            "lastmodifieddate": created,
            "hs_object_id": self.id,
        }
        return version("contacts", self.id, self.created, properties, self.created)


def version(kind: str, key: str, updated: datetime, properties: dict[str, str | None], created: datetime) -> Version:
    """A CRM object of any kind in HubSpot's envelope."""
    body = {
        "id": key,
        "properties": properties,
        "createdAt": iso(created),
        "updatedAt": iso(updated),
        "archived": False,
    }
    return Version(kind, key, iso(updated), json.dumps(body, ensure_ascii=False))


def contacts(journey: duckdb.DuckDBPyConnection, town: Town, opened: dict[int, datetime]) -> list[Contact]:
    """Every contact: first those of households in the order of their ids, then second entries, then strangers."""
    demographics = _demographics(journey)
    campaigned = {
        household: (at(first), at(last)) for household, first, last in journey.execute(CAMPAIGNED_SQL).fetchall()
    }
    known = demographics.keys() | campaigned.keys()
    firsts = [
        _first(town, household, opened[household], demographics.get(household, {}), campaigned.get(household))
        for household in sorted(opened)
        if household in known or chance("in the crm", household) < 0.6
    ]
    return [*firsts, *_seconds(town, firsts), *_strangers(town, len(opened))]


def _demographics(journey: duckdb.DuckDBPyConnection) -> dict[int, dict[str, str | None]]:
    found = journey.execute("SELECT * FROM demographics ORDER BY household_id")
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row["household_id"]: {ours: row[theirs] for ours, theirs in PROPERTIES.items()} for row in rows}


def _first(
    town: Town,
    household: int,
    opened: datetime,
    demographics: dict[str, str | None],
    campaigned: tuple[datetime, datetime] | None,
) -> Contact:
    account = town.account("crm", scrambled(town.homes[household].rank, FIRST_ID), household)
    created = after(at(opened), timedelta(minutes=5), timedelta(days=2), "crm created", household)
    if campaigned:  # nobody is in a campaign before she is in the CRM
        created = min(created, campaigned[0] - timedelta(days=1))
    return Contact(account, created, demographics, campaigned)


def _seconds(town: Town, firsts: list[Contact]) -> Iterator[Contact]:
    """1 in 40 is in the CRM a second time, typed once more: an import, a form filled in again."""
    for contact in firsts:
        household, rank = contact.account.household_id, contact.account.person.rank
        if household is not None and chance("twice in the crm", household) < 0.025:
            account = town.account("crm", scrambled(rank, FIRST_ID_OF_SECONDS), household, typing=3)
            yield Contact(account, _some_day("second", rank), {})


def _strangers(town: Town, households: int) -> Iterator[Contact]:
    for number in range(STRANGERS * households // HOUSEHOLDS):
        account = town.stranger("crm", scrambled(HOUSEHOLDS + number, FIRST_ID), number)
        yield Contact(account, _some_day("stranger", number), {})


def _some_day(*purpose: object) -> datetime:
    return after(END - timedelta(days=365), timedelta(), timedelta(days=364), "crm", *purpose)
