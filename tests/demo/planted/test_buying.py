"""Buying: the process is BG/NBD as published, and what the truth says of it at a night is what happens."""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from mining_tasks.demo.planted import buying, campaigns, people, wishes
from mining_tasks.demo.planted.buying import clock
from mining_tasks.demo.planted.buying.expected import expected
from mining_tasks.demo.planted.buying.habits import Habits, type_numbers
from mining_tasks.demo.planted.buying.process import NO_CAMPAIGN, Added, Harms, Moves, bought
from mining_tasks.demo.planted.world import Block, World

WORLD = World(customers=6_000, days=403, seed=5)
MARGIN_PER_FACTOR = 1_000  # cents
WINDOW = WORLD.settings["campaigns"]["window_days"]


def planted(world: World = WORLD, block: Block | None = None) -> dict[str, pa.Table]:
    block = block or world.blocks()[0]
    persons = people.persons(world, block)
    accounts = people.accounts(world, block, persons)
    contacts = campaigns.contacts(world, block, persons, accounts, wishes.consents(world, block, accounts))
    orders = buying.orders(world, block, persons, accounts, contacts)
    truth = buying.buying_truth(world, block, persons, orders)
    return {"persons": persons, "accounts": accounts, "contacts": contacts, "orders": orders, "buying": truth}


@pytest.fixture(scope="module")
def shop() -> dict[str, pa.Table]:
    return planted()


