"""The real scheduler: one night's three sources are triggered, everything else follows; and who may look at it."""

import base64
import importlib
import json
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

import expectations
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home
from tests.night import homes

HOUSE = Path(__file__).parents[2]
NIGHT = "2018-01-01"
HOUSEHOLDS = 120
PATIENCE_SECONDS = 420  # measured: 60 s on two idle cores
DOCS = {"docs", "redoc", "openapi.json", "docs/oauth2-redirect"}  # of the API, without data
OPEN = {  # what anybody may see: that it lives, and how to log in
    "/api/v2/auth/login",
    "/api/v2/auth/logout",
    "/api/v2/monitor/health",
    "/api/v2/version",
    "/auth/token",
    "/auth/token/login",
    "/execution/changelog",
    "/execution/health",
    *(f"{app}/{page}" for app in ("", "/auth", "/execution") for page in DOCS),
}


@dataclass(frozen=True)
class Up:
    """The stack, running: where it answers, and with which password."""

    home: Home
    stack: Any
    airflow: str
    mlflow: str
    airflow_password: str
    mlflow_password: str


@pytest.fixture(scope="module")
def up(real_data: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    home = homes.make(tmp_path_factory.mktemp("scheduled") / "home", HOUSEHOLDS)
    with pytest.MonkeyPatch.context() as patch, homes.opened(home):
        patch.syspath_prepend(HOUSE / "plugins")
        patch.setenv("GOLDSEAM_RETRIES", "0")
        # In the first hours after a night was due Airflow begins it at once, rightly; here it was due 22 hours ago.
        patch.setenv("GOLDSEAM_NIGHT_CRON", f"0 {(datetime.now(UTC).hour + 2) % 24} * * *")
        stack, settings = importlib.import_module("stack"), importlib.import_module("settings")
        ports = stack.Ports(_free(), _free())
        with stack.running(home.path, ports) as running:
            urls = [f"http://127.0.0.1:{port}" for port in (ports.airflow, ports.mlflow)]
            yield Up(home, running, *urls, *(settings.password(home.path, name) for name in ("airflow", "mlflow")))


def _free() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def ask(url: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of one call."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **given})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def login(up: Up) -> dict[str, str]:
    _, said = ask(f"{up.airflow}/auth/token", {"username": "goldseam", "password": up.airflow_password})
    return {"Authorization": f"Bearer {said['access_token']}"}


@pytest.fixture(scope="module")
def runs(up: Up) -> dict[str, list[dict[str, Any]]]:
    """All runs by DAG, once every DAG of the house ran for the night whose three sources were triggered."""
    key = login(up)
    deadline = time.monotonic() + PATIENCE_SECONDS
    names = {file.stem for file in (HOUSE / "dags").glob("*.py")}
    while not names <= {dag["dag_id"] for dag in ask(f"{up.airflow}/api/v2/dags", **key)[1]["dags"]}:
        assert time.monotonic() < deadline, "the DAG processor did not show the DAGs"
        time.sleep(0.5)
    for source in ("shop", "crm", "support"):
        body = {"logical_date": None, "partition_key": NIGHT}
        status, said = ask(f"{up.airflow}/api/v2/dags/{source}/dagRuns", body, **key)
        assert status == 200, said
    while True:
        up.stack.check()
        found = ask(f"{up.airflow}/api/v2/dags/~/dagRuns?limit=100", **key)[1]["dag_runs"]
        ended = {run["dag_id"]: run["state"] for run in found if run["state"] in ("success", "failed")}
        if ended.keys() == names or "failed" in ended.values() or time.monotonic() > deadline:
            return {name: [run for run in found if run["dag_id"] == name] for name in names}
        time.sleep(1)


def test_triggering_the_three_sources_of_a_night_makes_every_later_dag_run_without_a_hand(runs):
    assert runs
    assert {name: [run["state"] for run in of] for name, of in runs.items()} == dict.fromkeys(runs, ["success"])


def test_every_run_is_for_the_partition_of_the_night(runs):
    assert {run["partition_key"] for of in runs.values() for run in of} == {NIGHT}
    assert {run["logical_date"] for of in runs.values() for run in of} == {None}


def test_the_night_of_the_scheduler_is_published_whole_and_fresh(runs):
    published = {family: ledger.pointer(family) for family in expectations.families()}
    assert published
    assert {family: str(row["night"]) for family, row in published.items()} == dict.fromkeys(published, NIGHT)
    assert {row["is_stale"] or row["is_marked_stale"] for row in published.values()} == {False}


def test_starting_the_scheduler_starts_no_night_by_itself(runs):
    assert {run["run_type"] for name in ("shop", "crm", "support") for run in runs[name]} == {"manual"}


def test_no_route_of_airflow_shows_data_without_a_login(up):
    paths = _paths(up)
    assert len(paths) > 80
    answered = {path: ask(up.airflow + path)[0] for path in sorted(paths)}
    assert sorted(path for path, status in answered.items() if status < 400 and path not in OPEN) == []
    assert answered["/api/v2/dags"] == answered["/api/v2/connections"] == 401


def _paths(up: Up) -> set[str]:
    """Every path that Airflow's API server answers a GET on, its parameters filled with something harmless."""
    code = """
import json
from airflow.api_fastapi.app import create_app
from starlette.routing import Mount
def paths(routes, before=""):
    for route in routes:
        path = before + getattr(route, "path", "")
        if isinstance(route, Mount):
            yield from paths(route.routes or getattr(route.app, "routes", []), path)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield path
print("\\n" + json.dumps(sorted(set(paths(create_app().routes)))))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], env=dict(up.stack.environment), capture_output=True, text=True, check=True
    )
    found = json.loads(ran.stdout.splitlines()[-1])
    return {_filled(path) for path in found if ":path}" not in path}


def _filled(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def test_airflow_lets_in_with_the_drawn_password_and_no_other(up):
    for user in ("goldseam", "admin", "airflow"):
        for wrong in ("goldseam", "admin", "airflow", "password"):
            assert ask(f"{up.airflow}/auth/token", {"username": user, "password": wrong})[0] == 401
    assert ask(f"{up.airflow}/api/v2/dags", **login(up))[0] == 200


def test_mlflow_lets_in_with_the_drawn_password_and_no_other(up):
    experiments = f"{up.mlflow}/api/2.0/mlflow/experiments/search?max_results=5"
    assert ask(experiments)[0] == 401
    for user, wrong in (("admin", "password1234"), ("admin", "password"), ("goldseam", "goldseam")):
        assert ask(experiments, **_basic(user, wrong))[0] == 401
    assert ask(experiments, **_basic("goldseam", up.mlflow_password))[0] == 200


def test_mlflow_refuses_a_foreign_host_name(up):
    assert ask(f"{up.mlflow}/api/2.0/mlflow/experiments/search", Host="evil.example")[0] == 403


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_everything_listens_on_this_machine_only(up):
    processes = [psutil.Process(kept.process.pid) for kept in up.stack.processes]
    family = [child for process in processes for child in (process, *process.children(recursive=True))]
    heard = [c.laddr.ip for p in family for c in p.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert len(heard) >= 2
    assert set(heard) == {"127.0.0.1"}


def test_no_file_of_the_home_can_be_read_by_others(up, runs):
    files = [file for file in up.home.path.rglob("*") if not file.is_symlink()]
    assert {"airflow.db", "passwords.json", "keys.json", "ledger.db", "mlflow.db"} <= {file.name for file in files}
    loose = [str(file) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    assert loose == []


def test_the_live_settings_are_those_we_pin(up):
    wanted = {
        "core.load_examples": "False",
        "api.host": "127.0.0.1",
        "core.simple_auth_manager_all_admins": "False",
        "api.expose_config": "False",
        "workers.max_failed_heartbeats": "20",
        "core.max_active_runs_per_dag": "1",
        "scheduler.catchup_by_default": "False",
    }
    code = """
import json, sys
from airflow.configuration import conf
names = json.loads(sys.argv[1])
print("\\n" + json.dumps({n: conf.get(*n.split(".")) for n in names + ["api_auth.jwt_secret", "core.fernet_key"]}))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, json.dumps(list(wanted))],
        env=dict(up.stack.environment),
        capture_output=True,
        text=True,
        check=True,
    )
    live = json.loads(ran.stdout.splitlines()[-1])
    assert {name: live[name] for name in wanted} == wanted
    assert len(live["api_auth.jwt_secret"]) >= 64
    assert len(live["core.fernet_key"]) == 44


def test_a_process_that_dies_is_started_again(up, runs):
    victim = next(kept for kept in up.stack.processes if kept.name == "dag-processor")
    before = victim.process.pid
    victim.process.kill()
    victim.process.wait()
    assert up.stack.check() == ["dag-processor"]
    assert victim.is_alive
    assert victim.process.pid != before
