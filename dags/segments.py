"""Every night, once customers are described: say where each customer stands, who the segments are, and who moved.

Reads   core_customers__features, core_customers__departments
Writes  pub_segments__customers, pub_segments__personas, pub_segments__transitions; a run and maybe a champion in MLflow
        reports/dossier-segments-<night>.html in the home
Normal  under a minute for 3,000 customers, ten minutes for a million. Worry after an hour.
If it fails, last night's segments stay published, marked stale; nothing half-written is ever seen. A challenger that
was refused is no failure: the champion goes on, and the verdict says why (`goldseam status`). Mend, clear this run.
"""

from airflow.sdk import dag, task
from approval import approve
from dossier import leave_dossier
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.customers import core_customers__departments, core_customers__features
from expectations.segments import pub_segments__customers

READS = (core_customers__features, core_customers__departments)


@dag(schedule=when_ready(*READS), default_args=manners(pub_segments__customers), doc_md=__doc__, tags=["published"])
def segments():
    @task
    def train() -> str:
        from mining_tasks.segments import steps

        return steps.train(tonight())

    @task
    def judge(challenger: str) -> str:
        from mining_tasks.segments import steps

        return steps.judge(tonight(), challenger)

    @task
    def assign() -> list[str]:
        from mining_tasks.segments import steps

        return steps.assign(tonight())

    assigned = assign()
    judge(train()) >> approve("segments") >> assigned
    published = publish(assigned, "segments")
    published >> keep_last_good("segments") >> degraded()
    published >> leave_dossier("segments")


segments()
