"""Make tonight's challenger: compare learners on the same folds, keep the simplest that is as good as the best."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.churn import definition, rules
from mining_tasks.churn.features import NAMES
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.model import Model, layout_facts
from mining_tasks.churn.past import Past
from mining_tasks.churn.rules import Rules
from mining_tasks.experiments.layout import Layout, layout
from mining_tasks.experiments.learners import Comparison, Scorer, compared, learned
from mining_tasks.experiments.strange import usual
from mining_tasks.experiments.sufficiency import Examples, enough

ROWS_MOST = 40_000  # rows to learn from; more only sharpen what the folds say already
SEED = 20170101


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from tonight: labelled rows of the training cut-offs, and how customers look tonight."""

    night: date
    by: Horizons
    scale: Mapping[str, float]
    past: Past
    rules: Rules
    tonight: pa.Table  # features of tonight's customers with an order

    @property
    def sample(self) -> Past:
        """At most so many rows, the same ones for the same night."""
        if len(self.past) <= ROWS_MOST:
            return self.past
        chosen = np.random.default_rng(SEED).permutation(len(self.past))[:ROWS_MOST]
        return self.past.of(np.isin(np.arange(len(self.past)), chosen))


@dataclass(frozen=True)
class Made:
    """The comparison of learners, and the model it chose; none where something forbids one."""

    comparison: Comparison
    sample: Numbers
    model: Model | None = None


def made(lesson: Lesson, too_good: float) -> Made:
    """Compare learners and fit the chosen one on all rows. too_good: AUC from which a leak is assumed."""
    rows = lesson.sample
    taught = layout(rows.features, NAMES)
    examples = Examples(taught.matrix(rows.features), taught.names, rows.label, rows.customer)
    days = (lesson.night - min(rows.facts["as_of_date"].to_pylist(), default=lesson.night)).days
    report = enough(examples, lesson.night, days)
    found = compared(examples, report, sources=taught.sources, ceiling=too_good)
    if found.chosen is None:
        return Made(found, examples.numbers[:0])
    scorer = learned(found, examples)
    places = [taught.names.index(name) for name in scorer.names]
    return Made(found, examples.numbers[:1000, places], Model(scorer.estimator, _card(lesson, taught, found, scorer)))


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
        "layout": layout_facts(taught),
        "columns": list(scorer.names),
        "recalibration": asdict(scorer.recalibration),
        "usual": [asdict(each) for each in usual(taught, lesson.tonight)],
        "figures": {
            "out_of_fold_log_loss": best.log_loss,
            "out_of_fold_auc": best.auc,
            "out_of_fold_calibration_error": best.calibration_error,
            **found.sufficiency.figures(),
        },
        "results": found.table(),
    }


def lesson(night: date, by: Horizons, scale: Mapping[str, float], seen: tuple[Past, pa.Table, pa.Table]) -> Lesson:
    """Put a lesson together. seen: labelled rows, those without an order, and tonight's features."""
    rows, strangers, tonight = seen
    return Lesson(night, by, scale, rows, rules.learned(rows, strangers), tonight)
