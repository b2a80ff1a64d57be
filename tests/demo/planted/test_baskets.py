"""Baskets: every line adds up, and what is planted in them can be found again."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mining_tasks.demo.planted import baskets
from mining_tasks.demo.planted.baskets.pairs import joining
from mining_tasks.demo.planted.baskets.rates import rates
from mining_tasks.demo.planted.range import catalogue, prices
from mining_tasks.demo.planted.range.catalogue import STAPLE
from mining_tasks.demo.planted.world import World
from tests.demo.planted.orders_to_fill import Filled, filled


@pytest.fixture(scope="module")
def shop() -> Filled:
    """Orders of which a person has about 24 in more than two years."""
    return filled(orders=120_000)


def test_an_order_is_the_sum_of_its_lines(shop: Filled):
    summed = shop.lines.group_by("order_id").aggregate([("amount_minor", "sum"), ("discount_minor", "sum")])
    summed = summed.sort_by("order_id")
    assert summed["order_id"].to_pylist() == shop.orders["order_id"].to_pylist()
    assert summed["amount_minor_sum"].to_pylist() == shop.costs["amount_minor"].to_pylist()
    assert summed["discount_minor_sum"].to_pylist() == shop.costs["discount_minor"].to_pylist()


def test_a_line_is_pieces_times_price_less_discount_which_holds_the_coupon(shop: Filled):
    quantity, price, amount, discount, coupon = (
        shop.lines[name].to_numpy()
        for name in ("quantity", "price_minor", "amount_minor", "discount_minor", "coupon_minor")
    )
    assert (amount == quantity * price - discount).all()
    assert (quantity > 0).all()
    assert (amount > 0).all()
    assert (coupon > 0).any()
    assert (coupon <= discount).all()


def test_lines_are_numbered_from_one_and_hold_a_product_once(shop: Filled):
    order, number, product = (shop.lines[name].to_numpy() for name in ("order_id", "line_number", "product_id"))
    assert (np.diff(order) >= 0).all()
    assert (number == np.where(np.diff(order, prepend=0) > 0, 1, np.append(0, number[:-1]) + 1)).all()
    assert len(np.unique(order * 1_000 + product)) == len(order)


def test_every_order_begins_with_its_only_staple(shop: Filled):
    staple = catalogue(shop.world).role[shop.lines["product_id"].to_numpy() - 1] == STAPLE
    assert staple.sum() == len(shop.orders)
    assert (staple == (shop.lines["line_number"].to_numpy() == 1)).all()


def test_an_order_has_as_many_lines_as_its_type_is_said_to_have(shop: Filled):
    counts = np.bincount(shop.order_rows)
    for number, kind in enumerate(shop.world.settings["buying"]["types"]):
        assert counts[shop.kinds == number].mean() == pytest.approx(kind["lines_mean"], rel=0.05)


def test_pieces_are_proportional_to_the_value_factor(shop: Filled):
    quantity, factor = shop.lines["quantity"].to_numpy(), shop.orders["value_factor"].to_numpy()
    other = shop.lines["line_number"].to_numpy() > 1
    pieces = np.bincount(shop.order_rows[other], quantity[other], len(factor))
    for number in range(len(shop.world.settings["buying"]["types"])):
        mine = shop.kinds == number
        usual = pieces[mine].sum() / factor[mine].sum()
        for third in _thirds(factor, mine):
            error = np.std(pieces[third] - usual * factor[third]) / np.sqrt(len(third))
            expected = usual * factor[third].mean()
            assert abs(pieces[third].mean() - expected) < 3.5 * error + 0.02 * expected


def _thirds(factor: np.ndarray, mine: np.ndarray) -> list[np.ndarray]:
    rows = np.flatnonzero(mine)
    return np.array_split(rows[np.argsort(factor[rows])], 3)


def test_nothing_is_sold_from_an_empty_shelf_or_before_its_launch(shop: Filled):
    day = shop.orders["day"].to_numpy()[shop.order_rows]
    known, product = prices(shop.world), shop.lines["product_id"].to_numpy() - 1
    assert known.is_out_of_stock.any()
    assert not known.is_launched.all()
    assert not known.is_out_of_stock[product, day].any()
    assert known.is_launched[product, day].all()


@pytest.mark.parametrize(("currency", "minor_per_cent"), [("EUR", 1.0), ("CHF", 0.95), ("JPY", 1.62), ("KWD", 3.35)])
def test_prices_stand_in_the_minor_units_of_the_order_s_currency(shop: Filled, currency: str, minor_per_cent: float):
    rows = shop.order_rows
    chosen = pc.equal(shop.orders["currency"], currency).to_numpy()[rows]
    product, day = shop.lines["product_id"].to_numpy()[chosen] - 1, shop.orders["day"].to_numpy()[rows][chosen]
    assert chosen.sum() > 100
    wanted = np.rint(prices(shop.world).regular[product, day] * minor_per_cent)
    assert (shop.lines["price_minor"].to_numpy()[chosen] == wanted).all()


def test_demand_recovers_elasticities_and_promotion_lifts(shop: Filled):
    """Pieces a day of the products most asked for, all else but price and promotion known."""
    many = filled(orders=400_000, persons=5_000)
    known, day = catalogue(many.world), prices(many.world)
    identifiable = np.flatnonzero((known.role == 0) & (known.price_code == 0))
    liked = rates(many.world).expected[:, identifiable].sum(axis=0) * known.quantity_mean[identifiable]
    strongest = identifiable[np.argsort(-liked)[:8]]
    sold = _sold(many)
    for product in strongest:
        exposure = np.bincount(
            many.orders["day"].to_numpy(),
            rates(many.world).expected[many.kinds, product] * many.orders["value_factor"].to_numpy(),
        )
        dear = np.log(day.price[product] / known.list_price[product])
        own = np.where(day.is_promotion[product], known.promotion_lift[product], 1.0) * np.exp(
            known.elasticity[product] * dear
        )
        offset = np.log(exposure * day.demand[product] / own)
        there = ~day.is_out_of_stock[product]
        told = np.column_stack([np.ones(len(dear)), dear, day.is_promotion[product]])[there]
        found, error = poisson(told, sold[product][there], offset[there])
        planted = np.array([known.elasticity[product], np.log(known.promotion_lift[product])])
        assert (np.abs(found[1:] - planted) < 4 * error[1:]).all()
        assert error[1] < 0.35


def _sold(shop: Filled) -> np.ndarray:
    """Pieces by product and day."""
    day = shop.orders["day"].to_numpy()[shop.order_rows]
    cell = (shop.lines["product_id"].to_numpy() - 1) * shop.world.all_days + day
    size = catalogue(shop.world).size * shop.world.all_days
    return np.bincount(cell, shop.lines["quantity"].to_numpy(), size).reshape(-1, shop.world.all_days)


def poisson(told: np.ndarray, counts: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of a log-linear model by Newton's steps, with quasi-Poisson standard errors."""
    found = np.zeros(told.shape[1])
    found[0] = np.log(counts.sum() / np.exp(offset).sum())
    for _ in range(25):
        mean = np.exp(told @ found + offset)
        information = told.T @ (mean[:, None] * told)
        found = found + np.linalg.solve(information, told.T @ (counts - mean))
    spread = ((counts - mean) ** 2 / mean).sum() / (len(counts) - len(found))
    return found, np.sqrt(spread * np.diag(np.linalg.inv(information)))


