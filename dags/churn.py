"""Every night, once customers are described: say how surely each of them stays away, and by when that is known.

Reads   core_identities__links and what shop, CRM and support desk know of each customer, day by day
Writes  pub_churn__customers; a run and maybe a champion in MLflow
        reports/dossier-churn-<night>.html in the home
Normal  seconds for 3,000 customers, minutes for a million; more on nights on which a model is due. Worry after an hour.
If it fails, last night's probabilities stay published, marked stale; nothing half-written is ever seen. A challenger
that was refused is no failure: the champion goes on, or the rule where there is none, and the verdict says why
(`goldseam status`). Mend, clear this run.
"""

from airflow.sdk import dag, task
from approval import approve
from dossier import leave_dossier
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.churn import pub_churn__customers
from expectations.customers import core_customers__features

READS = (core_customers__features,)  # the last of the tables behind them to be accepted


@dag(schedule=when_ready(*READS), default_args=manners(pub_churn__customers), doc_md=__doc__, tags=["published"])
def churn():
    @task
    def train() -> str:
        from mining_tasks.churn import steps

        return steps.train(tonight())

    @task
    def judge(challenger: str) -> str:
        from mining_tasks.churn import steps

        return steps.judge(tonight(), challenger)

    @task
    def score() -> list[str]:
        from mining_tasks.churn import steps

        return steps.score(tonight())

    scored = score()
    judge(train()) >> approve("churn") >> scored
    published = publish(scored, "churn")
    published >> keep_last_good("churn") >> degraded()
    published >> leave_dossier("churn")


churn()
