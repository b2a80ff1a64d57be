"""How well an uplift ranks: Qini, AUUC and uplift by decile, each with a bootstrap interval.

Radcliffe, "Using control groups to target on predicted lift", Direct Marketing Analytics Journal, 2007, for the Qini
curve; Gutierrez, Gérardy, "Causal inference and uplift modelling", PMLR 67, 2017, for the uplift curve. Neither is
divided by a perfect curve: figures are in the unit of the outcome, so that two campaigns can be compared.
"""

from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.offers import Mask, Numbers, Whole

ROUNDS = 200
LEVEL = 0.95
DECILES = 10


@dataclass(frozen=True)
class Interval:
    """A figure and the interval that covers it in 95 % of cases."""

    found: float
    low: float
    high: float

    @property
    def is_above_zero(self) -> bool:
        return self.low > 0


@dataclass(frozen=True)
class Curve:
    """share: (m,) of customers contacted, best first, 0 to 1. gained: (m,) outcome gained by then, per customer
    of the whole campaign: it ends at the average uplift."""

    share: Numbers
    gained: Numbers

    def area(self) -> float:
        """Area under the curve."""
        return float(np.trapezoid(self.gained, self.share))

    def above_chance(self) -> float:
        """Area between the curve and the straight line to its end, which is what contacting by lot gains."""
        return self.area() - float(self.gained[-1]) / 2


@dataclass(frozen=True)
class Ranking:
    """qini: area of the Qini curve above chance. auuc: area under the uplift curve. deciles: observed uplift, best
    tenth first; all in outcome per customer. predicted: mean predicted uplift of each decile."""

    qini: Interval
    auuc: Interval
    deciles: tuple[Interval, ...]
    predicted: tuple[float, ...]
    curve: Curve


def qini_curve(uplift: Numbers, contacted: Mask, outcome: Numbers, weight: Numbers | None = None) -> Curve:
    """Outcome of the contacted less that of the others scaled to as many, at each depth of the ranking, divided by all
    contacted. Inputs (n,); equal uplifts count as one step. weight: how often each row counts."""
    return _qini(*_running(uplift, contacted, outcome, weight))


def _qini(on: Numbers, off: Numbers, with_it: Numbers, without: Numbers, share: Numbers) -> Curve:
    gained = with_it - without * np.divide(on, off, out=np.zeros_like(on), where=off > 0)
    return Curve(share, gained / max(on[-1], 1e-300))


def uplift_curve(uplift: Numbers, contacted: Mask, outcome: Numbers, weight: Numbers | None = None) -> Curve:
    """Difference of the arms' means among the best so many, times their share: outcome per customer of all."""
    return _uplift(*_running(uplift, contacted, outcome, weight))


def _uplift(on: Numbers, off: Numbers, with_it: Numbers, without: Numbers, share: Numbers) -> Curve:
    mean_with = np.divide(with_it, on, out=np.zeros_like(on), where=on > 0)
    mean_without = np.divide(without, off, out=np.zeros_like(on), where=off > 0)
    return Curve(share, np.where((on > 0) & (off > 0), mean_with - mean_without, 0.0) * share)


def ranked(uplift: Numbers, contacted: Mask, outcome: Numbers, weight: Numbers | None = None, seed: int = 0) -> Ranking:
    """Everything about a ranking, with intervals from a Poisson bootstrap of customers (200 rounds).

    weight: (n,) what a customer counts for, see `design_weight`; 1 where all were contacted with equal probability.
    """
    order = np.argsort(-uplift, kind="stable")  # once: sorting what is sorted takes no time in each round
    weight = np.ones(len(uplift)) if weight is None else weight[order]
    uplift, contacted, outcome = uplift[order], contacted[order], outcome[order]
    tenth = deciles(uplift)
    dice = np.random.default_rng(seed)
    found = _figures(uplift, contacted, outcome, (tenth, weight))
    drawn = np.array(
        [_figures(uplift, contacted, outcome, (tenth, weight * dice.poisson(1.0, len(uplift)))) for _ in range(ROUNDS)]
    )
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    made = [Interval(*map(float, each)) for each in zip(found, low, high, strict=True)]
    predicted = [float(uplift[tenth == place].mean()) for place in range(DECILES)]
    return Ranking(made[0], made[1], tuple(made[2:]), tuple(predicted), qini_curve(uplift, contacted, outcome, weight))


def design_weight(contacted: Mask, propensity: Numbers) -> Numbers:
    """(n,) inverse probability of the arm a customer came into, 1 on average where that is the same for all."""
    share = float(propensity.mean())
    return np.asarray(np.where(contacted, share / propensity, (1 - share) / (1 - propensity)))


def deciles(uplift: Numbers) -> Whole:
    """(n,) 0 for the tenth of highest uplift to 9; equal uplifts are divided in the order of rows."""
    place = np.empty(len(uplift), np.int64)
    place[np.argsort(-uplift, kind="stable")] = np.arange(len(uplift))
    return np.asarray(place * DECILES // max(len(uplift), 1))


def _figures(uplift: Numbers, contacted: Mask, outcome: Numbers, counted: tuple[Whole, Numbers]) -> Numbers:
    tenth, weight = counted
    cell = tenth * 2 + contacted
    count = np.bincount(cell, weight, 2 * DECILES)
    total = np.bincount(cell, weight * outcome, 2 * DECILES)
    mean = np.divide(total, count, out=np.full(2 * DECILES, np.nan), where=count > 0)
    sums = _running(uplift, contacted, outcome, weight)
    return np.concatenate([[_qini(*sums).above_chance(), _uplift(*sums).area()], mean[1::2] - mean[::2]])


def _running(uplift: Numbers, contacted: Mask, outcome: Numbers, weight: Numbers | None) -> tuple[Numbers, ...]:
    weight = np.ones(len(uplift)) if weight is None else weight
    order = np.argsort(-uplift, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(uplift[order])), len(order) - 1)
    columns = [weight * contacted, weight * ~contacted, weight * contacted * outcome, weight * ~contacted * outcome]
    sums = [np.concatenate([[0.0], np.cumsum(column[order])[ends]]) for column in columns]
    both = sums[0] + sums[1]
    return (*sums, both / max(both[-1], 1e-300))
