"""Every night: take what is new in the CRM, and bring our picture of contacts, consents and campaigns up to date.

Reads   the CRM's API, as sources.toml says
Writes  raw_crm__* (the night's changes), core_crm__* (contacts, consents, campaigns, their contacts and controls)
Normal  under a minute; the first night pages through everything. Worry after 30 minutes.
If it fails, the last good night of core_crm__* stands in, marked stale, and the night goes on. See which task is
red: fetch, the API or its token (`goldseam check-sources`); tidy or accept, the data (`goldseam quarantine list`,
`goldseam status`). Mend, clear this run, then clear the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, asks, degraded, every_night, manners, stand_in, tonight

from expectations import crm as promises

RAW = (
    promises.raw_crm__contacts,
    promises.raw_crm__consents,
    promises.raw_crm__campaigns,
    promises.raw_crm__campaign_contacts,
    promises.raw_crm__campaign_controls,
)
CORE = (
    promises.core_crm__contacts,
    promises.core_crm__consents,
    promises.core_crm__campaigns,
    promises.core_crm__campaign_contacts,
    promises.core_crm__campaign_controls,
)


@dag(schedule=every_night(), default_args=manners(*CORE), doc_md=__doc__, tags=["source"])
def crm():
    @task(**asks("crm"))
    def fetch() -> list[str]:
        from mining_tasks.crm import steps

        return steps.fetch(tonight())

    @task
    def tidy(landed: list[str]) -> list[str]:
        from mining_tasks.crm import steps

        return steps.tidy(tonight(), landed)

    @task
    def merge() -> list[str]:
        from mining_tasks.crm import steps

        return steps.merge(tonight())

    merged = merge()
    accept(tidy(fetch()), *RAW) >> merged
    accept(merged, *CORE) >> stand_in(*CORE) >> degraded()


crm()
