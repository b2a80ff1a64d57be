"""Every night, once all sources are in: find out which accounts belong to the same customer.

Reads   core_shop__customers, core_crm__contacts, core_support__requesters
Writes  core_identities__links, core_identities__customers, core_identities__shared_values
Normal  seconds. Worry after 15 minutes.
If it fails, last night's links stand in, marked stale: nobody is joined or parted. Mend, clear this run, then clear
the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, degraded, manners, stand_in, tonight, when_ready

from expectations.crm import core_crm__contacts
from expectations.identities import core_identities__customers, core_identities__links, core_identities__shared_values
from expectations.shop import core_shop__customers
from expectations.support import core_support__requesters

READS = (core_shop__customers, core_crm__contacts, core_support__requesters)
CORE = (core_identities__links, core_identities__customers, core_identities__shared_values)


@dag(schedule=when_ready(*READS), default_args=manners(*CORE), doc_md=__doc__, tags=["core"])
def identities():
    @task
    def link_accounts() -> list[str]:
        from mining_tasks.identities import steps

        return steps.link_accounts(tonight())

    accept(link_accounts(), *CORE) >> stand_in(*CORE) >> degraded()


identities()
