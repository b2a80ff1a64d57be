"""Make tonight's challenger: compare learners on the same folds, keep the simplest that is as good as the best."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.churn import definition, forward, rules
from mining_tasks.churn.alike import ALIKE, COLUMN, LEVELLED, Alike, is_last
from mining_tasks.churn.features import BEHIND, HER_OWN, NAMES
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.model import Model, layout_facts
from mining_tasks.churn.past import Past
from mining_tasks.churn.rules import Rules
from mining_tasks.experiments.candidates import Candidate
from mining_tasks.experiments.layout import Layout, layout
from mining_tasks.experiments.learners import Comparison, Scorer, compared, learned
from mining_tasks.experiments.strange import Usual, usual
from mining_tasks.experiments.sufficiency import Examples, enough

COMPARED_ROWS = 12_000  # on which learners are compared: 30 fits each
SHOWN_ROWS = 1_000  # for the signature
ROWS_MOST = 60_000  # from which the chosen one learns
SEED = 20170101
AGES_BY = 0.1  # of its mean


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from tonight: labelled rows of the training cut-offs, and how customers look tonight."""

    night: date
    by: Horizons
    scale: Mapping[str, float]
    past: Past
    rules: Rules
    tonight: pa.Table  # features of tonight's customers with an order
    alike: Alike | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns to look at."""
        return (*NAMES, COLUMN) if self.alike else NAMES

    def sample(self, most: int) -> Past:
        """At most so many of the rows, the same ones for the same night."""
        if len(self.past) <= most:
            return self.past
        chosen = np.random.default_rng(SEED).permutation(len(self.past))[:most]
        return self.past.of(np.isin(np.arange(len(self.past)), chosen))


@dataclass(frozen=True)
class Made:
    """The comparison of learners, and the model it chose; none where something forbids one."""

    comparison: Comparison
    sample: Numbers
    model: Model | None = None


def made(lesson: Lesson, candidates: Sequence[Candidate], too_good: float) -> Made:
    """Compare learners, simplest first, and fit the chosen one on all rows. too_good: AUC that only a leak reaches."""
    rows = lesson.sample(ROWS_MOST)
    taught = layout(rows.features, lesson.names)
    examples = _examples(lesson.sample(COMPARED_ROWS), taught)
    days = (lesson.night - min(rows.facts["as_of_date"].to_pylist(), default=lesson.night)).days
    report = enough(examples, lesson.night, days)
    candidates = [each for each in candidates if each not in (ALIKE, LEVELLED) or is_last(report)]
    found = compared(examples, report, candidates, taught.sources, too_good)
    found = forward.decided(found, candidates, rows, _examples(rows, taught))
    if found.chosen is None:
        return Made(found, examples.numbers[:0])
    scorer = learned(found, _examples(rows, taught), candidates)
    taught = _looked_at(taught, scorer.names)
    places = [taught.names.index(name) for name in scorer.names]
    sample = taught.matrix(rows.features.slice(0, SHOWN_ROWS))[:, places]
    return Made(found, sample, Model(scorer.estimator, _card(lesson, taught, found, scorer)))


def _looked_at(taught: Layout, names: Sequence[str]) -> Layout:
    """The columns of the table of which the model sees anything."""
    sources = {source for source, name in zip(taught.sources, taught.names, strict=True) if name in names}
    return Layout(tuple(each for each in taught.columns if each.name in sources))


def _steadied(each: Usual) -> Usual:
    """A column that tonight is nearly the same for all, such as the age of accounts, may move a little."""
    return replace(each, deviation=max(each.deviation, AGES_BY * abs(each.mean)))


def _examples(rows: Past, taught: Layout) -> Examples:
    return Examples(taught.matrix(rows.features), taught.names, rows.label, rows.customer)


def _card(lesson: Lesson, taught: Layout, found: Comparison, scorer: Scorer) -> dict[str, Any]:
    """All of the model but its estimator, as JSON."""
    night = lesson.night.isoformat()
    best = next(each for each in found.results if each.learner == found.chosen)
    return {
        "name": f"{found.chosen} {night}",
        "night": night,
        "learner": found.chosen,
        "why": list(found.why),
        "definition": definition.facts(lesson.by),
        "rules": lesson.rules.facts(),
        "scale": dict(lesson.scale),
        "alike": lesson.alike.card() if lesson.alike else [],
        "layout": layout_facts(taught),
        "features": _facts_behind(taught),
        "dossier": _dossier(lesson, found),
        "columns": list(scorer.names),
        "recalibration": asdict(scorer.recalibration),
        "usual": [asdict(_steadied(each)) for each in usual(taught, lesson.tonight)],
        "figures": {
            "out_of_fold_log_loss": best.log_loss,
            "out_of_fold_auc": best.auc,
            "out_of_fold_calibration_error": best.calibration_error,
            **found.sufficiency.figures(),
        },
        "results": found.table(),
    }


def _facts_behind(taught: Layout) -> list[str]:
    """The facts of a customer that the model looks at, those behind its own columns among them."""
    named = {each.name for each in taught.columns}
    own = {*HER_OWN, COLUMN}
    return sorted(named.difference(own).union(BEHIND if named.intersection(own) else ()))


def _dossier(lesson: Lesson, found: Comparison) -> dict[str, dict[str, Any]]:
    """What people should know of the lesson, by phase."""
    days = [day.isoformat() for day in sorted(set(lesson.past.facts["as_of_date"].to_pylist()))]
    return {
        "business": {f"definition of churn, {place}": said for place, said in enumerate(lesson.by.sentences(), 1)},
        "data": {"rows learned from": len(lesson.past), "customers tonight": lesson.tonight.num_rows},
        "preparation": {"days learned from": ", ".join(days)},
        "modelling": {"why this learner": "; ".join(found.why), "learners": found.table()},
    }


def lesson(
    night: date, by: Horizons, scale: Mapping[str, float], seen: tuple[Past, pa.Table, pa.Table], alike: Alike | None
) -> Lesson:
    """Put a lesson together. seen: labelled rows, those without an order, and tonight's features."""
    rows, strangers, tonight = seen
    return Lesson(night, by, scale, rows, rules.learned(rows, strangers), tonight, alike)
