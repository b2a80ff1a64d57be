"""Every night, once the models have done their work: publish what was decided about each of them, and why.

Reads   the ledger's verdicts of the night
Writes  pub_models__verdicts
Normal  seconds. Worry after 15 minutes.
If it fails, last night's verdicts stay published, marked stale; no model is touched. Mend, clear this run.
"""

from airflow.sdk import dag, task
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.campaigns import pub_campaigns__affinities
from expectations.customers import pub_customers__profiles
from expectations.identities import pub_identities__changes
from expectations.models import pub_models__verdicts
from expectations.segments import pub_segments__customers

READS = (
    pub_identities__changes,
    pub_customers__profiles,
    pub_segments__customers,
    pub_campaigns__affinities,
)  # every family whose publication is told


@dag(schedule=when_ready(*READS), default_args=manners(pub_models__verdicts), doc_md=__doc__, tags=["published"])
def models():
    @task
    def list_verdicts() -> list[str]:
        from mining_tasks.models import steps

        return steps.list_verdicts(tonight())

    publish(list_verdicts(), "models") >> keep_last_good("models") >> degraded()


models()
