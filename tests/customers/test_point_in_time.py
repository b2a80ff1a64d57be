"""The same SQL over a later state gives what it gave then, for facts that never change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.customers.drawn_shop import Drawn

TIMES = {
    "core_shop__orders": "ordered_at",
    "core_shop__order_lines": "ordered_at",
    "core_crm__campaign_contacts": "contacted_at",
    "core_crm__consents": "recorded_at",
    "core_support__tickets": "opened_at",
    "core_support__reviews": "reviewed_at",
}
CONSENT = ("has_email_consent", "has_sms_consent", "has_phone_consent", "has_post_consent")
FIRST = datetime(2017, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 24 * 60).map(lambda hours: FIRST + timedelta(hours=hours))


@st.composite
def histories(draw: st.DrawFn) -> Drawn:
    """A shop with orders, lines, campaigns, tickets and reviews at any hour of sixty days."""
    orders, lines = [], []
    for number, at in enumerate(draw(st.lists(HOURS, max_size=8))):
        facts = {"order_id_shop": f"o{number}", "ordered_at": at, "order_date": at.date(), "updated_at": at}
        money = {"currency": draw(st.sampled_from(["EUR", "USD", None])), "sales_amount": Decimal(number)}
        orders.append({**facts, **money, "customer_id_shop": draw(st.sampled_from(["1", "2", "3", None]))})
        product = draw(st.sampled_from("abc"))
        lines.append({**facts, **money, "line_number": 1, "product_id_shop": product})
    tickets = [
        {
            "ticket_id_support": f"t{n}",
            "requester_id_support": "1",
            "opened_at": at,
            "solved_at": at + timedelta(days=n),
        }
        for n, at in enumerate(draw(st.lists(HOURS, max_size=5)))
    ]
    reached = [
        {"campaign_id_crm": f"c{n}", "contact_id_crm": "1", "contacted_at": at, "responded_at": at + timedelta(days=n)}
        for n, at in enumerate(draw(st.lists(HOURS, max_size=5)))
    ]
    guest = draw(st.sampled_from(["shop:1", "shop:2", "shop:nobody"]))
    left = [order["order_id_shop"] for order in orders if order["customer_id_shop"] is None]
    shop = Drawn()
    rows = {
        "core_identities__guest_orders": [{"order_id_shop": order, "account_id": guest} for order in left],
        "core_shop__orders": orders,
        "core_shop__order_lines": lines,
        "core_support__tickets": tickets,
        "core_crm__campaign_contacts": reached,
    }
    for name, made in rows.items():
        shop.tables[name] = _table(shop.tables[name].schema, made)
    return shop


def _table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    told = {"updated_at": FIRST} if "updated_at" in schema.names else {}
    return pa.Table.from_pylist([{**told, **row} for row in rows], schema=schema)


def _state_of(shop: Drawn, day: date) -> Drawn:
    """What the warehouse could know at the end of that day."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    then = Drawn()
    for name, rows in shop.tables.items():
        then.tables[name] = rows.filter(pc.less(rows[TIMES[name]], pa.scalar(end))) if name in TIMES else rows
    return then


@settings(max_examples=25, deadline=None)
@given(histories(), st.integers(0, 60))
def test_features_of_an_earlier_day_do_not_know_what_came_after(shop: Drawn, after_days: int) -> None:
    day = (FIRST + timedelta(days=after_days)).date()
    assert shop.as_of(day) == _state_of(shop, day).as_of(day)


@settings(max_examples=10, deadline=None)
@given(histories(), st.randoms())
def test_the_order_of_rows_does_not_count(shop: Drawn, luck: Any) -> None:
    shuffled = Drawn()
    for name, rows in shop.tables.items():
        shuffled.tables[name] = rows.take(luck.sample(range(rows.num_rows), rows.num_rows)) if rows.num_rows else rows
    assert shuffled.as_of() == shop.as_of()
