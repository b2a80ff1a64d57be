"""Airflow's settings as environment variables: one set for the night, the scheduler and the tests.

`EVERYWHERE` holds in every deployment; docker-compose.yml repeats it and a test compares the two.
"""

import base64
import json
import os
import secrets
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

HOUSE = Path(__file__).resolve().parents[1]
POOLS = {"shop": 1, "crm": 1, "support": 1}  # nights that may ask one source at the same time
ADMIN = "goldseam"

EVERYWHERE = {
    "AIRFLOW__API__EXPOSE_CONFIG": "False",
    "AIRFLOW__API__EXPOSE_STACKTRACE": "False",
    "AIRFLOW__API__ENABLE_SWAGGER_UI": "False",
    "AIRFLOW__API__INSTANCE_NAME": "Goldseam",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",  # the examples hold a published hole (CVE-2026-101031)
    "AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG": "1",  # a night builds on the one before
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
    "AIRFLOW__CORE__TEST_CONNECTION": "Disabled",
    "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
    "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
    "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
    "AIRFLOW__SCHEDULER__CATCHUP_BY_DEFAULT": "False",
    "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "10",
    "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
    "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "20",  # 3 killed healthy tasks while the API server restarted
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # 5, the default, stalls a third of all tasks for 5 s
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # seven idle worker processes, 2 GB
    "DO_NOT_TRACK": "1",
    "OMP_WAIT_POLICY": "PASSIVE",  # side by side, fits that spin while they wait took 27 s instead of 1.4
}

ONE_MACHINE = {
    "AIRFLOW__API__HOST": "127.0.0.1",
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__PARALLELISM": "2",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.25",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1",
}


def environment(home: Path, api_port: int = 8080) -> dict[str, str]:
    """The whole environment of every Airflow process of one home; nothing of another Airflow leaks in."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW__")}
    airflow = home / "airflow"
    return (
        ours
        | EVERYWHERE
        | ONE_MACHINE
        | _secrets(airflow)
        | {
            "GOLDSEAM_HOME": str(home),
            "GOLDSEAM_NIGHT_CRON": os.environ.get("GOLDSEAM_NIGHT_CRON") or night_cron(_zone(home)),
            "AIRFLOW_HOME": str(airflow),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{api_port}",
            "AIRFLOW__API__PORT": str(api_port),
            "AIRFLOW__CORE__DAGS_FOLDER": os.environ.get("GOLDSEAM_DAGS") or str(HOUSE / "dags"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{api_port}/execution/",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOUSE / "plugins"),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow / "passwords.json"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow / 'airflow.db'}",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow / "logs"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }
    )


def take_over(home: Path, api_port: int = 8080) -> None:
    """Make this process one of the home's Airflow processes; to be called before Airflow is imported."""
    os.umask(0o077)
    ours = environment(home, api_port)
    os.environ.clear()
    os.environ.update(ours)


def _secrets(airflow: Path) -> dict[str, str]:
    """Keys that all processes of the home share, made once."""
    file = airflow / "keys.json"
    if not file.exists():
        keys = {
            "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(48),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),  # SHA-512 wants 64 bytes
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        write_private(file, json.dumps(keys))
    return dict(json.loads(file.read_text()))


def password(home: Path, name: str) -> str:
    """The password of our one user of `airflow` or `mlflow`, drawn once; Airflow reads the file itself."""
    file = home / name / "passwords.json"
    if not file.exists():
        write_private(file, json.dumps({ADMIN: secrets.token_urlsafe(18)}))
    return str(json.loads(file.read_text())[ADMIN])


def write_private(file: Path, text: str) -> None:
    """Write a file that nobody else on the machine can read, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)


def _zone(home: Path) -> str:
    file = home / "sources.toml"
    said = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return str(said.get("shop", {}).get("timezone", "UTC"))


def night_cron(zone: str) -> str:
    """When a night may start, in UTC: an hour after the business day has ended in the shop's zone, all year."""
    year = datetime.now(UTC).year
    offsets = [datetime(year, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for month in range(1, 13)]
    ended = max(-offset / timedelta(hours=1) for offset in offsets)
    return f"0 {max(0, ceil(ended)) + 1} * * *"
