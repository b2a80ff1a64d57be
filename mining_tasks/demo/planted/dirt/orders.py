"""Orders as no shop should hold them (S9, S11, S12, S13 of the reliability list), beside the good; and late ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.dirt.dirty import LOADED, QUARANTINED, WITHOUT_CURRENCY, told
from mining_tasks.demo.planted.silos.drop_plan import NIGHTS_TO_RUN
from mining_tasks.demo.planted.world import Block, World

FIRST_ID = 9 * 10**12  # far above the good ones; a block's dirty orders are fewer than a thousand
DAY = 86_400
MINOR = {0: 1, 2: 100, 3: 1_000}


@dataclass(frozen=True)
class DirtyOrder:
    """One kind: what stands in the columns that are dirty, and what becomes of it.

    paid: the amount as text; exact: the same in minor units of `currency`, for the truth; None if nobody can say.
    placed: a local time, else some moment of the shop's days.
    """

    kind_code: str
    expected_code: str
    paid: str = "19.90"
    currency: str = "EUR"
    exact: int | None = 1_990
    placed: str | None = None
    placed_utc: datetime | None = None
    is_of_a_customer: bool = False
    is_text_only: bool = False  # a database with exact types would refuse it


KINDS = (
    DirtyOrder("decimal_comma", QUARANTINED, "1.234,56", is_text_only=True),
    DirtyOrder("thousands_separator", QUARANTINED, "1,234.56", is_text_only=True),
    DirtyOrder("not_a_number", QUARANTINED, "NaN", is_text_only=True),
    DirtyOrder("too_many_decimals", QUARANTINED, "12.345678", is_text_only=True),
    DirtyOrder("exponent", QUARANTINED, "1e3", is_text_only=True),
    DirtyOrder("amount_missing", QUARANTINED, ""),
    DirtyOrder("far_future", QUARANTINED, placed="2099-01-01 00:00:00"),
    DirtyOrder("epoch_zero", QUARANTINED, placed="1970-01-01 00:00:00"),
    DirtyOrder("unknown_currency", WITHOUT_CURRENCY, currency="XXQ"),
    DirtyOrder("lower_case_currency", LOADED, currency="eur"),
    DirtyOrder("refund", LOADED, "-19.90", exact=-1_990),
    DirtyOrder("no_decimals", LOADED, "1234", "JPY", 1_234),
    DirtyOrder("three_decimals", LOADED, "12.345", "KWD", 12_345),
    DirtyOrder("second_currency", LOADED, "25.00", "CHF", 2_500, is_of_a_customer=True),
    # Berlin's clocks: this time did not exist, and is read with the offset before the gap (RFC 5545, 3.3.5).
    DirtyOrder(
        "clock_skipped",
        LOADED,
        placed="2026-03-29 02:30:00",
        placed_utc=datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ),
    # These existed twice, and are read as the first of the two.
    DirtyOrder(
        "clock_twice", LOADED, placed="2025-10-26 02:30:00", placed_utc=datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    ),
    DirtyOrder(
        "clock_twice", LOADED, placed="2026-10-25 02:30:00", placed_utc=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ),
)


def arriving(world: World, block: Block, orders: pa.Table) -> pa.Table:
    """The orders with `updated_at`, the moment from which the shop shows them: a few come days after they were placed.

    None comes after the last day, and on each of the last nights at least one comes, if somebody bought by then.
    """
    said, placed, day = world.settings["dirt"], orders["placed_at"].to_numpy(), orders["day"].to_numpy()
    late_by = said["late_days"] * DAY
    is_late = world.rng("dirt.late", block.number).random(len(orders)) < said["late_share"]
    for night in range(world.days - NIGHTS_TO_RUN, world.days):
        is_late[np.flatnonzero(day == night - said["late_days"])[:1]] = True
    is_late &= (placed + late_by < world.midnights[world.days]) & (day >= 0)
    return orders.append_column("updated_at", pa.array(placed + is_late * late_by))


def late(world: World, orders: pa.Table) -> pa.Table:
    """What the truth says of late orders."""
    rows = orders.filter(pc.greater(orders["updated_at"], orders["placed_at"])).select(["order_id", "updated_at"])
    nights = np.searchsorted(world.midnights, rows["updated_at"].to_numpy(), side="right") - 1
    ids = rows["order_id"].to_pylist()
    return told(_told(world, str(key), int(day), "late", LOADED) for key, day in zip(ids, nights.tolist(), strict=True))


@dataclass(frozen=True)
class Made:
    """Dirty orders: as rows of the shop's table, as the truth's good orders where they load, and what is told."""

    rows: list[dict[str, Any]]
    good: list[dict[str, Any]]
    dirt: pa.Table


def dirty_orders(world: World, block: Block, orders: pa.Table, texts: bool) -> Made:
    """So many rounds of all kinds as the block has room for; `texts` says that the database takes any text."""
    seen = orders.filter(pc.less(orders["day"], world.days))
    room = int(len(seen) * world.settings["dirt"]["orders_share"])
    kinds = list(_possible(world, texts))
    rng = world.rng("dirt.orders", block.number)
    rows, good, dirt = [], [], []
    known = pc.drop_null(seen["account_id"]).to_numpy()
    for number in range(min(room, 50 * len(kinds))):
        kind = kinds[(number + block.number) % len(kinds)]
        customer = int(rng.choice(known)) if kind.is_of_a_customer and len(known) else None
        at = int(rng.integers(world.midnights[0], world.midnights[world.days]))
        order = _Order(FIRST_ID + 1_000 * block.number + number, customer, at)
        rows.append(_row(world, order, kind))
        if kind.expected_code != QUARANTINED:
            good.append(_good(world, order, kind))
        day = _day(world, _shown_at(order, kind))
        dirt.append(_told(world, str(order.key), day, kind.kind_code, kind.expected_code))
    return Made(rows, good, told(dirt))


@dataclass(frozen=True)
class _Order:
    key: int
    customer: int | None
    at: int


def _possible(world: World, texts: bool) -> Iterator[DirtyOrder]:
    """Kinds that the database takes and whose moment lies in the shop's days."""
    for kind in KINDS:
        day = world.day_of(kind.placed_utc.date()) if kind.placed_utc else 0
        if (texts or not kind.is_text_only) and 0 <= day < world.days:
            yield kind


