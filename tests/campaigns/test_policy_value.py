"""The value of policies against a planted shop in which every customer's reward of every action is known."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from mining_tasks.campaigns.logged import Log, expected_rewards
from mining_tasks.campaigns.policy_value import NOBODY, Comparison, Judge, Value, at_random, chosen, interval, single
from mining_tasks.campaigns.qini import Interval


@dataclass(frozen=True)
class Shop:
    """A log and the true mean reward (n, k + 1) of every action."""

    log: Log
    truth: np.ndarray

    def value(self, policy: np.ndarray) -> float:
        return float((policy * self.truth).sum(axis=1).mean())

    def oracle(self) -> np.ndarray:
        return chosen(self.log, np.where(self.log.options(), self.truth, -np.inf)[:, [-1, 0, 1, 2]].argmax(axis=1) - 1)


def shop(customers: int, seed: int, personal: float = 1.0) -> Shop:
    """Three campaigns and no contact; `personal` says how much it matters whom a campaign meets. The log contacts
    some customers more often than others, with known probabilities."""
    dice = np.random.default_rng(seed)
    features = dice.normal(size=(customers, 3))
    truth = np.column_stack([1.0 + personal * features, np.full(customers, 0.8)])
    truth[:, 1] += 0.4  # best for everybody, were there but one
    truth += 0.5 * features[:, :1] ** 2
    allowed = dice.random((customers, 3)) < 0.9
    lean = np.column_stack([np.exp(0.5 * features), np.ones(customers)]) * np.column_stack(
        [allowed, np.ones(customers)]
    )
    chances = lean / lean.sum(axis=1, keepdims=True)
    action = (dice.random((customers, 1)) > np.cumsum(chances[:, [3, 0, 1, 2]], axis=1)).sum(axis=1).clip(0, 3) - 1
    rows = np.arange(customers)
    reward = truth[rows, action] + dice.normal(0, 1.0, customers)
    return Shop(Log(features, action, reward, chances[rows, action], allowed), truth)


def test_both_estimates_are_unbiased_and_their_intervals_cover_as_often_as_is_said() -> None:
    off: dict[str, list[float]] = {"ips": [], "dr": []}
    covered: dict[str, list[bool]] = {"ips": [], "dr": []}
    widths: dict[str, list[float]] = {"ips": [], "dr": []}
    for seed in range(80):
        made = shop(400, seed)
        value = Judge.of(made.log).value(made.oracle())
        for name, found in (("ips", value.by_propensity), ("dr", value.doubly_robust)):
            off[name].append(found.found - made.value(made.oracle()))
            covered[name].append(found.low <= made.value(made.oracle()) <= found.high)
            widths[name].append(found.high - found.low)
    for name, each in off.items():
        assert abs(np.mean(each)) < 3 * np.std(each, ddof=1) / np.sqrt(len(each)), name
        assert np.mean(covered[name]) >= 0.88, name
    assert np.mean(widths["dr"]) < 0.9 * np.mean(widths["ips"])


@pytest.mark.parametrize("wrong", [0.0, 5.0, -20.0])
def test_the_doubly_robust_value_is_right_even_where_the_expected_rewards_are_wrong(wrong: float) -> None:
    off, errors = [], []
    for seed in range(100):
        made = shop(400, seed)
        found = Judge(made.log, np.full(made.truth.shape, wrong)).value(single(made.log, 1)).doubly_robust
        off.append(found.found - made.value(single(made.log, 1)))
        errors.append((found.high - found.low) / 3.92)
    assert abs(np.mean(off)) < 3 * np.std(off, ddof=1) / np.sqrt(len(off))
    assert np.std(off) == pytest.approx(np.mean(errors), rel=0.3)  # and says how unsure it then is


def test_the_gain_of_one_policy_over_another_is_covered() -> None:
    covered = []
    for seed in range(60):
        made = shop(400, seed)
        found = Judge.of(made.log).gain(made.oracle(), single(made.log, 1)).doubly_robust
        covered.append(found.low <= made.value(made.oracle()) - made.value(single(made.log, 1)) <= found.high)
    assert np.mean(covered) >= 0.88


def compared(made: Shop, personal: np.ndarray) -> Comparison:
    singles = {f"campaign {place}": single(made.log, place) for place in range(3)}
    return Judge.of(made.log).compare(personal, at_random(made.log), singles)


def test_a_personal_choice_that_surely_gains_is_published() -> None:
    made = shop(4_000, seed=1)
    found = compared(made, made.oracle())
    assert found.best_single == "campaign 1"
    assert found.publishes_personal
    assert "the personal choice is published" in found.sentence()
    assert set(found.values) == {NOBODY, "campaign 0", "campaign 1", "campaign 2", "personal", "present", "random"}
    assert found.gains["random"].doubly_robust.found == pytest.approx(
        found.values["personal"].doubly_robust.found - found.values["random"].doubly_robust.found
    )


def test_a_personal_choice_that_does_not_surely_gain_gives_way_to_the_best_single_campaign() -> None:
    published = []
    for seed in range(40):
        made = shop(400, seed, personal=0.0)
        noise = np.random.default_rng(seed).random((400, 4)) * made.log.options()
        found = compared(made, chosen(made.log, noise[:, [3, 0, 1, 2]].argmax(axis=1) - 1))
        published.append(found.publishes_personal)
        if not found.publishes_personal:
            assert f"{found.best_single} for all is published" in found.sentence()
            assert found.gains["best single"].doubly_robust.low <= 0
    assert sum(published) == 0


@pytest.mark.parametrize(("low", "is_published"), [(-0.01, False), (0.0, False), (0.01, True)])
def test_a_gain_found_is_not_enough_its_lower_bound_decides(low: float, is_published: bool) -> None:
    sure, gain = Interval(1.0, 0.9, 1.1), Interval(0.2, low, 0.4 - low)
    found = Comparison({}, {"best single": Value(sure, gain)}, "campaign 1")  # by propensity alone it would be sure
    assert found.publishes_personal is is_published
    assert found.sentence().startswith("the personal choice is" if is_published else "campaign 1 for all is")


def test_an_equal_choice_does_not_surely_gain() -> None:
    made = shop(600, seed=3, personal=0.0)
    found = compared(made, single(made.log, 1))
    assert found.gains["best single"].doubly_robust.found == pytest.approx(0)
    assert not found.publishes_personal


def test_where_every_contact_loses_nobody_is_contacted() -> None:
    made = shop(1_000, seed=4, personal=0.0)
    log = replace(made.log, reward=np.where(made.log.action == -1, 1.0, -1.0))
    found = Judge.of(log).compare(at_random(log), at_random(log), {"campaign 0": single(log, 0)})
    assert found.best_single == NOBODY


def test_expected_rewards_follow_the_truth_for_people_not_seen() -> None:
    made = shop(6_000, seed=5)
    expected = expected_rewards(made.log)
    for action in range(3):
        assert np.corrcoef(expected[:, action], made.truth[:, action])[0, 1] > 0.75


def test_the_value_of_the_log_itself_is_what_was_seen() -> None:
    made = shop(500, seed=6)
    even = replace(made.log, propensity=np.ones(500))
    seen = Judge(even, np.zeros((500, 4))).value(chosen(even, even.action)).by_propensity
    assert seen == interval(even.reward)
    assert 0 < made.log.effective_customers < 500
    assert even.effective_customers == pytest.approx(500)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"action": np.array([0, 3])}, "an action is a campaign"),
        ({"action": np.array([0])}, "one row of everything"),
        ({"reward": np.array([0.0, np.nan])}, "must be numbers"),
        ({"propensity": np.array([0.5, 0.0])}, "probability it had"),
        ({"propensity": np.array([0.5, np.nan])}, "probability it had"),
        ({"allowed": np.array([[False], [True]])}, "not allowed"),
    ],
)
def test_a_log_that_cannot_be_is_refused(change: dict, why: str) -> None:
    good = {
        "features": np.zeros((2, 1)),
        "action": np.array([0, -1]),
        "reward": np.ones(2),
        "propensity": np.full(2, 0.5),
        "allowed": np.ones((2, 1), bool),
    }
    with pytest.raises(ValueError, match=why):
        Log(**{**good, **change})


def test_a_policy_that_cannot_be_and_a_log_too_short_are_refused() -> None:
    made = shop(300, seed=7)
    judge = Judge.of(made.log)
    everybody = np.tile([1.0, 0.0, 0.0, 0.0], (300, 1))
    for policy, why in ((everybody, "not allowed"), (everybody / 2, "sum to 1"), (everybody[:5], "each customer")):
        with pytest.raises(ValueError, match=why):
            judge.value(policy)
    with pytest.raises(ValueError, match="cannot value"):
        Judge.of(shop(50, seed=8).log)
