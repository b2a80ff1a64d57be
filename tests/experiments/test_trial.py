"""The judge of scores: who is better beyond noise, who is harmed, what is too good, and what cannot be judged."""

from dataclasses import replace

import numpy as np
import pytest

from mining_tasks.experiments.bootstrap import draws
from mining_tasks.experiments.calibration import gini
from mining_tasks.experiments.groups import holm
from mining_tasks.experiments.holdout import AMOUNT, Contestant, Holdout, Limits, limits
from mining_tasks.experiments.judge import judged
from mining_tasks.experiments.measures import measured
from mining_tasks.experiments.trial import Trial, agreement, steady, tried

ROWS = 6_000


def truth(rows: int = ROWS, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities that are right, labels drawn from them, and chance for more."""
    chance = np.random.default_rng(seed)
    right = 1 / (1 + np.exp(-chance.normal(-1, 1.2, rows)))
    return right, (chance.random(rows) < right).astype(float), chance.normal(size=rows)


def blurred(right: np.ndarray, luck: np.ndarray, by: float) -> np.ndarray:
    """What a weaker model would say: the same logits with noise, shrunk so that they stay calibrated."""
    logit = np.log(right / (1 - right)) + 1
    kept = 1.44 / (1.44 + by**2)
    said = -1 + kept * (logit + by * luck)
    return 1 / (1 + np.exp(-said / np.sqrt(1 + 0.346 * 1.44 * (1 - kept))))


def told(label: np.ndarray, **groups: np.ndarray) -> Holdout:
    return Holdout(label, np.arange(len(label)), groups)


def broken(trial: Trial) -> set[str]:
    return {rule.figure for rule in trial.rules if not rule.holds}


RIGHT, LABEL, LUCK = truth()
RATE = Contestant("base rate", np.full(ROWS, LABEL.mean()))
GOOD, WEAK = Contestant("good", blurred(RIGHT, LUCK, 0.3)), Contestant("weak", blurred(RIGHT, LUCK, 1.0))


def test_a_better_and_calibrated_challenger_goes():
    trial = tried(told(LABEL, country_code=np.where(LUCK > 0, "DE", "FR")), RATE, WEAK, GOOD)
    assert broken(trial) == set()
    assert judged(trial.rules, "the champion stays").decision == "go"
    assert trial.figures["gain_over_champion_low"] > 0
    assert trial.figures["gain_over_champion_low"] < trial.figures["gain_over_champion"]
    assert {row["group"] for row in trial.groups} == {"DE", "FR"}
    assert all(row["is_tested"] for row in trial.groups)
    assert set(trial.curves) == {"baseline", "champion", "challenger"}


def test_without_a_champion_the_baseline_alone_must_be_beaten():
    trial = tried(told(LABEL), RATE, None, GOOD)
    assert broken(trial) == set()
    assert "gain_over_champion" not in trial.figures


def test_a_worse_challenger_is_refused_and_told_why():
    trial = tried(told(LABEL), RATE, GOOD, WEAK)
    assert "gain_over_champion_low" in broken(trial)
    verdict = judged(trial.rules, "the champion stays")
    assert verdict.decision == "no-go"
    assert any("lower bound (95 %) of the gain in log-loss over good is -" in reason for reason in verdict.reasons)


def test_an_equal_challenger_is_not_promoted():
    trial = tried(told(LABEL), RATE, GOOD, replace(GOOD, name="again"))
    assert broken(trial) == {"gain_over_champion_low"}
    assert trial.figures["gain_over_champion"] == 0


def test_a_gain_within_noise_is_not_promoted():
    few = slice(0, 400)
    slightly = Contestant("slightly", blurred(RIGHT, LUCK, 0.33)[few])
    one, other = replace(slightly, scored=blurred(RIGHT, LUCK, 0.31)[few]), slightly
    trial = tried(told(LABEL[few]), Contestant("rate", RATE.scored[few]), other, one)
    assert "gain_over_champion_low" in broken(trial)
    assert trial.figures["gain_over_champion_low"] < 0 < trial.figures["gain_over_champion_high"]


def test_one_country_made_worse_refuses_a_challenger_that_is_better_on_average():
    country = np.where(np.arange(ROWS) % 9 == 0, "FR", "DE")
    hurts = np.where(country == "FR", np.clip(GOOD.scored + 0.2 * np.sign(LUCK), 0.02, 0.98), GOOD.scored)
    trial = tried(told(LABEL, country_code=country), RATE, WEAK, Contestant("biased", hurts))
    assert trial.figures["gain_over_champion_low"] > 0
    assert "groups_worse_count" in broken(trial)
    worse = [row for row in trial.groups if row["is_worse"]]
    assert [row["group"] for row in worse] == ["FR"]
    assert "country_code = FR" in next(rule.words for rule in trial.rules if rule.figure == "groups_worse_count")


def test_many_groups_of_noise_raise_no_alarm():
    seeds = range(20)
    alarms = 0
    for seed in seeds:
        right, label, luck = truth(4_000, seed + 100)
        other = np.random.default_rng(seed).permutation(luck)
        group = np.random.default_rng(seed).integers(0, 15, 4_000).astype(str)
        pair = [Contestant(name, blurred(right, chance, 0.8)) for name, chance in (("a", luck), ("b", other))]
        trial = tried(told(label, segment=group), Contestant("rate", np.full(4_000, label.mean())), *pair)
        assert sum(row["is_tested"] for row in trial.groups) == 15
        alarms += any(row["is_worse"] for row in trial.groups)
    assert alarms <= 4  # about 5 % are allowed


def test_a_small_group_is_told_but_not_tested():
    group = np.where(np.arange(ROWS) < 50, "tiny", "rest")
    trial = tried(told(LABEL, segment=group), RATE, WEAK, GOOD)
    assert [(row["group"], row["is_tested"]) for row in trial.groups] == [("rest", True), ("tiny", False)]
    alone = tried(told(LABEL, segment=np.full(ROWS, None)), RATE, WEAK, GOOD)
    assert alone.notes == ("no group was large enough to be tested",)


def test_scores_that_are_off_are_refused_although_they_rank_well():
    off = Contestant("off", np.clip(GOOD.scored * 0.6, 0.001, 0.999))
    trial = tried(told(LABEL), RATE, None, off)
    assert "calibration_error" in broken(trial)


def test_a_challenger_that_knows_the_answer_is_too_good():
    trial = tried(told(LABEL), RATE, WEAK, Contestant("leak", np.where(LABEL > 0, 0.97, 0.03)))
    assert "auc_challenger" in broken(trial)
    flagged = tried(replace(told(LABEL), alarms=("paid_at alone tells the outcome",)), RATE, WEAK, GOOD)
    assert broken(flagged) == {"leaks_count"}


def test_shuffled_labels_promote_nobody():
    shuffled = np.random.default_rng(8).permutation(LABEL)
    assert "gain_over_baseline_low" in broken(tried(told(shuffled), RATE, None, GOOD))


@pytest.mark.parametrize(
    ("label", "said", "figure"),
    [
        (np.array([]), np.array([]), "holdout_rows_count"),
        (np.array([1.0, 0.0]), np.array([0.9, 0.1]), "holdout_rows_count"),
        (np.ones(ROWS), GOOD.scored, "holdout_others_count"),
        (np.zeros(ROWS), GOOD.scored, "holdout_events_count"),
        (np.where(LUCK > 0, np.nan, LABEL), GOOD.scored, "holdout_unknown_count"),
        (LABEL, np.where(np.arange(ROWS) == 7, np.nan, GOOD.scored), "challenger_unscored_count"),
        (LABEL, np.where(np.arange(ROWS) == 7, np.inf, GOOD.scored), "challenger_unscored_count"),
        (LABEL, GOOD.scored + 0.5, "challenger_unscored_count"),
        (LABEL, np.full(ROWS, 0.3), "challenger_distinct_count"),
    ],
)
@pytest.mark.parametrize("limit", [Limits(), AMOUNT])
def test_degenerate_data_end_in_a_rule_that_does_not_hold(label, said, figure, limit):
    rate = Contestant("rate", np.full(len(label), 0.2))
    trial = tried(told(label, country_code=np.full(len(label), "DE")), rate, None, Contestant("new", said), limit)
    is_only_for_labels = figure == "holdout_others_count" or (said.max(initial=0) < np.inf and (said > 1).any())
    if limit.measure == "amount" and is_only_for_labels:
        assert trial.figures
    else:
        assert figure in broken(trial)
        assert judged(trial.rules, "the baseline serves").decision == "no-go"


def test_one_customer_with_nearly_all_rows_decides_nothing():
    crowd = Holdout(LABEL, np.where(np.arange(ROWS) < 0.99 * ROWS, 0, np.arange(ROWS)))
    assert "largest_customer_share" in broken(tried(crowd, RATE, WEAK, GOOD))


def test_rows_of_one_customer_make_an_interval_wider():
    alone = tried(told(LABEL), RATE, None, GOOD).figures
    five_times = Holdout(np.tile(LABEL, 5), np.tile(np.arange(ROWS), 5))
    again = [Contestant(one.name, np.tile(one.scored, 5)) for one in (RATE, GOOD)]
    repeated = tried(five_times, again[0], None, again[1]).figures
    assert repeated["gain_over_baseline_low"] == pytest.approx(alone["gain_over_baseline_low"], rel=0.05)


def test_a_champion_that_cannot_score_is_left_out_and_said():
    trial = tried(told(LABEL), RATE, Contestant("torn", np.where(LUCK > 2, np.nan, WEAK.scored)), GOOD)
    assert broken(trial) == set()
    assert trial.notes[0].startswith("torn says nothing of")


def test_the_interval_covers_the_true_gain():
    covered = 0
    right, _, luck = truth(100_000, 50)
    weak, rate = blurred(right, luck, 1.0), right.mean()
    # expected over labels: cross-entropy of the two under the right probabilities
    true = float(np.mean(right * np.log(weak / rate) + (1 - right) * np.log((1 - weak) / (1 - rate))))
    for seed in range(60):
        chance = np.random.default_rng(seed)
        rows = chance.choice(100_000, 1_000, replace=False)
        label = (chance.random(1_000) < right[rows]).astype(float)
        pair = Contestant("rate", np.full(1_000, rate)), None, Contestant("weak", weak[rows])
        found = tried(told(label), *pair).figures
        covered += found["gain_over_baseline_low"] <= true <= found["gain_over_baseline_high"]
    assert covered >= 53  # 95 % of 60 is 57; fewer than 53 happen once in 400


def amounts(rows: int = ROWS, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    expected = np.exp(chance.normal(3, 1, rows))
    came = np.where(chance.random(rows) < 0.4, expected / 0.4 * chance.gamma(2, 0.5, rows), 0)
    return expected, came, chance.normal(size=rows)


def test_amounts_are_judged_by_their_ranking_and_their_deciles():
    expected, came, luck = amounts()
    flat = Contestant("mean by recency", np.full(ROWS, came.mean()) + 0.01 * luck)
    old = Contestant("old", expected * np.exp(0.8 * luck - 0.32))
    trial = tried(told(came), flat, old, Contestant("new", expected), AMOUNT)
    assert broken(trial) == set()
    assert trial.figures["gini_challenger"] == pytest.approx(gini(came, expected))
    assert trial.figures["gain_over_champion_low"] > 0.02
    doubled = tried(told(came), flat, old, Contestant("new", 2 * expected), AMOUNT)
    assert broken(doubled) == {"calibration_error"}  # ranks as well, counts twice
    assert doubled.figures["bias_ratio_challenger"] == pytest.approx(2 * trial.figures["bias_ratio_challenger"])


def test_a_group_whose_amounts_are_ranked_worse_is_named():
    expected, came, luck = amounts(20_000)
    group = np.where(np.arange(20_000) % 4 == 0, "new", "old")
    worse = np.where(group == "new", np.exp(3 + luck), expected)
    weak = Contestant("weak", expected * np.exp(1.2 * luck))
    flat = Contestant("flat", 1 + 0.01 * np.arange(20_000.0) % 7)
    trial = tried(told(came, account_age_code=group), flat, weak, Contestant("uneven", worse), AMOUNT)
    assert [row["group"] for row in trial.groups if row["is_worse"]] == ["new"]


def test_the_measure_in_lots_is_the_measure():
    expected, came, luck = amounts(30_000)
    by = draws(np.arange(30_000))
    assert by.lots == 2_000
    said = expected * np.exp(luck)
    found = measured("amount", came, [said], by, np.zeros(30_000, np.int64))[0]
    assert found.point[0] == pytest.approx(gini(came, said), abs=1e-3)
    assert found.replicates.mean() == pytest.approx(gini(came, said), abs=5e-3)


def test_the_order_of_rows_and_the_name_of_customers_do_not_count():
    mixed = np.random.default_rng(1).permutation(ROWS)
    one = tried(told(LABEL), RATE, WEAK, GOOD).figures
    other = tried(
        Holdout(LABEL[mixed], np.arange(ROWS)[mixed]), *(replace(c, scored=c.scored[mixed]) for c in (RATE, WEAK, GOOD))
    ).figures
    assert other == pytest.approx(one)


def test_holm_allows_for_the_number_of_groups():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_a_ranking_that_turned_over_is_not_steady():
    last = np.where(LUCK > 1, np.nan, GOOD.scored)
    assert [rule.holds for rule in steady(WEAK.scored, last)] == [True]
    assert [rule.holds for rule in steady(-GOOD.scored, last)] == [False]
    assert steady(GOOD.scored[:50], last[:50]) == []
    assert agreement(np.ones(200), np.ones(200)) == 1
    assert [rule.holds for rule in steady(np.ones(200), GOOD.scored[:200])] == [False]


def test_a_shop_may_say_its_own_limits():
    said = {"calibration_error_most": 0.1, "refit_nights": 3}  # the second is the family's own
    assert limits(said, "churn") == Limits(calibration_error_most=0.1)
    assert limits({}, "lifetime_value", AMOUNT) == AMOUNT
    with pytest.raises(ValueError, match="rows_least"):
        limits({"rows_least": "many"}, "churn")


def test_rows_that_do_not_fit_together_are_refused():
    with pytest.raises(ValueError, match="other rows than the 6000"):
        tried(told(LABEL), RATE, None, Contestant("short", GOOD.scored[:10]))
    with pytest.raises(ValueError, match="every row"):
        tried(told(LABEL), Contestant("rate", np.full(ROWS, np.nan)), None, GOOD)
    with pytest.raises(ValueError, match="customers"):
        Holdout(LABEL, np.arange(5))