def _cells(shop: Filled) -> pa.Table:
    """Every past order a cell of its own."""
    past = shop.orders.filter(pc.less(shop.orders["day"], shop.world.days))
    kinds = shop.persons["type_code"].take(pc.subtract(past["person_id"], shop.block.first))
    ones = np.ones(len(past), np.int64)
    return pa.table(
        {"type_code": kinds, "day": past["day"], "orders_count": ones, "value_factor": past["value_factor"]}
    )


def test_lost_demand_is_told_and_sold_demand_comes_true(shop: Filled):
    told = baskets.demand_truth(shop.world, _cells(shop))
    product, day = told["product_id"].to_numpy() - 1, told["day"].to_numpy()
    expected, lost = told["sold_quantity"].to_numpy(), told["lost_quantity"].to_numpy()
    out = prices(shop.world).is_out_of_stock[product, day]
    assert (lost[out] > 0).any()
    assert (expected[out] == 0).all()
    assert (lost[~out] == 0).all()
    sold = _sold(shop)[product, day]
    department = catalogue(shop.world).department[product]
    assert np.bincount(department, sold) == pytest.approx(np.bincount(department, expected), rel=0.05)


def test_cells_of_the_truth_count_every_past_order(shop: Filled):
    with duckdb.connect() as connection:
        connection.register("orders", shop.orders)
        connection.register("persons", shop.persons)
        counted = baskets.truth.counted(connection, shop.world)
    assert pc.sum(counted["orders_count"]).as_py() == len(_cells(shop))
    rough, fine = (baskets.pairs_truth(shop.world, cells)["both_share"] for cells in (counted, _cells(shop)))
    assert rough.to_pylist() == pytest.approx(fine.to_pylist(), rel=0.01)


