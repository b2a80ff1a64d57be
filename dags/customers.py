"""Every night, once identities are settled: say in one wide row what we know of each customer, and publish it.

Reads   core_identities__*, core_shop__*, core_crm__*, core_support__*
Writes  core_customers__features, core_customers__departments; pub_customers__profiles
Normal  seconds for a million order lines. Worry after 30 minutes.
If it fails, last night's facts stand in for the models and last night's profiles stay published, both marked stale.
Mend, clear this run, then clear the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, degraded, keep_last_good, manners, publish, stand_in, tonight, when_ready

from expectations import crm, identities, shop, support
from expectations.customers import core_customers__departments, core_customers__features, pub_customers__profiles

READS = (
    identities.core_identities__links,
    identities.core_identities__customers,
    identities.core_identities__guest_orders,
    shop.core_shop__products,
    shop.core_shop__orders,
    shop.core_shop__order_lines,
    crm.core_crm__consents,
    crm.core_crm__campaigns,
    crm.core_crm__campaign_contacts,
    support.core_support__tickets,
    support.core_support__reviews,
)
CORE = (core_customers__features, core_customers__departments)


@dag(schedule=when_ready(*READS), default_args=manners(pub_customers__profiles), doc_md=__doc__, tags=["published"])
def customers():
    @task
    def describe_customers() -> list[str]:
        from mining_tasks.customers import steps

        return steps.describe_customers(tonight())

    @task
    def profile_customers() -> list[str]:
        from mining_tasks.customers import steps

        return steps.profile_customers(tonight())

    described, profiled = accept(describe_customers(), *CORE), profile_customers()
    described >> [stand_in(*CORE), profiled]
    publish(profiled, "customers") >> keep_last_good("customers") >> degraded()


customers()
