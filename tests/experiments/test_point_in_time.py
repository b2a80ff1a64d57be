"""Facts of a day know nothing of what came after it, and are the same whatever other days are asked for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mining_tasks.experiments.point_in_time import FEATURES, GROUPS
from tests.experiments.small_shop import ANNA, GUEST, PETER, Shop, habits, known_at, line, made, order, shop

pytestmark = pytest.mark.usefixtures("shop_home")
FIRST = datetime(2017, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 24 * 60).map(lambda hours: FIRST + timedelta(hours=hours))
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def histories(draw: st.DrawFn) -> Shop:
    """Orders of accounts and guests, lines, returns, campaigns, consents, tickets, reviews at any hour of 60 days."""
    orders, lines, returns, guests = [], [], [], []
    for number, at in enumerate(draw(st.lists(HOURS, max_size=9))):
        account = draw(st.sampled_from(["1", "2", None]))
        more = {"ordered_at": at, "currency": draw(st.sampled_from(["EUR", "USD", None]))}
        more |= {"discount_amount": draw(st.sampled_from([None, Decimal(2)])), "guest_country_code": "FR"}
        more |= {"status_code": draw(st.sampled_from(["paid", "cancelled", None]))}
        orders.append(order(f"o{number}", at.date().isoformat(), number, account, **more))
        guests += [] if account else [{"order_id_shop": f"o{number}", "account_id": "shop:guest:g1"}]
        lines.append(line(f"o{number}", draw(st.sampled_from("abc")), ordered_at=at))
        returned = {"refund_amount": Decimal(1), "returned_at": at + timedelta(hours=draw(st.integers(0, 500)))}
        returns += [{"order_id_shop": f"o{number}", **returned}] if draw(st.booleans()) else []
    times = draw(st.lists(st.tuples(HOURS, HOURS), max_size=5))
    return shop(
        shop__orders=orders,
        identities__guest_orders=guests,
        shop__order_lines=lines,
        shop__products=[{"product_id_shop": p, "department": d} for p, d in zip("ab", "xy", strict=True)],
        shop__returns=returns,
        shop__customers=[{"customer_id_shop": "1", "country_code": "DE", "created_at": draw(HOURS)}],
        crm__campaign_contacts=[
            {"campaign_id_crm": str(n), "contact_id_crm": "1", "contacted_at": a, "responded_at": max(a, b)}
            for n, (a, b) in enumerate(times)
        ],
        crm__consents=[
            {"contact_id_crm": "1", "channel_code": "email", "is_granted": n % 2 == 0, "recorded_at": a}
            for n, (a, _) in enumerate(times[:1])
        ],
        support__tickets=[{"requester_id_support": "1", "opened_at": a, "solved_at": max(a, b)} for a, b in times],
        support__reviews=[{"requester_id_support": "1", "reviewed_at": a, "stars_count": 4} for a, _ in times],
    )


def day_of(number: int) -> str:
    return (FIRST + timedelta(days=number)).date().isoformat()


@QUICK
@given(histories(), st.integers(0, 59))
def test_a_day_is_told_as_if_history_had_ended_with_it(tables: Shop, number: int) -> None:
    day = day_of(number)
    later = made(tables, [day], night=date(2017, 12, 31))
    then = made(known_at(tables, date.fromisoformat(day)), [day], night=date(2017, 12, 31))
    assert later == then
    told = habits(tables, [day], night=date(2017, 12, 31))
    assert told == habits(known_at(tables, date.fromisoformat(day)), [day], night=date(2017, 12, 31))


@QUICK
@given(histories(), st.lists(st.integers(0, 59), min_size=2, max_size=4, unique=True))
def test_several_days_at_once_are_the_days_one_by_one(tables: Shop, numbers: list[int]) -> None:
    days, night = [day_of(number) for number in sorted(numbers)], date(2017, 12, 31)
    assert made(tables, days, night=night) == [row for day in days for row in made(tables, [day], night=night)]


@QUICK
@given(histories(), st.integers(0, 59), st.integers(1, 40))
def test_what_came_is_what_the_facts_of_then_and_now_differ_by(tables: Shop, number: int, horizon: int) -> None:
    night = date(2017, 12, 31)
    came = made(tables, [day_of(number)], horizons=(horizon,), night=night)
    before = {row["customer_id"]: row["orders_count"] for row in made(tables, [day_of(number)], night=night)}
    after = {row["customer_id"]: row["orders_count"] for row in made(tables, [day_of(number + horizon)], night=night)}
    assert {row["customer_id"] for row in came} == set(before)
    for row in came:
        assert row["is_mature"]
        assert row["orders_count"] == after[row["customer_id"]] - before[row["customer_id"]]
        assert (row["next_order_days"] is not None) == (row["orders_count"] > 0)


def of(rows: list[dict[str, Any]], customer: str = ANNA) -> dict[str, Any]:
    return next(row for row in rows if row["customer_id"] == customer)


def test_repeat_orders_are_told_as_purchase_models_want_them():
    orders = [order("a", "2017-01-02"), order("b", "2017-01-02"), order("c", "2017-01-10"), order("d", "2017-01-22")]
    told = of(made(shop(shop__orders=orders), ["2017-02-01"]))
    assert (told["repeats_count"], told["first_to_last_days"], told["tenure_days"]) == (2, 20, 30)
    assert (told["recency_days"], told["gap_mean_days"]) == (10, 10)
    assert told["gap_deviation_days"] == pytest.approx(8**0.5)
    assert set(FEATURES) <= told.keys()
    assert set(GROUPS) <= told.keys()


def test_an_order_belongs_to_its_business_day_in_the_shops_zone(shop_home):
    (shop_home.path / "sources.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')
    late = datetime(2017, 1, 2, 23, 30, tzinfo=UTC)  # half past midnight on the third in Berlin
    tables = shop(shop__orders=[order("a", "2017-01-02", ordered_at=late, order_date=date(2017, 1, 3))])
    assert made(tables, ["2017-01-02"], night=date(2017, 1, 3)) == []
    assert of(made(tables, ["2017-01-03"]))["recency_days"] == 0


def test_cancelled_orders_count_neither_as_orders_nor_as_money():
    orders = [order("a", "2017-01-02", 10), order("b", "2017-01-03", 99, status_code=" Void")]
    told = of(made(shop(shop__orders=orders), ["2017-02-01"], cancelled=["void"]))
    assert (told["orders_count"], told["sales_amount"]) == (1, 10.0)


def test_money_of_two_currencies_is_never_added():
    orders = [order("a", "2017-01-02", 10), order("b", "2017-01-03", 20), order("c", "2017-01-04", 500, currency="JPY")]
    told = of(made(shop(shop__orders=orders), ["2017-02-01"]))
    assert (told["orders_count"], told["currency"], told["sales_amount"], told["paid_orders_count"]) == (
        3,
        "EUR",
        30,
        2,
    )


def test_the_margin_counts_where_costs_are_known_and_sales_where_not():
    orders = [order("a", "2017-01-02", 100, shipping_paid_amount=Decimal(5), shipping_cost_amount=Decimal(7))]
    back = [{"order_id_shop": "a", "refund_amount": Decimal(20), "returned_at": datetime(2017, 1, 20, tzinfo=UTC)}]
    lines = [line("a", "p", 2, 95), line("a", "q", 1, 5)]
    products = [{"product_id_shop": "p", "cost_amount": Decimal(30)}, {"product_id_shop": "q"}]
    known = {"shop__orders": orders, "shop__returns": back, "shop__order_lines": lines}
    rows = made(shop(**known, shop__products=products), ["2017-01-10", "2017-02-01"], share=0.3)  # Anna alone
    assert [(row["value_basis_code"], row["value_amount"]) for row in rows] == [("margin", 38.0), ("margin", 18.0)]
    unknown = [{"product_id_shop": "p"}, {"product_id_shop": "q", "cost_amount": Decimal(1)}]
    told = of(made(shop(**known, shop__products=unknown), ["2017-02-01"]))
    assert (told["value_basis_code"], told["value_amount"], told["refund_share"]) == ("sales", 80.0, 0.2)
    foreign = [{**products[0], "currency": "USD"}]
    assert of(made(shop(**known, shop__products=foreign), ["2017-02-01"]))["value_basis_code"] == "sales"
    told_by_line = [{**each, "cost_amount": Decimal(40)} for each in lines]
    margins = made(shop(**{**known, "shop__order_lines": told_by_line}, shop__products=foreign), ["2017-02-01"])
    assert (of(margins)["value_basis_code"], of(margins)["value_amount"]) == ("margin", -2.0)


def test_a_shop_that_maps_little_still_has_facts_of_every_customer():
    lacking = [name for name in shop() if name not in ("core_identities__links", "core_shop__orders")]
    tables = shop(leave_out=lacking, shop__orders=[order("a", "2017-01-02")])
    slim = ["order_id_shop", "customer_id_shop", "ordered_at", "order_date", "sales_amount"]
    tables["core_shop__orders"] = tables["core_shop__orders"].select(slim)
    rows = made(tables, ["2017-02-01"])
    assert [row["customer_id"] for row in rows] == [ANNA, PETER, GUEST]
    assert [row["orders_count"] for row in rows] == [1, 0, 0]
    assert of(rows, PETER)["tenure_code"] == "no order"


def test_without_orders_or_links_there_are_no_facts():
    with pytest.raises(LookupError, match="core_shop__orders"):
        made(shop(leave_out=["core_shop__orders"]), ["2017-02-01"])


def test_guests_orders_are_theirs_and_a_customer_begins_with_her_first_trace():
    orders = [order("a", "2017-01-02", account=None, guest_country_code="FR")]
    guests = [{"order_id_shop": "a", "account_id": "shop:guest:g1"}]
    accounts = [{"customer_id_shop": "2", "country_code": "DE", "created_at": datetime(2017, 1, 20, tzinfo=UTC)}]
    tables = shop(shop__orders=orders, identities__guest_orders=guests, shop__customers=accounts)
    rows = made(tables, ["2017-01-01", "2017-01-10", "2017-01-25"], night=date(2017, 2, 1))
    assert [(row["as_of_date"].day, row["customer_id"]) for row in rows] == [(10, GUEST), (25, PETER), (25, GUEST)]
    assert of(rows, GUEST)["country_code"] == "FR"
    assert (of(rows, PETER)["country_code"], of(rows, PETER)["account_age_days"]) == ("DE", 5)


def test_a_share_of_customers_is_the_same_one_every_night():
    tables = shop(shop__orders=[order("a", "2017-01-02")])
    assert [row["customer_id"] for row in made(tables, ["2017-02-01"], share=0.3)] == [ANNA]
    assert [row["customer_id"] for row in made(tables, ["2017-02-01"], share=0.6)] == [ANNA, PETER]


def test_a_horizon_that_has_not_ended_is_not_mature():
    tables = shop(shop__orders=[order("a", "2017-01-02"), order("b", "2017-01-31", 7)])
    rows = made(tables, ["2017-01-10"], horizons=(21, 22), night=date(2017, 1, 31))
    found = [(row["horizon_days"], row["is_mature"], row["value_amount"]) for row in rows if row["customer_id"] == ANNA]
    assert found == [(21, True, 7.0), (22, False, 7.0)]


def test_days_after_the_night_are_refused():
    with pytest.raises(ValueError, match="none after the night"):
        made(shop(), ["2017-02-02"], night=date(2017, 2, 1))
