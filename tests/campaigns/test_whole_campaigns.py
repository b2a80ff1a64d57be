"""From trials of several campaigns to one contact per customer, against the truth of a planted shop."""

import numpy as np
import pytest

from mining_tasks.campaigns.assignment import Shares, assign
from mining_tasks.campaigns.learners import Trial, XLearner
from mining_tasks.campaigns.offers import Limits, Offers, expected_gain

CUSTOMERS, CAMPAIGNS = 12_000, 3
MARGIN, COST_CENTS = 20.0, np.array([80, 80, 80])
KEY = b"a key of the shop, 32 bytes long"


def responses(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(buys) without a contact (n,) and with each campaign (n, k): campaign j wins those high in feature j."""
    lean = -1.5 + 0.6 * features[:, 3]
    return 1 / (1 + np.exp(-lean)), 1 / (1 + np.exp(-lean[:, None] - 1.0 * features[:, :CAMPAIGNS] - 0.2))


def trial(campaign: int) -> Trial:
    dice = np.random.default_rng(campaign)
    features = dice.normal(size=(5_000, 4))
    anyhow, with_it = responses(features)
    contacted = dice.random(5_000) < 0.5
    bought = dice.random(5_000) < np.where(contacted, with_it[:, campaign], anyhow)
    return Trial(features, contacted, bought.astype(float), np.full(5_000, 0.5))


@pytest.fixture(scope="module")
def gains() -> tuple[np.ndarray, np.ndarray]:
    """Predicted and true gain (n, k) of customers of whom no trial knew."""
    features = np.random.default_rng(50).normal(size=(CUSTOMERS, 4))
    anyhow, with_it = responses(features)
    learnt = np.column_stack([XLearner().fit(trial(place)).predict(features) for place in range(CAMPAIGNS)])
    margin = np.full((CUSTOMERS, 1), MARGIN)
    predicted = expected_gain(learnt, margin, COST_CENTS / 100)
    return predicted, expected_gain(with_it - anyhow[:, None], margin, COST_CENTS / 100)


def true_gain(offers: Offers, truth: np.ndarray) -> float:
    made = assign(offers, [str(place) for place in range(CUSTOMERS)], KEY, "2018-01-01", Shares(0.0, 0.0))
    rows = np.flatnonzero(made.campaign >= 0)
    return float(truth[rows, made.campaign[rows]].sum())


@pytest.mark.parametrize("limits", [Limits(), Limits(np.array([1_500, 2_500, 900]), total_budget_cents=300_000)])
def test_the_choice_is_worth_most_of_what_an_oracle_gains_over_the_best_single_campaign(
    gains: tuple[np.ndarray, np.ndarray], limits: Limits
) -> None:
    predicted, truth = gains
    allowed = np.random.default_rng(1).random(truth.shape) < 0.8
    oracle, learnt = Offers(truth, allowed, COST_CENTS, limits), Offers(predicted, allowed, COST_CENTS, limits)
    best = true_gain(oracle, truth)
    single = max(true_gain(learnt.only(place), truth) for place in range(CAMPAIGNS))
    assert best > single > 0
    assert true_gain(learnt, truth) - single >= 0.85 * (best - single)


def test_those_whom_a_campaign_puts_off_are_contacted_less_than_at_random(gains: tuple[np.ndarray, np.ndarray]) -> None:
    predicted, truth = gains
    offers = Offers(predicted, np.ones(truth.shape, bool), COST_CENTS)
    made = assign(offers, [str(place) for place in range(CUSTOMERS)], KEY, "2018-01-01")
    rows = np.flatnonzero((made.campaign >= 0) & ~made.is_explored)
    harmed = truth < -COST_CENTS / 100
    assert harmed.mean() > 0.2
    assert harmed[rows, made.campaign[rows]].mean() < 0.1 * harmed.mean()
