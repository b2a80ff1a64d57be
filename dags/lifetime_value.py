"""Every night: say how often each customer will order, what that brings, how sure that is, and whether she is active.

Reads   core_identities__*, core_shop__*, core_crm__*, core_support__* (facts of customers as of several days)
Writes  pub_lifetime_value__customers; a run and maybe a champion in MLflow
        reports/dossier-lifetime_value-<night>.html in the home
Normal  half a minute for 3,000 customers, five minutes for a million; most nights only score. Worry after an hour.
If it fails, last night's values stay published, marked stale; nothing half-written is ever seen. It fails where the
champion's file is not what was saved, or where money looks like another unit (cents for euros): see the task's log. A
challenger that was refused is no failure: the verdict says why (`goldseam status`). Mend, clear this run.
"""

from airflow.sdk import dag, task
from approval import approve
from dossier import leave_dossier
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.crm import core_crm__campaign_contacts, core_crm__consents
from expectations.identities import core_identities__guest_orders, core_identities__links
from expectations.lifetime_value import pub_lifetime_value__customers
from expectations.shop import core_shop__order_lines, core_shop__orders, core_shop__products
from expectations.support import core_support__reviews, core_support__tickets

READS = (
    core_identities__links,
    core_identities__guest_orders,
    core_shop__orders,
    core_shop__order_lines,
    core_shop__products,
    core_crm__campaign_contacts,
    core_crm__consents,
    core_support__tickets,
    core_support__reviews,
)


@dag(
    schedule=when_ready(*READS), default_args=manners(pub_lifetime_value__customers), doc_md=__doc__, tags=["published"]
)
def lifetime_value():
    @task
    def train() -> str:
        from mining_tasks.lifetime_value import steps

        return steps.train(tonight())

    @task
    def judge(challenger: str) -> str:
        from mining_tasks.lifetime_value import steps

        return steps.judge(tonight(), challenger)

    @task
    def score() -> list[str]:
        from mining_tasks.lifetime_value import steps

        return steps.score(tonight())

    scored = score()
    judge(train()) >> approve("lifetime_value") >> scored
    published = publish(scored, "lifetime_value")
    published >> keep_last_good("lifetime_value") >> degraded()
    published >> leave_dossier("lifetime_value")


lifetime_value()
