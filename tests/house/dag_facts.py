"""Reads every DAG file in a process of its own, with nothing but Airflow loaded before, and prints what it found."""

import json
import socket
import sys
from pathlib import Path

sys.path[:0] = [str(Path(sys.argv[1]) / "plugins"), sys.argv[1]]
import settings  # noqa: E402

settings.take_over(Path(sys.argv[2]))

from airflow.dag_processing.dagbag import BundleDagBag  # noqa: E402


def refuse(*_: object) -> None:
    raise AssertionError("a DAG file tried to reach the network while it was read")


def facts(dag: object) -> dict[str, object]:
    from one_process import awaited

    return {
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "file": Path(dag.fileloc).name,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timetable": type(dag.timetable).__name__,
        "run_offset": getattr(dag.timetable, "run_offset", None),
        "key_format": getattr(dag.timetable, "key_format", None),
        "awaits": sorted(awaited(dag)),
        "tasks": {task.task_id: task_facts(task) for task in dag.tasks},
    }


def task_facts(task: object) -> dict[str, object]:
    return {
        "owner": task.owner,
        "pool": task.pool,
        "retries": task.retries,
        "retry_delay_seconds": task.retry_delay.total_seconds(),
        "deadline_seconds": task.execution_timeout and task.execution_timeout.total_seconds(),
        "outlets": sorted(outlet.name for outlet in task.outlets),
        "alerts": [function.__name__ for function in task.on_failure_callback],
        "has_policy": bool(task.retry_policy),
        "trigger_rule": task.trigger_rule.value,
        "upstream": sorted(task.upstream_task_ids),
    }


socket.socket.connect = refuse
socket.create_connection = refuse
before = set(sys.modules)
folder = Path(sys.argv[1]) / "dags"
bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
loaded = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
found = {"errors": bag.import_errors, "loaded": loaded, "before": sorted({n.partition(".")[0] for n in before})}
sys.stdout.write(json.dumps(found | {"dags": {name: facts(dag) for name, dag in bag.dags.items()}}) + "\n")
