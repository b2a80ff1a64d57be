"""Visits: what decides at the checkout, which channels earn, and who is no visitor at all."""

from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mining_tasks.demo.planted.web import events, web_truth
from mining_tasks.demo.planted.web.chain import Chain, chain
from mining_tasks.demo.planted.world import World
from tests.demo.planted.sample_block import Sample, sample

ATTEMPTS = """
SELECT session_id,
       any_value(intent_code) AS intent,
       max(load_ms) FILTER (page_code = 'checkout') > 2500 AS is_slow,
       max(shipping_quote_minor) > 0.12 * max(basket_minor) AS is_dear,
       any_value(device_code) = 'phone' AS is_phone,
       bool_or(page_code = 'returns_info') AS reads_returns,
       count(*) FILTER (page_code = 'product') > 1 AS looks_twice,
       bool_or(page_code = 'purchase') AS buys
FROM seen WHERE NOT is_bot AND NOT is_test
GROUP BY session_id HAVING bool_or(page_code = 'checkout')
"""
VISITS = """
SELECT visitor_id, session_id, max(happened_at) AS ended_at, max(channel_code) AS channel,
       bool_or(page_code = 'purchase') AS buys
FROM seen WHERE NOT is_bot AND NOT is_test GROUP BY ALL
"""
PATHS = f"""
SELECT visitor_id, earlier_buys, list(channel ORDER BY ended_at, session_id) AS channels, bool_or(buys) AS buys
FROM (
  SELECT *, count(*) FILTER (buys) OVER (PARTITION BY visitor_id ORDER BY ended_at, session_id
                                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_buys
  FROM ({VISITS})
) GROUP BY ALL
"""


@cache
def shop() -> Sample:
    return sample(6_000, orders_per_person=10)


@cache
def seen() -> pa.Table:
    return made(shop())


def made(of: Sample) -> pa.Table:
    return events(of.world, of.block, of.persons, of.accounts, of.orders, of.costs)


def asked(sql: str, of: pa.Table | None = None) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.register("seen", seen() if of is None else of)
        return connection.sql(sql).fetchall()


def test_an_attempt_at_the_checkout_buys_as_often_as_planted():
    found = asked(f"SELECT intent, is_slow, is_dear, avg(buys::INT), count(*) FROM ({ATTEMPTS}) GROUP BY ALL")
    planted = {tuple(row.values())[:3]: row["success_share"] for row in web_truth(shop().world)["success"].to_pylist()}
    assert len(found) == len(planted) == 8
    assert sum(count for *_, count in found) > 10_000
    for intent, is_slow, is_dear, share, count in found:
        expected = planted[intent, is_slow, is_dear]
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / count), (intent, is_slow, is_dear)


@pytest.mark.parametrize("trait", ["is_phone", "reads_returns"])
def test_a_confounder_goes_with_failure_but_not_given_intent(trait: str):
    (without,), (having,) = asked(f"SELECT avg(buys::INT) FROM ({ATTEMPTS}) GROUP BY {trait} ORDER BY {trait}")
    assert without - having > 0.08
    within = asked(
        f"SELECT intent, avg(buys::INT) FILTER ({trait}) - avg(buys::INT) FILTER (NOT {trait}), "
        f"sqrt(0.25 / count(*) FILTER ({trait}) + 0.25 / count(*) FILTER (NOT {trait})) "
        f"FROM ({ATTEMPTS}) GROUP BY intent"
    )
    assert len(within) == 2
    assert [intent for intent, difference, error in within if abs(difference) > 4 * error] == []


def test_intent_shows_in_the_products_looked_at():
    assert sorted(asked(f"SELECT DISTINCT intent, looks_twice FROM ({ATTEMPTS})")) == [("high", True), ("low", False)]


def test_every_tracked_order_is_bought_once_at_its_time_by_its_account_and_no_future_order_is():
    bought = seen().filter(pc.equal(seen()["page_code"], "purchase"))
    orders = {row["order_id"]: row for row in shop().orders.to_pylist()}
    assert bought.num_rows > 5_000
    assert len(set(bought["order_id"].to_pylist())) == bought.num_rows
    for event in bought.to_pylist():
        order = orders[event["order_id"]]
        assert order["day"] < shop().world.days
        assert [event[name] for name in ("account_id", "person_id", "currency")] == [
            order[name] for name in ("account_id", "person_id", "currency")
        ]
        assert event["happened_at"] == order["placed_at"]


@pytest.mark.parametrize("days", [1, 3, 400])
def test_nothing_is_seen_before_the_first_day_or_after_the_last(days: int):
    few = sample(400, days, orders_per_person=30)
    ((count, first, last),) = asked("SELECT count(*), min(happened_at), max(happened_at) FROM seen", made(few))
    assert count > 500
    assert few.world.midnights[0] <= first <= last < few.world.midnights[days]
    world = shop().world
    assert max(shop().orders["placed_at"].to_pylist()) > world.midnights[world.days], "the sample knows a future"


def test_events_stand_in_order_of_session_and_number_and_time():
    assert asked(
        "SELECT count(*) FROM (SELECT *, lag(happened_at) OVER w AS before, lag(event_number) OVER w AS number "
        "FROM seen "
        "WINDOW w AS (PARTITION BY session_id ORDER BY event_number)) "
        "WHERE happened_at <= before OR event_number <> coalesce(number, 0) + 1"
    ) == [(0,)]
    keys = list(zip(seen()["session_id"].to_pylist(), seen()["event_number"].to_pylist(), strict=True))
    assert keys == sorted(set(keys))
    assert asked("SELECT count(*) FROM seen WHERE (channel_code IS NULL) <> (event_number > 1)") == [(0,)]


