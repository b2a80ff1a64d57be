"""Every night: take what is new in the shop's database, and bring our picture of the shop up to date.

Reads   the shop's database, as sources.toml says
Writes  raw_shop__* (the night's changes), core_shop__* (customers, products, orders, lines, returns)
Normal  under a minute; the first night takes as long as the shop is old. Worry after 30 minutes.
If it fails, the last good night of core_shop__* stands in, marked stale, and the night goes on. See which task is
red: fetch, the database (`goldseam check-sources`); tidy or accept, the data (`goldseam quarantine list`,
`goldseam status`). Mend, clear this run, then clear the later runs of the same night.
"""

from airflow.sdk import dag, task
from house import accept, asks, degraded, every_night, manners, stand_in, tonight

from expectations import shop as promises

RAW = (
    promises.raw_shop__customers,
    promises.raw_shop__products,
    promises.raw_shop__orders,
    promises.raw_shop__order_lines,
    promises.raw_shop__returns,
)
CORE = (
    promises.core_shop__customers,
    promises.core_shop__products,
    promises.core_shop__orders,
    promises.core_shop__order_lines,
    promises.core_shop__returns,
)


@dag(schedule=every_night(), default_args=manners(*CORE), doc_md=__doc__, tags=["source"])
def shop():
    @task(**asks("shop"))
    def fetch() -> list[str]:
        from mining_tasks.shop import steps

        return steps.fetch(tonight())

    @task
    def tidy(landed: list[str]) -> list[str]:
        from mining_tasks.shop import steps

        return steps.tidy(tonight(), landed)

    @task
    def merge() -> list[str]:
        from mining_tasks.shop import steps

        return steps.merge(tonight())

    merged = merge()
    accept(tidy(fetch()), *RAW) >> merged
    accept(merged, *CORE) >> stand_in(*CORE) >> degraded()


shop()
