"""Write a family's dossier of a night, and keep it with the family's MLflow run."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mining_tasks.experiments.dossier import logged, page, phases
from mining_tasks.warehouse import durable
from mining_tasks.warehouse.home import home

MLFLOW_UI = "GOLDSEAM_MLFLOW_UI"  # where people open MLflow; goldseam ui says its own


@dataclass(frozen=True)
class Left:
    """Where the page lies, and where it is seen in MLflow's pages (empty without a run)."""

    path: Path
    link: str


def leave(family: str, night: date) -> Left:
    """Write `reports/dossier-<family>-<night>.html`; leaving it again replaces it."""
    found = logged.logged(family, night)
    path = home().reports / f"dossier-{family}-{night}.html"
    durable.write_text(path, page.page(family, night, phases.phases(family, night, found)))
    logged.keep(found, path)
    server = os.environ.get(MLFLOW_UI, "http://127.0.0.1:5000")
    place = f"{server}/#/experiments/{found.experiment_id}/runs/{found.run_id}/artifacts/{path.name}"
    return Left(path, place if found.run_id else "")
