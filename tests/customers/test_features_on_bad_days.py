"""Several currencies, refunds, consents that disagree, tickets without an end."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.customers.drawn_shop import ANNA, PETER, Drawn


def of_anna(day: date = date(2018, 1, 1), **drawings: str) -> dict:
    return Drawn(**drawings).as_of(day)[0][ANNA]


def test_currencies_are_never_added() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount | discount_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | JPY      | 5000         | 500
        o2            | 1                | 2017-10-04 10:00 | 2017-10-04 | EUR      | 1.25         | 0.25
        o3            | 1                | 2017-10-05 10:00 | 2017-10-05 | EUR      | 2.25         |
        o4            | 1                | 2017-10-06 10:00 | 2017-10-06 |          | 7.00         | 1
    """
    lines = """
        order_id_shop | line_number | product_id_shop | currency | sales_amount
        o1            | 1           | rug             | JPY      | 5000
        o2            | 1           | rug             | EUR      | 1.25
        o3            | 1           | rug             | EUR      | 2.25
        o4            | 1           | rug             |          | 7.00
    """
    features, departments = Drawn(core_shop__orders=orders, core_shop__order_lines=lines).as_of()
    anna = features[ANNA]
    assert (anna["currency"], anna["is_currency_mixed"]) == ("EUR", True)
    assert (anna["sales_amount"], anna["discount_amount"]) == (Decimal("3.5"), Decimal("0.25"))
    assert anna["basket_mean_amount"] == Decimal("1.75")
    assert (anna["orders_count"], anna["lines_count"]) == (4, 4)
    assert [row["sales_amount"] for row in departments] == [Decimal("3.5")]


def test_of_currencies_used_as_often_a_known_one_comes_first_then_the_first_by_name() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | USD      | 1
        o2            | 1                | 2017-10-04 10:00 | 2017-10-04 |          | 2
        o3            | 1                | 2017-10-04 10:00 | 2017-10-04 | KWD      | 4.125
    """
    anna = of_anna(core_shop__orders=orders)
    assert (anna["currency"], anna["sales_amount"]) == ("KWD", Decimal("4.125"))


def test_an_unknown_currency_alone_is_unknown_and_not_mixed() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 |          | 1
    """
    anna = of_anna(core_shop__orders=orders)
    assert (anna["currency"], anna["is_currency_mixed"], anna["sales_amount"]) == (None, False, 1)


def test_refunds_leave_every_share_between_zero_and_one() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount | discount_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | EUR      | 10           | 1
        o2            | 1                | 2017-10-04 10:00 | 2017-10-04 | EUR      | -30          |
    """
    lines = """
        order_id_shop | line_number | product_id_shop | currency | sales_amount
        o1            | 1           | milk            | EUR      | 10
        o2            | 1           | rug             | EUR      | -30
    """
    products = """
        product_id_shop | department
        milk            | food
        rug             | home
    """
    shop = Drawn(core_shop__orders=orders, core_shop__order_lines=lines, core_shop__products=products)
    features, departments = shop.as_of()
    anna = features[ANNA]
    assert (anna["sales_amount"], anna["discount_share"]) == (Decimal(-20), None)
    assert {row["department"]: row["sales_share"] for row in departments} == {"food": 1.0, "home": 0.0}
    assert (anna["top_department"], anna["top_department_share"]) == ("food", 1.0)


def test_where_orders_state_no_discount_the_lines_do() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | EUR      | 10
    """
    lines = """
        order_id_shop | line_number | product_id_shop | currency | sales_amount | discount_amount
        o1            | 1           | milk            | EUR      | 10           | 2.50
    """
    anna = of_anna(core_shop__orders=orders, core_shop__order_lines=lines)
    assert (anna["discount_amount"], anna["discount_share"]) == (Decimal("2.5"), 0.2)
    assert anna["coupon_lines_share"] is None


CONSENTS = """
    contact_id_crm | channel_code | is_granted | recorded_at
    1              | email        | true       | 2017-05-01
    2              | email        | false      | 2017-06-01
    1              | sms          | true       | 2017-05-01
    1              | post         | true       | 2017-05-01
    2              | post         | true       | 2017-09-01
"""


def test_the_strictest_contact_wins_and_unknown_is_no() -> None:
    anna = of_anna(core_crm__consents=CONSENTS)
    told = {name: anna[f"has_{name}_consent"] for name in ("email", "sms", "phone", "post")}
    assert told == {"email": False, "sms": True, "phone": False, "post": True}
    peter = Drawn(core_crm__consents=CONSENTS).as_of()[0][PETER]
    assert not any(peter[name] for name in peter if name.endswith("_consent"))


def test_a_yes_that_came_later_is_no_yes_then_and_a_no_that_came_later_is_a_no_already() -> None:
    anna = of_anna(date(2017, 5, 15), core_crm__consents=CONSENTS)
    assert (anna["has_email_consent"], anna["has_sms_consent"], anna["has_post_consent"]) == (False, True, False)


CAMPAIGNS = """
    campaign_id_crm | contact_id_crm | contacted_at     | responded_at
    a               | 1              | 2017-12-01 10:00 | 2017-12-05 10:00
    a               | 2              | 2017-12-02 10:00 |
    b               | 1              | 2017-12-20 10:00 | 2018-01-03 10:00
    c               | 2              | 2018-01-02 00:00 |
"""


def test_a_campaign_that_reached_two_of_her_contacts_reached_her_once() -> None:
    anna = of_anna(core_crm__campaign_contacts=CAMPAIGNS)
    assert (anna["campaigns_count"], anna["responses_count"], anna["response_share"]) == (2, 1, 0.5)
    assert anna["last_contact_days"] == 12


TICKETS = """
    ticket_id_support | requester_id_support | opened_at        | solved_at
    t1                | 1                    | 2017-12-01 12:00 | 2017-12-03 12:00
    t2                | 1                    | 2017-12-20 00:00 |
    t3                | 1                    | 2017-12-31 23:00 | 2018-01-02 00:00
    t4                | 1                    | 2018-01-02 00:00 |
"""


def test_a_ticket_is_open_until_it_was_solved() -> None:
    anna = of_anna(core_support__tickets=TICKETS)
    assert (anna["tickets_count"], anna["open_tickets_count"]) == (3, 2)
    assert (anna["oldest_open_ticket_days"], anna["last_ticket_days"]) == (13, 1)
    then = of_anna(date(2017, 12, 2), core_support__tickets=TICKETS)
    assert (then["tickets_count"], then["open_tickets_count"], then["oldest_open_ticket_days"]) == (1, 1, 1)


def test_ages_are_never_negative_where_the_business_day_ends_after_midnight_utc() -> None:
    tickets = """
        ticket_id_support | requester_id_support | opened_at        | solved_at
        t1                | 1                    | 2018-01-02 03:00 |
    """
    midnight_in_new_york = datetime(2018, 1, 2, 5, tzinfo=UTC)
    anna = Drawn(core_support__tickets=tickets).as_of(date(2018, 1, 1), midnight_in_new_york)[0][ANNA]
    assert (anna["tickets_count"], anna["last_ticket_days"]) == (1, 0)


def test_reviews_are_counted_and_their_stars_averaged_where_given() -> None:
    reviews = """
        review_id_support | requester_id_support | stars_count | reviewed_at
        r1                | 1                    | 5           | 2017-12-01
        r2                | 1                    | 2           | 2017-12-02
        r3                | 1                    |             | 2017-12-03
        r4                | 1                    | 1           | 2018-01-02
    """
    anna = of_anna(core_support__reviews=reviews)
    assert (anna["reviews_count"], anna["stars_mean"]) == (3, 3.5)
