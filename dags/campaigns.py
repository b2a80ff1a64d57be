"""Every night, once customers are described: say how each customer takes to each offer, and whom to send which.

Reads   core_customers__features and the facts of shop, CRM and desk behind it
Writes  pub_campaigns__affinities; a run and maybe a champion in MLflow
Normal  under a minute for 3,000 customers. Worry after an hour.
If it fails, last night's tables stay published, marked stale; nothing half-written is ever seen. A challenger that
was refused is no failure: the champion or the base rates serve, and the verdict says why (`goldseam status`).
"""

from airflow.sdk import dag, task
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
    def score() -> list[str]:
        from mining_tasks.campaigns import steps

        return steps.score(tonight())

    scored = score()
    judge(train()) >> scored
    publish(scored, "campaigns") >> keep_last_good("campaigns") >> degraded()


campaigns()
