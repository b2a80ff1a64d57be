"""What the judge says about a churn model: the rules put together, and what serves instead when they do not hold."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mining_tasks.churn.challenger import Made
from mining_tasks.churn.model import Model
from mining_tasks.churn.past import Past
from mining_tasks.churn.wishes import Limits
from mining_tasks.experiments.calibration import auc, calibration_error, losses
from mining_tasks.experiments.judge import Verdict, at_least, at_most, held, judged
from mining_tasks.experiments.load import Trained

KEPT = "yesterday's model is kept"
RULE = "no model serves; the best recency rule is published instead"


@dataclass(frozen=True)
class Due:
    is_due: bool
    words: str


def due(night: date, before: Trained | None, present: Model | None, limit: Limits) -> Due:
    if before is None:
        return Due(True, "no model was ever promoted")
    if present is None:
        return Due(True, "the champion cannot be used")
    age = (night - date.fromisoformat(before.card["night"])).days
    return Due(age >= limit.refit_nights, f"the champion is {age} nights old of {limit.refit_nights}")


def why_none(made: Made) -> str:
    """Why no learner was chosen."""
    return "; ".join((*made.comparison.why, *made.comparison.alarms))


def of_challenger(model: Model, champion: Model | None, rows: Past, limit: Limits) -> Verdict:
    risk = rows.of(rows.is_at_risk)
    said = model.probability(risk.features)
    assert model.rules.recency
    base = model.rules.recency.probability(risk.silence)
    gain = losses(risk.label, base) - losses(risk.label, said)
    low = float(np.quantile(np.random.default_rng(0).choice(gain, (500, len(gain))).mean(1), 0.025))
    found = [at_least("gain_low", low, 1e-9, "least gain"), at_most("calibration_error", calibration_error(risk.label, said), limit.calibration_error)]
    print("HOLDOUT rows", len(risk), "rate", risk.label.mean(), "AUC", auc(risk.label, said), "rule", auc(risk.label, base), "gain", gain.mean(), low, "ECE", calibration_error(risk.label, said))
    return judged(found, KEPT if champion else RULE)


def without_challenger(why: str, now: Trained | None) -> Verdict:
    """Nothing was trained: hold with a champion, no-go without one."""
    if now is None:
        return Verdict("no-go", (why, RULE))
    return held((why, KEPT), {})
