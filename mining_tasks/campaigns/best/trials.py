"""Past campaigns with random control groups, put together: what a policy over all their offers would have gained.

Each campaign tells what a contact with one offer changes, against its own control group: seasons and who was around
then cancel out. Put together they value a policy over all offers as far as they reached customers of the same kind:
among customers of like consents, which campaign came counts as a lot. Whoever was in a campaign of an offer speaks
for all her like, once over the share of that offer among them.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from mining_tasks.campaigns import by_group
from mining_tasks.campaigns.by_group import Change
from mining_tasks.campaigns.effects import Learnt, Told, learnt, predicted
from mining_tasks.campaigns.learners import Trial, scores
from mining_tasks.campaigns.offers import Mask, Numbers, Whole
from mining_tasks.campaigns.qini import LEVEL, Interval
from mining_tasks.campaigns.uplift import refusal

FOLDS = by_group.FOLDS
FOLDS_OF_LEARNERS = 2
LEAST_SHARE = 0.01  # of the customers of like consents; rarer offers speak for too many
Z = float(norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Past:
    """n rows: a customer in a campaign that held out a random group. k offers.

    customers: ids. features: (n, d) as of the day before, on the normal curve (`nuisance.normal`). campaign: (n,)
    number of the campaign. offer: (n,) place of its offer. contacted: (n,). orders: (n,) within the window. worth: (n,)
    of one order of hers, in one currency. consents: (n, k). cost: (k,) of a contact in the same currency. kinds: (k,)
    of the offers; one kind by several channels is learnt together. groups: (n, g) memberships of groups of alike
    customers. paid: (n, g) the same in money (`alike.Seen`). anyhow: (n,) orders to be expected of her, contacted or
    not as it came, by models that did not see her. room: (k,) contacts that capacity and budget leave to each offer,
    infinite without a limit.
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
    groups: Numbers
    paid: Numbers
    anyhow: Numbers
    room: Numbers

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
            groups=self.groups[which],
            paid=self.paid[which],
            anyhow=self.anyhow[which],
        )

    def shares(self) -> Numbers:
        """(n,) share of each row's campaign that was contacted."""
        contacted = np.bincount(self.campaign, self.contacted)
        return np.asarray((contacted / np.maximum(np.bincount(self.campaign), 1))[self.campaign])

    def usual(self) -> Numbers:
        """(n, k) share of each offer among rows of like consents; the offer she was in counts as consented to."""
        said = self.consents.copy()
        said[np.arange(len(said)), self.offer] = True
        like = np.unique(said, axis=0, return_inverse=True)[1].reshape(-1)
        kinds, groups = len(self.cost), int(like.max(initial=-1)) + 1
        counts = np.bincount(like * kinds + self.offer, minlength=groups * kinds).reshape(groups, kinds)
        return np.asarray((counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))[like])


@dataclass(frozen=True)
class Trials:
    """What each row says of a contact with its own offer: (n,) money it changed less its cost, by inverse propensity
    and doubly robust, before weighing. usual: (n, k), see `Past.usual`."""

    past: Past
    usual: Numbers
    by_propensity: Numbers
    doubly_robust: Numbers

    @classmethod
    def of(cls, past: Past) -> "Trials":
        """Raises ValueError for a campaign without both groups."""
        share = past.shares()
        if not len(share) or not ((share > 0) & (share < 1)).all():
            raise ValueError("a campaign without a control group tells nothing of a policy")
        plain, robust = np.zeros(len(share)), np.zeros(len(share))
        for one in np.unique(past.campaign):
            mine = np.flatnonzero(past.campaign == one)
            plain[mine], robust[mine] = _changes(past.rows(mine), share[mine])
        cost = past.cost[past.offer]
        return cls(past, past.usual(), plain * past.worth - cost, robust * past.worth - cost)

    @property
    def allowed(self) -> Mask:
        """(n, k) offers that were common enough among her like to be spoken for."""
        return np.asarray(self.usual >= LEAST_SHARE)

    def gains(self, policy: Numbers) -> tuple[Numbers, Numbers]:
        """(n,) by inverse propensity, (n,) doubly robust: the mean of either estimates what the policy gains per
        customer over contacting nobody. policy: (n, k) probability of a contact with each offer."""
        rows = np.arange(len(self.usual))
        share = self.usual[rows, self.past.offer]
        weight = np.where(share >= LEAST_SHARE, policy[rows, self.past.offer] / np.maximum(share, LEAST_SHARE), 0.0)
        return weight * self.by_propensity, weight * self.doubly_robust

    def within(self, policy: Numbers) -> Numbers:
        """(n, k) the policy as far as capacities and budgets let it go, if these customers were all there are: who gets
        what is scarce is drawn by lot."""
        reached = policy.mean(axis=0) * len(set(self.past.customers))
        return np.asarray(policy * np.minimum(1.0, self.past.room / np.maximum(reached, 1e-9)))

    def interval(self, each: Numbers) -> Interval:
        """Mean of scores and its 95 % interval; rows of one customer count as one observation."""
        _, who = np.unique(np.asarray(self.past.customers, object).astype(str), return_inverse=True)
        mean = float(each.mean())
        sums = np.bincount(who, each - mean)
        people = len(sums)
        error = float(np.sqrt((sums**2).sum() * people / max(people - 1, 1)) / len(each))
        return Interval(mean, mean - Z * error, mean + Z * error)


