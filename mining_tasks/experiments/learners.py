"""Which learner? All candidates on the same folds, told by what they say of customers they did not learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from mining_tasks.experiments import leakage
from mining_tasks.experiments.calibration import Choice, Recalibration, auc, calibration_error, chosen, losses
from mining_tasks.experiments.candidates import CANDIDATES, Candidate, scored, trained
from mining_tasks.experiments.sufficiency import Examples, Sufficiency, enough, kept

Numbers = npt.NDArray[np.float64]
Folds = npt.NDArray[np.int64]
FOLDS = 5
SEED = 20170101
BASE_RATE = "base rate"
BEYOND_NOISE = 2.0  # standard errors by which a learner must beat the base rate


@dataclass(frozen=True)
class Result:
    """One line of the table: figures of out-of-fold probabilities after the recalibration chosen for the learner.

    gap: log-loss above the best of the table; gap_error: its standard error, customers counted as wholes.
    """

    learner: str
    recalibration: str
    log_loss: float
    auc: float
    calibration_error: float
    gap: float
    gap_error: float


@dataclass(frozen=True)
class Comparison:
    """The table, which learner was chosen (none if something forbids it), why, and what it says out of fold."""

    sufficiency: Sufficiency
    results: tuple[Result, ...] = ()
    chosen: str | None = None
    why: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    probability: Numbers | None = None
    recalibration: Recalibration = Recalibration()

    def table(self) -> list[dict[str, str | float]]:
        """The results as rows for a log, best first."""
        return [vars(result) | {"chosen": result.learner == self.chosen} for result in self.results]


@dataclass(frozen=True)
class Scorer:
    """A fitted estimator, the columns it looks at and the recalibration of its scores."""

    estimator: Any
    names: tuple[str, ...]
    recalibration: Recalibration

    def probability(self, numbers: Numbers, names: Sequence[str]) -> Numbers:
        """P(yes) for n rows, whose columns may stand in any order; raises ValueError if one is missing."""
        missing = [name for name in self.names if name not in names]
        if missing:
            raise ValueError(f"columns that the model was taught are missing: {', '.join(missing)}")
        mine = numbers[:, [list(names).index(name) for name in self.names]]
        return self.recalibration.applied(scored(self.estimator, np.where(np.isfinite(mine), mine, np.nan)))


def folds_of(examples: Examples, count: int = FOLDS, seed: int = SEED) -> Folds:
    """The fold of each row, outcomes spread evenly; all rows of one customer in one fold."""
    people: npt.NDArray[np.int64] | None = examples.people
    is_repeated = len(np.unique(examples.people)) < len(examples.label)
    kind, people = (StratifiedGroupKFold, people) if is_repeated else (StratifiedKFold, None)
    found = np.zeros(len(examples.label), np.int64)
    split = kind(count, shuffle=True, random_state=seed).split(examples.numbers, examples.label, people)
    for fold, (_, test) in enumerate(split):
        found[test] = fold
    return found


def out_of_fold(candidate: Candidate, examples: Examples, folds: Folds) -> Numbers:
    """P(yes) of each row by a model that learned from the other folds alone."""
    found = np.empty(len(examples.label))
    for fold in np.unique(folds):
        here = folds == fold
        estimator = trained(candidate, examples.numbers[~here], examples.label[~here])
        found[here] = scored(estimator, examples.numbers[here])
    return found


def _all_out_of_fold(candidates: Sequence[Candidate], examples: Examples, folds: Folds) -> dict[str, Numbers]:
    """What each candidate says out of fold; of a mean of others that were asked, their mean, without new fits."""
    said: dict[str, Numbers] = {}
    for each in candidates:
        parts = [said[name] for name in each.parts if name in said]
        is_known = bool(parts) and len(parts) == len(each.parts)
        said[each.name] = np.mean(parts, axis=0) if is_known else out_of_fold(each, examples, folds)
    return said


def compared(
    examples: Examples,
    report: Sufficiency | None = None,
    candidates: Sequence[Candidate] = CANDIDATES,
    sources: Sequence[str] | None = None,
    ceiling: float = leakage.TOO_GOOD,
) -> Comparison:
    """Compare candidates and choose the simplest whose log-loss is not worse than the best's beyond one error.

    report: of `enough`, where its dates are wanted. candidates: simplest first. sources: see `leakage.alone`.
    ceiling: AUC above which the task is known to leak. Too little data, a leak or nothing beyond the base rate give
    a comparison without a choice, and why; nothing raises.
    """
    report = report or enough(examples)
    if not report.holds:
        return Comparison(report, why=report.missing)
    found = leakage.alarms(leakage.alone(examples, sources))
    if found:
        return Comparison(report, why=("a column knows the outcome",), alarms=found)
    teaching = kept(examples, report.usable)
    folds = folds_of(teaching)
    said = _all_out_of_fold(candidates, teaching, folds)
    choices = {name: chosen(teaching.label, probability, folds) for name, probability in said.items()}
    return _decided(report, teaching, folds, choices, ceiling)


def learned(comparison: Comparison, examples: Examples, candidates: Sequence[Candidate] = CANDIDATES) -> Scorer:
    """The chosen learner fitted on all rows; raises ValueError if none was chosen."""
    candidate = next((each for each in candidates if each.name == comparison.chosen), None)
    if candidate is None:
        raise ValueError(f"no learner was chosen: {'; '.join(comparison.why)}")
    teaching = kept(examples, comparison.sufficiency.usable)
    estimator = trained(candidate, teaching.numbers, teaching.label)
    return Scorer(estimator, teaching.names, comparison.recalibration)


def repeated(candidate: Candidate, examples: Examples, times: int = FOLDS) -> list[dict[str, float]]:
    """AUC, calibration error and log-loss of repeated cross-validation: one row of figures per draw of folds."""
    rows = []
    for draw in range(times):
        folds = folds_of(examples, seed=SEED + draw)
        said = chosen(examples.label, out_of_fold(candidate, examples, folds), folds).probability
        figures = {"auc": auc(examples.label, said), "calibration_error": calibration_error(examples.label, said)}
        rows.append(figures | {"log_loss": float(losses(examples.label, said).mean())})
    return rows


def _decided(
    report: Sufficiency, examples: Examples, folds: Folds, choices: dict[str, Choice], ceiling: float
) -> Comparison:
    said = {BASE_RATE: _base_rate(examples, folds)} | {name: each.probability for name, each in choices.items()}
    each_loss = {name: losses(examples.label, probability) for name, probability in said.items()}
    best = min(each_loss, key=lambda name: float(each_loss[name].mean()))
    methods = {BASE_RATE: "none"} | {name: each.recalibration.method for name, each in choices.items()}
    results = [_result(name, methods[name], said[name], each_loss[name] - each_loss[best], examples) for name in said]
    table = tuple(sorted(results, key=lambda result: result.log_loss))
    leaks = leakage.too_good(max(result.auc for result in results), ceiling)
    if leaks:
        return Comparison(report, table, why=("the scores are too good",), alarms=leaks)
    pick = next(name for name in choices if _is_as_good(results, name) or name == best) if best != BASE_RATE else ""
    gain, error = _gap(each_loss[BASE_RATE] - each_loss[pick], examples.people) if pick else (0.0, 0.0)
    if gain <= BEYOND_NOISE * error:
        return Comparison(report, table, why=("no learner beats the base rate beyond noise",))
    reasons = _reasons(pick, best, results, gain, error)
    return Comparison(report, table, pick, reasons, (), said[pick], choices[pick].recalibration)


def _is_as_good(results: Sequence[Result], name: str) -> bool:
    mine = next(result for result in results if result.learner == name)
    return mine.gap <= mine.gap_error


def _result(name: str, method: str, said: Numbers, excess: Numbers, examples: Examples) -> Result:
    gap, error = _gap(excess, examples.people)
    figures = auc(examples.label, said), calibration_error(examples.label, said)
    return Result(name, method, float(losses(examples.label, said).mean()), *figures, gap, error)


def _reasons(pick: str, best: str, results: Sequence[Result], gain: float, error: float) -> tuple[str, ...]:
    mine = next(result for result in results if result.learner == pick)
    better = f"its log-loss lies {gain:.4f} ± {error:.4f} below the base rate's"
    if pick == best:
        return (f"{pick} has the least log-loss out of fold ({mine.log_loss:.4f})", better)
    gap = f"{mine.gap:.4f} ± {mine.gap_error:.4f}"
    return (f"{pick} is the simplest that is not worse than {best} beyond one standard error ({gap})", better)


def _base_rate(examples: Examples, folds: Folds) -> Numbers:
    """The share of positives in the other folds."""
    counts, positives = np.bincount(folds), np.bincount(folds, examples.label)
    rate = (positives.sum() - positives) / (counts.sum() - counts)
    return np.asarray(rate[folds], np.float64)


def _gap(difference: Numbers, people: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Mean of a difference over rows and its standard error with customers as wholes."""
    mean = float(difference.mean())
    _, place = np.unique(people, return_inverse=True)
    of_people = np.bincount(place, difference - mean)
    count = len(of_people)
    return mean, float(np.sqrt((of_people**2).sum() * count / max(count - 1, 1)) / len(difference))