def _shares(shop: Filled) -> list[tuple[dict, int, int, int]]:
    """Each planted pair with how many past orders hold the first, the then, both."""
    past = shop.orders["day"].to_numpy()[shop.order_rows] < shop.world.days
    order, product = shop.order_rows[past], shop.lines["product_id"].to_numpy()[past]
    found = []
    for row in baskets.pairs_truth(shop.world, _cells(shop)).to_pylist():
        first, then = (order[product == row[name]] for name in ("first_product_id", "then_product_id"))
        found.append((row, len(first), len(then), len(np.intersect1d(first, then))))
    return found


def test_lifts_of_complements_and_substitutes_come_true(shop: Filled):
    count = len(_cells(shop))
    shares = _shares(shop)
    assert {row["kind_code"] for row, *_ in shares} == {"complement", "substitute"}
    for row, first, then, both in shares:
        assert abs(first - count * row["first_share"]) < 4 * np.sqrt(first)
        assert abs(then - count * row["then_share"]) < 4.5 * np.sqrt(then)
        assert abs(both - count * row["both_share"]) < 4 * np.sqrt(count * row["both_share"]) + 1


def test_a_pair_s_lift_is_the_planted_one_where_type_day_and_value_are_alike(shop: Filled):
    cells = _cells(shop)
    cells = cells.filter(pc.equal(cells["type_code"], "one_off")).slice(100, 1)
    lifts = baskets.pairs_truth(shop.world, cells)
    assert len(lifts) >= 10
    assert lifts["expected_lift"].to_pylist() == pytest.approx(lifts["planted_lift"].to_pylist(), rel=1e-4)


def test_a_sequence_is_followed_in_its_window_as_often_as_planted(shop: Filled):
    told = baskets.sequences_truth(shop.world).to_pylist()
    assert len(told) == len(shop.world.settings["baskets"]["sequences"]) > 0
    order_person, order_day = shop.orders["person_id"].to_numpy(), shop.orders["day"].to_numpy()
    product = shop.lines["product_id"].to_numpy()
    for steps in told:
        first = shop.order_rows[product == steps["first_product_id"]]
        has = np.bincount(shop.order_rows[product == steps["then_product_id"]], minlength=len(order_day)) > 0
        window = (steps["from_days"], steps["to_days"])
        there, followed = _within(order_person, order_day, first, has, window)
        before = (-steps["to_days"], -steps["from_days"])
        chance = np.divide(*_within(order_person, order_day, first, has, before)[::-1])
        expected = steps["probability"] + (1 - steps["probability"]) * chance
        assert there > 100
        assert chance < 0.3
        assert abs(followed / there - expected) < 4 * np.sqrt(expected * (1 - expected) / there)


def _within(
    person: np.ndarray, day: np.ndarray, first: np.ndarray, has: np.ndarray, window: tuple[int, int]
) -> tuple[int, int]:
    """Of orders with the first product: after how many the person orders in the window, and takes the other there."""
    moment = person * 10_000 + day + 1_000
    by_time = np.argsort(moment)
    low = np.searchsorted(moment[by_time], moment[first] + window[0], "left")
    high = np.searchsorted(moment[by_time], moment[first] + window[1], "right")
    taken = np.append(0, np.cumsum(has[by_time]))
    return int((high > low).sum()), int((taken[high] > taken[low]).sum())


def test_a_margin_is_what_remains_of_the_amount(shop: Filled):
    cost = np.bincount(shop.order_rows, shop.lines["cost_minor"].to_numpy())
    amount, paid, parcel, margin = (
        shop.costs[name].to_numpy()
        for name in ("amount_minor", "shipping_paid_minor", "shipping_cost_minor", "margin_minor")
    )
    completed = pc.equal(shop.orders["status_code"], "completed").to_numpy()
    kept = completed & ~np.isin(shop.orders["order_id"].to_numpy(), shop.returns["order_id"].to_numpy())
    assert kept.mean() > 0.5
    assert (margin == amount - cost + paid - parcel)[kept].all()
    assert (margin < amount - cost + paid - parcel)[completed & ~kept].mean() > 0.9