def numbers(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy(zero_copy_only=False)


def truth_at(tables: dict[str, pa.Table], world: World, night: date) -> pa.Table:
    margins = (numbers(tables["orders"], "value_factor") * MARGIN_PER_FACTOR).astype(np.int64)
    money = WORLD.settings["range"]["currencies"]
    a_cent = {code: one["rate"] * 10 ** one["digits"] / 100 for code, one in money.items()}  # in minor units
    worth = np.array([a_cent[code] for code in tables["orders"]["currency"].to_pylist()])
    orders = tables["orders"].append_column("margin_minor", pa.array(np.rint(margins * worth).astype(np.int64)))
    with duckdb.connect() as connection:
        for name, table in {**tables, "orders": orders}.items():
            connection.register(name, table)
        return expected(connection, world, night)


def test_the_shop_gives_about_ten_orders_a_person(shop: dict[str, pa.Table]) -> None:
    told = pc.sum(pc.less(shop["orders"]["day"], WORLD.days)).as_py()
    assert 8 < told / WORLD.customers < 12


def test_the_same_seed_gives_the_same_orders_and_blocks_share_no_id(shop: dict[str, pa.Table]) -> None:
    again = planted()
    assert again["orders"].equals(shop["orders"])
    assert again["buying"].equals(shop["buying"])
    other = planted(World(6_000, 403, 6))
    assert not other["orders"].equals(shop["orders"])
    second = planted(World(12_000, 403, 5), Block(1, 6_000, 6_000))
    ids = np.concatenate([numbers(shop["orders"], "order_id"), numbers(second["orders"], "order_id")])
    assert len(np.unique(ids)) == len(ids)


def test_an_order_names_an_open_account_of_its_person_or_a_guest(shop: dict[str, pa.Table]) -> None:
    orders, accounts = shop["orders"], shop["accounts"]
    assert pc.all(pc.xor(pc.is_valid(orders["account_id"]), pc.is_valid(orders["guest_account_id"]))).as_py()
    assert 0 < orders["account_id"].null_count < len(orders) / 4
    used = orders.append_column("used_id", pc.coalesce(orders["account_id"], orders["guest_account_id"]))
    owners = accounts.select(["account_id", "person_id", "opened_at", "source_code", "is_guest"])
    joined = used.join(owners, "used_id", "account_id", right_suffix="_owner")
    assert pc.all(pc.equal(joined["person_id"], joined["person_id_owner"])).as_py()
    assert pc.all(pc.less_equal(joined["opened_at"], joined["placed_at"])).as_py()
    assert pc.unique(joined["source_code"]).to_pylist() == ["shop"]
    assert pc.all(pc.equal(joined["is_guest"], pc.is_null(joined["account_id"]))).as_py()


def test_days_are_business_days_in_berlin_and_the_repeated_hour_has_orders(shop: dict[str, pa.Table]) -> None:
    at, day = numbers(shop["orders"], "placed_at"), numbers(shop["orders"], "day")
    assert ((WORLD.midnights[day] <= at) & (at < WORLD.midnights[day + 1])).all()
    assert (day == np.floor(numbers(shop["orders"], "clock_day"))).mean() > 0.999
    night = WORLD.midnights[WORLD.day_of(date(2026, 10, 25))]
    for twice in (2, 3):
        assert ((at >= night + twice * 3600) & (at < night + (twice + 1) * 3600)).any()
    evening = (at - WORLD.midnights[day]) // 3600
    assert (evening == 20).sum() > 8 * (evening == 3).sum()


def test_few_never_buy_and_staff_among_them_try_the_checkout(shop: dict[str, pa.Table]) -> None:
    buyers = numbers(shop["buying"], "buys")
    assert 0.02 < 1 - buyers.mean() < 0.04
    tests = shop["orders"].filter(shop["orders"]["is_test"])
    assert len(tests) > 50
    assert not buyers[np.unique(numbers(tests, "person_id"))].any()
    real = shop["orders"].filter(pc.invert(shop["orders"]["is_test"]))
    assert buyers[np.unique(numbers(real, "person_id"))].all()
    shares = {row["values"]: row["counts"] / len(real) for row in pc.value_counts(real["status_code"]).to_pylist()}
    assert shares["completed"] > 0.95
    assert {"cancelled", "refunded"} < shares.keys()


def test_nobody_orders_after_she_left_and_many_leave_after_an_order_that_a_campaign_added(
    shop: dict[str, pa.Table],
) -> None:
    real = shop["orders"].filter(pc.invert(shop["orders"]["is_test"]))
    last = np.full(WORLD.customers, -1.0)
    np.maximum.at(last, numbers(real, "person_id"), numbers(real, "clock_day"))
    left = real.filter(real["is_last"])
    assert len(left) > 1_000
    assert (last[numbers(left, "person_id")] == numbers(left, "clock_day")).all()
    chance = shop["buying"].select(["person_id", "dropout_share"])
    added = real.filter(pc.equal(real["cause_code"], "campaign")).join(chance, "person_id")
    hoped, came = numbers(added, "dropout_share"), numbers(added, "is_last").sum()
    assert hoped.sum() > 50
    assert abs(came - hoped.sum()) < 4 * np.sqrt(np.sum(hoped * (1 - hoped)))


def test_gifters_order_when_there_are_presents_to_give(shop: dict[str, pa.Table]) -> None:
    joined = shop["orders"].join(shop["persons"].select(["person_id", "type_code"]), "person_id")
    month = (np.datetime64(WORLD.first_day) + numbers(joined, "day")).astype("datetime64[M]").astype(int) % 12
    gifts = (numbers(joined, "type_code") == "gifter") & (numbers(joined, "cause_code") == "own")
    repeated = gifts & (numbers(joined, "day") > 200)
    assert (month[repeated] == 11).sum() > 4 * (month[repeated] == 6).sum()
    assert np.mean(np.isclose(clock.speeds(WORLD)[:, :365].mean(axis=1), 1.0, atol=0.02)) == 1.0


def worst_miss(known: pa.Table) -> float:
    """The largest distance, in standard errors, of a decile's share of active persons from what was said of it."""
    said, is_active = numbers(known, "active_probability"), numbers(known, "is_active").astype(float)
    deciles = np.array_split(np.argsort(said, kind="stable"), 10)
    means = np.array([[said[ten].mean(), is_active[ten].mean()] for ten in deciles])
    errors = np.sqrt([np.mean(said[ten] * (1 - said[ten])) / len(ten) for ten in deciles]) + 1e-4
    return float(np.max(np.abs(means[:, 0] - means[:, 1]) / errors))


def all_of(world: World, block: Block, type_code: str) -> pa.Table:
    """The persons of the block, as if all were of one type and had ordered first on day 0."""
    persons = people.persons(world, block)
    codes, days = pa.array([type_code] * len(persons)), pa.array(np.zeros(len(persons), np.int32))
    place = persons.schema.get_field_index
    return persons.set_column(place("type_code"), "type_code", codes).set_column(
        place("joined_day"), "joined_day", days
    )


def answers(contacts: pa.Table, rng: np.random.Generator) -> Added:
    """The order that each contact adds of those who are still customers, as likely as the contact says."""
    comes = rng.random(len(contacts)) < numbers(contacts, "effect_share")
    person, campaign, window = numbers(contacts, "person_id"), numbers(contacts, "campaign_id"), WINDOW
    day = numbers(contacts, "contacted_day") + 1.0 + window * rng.random(len(contacts))
    order = np.lexsort((day[comes], person[comes]))
    return Added(*(each[comes][order] for each in (person, day, campaign)))


def contacted(world: World, effect: float) -> pa.Table:
    """Everybody is contacted again and again, before the night and after it; one window lies across it."""
    days = np.array([5, 30, 40, *range(world.days - 130, world.all_days - 20, 40)])
    person, day = (each.ravel() for each in np.meshgrid(np.arange(world.customers), days))
    return pa.table(
        {
            "campaign_id": day,
            "person_id": person,
            "group_code": ["treated"] * len(day),
            "contacted_day": day,
            "effect_share": np.full(len(day), effect),
            "harm_share": np.zeros(len(day)),
        }
    )


def one_habit(world: World, habit: tuple[float, float], type_code: str, effect: float) -> dict[str, pa.Table]:
    """Many persons of one λ and p, who all ordered first on day 0, and are contacted with that effect."""
    (rate, leaves), count, rng = habit, world.customers, world.rng("test")
    persons = all_of(world, world.blocks()[0], type_code)
    kind = type_numbers(world, persons)
    alike = Habits(kind, np.full(count, rate), np.full(count, leaves), np.ones(count), np.ones(count, bool))
    contacts, none = contacted(world, effect), np.zeros(0)
    moves = Moves(Harms(none.astype(np.int64), none, none, none), answers(contacts, rng))
    real = bought(world, alike, rng.random(count), moves, rng)
    day = np.floor(real.clock_day).astype(np.int32)
    rows = len(day)
    orders = pa.table(
        {
            "person_id": real.person,
            "clock_day": real.clock_day,
            "day": day,
            "is_last": real.is_last,
            "is_test": np.zeros(rows, bool),
            "cause_code": np.where(real.campaign == NO_CAMPAIGN, "own", "campaign"),
            "campaign_id": pa.array(real.campaign, mask=real.campaign == NO_CAMPAIGN),
            "currency": ["EUR"] * rows,
            "value_factor": np.ones(rows),
        }
    )
    block = world.blocks()[0]
    truth = buying.buying_truth(world, block, persons, orders)
    for name, value in (("purchase_rate", rate), ("dropout_share", leaves), ("value_mean", 1.0)):
        truth = truth.set_column(truth.schema.get_field_index(name), name, pa.array(np.full(count, value)))
    return {"orders": orders, "buying": truth, "contacts": contacts}


NO_CONSENTS = pa.table(
    {
        "contact_id": pa.array([], pa.int64()),
        "channel_code": pa.array([], pa.string()),
        "is_granted": pa.array([], pa.bool_()),
        "recorded_at": pa.array([], pa.int64()),
        "updated_at": pa.array([], pa.int64()),
    }
)


@pytest.mark.parametrize(("leaves_after_first", "effect"), [(False, 0.0), (True, 0.0), (False, 0.4), (True, 0.4)])
@pytest.mark.parametrize(("habit", "type_code"), [((0.05, 0.08), "bargain_hunter"), ((0.03, 0.2), "gifter")])
def test_the_probability_of_being_active_is_calibrated_for_one_rate_and_chance(
    habit: tuple[float, float], type_code: str, leaves_after_first: bool, effect: float
) -> None:
    world = World(customers=20_000, days=200, seed=9)
    changed = {**world.settings["buying"], "leaves_after_first_order": leaves_after_first}
    vars(world)["settings"] = {**world.settings, "buying": changed}
    known = truth_at(one_habit(world, habit, type_code, effect), world, date(2026, 6, 1))
    assert 0.02 < numbers(known, "is_active").mean() < 0.98
    assert (numbers(known, "unanswered") < 0.98).any() == (effect > 0)
    assert worst_miss(known) < 4
    ordered, hoped = numbers(known, "orders_count"), numbers(known, "expected_orders_count")
    assert abs(ordered.mean() - hoped.mean()) < 4 * ordered.std() / np.sqrt(len(ordered))


def test_what_is_expected_of_everybody_is_what_happens(shop: dict[str, pa.Table]) -> None:
    for night in (date(2026, 10, 24), date(2026, 4, 18)):  # then calls put many families off
        known = truth_at(shop, WORLD, night)
        assert len(known) > 2_000
        hoped, came = numbers(known, "expected_margin_eur"), numbers(known, "margin_eur")
        assert worst_miss(known) < 4
        for decile in np.array_split(np.argsort(hoped), 10):
            error = np.std(came[decile] - hoped[decile]) / np.sqrt(len(decile))
            assert abs(came[decile].mean() - hoped[decile].mean()) < 4 * error + 0.05


def test_a_night_whose_next_year_nobody_knows_is_refused(shop: dict[str, pa.Table]) -> None:
    with pytest.raises(ValueError, match="not after 2026-10-27"):
        truth_at(shop, WORLD, date(2026, 10, 27))


def test_a_mixed_up_truth_is_noticed(shop: dict[str, pa.Table]) -> None:
    mixed = np.random.default_rng(1).permutation(numbers(shop["buying"], "purchase_rate"))
    shuffled = shop["buying"].set_column(3, "purchase_rate", pa.array(mixed))
    known = truth_at({**shop, "buying": shuffled}, WORLD, date(2026, 10, 24))
    assert worst_miss(known) > 8


def test_the_published_likelihood_recovers_the_planted_gamma_and_beta() -> None:
    """BG/NBD of Fader, Hardie, Lee (2005), equation 6, on the histories of one type without campaigns."""
    world = World(customers=20_000, days=400, seed=3)
    block = world.blocks()[0]
    persons = all_of(world, block, "bargain_hunter")
    accounts = people.accounts(world, block, persons)
    contacts = campaigns.contacts(world, block, persons, accounts.slice(0, 0), NO_CONSENTS)
    orders = buying.orders(world, block, persons, accounts, contacts)
    own = orders.filter(pc.and_(pc.less(orders["clock_day"], 400.0), pc.invert(orders["is_test"])))
    history = own.group_by("person_id").aggregate([("clock_day", "min"), ("clock_day", "max"), ("clock_day", "count")])
    x = numbers(history, "clock_day_count") - 1.0
    last = numbers(history, "clock_day_max") - numbers(history, "clock_day_min")
    age = 400.0 - numbers(history, "clock_day_min")

    def unlikely(logs: np.ndarray) -> float:
        r, alpha, a, b = np.exp(logs)
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        stayed = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
        left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + last)
        return -float(np.sum(common + np.where(x > 0, np.logaddexp(stayed, left), stayed)))

    kind = next(kind for kind in world.settings["buying"]["types"] if kind["code"] == "bargain_hunter")
    found = np.exp(minimize(unlikely, np.log([2.0, 50.0, 1.0, 10.0]), method="L-BFGS-B").x)
    assert found[0] == pytest.approx(kind["rate_shape"], rel=0.1)
    assert found[0] / found[1] == pytest.approx(kind["rate_mean"], rel=0.03)
    planted_chance = kind["leaves_a"] / (kind["leaves_a"] + kind["leaves_b"])
    assert found[2] / (found[2] + found[3]) == pytest.approx(planted_chance, rel=0.05)
    assert found[2] == pytest.approx(kind["leaves_a"], rel=0.25)
