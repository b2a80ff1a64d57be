"""The choice on a shop that can be reckoned by hand: who gets what, who is left alone, and why."""

import tomllib
from datetime import timedelta
from decimal import Decimal

import pytest

from mining_tasks.campaigns.best import steps
from mining_tasks.campaigns.best.policy import Policy
from mining_tasks.campaigns.best.rules import rules
from mining_tasks.campaigns.catalogue import ACTIVE_DAYS, WrongCampaigns
from mining_tasks.campaigns.qini import Interval
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.accept import accept as keep_promises
from mining_tasks.warehouse.home import Home
from tests.campaigns.shop import NIGHT, CampaignShop, Person, campaign, number

LATER = NIGHT + timedelta(days=1)
VOUCHER, NEWS = "voucher_email", "news_sms"
CHOOSE_ALL = "[limits]\nheld_out_share = 0.0\nexplored_share = 0.0\n"
OFFERS = f"""{CHOOSE_ALL}
[offers.{VOUCHER}]
channel_code = "email"
contact_cost_amount = 1.0
currency = "EUR"
[offers.{NEWS}]
channel_code = "sms"
contact_cost_amount = 0.5
currency = "EUR"
"""


def chosen(shop: CampaignShop, home: Home, told: str = OFFERS) -> dict[str, dict]:
    (home.path / "campaigns.toml").write_text(told)
    shop.take_in()
    address = steps.choose(NIGHT, [shop.affinities()])[-1]
    return {row["customer_id"]: row for row in shelf.opened(address).arrow().to_pylist()}


def test_each_gets_the_offer_that_gains_her_most_after_its_cost(shop_home: Home):
    both = ("email", "sms")
    people = [Person(both, {VOUCHER: 5.0, NEWS: 4.8}), Person(both, {VOUCHER: 6.0, NEWS: 2.0})]
    rows = chosen(CampaignShop(people), shop_home)
    assert [rows[number(n)]["campaign_code"] for n in (0, 1)] == [NEWS, VOUCHER]
    assert [rows[number(n)]["expected_gain_amount"] for n in (0, 1)] == [Decimal("4.3"), Decimal("5")]
    assert rows[number(0)]["cost_amount"] == Decimal("0.5")
    assert {row["effect_code"] for row in rows.values()} == {"uplift"}


def test_nobody_is_chosen_without_consent_by_either_source(shop_home: Home):
    """The features' consent and the CRM's newest word must both say yes."""
    denied = Person((), {VOUCHER: 9.0}, features={"has_email_consent": True})
    unknown = Person(("email",), {VOUCHER: 9.0}, features={"has_email_consent": False})
    rows = chosen(CampaignShop([denied, unknown, Person(("email",), {VOUCHER: 9.0})]), shop_home)
    assert [rows[number(n)]["campaign_code"] for n in (0, 1, 2)] == [None, None, VOUCHER]
    assert {rows[number(n)]["why_code"] for n in (0, 1)} == {"no consent"}


def test_whoever_is_harmed_or_costs_more_than_she_brings_is_left_alone(shop_home: Home):
    people = [Person(values={VOUCHER: -3.0}), Person(values={VOUCHER: 0.9}), Person(values={VOUCHER: None}), Person()]
    rows = chosen(CampaignShop([*people, Person(values={VOUCHER: 1.1})]), shop_home)
    assert [rows[number(n)]["why_code"] for n in range(5)] == ["no gain"] * 4 + ["best"]
    assert all(rows[number(n)]["expected_gain_amount"] is None for n in range(4))


def test_who_was_contacted_lately_or_too_often_rests(shop_home: Home):
    people = [Person(values={VOUCHER: 9.0}) for _ in range(3)]
    often = [(1, "1", 20), (1, "2", 30), (1, "3", 40), (1, "4", 50)]
    rows = chosen(CampaignShop(people, contacts=[(0, "1", 5), *often, (2, "1", 15)]), shop_home)
    assert [rows[number(n)]["why_code"] for n in range(3)] == ["resting", "resting", "best"]


