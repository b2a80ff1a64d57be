"""What a contact with one kind of offer changes, by group of customers who buy alike.

All campaigns of a kind are pooled. What each customer would have ordered anyhow is taken off first, by a model of other
rows that knows the campaign, so that seasons cancel out; what is left is laid to the contact (the residual regression
of Robinson, "Root-N-consistent semiparametric regression", Econometrica 56, 1988; Nie, Wager, "Quasi-oracle estimation
of heterogeneous treatment effects", Biometrika 108, 2021). Each group's effect leans on that of all, and that on
nothing, as far as the data ask for it (`shrunk`): they also say how much groups have in common, for where a contact
wins some and puts off others, who looks for an effect on all finds none. Who orders much anyhow tells less: her orders
vary more.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from mining_tasks.campaigns.learners import Trial
from mining_tasks.campaigns.nuisance import SEED
from mining_tasks.campaigns.offers import Numbers, Whole
from mining_tasks.campaigns.shrunk import Slopes, fitted

FOLDS = 5
IN_COMMON = (0.2, 1.0, 5.0)  # the effect common to all may be so many times as large as a group's own: likeliest of


@dataclass(frozen=True)
class Change:
    """Orders that a contact changes, by group, with how sure that is. average: of all who were in the campaigns."""

    slopes: Slopes
    average: float

    def said(self, memberships: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """(n,) change, and its 95 % interval, of customers of such memberships (n, k + 1)."""
        change, half = self.slopes.said(memberships)
        return change, change - half, change + half


@threadpool_limits.wrap(limits=1)
def learnt(trial: Trial, memberships: Numbers, anyhow: Numbers) -> Change:
    """trial: all rows of a kind. memberships: (n, k + 1): how far a contact can move her, and of it as one of each
    group. anyhow: (n,) what `expected` says of these rows."""
    sure = 1 / np.sqrt((anyhow + anyhow.mean()) / 2 + 1e-3)
    moved, left = memberships * ((trial.contacted - trial.propensity) * sure)[:, None], (trial.outcome - anyhow) * sure
    scales = [np.append(common, np.ones(memberships.shape[1] - 1)) for common in IN_COMMON]
    slopes = max((fitted(moved * scale, left).times(scale) for scale in scales), key=lambda each: each.evidence)
    return Change(slopes, float((memberships @ slopes.mean).mean()))


@threadpool_limits.wrap(limits=1)
def expected(features: Numbers, campaign: Whole, orders: Numbers, fold: Whole) -> Numbers:
    """(n,) orders to be expected of each row, contacted or not as it came, by models of other folds: of all campaigns
    together, whatever they offered. Who was contacted they do not see."""
    inputs = np.column_stack([features, campaign])
    found = np.full(len(inputs), float(orders.mean()) if len(orders) else 0.0)
    for part in np.unique(fold):
        seen = fold != part
        if (orders[seen] > 0).any():
            found[~seen] = _model().fit(inputs[seen], orders[seen]).predict(inputs[~seen])
    return found


def _model() -> HistGradientBoostingRegressor:
    """60 steps of 0.1 tell as much as 120 of 0.05 (deviance out of fold .788 both, planted shop of 20,000)."""
    return HistGradientBoostingRegressor(
        loss="poisson", learning_rate=0.1, max_iter=60, max_leaf_nodes=8, min_samples_leaf=40, random_state=SEED
    )
