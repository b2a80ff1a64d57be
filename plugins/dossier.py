"""Leave the family's dossier once it was published or held back; Airflow's page of the task links to it."""

from typing import Any

from airflow.sdk import BaseOperator, BaseOperatorLink, TriggerRule
from airflow.sdk.definitions.context import Context
from house import tonight


class DossierLink(BaseOperatorLink):
    """The dossier in MLflow's pages."""

    name = "Dossier"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Asked for in the task's own process, after it ran; what it gives is kept with the task."""
        return str(getattr(operator, "link", ""))


class DossierOperator(BaseOperator):
    """Writes the page, however the night of the family ended."""

    operator_extra_links = (DossierLink(),)

    def __init__(self, *, family: str, **kwargs: Any) -> None:
        self.family = family
        super().__init__(trigger_rule=TriggerRule.ALL_DONE, **kwargs)

    def execute(self, context: Context) -> str:
        from mining_tasks.experiments.dossier.leave import leave

        left = leave(self.family, tonight())
        self.link = left.link
        self.log.info("The dossier lies at %s; in MLflow: %s", left.path, left.link or "not kept")
        return str(left.path)


def leave_dossier(family: str) -> DossierOperator:
    """The last task of a family's night."""
    return DossierOperator(task_id="leave_dossier", family=family)
