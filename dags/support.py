"""Every night: take what is new at the support desk, and bring our picture of tickets and reviews up to date.

Reads   the desk's API or its dropped files, as sources.toml says
Writes  raw_support__* (the night's changes), core_support__* (requesters, tickets, reviews)
Normal  under a minute; the first night pages through everything. Worry after 30 minutes.
If it fails, the last good night of core_support__* stands in, marked stale, and the night goes on. See which task is
red: fetch, the API, its token or a file cut short (`goldseam check-sources`); tidy or accept, the data
(`goldseam quarantine list`, `goldseam status`). Mend, clear this run, then clear the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, asks, degraded, every_night, manners, stand_in, tonight

from expectations import support as promises

RAW = (
    promises.raw_support__requesters,
    promises.raw_support__tickets,
    promises.raw_support__reviews,
)
CORE = (
    promises.core_support__requesters,
    promises.core_support__tickets,
    promises.core_support__reviews,
)


@dag(schedule=every_night(), default_args=manners(*CORE), doc_md=__doc__, tags=["source"])
def support():
    @task(**asks("support"))
    def fetch() -> list[str]:
        from mining_tasks.support import steps

        return steps.fetch(tonight())

    @task
    def tidy(landed: list[str]) -> list[str]:
        from mining_tasks.support import steps

        return steps.tidy(tonight(), landed)

    @task
    def merge() -> list[str]:
        from mining_tasks.support import steps

        return steps.merge(tonight())

    merged = merge()
    accept(tidy(fetch()), *RAW) >> merged
    accept(merged, *CORE) >> stand_in(*CORE) >> degraded()


support()
