"""Make a challenger: who responds, what a contact changes for each kind of offer, and the card that tells both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.campaigns import box, effects, response
from mining_tasks.campaigns.effects import Learnt
from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.response import Response
from mining_tasks.campaigns.split import Split
from mining_tasks.campaigns.uplift import NoUplift
from mining_tasks.experiments.candidates import CANDIDATES, Candidate
from mining_tasks.experiments.layout import Numbers, layout
from mining_tasks.experiments.learners import Comparison
from mining_tasks.experiments.point_in_time import FEATURES
from mining_tasks.experiments.strange import usual


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from: rows of `features.with_offers`, how customers look tonight, campaigns, the split.

    alike: tells the (n, g) memberships of the rows in groups of alike customers, if asked.
    """

    night: date
    rows: pa.Table
    customers: pa.Table
    past: tuple[Past, ...]
    split: Split
    departments: tuple[str, ...]
    alike: Callable[[], Numbers]
    candidates: tuple[Candidate, ...] = CANDIDATES


@dataclass(frozen=True)
class Challenger:
    """A model of responses and what was learnt of the uplift of each kind, or why nothing was."""

    name: str
    comparison: Comparison
    response: Response
    effects: Mapping[str, Learnt | NoUplift]
    card: dict[str, Any]

    @property
    def estimator(self) -> Any:
        """Everything that was fitted, for one file."""
        tellers = {kind: one.teller for kind, one in self.effects.items() if isinstance(one, Learnt)}
        models = {box.UPLIFT + kind: teller.model for kind, teller in tellers.items() if teller}
        return box.boxed({box.RESPONSE: self.response.scorer.estimator, **models})


def made(lesson: Lesson) -> Challenger | Comparison:
    """Learn; a comparison alone if no learner may be chosen."""
    learn, _ = response.sides(lesson.rows, lesson.split)
    comparison, model = response.made(learn, lesson.candidates)
    if model is None:
        return comparison
    told = effects.told(lesson.rows, model.matrix(lesson.rows), lesson.past, lesson.alike)
    found = effects.leaning({kind: effects.learnt(kind, rows) for kind, rows in told.items()})
    name = f"{comparison.chosen} {lesson.night}"
    return Challenger(name, comparison, model, found, _card(lesson, comparison, model, found))


def incremental_share(found: Mapping[str, Learnt | NoUplift], past: Sequence[Past]) -> float:
    """Of a response, how much the contact brought where control groups tell; 1 where none does.

    Orders gained by contacts over responses to them, over all kinds measured, within 0 and 1.
    """
    learnt = {kind: one for kind, one in found.items() if isinstance(one, Learnt)}
    of = [one for one in past if one.kind in learnt and one.campaign in learnt[one.kind].campaigns]
    gained = sum(learnt[one.kind].average.found * one.contacts for one in of)
    responses = sum(one.responses for one in of)
    return float(np.clip(gained / responses, 0.0, 1.0)) if responses else 1.0


def _card(
    lesson: Lesson, comparison: Comparison, model: Response, found: Mapping[str, Learnt | NoUplift]
) -> dict[str, Any]:
    measured = {one.campaign: one.code for one in lesson.past}
    learnt = {kind: one for kind, one in found.items() if isinstance(one, Learnt)}
    looked_at = layout(lesson.customers, FEATURES)
    return {
        **model.facts(),
        "night": lesson.night.isoformat(),
        "why": list(comparison.why),
        "alarms": list(comparison.alarms),
        "split": lesson.split.facts(),
        "departments": list(lesson.departments),
        "effects": {kind: one.facts() for kind, one in learnt.items()},
        "no_effects": {kind: one.reason for kind, one in found.items() if isinstance(one, NoUplift)},
        "uplift_codes": sorted({measured[one] for each in learnt.values() for one in each.campaigns}),
        "incremental_share": incremental_share(found, lesson.past),
        "seen": [one.campaign for one in lesson.past],
        "features": sorted({column.name for column in model.layout.columns if column.name in FEATURES}),
        "dossier": _dossier(lesson, comparison, found),
        "usual": [asdict(one) for one in usual(looked_at, lesson.customers)],
        "usual_layout": [asdict(column) for column in looked_at.columns],
    }


def _dossier(
    lesson: Lesson, comparison: Comparison, found: Mapping[str, Learnt | NoUplift]
) -> dict[str, dict[str, Any]]:
    """What people should know of the lesson, by phase."""
    uplifts = [
        {"kind": kind, "learner": one.learner, "orders per contact": one.average.found, "low": one.average.low,
         "high": one.average.high}
        for kind, one in found.items() if isinstance(one, Learnt)
    ]  # fmt: skip
    return {
        "data": {"past contacts and controls": lesson.rows.num_rows, "past campaigns": len(lesson.past)},
        "preparation": {"learned from": ", ".join(lesson.split.learn), "judged on": ", ".join(lesson.split.later)},
        "modelling": {
            "why this learner": "; ".join(comparison.why),
            **{f"no uplift of {kind}": one.reason for kind, one in found.items() if isinstance(one, NoUplift)},
            "learners": comparison.table(),
            "uplift by kind": uplifts,
        },
    }
