"""What a policy would have brought, from a log of another: by inverse propensity, and doubly robust.

Horvitz, Thompson, "A generalization of sampling without replacement from a finite universe", JASA 47, 1952; Dudík,
Langford, Li, "Doubly robust policy evaluation and learning", ICML 2011. The probabilities of the log are known, so
both are unbiased; the doubly robust one is the narrower the better the expected rewards are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from mining_tasks.campaigns.logged import Log, expected_rewards
from mining_tasks.campaigns.offers import Numbers, Whole
from mining_tasks.campaigns.qini import LEVEL, Interval

FEWEST = 100  # customers in the log; with fewer an interval from the normal law says more than is known
NOBODY = "no contact"


@dataclass(frozen=True)
class Value:
    """Reward per customer under a policy, both ways."""

    by_propensity: Interval
    doubly_robust: Interval


@dataclass(frozen=True)
class Comparison:
    """values: of the personal policy, the present one, random contacts and each single policy, per customer.
    best_single: name of the best among those. gains: of the personal policy over present, random and best single.
    """

    values: Mapping[str, Value]
    gains: Mapping[str, Value]
    best_single: str

    @property
    def publishes_personal(self) -> bool:
        """Only if the doubly robust lower bound of the gain over the best single campaign is above zero."""
        return self.gains["best single"].doubly_robust.is_above_zero

    def sentence(self) -> str:
        """What is published and why, for the table and the verdict."""
        gain = self.gains["best single"].doubly_robust
        told = f"{gain.found:+.4g} per customer (95 % interval {gain.low:+.4g} to {gain.high:+.4g})"
        if self.publishes_personal:
            return f"the personal choice is published: it gains {told} over {self.best_single} for all"
        return (
            f"{self.best_single} for all is published: the personal choice gains {told} over it, not surely above zero"
        )


@dataclass(frozen=True)
class Judge:
    """A log with expected rewards (n, k + 1), from which any policy is valued."""

    log: Log
    expected: Numbers

    @classmethod
    def of(cls, log: Log) -> "Judge":
        """With rewards expected by cross-fitted models; raises ValueError for fewer than `FEWEST` customers."""
        if len(log.action) < FEWEST:
            raise ValueError(f"a log of {len(log.action)} customers cannot value a policy, {FEWEST} are needed")
        return cls(log, expected_rewards(log))

    def scores(self, policy: Numbers) -> tuple[Numbers, Numbers]:
        """(n,) by inverse propensity, (n,) doubly robust; the mean of either estimates the policy's value."""
        policy = require_policy(self.log, policy)
        rows = np.arange(len(policy))
        weight = policy[rows, self.log.action] / self.log.propensity
        model = (policy * self.expected).sum(axis=1)
        residual = self.log.reward - self.expected[rows, self.log.action]
        return weight * self.log.reward, model + weight * residual

    def value(self, policy: Numbers) -> Value:
        """Of a policy, (n, k + 1) probabilities of each action."""
        return Value(*(interval(each) for each in self.scores(policy)))

    def gain(self, policy: Numbers, other: Numbers) -> Value:
        """Of one policy over another, customer by customer: narrower than a difference of two intervals."""
        pairs = zip(self.scores(policy), self.scores(other), strict=True)
        return Value(*(interval(mine - theirs) for mine, theirs in pairs))

    def compare(self, personal: Numbers, present: Numbers, singles: Mapping[str, Numbers]) -> Comparison:
        """Value the personal policy against all others; policies are (n, k + 1), learnt without these rewards.

        singles: one policy per campaign that contacts nobody for another; where limits hold, make them with the same
        limits. Contacting nobody is always among them. The best single policy is chosen on this very log, which
        favours it a little: an error on the side of the simpler policy.
        """
        alone = {NOBODY: chosen(self.log, np.full(len(self.log.action), -1)), **singles}
        values = {name: self.value(policy) for name, policy in alone.items()}
        best = max(values, key=lambda name: values[name].doubly_robust.found)
        others = {"present": present, "random": at_random(self.log)}
        values |= {"personal": self.value(personal), **{name: self.value(policy) for name, policy in others.items()}}
        others["best single"] = alone[best]
        return Comparison(values, {name: self.gain(personal, policy) for name, policy in others.items()}, best)


def chosen(log: Log, campaign: Whole) -> Numbers:
    """(n, k + 1) the policy that does just this: campaign (n,), −1 for no contact."""
    policy = np.zeros((len(campaign), log.allowed.shape[1] + 1))
    policy[np.arange(len(campaign)), campaign] = 1.0
    return policy


def single(log: Log, campaign: int) -> Numbers:
    """(n, k + 1) the policy that contacts all who may be for one campaign, and nobody else."""
    return chosen(log, np.where(log.allowed[:, campaign], campaign, -1))


def at_random(log: Log) -> Numbers:
    """(n, k + 1) the policy that draws evenly from all that may be done, no contact among it."""
    options = log.options()
    return np.asarray(options / options.sum(axis=1, keepdims=True))


def interval(each: Numbers) -> Interval:
    """Mean of independent scores (n,) and its 95 % interval by the normal law."""
    mean = float(each.mean())
    margin = float(norm.ppf((1 + LEVEL) / 2) * each.std(ddof=1) / np.sqrt(len(each)))
    return Interval(mean, mean - margin, mean + margin)


def require_policy(log: Log, policy: Numbers) -> Numbers:
    """The policy, if it says for each customer with what probability each allowed action is taken; else ValueError."""
    if policy.shape != (len(log.action), log.allowed.shape[1] + 1):
        raise ValueError("a policy needs a probability for each customer and action, no contact last")
    if (policy < 0).any() or not np.allclose(policy.sum(axis=1), 1):
        raise ValueError("the probabilities of each customer's actions must be 0 or more and sum to 1")
    if (policy[~log.options()] > 0).any():
        raise ValueError("a policy does what is not allowed")
    return policy
