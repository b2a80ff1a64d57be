"""Ask a person before a model is promoted, where objectives.toml wants that; the night goes on without an answer.

The task waits in Airflow's state `awaiting_input`: no worker, no triggerer. Only a scheduler ends the wait at its
deadline, so a night in one process (`goldseam night`) asks nobody: the champion stays, and `goldseam champion` may
answer later.
"""

import os
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator
from airflow.sdk.definitions.context import Context
from house import tonight

ASKS_NOBODY = "GOLDSEAM_ASKS_NOBODY"
WAIT = timedelta(hours=4)  # until the family's goals are read, when the task runs


class PromotionOperator(ApprovalOperator):
    """Done at once if no promotion waits; else asks, and obeys the answer. Refused or unanswered, the night goes on."""

    def __init__(self, *, family: str, **kwargs: Any) -> None:
        self.family = family
        waits = {"response_timeout": WAIT, **kwargs}  # without it, the task's own deadline would become the person's
        super().__init__(subject=f"Promote a new model of {family}?", defaults=self.REJECT, **waits)

    def execute(self, context: Context) -> Any:
        from mining_tasks.experiments import approval

        night = tonight()
        self.body = approval.question(self.family, night)
        if self.body is None:
            return "nothing to approve"
        if os.environ.get(ASKS_NOBODY):
            self.log.warning("nobody can be asked here; the champion stays. Next: goldseam champion %s", self.family)
            return "nobody was asked"
        self.response_timeout = approval.wait(self.family)
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Promote on *Approve*. What comes next runs either way, where Airflow's own operator would skip it."""
        from mining_tasks.experiments import approval, champion

        answered = HITLOperator.execute_complete(self, context, event)
        person = answered["responded_by_user"]
        outcome: approval.Outcome = "not answered"  # at the deadline Airflow gives the default and names nobody
        if person:
            outcome = "approved" if answered["chosen_options"] == [self.APPROVE] else "refused"
        who = (person.get("name") or person.get("id") or "somebody") if person else ""
        approval.answer(self.family, tonight(), outcome, who)
        champion.show(self.family)
        return outcome


def approve(family: str) -> PromotionOperator:
    """The task between judging and scoring of a family."""
    return PromotionOperator(task_id="approve", family=family)
