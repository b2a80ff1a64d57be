"""What a person finds in MLflow about a night's lifetime value: the choice, the trial, figures, deciles."""

from typing import Any

import pandas as pd
import pyarrow as pa

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
    run.params({"recipe": made.recipe, "choice": choice.why, "features": ", ".join(kept.columns(made))})
    run.params({"cut_offs": ", ".join(str(one.day) for one in (cuts.tonight, cuts.holdout, *cuts.earlier))})
    run.metrics({"log_likelihood": model.purchases.log_likelihood, "buyers_count": float(len(cuts.tonight.history))})
    run.metrics({"is_degenerate": float(model.purchases.is_degenerate), "orders_a_day": model.orders_a_day})
    if choice.results:
        run.table("candidates", pa.Table.from_pylist(choice.table()))
    card: dict[str, Any] = {"night": cuts.tonight.day.isoformat(), "choice": choice.why, "taught": made.card()}
    card["usual"] = unusual.learned(cuts.tonight.buyers)
    sample = pd.DataFrame([[0.0] * len(kept.columns(made))] * SAMPLE_ROWS, columns=list(kept.columns(made)))
    return run.model(kept.name_of(made), kept.file_of(made), sample, card)


def trial(run: Run, found: Found) -> None:
    """Log a trial: every rule with what it found, groups and deciles."""
    run.params({"baseline": found.baseline, "notes": "; ".join(found.trial.notes) or "none"})
    run.metrics({**found.trial.figures, **found.figures})
    run.text("rules.json", [rule.sentence() for rule in found.rules])
    for name, rows in (("groups", found.trial.groups), ("deciles", found.trial.deciles)):
        if rows:
            run.table(name, pa.Table.from_pylist(rows))
