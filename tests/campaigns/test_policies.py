"""Which policy is published, on past campaigns whose truth we planted."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from mining_tasks.campaigns.best.policy import Policy, valued
from mining_tasks.campaigns.best.trials import Past, Trials
from mining_tasks.campaigns.qini import Interval

CODES = ["voucher_email", "news_email", "guide_post"]
KINDS = ["voucher", "news", "guide"]
WORTH = 30.0
# Orders that a contact with each offer changes, by type of customer.
TASTES = np.array([[0.30, 0.0, 0.02], [-0.10, 0.30, 0.0], [0.0, -0.10, 0.35]])
ALIKE = np.array([[0.05, 0.20, 0.05]] * 3)
HARM = np.full((3, 3), -0.08)


@dataclass(frozen=True)
class Planted:
    past: Past
    kind: np.ndarray
    effect: np.ndarray


def planted(effects: np.ndarray, customers: int, seed: int = 1) -> Planted:
    """Each customer in two campaigns of the three; the season lifts the third campaign's orders for everybody."""
    dice = np.random.default_rng(seed)
    kind = dice.integers(0, 3, customers)
    who = np.repeat(np.arange(customers), 2)
    offer = np.concatenate([dice.choice(3, 2, replace=False) for _ in range(customers)])
    features = np.column_stack([kind == 0, kind == 1, kind == 2, dice.normal(size=(3, customers)).T])[who].astype(float)
    contacted = dice.random(len(who)) < 0.7
    anyhow = 0.15 + 0.25 * (offer == 2)
    orders = (dice.random(len(who)) < anyhow + effects[kind[who], offer] * contacted).astype(float)
    consents = np.ones((len(who), 3), bool)
    past = Past(
        [f"c_{n:016x}" for n in who],
        features,
        offer.astype(np.int64),
        offer.astype(np.int64),
        contacted,
        orders,
        np.full(len(who), WORTH),
        consents,
        np.array([0.5, 0.5, 1.0]),
        KINDS,
        np.eye(3)[kind[who]],
        WORTH * np.eye(3)[kind[who]],
        anyhow,
        np.full(3, np.inf),
    )
    return Planted(past, kind[who], effects[kind[who]])


def test_each_her_own_best_is_published_where_it_surely_gains():
    made = planted(TASTES, 2600)
    policy, found = valued(made.past, CODES, KINDS, "EUR")
    assert policy.code == "personal"
    assert policy.gain is not None
    oracle = (made.effect * WORTH - made.past.cost).clip(0).max(axis=1)
    truth = (made.effect * WORTH - made.past.cost).mean(axis=0).max()
    assert policy.gain.low <= oracle.mean() - truth <= policy.gain.high * 1.1
    assert found.values["personal"].doubly_robust.low > found.values["random"].doubly_robust.high


def test_the_best_single_offer_is_published_where_all_are_alike():
    policy, _ = valued(planted(ALIKE, 1500).past, CODES, KINDS, "EUR")
    assert (policy.code, policy.offer) == ("best single", "news_email")
    assert "not surely above zero" in policy.words


def test_an_offer_that_hardly_anybody_can_get_is_not_the_best_for_all():
    past = planted(ALIKE, 1500).past
    policy, found = valued(replace(past, room=np.array([np.inf, 20.0, np.inf])), CODES, KINDS, "EUR")
    assert policy.offer != "news_email"
    assert found.values["news_email"].doubly_robust.found < 0.2


def test_nobody_is_contacted_where_every_offer_harms():
    policy, _ = valued(planted(HARM, 1500).past, CODES, KINDS, "EUR")
    assert policy.code == "none"


def test_a_season_that_lifts_everybodys_orders_is_not_taken_for_an_effect():
    """The third campaign ran when everybody bought more; nobody was changed by it."""
    _, found = valued(planted(np.zeros((3, 3)), 6000).past, CODES, [], "EUR")
    gain = found.values["guide_post"].doubly_robust
    assert gain.low <= -1.0 <= gain.high, "a contact costs 1 and changes nothing"
    assert gain.high < 0.25 * WORTH * 0.5, "the season alone brought a quarter of an order more"


def test_each_offer_speaks_for_customers_of_like_consents_alone():
    past = planted(TASTES, 2000).past
    past.consents[:, 2] = np.arange(len(past.offer)) % 2 == 0
    trials = Trials.of(past)
    like = past.consents[:, 2] | (past.offer == 2)
    assert trials.usual[like][:, 0] == pytest.approx((past.offer[like] == 0).mean())
    assert not trials.allowed[~like][:, 2].any()


def test_both_estimates_cover_the_truth_of_a_policy_made_by_type():
    """Over sixteen planted pasts the truth lies in the 95 % interval about as often as it says."""
    covered = {"ips": 0, "dr": 0}
    for seed in range(16):
        made = planted(TASTES, 400, seed)
        best = np.eye(3)[made.effect.argmax(axis=1)]
        truth = float(((made.effect * WORTH - made.past.cost) * best).sum(axis=1).mean())
        trials = Trials.of(made.past)
        for name, each in zip(covered, trials.gains(best), strict=True):
            found = trials.interval(each)
            covered[name] += found.low <= truth <= found.high
    assert min(covered.values()) >= 13


def test_two_rows_of_a_customer_are_one_observation():
    past = planted(TASTES, 800).past
    trials = Trials.of(past)
    alone = Trials.of(replace(past, customers=[f"c_{n:016x}" for n in range(len(past.offer))]))
    each = np.repeat(np.random.default_rng(0).normal(size=800), 2)
    wide, narrow = (made.interval(each) for made in (trials, alone))
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2**0.5, abs=0.01)


def test_groups_that_tell_nobody_apart_leave_the_best_single_offer():
    past = planted(TASTES, 6000).past
    one = np.ones((len(past.offer), 1))
    policy, _ = valued(replace(past, groups=one, paid=WORTH * one), CODES, [], "EUR")
    assert (policy.code, policy.offer) == ("best single", "guide_post")
    assert policy.contact_gain == pytest.approx((0.02 + 0.0 + 0.35) / 3 * WORTH - 1.0, abs=1.0)


def test_campaigns_that_held_nobody_out_value_nothing():
    past = planted(TASTES, 20).past
    with pytest.raises(ValueError, match="without a control group"):
        valued(replace(past, contacted=np.ones(len(past.offer), bool)), CODES, KINDS, "EUR")


def test_a_policy_goes_from_task_to_task_as_text():
    policy = Policy("best single", "voucher_email", 0.5, Interval(1.0, -0.5, 2.5), "EUR", "why")
    assert Policy.from_text(policy.text()) == policy
    assert Policy.from_text("") == Policy()
