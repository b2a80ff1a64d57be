"""Campaigns, who was in which, and what came of it: real, except that every campaign is said to have gone by post."""

from collections.abc import Iterator
from datetime import date
from itertools import accumulate

import duckdb

from mining_tasks.demo.crm_contacts import Contact, version
from mining_tasks.demo.moments import at, iso
from mining_tasks.demo.versions import Version

CHANNEL = "post"  # coupons were mailed to the households, says the publisher
CAMPAIGNS_SQL = "SELECT campaign_id, campaign_type, started, ended FROM campaigns ORDER BY campaign_id"
MEMBERS_SQL = """
SELECT
    campaign_id, household_id, ANY_VALUE(started),
    LIST(redeemed ORDER BY redeemed) FILTER (redeemed IS NOT NULL),
    LIST(coupons ORDER BY redeemed) FILTER (redeemed IS NOT NULL)
FROM campaign_contacts
JOIN campaigns USING (campaign_id)
LEFT JOIN redemptions USING (campaign_id, household_id)
GROUP BY campaign_id, household_id
ORDER BY campaign_id, household_id
"""


def campaigns(journey: duckdb.DuckDBPyConnection) -> Iterator[Version]:
    """The 27 campaigns; each was entered on the day it started."""
    for number, kind, started, ended in journey.execute(CAMPAIGNS_SQL).fetchall():
        properties = {
            "hs_name": f"Campaign {number}",
            "campaign_type": kind,
            "channel": CHANNEL,
            "hs_start_date": started.isoformat(),
            "hs_end_date": ended.isoformat(),
        }
        yield version("campaigns", str(number), at(started), properties, at(started))


def campaign_contacts(journey: duckdb.DuckDBPyConnection, contacts: list[Contact]) -> Iterator[Version]:
    """One record per campaign and household, with a new version for every day on which coupons were redeemed."""
    ids: dict[int | None, str] = {}
    for contact in contacts:
        ids.setdefault(contact.account.household_id, contact.id)  # the first entry, not the double one
    for campaign, household, started, days, coupons in journey.execute(MEMBERS_SQL).fetchall():
        yield from _member(str(campaign), ids[household], started, list(zip(days or [], coupons or [], strict=True)))


def _member(campaign: str, contact: str, started: date, redeemed: list[tuple[date, int]]) -> Iterator[Version]:
    responses = [0, *accumulate(coupons for _, coupons in redeemed)]
    changes = [started, *(day for day, _ in redeemed)]
    for count, changed in zip(responses, changes, strict=True):
        properties = {
            "campaign_id": campaign,
            "contact_id": contact,
            "contacted_at": iso(at(started)),
            "first_responded_at": iso(at(redeemed[0][0])) if count else None,
            "responses": str(count),
        }
        yield version("campaign_contacts", f"{campaign}-{contact}", at(changed), properties, at(started))
