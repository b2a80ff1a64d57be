"""Past campaigns with random control groups as one log: what was done to whom, how likely that was, what came of it.

Each campaign tells what one offer changes. Put together they value a policy over all offers, as long as they reached
customers of the same kind: among customers of the same consents, which campaign came is then as good as a lot. What
the season brought anyway is taken off: a reward counts from the mean of its campaign's own control group.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mining_tasks.campaigns.effects import Learnt, Told, learnt, predicted
from mining_tasks.campaigns.learners import Trial
from mining_tasks.campaigns.logged import Log
from mining_tasks.campaigns.offers import Mask, Numbers, Whole
from mining_tasks.campaigns.policy_value import chosen

FOLDS = 2
LEAST_SHARE = 0.01  # of the customers of like consents; what was done to fewer is too rare to speak for the others


@dataclass(frozen=True)
class Past:
    """n rows: a customer in a campaign that held out a random group. k offers.

    customers: ids. features: (n, d) as of the day before, without missing values. campaign: (n,) number of the
    campaign. offer: (n,) place of its offer. contacted: (n,). orders: (n,) within the window. worth: (n,) of one order
    of hers, in one currency. consents: (n, k). cost: (k,) of a contact in the same currency. kinds: (k,) of the offers;
    one kind by several channels is learnt together.
    """

    customers: Sequence[str]
    features: Numbers
    campaign: Whole
    offer: Whole
    contacted: Mask
    orders: Numbers
    worth: Numbers
    consents: Mask
    cost: Numbers
    kinds: Sequence[str]

    def rows(self, which: Mask | npt.NDArray[np.intp]) -> "Past":
        """Some of the rows."""
        return replace(
            self,
            customers=np.asarray(self.customers, object)[which].tolist(),
            features=self.features[which],
            campaign=self.campaign[which],
            offer=self.offer[which],
            contacted=self.contacted[which],
            orders=self.orders[which],
            worth=self.worth[which],
            consents=self.consents[which],
        )

    def shares(self) -> Numbers:
        """(n,) share of each row's campaign that was contacted."""
        contacted = np.bincount(self.campaign, self.contacted)
        return np.asarray((contacted / np.maximum(np.bincount(self.campaign), 1))[self.campaign])


@dataclass(frozen=True)
class Pooled:
    """The log, the rows of the past that stand in it, and what was usual among customers of like consents.

    usual: (n, k + 1) how often each action was taken, those held out counted as what they were held out from.
    """

    log: Log
    past: Past
    usual: Numbers


def pooled(past: Past) -> Pooled:
    """The log of all rows but those whose treatment was too rare among their like to speak for the others."""
    log, kept, usual = _log(past)
    while not kept.all():
        past = past.rows(kept)
        log, kept, usual = _log(past)
    if log is None:
        raise ValueError("no past campaign held out a random group that can speak for anybody")
    return Pooled(log, past, usual)


def _log(past: Past) -> tuple[Log | None, Mask, Numbers]:
    count = len(past.cost)
    action = np.where(past.contacted, past.offer, count)
    like = _like(past)
    done, meant = (_shares_among(like, what, count + 1) for what in (action, past.offer))
    kept = done[np.arange(len(action)), action] >= LEAST_SHARE
    if not kept.all() or not len(action):
        return None, kept, meant
    worth = past.orders * past.worth
    reward = worth - _control_means(past, worth) - past.cost[past.offer] * past.contacted
    allowed = done[:, :count] >= LEAST_SHARE
    propensity = done[np.arange(len(action)), action]
    return Log(past.features, np.where(action == count, -1, action), reward, propensity, allowed), kept, meant


def _like(past: Past) -> Whole:
    """(n,) number of the group of like consents; the offer she was in counts as consented to."""
    said = past.consents.copy()
    said[np.arange(len(said)), past.offer] = True
    return np.asarray(np.unique(said, axis=0, return_inverse=True)[1].reshape(-1), np.int64)


def _shares_among(like: Whole, what: Whole, kinds: int) -> Numbers:
    """(n, kinds) share of each kind among those of like consents."""
    groups = int(like.max(initial=-1)) + 1
    counts = np.bincount(like * kinds + what, minlength=groups * kinds).reshape(groups, kinds)
    return np.asarray((counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))[like])


def _control_means(past: Past, worth: Numbers) -> Numbers:
    controls = ~past.contacted
    count = np.bincount(past.campaign, controls)
    total = np.bincount(past.campaign, controls * worth)
    return np.asarray((total / np.maximum(count, 1))[past.campaign])


def unseen_uplift(past: Past) -> Numbers:
    """(n, k) orders that a contact with each offer changes, learnt as the published ones are, by models that saw no
    row of the customer; NaN where an offer's campaigns tell no uplift."""
    fold = np.array([zlib.crc32(customer.encode()) % FOLDS for customer in past.customers])
    share = past.shares()
    found = np.full((len(fold), len(past.cost)), np.nan)
    for part in range(FOLDS):
        unseen = np.flatnonzero(fold == part)
        for kind in sorted(set(past.kinds)):
            offers = [place for place, one in enumerate(past.kinds) if one == kind]
            rows = np.flatnonzero((fold != part) & np.isin(past.offer, offers))
            some = past.rows(rows)
            trial = Trial(some.features, some.contacted, some.orders, share[rows])
            model = learnt(kind, Told(trial, some.campaign)) if len(unseen) and len(rows) else None
            if isinstance(model, Learnt):
                said = predicted(model.facts(), model.model, past.features[unseen])[0]
                found[unseen[:, None], offers] = said[:, None]
    return found


def personal(of: Pooled, uplift: Numbers) -> Numbers:
    """(n, k + 1) the policy that gives each her best allowed offer if it gains anything; uplift: (n, k) of the rows."""
    gain = uplift * of.past.worth[:, None] - of.past.cost
    gain = np.where(of.log.allowed & np.isfinite(gain), gain, -np.inf)
    best = gain.argmax(axis=1)
    return chosen(of.log, np.where(gain[np.arange(len(best)), best] > 0, best, -1))
