"""The CRM: contacts with demographics, consents by channel, campaigns, and who was in which.

Real: demographics, campaigns, their members, redemptions (a redeemed coupon is a response). Made: who else is in the
CRM (6 of 10 other households, 1 in 40 twice, a few strangers), consents, and when a contact was entered.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import duckdb

from mining_tasks.demo.accounts import Account, Town
from mining_tasks.demo.crm_campaigns import campaign_contacts, campaigns
from mining_tasks.demo.crm_consents import consents
from mining_tasks.demo.crm_contacts import contacts
from mining_tasks.demo.versions import Version


@dataclass(frozen=True)
class Crm:
    """The CRM's records in all their versions, and its accounts for the truth."""

    versions: list[Version]
    accounts: list[Account]


def build(journey: duckdb.DuckDBPyConnection, town: Town, opened: dict[int, datetime]) -> Crm:
    """All that the CRM of these households ever held; `opened` says when each shop account was opened."""
    known = contacts(journey, town, opened)
    versions = [
        *(contact.version() for contact in known),
        *chain.from_iterable(consents(contact) for contact in known),
        *campaigns(journey),
        *campaign_contacts(journey, known),
    ]
    return Crm(versions, [contact.account for contact in known])