@threadpool_limits.wrap(limits=1)
def _changes(past: Past, share: Numbers) -> tuple[Numbers, Numbers]:
    """(n,) orders that the contact changed, of one campaign: by inverse propensity, and doubly robust."""
    on = past.contacted
    sign = np.where(on, 1 / share, -1 / (1 - share))
    robust = scores(Trial(past.features, on, past.orders, share))
    return np.asarray((past.orders - past.orders.mean()) * sign), robust


def changes(past: Past) -> dict[str, Change]:
    """What a contact changes by group, of each kind of offer that enough people in both groups tell of."""
    share, found = past.shares(), {}
    for kind in sorted(set(past.kinds)):
        rows = np.flatnonzero(np.isin(past.offer, _offers(past, kind)))
        trial = _trial(past, rows, share)
        if len(rows) and not refusal(trial, is_randomised=True):
            found[kind] = by_group.learnt(trial, past.groups[rows], past.anyhow[rows])
    return found


def mean_gains(found: Mapping[str, Change], past: Past) -> dict[str, float]:
    """By kind of offer: money that a contact changed on average in its campaigns, of whom an order was known."""
    gains = {}
    for kind, change in found.items():
        rows = np.isin(past.offer, _offers(past, kind)) & (past.groups[:, 0] > 0)
        gains[kind] = float(change.said(past.paid[rows])[0].mean()) if rows.any() else 0.0
    return gains


def unseen_gains(past: Past) -> Numbers:
    """(n, k) money that a contact with each offer changes of each row by its groups, learnt without any row of the
    customer; NaN where nothing tells."""
    fold, found = folds(past, FOLDS), np.full((len(past.offer), len(past.cost)), np.nan)
    for part in range(FOLDS):
        mine = np.flatnonzero(fold == part)
        for kind, change in changes(past.rows(fold != part)).items():
            found[mine[:, None], _offers(past, kind)] = change.said(past.paid[mine])[0][:, None]
    return found


def unseen_uplift(past: Past, kinds: Sequence[str]) -> Numbers:
    """(n, k) orders that it changes by the learners of effects of single customers, learnt without her; NaN for offers
    of other kinds than these."""
    fold = folds(past, FOLDS_OF_LEARNERS)
    share = past.shares()
    found = np.full((len(fold), len(past.cost)), np.nan)
    for part in range(FOLDS_OF_LEARNERS):
        unseen = np.flatnonzero(fold == part)
        for kind in sorted(set(past.kinds) & set(kinds)):
            rows = np.flatnonzero((fold != part) & np.isin(past.offer, _offers(past, kind)))
            told = Told(_trial(past, rows, share), past.campaign[rows], rows, lambda: past.groups)
            model = learnt(kind, told, must_tell=True) if len(unseen) and len(rows) else None
            if isinstance(model, Learnt) and model.teller:
                uplift = predicted(model.facts(), model.teller.model, past.features[unseen])[0]
                found[unseen[:, None], _offers(past, kind)] = uplift[:, None]
    return found


def folds(past: Past, count: int) -> Whole:
    """(n,) which part of the customers each row belongs to; all rows of one customer to the same."""
    return np.array([zlib.crc32(customer.encode()) % count for customer in past.customers], np.int64)


def _offers(past: Past, kind: str) -> list[int]:
    return [place for place, one in enumerate(past.kinds) if one == kind]


def _trial(past: Past, rows: npt.NDArray[np.intp], share: Numbers) -> Trial:
    return Trial(past.features[rows], past.contacted[rows], past.orders[rows], share[rows])