def _shown_at(order: _Order, kind: DirtyOrder) -> int:
    return int(kind.placed_utc.timestamp()) if kind.placed_utc else order.at


def _local(world: World, seconds: int) -> str:
    return datetime.fromtimestamp(seconds, world.zone).strftime("%Y-%m-%d %H:%M:%S")


def _row(world: World, order: _Order, kind: DirtyOrder) -> dict[str, Any]:
    shown = _local(world, _shown_at(order, kind))
    return {
        "id": order.key,
        "customer_id": order.customer,
        "placed_at": kind.placed or shown,
        "state": "completed",
        "currency": kind.currency,
        "total": kind.paid or None,
        "discount": "0.00",
        "updated_at": kind.placed if kind.placed_utc else shown,
    }


def _good(world: World, order: _Order, kind: DirtyOrder) -> dict[str, Any]:
    at = _shown_at(order, kind)
    known = kind.expected_code == LOADED
    return {
        "order_id": order.key,
        "account_id": order.customer,
        "placed_at": at,
        "updated_at": at,
        "day": _day(world, at),
        "currency": kind.currency.upper() if known else None,
        "cause_code": "dirt",
        "status_code": "completed",
        "amount_minor": kind.exact,
        "discount_minor": 0,
    }


def _day(world: World, seconds: int) -> int:
    return int(np.searchsorted(world.midnights, seconds, side="right")) - 1


def _told(world: World, key: str, day: int, kind_code: str, expected_code: str) -> dict[str, object]:
    night: date = world.first_day + timedelta(days=day)
    row = {"source_code": "shop", "table": "orders", "position": None, "key": key}
    return {**row, "night": night, "kind_code": kind_code, "expected_code": expected_code}
