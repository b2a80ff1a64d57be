"""Kinds of customers: planted ones are found again, one kind is the plain model, and poor data give no model."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mining_tasks.experiments.habits import bg_nbd, clock, learn, mixture
from mining_tasks.experiments.habits.cells import cells
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.load import Unloadable
from tests.experiments.planted_kinds import EVEN, NAMES, Planted, told

WINTER = (0.2, 0.2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 1.0, 3.0, 4.0)
FAMILIES = Planted(500, rate=0.08, spend=0.8, buys=(0.05, 0.05, 0.9), leaves=(1.0, 60.0))
GIVERS = Planted(500, rate=0.015, spend=2.0, buys=(0.45, 0.5, 0.05), months=WINTER, leaves=(1.0, 20.0))


@pytest.fixture(scope="module")
def two():
    seen, kind, later = told((FAMILIES, GIVERS))
    return seen, kind, later, learn.fit(seen)


def test_planted_kinds_are_found_again_with_their_number_rates_and_tastes(two):
    seen, kind, _, kinds = two
    assert len(kinds) == 2
    slow, fast = sorted(kinds.habits, key=lambda each: each.orders[0] / each.orders[1])
    assert fast.orders[0] / fast.orders[1] == pytest.approx(FAMILIES.rate, rel=0.1)
    assert slow.orders[0] / slow.orders[1] == pytest.approx(GIVERS.rate, rel=0.25)
    assert slow.share == pytest.approx(0.5, abs=0.05)
    assert np.array(fast.buys)[2] / sum(fast.buys) > 0.8
    most = kinds.placed(seen).shares.argmax(axis=1)
    assert max((most == kind).mean(), (most != kind).mean()) > 0.95


def test_only_the_givers_have_a_season(two):
    slow, fast = sorted(two[3].habits, key=lambda each: each.orders[0] / each.orders[1])
    assert min(slow.speeds[10:]) > 1.7 > 1.2 > max(fast.speeds) > min(fast.speeds) > 0.8
    assert np.array(slow.speeds) @ clock.YEAR == pytest.approx(1.0)


def test_the_probability_of_silence_is_what_comes(two):
    seen, kind, later, kinds = two
    said = kinds.placed(seen).silence(np.full(len(seen), 60))
    came = later > seen.day + 60
    for number in (0, 1):
        assert said[kind == number].mean() == pytest.approx(came[kind == number].mean(), abs=0.05)


def test_the_same_customers_give_the_same_kinds_and_json_keeps_them(two):
    seen, _, _, kinds = two
    again = learn.fit(seen)
    assert again.card() == kinds.card()
    kept = mixture.of_card(json.loads(json.dumps(kinds.card())))
    assert np.array_equal(kept.placed(seen).shares, kinds.placed(seen).shares)


def test_a_search_may_begin_at_the_kinds_of_an_earlier_day(two):
    seen, _, _, kinds = two
    before = learn.fit(told((FAMILIES, GIVERS), until=500)[0])
    later = learn.fit(seen, before)
    assert len(later) == len(kinds)
    assert later.log_likelihood == pytest.approx(kinds.log_likelihood, rel=1e-4)


def test_kinds_that_an_earlier_day_took_for_two_come_together_again(two):
    seen, _, _, kinds = two
    lesson = learn._lesson(seen)
    before = learn.of_number(lesson, 3)
    assert learn.icl(lesson, before) > learn.icl(lesson, kinds)
    assert len(learn.numbered(lesson, before)) == 2


def test_departments_are_known_by_name_whatever_their_place(two):
    seen, _, _, kinds = two
    other = replace(seen, departments=seen.departments[:, [2, 0, 1]], names=("groceries", "books", "gifts"))
    assert np.allclose(kinds.placed(other).shares, kinds.placed(seen).shares)
    new = replace(seen, departments=np.column_stack([seen.departments, seen.departments[:, 0]]), names=(*NAMES, "wine"))
    assert np.allclose(kinds.placed(new).shares, kinds.placed(seen).shares)


def test_one_kind_is_the_plain_model():
    seen, _, _ = told((Planted(1_500, rate=0.05, shape=2.0, leaves=(2.0, 20.0)),))
    kinds = learn.fit(seen)
    assert len(kinds) == 1
    plain = bg_nbd.fit(cells(seen.frequency, (seen.last - seen.first).astype(float), seen.age))
    mine = kinds.habits[0].orders
    assert mine[0] / mine[1] == pytest.approx(plain.r / plain.alpha, rel=0.03)
    placed = kinds.placed(seen)
    standing = seen.frequency, (seen.last - seen.first).astype(float), seen.age
    assert np.corrcoef(placed.active(), plain.active_probability(*standing))[0, 1] > 0.99
    orders = placed.mixed(placed.orders_by_kind(90))
    assert orders.sum() == pytest.approx(plain.expected_orders(*standing, 90.0).sum(), rel=0.05)


def test_the_gradient_of_every_customer_is_the_slope_of_her_likelihood():
    counted = cells([0, 1, 4, 9], [0.0, 30.0, 90.0, 200.0], [100.0, 300.0, 100.0, 400.0])
    at = np.array([1.3, 40.0, 0.8, 9.0])
    _, slopes = bg_nbd.scores(counted, at)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * at[place]
        apart = bg_nbd.each(counted, at + step)[0] - bg_nbd.each(counted, at - step)[0]
        assert np.allclose(apart / (2 * step[place]), slopes[:, place], rtol=1e-4, atol=1e-7)


def test_a_month_that_was_never_seen_is_like_its_neighbours():
    exposure, orders = np.full(12, 500.0), np.full(12, 500.0)
    orders[[5, 7]], exposure[6], orders[6] = 100.0, 0.0, 0.0
    speeds = clock.learned(orders, exposure)
    assert speeds[6] < 0.7 * speeds[0]
    assert np.allclose(clock.learned(np.zeros(12), np.zeros(12)), EVEN)


def test_a_kind_without_a_season_gets_none_out_of_a_month_that_was_hardly_seen():
    exposure = np.full(12, 500.0)
    exposure[8], chance = 15.0, np.random.default_rng(3)
    orders = chance.poisson(exposure).astype(float)
    orders[8] = 22.0  # one and a half standard errors more than the rest had, in the two weeks that were seen
    assert np.abs(clock.learned(orders, exposure) - 1).max() < 0.05
    giving = exposure * np.array(WINTER)
    assert np.corrcoef(clock.learned(giving, exposure), WINTER)[0, 1] > 0.99, "and who has one keeps it"


def test_an_even_clock_shows_days():
    days = clock.Calendar(17_000, 17_400)
    assert np.allclose(days.shown(np.ones(12), np.array([17_000, 17_031, 17_400])), [0, 31, 400])


def test_too_few_customers_or_none_who_paid_give_no_kinds(two):
    seen = two[0]
    with pytest.raises(NoFit, match="400 are needed"):
        learn.fit(seen.of(np.arange(399)))
    with pytest.raises(NoFit):
        learn.fit(replace(seen, sales=np.zeros(len(seen))))


@pytest.mark.parametrize("alike", ["one order each", "all the same", "no department"])
def test_degenerate_customers_give_finite_numbers(two, alike):
    seen = two[0]
    if alike == "one order each":
        zero = np.zeros(len(seen))
        seen = replace(seen, frequency=zero, last=seen.first, months=np.zeros((len(seen), 12)))
    elif alike == "all the same":
        seen = seen.of(np.zeros(len(seen), int))
    else:
        seen = replace(seen, departments=np.zeros_like(seen.departments))
    placed = learn.fit(seen).placed(seen)
    found = placed.active(), placed.silence(np.full(len(seen), 90)), placed.mixed(placed.orders_by_kind(365))
    assert all(np.isfinite(each).all() for each in found)
    assert (found[2] >= 0).all()
    assert ((found[1] >= 0) & (found[1] <= 1)).all()


def test_no_kind_is_split_into_two_that_can_hardly_be_told_apart():
    """Likelihood alone, less the price of its parameters (BIC), would ask for both."""
    seen, kind, _ = told((Planted(800, spend=0.8, buys=(0.5, 0.3, 0.2)), Planted(800, spend=1.2, buys=(0.3, 0.3, 0.4))))
    lesson = learn._lesson(seen)
    one, two = learn.of_number(lesson, 1), learn.of_number(lesson, 2)
    price = len(two.departments) + 20  # parameters of a kind: rates, leaving, spend, tastes, months, share
    assert 2 * (two.log_likelihood - one.log_likelihood) > price * np.log(len(seen))
    right = (two.placed(seen).shares.argmax(axis=1) == kind).mean()
    assert max(right, 1 - right) < 0.85
    assert learn.icl(lesson, one) < learn.icl(lesson, two)


def test_kinds_that_were_learned_from_facts_told_otherwise_are_refused(two):
    card = json.loads(json.dumps(two[3].card()))
    assert len(mixture.of_card(card)) == 2
    del card["facts"]  # as cards were when departments were counted by day
    with pytest.raises(Unloadable, match="learn them anew"):
        mixture.of_card(card)
