"""Which policy is published, on past campaigns whose truth we planted."""

from dataclasses import dataclass

import numpy as np
import pytest

from mining_tasks.campaigns.best.policy import Policy, valued
from mining_tasks.campaigns.best.pooled import Past, pooled
from mining_tasks.campaigns.logged import Log
from mining_tasks.campaigns.qini import Interval

CODES = ["voucher_email", "news_email", "guide_post"]
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
        ["voucher", "news", "guide"],
    )
    return Planted(past, kind[who], effects[kind[who]])


def test_each_her_own_best_is_published_where_it_surely_gains():
    made = planted(TASTES, 6000)
    policy, found = valued(made.past, CODES, "EUR")
    assert policy.code == "personal"
    assert policy.gain is not None
    oracle = (made.effect * WORTH - made.past.cost).clip(0).max(axis=1)
    truth = (made.effect * WORTH - made.past.cost).mean(axis=0).max()
    assert policy.gain.low <= oracle.mean() - truth <= policy.gain.high * 1.1
    assert found.values["personal"].doubly_robust.low > found.values["random"].doubly_robust.high


def test_the_best_single_offer_is_published_where_all_are_alike():
    policy, _ = valued(planted(ALIKE, 3000).past, CODES, "EUR")
    assert (policy.code, policy.offer) == ("best single", "news_email")
    assert "not surely above zero" in policy.words


def test_nobody_is_contacted_where_every_offer_harms():
    policy, _ = valued(planted(HARM, 3000).past, CODES, "EUR")
    assert policy.code == "none"


def test_a_season_that_lifts_everybodys_orders_is_not_taken_for_an_effect():
    """The third campaign ran when everybody bought more; nobody was changed by it."""
    _, found = valued(planted(np.zeros((3, 3)), 4000).past, CODES, "EUR")
    assert found.values["guide_post"].doubly_robust.high < 1.0
    assert found.values["guide_post"].doubly_robust.low <= -1.0 + 0.8


def test_the_log_knows_how_likely_each_action_was_among_customers_of_like_consents():
    made = planted(TASTES, 2000)
    past = made.past
    past.consents[:, 2] = np.arange(len(past.offer)) % 2 == 0
    log = pooled(past).log
    assert isinstance(log, Log)
    like = past.consents[:, 2] | (past.offer == 2)
    done = (log.action == 0)[like]
    assert log.propensity[like][done] == pytest.approx(done.mean())
    assert not log.allowed[~like][:, 2].any()


def test_what_was_done_to_hardly_anybody_speaks_for_nobody():
    past = planted(TASTES, 1000).past
    past.consents[:7] = False
    past.offer[:7] = 1
    assert len(pooled(past).log.action) <= len(past.offer)
    past.contacted[:] = True
    assert pooled(past).log.action.max() <= 2


def test_too_few_rows_value_nothing():
    with pytest.raises(ValueError, match="customers"):
        valued(planted(TASTES, 20).past, CODES, "EUR")


def test_a_policy_goes_from_task_to_task_as_text():
    policy = Policy("best single", "voucher_email", Interval(1.0, -0.5, 2.5), "EUR", "why")
    assert Policy.from_text(policy.text()) == policy
    assert Policy.from_text("") == Policy()
