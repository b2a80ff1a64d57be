"""What is published for everybody not explored: each her own best offer, one offer for all, or none; and why."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from mining_tasks.campaigns.best.crowd import Crowd
from mining_tasks.campaigns.best.pooled import Past, personal, pooled, unseen_uplift
from mining_tasks.campaigns.offers import Numbers
from mining_tasks.campaigns.policy_value import NOBODY as NO_CONTACT
from mining_tasks.campaigns.policy_value import Comparison, Judge, single
from mining_tasks.campaigns.qini import Interval

PERSONAL, SINGLE, NOBODY = "personal", "best single", "none"
UNVALUED = "no past campaign held out a control group, so no policy can be valued: each gets her own best offer"


@dataclass(frozen=True)
class Policy:
    """code: personal, best single or none. offer: code of the single one. gain: of the personal choice over the best
    single offer, per customer, in `currency`; None where it could not be valued. words: why."""

    code: str = PERSONAL
    offer: str = ""
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

        The single offer is worth to all what it is worth on average: its own differences were not trusted.
        """
        if self.code == PERSONAL:
            return crowd.value
        found = np.full(crowd.value.shape, np.nan)
        for place, offer in enumerate(crowd.offers):
            known = np.isfinite(crowd.value[place])
            if self.code == SINGLE and offer.code == self.offer and known.any():
                found[place, known] = crowd.value[place, known].mean()
        return found


def valued(past: Past, codes: Sequence[str], currency: str) -> tuple[Policy, Comparison]:
    """The policy to publish, from past campaigns with random control groups, and the comparison behind it.

    codes: (k,) of the offers of the past. Raises ValueError if there is too little to value anything by.
    """
    log = pooled(past)
    judge = Judge.of(log.log)
    present = np.where(np.column_stack([log.log.allowed, np.ones(len(log.usual), bool)]), log.usual, 0.0)
    present /= present.sum(axis=1, keepdims=True)
    singles = {code: single(log.log, place) for place, code in enumerate(codes)}
    uplift = unseen_uplift(log.past)
    found = judge.compare(personal(log, uplift), present, singles)
    gain = found.gains["best single"].doubly_robust
    if found.publishes_personal:
        return Policy(PERSONAL, "", gain, currency, found.sentence()), found
    if found.best_single == NO_CONTACT:
        return Policy(NOBODY, "", gain, currency, found.sentence()), found
    return Policy(SINGLE, found.best_single, gain, currency, found.sentence()), found
