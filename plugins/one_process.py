"""The whole night in one process: the same DAG files in the order of their assets, with no scheduler.

Started by `goldseam night` as a script: it takes over the process before Airflow is imported.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
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
    """Run each DAG once all assets it waits for were emitted; the outcome of each: success, failed or waiting."""
    outcomes: dict[str, str] = {}
    emitted: set[str] = set()
    while ready := next((d for name, d in dags.items() if name not in outcomes and _is_ready(d, emitted)), None):
        progress.dag(ready.dag_id)
        finished = ready.test(logical_date=None, run_conf={"night": night})
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


def night(home: Path, night: str) -> dict[str, str]:
    """Run one night of a home; the outcome of each DAG. What is logged goes to a file, progress to the terminal."""
    os.environ.setdefault("GOLDSEAM_RETRIES", "2")
    os.environ.setdefault("GOLDSEAM_RETRY_DELAY_SECONDS", "5")  # somebody is waiting in front of the screen
    settings.take_over(home)
    log = home / "airflow" / "logs" / f"night-{night}.log"
    with Progress.over_quiet_logs(log) as progress:
        progress.say(f"The night of {night} (log: {log})")
        database.make_ready()
        listen(progress)
        return run(read_dags(), night, progress)


def main(arguments: list[str] | None = None) -> int:
    """Run one night; its outcome by DAG goes to `--outcome` as JSON. Returns 0 if every DAG ended green."""
    parser = argparse.ArgumentParser(prog="one_process", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--night", required=True)
    parser.add_argument("--outcome", type=Path, required=True)
    given = parser.parse_args(arguments)
    outcomes = night(given.home.resolve(), given.night)
    given.outcome.write_text(json.dumps(outcomes))
    return 0 if set(outcomes.values()) == {"success"} else 1


if __name__ == "__main__":
    sys.exit(main())
