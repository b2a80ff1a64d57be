"""What a person finds in MLflow about a night's lifetime value: the choice, the trial, figures, deciles."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa

from mining_tasks.experiments import plots
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.log import Run
from mining_tasks.lifetime_value import kept, unusual
from mining_tasks.lifetime_value.contest import Choice, Cuts
from mining_tasks.lifetime_value.recipes import Taught
from mining_tasks.lifetime_value.trials import Found

SAMPLE_ROWS = 5


def challenger(run: Run, made: Taught, choice: Choice, cuts: Cuts) -> Trained:
    """Log a challenger with how it was chosen; returns what was trained."""
    model = made.model
    run.params({"recipe": made.recipe, "choice": choice.why, "features": ", ".join(kept.facts_of(made))})
    run.params({"cut_offs": ", ".join(str(one.day) for one in (cuts.tonight, cuts.holdout, *cuts.earlier))})
    run.metrics({"log_likelihood": model.log_likelihood, "buyers_count": float(len(cuts.tonight.history))})
    run.metrics({"is_degenerate": float(model.is_degenerate), "orders_a_day": model.orders_a_day})
    if choice.results:
        run.table("candidates", pa.Table.from_pylist(choice.table()))
    card: dict[str, Any] = {"night": cuts.tonight.day.isoformat(), "choice": choice.why, "taught": made.card()}
    card |= {"features": list(kept.facts_of(made)), "dossier": _dossier(choice, cuts)}
    card["usual"] = unusual.learned(cuts.tonight.buyers)
    sample = pd.DataFrame([[0.0] * len(kept.columns(made))] * SAMPLE_ROWS, columns=list(kept.columns(made)))
    return run.model(kept.name_of(made), kept.file_of(made), sample, card)


def _dossier(choice: Choice, cuts: Cuts) -> dict[str, dict[str, Any]]:
    """What people should know of the choice, by phase."""
    return {
        "data": {"buyers learned from": len(cuts.tonight.history)},
        "preparation": {"judged on the 90 days after": str(cuts.holdout.day), "chosen on those after": _days(cuts)},
        "modelling": {"why this recipe": choice.why, "recipes": choice.table()},
    }


def _days(cuts: Cuts) -> str:
    return ", ".join(str(one.day) for one in cuts.earlier) or "none: the history is too short"


def trial(run: Run, found: Found) -> None:
    """Log a trial, with the rules that only this family has."""
    plots.report(run, replace(found.trial, rules=found.rules), "amount")
    run.params({"baseline": found.baseline, "notes": "; ".join(found.trial.notes) or "none"})
    run.metrics(found.figures)
