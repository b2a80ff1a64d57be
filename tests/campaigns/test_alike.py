"""Customers who buy alike: of one kind where they are, by part where little is known, all of one where few ordered."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.campaigns.alike import Alike
from mining_tasks.campaigns.best.crowd import Rates
from mining_tasks.experiments.habits import shown
from mining_tasks.experiments.habits.told import DEPARTMENTS, MONTHS

PEOPLE, DAY, EPOCH = 2_400, date(2026, 6, 30), date(1970, 1, 1)
RATES = Rates("EUR", {"EUR": 1.0, "USD": 0.5})
MAP = pa.map_(pa.int64(), pa.int64())
NAMES = ("books", "garden", "toys")


def maps(numbers: np.ndarray) -> pa.Array:
    """Each row as a map from places to what is not 0."""
    return pa.array([list(zip(np.flatnonzero(row), row[row > 0], strict=True)) for row in numbers], MAP)


def facts(kind: np.ndarray, seed: int = 1) -> pa.Table:
    """Each kind buys mostly of one of three departments; the last of them often and for much, some of it in dollars."""
    dice = np.random.default_rng(seed)
    count, today = len(kind), (DAY - EPOCH).days
    age = dice.integers(200, 365, count)
    repeats = dice.poisson(np.choose(kind, [1.0, 3.0, 12.0]))
    departments, months = np.zeros((count, DEPARTMENTS), int), np.zeros((count, MONTHS), int)
    for row in range(count):
        departments[row, :3] = dice.multinomial(repeats[row] + 1, np.where(np.arange(3) == kind[row], 0.8, 0.1))
        months[row] = dice.multinomial(repeats[row], np.full(MONTHS, 1 / MONTHS))
    each = np.choose(kind, [10.0, 20.0, 120.0]) * np.exp(dice.normal(0, 0.3, count))
    currency = np.where(np.arange(count) % 5 == 0, "USD", "EUR")
    value = each * (repeats + 1) * np.where(currency == "USD", 2.0, 1.0)
    made = {
        "as_of_date": pa.array([DAY] * count, pa.date32()),
        "first_day": today - age,
        "first_to_last_days": np.where(repeats > 0, np.maximum((age * dice.beta(repeats + 1, 1)).astype(int), 1), 0),
        "repeats_count": repeats,
        "habit_months": maps(months),
        "habit_departments": maps(departments),
        "habit_price": np.ones(count),
        "paid_orders_count": repeats + 1,
        **{"sales_amount": value, "value_amount": value, "currency": pa.array(currency)},
        **{"responses_count": np.zeros(count), "campaigns_count": np.zeros(count)},
    }
    return shown.beside(pa.table(made), NAMES)


def found(count: int = PEOPLE) -> tuple[Alike, pa.Table, np.ndarray]:
    kind = np.arange(count) % 3
    seen = facts(kind)
    return Alike.of(seen, seen, RATES), seen, kind


def test_those_who_buy_alike_are_of_the_same_kind():
    alike, seen, kind = found()
    belongs = alike.belongs(seen)
    assert belongs.sum(axis=1) == pytest.approx(1.0)
    place = belongs.argmax(axis=1)
    purest = sum(np.bincount(kind[place == one], minlength=3).max() for one in np.unique(place))
    assert purest > 0.9 * PEOPLE


def test_an_order_is_worth_what_those_alike_pay_in_her_own_currency():
    alike, seen, kind = found()
    worth = alike.seen(seen).worth
    euros = np.arange(PEOPLE) % 5 != 0
    means = np.array([worth[euros & (kind == one)].mean() for one in range(3)])
    assert (np.diff(means) > 0).all()
    assert means[2] == pytest.approx(120, rel=0.1)
    assert worth[~euros & (kind == 2)].mean() == pytest.approx(2 * means[2], rel=0.1)


def test_the_same_customers_give_the_same_kinds():
    (first, seen, _), (again, _, _) = found(600), found(600)
    assert (first.belongs(seen) == again.belongs(seen)).all()


def never_ordered(seen: pa.Table) -> pa.Table:
    """The first of them, had she never ordered."""
    row, place = seen.slice(0, 1), seen.column_names.index
    for name, kind in (("first_day", pa.int64()), ("currency", pa.string())):
        row = row.set_column(place(name), name, pa.nulls(1, kind))
    zeros = pa.array([0.0])
    return row.set_column(place("paid_orders_count"), "paid_orders_count", zeros).set_column(
        place("value_amount"), "value_amount", zeros
    )


def test_who_never_ordered_is_of_all_kinds_by_their_size_and_no_group_tells_of_her():
    alike, seen, _ = found()
    assert alike.kinds is not None
    sizes = [each.share for each in alike.kinds.habits]
    nobody = never_ordered(seen)
    assert alike.belongs(nobody)[0] == pytest.approx(sizes)
    told = alike.seen(nobody)
    assert told.has_ordered.tolist() == [False]
    assert not told.groups.any()
    assert not told.paid.any()
    assert told.worth == pytest.approx(np.dot(sizes, alike.order_means)), "in the main currency"


def test_what_a_group_pays_is_told_beside_how_far_she_is_of_it():
    """Who may be one of two kinds gains by each as much as an order of hers is worth if she is of it."""
    alike, seen, _ = found()
    told = alike.seen(seen)
    parts, paid = told.groups[:, 1:-1], told.paid[:, 1:-1]
    assert paid.sum(axis=1) == pytest.approx(told.paid[:, 0])
    unsure = (parts.max(axis=1) < 0.9 * parts.sum(axis=1)) & (parts.sum(axis=1) > 0.2)
    assert unsure.sum() > 20
    each = paid[unsure] / np.maximum(parts[unsure], 1e-12)
    dear, cheap = alike.order_means.argmax(), alike.order_means.argmin()
    assert (each[:, dear] > each[:, cheap]).all(), "the same orders, and the mean of those alike beside them"
    ready = told.groups[:, -1] / told.groups[:, 0]
    assert told.paid[:, -1] == pytest.approx(ready * told.paid[:, 0])


@pytest.mark.parametrize("count", [0, 90])
def test_few_customers_are_all_alike(count: int):
    alike, seen, _ = found(count)
    assert alike.kinds is None
    assert alike.belongs(seen).tolist() == [[1.0]] * count


def test_a_shop_that_tells_no_products_has_kinds_by_pace_and_spend():
    kind = np.arange(PEOPLE) % 3
    seen = facts(kind)
    nothing = maps(np.zeros((PEOPLE, DEPARTMENTS), int))
    seen = seen.set_column(seen.column_names.index("habit_departments"), "habit_departments", nothing)
    seen = shown.beside(seen, ("unknown",))
    place = Alike.of(seen, seen, RATES).belongs(seen).argmax(axis=1)
    assert max(np.bincount(place[kind == 2])) > 0.8 * (kind == 2).sum()
    assert len(np.unique(place)) > 1


def test_facts_without_habits_are_refused():
    alike, seen, _ = found()
    with pytest.raises(ValueError, match="not beside the facts"):
        alike.belongs(seen.drop_columns(["habit_months"]))
