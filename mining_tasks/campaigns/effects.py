"""What a contact changes, for each kind of offer that held out a control group by lot: learnt, judged later, published.

Campaigns of a kind are pooled, each with its own chance of being contacted. The learner is chosen by its Qini on the
latest campaign after learning from the earlier ones; a kind with one campaign is cross-fitted instead. What it says of
customers it has not seen is then pulled to the average by what doubly robust scores tell of it: the best linear
predictor of Chernozhukov, Demirer, Duflo, Fernández-Val, "Fisher-Schultz lecture: generic machine learning inference",
2023, times how sure that slope is. The averages of the kinds lean on each other: DerSimonian, Laird, "Meta-analysis in
clinical trials", Controlled Clinical Trials 7, 1986.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from mining_tasks.campaigns import by_group
from mining_tasks.campaigns.learners import LEARNERS, Trial, cross_fitted, scores
from mining_tasks.campaigns.nuisance import Effect, normal
from mining_tasks.campaigns.offers import Mask, Numbers
from mining_tasks.campaigns.qini import DECILES, Interval, Ranking, deciles, design_weight, ranked
from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.uplift import CHANCE, NoUplift, chance_of_imbalance, of_scores, refusal

ROWS_MOST = 60_000  # of a kind; learners of effects gain little from more


@dataclass(frozen=True)
class Told:
    """Rows of a kind: features, who was contacted, what came; of which campaign each row is; its place among all rows,
    whose memberships in groups of alike customers `groups` tells, if asked."""

    trial: Trial
    campaign: np.ndarray
    place: np.ndarray
    groups: Callable[[], Numbers]

    def of(self, which: Mask) -> "Told":
        return Told(self.trial.rows(which), self.campaign[which], self.place[which], self.groups)

    def belongs(self) -> Numbers:
        """(n, g) memberships of these rows."""
        return np.asarray(self.groups()[self.place])


@dataclass(frozen=True)
class Teller:
    """What says the uplift of anybody.

    model: features with gaps → uncorrected uplift. mean: of it over the customers of the campaigns. slope: what is left
    of its differences between customers, 0 to 1. edges: (9,) uplifts that part the tenths of highest to lowest.
    half_widths: (10,) of their 95 % intervals.
    """

    model: Pipeline
    mean: float
    slope: float
    edges: Numbers
    half_widths: Numbers

    def facts(self) -> dict[str, Any]:
        """For the card: everything but the model."""
        lists = {"edges": self.edges.tolist(), "half_widths": self.half_widths.tolist()}
        return {"mean": self.mean, "slope": self.slope, **lists}


@dataclass(frozen=True)
class Learnt:
    """The uplift of a kind of offer.

    average: of all its customers. ranking: on rows that the learner had not seen, later ones where `is_later`. serves:
    it surely told more of the latest campaign than one number for all, and than groups of alike customers; else the
    groups serve, and there is no teller.
    """

    kind: str
    learner: str
    average: Interval
    ranking: Ranking
    rankings: Mapping[str, Ranking]
    is_later: bool
    serves: bool
    campaigns: tuple[str, ...]
    teller: Teller | None = None

    def facts(self) -> dict[str, Any]:
        """For the card: everything but the model."""
        return {
            "learner": self.learner,
            "average": [self.average.found, self.average.low, self.average.high],
            "qini": [self.ranking.qini.found, self.ranking.qini.low, self.ranking.qini.high],
            "is_later": self.is_later,
            "serves": self.serves,
            "campaigns": list(self.campaigns),
            **(self.teller.facts() if self.teller else {}),
        }


def told(rows: pa.Table, matrix: Numbers, past: Sequence[Past], groups: Callable[[], Numbers]) -> dict[str, Told]:
    """The rows of campaigns with a control group, by kind. matrix: n × p, one row each, NaN where missing. groups: see
    `Told`."""
    of = {one.campaign: one for one in past}
    campaign = np.asarray(rows["campaign_id_crm"].to_numpy(zero_copy_only=False), dtype=object)
    kinds = np.array([of[one].kind if of[one].controls and of[one].contacts else "" for one in campaign], dtype=object)
    share = np.array([of[one].contacts / max(of[one].contacts + of[one].controls, 1) for one in campaign])
    contacted = np.asarray(rows["is_contacted"].to_numpy(zero_copy_only=False), bool)
    came = np.asarray(rows["came_orders_count"].to_numpy(), np.float64)
    found = {}
    for kind in sorted(set(kinds.tolist()) - {""}):
        mine = _sampled(np.flatnonzero(kinds == kind))
        trial = Trial(matrix[mine], contacted[mine], came[mine], share[mine])
        found[kind] = Told(trial, campaign[mine], mine, groups)
    return found


@threadpool_limits.wrap(limits=1)
def learnt(kind: str, rows: Told, must_tell: bool = False) -> Learnt | NoUplift:
    """The uplift of a kind, or why there is none; campaigns whose control group is not random are left out.

    must_tell: make what says it of anybody even where it does not serve.
    """
    shaped = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), normal(rows.trial.features))
    whole = replace(rows, trial=replace(rows.trial, features=shaped.fit_transform(rows.trial.features)))
    random = [one for one in dict.fromkeys(rows.campaign) if _is_random(whole.of(rows.campaign == one).trial)]
    if not random:
        return NoUplift("no control group is random: what is known of customers tells who was contacted")
    kept = whole.of(np.isin(rows.campaign, random))
    reason = refusal(kept.trial, is_randomised=True)
    if reason:
        return NoUplift(reason)
    each = scores(kept.trial)
    seen, is_later = _unseen(kept, random)
    by = {name: ranked(said, *_ranked_on(rest), seed=1) for name, (said, rest) in seen.items()}
    chosen = max(by, key=lambda name: by[name].qini.found)
    serves = is_later and _tells_more(seen[chosen][0], kept, random[-1], each)
    found = Learnt(kind, chosen, of_scores(each), by[chosen], by, is_later, serves, tuple(random))
    return replace(found, teller=_teller(found, kept, shaped, each)) if serves or must_tell else found


def leaning(found: Mapping[str, Learnt | NoUplift]) -> dict[str, Learnt | NoUplift]:
    """The same with averages that lean on each other, the more the less sure they are; one alone stays as it is."""
    learnt = [one for one in found.values() if isinstance(one, Learnt)]
    if len(learnt) < 2:
        return dict(found)
    means = np.array([one.average.found for one in learnt])
    weight = np.array([(2 * 1.96 / (one.average.high - one.average.low)) ** 2 for one in learnt])
    whole = float((weight * means).sum() / weight.sum())
    apart = float((weight * (means - whole) ** 2).sum()) - (len(means) - 1)
    between = max(0.0, apart / (weight.sum() - (weight**2).sum() / weight.sum()))
    leant = {one.kind: _leant(one, whole, between) for one in learnt}
    return {kind: leant.get(kind, one) for kind, one in found.items()}


@threadpool_limits.wrap(limits=1)
def predicted(facts: Mapping[str, Any], model: Pipeline, matrix: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(n,) uplift and its interval, of features with gaps, by a model and its facts from the card."""
    raw = np.asarray(model.predict(matrix), np.float64)
    uplift = facts["average"][0] + facts["slope"] * (raw - facts["mean"])
    tenth = DECILES - 1 - np.searchsorted(np.asarray(facts["edges"])[::-1], raw, side="right")
    half = np.asarray(facts["half_widths"])[np.clip(tenth, 0, DECILES - 1)]
    return tuple(np.clip(each, -1.0, 1.0) for each in (uplift, uplift - half, uplift + half))  # type: ignore[return-value]


