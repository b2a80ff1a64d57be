"""What stands in MLflow about a challenger: how its learner was chosen, what a contact changes, how it was judged."""

import numpy as np
import pandas as pd

from mining_tasks.campaigns import plots
from mining_tasks.campaigns.challenger import Challenger
from mining_tasks.campaigns.effects import Learnt
from mining_tasks.experiments import plots as of_trials
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.log import Run
from mining_tasks.experiments.trial import Trial


def challenger(run: Run, made: Challenger) -> Trained:
    """Log a challenger with how it was found; returns what was trained."""
    card = made.card
    run.params({"learner": made.comparison.chosen, "recalibration": card["recalibration"]["method"]})
    run.params({"why_learner": "; ".join(card["why"]), "earlier_campaigns": ", ".join(card["split"]["learn"])})
    run.params({"later_campaigns": ", ".join(card["split"]["later"]), "judged_from": card["split"]["day"]})
    run.params({f"no uplift of {kind}": why for kind, why in card["no_effects"].items()})
    run.metrics(made.comparison.sufficiency.figures())
    run.metrics({"incremental_share": card["incremental_share"]})
    run.text("learners.json", made.comparison.table())
    learnt = {kind: one for kind, one in made.effects.items() if isinstance(one, Learnt)}
    for kind, one in learnt.items():
        _uplift(run, kind, one)
    if learnt:
        run.figure("qini", plots.qini(learnt))
        run.figure("uplift_by_decile", plots.deciles(learnt))
    names = list(made.response.scorer.names)
    sample = pd.DataFrame(np.zeros((20, len(names))), columns=names)
    return run.model(made.name, made.estimator, sample, card)


def trial(run: Run, tried: Trial) -> None:
    """Log how a challenger was judged: every rule, figure, group, decile and the reliability curves."""
    of_trials.report(run, tried)


def _uplift(run: Run, kind: str, one: Learnt) -> None:
    word = "".join(letter if letter.isalnum() else "_" for letter in kind)
    for name, ranking in one.rankings.items():
        run.metrics({f"qini_{word}_{name}": ranking.qini.found, f"auuc_{word}_{name}": ranking.auuc.found})
    run.metrics({f"uplift_{word}": one.average.found, f"uplift_{word}_low": one.average.low})
    run.metrics({f"uplift_{word}_high": one.average.high})
    run.metrics({f"uplift_{word}_slope": one.teller.slope} if one.teller else {})
    run.params(
        {f"uplift learner of {kind}": f"{one.learner}, {'a later campaign' if one.is_later else 'cross-fitted'}"}
    )
