"""A source room's night, as its DAG runs it."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from expectations import table
from mining_tasks.demo.silos import silos
from mining_tasks.warehouse import ledger, shelf, unsealed
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.home import Home

FIRST, SECOND = date(2017, 12, 1), date(2018, 1, 1)


def run(
    steps: ModuleType, night: date, home: Home | None = None, spoil: Callable[[Any], Any] = lambda silos: None
) -> None:
    """Fetch, tidy, accept, merge, accept; serves the demo's CRM and desk while fetching, if a home is given."""
    with silos(home.path) if home else nullcontext() as served:
        spoil(served)
        landed = steps.fetch(night)
    accept(*steps.tidy(night, landed))
    accept(*steps.merge(night))


def core(name: str, night: date) -> list[dict[str, Any]]:
    """The rows of a core table as of a night."""
    return unsealed.table(shelf.read(table(name), night)).to_pylist()


def received(night: date) -> dict[str, tuple[int, int]]:
    """Rows received and set aside that night, by table."""
    return {row["table_name"]: (row["received"], row["quarantined"]) for row in ledger.receipts_on(night)}


def asked(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """What the demo's shop database says itself."""
    with sa.create_engine(f"sqlite:///{home.path / 'demo' / 'shop.db'}").connect() as shop:
        return [tuple(row) for row in shop.exec_driver_sql(sql)]
