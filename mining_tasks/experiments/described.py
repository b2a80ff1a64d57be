"""Tell MLflow what a judge decided: a tag by which runs can be sorted, and the reasons as the runs' description."""

import logging
from datetime import date

from mining_tasks.experiments import store
from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.store import StoreDown, reached_store

logger = logging.getLogger(__name__)
DESCRIPTION = "mlflow.note.content"  # MLflow's own name for what its pages show as description


def show(family: str, night: date, verdict: Verdict, challenger: Trained) -> None:
    """Describe the run that trained a challenger, and the night's newest trial; a store that is away costs the words,
    not the verdict."""
    tags = {"verdict": verdict.decision, "challenger": challenger.name, DESCRIPTION: text(verdict, challenger)}
    try:
        with reached_store():
            for run_id in {_trained_by(challenger), *_newest_trial(family, night)}:
                for name, value in tags.items():
                    store.client().set_tag(run_id, name, value)
    except StoreDown as fault:
        logger.warning("%s", fault)


def text(verdict: Verdict, challenger: Trained) -> str:
    """The verdict in Markdown."""
    reasons = "\n".join(f"- {reason}" for reason in verdict.reasons)
    return f"**{verdict.decision}** for {challenger.name}\n\n{reasons}"


def _trained_by(challenger: Trained) -> str:
    return str(store.client().get_logged_model(challenger.model_id).source_run_id)


def _newest_trial(family: str, night: date) -> list[str]:
    client = store.client()
    query, newest = f"tags.night = '{night}' AND tags.step = 'judge'", ["attributes.start_time DESC"]
    runs = client.search_runs([store.experiment(family)], query, order_by=newest, max_results=1)
    return [str(run.info.run_id) for run in runs]