def test_cancelled_orders_bring_nothing_and_refunded_ones_come_back_whole(shop: Filled):
    cancelled, refunded = (pc.equal(shop.orders["status_code"], c).to_numpy() for c in ("cancelled", "refunded"))
    assert min(cancelled.sum(), refunded.sum()) > 100
    assert (shop.costs["margin_minor"].to_numpy()[cancelled] == 0).all()
    came = np.isin(shop.orders["order_id"].to_numpy(), shop.returns["order_id"].to_numpy())
    assert not came[cancelled].any()
    back = shop.returns.group_by("order_id").aggregate([("refund_minor", "sum")]).sort_by("order_id")
    back = back.filter(pc.is_in(back["order_id"], shop.orders.filter(refunded)["order_id"].combine_chunks()))
    assert back["refund_minor_sum"].to_pylist() == shop.costs.filter(refunded)["amount_minor"].to_pylist()


def test_lines_come_back_by_department_and_some_days_later(shop: Filled):
    names = [department["name"] for department in shop.world.settings["range"]["departments"]]
    keys = ["order_id", "line_number"]
    joined = shop.lines.append_column("department", _departments(shop)).join(shop.returns, keys)
    completed = shop.orders.filter(pc.equal(shop.orders["status_code"], "completed"))
    joined = joined.filter(pc.is_in(joined["order_id"], completed["order_id"].combine_chunks()))
    for number in range(len(names)):
        rows = joined.filter(pc.equal(joined["department"], number))
        share = pc.mean(pc.is_valid(rows["refund_minor"])).as_py()
        planted = shop.world.settings["range"]["departments"][number]["return_share"]
        assert abs(share - planted) < 4 * np.sqrt(planted / len(rows))
    after = shop.returns.join(shop.orders.select(["order_id", "placed_at"]), "order_id")
    days = (after["returned_at"].to_numpy() - after["placed_at"].to_numpy()) / 86_400
    assert (days.min() >= 4) & (days.max() < 31)


def _departments(shop: Filled) -> pa.Array:
    return pa.array(catalogue(shop.world).department[shop.lines["product_id"].to_numpy() - 1])


def test_the_expected_margin_is_what_orders_bring_on_average(shop: Filled):
    told = {(row["type_code"], row["currency"]): row for row in baskets.mean_margin(shop.world).to_pylist()}
    margin, factor = shop.costs["margin_eur_minor"].to_numpy(), shop.orders["value_factor"].to_numpy()
    euro = pc.equal(shop.orders["currency"], "EUR").to_numpy()
    assert len(told) == 6 * len(shop.world.settings["buying"]["types"])
    for number, kind in enumerate(shop.world.settings["buying"]["types"]):
        mine = euro & (shop.kinds == number)
        line = told[kind["code"], "EUR"]
        expected = line["fixed_minor"] + line["per_factor_minor"] * factor[mine].mean()
        error = margin[mine].std() / np.sqrt(mine.sum())
        assert abs(margin[mine].mean() - expected) < 3.5 * error + 0.01 * expected


def test_the_same_seed_gives_the_same_lines_and_another_block_others():
    first, again, other = filled(2_000, 100), filled(2_000, 100), filled(2_000, 100, number=1)
    rates.cache_clear()
    assert first.lines.equals(again.lines)
    assert first.costs.equals(again.costs)
    assert first.returns.equals(again.returns)
    assert not first.lines["product_id"].equals(other.lines["product_id"])


def test_a_block_in_which_nobody_orders_has_no_lines_and_no_costs():
    nobody = filled(0, 10)
    assert (len(nobody.lines), len(nobody.costs), len(nobody.returns)) == (0, 0, 0)
    assert nobody.lines.schema == filled(50, 10).lines.schema
    assert nobody.costs.schema == filled(50, 10).costs.schema


def test_a_department_that_the_shop_has_not_is_refused():
    world = World(1, 30, 1)
    types = [dict(kind, departments={"Weapons": 1}) for kind in world.settings["buying"]["types"]]
    object.__setattr__(
        world, "__dict__", {**world.__dict__, "settings": {**world.settings, "buying": {"types": types}}}
    )
    rates.cache_clear()
    with pytest.raises(ValueError, match="Weapons"):
        rates(world)


def test_a_lift_that_cannot_be_is_refused():
    popular = np.array([0.3])
    assert joining(3.0, popular / 10, popular / 10) < 1
    with pytest.raises(ValueError, match="too popular"):
        joining(3.0, popular, popular)
