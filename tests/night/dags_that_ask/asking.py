"""Two families that ask before they promote: one is answered, one is not."""

from airflow.sdk import dag, task
from approval import approve
from house import manners

from expectations.segments import pub_segments__customers


def asking(family: str) -> None:
    @dag(dag_id=f"asking_{family}", schedule=None, default_args=manners(pub_segments__customers))
    def asks():
        @task
        def score() -> str:
            return "the night goes on"

        approve(family) >> score()

    asks()


asking("segments")
asking("customers")