def _leant(one: Learnt, whole: float, between: float) -> Learnt:
    error = (one.average.high - one.average.low) / (2 * 1.96)
    own = between / (between + error**2)
    mean, half = own * one.average.found + (1 - own) * whole, 1.96 * error * np.sqrt(own)
    return replace(one, average=Interval(mean, float(mean - half), float(mean + half)))


def _sampled(rows: np.ndarray) -> np.ndarray:
    if len(rows) <= ROWS_MOST:
        return rows
    return np.sort(np.random.default_rng(len(rows)).choice(rows, ROWS_MOST, replace=False))


def _is_random(trial: Trial) -> bool:
    both = trial.contacted.any() and (~trial.contacted).any()
    return bool(both) and chance_of_imbalance(trial) >= CHANCE


def _unseen(kept: Told, campaigns: Sequence[str]) -> tuple[dict[str, tuple[Numbers, Trial]], bool]:
    """Per learner the uplift of rows it has not seen and those rows: of the latest campaign, else by folds."""
    later = kept.campaign == campaigns[-1]
    earlier = kept.of(~later).trial
    is_later = len(campaigns) > 1 and not refusal(earlier, is_randomised=True)
    if is_later:
        rest = kept.of(later).trial
        return {name: (make().fit(earlier).predict(rest.features), rest) for name, make in LEARNERS.items()}, True
    return {name: (cross_fitted(kept.trial, make), kept.trial) for name, make in LEARNERS.items()}, False


