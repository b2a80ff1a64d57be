"""Mailboxes and phones of the demo's people. MADE: nobody has them; domains and numbers are reserved for fiction.

Domains: RFC 2606. Phones: the Australian regulator's geographic numbers for films and books, (0X) 5550 and 7010
0000-9999. About 1 in 50 people has a mailbox or a phone together with another household, a few use a mailbox of
their firm or its switchboard, some give none: shared values must not join people.
"""

import re
from dataclasses import dataclass

from mining_tasks.demo.draws import chance, draws, pick
from mining_tasks.demo.people import Person

DOMAINS = ("example.com", "example.com", "example.org", "example.net")
FIRM_MAILBOXES = ("info@example.com", "office@example.com", "accounts@example.org")
SWITCHBOARD = ("2", "70100000")
AREA_CODES = {"nsw": "2", "act": "2", "vic": "3", "tas": "3", "qld": "7", "sa": "8", "wa": "8", "nt": "8"}


@dataclass(frozen=True)
class ContactPoints:
    """How one silo reaches one person; `kind` says for the tests whether the mailbox is hers alone."""

    email: str | None
    is_email_verified: bool
    phone: str | None
    kind: str


def contact_points(person: Person, partner: Person, source: str) -> ContactPoints:
    """What the person (or, where they share, her partner) gave to that silo, typed as people type there."""
    kind = _mailbox_kind(person, source)
    email = _mailbox(person, partner, kind)
    verified = email is not None and kind != "firm" and chance("verified", source, person.rank) < 0.85
    phone = _phone(person, partner, source)
    return ContactPoints(email and _as_typed(email, person, source), verified, phone, kind)


def _mailbox_kind(person: Person, source: str) -> str:
    here, everywhere = chance("mailbox", source, person.rank), chance("mailbox", person.rank)
    if here < (0.03 if source == "shop" else 0.10):
        return "none"
    if everywhere < 0.01:
        return "firm"
    if everywhere < 0.03:
        return "shared"
    return "second" if source != "shop" and here > 0.93 else "own"


def _mailbox(person: Person, partner: Person, kind: str) -> str | None:
    if kind == "none":
        return None
    if kind == "firm":
        return pick(draws("firm", person.rank), FIRM_MAILBOXES)
    return _own_mailbox(partner if kind == "shared" else person, kind)


def _own_mailbox(person: Person, kind: str) -> str:
    record = person.records[0]
    words = [re.sub("[^a-z]", "", name) for name in (record.given_name, record.surname)]
    name = ".".join(word for word in words if word) or "household"
    if kind == "second":
        return f"{words[1] or name}.home{person.rank}@example.net"
    return f"{name}{person.rank}@{pick(draws('domain', person.rank), DOMAINS)}"


def _as_typed(email: str, person: Person, source: str) -> str:
    luck = chance("typing", source, person.rank)
    if luck < 0.04:
        return f" {email} "
    if luck < 0.16:
        return email.upper() if luck < 0.06 else email.title()
    return email


def _phone(person: Person, partner: Person, source: str) -> str | None:
    here, everywhere = chance("phone", source, person.rank), chance("phone", person.rank)
    if here < (0.25 if source == "support" else 0.08):
        return None
    if everywhere < 0.006:
        return _phone_as_typed(*SWITCHBOARD, source)
    return _phone_as_typed(*_number(partner if everywhere < 0.026 else person), source)


def _number(person: Person) -> tuple[str, str]:
    area = AREA_CODES.get(person.records[0].state, "2")
    return area, f"5550{(person.rank * 7_919 + 13) % 10_000:04d}"  # 7,919 is prime: no two ranks below 10,000 meet


def _phone_as_typed(area: str, number: str, source: str) -> str:
    if source == "shop":
        return f"(0{area}) {number[:4]} {number[4:]}"
    return f"+61 {area} {number[:4]} {number[4:]}" if source == "crm" else f"0{area}{number}"