def test_removal_effects_from_the_paths_are_near_the_planted_ones():
    counted = asked(f"SELECT channels, buys, count(*) FROM ({PATHS}) GROUP BY ALL")
    found = estimated(chain(shop().world).channels, counted)
    truth = web_truth(shop().world)["channels"]
    effects = found.removal_effects()
    assert sum(count for *_, count in counted) > 20_000
    assert np.abs(effects - truth["removal_effect_share"].to_numpy()).max() < 0.02
    assert np.abs(effects / effects.sum() - truth["contribution_share"].to_numpy()).max() < 0.01


def estimated(channels: tuple[str, ...], paths: list[tuple]) -> Chain:
    """The chain as counted in paths of channels."""
    moves, buys, left = np.zeros((len(channels) + 1, len(channels))), np.zeros(len(channels) + 1), 0
    seen_from = np.zeros(len(channels) + 1)
    for names, bought, count in paths:
        states = [0, *(channels.index(name) + 1 for name in names)]
        for source, target in zip(states, states[1:], strict=False):
            moves[source, target - 1] += count
            seen_from[source] += count
        seen_from[states[-1]] += count
        buys[states[-1]] += count * bought
        left += count
    return Chain(channels, moves / seen_from[:, None], buys / seen_from)


def test_the_removal_effect_is_the_share_of_paths_that_need_the_channel():
    """Not a linear solve: paths of the chain itself, walked, and counted without those that meet the channel."""
    planted = chain(shop().world)
    paths = planted.paths(np.random.default_rng(1), 40_000, buy=True)
    for number, effect in enumerate(planted.removal_effects()):
        assert len(np.unique(paths.path[paths.channel == number])) / 40_000 == pytest.approx(effect, abs=0.012)


def test_paths_that_never_buy_stand_in_the_planted_ratio():
    ((lost, bought),) = asked(f"SELECT count(*) FILTER (NOT buys), count(*) FILTER (buys) FROM ({PATHS})")
    assert lost / bought == pytest.approx(chain(shop().world).lost_per_purchase, rel=0.001)


def test_programs_and_the_tests_of_staff_name_themselves():
    agents = asked("SELECT DISTINCT user_agent, is_bot, is_test FROM seen")
    assert len(agents) == len({agent for agent, *_ in agents}) == 10
    assert {(bot, test) for _, bot, test in agents} == {(False, False), (True, False), (False, True)}
    bots = {page for (page,) in asked("SELECT DISTINCT page_code FROM seen WHERE is_bot")}
    assert bots == {"landing", "list", "product", "returns_info"}


def test_every_test_order_is_seen_and_marked():
    past = pc.and_(shop().orders["is_test"], pc.less(shop().orders["day"], shop().world.days))
    placed = shop().orders.filter(past)["order_id"].to_pylist()
    assert placed
    found = asked("SELECT order_id FROM seen WHERE is_test AND page_code = 'purchase' ORDER BY 1")
    assert [order for (order,) in found] == sorted(placed)


def test_every_stage_is_reached_and_each_by_fewer_visitors():
    stages = web_truth(shop().world)["stages"].to_pylist()
    assert [stage["stage_code"] for stage in stages] == ["awareness", "consideration", "intent", "purchase", "loyalty"]
    known = {page for (page,) in asked("SELECT DISTINCT page_code FROM seen")}
    assert known == {page for stage in stages for page in stage["pages"]}
    reached = [
        asked(f"SELECT count(DISTINCT visitor_id) FROM seen WHERE page_code IN {(*stage['pages'], '')}")[0][0]
        for stage in stages[:-1]
    ]
    loyal = asked("SELECT visitor_id FROM seen WHERE page_code = 'purchase' GROUP BY 1 HAVING count(*) >= 3")
    assert sorted([*reached, len(loyal)], reverse=True) == [*reached, len(loyal)]
    assert loyal


def test_there_are_about_five_events_for_each_order_of_the_shop():
    past = (shop().orders["day"].to_numpy() < shop().world.days).sum()
    assert 4 < seen().num_rows / past < 6.5


def test_the_same_seed_gives_the_same_events_and_another_seed_others():
    small = sample(300)
    assert made(small).equals(made(small))
    other = Sample(World(300, 400, 8), *[getattr(small, name) for name in list(vars(small))[1:]])
    assert not made(other).equals(made(small))


def test_blocks_share_neither_sessions_nor_visitors():
    first, second = made(sample(300)), made(sample(300, number=1))
    for name in ("session_id", "visitor_id"):
        assert not set(first[name].to_pylist()) & set(second[name].to_pylist())


def test_a_block_without_orders_has_no_visits():
    small = sample(50)
    nobody = Sample(
        *[*list(vars(small).values())[:4], *(getattr(small, n).slice(0, 0) for n in ("orders", "costs", "lines"))]
    )
    assert made(nobody).num_rows == 0
    assert made(nobody).schema == seen().schema


def test_a_chain_that_asks_for_more_failures_than_visits_is_refused():
    small = sample(300)
    dear = small.costs.set_column(2, "shipping_paid_minor", small.costs["amount_minor"])
    eager = {**small.world.settings["web"], "friction": {"load": small.world.settings["web"]["friction"]["load"]}}
    eager["friction"]["shipping"] = {"above_share": 0.12, "keeps": 0.01}
    object.__setattr__(small.world, "settings", {**small.world.settings, "web": eager})
    with pytest.raises(ValueError, match="more failed checkouts"):
        events(small.world, small.block, small.persons, small.accounts, small.orders, dear)
