"""What is published for everybody not explored: each her own best offer, one offer for all, or none; and why."""

from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.crowd import Crowd
from mining_tasks.campaigns.offers import Numbers
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
