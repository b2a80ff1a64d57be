"""The published rows: what each customer is expected to order and to bring, how sure that is, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value.forecast import HORIZONS, LONG, SHORT, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.intervals import Intervals
from mining_tasks.lifetime_value.strangers import Strangers

NEXT_MOST = 730  # days; a next order further off is no date to act on
DIGITS = 4
Money = dict[int, tuple[Numbers, Numbers, Numbers]]  # by horizon: expected, low, high


@dataclass(frozen=True)
class Said:
    """What is said of n buyers in their own currency, by whom, and what has to be known about it."""

    forecast: Forecast
    money: Money
    source: str
    remarks: tuple[str, ...] = ()


def said(forecast: Forecast, spread: Intervals | None, unit: Numbers, source: str, remarks: tuple[str, ...]) -> Said:
    """Put a forecast into money; without a spread the interval reaches from nothing to five times the value."""
    money: Money = {}
    for days in HORIZONS:
        value = forecast.value[days]
        low, high = spread.ends(forecast, days) if spread else (np.minimum(value, 0.0), np.maximum(value, 0.0) * 5)
        money[days] = value * unit, low * unit, high * unit
    return Said(forecast, money, source, remarks)


def buyers(facts: pa.Table, history: History, told: Said, night: date) -> pa.Table:
    """Rows of customers with an order; `facts` and the rest in the same order."""
    next_days = np.where(told.forecast.next_days <= NEXT_MOST, told.forecast.next_days, np.nan)
    columns = {
        "customer_id": facts["customer_id"],
        "currency": pc.fill_null(facts["currency"], ""),
        "value_basis_code": facts["value_basis_code"],
        "active_probability": np.clip(told.forecast.active, 0.0, 1.0).round(6),
        **_figures(told.forecast.orders, told.money),
        "next_order_date": _dates(next_days, night),
        "reasons": _reasons(history, told),
        "score_source": pa.repeat(pa.scalar(told.source), len(facts)),
    }
    return pa.table(columns)


def strangers(facts: pa.Table, rule: Strangers, night: date) -> pa.Table:
    """Rows of customers without an order: what alike accounts did in the 90 days before tonight."""
    count = len(facts)
    orders, value = rule.orders(facts), rule.value(facts)
    by = {days: days / SHORT for days in HORIZONS}
    money = {days: (value * by[days], np.zeros(count), value * by[days] * rule.high) for days in HORIZONS}
    columns = {
        "customer_id": facts["customer_id"],
        "currency": pa.repeat(pa.scalar(rule.currency), count),
        "value_basis_code": facts["value_basis_code"],
        "active_probability": np.clip(rule.share(facts), 0.0, 1.0).round(6),
        **_figures({days: orders * by[days] for days in HORIZONS}, money),
        "next_order_date": pa.nulls(count, pa.date32()),
        "reasons": pa.repeat(pa.scalar(rule.words), count),
        "score_source": pa.repeat(pa.scalar(rule.source), count),
    }
    return pa.table(columns)


def marked(rows: pa.Table, night: date, marks: Mapping[str, Any]) -> pa.Table:
    """The rows with their due dates and the marks every published table carries."""
    told = {f"due_{days}_days_date": night + timedelta(days=days) for days in HORIZONS} | dict(marks)
    for name, value in told.items():
        rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
    return rows


def _figures(orders: Mapping[int, Numbers], money: Money) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for days in HORIZONS:
        value, low, high = money[days]
        found[f"orders_expected_{days}_days"] = np.maximum(orders[days], 0.0).round(6)
        found[f"value_{days}_days_amount"] = value.round(DIGITS)
        found[f"value_{days}_days_low_amount"] = low.round(DIGITS)
        found[f"value_{days}_days_high_amount"] = high.round(DIGITS)
    return found


def _dates(days: Numbers, night: date) -> pa.Array:
    known = np.isfinite(days)
    first = (night - date(1970, 1, 1)).days
    numbers = first + np.ceil(np.where(known, np.maximum(days, 1.0), 0.0)).astype(np.int32)
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=~known).cast(pa.date32())


def _reasons(history: History, told: Said) -> pa.Array:
    """What she did, in words, and the remarks that hold for all; equal histories share their sentence."""
    days, silent = history.days.astype(int), history.silence.astype(int)
    gap = np.where(history.frequency > 0, np.round(history.recency / np.maximum(history.frequency, 1)), 0).astype(int)
    keys, place = np.unique(np.column_stack([days, silent, gap]), axis=0, return_inverse=True)
    sentences = pa.array([_sentence(*key) for key in keys.tolist()], pa.string()).take(pa.array(place.ravel()))
    orders = pc.cast(pa.array(np.round(told.forecast.orders[LONG], 1)), pa.string())
    parts = [sentences, pa.scalar("; about "), orders, pa.scalar(" orders are expected in a year")]
    remarks = pa.scalar("".join(f"; {remark}" for remark in told.remarks))
    return pc.binary_join_element_wise(*parts, remarks, "")


def _sentence(days: int, silent: int, gap: int) -> str:
    ago = "today" if silent == 0 else f"{silent:,} day{'' if silent == 1 else 's'} ago"
    if gap == 0:
        return f"ordered on one day, {ago}"
    return f"ordered on {days:,} days, usually every {gap:,}, last {ago}"
