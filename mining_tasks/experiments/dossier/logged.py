"""What MLflow holds of a family's night: the newest run, its parameters and figures, and the card of its model."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mining_tasks.experiments import champion, load, store
from mining_tasks.experiments.load import Unloadable
from mining_tasks.experiments.store import StoreDown, reached_store

logger = logging.getLogger(__name__)
RUNS_MOST = 20  # of a family and night: it may have been run again


@dataclass(frozen=True)
class Logged:
    """A night in MLflow; without it, or on a night without training, the champion's card tells what there is to tell.

    run_id and experiment_id are empty if there is no run to keep the page with.
    """

    run_id: str = ""
    experiment_id: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)
    says: tuple[str, ...] = ()


def logged(family: str, night: date) -> Logged:
    """What was logged for a family's night."""
    try:
        return _of_night(family, night)
    except StoreDown as fault:
        logger.warning("%s", fault)
        return Logged(card=_serving(family, night), says=("The experiment store was away when this page was made.",))


def keep(found: Logged, page: Path) -> None:
    """Keep the page with the run; a store that is away costs the copy, not the page."""
    if not found.run_id:
        return
    try:
        with reached_store():
            store.client().log_artifact(found.run_id, str(page))
    except StoreDown as fault:
        logger.warning("%s", fault)


def _of_night(family: str, night: date) -> Logged:
    with reached_store():
        client = store.client()
        experiment = client.get_experiment_by_name(family)
        if experiment is None:
            return Logged(card=_serving(family, night), says=("Nothing was ever logged for this family.",))
        query, order = f"tags.night = '{night}'", ["attributes.start_time DESC"]
        runs = client.search_runs([experiment.experiment_id], query, order_by=order, max_results=RUNS_MOST)
    if not runs:
        return Logged(card=_serving(family, night), says=("Nothing was logged for this night.",))
    made = [(run, run.outputs.model_outputs[0].model_id) for run in runs if run.outputs and run.outputs.model_outputs]
    place = (str(runs[0].info.run_id), str(experiment.experiment_id))
    if not made:
        word = "No model was trained tonight; what follows is of the champion."
        return Logged(*place, card=_serving(family, night), says=(word,))
    run, model_id = made[0]
    return Logged(*place, dict(run.data.params), dict(run.data.metrics), _card(model_id))


def _card(model_id: str) -> Mapping[str, Any]:
    try:
        return load.trained(model_id).card
    except Unloadable as fault:
        logger.warning("%s", fault)
        return {}


def _serving(family: str, night: date) -> Mapping[str, Any]:
    try:
        now = champion.in_force(family, night)
        return now.card if now else {}
    except (Unloadable, StoreDown) as fault:
        logger.warning("%s", fault)
        return {}
