"""A promotion that a person must approve, under the real scheduler: obeyed if answered; else the night goes on."""

import importlib
import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mining_tasks.experiments import approval
from mining_tasks.warehouse import ledger, proposals
from mining_tasks.warehouse.home import Home
from tests.night.test_airflow_scheduler import HOUSE, _free, ask

NIGHT = date(2018, 1, 1)
GOALS = '[segments]\napproval = "human"\n[customers]\napproval = "human"\napproval_hours = 0.002\n'
PROPOSAL = {"model": "new 1", "reasons": ["it held"], "figures": {"ari": 0.9}}
FACTS = {"facts": {"location": "none", "model_id": "m"}}
ANSWER_SECONDS = 12  # sooner, the executor's own event may arrive after the answer and fail the task
PATIENCE_SECONDS = 240


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """States of the tasks by family, after one question was answered and the other's deadline went by."""
    home = Home(tmp_path_factory.mktemp("asked") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOLDSEAM_HOME", str(home.path))
        patch.setenv("GOLDSEAM_DAGS", str(HOUSE / "tests" / "night" / "dags_that_ask"))
        patch.syspath_prepend(HOUSE / "plugins")
        home.make_keys()
        (home.path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
        (home.path / "objectives.toml").write_text(GOALS)
        for family in ("segments", "customers"):
            proposals.propose(family, NIGHT, PROPOSAL | FACTS)
        stack = importlib.import_module("stack")
        ports = stack.Ports(_free(), 0)
        with stack.running(home.path, ports):
            yield answered(f"http://127.0.0.1:{ports.airflow}", home.path)


def answered(url: str, home: Path) -> dict[str, dict[str, str]]:
    word = json.loads((home / "airflow" / "passwords.json").read_text())["goldseam"]
    _, said = ask(f"{url}/auth/token", {"username": "goldseam", "password": word})
    key = {"Authorization": f"Bearer {said['access_token']}"}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ask(f"{url}/api/v2/dags", **key)[1]["total_entries"] < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    started = {family: begun(url, family, key) for family in ("segments", "customers")}
    while states(started["segments"], key).get("approve") != "awaiting_input" and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(ANSWER_SECONDS)
    place = f"{started['segments']}/taskInstances/approve/-1/hitlDetails"
    said = {"chosen_options": ["Approve"], "params_input": {}}
    patch_json(place, said, key)
    while time.monotonic() < deadline:
        found = {family: states(run, key) for family, run in started.items()}
        if all(tasks.get("score") in ("success", "failed", "skipped") for tasks in found.values()):
            return found
        time.sleep(1)
    return {family: states(run, key) for family, run in started.items()}


def begun(url: str, family: str, key: dict[str, str]) -> str:
    body = {"logical_date": None, "conf": {"night": str(NIGHT)}}
    status, run = ask(f"{url}/api/v2/dags/asking_{family}/dagRuns", body, **key)
    assert status == 200, run
    return f"{url}/api/v2/dags/asking_{family}/dagRuns/{run['dag_run_id']}"


def states(run: str, key: dict[str, str]) -> dict[str, str]:
    return {task["task_id"]: task["state"] for task in ask(f"{run}/taskInstances", **key)[1]["task_instances"]}


def patch_json(url: str, body: Any, key: dict[str, str]) -> None:
    import urllib.request

    headers = {"Content-Type": "application/json", **key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="PATCH")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def test_a_promotion_that_was_approved_in_airflow_serves_and_names_who_said_so(asked: dict[str, dict[str, str]]):
    assert asked["segments"] == {"approve": "success", "score": "success"}
    now = ledger.champion("segments", NIGHT)
    assert now is not None
    assert (now["model"], now["who"]) == ("new 1", "goldseam")
    (verdict,) = [one for one in ledger.verdicts_on(NIGHT) if one["family"] == "segments"]
    assert (verdict["verdict"], verdict["champion"]) == ("go", "new 1")
    assert verdict["reasons"].startswith("approved by goldseam; it held")


def test_if_nobody_answers_by_the_deadline_the_champion_stays_and_the_night_goes_on(asked: dict[str, dict[str, str]]):
    assert asked["customers"] == {"approve": "success", "score": "success"}
    assert ledger.champion("customers", NIGHT) is None
    (verdict,) = [one for one in ledger.verdicts_on(NIGHT) if one["family"] == "customers"]
    assert verdict["verdict"] == "hold"
    assert "nobody answered in time, so the champion stays" in verdict["reasons"]
    assert approval.question("customers", NIGHT) is not None
