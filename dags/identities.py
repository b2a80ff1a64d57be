"""Every night, once all sources are in: find out which accounts belong to the same customer, and tell what changed.

Reads   core_shop__customers, core_crm__contacts, core_support__requesters, orders and tickets; decisions.csv
Writes  core_identities__* (links, customers, pairs, the journal and what else the next night must know)
        pub_identities__changes; a run with the night's figures and pictures in MLflow (experiment `identities`)
Normal  seconds; a first night of a million customers minutes. Worry after 15 minutes.
If it fails, last night's links stand in, marked stale: nobody is joined or parted, and the journal stays. Red at accept
with customer_id "another than on the last night": a source emptied or swapped columns, and too many customers would
change; look at the source, or if it is meant, `goldseam override core_identities__links`. Mend, clear this run, then
clear the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, degraded, keep_last_good, manners, publish, stand_in, tonight, when_ready

from expectations import identities as promises
from expectations import likeness as likeness_promises
from expectations.crm import core_crm__contacts
from expectations.shop import core_shop__customers, core_shop__orders
from expectations.support import core_support__requesters, core_support__tickets

READS = (
    core_shop__customers,
    core_shop__orders,
    core_crm__contacts,
    core_support__requesters,
    core_support__tickets,
)
CORE = (
    promises.core_identities__links,
    promises.core_identities__customers,
    promises.core_identities__guest_orders,
    likeness_promises.core_identities__shared_values,
    likeness_promises.core_identities__pairs,
    likeness_promises.core_identities__parameters,
    likeness_promises.core_identities__curve,
    promises.core_identities__changes,
    promises.core_identities__successors,
    promises.core_identities__decisions,
)


@dag(schedule=when_ready(*READS), default_args=manners(*CORE), doc_md=__doc__, tags=["core", "published"])
def identities():
    @task
    def link_accounts() -> list[str]:
        from mining_tasks.identities import steps

        return steps.link_accounts(tonight())

    @task
    def tell_changes() -> list[str]:
        from mining_tasks.identities import steps

        return steps.tell_changes(tonight())

    @task
    def log_figures() -> None:
        from mining_tasks.identities import steps

        steps.log_figures(tonight())

    linked, told = accept(link_accounts(), *CORE), tell_changes()
    linked >> [stand_in(*CORE), told]
    published = publish(told, "identities")
    published >> log_figures()
    published >> keep_last_good("identities") >> degraded()


identities()
