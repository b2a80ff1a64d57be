"""Rows as a source would send them, landed and received for tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from expectations.words import Table
from mining_tasks.warehouse import shelf, unsealed
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.landing import Landing
from mining_tasks.warehouse.merge import merge
from mining_tasks.warehouse.receive import receive

NIGHT = date(2026, 3, 2)
Said = Mapping[str, str | None]
BUSINESS_DAY = {"order_date": "ordered_at"}


def land(table: Table, rows: Sequence[Said], night: date = NIGHT, faults: int = 0, page: int = 1000) -> str:
    """The address of a complete landing; row n lies at position `row n`, pages have `page` rows."""
    with Landing(table, night) as landing:
        for start in range(0, len(rows), page):
            some = rows[start : start + page]
            names = dict.fromkeys(name for row in some for name in row)
            columns = {name: [row.get(name) for row in some] for name in names}
            landing.add(columns, [f"row {start + n}" for n in range(len(some))])
        for number in range(faults):
            landing.fault(f'{{"cut": {number}', f"line {number}", "not JSON")
    return landing.address


def received(
    table: Table, rows: Sequence[Said], night: date = NIGHT, zone: str = "UTC", faults: int = 0
) -> list[dict[str, Any]]:
    """What is loaded of the rows, in the order of the key."""
    derived = BUSINESS_DAY if any(column.name == "order_date" for column in table.columns) else {}
    return loaded(receive(land(table, rows, night, faults), night, zone, derived))


def loaded(address: str) -> list[dict[str, Any]]:
    """The rows of a draft."""
    return unsealed.table(shelf.opened(address)).to_pylist()


def night_of(raw: Table, core: Table, night: date, rows: Sequence[Said]) -> list[dict[str, Any]]:
    """A whole night of one table: landed, received, accepted, merged, accepted; gives the state after it."""
    take_in(raw, night, rows)
    accept(merge(raw, core, night))
    return unsealed.table(shelf.read(core, night)).to_pylist()


def take_in(raw: Table, night: date, rows: Sequence[Said]) -> str:
    """A night's raw rows landed, received and accepted; gives the run id."""
    derived = BUSINESS_DAY if any(column.name == "order_date" for column in raw.columns) else {}
    return accept(receive(land(raw, rows, night), night, "UTC", derived))[0]
