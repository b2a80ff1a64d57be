"""Last in the night: publish which promises held, what was set aside, and what each table holds.

Reads   the ledger's checks, receipts and acceptances of the night
Writes  pub_quality__promises, pub_quality__quarantine, pub_quality__runs; reports/promises-<night>.html in the home
Normal  seconds. Worry after 15 minutes.
Then it tidies up: old drafts, landings and superseded runs that nothing names.
If it fails, last night's quality report stays published, marked stale; no other table is touched. Mend, clear this run.
"""

from airflow.sdk import dag, task
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.customers import pub_customers__profiles
from expectations.models import pub_models__verdicts
from expectations.quality import pub_quality__promises

READS = (pub_customers__profiles, pub_models__verdicts)


@dag(schedule=when_ready(*READS), default_args=manners(pub_quality__promises), doc_md=__doc__, tags=["published"])
def quality():
    @task
    def report_quality() -> list[str]:
        from mining_tasks.quality import steps

        return steps.report_quality(tonight())

    @task
    def tidy_up() -> None:
        from mining_tasks.quality import steps

        steps.tidy_up(tonight())

    published = publish(report_quality(), "quality")
    published >> keep_last_good("quality") >> degraded()
    published >> tidy_up()


quality()
