"""When a customer counts as lost: from gaps between orders, with those still open, and never from the future."""

import numpy as np
import pytest

from mining_tasks.churn.by_silence import probability
from mining_tasks.churn.gaps import customers, gaps, return_probability, survival
from mining_tasks.churn.horizon import Asked, horizons
from mining_tasks.churn.labels import cut_offs, labels, longest
from mining_tasks.experiments.calibration import calibration_error

CUT_OFF = 1_000


def shop(people: int = 3_000, leaving: float = 0.25, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Orders of people with exponential gaps (mean 20 days), who leave for good after an order with a probability."""
    chance = np.random.default_rng(seed)
    customer, day = [], []
    for person in range(people):
        now = float(chance.uniform(0, 500))
        while now <= CUT_OFF:
            customer.append(person)
            day.append(int(now))
            if chance.random() < leaving:
                break
            now += 1 + chance.exponential(20)
    return np.array(customer), np.array(day)


def test_gaps_end_with_the_next_order_day_or_stay_open():
    found = gaps(np.array([7, 7, 7, 7, 2]), np.array([30, 10, 10, 14, 90]), 100)
    assert found.days.tolist() == [10, 4, 16, 70]  # customer 2, then 7 on days 10, 14 and 30
    assert found.is_over.tolist() == [False, True, True, False]
    assert np.isnan(found.pace[:2]).all()
    assert found.pace[2:].tolist() == [4.0, 10.0]


def test_survival_is_kaplan_and_meiers():
    chance = np.random.default_rng(1)
    found = gaps(chance.integers(0, 40, 300), chance.integers(0, 60, 300), 60)
    curve = survival(found, 30)
    by_hand = 1.0
    for day in range(31):
        at_risk = (found.days >= day).sum()
        by_hand *= 1 - ((found.days == day) & found.is_over).sum() / at_risk
        assert curve.staying[day] == pytest.approx(by_hand)
        assert curve.at_risk[day] == at_risk


def test_the_horizon_is_where_returning_falls_below_the_limit():
    customer, day = shop()
    asked = Asked(limit=0.2, shortest_days=10, paces=2)
    found = horizons(customer, day, CUT_OFF, asked)
    assert len(found.groups) == 3
    # P(return | silent s) = .75 e^(-s/20) / (.75 e^(-s/20) + .25) is 0.2 at s = 20 ln 12, and a gap begins after a day
    for group in found.groups:
        assert group.lowest_days <= group.horizon_days <= group.highest_days
        assert group.horizon_days == pytest.approx(20 * np.log(12) + 1, abs=6)
        assert group.returning == pytest.approx(0.75, abs=0.03)
        assert group.still_returning < 0.2
        assert "fewer than 20%" in group.sentence()
    own = survival(gaps(customer, day, CUT_OFF), 365)
    falling = return_probability(own, np.arange(200), 365)
    assert (np.diff(falling) <= 1e-12).all()


def test_the_horizon_knows_nothing_of_later_orders():
    customer, day = shop()
    late = np.concatenate([day, np.full(3_000, 801)])
    early = horizons(customer, day, 800)
    assert horizons(np.concatenate([customer, np.arange(3_000)]), late, 800) == early


def test_paces_have_horizons_of_their_own():
    chance = np.random.default_rng(5)
    customer, day = [], []
    for person in range(2_000):
        mean, now = (5, 60)[person % 2], int(chance.integers(0, 100))
        while now <= CUT_OFF:
            customer.append(person)
            day.append(now)
            if chance.random() < 0.1:
                break
            now += 1 + int(chance.exponential(mean))
    found = horizons(np.array(customer), np.array(day), CUT_OFF, Asked(shortest_days=7, longest_days=365))
    often, seldom = found.days(np.array([4.0, 70.0]))
    assert often < 60 < seldom
    assert found.days(np.array([np.nan]))[0] == found.groups[0].horizon_days


def test_where_nearly_all_return_the_definition_says_so():
    customer, day = shop(600, leaving=0.0)
    found = horizons(customer, day, CUT_OFF)
    assert all("nearly all return" in sentence for sentence in found.sentences()[1:])
    assert {group.horizon_days for group in found.groups[1:]} <= set(range(30, 90))


@pytest.mark.parametrize("rows", [0, 1, 2, 50])
def test_too_little_data_gives_one_stated_horizon_for_all(rows):
    customer, day = np.arange(rows) // 2, np.arange(rows) * 3
    found = horizons(customer, day, CUT_OFF)
    assert len(found.groups) == 1
    assert "only" in found.sentences()[0]
    assert found.days(np.array([np.nan, 3.0])).tolist() == [180, 180]


def test_a_shop_may_fix_the_horizon():
    found = horizons(*shop(50), CUT_OFF, Asked(fixed_days=90))
    assert found.sentences() == (
        "customers at any pace count as lost after 90 days without an order: the shop fixed it",
    )
    assert found.days(np.array([np.nan, 4.0])).tolist() == [90, 90]


def test_labels_look_strictly_after_the_cut_off():
    next_order, recency, horizon = np.array([np.nan, 1, 31, 5]), np.array([0.0, 0, 0, 40]), np.full(4, 30)
    found = labels(recency, next_order, horizon, 30)
    # the first never came back; the second did the day after; the third on the day after her due day; the last was lost
    assert found.has_churned.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert found.is_at_risk.tolist() == [True, True, True, False]
    assert found.is_mature.all()


def test_a_label_that_is_not_due_is_not_known():
    found = labels(np.zeros(2), np.array([np.nan, 5]), np.full(2, 30), 29)
    assert np.isnan(found.has_churned).all()
    assert not found.is_mature.any()


def test_an_order_of_the_cut_offs_own_day_is_no_answer():
    with pytest.raises(ValueError, match="must come after"):
        labels(np.zeros(1), np.zeros(1), np.full(1, 30), 90)


def test_a_young_shop_has_horizons_that_it_can_teach_and_judge():
    assert longest(0, 800, 180) == 180
    assert longest(0, 400, 180) == 100
    assert longest(5, 5, 180) == 1
    assert len(cut_offs(0, 400, longest(0, 400, 180))) == 5


def test_training_windows_end_before_the_holdout_begins():
    days = cut_offs(0, 1_000, 100)
    assert days == (100, 333, 566, 800, 900)
    assert all(day + 100 <= days[-1] for day in days[:-1])
    assert cut_offs(0, 250, 100) == (150,)
    assert cut_offs(0, 150, 100) == ()


def test_a_customer_stands_where_her_last_order_by_then_put_her():
    found = customers(np.array([4, 4, 4, 9]), np.array([10, 30, 70, 50]), 50)
    assert found.customer.tolist() == [4, 9]
    assert found.recency_days.tolist() == [20, 0]
    assert found.order_days.tolist() == [2, 1]
    assert found.pace[0] == 20.0
    assert np.isnan(found.pace[1])


def test_customers_who_are_no_numbers_from_zero_are_refused():
    with pytest.raises(ValueError, match="numbered from 0"):
        gaps(np.array([-1]), np.array([3]), 10)


def test_without_a_model_silence_alone_gives_calibrated_probabilities():
    customer, day = shop(6_000)
    by = horizons(customer, day, 300, Asked(shortest_days=10))
    known = customers(customer, day, 300)
    after = np.array([(day[(customer == one) & (day > 300)] - 300).min(initial=10_000) for one in known.customer])
    coming = np.where(after < 10_000, after, np.nan)
    found = labels(known.recency_days.astype(float), coming, by.days(known.pace), CUT_OFF - 300)
    rows = found.is_at_risk
    said = probability(by, known.recency_days, known.pace)
    assert rows.sum() > 300
    assert calibration_error(found.has_churned[rows], said[rows]) < 0.06
    assert ((said >= 0) & (said <= 1)).all()  # the lost have a probability too
    assert said[~rows].mean() > said[rows].mean()


def test_where_nothing_was_derived_silence_gives_no_probability():
    by = horizons(*shop(50), CUT_OFF, Asked(fixed_days=90))
    assert np.isnan(probability(by, np.array([3, 4]), np.array([np.nan, 4.0]))).all()


def test_a_silence_longer_than_any_that_was_seen_is_final():
    by = horizons(*shop(), CUT_OFF)
    assert probability(by, np.array([900]), np.array([20.0])).tolist() == [1.0]
