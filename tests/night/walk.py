"""One night in this process: the DAG files' own tasks, order and trigger rules, without Airflow around them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Any

import expectations
from mining_tasks.experiments.dossier.leave import leave
from mining_tasks.warehouse import accept, ledger, publish

SOURCES = ("shop", "crm", "support")
HOUSE = Path(__file__).parents[2]
# What the tasks before gave; the drafts of several are handed on as one list.
TAKES_RESULT = {"tidy", "judge", "accept_raw", "accept_core", "publish", "choose", "honour_consents"}
RED = ("failed", "upstream_failed")


class Degraded(ValueError):
    """The red leaf of a DAG."""


@dataclass
class Walked:
    """How a night went: by DAG success, failed or waiting, as `goldseam night` says; and what was raised where."""

    night: date
    outcomes: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Exception] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def is_green(self) -> bool:
        return set(self.outcomes.values()) == {"success"}

    @property
    def red(self) -> set[str]:
        return {dag for dag, outcome in self.outcomes.items() if outcome != "success"}

    def told(self) -> str:
        """Every fault in its own words, as it would stand in a log."""
        return "\n".join(f"{step}: {type(fault).__name__}: {fault}" for step, fault in self.faults.items())


@cache
def dags() -> dict[str, dict[str, Any]]:
    """What the DAG files say, read by Airflow in a process of its own: awaited assets, tasks, rules, outlets."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GOLDSEAM"))}
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, str(HOUSE / "tests" / "house" / "dag_facts.py"), str(HOUSE), home]
        said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    found = json.loads(said.stdout.splitlines()[-1])
    assert found["dags"], found["errors"]
    return dict(found["dags"])


def walk(night: date, *only: str) -> Walked:
    """Run every DAG (or `only` these) once all it waits for was emitted, in the order of the one-process night.

    Nothing is raised; what failed is told.
    """
    walked, emitted, asked = Walked(night), set[str](), sorted(only or dags())
    while ready := next((d for d in asked if d not in walked.outcomes and _awaited(d) <= emitted), None):
        states = _run(ready, walked)
        done = [task for task, state in states.items() if state == "success"]
        emitted |= {outlet for task in done for outlet in _task(ready, task)["outlets"]}
    return Walked(night, {dag: walked.outcomes.get(dag, "waiting") for dag in asked}, walked.faults, walked.results)


def _awaited(dag: str) -> set[str]:
    return set(dags()[dag]["awaits"])


def _task(dag: str, name: str) -> dict[str, Any]:
    return dict(dags()[dag]["tasks"][name])


def _run(dag: str, walked: Walked) -> dict[str, str]:
    """Run a DAG's tasks by Airflow's rules; the state of each."""
    tasks = dags()[dag]["tasks"]
    states: dict[str, str] = {}
    for name in TopologicalSorter({name: task["upstream"] for name, task in tasks.items()}).static_order():
        before = [states[other] for other in tasks[name]["upstream"]]
        states[name] = _due(tasks[name]["trigger_rule"], before) or _state(dag, name, walked)
    leaves = set(tasks) - {other for task in tasks.values() for other in task["upstream"]}
    walked.outcomes[dag] = "failed" if any(states[leaf] in RED for leaf in leaves) else "success"
    return states


def _due(rule: str, before: list[str]) -> str:
    """Empty if the task is to run now, else the state it gets without running."""
    has_failed = any(state in RED for state in before)
    if rule == "one_failed":
        return "" if has_failed else "skipped"
    if rule == "all_done":
        return ""
    assert rule == "all_success", f"the walk does not know the rule {rule}"
    return "upstream_failed" if has_failed else "skipped" if "skipped" in before else ""


def _state(dag: str, name: str, walked: Walked) -> str:
    try:
        walked.results[f"{dag}.{name}"] = _work(dag, name, walked)
    except Exception as fault:
        if not isinstance(fault, Degraded):
            walked.faults[f"{dag}.{name}"] = fault
        return "failed"
    return "success"


def _work(dag: str, name: str, walked: Walked) -> Any:
    results = [walked.results[f"{dag}.{one}"] for one in _task(dag, name)["upstream"]] if name in TAKES_RESULT else []
    given = results if len(results) < 2 else [sum(results, [])]
    if name in _HOUSE_TASKS:
        return _HOUSE_TASKS[name](dag, walked, *given)
    return getattr(import_module(f"mining_tasks.{dag}.steps"), name)(walked.night, *given)


def _accept(dag: str, walked: Walked, addresses: list[str]) -> list[str]:
    return accept.accept(*addresses)


def _publish(dag: str, walked: Walked, addresses: list[str]) -> str:
    return publish.publish(dag, walked.night, addresses)


def _stand_in(dag: str, walked: Walked) -> None:
    tables = [expectations.table(name) for name in _task(dag, "stand_in_core")["outlets"]]
    accept.carry_over(walked.night, tables, _what_failed(dag, walked))


def _keep_last_good(dag: str, walked: Walked) -> None:
    last = ledger.last_verdict(dag, "publication")
    is_refused = last is not None and (last["night"], last["verdict"]) == (walked.night, "no-go")
    if is_refused and f"{dag}.publish" in walked.faults:
        return  # as in plugins/house.py: the publication said why better than we can
    publish.keep_last_good(dag, walked.night, _what_failed(dag, walked))


def _degraded(dag: str, walked: Walked) -> None:
    raise Degraded(dag)


def _approve(dag: str, walked: Walked) -> None:
    """In one process nobody can be asked: what waits for a person goes on waiting."""


def _leave_dossier(dag: str, walked: Walked) -> str:
    return str(leave(dag, walked.night).path)


def _what_failed(dag: str, walked: Walked) -> str:
    failed = sorted(step.partition(".")[2] for step in walked.faults if step.startswith(f"{dag}."))
    return f"{dag}: {', '.join(failed) or 'a task'} failed"


_HOUSE_TASKS: dict[str, Callable[..., Any]] = {
    "accept_raw": _accept,
    "accept_core": _accept,
    "publish": _publish,
    "stand_in_core": _stand_in,
    "keep_last_good": _keep_last_good,
    "degraded": _degraded,
    "approve": _approve,
    "leave_dossier": _leave_dossier,
}
