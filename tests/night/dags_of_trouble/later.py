"""A family that is published once the source is in, and goes wrong on some nights."""

from airflow.sdk import dag, task
from house import degraded, keep_last_good, manners, publish, tonight, when_ready

from expectations.crm import core_crm__contacts
from expectations.models import pub_models__drift, pub_models__outcomes, pub_models__verdicts


@dag(schedule=when_ready(core_crm__contacts), default_args=manners(pub_models__verdicts))
def later():
    @task
    def list_verdicts() -> list[str]:
        import pyarrow as pa

        from expectations.speak import arrow
        from mining_tasks.warehouse import shelf
        from tests.sample import sample

        night = tonight()
        if night.day == 5:
            raise ValueError("these data make no sense")
        part = shelf.read(core_crm__contacts, night)
        row = sample(pub_models__verdicts, 1, seed=1).to_pylist()[0]
        row |= {"verdict": "maybe" if night.day == 6 else "go", "figures": f"{part.rows} rows"}
        row |= {"night": night, "data_as_of": part.data_as_of, "is_stale": part.is_stale}
        rows = pa.Table.from_pylist([row], arrow.schema(pub_models__verdicts))
        others = (pub_models__outcomes, pub_models__drift)
        nothing = [shelf.draft(other, night, arrow.schema(other).empty_table(), [part]) for other in others]
        return [shelf.draft(pub_models__verdicts, night, rows, [part]), *nothing]

    publish(list_verdicts(), "models") >> keep_last_good("models") >> degraded()


later()
