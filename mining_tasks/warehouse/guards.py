"""What must hold before a family is published, beside its promises: nothing secret, nothing broken, nothing too old."""

import json
from datetime import date

import expectations
from expectations import table
from expectations.fields import SOURCES
from expectations.words import Pii
from mining_tasks.warehouse import contracts, ledger

STALE_SOURCES_MOST = 1  # S2 of our reliability cases: with two sources down nothing new is published
SHOP_NIGHTS_MOST = 3  # S2: nor with a shop older than three nights
SECRET = {Pii.CONTACT, Pii.FREE_TEXT, Pii.SENSITIVE}


class NotPublished(ValueError):
    """The family was refused; its last good night stays."""


def allow(family: str, night: date) -> None:
    """Raise `NotPublished` if the family's contracts or the age of the night's sources forbid it."""
    _guard_contracts(family)
    _guard_freshness(family, night)


def told(family: str, night: date) -> list[str]:
    """The sentences that go with a *go*: what held, what a person overrode, which old data stand in."""
    meant = _overridden(family, night)
    held = "every promise held" if meant else "every promise and guard held"
    return [held, *meant, *_stood_in(night)]


def _overridden(family: str, night: date) -> list[str]:
    """One sentence a table whose guards a person overrode: who said that tonight is meant, and why."""
    said = [ledger.override(each.name, night) for each in expectations.family(family)]
    return [f"{one['table_name']}: guards overridden by {one['who']}: {one['why']}" for one in said if one]


def _stood_in(night: date) -> list[str]:
    """One sentence a source whose last good data stand in tonight: what was published is as old as they are."""
    as_of = {room: row["data_as_of"] for room, row in _silos(night) if row["is_stale"]}
    return [f"{room} failed tonight, its data as of {as_of[room]} stand in" for room in sorted(as_of)]


def _silos(night: date) -> list[tuple[str, ledger.Row]]:
    """What the night holds of each source, with the source's name."""
    rows = [(table(row["table_name"]).room, row) for row in ledger.accepted_on(night)]
    return [(room, row) for room, row in rows if room in SOURCES]


def _guard_contracts(family: str) -> None:
    """No table for readers may hold what tells who a person is, or break what was promised before."""
    tables = expectations.family(family)
    if not tables:
        raise NotPublished(f"no published table is promised by a room {family!r}; there are {expectations.families()}")
    secret = [f"{table.name}.{c.name} ({c.pii})" for table in tables for c in table.columns if c.pii in SECRET]
    if secret:
        raise NotPublished(f"{family}: not for readers: {', '.join(secret)}")
    before = _promised_before(family)
    breaks = [
        fault for t in tables if t.name in before for fault in contracts.breaks(before[t.name], contracts.snapshot(t))
    ]
    if breaks:
        raise NotPublished(f"{family}: breaks what readers were promised: " + "; ".join(breaks))


def _promised_before(family: str) -> dict[str, dict[str, object]]:
    now = ledger.pointer(family)
    tables = json.loads(now["tables"]) if now else []
    return {table["name"]: table["contract"] for table in tables}


def _guard_freshness(family: str, night: date) -> None:
    """Nothing new is said on data too old to be vouched for; quality and models report on the failure itself."""
    if family in ("quality", "models"):
        return
    silos = _silos(night)
    stale = sorted({room for room, row in silos if row["is_stale"]})
    if len(stale) > STALE_SOURCES_MOST:
        raise NotPublished(f"{family}: {' and '.join(stale)} failed tonight; at most {STALE_SOURCES_MOST} may")
    ages = [(night - row["data_as_of"]).days for room, row in silos if room == "shop"]
    if max(ages, default=0) > SHOP_NIGHTS_MOST:
        raise NotPublished(f"{family}: the shop's data are {max(ages)} nights old; at most {SHOP_NIGHTS_MOST} may pass")
