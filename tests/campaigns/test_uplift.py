"""Uplift against a planted truth, and the word refused where no random control group bears it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from mining_tasks.campaigns.learners import LEARNERS, TLearner, Trial, XLearner, cross_fitted, scores
from mining_tasks.campaigns.qini import deciles, design_weight, qini_curve, ranked, uplift_curve
from mining_tasks.campaigns.uplift import NoUplift, Uplift, average, chance_of_imbalance, measured
from tests.campaigns.planted import planted


@pytest.mark.parametrize("learner", list(LEARNERS))
@pytest.mark.parametrize("amounts", [False, True])
def test_each_learner_finds_the_planted_uplift_of_people_it_has_not_seen(learner: str, amounts: bool) -> None:
    shop = planted(6_000, seed=1, amounts=amounts)
    found = cross_fitted(shop.trial, LEARNERS[learner], folds=3)
    assert spearmanr(found, shop.uplift).statistic > 0.85
    assert found.mean() == pytest.approx(shop.uplift.mean(), abs=0.03 * (20 if amounts else 1))


def test_a_measured_uplift_says_how_sure_it_is_and_scores_others() -> None:
    shop, others = planted(6_000, seed=2, share=0.7), planted(2_000, seed=3)
    found = measured(shop.trial, is_randomised=True)
    assert isinstance(found, Uplift)
    assert set(found.rankings) == {"X", "T", "DR"}
    assert found.word == "uplift"
    assert found.tells_customers_apart
    assert found.average.low < shop.uplift.mean() < found.average.high
    assert found.ranking.deciles[0].low > 0 > found.ranking.deciles[-1].high  # the last tenth is put off
    assert np.corrcoef(found.model.predict(others.trial.features), others.uplift)[0, 1] > 0.85
    true = [shop.uplift[deciles(found.uplift) == place].mean() for place in range(10)]
    covered = [each.low <= truth <= each.high for each, truth in zip(found.ranking.deciles, true, strict=True)]
    assert sum(covered) >= 8


def test_a_campaign_that_changes_nobody_ranks_no_better_than_chance() -> None:
    telling = []
    for seed in range(12):
        trial = planted(1_500, seed=seed, strength=0.0).trial
        ranking = ranked(cross_fitted(trial, TLearner, folds=2), trial.contacted, trial.outcome)
        telling.append(ranking.qini.is_above_zero)
    assert sum(telling) <= 2


def test_the_average_uplift_is_covered_as_often_as_is_said() -> None:
    covered = []
    for seed in range(60):
        shop = planted(600, seed=seed)
        found = average(shop.trial)
        covered.append(found.low <= shop.uplift.mean() <= found.high)
    assert 0.88 <= np.mean(covered) <= 1.0


def test_the_qini_interval_covers_the_figure_of_a_large_campaign() -> None:
    large = planted(400_000, seed=99)
    truth = qini_curve(large.uplift, large.trial.contacted, large.trial.outcome).above_chance()
    covered = []
    for seed in range(40):
        shop = planted(1_000, seed=seed)
        found = ranked(shop.uplift, shop.trial.contacted, shop.trial.outcome, seed=seed).qini
        covered.append(found.low <= truth <= found.high)
    assert np.mean(covered) >= 0.85


def test_scores_are_unbiased_within_groups_where_contacts_depend_on_the_customer() -> None:
    dice = np.random.default_rng(5)
    groups = []
    for seed in range(8):
        shop = planted(2_500, seed=seed)
        propensity = np.where(shop.trial.features[:, 1] > 0, 0.8, 0.3)
        contacted = dice.random(2_500) < propensity
        outcome = 3 * shop.trial.features[:, 1] + contacted * shop.uplift + dice.normal(0, 0.3, 2_500)
        each = scores(Trial(shop.trial.features, contacted, outcome, propensity))
        won = shop.trial.features[:, 0] > 0.5
        groups.append(each[won].mean() - shop.uplift[won].mean())
    assert abs(np.mean(groups)) < 3 * np.std(groups, ddof=1) / np.sqrt(len(groups)) + 0.005
    assert abs(np.mean(groups)) < 0.05


def test_curves_are_those_counted_by_hand() -> None:
    uplift = np.array([0.9, 0.8, 0.7, 0.6])
    contacted = np.array([True, False, True, False])
    outcome = np.array([1.0, 0.0, 0.0, 1.0])
    qini = qini_curve(uplift, contacted, outcome)
    assert qini.share.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert qini.gained.tolist() == [0, 0.5, 0.5, 0.5, 0]  # per 2 contacted: 1, 1, 1, then 1 − 1·2/2
    assert qini.area() == pytest.approx(0.375)
    assert qini.above_chance() == pytest.approx(0.375)
    assert uplift_curve(uplift, contacted, outcome).gained.tolist() == [0, 0, 0.5, 0.375, 0]
    assert len(qini_curve(np.ones(4), contacted, outcome).share) == 2  # nobody is told apart: a straight line


def test_design_weights_restore_what_an_uneven_draw_hid() -> None:
    dice = np.random.default_rng(4)
    richer = dice.random(60_000) < 0.5
    propensity = np.where(richer, 0.8, 0.2)
    contacted = dice.random(60_000) < propensity
    outcome = 10.0 * richer + contacted
    plain = uplift_curve(np.ones(60_000), contacted, outcome).gained[-1]
    weighed = uplift_curve(np.ones(60_000), contacted, outcome, design_weight(contacted, propensity)).gained[-1]
    assert plain > 5
    assert weighed == pytest.approx(1.0, abs=0.15)


def test_a_campaign_without_a_random_control_group_is_refused_the_word() -> None:
    refused = measured(planted(2_000, seed=1).trial, is_randomised=False)
    assert refused == NoUplift("the campaign has no random control group")
    assert refused.word == "affinity"


def test_a_control_group_that_was_chosen_is_found_out_and_a_random_one_is_not() -> None:
    trial = planted(3_000, seed=6).trial
    chosen = np.random.default_rng(1).random(3_000) < 1 / (1 + np.exp(-0.5 * trial.features[:, 2]))
    told = measured(replace(trial, contacted=chosen), is_randomised=True)
    assert isinstance(told, NoUplift)
    assert "not random" in told.reason
    chances = [chance_of_imbalance(planted(500, seed=seed).trial) for seed in range(200)]
    assert 0.01 <= np.mean(np.array(chances) < 0.05) <= 0.10  # a test of 5 % is wrong in 5 % of cases


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"contacted": np.ones(1_000, bool)}, "smaller of the two groups has 0"),
        ({"outcome": np.zeros(1_000)}, "0 customers responded"),
        ({"outcome": np.full(1_000, np.nan)}, "not a number"),
        ({"propensity": np.ones(1_000)}, "contacted for sure"),
        ({"propensity": np.full(1_000, 0.9)}, "not random"),
        ({"features": np.full((1_000, 1), np.inf)}, "not a number"),
        ({"outcome": np.zeros(3)}, "not a number"),
    ],
)
def test_bad_data_refuse_and_do_not_raise(change: dict, why: str) -> None:
    told = measured(replace(planted(1_000, seed=1).trial, **change), is_randomised=True)
    assert isinstance(told, NoUplift)
    assert why in told.reason


def test_features_that_never_differ_teach_the_average_alone() -> None:
    trial = replace(planted(1_500, seed=1).trial, features=np.zeros((1_500, 2)))
    found = measured(trial, is_randomised=True)
    assert isinstance(found, Uplift)
    assert not found.tells_customers_apart
    assert np.ptp(found.uplift) < 0.15


def test_the_x_learner_trusts_what_the_larger_group_knows() -> None:
    shop = planted(3_000, seed=8, share=0.9)  # what the few others would have done with a contact is known best
    made = XLearner().fit(shop.trial)
    features = shop.trial.features[:200]
    of_others, of_contacted = made._of_others.predict(features), made._of_contacted.predict(features)
    assert np.abs(of_others - of_contacted).max() > 0.01
    assert made.predict(features) == pytest.approx(0.9 * of_others + 0.1 * of_contacted)