def _tells_more(said: Numbers, kept: Told, latest: str, each: Numbers) -> bool:
    """Whether a learner was surely closer to what a contact changed in the latest campaign than one number for all, and
    than groups of alike customers, both taught by the earlier ones: by the squared distance to doubly robust scores."""
    later = kept.campaign == latest
    each = each[later]
    if not _is_closer(said, np.full(len(each), each.mean()), each):
        return False
    earlier = kept.of(~later)
    campaign = np.unique(earlier.campaign.astype(str), return_inverse=True)[1].astype(np.int64)
    part = np.arange(len(campaign)) % by_group.FOLDS
    anyhow = by_group.expected(earlier.trial.features, campaign, earlier.trial.outcome, part)
    groups = by_group.learnt(earlier.trial, earlier.belongs(), anyhow).said(kept.of(later).belongs())[0]
    return _is_closer(said, groups, each)


def _is_closer(said: Numbers, other: Numbers, each: Numbers) -> bool:
    """Whether what was said is surely closer to the scores than another word."""
    closer = (each - other) ** 2 - (each - said) ** 2
    return bool(closer.mean() > 1.96 * closer.std(ddof=1) / np.sqrt(len(closer)))


def _ranked_on(trial: Trial) -> tuple[Mask, Numbers, Numbers]:
    return trial.contacted, trial.outcome, design_weight(trial.contacted, trial.propensity)


def _teller(found: Learnt, kept: Told, shaped: Pipeline, each: Numbers) -> Teller:
    """The chosen learner taught by all campaigns, said again by plain scikit-learn parts, so that no type of ours
    stands in a model's file."""
    make, features = LEARNERS[found.learner], kept.trial.features
    effect = Effect().fit(features, make().fit(kept.trial).predict(features))
    raw, tenths = effect.predict(features), found.ranking.deciles
    half = np.array([(tenth.high - tenth.low) / 2 for tenth in tenths])
    tenth = deciles(raw)
    edges = np.array([raw[tenth == place].min() for place in range(DECILES - 1)])
    slope = _slope(cross_fitted(kept.trial, make), each)
    model = Pipeline([*shaped.steps, ("effect", effect.as_sklearn())])
    return Teller(model, float(raw.mean()), slope, edges, np.nan_to_num(half, nan=float(np.nanmax(half))))


def _slope(said: Numbers, each: Numbers) -> float:
    """How much of the differences that a learner told came true in doubly robust scores, weighed by how sure that is;
    0 to 1."""
    spread = said - said.mean()
    if not spread.any():
        return 0.0
    slope = float((spread * each).sum() / (spread**2).sum())
    left = each - each.mean() - slope * spread
    error = float(np.sqrt((spread**2 * left**2).sum()) / (spread**2).sum())
    return float(np.clip(slope * max(0.0, 1 - (error / slope) ** 2), 0.0, 1.0)) if slope > 0 else 0.0
