"""What each contact allowed by which channel, and who took it back. MADE; a channel without a row is unknown."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mining_tasks.demo.crm_contacts import Contact, version
from mining_tasks.demo.draws import between, chance, draws
from mining_tasks.demo.moments import END, at, iso
from mining_tasks.demo.versions import Version

ASKED = {"email": 0.95, "sms": 0.6, "phone": 0.4, "post": 0.8}
GRANTED = {"email": 0.72, "sms": 0.35, "phone": 0.25, "post": 0.85}
WITHDRAWN = 0.06  # of the granted


def consents(contact: Contact) -> Iterator[Version]:
    """The contact's consents in HubSpot's words; whoever was in a (mailed) campaign had allowed post till then."""
    for channel in ASKED:
        mailed = channel == "post" and contact.campaigned is not None
        if mailed or chance("asked", channel, contact.id) < ASKED[channel]:
            granted = mailed or chance("granted", channel, contact.id) < GRANTED[channel]
            yield _consent(contact, channel, granted, contact.created)
            if granted and chance("withdrawn", channel, contact.id) < WITHDRAWN:
                yield _consent(contact, channel, False, _withdrawn_at(contact, channel))


def _withdrawn_at(contact: Contact, channel: str) -> datetime:
    earliest = contact.campaigned[1] if contact.campaigned else contact.created
    share = between(draws("withdrawn at", channel, contact.id), 0.01, 0.99)
    return at(earliest + timedelta(seconds=share * (END - earliest).total_seconds()))


def _consent(contact: Contact, channel: str, granted: bool, recorded: datetime) -> Version:
    properties: dict[str, str | None] = {
        "contact_id": contact.id,
        "channel": channel,
        "status": "SUBSCRIBED" if granted else "NOT_SUBSCRIBED",
        "granted": str(granted).lower(),
        "recorded_at": iso(recorded),
    }
    return version("statuses", f"{contact.id}-{channel}", recorded, properties, contact.created)