def test_an_offer_goes_only_to_those_it_is_meant_for(shop_home: Home):
    people = [Person(values={VOUCHER: 9.0}, features={"orders_count": count}) for count in (1, 2, 3)]
    told = f"{OFFERS}\n[eligible.{VOUCHER}]\norders_count = {{ at_least = 2, at_most = 2 }}\n"
    rows = chosen(CampaignShop(people), shop_home, told)
    assert [rows[number(n)]["why_code"] for n in range(3)] == ["not eligible", "best", "not eligible"]


def test_budget_and_capacity_go_to_those_who_gain_most(shop_home: Home):
    people = [Person(values={VOUCHER: 5.0 + n}) for n in range(20)]
    capacity = chosen(
        CampaignShop(people), shop_home, OFFERS.replace("_cost_amount = 1.0", "_cost_amount = 1.0\ncapacity = 5")
    )
    assert {n for n in range(20) if capacity[number(n)]["campaign_code"]} == set(range(15, 20))
    assert {capacity[number(n)]["why_code"] for n in range(15)} == {"no room"}
    budget = chosen(
        CampaignShop(people),
        shop_home,
        OFFERS.replace("explored_share = 0.0", "explored_share = 0.0\nbudget_amount = 7"),
    )
    assert {n for n in range(20) if budget[number(n)]["campaign_code"]} == set(range(13, 20))


def test_a_currency_without_a_rate_is_carried_over_by_what_a_mean_order_is_worth(shop_home: Home):
    """Here an order in yen is worth 160 times one in euro: a contact of 1 euro costs 160 yen."""
    yen = {"currency": "JPY", "features": {"sales_amount": 32_000.0}}
    people = [Person(values={VOUCHER: 5.0}) for _ in range(3)]
    people += [Person(values={VOUCHER: 150.0}, **yen), Person(values={VOUCHER: 400.0}, **yen)]
    rows = chosen(CampaignShop(people), shop_home)
    assert [rows[number(n)]["why_code"] for n in (3, 4)] == ["no gain", "best"]
    assert (rows[number(4)]["expected_gain_amount"], rows[number(4)]["cost_amount"]) == (Decimal(240), Decimal(160))
    stated = chosen(CampaignShop(people), shop_home, f"{OFFERS}\n[rates]\nJPY = 0.01\n")
    assert stated[number(4)]["cost_amount"] == Decimal(100)


def test_whoever_has_no_order_that_is_known_may_get_an_offer_and_is_told_that_nothing_of_her_was_measured(
    shop_home: Home,
):
    stranger = Person(values={VOUCHER: 2.5}, currency=None, features={"orders_count": 0, "sales_amount": None})
    rows = chosen(CampaignShop([Person(values={VOUCHER: 5.0}), Person(values={VOUCHER: 4.0}), stranger]), shop_home)
    assert {rows[number(n)]["campaign_code"] for n in range(3)} == {VOUCHER}
    told = rows[number(2)]
    assert (told["expected_gain_amount"], told["cost_amount"], told["currency"]) == (Decimal("1.5"), 1, "EUR")
    assert [rows[number(n)]["effect_code"] for n in range(3)] == ["uplift", "uplift", "affinity"]
    assert "no order of hers is known" in told["reasons"]
    assert "no order" not in rows[number(0)]["reasons"]


def test_the_best_single_offer_spares_whom_it_likely_puts_off(shop_home: Home):
    """Of two who are told the same harm it is sure of one; of the other it may be nothing."""
    sure, unsure = (Person(values={VOUCHER: -2.0}, uplift=(-0.1, low, -0.2 - low)) for low in (-0.2, -0.3))
    liked = Person(values={VOUCHER: 1.0})
    (shop_home.path / "campaigns.toml").write_text(OFFERS)
    shop = CampaignShop([sure, unsure, liked])
    shop.take_in()
    policy = Policy("best single", VOUCHER, 2.5, Interval(1.0, -0.5, 2.5), "EUR", "why")
    address = steps.choose(NIGHT, [shop.affinities()], policy.text())[-1]
    rows = {row["customer_id"]: row for row in shelf.opened(address).arrow().to_pylist()}
    assert [rows[number(n)]["campaign_code"] for n in range(3)] == [None, VOUCHER, VOUCHER]
    assert rows[number(0)]["why_code"] == "no gain"
    assert {rows[number(n)]["expected_gain_amount"] for n in (1, 2)} == {Decimal("2.5")}


