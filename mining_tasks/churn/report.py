"""What a person finds in MLflow about a night's churn model: the comparison, figures, plots."""

import pandas as pd

from mining_tasks.churn.challenger import Lesson, Made
from mining_tasks.experiments import plots
from mining_tasks.experiments.log import Run
from mining_tasks.experiments.trial import Trial


def challenger(run: Run, lesson: Lesson, made: Made) -> str:
    """Log how learners compared and the chosen one; returns its model id, empty if none was chosen."""
    run.params({"rows": len(lesson.past), "definition": "; ".join(lesson.by.sentences())})
    if made.model is None:
        return ""
    card = made.model.card
    run.params({"learner": card["learner"], "why_chosen": "; ".join(card["why"])})
    run.metrics(card["figures"])
    sample = pd.DataFrame(made.sample, columns=list(card["columns"]))
    return run.model(card["name"], made.model.estimator, sample, card).model_id


def trial(run: Run, found: Trial) -> None:
    """Log how rule, champion and challenger did on the holdout."""
    plots.report(run, found)
