"""The range: prices that move and such that never do, seasons, shelves that are empty, demand that follows exactly."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mining_tasks.demo.planted.range import catalogue, cross_effects, prices, prices_truth, products, seasons
from mining_tasks.demo.planted.range import catalogue as catalogue_of
from mining_tasks.demo.planted.range.calendar import black_friday, dates, easter, holidays
from mining_tasks.demo.planted.range.catalogue import INTERMITTENT, MOVED, NEVER_MOVED, NEW, PROMOTION_ONLY, STAPLE
from mining_tasks.demo.planted.range.neighbours import cross_elasticities
from mining_tasks.demo.planted.world import World

WORLD = World(1_000, 403, 7)


def test_there_are_four_hundred_products_in_ten_departments_with_titles_of_their_own():
    known = products(WORLD)
    assert len(known) == 400
    assert len(pc.unique(known["department"])) == 10
    assert len(pc.unique(known["title"])) > 380
    assert known["product_id"].to_pylist() == list(range(1, 401))


def test_every_department_has_each_kind_of_product():
    grouped = products(WORLD).group_by(["department", "role_code"]).aggregate([([], "count_all")]).to_pylist()
    counts = {(row["department"], row["role_code"]): row["count_all"] for row in grouped}
    departments = {department for department, _ in counts}
    assert departments
    for department in departments:
        assert [counts[department, role] for role in ("staple", "intermittent", "new")] == [3, 3, 3]
        assert counts[department, "regular"] > 20


def test_weights_of_a_department_sum_to_one_beside_the_staples():
    known = catalogue(WORLD)
    for chosen in (known.role == STAPLE, known.role != STAPLE):
        assert np.bincount(known.department, known.weight * chosen) == pytest.approx(np.ones(10))


def test_a_product_costs_less_than_its_list_price():
    known = catalogue(WORLD)
    assert (known.cost > 0).all()
    assert (known.cost < known.list_price).all()


def test_prices_that_never_moved_are_constant_and_their_elasticity_is_called_unknowable():
    known, never = products(WORLD), catalogue(WORLD).price_code == NEVER_MOVED
    assert never.sum() > 50
    day = prices(WORLD)
    assert (day.price[never] == catalogue(WORLD).list_price[never, None]).all()
    assert not known["is_elasticity_identifiable"].to_numpy()[never].any()


def test_prices_that_move_do_so_beside_promotions_and_often_enough_to_learn_from():
    day, moved = prices(WORLD), catalogue(WORLD).price_code == MOVED
    levels = [len(np.unique(row[: WORLD.days])) for row in day.regular[moved]]
    assert len(levels) > 200
    assert min(levels) >= 3


def test_some_prices_move_in_promotions_alone():
    day, only = prices(WORLD), catalogue(WORLD).price_code == PROMOTION_ONLY
    assert only.sum() == 40
    assert (day.regular[only] == catalogue(WORLD).list_price[only, None]).all()
    assert (day.price[only] < day.regular[only]).any(axis=1).all()


def test_a_price_is_cut_on_promotion_days_and_on_no_other():
    day = prices(WORLD)
    assert 0.05 < day.is_promotion.mean() < 0.2
    assert ((day.price < day.regular) == day.is_promotion).all()


def test_black_friday_has_more_promotions_than_other_days():
    friday = holidays(WORLD)["black_friday"]
    assert friday.any()
    assert prices(WORLD).is_promotion[:, friday].mean() > 2 * prices(WORLD).is_promotion[:, ~friday].mean()


def test_new_products_are_not_wished_for_before_their_launch():
    known, day = catalogue(WORLD), prices(WORLD)
    new = np.flatnonzero(known.role == NEW)
    assert len(new) == 30
    for product in new:
        launch = known.launched_day[product]
        assert 0 < launch < WORLD.days
        assert (day.demand[product, :launch] == 0).all()
        assert day.demand[product, launch] > 0


def test_demand_goes_on_while_the_shelf_is_empty_but_nothing_can_be_sold():
    day = prices(WORLD)
    out = day.is_out_of_stock
    assert 0.01 < out.mean() < 0.06
    assert (day.demand[out] > 0).all()
    assert (day.sold[out] == 0).all()
    assert (day.sold[~out] == day.demand[~out]).all()


def test_intermittent_products_are_wished_for_on_few_days():
    some = (prices(WORLD).demand[catalogue(WORLD).role == INTERMITTENT] > 0).mean(axis=1)
    assert ((some > 0.03) & (some < 0.12)).all()


def test_the_log_of_demand_is_linear_in_own_and_neighbours_prices_promotion_and_season():
    known, day = catalogue(WORLD), prices(WORLD)
    ordinary = np.isin(known.role, (INTERMITTENT, NEW), invert=True)
    dear = np.log(day.price / known.list_price[:, None])
    expected = np.log(day.season) + known.elasticity[:, None] * dear + cross_elasticities(WORLD) @ dear
    expected += np.log(known.promotion_lift)[:, None] * day.is_promotion
    assert ordinary.sum() > 300
    np.testing.assert_allclose(np.log(day.demand[ordinary]), expected[ordinary], atol=1e-9)


def test_cross_effects_stay_in_the_category_and_hold_substitutes_and_complements():
    effects, known = cross_effects(WORLD), products(WORLD)
    category = np.append("", known["category"].to_numpy(zero_copy_only=False))
    assert len(effects) > 300
    of, by = effects["product_id"].to_numpy(), effects["other_product_id"].to_numpy()
    assert (category[of] == category[by]).all()
    assert (of != by).all()
    strength = effects["cross_elasticity"].to_numpy()
    assert 0.6 < (strength > 0).mean() < 0.9


def test_seasons_tell_every_weekday_month_and_holiday_of_every_department():
    counted = seasons(WORLD).group_by("kind_code").aggregate([([], "count_all")]).to_pylist()
    assert {row["kind_code"]: row["count_all"] for row in counted} == {"weekday": 70, "month": 120, "holiday": 30}


@pytest.mark.parametrize(
    ("year", "sunday"), [(1961, date(1961, 4, 2)), (2024, date(2024, 3, 31)), (2026, date(2026, 4, 5))]
)
def test_easter_falls_where_it_fell(year: int, sunday: date):
    assert easter(year) == sunday


def test_black_friday_follows_the_fourth_thursday_of_november():
    assert [black_friday(year) for year in (2018, 2024, 2026)] == [
        date(2018, 11, 23),
        date(2024, 11, 29),
        date(2026, 11, 27),
    ]


def test_christmas_raises_the_demand_for_toys():
    known, day = catalogue(WORLD), prices(WORLD)
    names = [department["name"] for department in WORLD.settings["range"]["departments"]]
    toys, feast = known.department == names.index("Toys"), holidays(WORLD)["christmas"]
    assert feast.sum() >= 23
    assert day.season[np.ix_(toys, feast)].mean() > 2 * day.season[np.ix_(toys, ~feast)].mean()


def test_the_truth_of_prices_has_a_row_for_every_product_and_day_future_ones_too():
    told = prices_truth(WORLD)
    assert len(told) == 400 * WORLD.all_days
    row = told.slice(WORLD.all_days * 12 + 300, 1).to_pylist()[0]
    assert (row["product_id"], row["day"]) == (13, 300)
    assert row["price_minor"] == prices(WORLD).price[12, 300]
    assert row["demand_multiplier"] == prices(WORLD).demand[12, 300]
    assert dates(WORLD)[WORLD.days - 1] == np.datetime64(WORLD.last_day)


def test_the_same_seed_gives_the_same_range_and_another_another():
    first = pa.concat_tables([prices_truth(WORLD)])
    prices.cache_clear()
    catalogue_of.cache_clear()
    assert prices_truth(WORLD).equals(first)
    assert not prices_truth(World(1_000, 403, 8)).equals(first)
