"""The whole night in one process: the same DAG files in the order of their assets, with no scheduler.

Started by `goldseam night` as a script: it takes over the process before Airflow is imported.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import database
import settings
from progress import Progress, listen


def read_dags() -> dict[str, Any]:
    """Every DAG of the DAG folder by its id; raises ImportError with all faults at once."""
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = Path(conf.get_mandatory_value("core", "dags_folder"))
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise ImportError("; ".join(f"{file}: {fault}" for file, fault in bag.import_errors.items()))
    return dict(sorted(bag.dags.items()))


def run(dags: dict[str, Any], night: str, progress: Progress) -> dict[str, str]:
    """Run each DAG once all assets it waits for were emitted; the outcome of each: success, failed or waiting.

    Airflow's grid shows each run at its night. Without a date of its own, a run would replace another one of its DAG:
    `DAG.test` deletes a run of the same logical date, and that of every partitioned run is empty.
    """
    at = datetime.fromisoformat(night).replace(tzinfo=UTC)
    outcomes: dict[str, str] = {}
    emitted: set[str] = set()
    while ready := next((d for name, d in dags.items() if name not in outcomes and _is_ready(d, emitted)), None):
        progress.dag(ready.dag_id)
        finished = ready.test(logical_date=at, run_conf={"night": night})
        outcomes[ready.dag_id] = str(finished.state)
        emitted |= set(_emitted(ready, finished))
    return {name: outcomes.get(name, "waiting") for name in dags}


def awaited(dag: Any) -> set[str]:
    """Names of the assets a DAG waits for; none for a source, which waits for the clock."""
    return set(_names(getattr(dag.timetable, "asset_condition", None)))


def _names(condition: Any) -> Iterable[str]:
    if parts := getattr(condition, "objects", ()):  # `a & b` holds its parts, an asset has none
        for part in parts:
            yield from _names(part)
    elif condition is not None:
        yield condition.name


def _is_ready(dag: Any, emitted: set[str]) -> bool:
    return awaited(dag) <= emitted


def _emitted(dag: Any, finished: Any) -> Iterable[str]:
    for instance in finished.get_task_instances():
        if str(instance.state) == "success":
            yield from (outlet.name for outlet in dag.task_dict[instance.task_id].outlets)


def work_through(home: Path, nights: list[str]) -> dict[str, dict[str, str]]:
    """Run nights of a home in order; how each DAG of each night ended.

    What is logged goes to a file, progress to the terminal. A fault of Airflow or ours is told there too.
    """
    os.environ.setdefault("GOLDSEAM_RETRIES", "2")
    os.environ.setdefault("GOLDSEAM_RETRY_DELAY_SECONDS", "5")  # somebody is waiting in front of the screen
    settings.take_over(home)
    log = home / "airflow" / "logs" / f"night-{nights[-1]}.log"
    outcomes: dict[str, dict[str, str]] = {}
    with Progress.over_quiet_logs(log) as progress:
        progress.say(f"Airflow wakes up (log: {log})")
        try:
            database.make_ready()
            listen(progress)
            dags = read_dags()
            for night in nights:
                progress.say(f"The night of {night}")
                outcomes[night] = run(dags, night, progress)
        except Exception as fault:
            progress.say(f"The night broke off: {type(fault).__name__}: {fault}. The log has the rest: {log}")
            raise
    return outcomes


def main(arguments: list[str] | None = None) -> int:
    """Run nights; the outcome by night and DAG goes to `--outcome` as JSON. Returns 0 if every DAG ended green."""
    parser = argparse.ArgumentParser(prog="one_process", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--outcome", type=Path, required=True)
    parser.add_argument("nights", nargs="+", type=lambda text: str(date.fromisoformat(text)))
    given = parser.parse_args(arguments)
    outcomes = work_through(given.home.resolve(), given.nights)
    given.outcome.write_text(json.dumps(outcomes))
    return 0 if {state for night in outcomes.values() for state in night.values()} == {"success"} else 1


if __name__ == "__main__":
    sys.exit(main())
