"""What later orders cost sets right what was expected of them: luck is told from taste by what came."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.experiments.habits.habit import Habit
from mining_tasks.experiments.habits.mixture import Kinds
from mining_tasks.experiments.habits.told import Told
from mining_tasks.lifetime_value import by_kind, later
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.history import History

DAY, COUNT = 18_000, 1_500
NUMBERS = ("frequency", "recency", "age", "orders", "days", "sales", "value")
TRUSTING = (3.0, 3.0, 0.7)  # p, q, gamma: takes much of what a customer paid for her own mean


@dataclass(frozen=True)
class Shop:
    """COUNT buyers with two orders then and two more since. spread: of their own means; noise: of single orders (both
    of logarithms)."""

    spread: float
    noise: float

    def histories(self) -> tuple[History, History]:
        chance = np.random.default_rng(1)
        own = np.exp(self.spread * chance.standard_normal(COUNT))
        paid = own[:, None] * np.exp(self.noise * chance.standard_normal((COUNT, 4)))
        return history(paid[:, :2], DAY), history(paid, DAY + 90)


def history(paid: np.ndarray, day: int) -> History:
    count, orders = paid.shape
    full, last = np.full(count, float(orders)), np.full(count, DAY - 100 + 40 * orders)
    first, months = np.full(count, DAY - 200), np.full((count, 12), (orders - 1) / 12)
    bought, sales, none = np.full((count, 1), orders), paid.mean(axis=1), np.zeros(count)
    told = Told(day, full - 1, first, last, months, bought, full, sales, none, none, np.zeros((count, 12)), ("all",))
    age = (day - first).astype(float)
    return History(full - 1, (last - first).astype(float), age, full, full, sales, 0.3 * sales, np.ones(count), told)


def ids(numbers) -> pa.ChunkedArray:
    return pa.chunked_array([[f"c_{number}" for number in numbers]])


def one_kind() -> Kinds:
    habit = Habit(1.0, (20.0, 400.0, 1.0, 50.0), 0.01, (1.0,) * 12, TRUSTING, (1.0,))
    return Kinds((habit,), ("all",), -1.0, COUNT)


def found(shop: Shop) -> tuple[later.Later, History]:
    then, now = shop.histories()
    one = later.since(then, ids(range(COUNT)), now, ids(range(COUNT)))
    assert one is not None
    return one, now


def trust(shop: Shop) -> tuple[float, float]:
    one, _ = found(shop)
    return later.trusts(one_kind(), np.ones((COUNT, 1)), [one])[0]


def test_since_then_is_what_was_ordered_after_the_cut_off():
    then, now = Shop(0.5, 0.5).histories()
    one = later.since(then, ids(range(COUNT)), now, ids(range(COUNT)))
    assert one is not None
    assert (one.orders == 2).all()
    assert one.sales == pytest.approx((4 * now.sales - 2 * then.sales) / 2)
    assert one.value == pytest.approx(0.3 * one.sales)


def test_rows_are_found_by_id_and_who_is_gone_or_pays_in_other_money_is_left_out():
    then, now = Shop(0.5, 0.5).histories()
    backwards = np.arange(COUNT)[::-1]
    unit = now.unit.copy()
    unit[backwards == 7] = 2.0  # customer 7's main currency is another one now
    moved = History(*(getattr(now.of(backwards), name) for name in NUMBERS), unit, now.told)
    known = [number for number in range(COUNT) if number != 5]  # customer 5 is nobody's account any more
    places = np.flatnonzero(backwards != 5)
    one = later.since(then, ids(range(COUNT)), moved.of(places), ids(backwards[places]))
    assert one is not None
    assert len(one.rows) == len(known) - 1
    assert one.sales[0] == pytest.approx((4 * now.sales[0] - 2 * then.sales[0]) / 2)
    assert one.rows[0] == COUNT - 2  # the first of then is the last of now, one of whom is gone


def test_nobody_ordered_since_and_nothing_told_give_nothing():
    then, _ = Shop(0.5, 0.5).histories()
    assert later.since(then, ids(range(COUNT)), then, ids(range(COUNT))) is None
    blind = History(*(getattr(then, name) for name in (*NUMBERS, "unit")))
    assert later.since(blind, ids(range(COUNT)), then, ids(range(COUNT))) is None


def test_luck_is_not_taken_for_taste():
    fixed, rise = trust(Shop(spread=0.0, noise=0.8))
    mean = np.exp(0.8**2 / 2)
    assert rise < 0.2
    assert fixed + rise * mean == pytest.approx(mean, rel=0.05)


def test_taste_is_trusted_and_more_of_it_more():
    rises = [trust(Shop(spread, noise))[1] for spread, noise in ((0.2, 0.8), (0.5, 0.5), (0.8, 0.2))]
    assert rises == sorted(rises)
    assert rises[-1] > 0.8 > 0.4 > rises[0]


def test_who_paid_more_is_never_expected_to_pay_less():
    one, _ = found(Shop(0.0, 0.8))
    turned = replace(one, sales=3.0 - one_kind().habits[0].expected_sales(one.told))
    fixed, rise = later.trusts(one_kind(), np.ones((COUNT, 1)), [turned])[0]
    assert rise == 0.0
    assert fixed > 0


def test_a_kind_of_few_later_orders_keeps_what_was_expected():
    one, _ = found(Shop(0.0, 0.8))
    hardly = np.full((COUNT, 1), 0.005)  # 15 orders
    assert later.trusts(one_kind(), hardly, [one]) == ((0.0, 1.0),)
    assert later.trusts(one_kind(), np.ones((COUNT, 1)), []) == ((0.0, 1.0),)


def test_the_level_of_value_is_that_of_later_orders():
    one, _ = found(Shop(0.5, 0.5))

    def said(found: later.Later) -> np.ndarray:
        return np.full((len(found.rows), 2), one.value.mean() / 0.8)

    shares = np.column_stack([np.full(COUNT, 0.998), np.full(COUNT, 0.002)])
    most, hardly = later.levels(said, shares, [one])
    assert most == pytest.approx(0.8, abs=0.02)
    assert hardly == 1.0  # six orders tell nothing
    assert later.levels(said, shares, []).tolist() == [1.0, 1.0]
    far = replace(one, value=one.value * 100)
    assert later.levels(said, shares, [far])[0] == later.LEVELS[1]


def model(line: tuple[float, float]) -> ByKind:
    return ByKind(one_kind(), ((0.0, 0.3),), (1.0,), (line,), ((1.0,) * 12,))


def test_value_and_its_draws_follow_the_line_and_json_keeps_it():
    then, _ = Shop(0.5, 0.5).histories()
    plain, flat = model((0.0, 1.0)).forecast(then), model((0.8, 0.0)).forecast(then)
    assert flat.value[90] == pytest.approx(0.3 * 0.8 * flat.orders[90])
    assert plain.value[90].std() > 3 * flat.value[90].std()
    drawn = model((0.8, 0.0)).value_draws(then, 90, 400, np.random.default_rng(2))
    assert drawn.mean() == pytest.approx(flat.value[90].mean(), rel=0.03)
    card = json.loads(json.dumps(model((0.8, 0.1)).card()))
    assert by_kind.of_card(card).trusts == ((0.8, 0.1),)
