"""Runs once the family was published, or its last good night was kept."""

from airflow.sdk import dag, task
from house import manners, tonight, when_ready

from expectations.models import pub_models__verdicts


@dag(schedule=when_ready(pub_models__verdicts), default_args=manners(pub_models__verdicts))
def report():
    @task
    def look() -> str:
        return str(tonight())

    look()


report()
