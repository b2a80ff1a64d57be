"""Every night, once the models have done their work: keep what they foretold, tell what came of what they foretold
before, what drifted since they were trained, and what was decided about each, and why.

Reads   every family's first published table; core_shop__*, core_crm__*, core_identities__*; the ledger's verdicts
Writes  core_models__predictions, core_models__histograms
        pub_models__verdicts, pub_models__outcomes, pub_models__drift
Normal  a minute for 100,000 customers, on nights on which something falls due. Worry after 30 minutes.
If it fails, last night's verdicts, outcomes and drift stay published, marked stale; no model is touched, and what
tonight foretold is kept once this run is cleared. Mend, clear this run.
"""

from airflow.sdk import dag, task
from house import accept, degraded, keep_last_good, manners, publish, stand_in, tonight, when_ready

from expectations.campaigns import pub_campaigns__affinities
from expectations.churn import pub_churn__customers
from expectations.customers import pub_customers__profiles
from expectations.identities import pub_identities__changes
from expectations.lifetime_value import pub_lifetime_value__customers
from expectations.models import core_models__histograms, core_models__predictions, pub_models__verdicts
from expectations.segments import pub_segments__customers

READS = (
    pub_identities__changes,
    pub_customers__profiles,
    pub_segments__customers,
    pub_lifetime_value__customers,
    pub_churn__customers,
    pub_campaigns__affinities,
)  # every family whose publication is told
KEPT = (core_models__predictions, core_models__histograms)


@dag(schedule=when_ready(*READS), default_args=manners(pub_models__verdicts), doc_md=__doc__, tags=["published"])
def models():
    @task
    def keep_predictions() -> list[str]:
        from mining_tasks.models import steps

        return steps.keep_predictions(tonight())

    @task
    def tell_models() -> list[str]:
        from mining_tasks.models import steps

        return steps.tell_models(tonight())

    kept, told = accept(keep_predictions(), *KEPT), tell_models()
    kept >> [stand_in(*KEPT), told]
    publish(told, "models") >> keep_last_good("models") >> degraded()


models()
