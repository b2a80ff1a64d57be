"""What came of campaigns, reckoned by hand: responses, lift with its interval, cost, and our own stable group."""

from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, variance

import pytest

from mining_tasks.campaigns.best import steps
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.home import Home
from tests.campaigns.shop import NIGHT, CampaignShop, Person, campaign, midday, number, order, take_in
from tests.campaigns.test_choice_nights import VOUCHER

BEGAN = NIGHT - timedelta(days=40)


def told(night: date = NIGHT) -> dict[str, dict]:
    drafts = steps.results(night)
    accept(*drafts)
    return {row["campaign_id_crm"]: row for row in shelf.opened(drafts[0]).arrow().to_pylist()}


def a_shop(controls: int, buyers: int = 40) -> CampaignShop:
    """A hundred contacted, of whom `buyers` order for 50 in the window; a fifth of the controls do."""
    people = [Person() for _ in range(100 + controls)]
    contacts = [(n, "1", 40) for n in range(100)]
    held_out = [(n, "1", 40) for n in range(100, 100 + controls)]
    bought = [order(n, BEGAN + timedelta(days=3)) for n in range(buyers)]
    bought += [order(n, BEGAN + timedelta(days=5)) for n in range(100, 100 + controls // 5)]
    late = [order(99, BEGAN + timedelta(days=20)), order(98, BEGAN - timedelta(days=1))]
    gone = [order(97, BEGAN + timedelta(days=2), status_code="Cancelled")]
    campaigns = [campaign("1", "voucher", "email", BEGAN)]
    return CampaignShop(people, contacts=contacts, controls=held_out, campaigns=campaigns, orders=bought + late + gone)


def test_lift_is_the_difference_of_both_groups_within_the_window(shop_home: Home):
    a_shop(50).take_in()
    row = told()["1"]
    assert (row["campaign_code"], row["control_code"], row["is_over"]) == (VOUCHER, "random", True)
    assert (row["contacted_count"], row["control_count"]) == (100, 50)
    assert (row["contacted_ordered_share"], row["control_ordered_share"]) == (0.4, 0.2)
    assert row["lift_share"] == pytest.approx(0.2)
    # Agresti and Caffo by hand: 41/102 and 11/52, 1.96 standard errors
    middle, error = 41 / 102 - 11 / 52, (41 / 102 * 61 / 102 / 102 + 11 / 52 * 41 / 52 / 52) ** 0.5
    assert row["lift_low_share"] == pytest.approx(middle - 1.959964 * error, abs=1e-6)
    assert row["lift_high_share"] == pytest.approx(middle + 1.959964 * error, abs=1e-6)
    assert (row["contacted_revenue_mean_amount"], row["lift_revenue_amount"]) == (Decimal(20), Decimal(10))
    assert (row["added_revenue_amount"], row["cost_amount"], row["net_amount"]) == (1000, 100, 900)


@pytest.mark.parametrize("controls", [0, 25])
def test_without_a_control_group_worth_the_name_there_is_no_lift(shop_home: Home, controls: int):
    a_shop(controls).take_in()
    row = told()["1"]
    assert [row[name] for name in row if "lift" in name or "added" in name or "net" in name] == [None] * 14
    assert (row["contacted_ordered_share"], row["cost_amount"]) == (0.4, 100)
    assert row["control_code"] == ("random" if controls else "none")


def test_a_shop_whose_control_groups_were_never_taken_in_has_no_lift(shop_home: Home):
    shop = a_shop(0)
    tables = shop.tables(NIGHT)
    assert not tables.pop("core_crm__campaign_controls")
    for name, rows in tables.items():
        take_in(name, rows, NIGHT)
    row = told()["1"]
    assert (row["contacted_count"], row["control_count"], row["lift_share"]) == (100, 0, None)
    assert row["control_code"] == "none"


def test_a_campaign_nobody_was_contacted_in_or_nobody_responded_to_has_a_row(shop_home: Home):
    shop = a_shop(50, buyers=0)
    shop.campaigns.append(campaign("2", "news", "sms", BEGAN, contact_cost_amount=None, currency=None))
    shop.take_in()
    rows = told()
    assert (rows["1"]["responded_count"], rows["1"]["response_share"], rows["1"]["lift_share"]) == (0, 0.0, -0.2)
    assert (rows["2"]["contacted_count"], rows["2"]["response_share"], rows["2"]["cost_amount"]) == (0, None, None)


def test_who_was_both_contacted_and_held_out_counts_in_neither_group(shop_home: Home):
    shop = a_shop(50)
    shop.controls += [(n, "1", 40) for n in range(10)]
    shop.take_in()
    row = told()["1"]
    assert (row["contacted_count"], row["control_count"]) == (100, 50)
    assert row["contacted_ordered_share"] == pytest.approx(30 / 90)


def test_a_window_that_goes_on_is_not_over(shop_home: Home):
    a_shop(50).take_in(BEGAN + timedelta(days=10))
    shop = a_shop(50)
    assert shop.campaigns
    night = BEGAN + timedelta(days=10)
    shop.contacts = [(n, "1", 10) for n in range(100)]
    shop.controls = [(n, "1", 10) for n in range(100, 150)]
    shop.take_in(night)
    row = told(night)["1"]
    assert (row["is_over"], row["lift_share"]) == (False, pytest.approx(0.2))


def test_a_campaign_chosen_by_us_is_compared_with_those_it_was_held_out_from(shop_home: Home):
    """No group of its own: the stable group that was meant to get the same offer says what would have come anyway."""
    people = [Person(values={VOUCHER: 5.0}) for _ in range(600)]
    shop = CampaignShop(people, campaigns=[campaign("1", "voucher", "email", BEGAN - timedelta(days=100))])
    before = BEGAN - timedelta(days=1)
    (shop_home.path / "campaigns.toml").write_text("[limits]\nheld_out_share = 0.2\nexplored_share = 0.1\n")
    shop.take_in(before)
    drafts = steps.choose(before, [shop.affinities(before)])
    accept(*drafts)
    best = {row["customer_id"]: row for row in shelf.opened(drafts[-1]).arrow().to_pylist()}
    chosen = [n for n in range(600) if best[number(n)]["why_code"] == "best"]
    held = [n for n in range(600) if best[number(n)]["is_holdout"]]
    explored = [n for n in range(600) if best[number(n)]["is_exploration"] and best[number(n)]["campaign_code"]]
    assert len(chosen) > 350
    assert len(held) > 80
    assert explored
    shop.campaigns = [campaign("2", "voucher", "email", BEGAN)]
    shop.contacts = [(n, "2", 40) for n in [*chosen, *explored]]
    shop.orders = [order(n, BEGAN + timedelta(days=3)) for n in [*chosen[::2], *held[::4]]]
    shop.take_in()
    row = told()["2"]
    assert (row["control_code"], row["control_count"]) == ("held out", len(held))
    assert row["contacted_count"] == len(chosen) + len(explored)
    assert row["contacted_ordered_share"] == pytest.approx(len(chosen[::2]) / len(chosen))
    assert row["lift_share"] == pytest.approx(len(chosen[::2]) / len(chosen) - len(held[::4]) / len(held))


def test_a_campaign_that_went_to_others_than_we_chose_has_no_control_group_of_ours(shop_home: Home):
    people = [Person(values={VOUCHER: 5.0 if n < 100 else -5.0}) for n in range(400)]
    shop = CampaignShop(people, campaigns=[campaign("1", "voucher", "email", BEGAN - timedelta(days=100))])
    before = BEGAN - timedelta(days=1)
    shop.take_in(before)
    accept(*steps.choose(before, [shop.affinities(before)]))
    shop.campaigns = [campaign("2", "voucher", "email", BEGAN)]
    shop.contacts = [(n, "2", 40) for n in range(400)]
    shop.orders = [order(0, BEGAN)]
    shop.take_in()
    row = told()["2"]
    assert (row["control_code"], row["lift_share"], row["contacted_count"]) == ("none", None, 400)


def a_shop_with_costs(known: int) -> CampaignShop:
    """The shop of 40 buyers in 100 and 10 in 50: an order of 50 cost 20 in goods, 5 to send, of which 3 were paid; the
    first one of the contacted came back. `known` of the orders tell the cost of their goods."""
    shop = a_shop(50)
    for placed in shop.orders:
        placed |= {"shipping_paid_amount": 3.0, "shipping_cost_amount": 5.0}
    shop.lines = [
        {"order_id_shop": f"o{n}", "line_number": 1, "product_id_shop": "p", "quantity": 2.0, "sales_amount": 50.0,
         "currency": "EUR", "cost_amount": 20.0 if n < known else None}
        for n in range(len(shop.orders))
    ]  # fmt: skip
    shop.returns = [
        {"order_id_shop": "o0", "line_number": 1, "returned_at": midday(BEGAN + timedelta(days=9)), "currency": "EUR",
         "refund_amount": 50.0},
        {"order_id_shop": "o1", "line_number": 1, "returned_at": midday(NIGHT + timedelta(days=1)), "currency": "EUR",
         "refund_amount": 50.0},
    ]  # fmt: skip
    return shop


def test_what_a_campaign_added_is_margin_net_of_returns_where_costs_are_known(shop_home: Home):
    a_shop_with_costs(known=99).take_in()
    row = told()["1"]
    # an order is worth 50 − 20 + 3 − 5 = 28; that of day 9 was paid back, the one of tomorrow is not known tonight
    worth, other = [28.0] * 39 + [-22.0] + [0.0] * 60, [28.0] * 10 + [0.0] * 40
    assert row["value_basis_code"] == "margin"
    assert float(row["contacted_value_mean_amount"]) == pytest.approx(mean(worth))
    assert float(row["control_value_mean_amount"]) == pytest.approx(mean(other))
    lift, error = mean(worth) - mean(other), (variance(worth) / 100 + variance(other) / 50) ** 0.5
    assert float(row["lift_value_amount"]) == pytest.approx(lift)
    assert float(row["lift_value_low_amount"]) == pytest.approx(lift - 1.959964 * error, abs=1e-3)
    assert float(row["lift_value_high_amount"]) == pytest.approx(lift + 1.959964 * error, abs=1e-3)
    assert float(row["added_value_amount"]) == pytest.approx(100 * lift, abs=0.01)
    assert float(row["net_amount"]) == pytest.approx(100 * lift - 100, abs=0.01)
    assert float(row["net_low_amount"]) == pytest.approx(100 * (lift - 1.959964 * error) - 100, abs=0.1)
    assert float(row["net_high_amount"]) == pytest.approx(100 * (lift + 1.959964 * error) - 100, abs=0.1)
    assert row["lift_revenue_amount"] == Decimal(10)


def test_where_too_few_costs_are_known_the_value_is_revenue_and_says_so(shop_home: Home):
    a_shop_with_costs(known=40).take_in()
    row = told()["1"]
    assert row["value_basis_code"] == "revenue"
    assert row["lift_value_amount"] == row["lift_revenue_amount"] == Decimal(10)
    assert (row["net_amount"], row["added_value_amount"]) == (900, 1000)


def test_the_goods_of_an_order_cost_what_products_do_where_its_lines_do_not_say(shop_home: Home):
    shop = a_shop_with_costs(known=0)
    shop.products = [{"product_id_shop": "p", "currency": "EUR", "cost_amount": 10.0}]
    shop.take_in()
    row = told()["1"]
    assert (row["value_basis_code"], float(row["control_value_mean_amount"])) == ("margin", pytest.approx(28.0 / 5))


def test_results_are_the_same_bytes_again(shop_home: Home):
    a_shop_with_costs(known=99).take_in()
    first, again = (shelf.opened(steps.results(NIGHT)[0]) for _ in range(2))
    assert first.files
    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in again.files]
