"""The uplift of a campaign, measured against its random control group; without one the word is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from mining_tasks.campaigns.learners import LEARNERS, Learner, Trial, cross_fitted, scores
from mining_tasks.campaigns.offers import Mask, Numbers
from mining_tasks.campaigns.qini import Interval, Ranking, design_weight, ranked

ROWS_PER_ARM = 200  # fewer cannot tell ten deciles apart: twenty of an arm in each
RESPONSES = 20  # of all customers of the trial, whose outcome is not 0
CHANCE = 1e-4  # a random group shows differences this strong once in ten thousand campaigns


@dataclass(frozen=True)
class NoUplift:
    """Only an affinity may be spoken of, and why."""

    reason: str
    word: str = "affinity"


@dataclass(frozen=True)
class Uplift:
    """learner: name of the chosen one. average: of all customers, doubly robust. uplift: (n,) of each customer, by a
    model that has not seen her. model: fitted on all, to score others. rankings: of every learner."""

    learner: str
    average: Interval
    uplift: Numbers
    model: Learner
    rankings: Mapping[str, Ranking]
    word: str = "uplift"

    @property
    def ranking(self) -> Ranking:
        return self.rankings[self.learner]

    @property
    def tells_customers_apart(self) -> bool:
        """False where the ranking is no better than chance: then the average is all there is to say."""
        return self.ranking.qini.is_above_zero


def measured(trial: Trial, is_randomised: bool) -> Uplift | NoUplift:
    """Learn the uplift of a campaign, or say why there is none to be had; bad data refuse, they do not raise.

    is_randomised: the campaign is known to have left out customers by lot. That is believed only while the features
    do not tell who was contacted. The learner of highest cross-fitted Qini is chosen; with three candidates that
    choice is hardly favoured by chance, yet its interval is that of the same customers: judge it on a later campaign.
    """
    reason = refusal(trial, is_randomised)
    if reason:
        return NoUplift(reason)
    each = {name: cross_fitted(trial, learner) for name, learner in LEARNERS.items()}
    weight = design_weight(trial.contacted, trial.propensity)
    rankings = {name: ranked(uplift, trial.contacted, trial.outcome, weight) for name, uplift in each.items()}
    chosen = max(rankings, key=lambda name: rankings[name].qini.found)
    return Uplift(chosen, average(trial), each[chosen], LEARNERS[chosen]().fit(trial), rankings)


def average(trial: Trial) -> Interval:
    """Average uplift: mean of the doubly robust scores, and its interval by their spread."""
    return of_scores(scores(trial))


def of_scores(each: Numbers) -> Interval:
    """The same of scores (n,) that are there already."""
    error = float(each.std(ddof=1) / np.sqrt(len(each)))
    mean = float(each.mean())
    return Interval(mean, mean - 1.96 * error, mean + 1.96 * error)


def refusal(trial: Trial, is_randomised: bool) -> str:
    """Why no uplift can be learnt from a trial; empty if it can."""
    if not is_randomised:
        return "the campaign has no random control group"
    if not _is_whole(trial):
        return "a feature, outcome or probability of contact is missing or not a number"
    fewest = int(min(trial.contacted.sum(), (~trial.contacted).sum()))
    if fewest < ROWS_PER_ARM:
        return f"the smaller of the two groups has {fewest:,} customers, {ROWS_PER_ARM:,} are needed"
    responses = int((trial.outcome != 0).sum())
    if responses < RESPONSES:
        return f"{responses:,} customers responded in both groups together, {RESPONSES:,} are needed"
    if not ((trial.propensity > 0) & (trial.propensity < 1)).all():
        return "somebody was contacted for sure, or for sure not: there is nobody to compare with"
    if chance_of_imbalance(trial) < CHANCE:
        return "the control group is not random: what is known of customers tells who was contacted"
    return ""


def chance_of_imbalance(trial: Trial) -> float:
    """Probability, if contacts were random with the stated propensity, that features tell them apart this well.

    An F-test of the linear regression of (contacted − propensity) on standardised features and a constant; the
    constant is tested too, as the group contacted must have the stated size.
    """
    spread = trial.features.std(axis=0)
    kept = spread > 0
    inputs = (trial.features[:, kept] - trial.features[:, kept].mean(axis=0)) / spread[kept]
    inputs = np.column_stack([np.ones(len(inputs)), inputs])
    surprise = (trial.contacted - trial.propensity) / np.sqrt(trial.propensity * (1 - trial.propensity))
    fitted, _, rank, _ = np.linalg.lstsq(inputs, surprise, rcond=None)
    explained = float(((inputs @ fitted) ** 2).sum())
    rest = max(float((surprise**2).sum()) - explained, 1e-12)
    left = len(surprise) - rank
    return float(f_distribution.sf(explained / rank / (rest / left), rank, left)) if left > 0 else 0.0


def _is_whole(trial: Trial) -> bool:
    shapes = {len(trial.features), len(trial.contacted), len(trial.outcome), len(trial.propensity)}
    numbers: tuple[Numbers | Mask, ...] = (trial.features, trial.outcome, trial.propensity)
    return len(shapes) == 1 and trial.features.ndim == 2 and all(bool(np.isfinite(each).all()) for each in numbers)
