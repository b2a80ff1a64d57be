"""Landed text to raw tables, and raw tables into our picture of a silo: the same for every source room."""

from collections.abc import Sequence
from datetime import date

import expectations
from mining_tasks.sources.business_days import business_days
from mining_tasks.sources.settings import promised, silo
from mining_tasks.warehouse import landing
from mining_tasks.warehouse.merge import merge as merge_into
from mining_tasks.warehouse.receive import receive


def tidy(name: str, night: date, addresses: Sequence[str]) -> list[str]:
    """Convert what landed to the types of its contracts; returns the drafts' addresses, in the landings' order."""
    zone = silo(name).timezone
    return [receive(address, night, zone, business_days(landing.opened(address).table)) for address in addresses]


def merge(name: str, night: date) -> list[str]:
    """Bring every core table of the silo up to date with the night's accepted raw rows; returns drafts' addresses."""
    pairs = [(raw, expectations.table(f"core_{name}__{raw.things}")) for raw in promised(name)]
    return [merge_into(raw, core, night) for raw, core in pairs]
