"""Every night, once customers are described: say how each customer takes to each offer, and whom to send which.

Reads   core_customers__features and the facts of shop, CRM and desk behind it
Writes  pub_campaigns__affinities, pub_campaigns__best, pub_campaigns__results; runs and maybe a champion in MLflow
        reports/dossier-campaigns-<night>.html in the home
Normal  under a minute for 3,000 customers. Worry after an hour.
If it fails, last night's tables stay published, marked stale; nothing half-written is ever seen. A challenger that
was refused is no failure: the champion or the base rates serve, and the verdict says why (`goldseam status`); nor is a
policy that does not surely gain: the best single offer is published. Consents are read again right before publishing.
"""

from airflow.sdk import dag, task
from approval import approve
from dossier import leave_dossier
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.campaigns import pub_campaigns__affinities
from expectations.customers import core_customers__features

READS = (core_customers__features,)


@dag(schedule=when_ready(*READS), default_args=manners(pub_campaigns__affinities), doc_md=__doc__, tags=["published"])
def campaigns():
    @task
    def train() -> str:
        from mining_tasks.campaigns import steps

        return steps.train(tonight())

    @task
    def judge(challenger: str) -> str:
        from mining_tasks.campaigns import steps

        return steps.judge(tonight(), challenger)

    @task
    def score() -> list[str]:  # the draft, and the policy that past campaigns speak for: both need what they brought
        from mining_tasks.campaigns import steps

        return steps.score(tonight())

    @task
    def choose(scored: list[str]) -> list[str]:
        from mining_tasks.campaigns import steps

        return steps.choose(tonight(), scored)

    @task
    def results() -> list[str]:
        from mining_tasks.campaigns import steps

        return steps.results(tonight())

    @task
    def honour_consents(chosen: list[str], came: list[str]) -> list[str]:
        from mining_tasks.campaigns import steps

        return steps.honour_consents(tonight(), [*chosen, *came])

    judge(train()) >> approve("campaigns") >> (scored := score())
    published = publish(honour_consents(choose(scored), results()), "campaigns")
    leave_dossier("campaigns") << published >> keep_last_good("campaigns") >> degraded()


campaigns()