def test_responses_alone_are_no_match_for_measured_changes(shop_home: Home):
    """Beside a measured offer an unmeasured one is only drawn by lot, however high its responses stand."""
    people = [Person(("email", "sms"), {VOUCHER: 3.0, NEWS: 30.0}) for _ in range(4)]
    shop = CampaignShop(people, effect="affinity")
    assert {row["campaign_code"] for row in chosen(shop, shop_home).values()} == {NEWS}
    shop.effects = {VOUCHER: "uplift"}
    assert {row["campaign_code"] for row in chosen(shop, shop_home).values()} == {VOUCHER}
    wanted = OFFERS.replace("explored_share = 0.0", "explored_share = 0.0\nhas_affinity_beside_uplift = true")
    assert {row["campaign_code"] for row in chosen(shop, shop_home, wanted).values()} == {NEWS}


def test_those_held_out_are_the_same_every_night_and_say_what_they_would_have_got(shop_home: Home):
    people = [Person(values={VOUCHER: 5.0}) for _ in range(300)]
    told = OFFERS.replace("held_out_share = 0.0", "held_out_share = 0.2").replace(
        "explored_share = 0.0", "explored_share = 0.1"
    )
    rows = chosen(CampaignShop(people), shop_home, told)
    held = {id for id, row in rows.items() if row["is_holdout"]}
    assert 35 <= len(held) <= 85
    assert {(rows[id]["campaign_code"], rows[id]["intended_campaign_code"]) for id in held} == {(None, VOUCHER)}
    address = steps.choose(LATER, [take_in_again(CampaignShop(people))])[-1]
    again = {row["customer_id"]: row for row in shelf.opened(address).arrow().to_pylist()}
    assert {id for id, row in again.items() if row["is_holdout"]} == held
    lots = [{id for id, row in night.items() if row["is_exploration"]} for night in (rows, again)]
    assert lots[0]
    assert lots[0] != lots[1], "explored by another lot each night"
    for row in rows.values():
        assert (row["propensity_share"] is not None) == row["is_exploration"] == (row["why_code"] == "explored")
    assert {row["propensity_share"] for row in rows.values() if row["is_exploration"]} == {0.5}


def take_in_again(shop: CampaignShop) -> str:
    shop.take_in(LATER)
    return shop.affinities(LATER)


def test_every_customer_has_a_row_that_keeps_its_promises(shop_home: Home):
    people = [
        Person(values={VOUCHER: 5.0}, consents=("email",) * (n % 2), currency=("EUR", None)[n % 3 == 0])
        for n in range(9)
    ]
    chosen(CampaignShop(people), shop_home)
    drafted = steps.choose(NIGHT, [CampaignShop(people).affinities()])
    assert shelf.opened(drafted[-1]).rows == len(people)
    keep_promises(*drafted)


def test_where_no_offer_is_active_everybody_has_her_row_and_nobody_an_offer(shop_home: Home):
    """As long after the last campaign."""
    ended = [campaign("1", "voucher", "email", NIGHT - timedelta(days=3 * ACTIVE_DAYS))]
    rows = chosen(CampaignShop([Person(), Person(("email",))], campaigns=ended), shop_home, CHOOSE_ALL)
    assert len(rows) == 2
    assert {(row["campaign_code"], row["why_code"]) for row in rows.values()} == {(None, "no gain")}


@pytest.mark.parametrize(
    "told",
    [
        "[limits]\nrest = 3",
        "[limits]\nheld_out_share = 1.0",
        "[rates]\nUSD = 0",
        "[eligible.x]\nname = { at_least = 1 }",
    ],
)
def test_settings_that_cannot_be_are_refused_with_all_faults(told: str):
    with pytest.raises(WrongCampaigns, match=r"campaigns.toml: "):
        rules(tomllib.loads(told))
