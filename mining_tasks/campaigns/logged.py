"""What was done and what came of it: the log from which other policies are valued, and what each contact may bring."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedKFold

from mining_tasks.campaigns.nuisance import SEED, Response, normal
from mining_tasks.campaigns.offers import Mask, Numbers, Whole

FOLDS = 3
LEAST_PROPENSITY = 1e-3  # below it one customer would speak for more than a thousand


@dataclass(frozen=True)
class Log:
    """n customers, k campaigns and no contact, written −1 and kept in the last of k + 1 columns.

    features: (n, d) as of the day before. action: (n,) what was done. reward: (n,) what came of it, after the cost of
    the contact. propensity: (n,) probability with which the lot gave that action. allowed: (n, k).
    """

    features: Numbers
    action: Whole
    reward: Numbers
    propensity: Numbers
    allowed: Mask

    def __post_init__(self) -> None:
        count, campaigns = self.allowed.shape
        if {len(part) for part in (self.features, self.action, self.reward, self.propensity)} != {count}:
            raise ValueError("a log needs one row of everything for each customer")
        if not count or not ((self.action >= -1) & (self.action < campaigns)).all():
            raise ValueError("an action is a campaign, or −1 for none, and there must be one")
        if not (np.isfinite(self.features).all() and np.isfinite(self.reward).all()):
            raise ValueError("features and rewards must be numbers")
        if not ((self.propensity >= LEAST_PROPENSITY) & (self.propensity <= 1)).all():
            raise ValueError(f"each action needs the probability it had, from {LEAST_PROPENSITY} to 1")
        if not self.options()[np.arange(count), self.action].all():
            raise ValueError("an action was logged that was not allowed")

    def options(self) -> Mask:
        """(n, k + 1) what could be done; no contact always can."""
        return np.column_stack([self.allowed, np.ones(len(self.allowed), bool)])

    @property
    def effective_customers(self) -> float:
        """Kish: as many equally likely customers would tell as much as these."""
        weight = 1 / self.propensity
        return float(weight.sum() ** 2 / (weight**2).sum())


def expected_rewards(log: Log, folds: int = FOLDS) -> Numbers:
    """(n, k + 1) expected reward of each action, by models of other folds; 0 for campaigns never tried there."""
    expected = np.zeros((len(log.action), log.allowed.shape[1] + 1))
    features = normal(log.features).fit_transform(log.features)
    for seen, unseen in _folds(log, folds):
        for action in range(-1, log.allowed.shape[1]):
            rows = seen[log.action[seen] == action]
            if len(rows):
                model = Response().fit(features[rows], log.reward[rows])
                expected[unseen, action] = model.predict(features[unseen])
    return expected


def _folds(log: Log, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rarest = int(np.unique(log.action, return_counts=True)[1].min())
    kinds = log.action if rarest >= folds else np.zeros(len(log.action))
    if len(log.action) < folds:
        raise ValueError(f"a log of {len(log.action)} customers is too short for {folds} folds")
    return list(StratifiedKFold(folds, shuffle=True, random_state=SEED).split(log.features, kinds))
