"""docker-compose.yml: well-formed, closed to the world, and of one mind with the settings that the tests run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.settings import EVERYWHERE, ONE_MACHINE, environment

HOUSE = Path(__file__).parents[2]
FILE = HOUSE / "docker-compose.yml"
AIRFLOW = ("airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker")
SECRETS = ("PASSWORD", "SECRET", "KEY")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text())


@pytest.fixture(scope="module")
def common(compose: dict[str, Any]) -> dict[str, str]:
    found = compose["x-goldseam-environment"]
    assert len(found) > 30
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every setting that Airflow and its installed providers know, as environment variables."""
    code = """
import json
from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager
ProvidersManager().initialize_providers_configuration()
found = conf.configuration_description
print("\\n" + json.dumps([f"AIRFLOW__{s}__{o}".upper() for s in found for o in found[s]["options"]]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_what_holds_everywhere_holds_in_production_too(common):
    assert {name: common.get(name) for name in EVERYWHERE} == EVERYWHERE


def test_one_machine_and_production_differ_only_where_they_must(common, tmp_path):
    ours = environment(tmp_path)
    both = {name for name in common if name.startswith("AIRFLOW__") and name in ours} - EVERYWHERE.keys()
    assert {name for name in both if common[name] == ours[name]} == {"AIRFLOW__API__PORT"}
    assert both >= {"AIRFLOW__CORE__EXECUTOR", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__FERNET_KEY"}
    assert ONE_MACHINE["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert common["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert common["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")


def test_airflow_knows_every_setting_that_we_set(common, known, tmp_path):
    set_by_us = {name for name in {*common, *environment(tmp_path)} if name.startswith("AIRFLOW__")}
    assert len(set_by_us) > 30
    if not any(name.startswith("AIRFLOW__CELERY__") for name in known):
        set_by_us = {name for name in set_by_us if not name.startswith("AIRFLOW__CELERY__")}
    assert set_by_us - known == set()


def test_no_secret_stands_in_the_file_or_has_a_default(compose):
    settings = {
        (service, name): str(value)
        for service, facts in compose["services"].items()
        for name, value in facts.get("environment", {}).items()
        if any(word in name for word in SECRETS)
    }
    assert len(settings) > 10
    assert [key for key, value in settings.items() if not re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value)] == []
    urls = [line for line in FILE.read_text().splitlines() if re.search(r"://\w*:[^@/]+@", line)]
    assert urls
    assert [line for line in urls if "${POSTGRES_PASSWORD" not in line and "${REDIS_PASSWORD" not in line] == []


def test_every_secret_that_is_needed_is_asked_for_by_name_and_explained(compose):
    needed = set(re.findall(r"\$\{(\w+):\?", FILE.read_text()))
    told = (HOUSE / "docs" / "production.md").read_text()
    assert needed >= {"POSTGRES_PASSWORD", "ADMIN_PASSWORD", "GOLDSEAM_HASH_KEY", "GOLDSEAM_VAULT_KEY"}
    assert {name for name in needed if f"\n{name}=" not in told} == set()


def test_ports_are_published_on_this_machine_only(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_nothing_runs_a_task_before_the_api_server_has_warmed_up(compose):
    assert "/execution/health" in str(compose["services"]["airflow-apiserver"]["healthcheck"]["test"])
    for name in AIRFLOW:
        assert compose["services"][name]["depends_on"]["airflow-apiserver"] == {"condition": "service_healthy"}


def test_no_log_server_is_opened_to_the_network(compose):
    for name in ("airflow-scheduler", "airflow-triggerer", "airflow-worker"):
        assert "--skip-serve-logs" in compose["services"][name]["command"]


def test_every_lasting_process_is_watched_and_restarted(compose):
    for name, service in compose["services"].items():
        if not name.endswith(("-init", "-silos")):
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_the_file_is_one_that_compose_accepts(compose):
    program = shutil.which("docker-compose")
    if not program:
        pytest.skip("docker-compose is not installed")
    needed = dict.fromkeys(re.findall(r"\$\{(\w+):\?", FILE.read_text()), "x")
    command = [program, "-f", str(FILE), "--profile", "demo", "config", "--services"]
    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | needed, check=False)
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) == set(compose["services"])
    without = {name: value for name, value in os.environ.items() if name not in needed}
    refused = subprocess.run(command, capture_output=True, text=True, env=without, check=False)
    assert refused.returncode != 0
    assert "set it in .env" in refused.stderr


def test_the_celery_executor_can_be_imported():
    pytest.importorskip("celery", reason="extra `production` is not installed")
    code = "import airflow.providers.celery.executors.celery_executor, airflow.providers.celery.cli.celery_command"
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
