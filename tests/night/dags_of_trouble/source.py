"""A source with real contracts that goes wrong on some nights, each in another way."""

import os
from pathlib import Path

from airflow.sdk import dag, task
from house import accept, degraded, every_night, manners, stand_in, tonight

from expectations.crm import core_crm__campaigns, core_crm__contacts

CORE = (core_crm__contacts,)


@dag(schedule=every_night(), default_args=manners(*CORE))
def source():
    @task
    def merge() -> list[str]:
        from mining_tasks.warehouse import shelf
        from tests.sample import sample

        night = tonight()
        if night.day == 4 and not (tried := Path(os.environ["GOLDSEAM_HOME"]) / "tried").exists():
            tried.touch()
            raise ConnectionError("the CRM is not there, for the moment")
        if night.day == 7:
            return [shelf.draft(core_crm__campaigns, night, sample(core_crm__campaigns, 3, seed=1))]
        rows = sample(core_crm__contacts, 10 + night.day, seed=1)
        return [shelf.draft(core_crm__contacts, night, rows.slice(0, 0) if night.day in (1, 3) else rows)]

    accept(merge(), *CORE) >> stand_in(*CORE) >> degraded()


source()
