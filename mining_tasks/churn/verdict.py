"""What the judge says about a churn model: the rules put together, and what serves instead when they do not hold."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mining_tasks.churn import definition
from mining_tasks.churn.challenger import Made
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.model import Model
from mining_tasks.churn.past import Past
from mining_tasks.experiments.holdout import Contestant, Holdout, Limits
from mining_tasks.experiments.judge import Verdict, held, judged
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.point_in_time import GROUPS
from mining_tasks.experiments.trial import Trial, steady, tried

KEPT = "yesterday's model is kept"
RULE = "no model serves; the best recency rule is published instead"


def why_none(made: Made) -> str:
    """Why no learner was chosen."""
    return "; ".join((*made.comparison.why, *made.comparison.alarms))


def trial(challenger: Model, champion: Model | None, rows: Past, segments: Mapping[str, str], limit: Limits) -> Trial:
    """Rule, champion and challenger on the customers of the holdout who still counted as customers then.

    segments: segment of each customer by id, of the night before. A champion that was taught another definition answers
    another question: it is left out, and a note says so.
    """
    risk = rows.of(rows.is_at_risk)
    groups = {name: risk.facts[name].to_pylist() for name in GROUPS}
    groups["segment_id"] = [segments.get(one) for one in risk.facts["customer_id"].to_pylist()]
    rule = challenger.rules.recency
    said = rule.probability(risk.silence) if rule else np.full(len(risk), rows.label.mean() if len(rows) else 0.5)
    found = tried(
        Holdout(risk.label, risk.customer, groups),
        Contestant(rule.sentence() if rule else "the share of all who churned", said),
        _present(challenger, champion, risk),
        Contestant(challenger.name, challenger.probability(risk.features)),
        limit,
    )
    if champion is not None and not _asks_alike(challenger, champion):
        note = f"{champion.name} was taught another definition of churn and is not compared"
        return replace(found, notes=(*found.notes, note))
    return found


def of_challenger(found: Trial, rankings: tuple[Numbers, Numbers], has_champion: bool, limit: Limits) -> Verdict:
    """Judge a challenger. rankings: its scores of tonight's customers, and what was published of them last."""
    said = judged([*found.rules, *steady(*rankings, limit)], KEPT if has_champion else RULE)
    return replace(said, reasons=(*said.reasons, *found.notes), figures={**found.figures, **said.figures})


def without_challenger(why: str, now: Trained | None) -> Verdict:
    """Nothing was trained: hold with a champion, no-go without one."""
    if now is None:
        return Verdict("no-go", (why, RULE))
    return held((why, KEPT), {})


def _present(challenger: Model, champion: Model | None, risk: Past) -> Contestant | None:
    if champion is None or not _asks_alike(challenger, champion):
        return None
    return Contestant(champion.name, champion.probability(champion.features(risk.facts)))


def _asks_alike(one: Model, other: Model) -> bool:
    return definition.facts(one.by) == definition.facts(other.by)
