"""What only Airflow needs, so that a DAG file reads like the night it describes. Nothing heavy at the top."""

import os
import re
from datetime import date, timedelta
from functools import cache, reduce
from operator import and_
from typing import Any

from airflow.sdk import (
    Asset,
    CronPartitionTimetable,
    ExceptionRetryPolicy,
    PartitionedAssetTimetable,
    RetryAction,
    RetryRule,
    TriggerRule,
    get_current_context,
    task,
)
from alerts import next_command, tell_owner

import expectations
from expectations.words import Table

NIGHT = re.compile(r"\d{4}-\d{2}-\d{2}")


class NightUnclear(ValueError):
    """A run was started without saying which night it is for."""


class NotDrafted(ValueError):
    """A step drafted other tables than its DAG says, so later DAGs would be told of tables that are not there."""


class Degraded(ValueError):
    """The night goes on with the last good data; this run is red so that nobody overlooks it."""


@cache
def asset(table: Table) -> Asset:
    """The Airflow asset of a contract: same name, same owner."""
    extra: dict[str, Any] = {"owner": table.owner, "version": table.version}
    return Asset(table.name, uri=f"goldseam://{table.room}/{table.name}", group=table.room, extra=extra)


def every_night() -> CronPartitionTimetable:
    """Once a night, for the business day before; in UTC, which has no hour twice and none missing."""
    cron = os.environ.get("GOLDSEAM_NIGHT_CRON", "0 1 * * *")
    return CronPartitionTimetable(cron, timezone="UTC", run_offset=-1, key_format="%Y-%m-%d")


def when_ready(*tables: Table) -> PartitionedAssetTimetable:
    """One run for each night for which all these tables were accepted or published."""
    return PartitionedAssetTimetable(assets=reduce(and_, [asset(table) for table in tables]))


def manners(*tables: Table) -> dict[str, Any]:
    """Default arguments of a DAG that makes these tables: owner, patience with faults, none with bad data."""
    return {
        "owner": tables[0].owner,
        "retries": int(os.environ.get("GOLDSEAM_RETRIES", "3")),
        # Minutes, not seconds: an API server away for 100 s used up four quick tries of a healthy task.
        "retry_delay": timedelta(seconds=int(os.environ.get("GOLDSEAM_RETRY_DELAY_SECONDS", "300"))),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(hours=1),
        "retry_policy": ExceptionRetryPolicy(rules=[RetryRule(ValueError, RetryAction.FAIL, reason="bad data")]),
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": tell_owner,
    }


def asks(source: str) -> dict[str, Any]:
    """Arguments of a task that asks a silo: its turn among other nights, and Airflow's connections."""
    return {"pool": source, "on_execute_callback": _lend_connections}


def _lend_connections(_context: Any) -> None:
    """Let sources find connections: those of the environment, of the home's file, and of Airflow's own store."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from mining_tasks.commands import connections
    from mining_tasks.sources.connections import look_up_with
    from mining_tasks.warehouse.home import home

    def kept(connection_id: str) -> Any:
        try:
            return Connection.get(connection_id)
        except AirflowNotFoundException:
            return None

    connections.load(home().path)
    look_up_with(kept)


def tonight() -> date:
    """The night a task works for: the run's partition key, or `night` in its configuration."""
    run = get_current_context()["dag_run"]
    key = run.partition_key or (run.conf or {}).get("night")
    if not isinstance(key, str) or not NIGHT.fullmatch(key):
        raise NightUnclear('this run names no night: trigger it with a partition key such as "2018-01-01"')
    return date.fromisoformat(key)


def accept(drafted: Any, *tables: Table) -> Any:
    """Check what was drafted and make it visible, all or none: the only act whose success others wait for."""

    @task(task_id=f"accept_{tables[0].layer}", outlets=[asset(table) for table in tables])
    def accept_drafts(addresses: list[str]) -> list[str]:
        from mining_tasks.warehouse.accept import accept as accept_all
        from mining_tasks.warehouse.shelf import opened

        if {opened(address).table for address in addresses} != set(tables):
            raise NotDrafted(f"drafts of exactly {', '.join(table.name for table in tables)} were expected")
        return accept_all(*addresses)

    return accept_drafts(drafted)


def publish(drafted: Any, family: str) -> Any:
    """Show a family's tables to readers, together or not at all."""

    @task(task_id="publish", outlets=_published(family))
    def publish_family(addresses: list[str]) -> str:
        from mining_tasks.warehouse.publish import publish as publish_all

        return publish_all(family, tonight(), addresses)

    return publish_family(drafted)


def stand_in(*tables: Table) -> Any:
    """If anything before it failed: let the last good night of these tables stand in, marked stale."""

    @task(
        task_id=f"stand_in_{tables[0].layer}",
        trigger_rule=TriggerRule.ONE_FAILED,
        outlets=[asset(table) for table in tables],
    )
    def stand_in_for_tonight() -> None:
        from mining_tasks.warehouse.accept import carry_over

        carry_over(tonight(), tables, _what_failed())

    return stand_in_for_tonight()


def keep_last_good(family: str) -> Any:
    """If anything before it failed: readers keep the family's last good night, marked stale."""

    @task(task_id="keep_last_good", trigger_rule=TriggerRule.ONE_FAILED, outlets=_published(family))
    def keep_published() -> None:
        from mining_tasks.warehouse import ledger
        from mining_tasks.warehouse.publish import keep_last_good as keep

        last = ledger.last_verdict(family, "publication")
        is_refused = last is not None and (last["night"], last["verdict"]) == (tonight(), "no-go")
        if is_refused and "publish" in _failed():
            return  # publish marked the last good night stale itself, and said why better than we can
        keep(family, tonight(), _what_failed())

    return keep_published()


def degraded() -> Any:
    """The red leaf: it runs only where something had to stand in, and fails to say so."""

    @task(task_id="degraded", retries=0)
    def say_so() -> None:
        night, owner = tonight(), get_current_context()["task"].owner
        raise Degraded(
            f"{_what_failed()} for the night of {night}; the last good data stand in, marked stale. "
            f"Owner: {owner}. Next: {next_command(str(night))}"
        )

    return say_so()


def _published(family: str) -> list[Asset]:
    return [asset(table) for table in expectations.family(family)]


def _what_failed() -> str:
    """The tasks of this run that failed, as words for people."""
    return f"{get_current_context()['ti'].dag_id}: {', '.join(_failed()) or 'a task'} failed"


def _failed() -> list[str]:
    """The tasks of this run that failed by themselves, not for want of another."""
    instance = get_current_context()["ti"]
    states = instance.get_task_states(dag_id=instance.dag_id, run_ids=[instance.run_id])
    return sorted(name for name, state in states.get(instance.run_id, {}).items() if state == "failed")
