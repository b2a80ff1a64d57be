"""What is published for everybody not explored: each her own best offer, one offer for all, or none; and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from mining_tasks.campaigns.best.crowd import Crowd
from mining_tasks.campaigns.best.trials import Past, Trials, unseen_gains, unseen_uplift
from mining_tasks.campaigns.offers import Numbers
from mining_tasks.campaigns.policy_value import NOBODY as NO_CONTACT
from mining_tasks.campaigns.policy_value import Comparison, Value
from mining_tasks.campaigns.qini import Interval

PERSONAL, SINGLE, NOBODY = "personal", "best single", "none"
UNVALUED = "no past campaign held out a control group, so no policy can be valued: each gets her own best offer"


@dataclass(frozen=True)
class Policy:
    """code: personal, best single or none. offer: code of the single one. contact_gain: what a contact with it gained
    after its cost, per customer contacted. gain: of the personal choice over the best single offer, per customer; None
    where it could not be valued. All in `currency`. words: why."""

    code: str = PERSONAL
    offer: str = ""
    contact_gain: float | None = None
    gain: Interval | None = None
    currency: str = ""
    words: str = UNVALUED

    @classmethod
    def from_text(cls, told: str) -> "Policy":
        """What `text` wrote; of an empty text the policy that was not valued."""
        facts = json.loads(told) if told else {}
        gain = facts.pop("gain", None)
        return cls(**facts, gain=Interval(**gain) if gain else None)

    def text(self) -> str:
        """The policy as a task hands it to the next."""
        return json.dumps(asdict(self), sort_keys=True)

    def values(self, crowd: Crowd) -> Numbers:
        """(k, n) what each offer is worth to each customer under this policy, NaN where it is not offered.

        The single offer is worth to all what its control groups told on average: its differences between customers
        were not trusted, or are not known. Only whom it likely puts off is spared: that needs no better knowledge of
        what gains most.
        """
        if self.code == PERSONAL:
            return crowd.value
        found = np.full(crowd.value.shape, np.nan)
        for place, offer in enumerate(crowd.offers):
            if self.code == SINGLE and offer.code == self.offer:
                told = (self.contact_gain or 0.0) + crowd.costs()[place]
                found[place] = np.where(crowd.put_off[place], np.nan, told)
        return found


def valued(past: Past, codes: Sequence[str], kinds: Sequence[str], currency: str) -> tuple[Policy, Comparison]:
    """The policy to publish, from past campaigns with random control groups, and the comparison behind it.

    The personal choice is by groups of alike customers, as published. codes: (k,) of the offers of the past. kinds: of
    offers whose uplift a model of single customers tells instead. Raises ValueError if there is nothing to value by.
    """
    trials = Trials.of(past)
    singles = {code: trials.within(np.where(_only(trials, place), 1.0, 0.0)) for place, code in enumerate(codes)}
    by_learners = unseen_uplift(past, kinds) * past.worth[:, None]
    changed = np.where(np.isfinite(by_learners), by_learners, unseen_gains(past))
    found = compared(trials, trials.within(personal(trials, changed)), singles)
    gain = found.gains["best single"].doubly_robust
    if found.publishes_personal:
        return Policy(PERSONAL, "", None, gain, currency, found.sentence()), found
    if found.best_single == NO_CONTACT:
        return Policy(NOBODY, "", None, gain, currency, found.sentence()), found
    share = max(float(singles[found.best_single].sum(axis=1).mean()), 1e-9)
    of_contact = found.values[found.best_single].doubly_robust.found / share
    return Policy(SINGLE, found.best_single, of_contact, gain, currency, found.sentence()), found


def personal(trials: Trials, gain: Numbers) -> Numbers:
    """(n, k) the policy that gives each her best offer if it gains more than it costs; gain: (n, k) money changed."""
    gain = np.where(trials.allowed & np.isfinite(gain), gain - trials.past.cost, -np.inf)
    best = gain.argmax(axis=1)
    return np.asarray((np.arange(gain.shape[1]) == best[:, None]) & (gain > 0), np.float64)


def compared(trials: Trials, mine: Numbers, singles: Mapping[str, Numbers]) -> Comparison:
    """Value the personal policy against the present one, random contacts and each offer for all.

    Present: what past campaigns did, their control groups contacted as well. Random: evenly among what is allowed,
    no contact among it. The best single offer is chosen on these very campaigns, which favours it a little: an error
    on the side of the simpler policy.
    """
    allowed = trials.allowed
    alone = {NO_CONTACT: np.zeros(allowed.shape), **singles}
    values = {name: _value(trials, policy) for name, policy in alone.items()}
    best = max(values, key=lambda name: values[name].doubly_robust.found)
    random = allowed / (allowed.sum(axis=1, keepdims=True) + 1.0)
    others = {"present": np.where(allowed, trials.usual, 0.0), "random": random}
    values |= {name: _value(trials, policy) for name, policy in {"personal": mine, **others}.items()}
    others["best single"] = alone[best]
    return Comparison(values, {name: _value(trials, mine - policy) for name, policy in others.items()}, best)


def _value(trials: Trials, policy: Numbers) -> Value:
    return Value(*(trials.interval(each) for each in trials.gains(policy)))


def _only(trials: Trials, place: int) -> Numbers:
    return np.asarray(trials.allowed & (np.arange(trials.allowed.shape[1]) == place))
