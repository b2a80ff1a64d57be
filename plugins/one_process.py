"""The whole night in one process: the same DAG files in the order of their assets, with no scheduler.

Started by `goldseam night` as a script: it takes over the process before Airflow is imported.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import database
import settings
from alone import InUse, alone
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


def run(dags: dict[str, Any], night: str, progress: Progress, only: Sequence[str] = ()) -> dict[str, str]:
    """Run each DAG (or `only` these) once all assets it waits for were emitted: success, failed or waiting.

    Each run has a logical date of its own: `DAG.test` deletes a run of the same one, and that of every partitioned run
    is empty.
    """
    outcomes: dict[str, str] = {}
    dags, emitted = chosen(dags, only)
    while ready := next((d for name, d in dags.items() if name not in outcomes and _is_ready(d, emitted)), None):
        progress.dag(ready.dag_id)
        finished = ready.test(run_conf={"night": night})
        _label(finished, night)
        outcomes[ready.dag_id] = str(finished.state)
        emitted |= set(_emitted(ready, finished))
    return {name: outcomes.get(name, "waiting") for name in dags}


def chosen(dags: dict[str, Any], only: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
    """The DAGs to run, and the assets that the others are taken to have emitted; raises ValueError for an unknown DAG.

    What was not accepted for the night is then missed by the step that reads it.
    """
    if unknown := set(only) - set(dags):
        raise ValueError(f"no DAG {', '.join(sorted(unknown))}; there are {', '.join(dags)}")
    if not only:
        return dags, set()
    ours = {name: dag for name, dag in dags.items() if name in only}
    made = {outlet.name for dag in ours.values() for task in dag.tasks for outlet in task.outlets}
    return ours, set().union(*map(awaited, ours.values())) - made


def _label(finished: Any, night: str) -> None:
    """Let the run be the one of its night: the grid shows it, and clearing it in the UI makes later DAGs follow.

    Only once it has ended: with the key before, its events would start the later DAGs in any scheduler of this home.
    """
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import update

    with create_session() as session:
        session.execute(update(DagRun).where(DagRun.id == finished.id).values(partition_key=night))


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


def work_through(home: Path, nights: list[str], only: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """Run nights of a home in order, all DAGs or `only` these; how each DAG of each night ended.

    What is logged goes to a file, progress to the terminal. A fault of Airflow or ours is told there too.
    """
    os.environ["GOLDSEAM_ASKS_NOBODY"] = "1"  # nobody could answer, and no scheduler would end the wait
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
            if file := os.environ.get("GOLDSEAM_MEASURE"):
                import measure

                measure.every_task(dags, Path(file))
            for night in nights:
                progress.say(f"The night of {night}")
                outcomes[night] = run(dags, night, progress, only)
        except Exception as fault:
            progress.say(f"The night broke off: {type(fault).__name__}: {fault}. The log has the rest: {log}")
            raise
    return outcomes


def main(arguments: list[str] | None = None) -> int:
    """Run nights; the outcome by night and DAG goes to `--outcome` as JSON. Returns 0 if every DAG ended green."""
    parser = argparse.ArgumentParser(prog="one_process", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--outcome", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[], metavar="DAG")
    parser.add_argument("nights", nargs="+", type=lambda text: str(date.fromisoformat(text)))
    given = parser.parse_args(arguments)
    home = given.home.resolve()
    try:
        with alone(home, "goldseam night"):
            outcomes = work_through(home, given.nights, given.only)
    except InUse as fault:
        sys.exit(str(fault))
    given.outcome.write_text(json.dumps(outcomes))
    return 0 if {state for night in outcomes.values() for state in night.values()} == {"success"} else 1


if __name__ == "__main__":
    sys.exit(main())
