"""Airflow with its scheduler and MLflow's server, on this machine only, started in the one order that works.

The API server first: its first call builds the routes and answers nobody for seconds, in which tasks would fail.
"""

import argparse
import http.client
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import settings
from alone import InUse, alone
from supervise import DidNotStart, Kept

LOOPBACK = "127.0.0.1"
START_SECONDS = 180.0  # on a busy two-core machine; 10 s on an idle one
CHECK_SECONDS = 2.0
PRELOAD = '''"""Heavy imports once, in the scheduler: tasks are forked from it and pay nothing."""

import sys

if sys.argv[1:2] == ["scheduler"]:
    import duckdb  # noqa: F401
    import great_expectations  # noqa: F401
    import matplotlib.backends.backend_agg  # noqa: F401
    import matplotlib.figure  # noqa: F401
    import mlflow.sklearn  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow.dataset  # noqa: F401
    import sklearn.cluster  # noqa: F401
    import sklearn.ensemble  # noqa: F401
'''
MLFLOW_AUTH = """[mlflow]
default_permission = NO_PERMISSIONS
database_uri = sqlite:///{folder}/logins.db
admin_username = {user}
admin_password = {password}
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
"""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Ports:
    """Where the two answer, on loopback."""

    airflow: int = 8080
    mlflow: int = 5000


@dataclass(frozen=True)
class Stack:
    """All processes, running."""

    processes: tuple[Kept, ...]
    environment: Mapping[str, str]

    def check(self) -> list[str]:
        """Start again what died; the names of those. Raises `DidNotStart` for one that keeps dying."""
        return [kept.name for kept in self.processes if kept.restart_if_dead()]


@contextmanager
def running(home: Path, ports: Ports | None = None, say: Say = lambda words: None) -> Iterator[Stack]:
    """Everything up and answering while the block runs, then stopped in reverse order."""
    ports = ports or Ports()
    os.umask(0o077)
    environment = settings.environment(home, ports.airflow) | {
        "GOLDSEAM_MLFLOW_UI": f"http://{LOOPBACK}:{ports.mlflow}"
    }
    settings.write_private(home / "airflow" / "config" / "airflow_local_settings.py", PRELOAD)
    settings.password(home, "airflow")
    started: list[Kept] = []
    with alone(home, "goldseam ui"), ExitStack() as stopping:

        def start(name: str, command: list[str], variables: Mapping[str, str] = environment) -> Kept:
            kept = Kept(name, command, variables, home / "airflow" / "logs" / f"{name}.log")
            kept.start()
            stopping.callback(kept.stop)
            return kept

        say("Airflow's database")
        database = start("database", [sys.executable, str(settings.HOUSE / "plugins" / "database.py")])
        database.wait_for(lambda: _ended_well(database), START_SECONDS)
        say("Airflow's API server")
        started.append(start("api-server", _airflow("api-server")))
        started[0].wait_for(lambda: _answers(ports.airflow, "/execution/health", (200,)), START_SECONDS)
        say("scheduler, DAG processor, triggerer, MLflow")
        started.append(start("scheduler", _airflow("scheduler", "--skip-serve-logs")))
        started.append(start("dag-processor", _airflow("dag-processor")))
        started.append(start("triggerer", _airflow("triggerer", "--skip-serve-logs")))
        if ports.mlflow:
            started.append(start("mlflow", _mlflow(ports.mlflow), environment | _mlflow_environment(home)))
            started[-1].wait_for(lambda: _answers(ports.mlflow, "/health", (200, 401)), START_SECONDS)
        try:
            yield Stack(tuple(started), environment)
        finally:
            for kept in started[1:]:  # together; the API server stays until the last task has told its end
                kept.ask_to_stop()


def _airflow(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def _mlflow(port: int) -> list[str]:
    server = [sys.executable, "-m", "mlflow", "server", "--host", LOOPBACK, "--port", str(port)]
    return [*server, "--workers", "1", "--app-name", "basic-auth"]


def _mlflow_environment(home: Path) -> dict[str, str]:
    """Secrets go by environment and file: a command line can be read by everybody on the machine."""
    folder = home / "mlflow"
    password = settings.password(home, "mlflow")
    settings.write_private(
        folder / "auth.ini", MLFLOW_AUTH.format(folder=folder, user=settings.ADMIN, password=password)
    )
    return {
        "MLFLOW_BACKEND_STORE_URI": os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{folder / 'mlflow.db'}",
        "MLFLOW_ARTIFACTS_DESTINATION": str(folder / "artifacts"),
        "MLFLOW_AUTH_CONFIG_PATH": str(folder / "auth.ini"),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": settings.environment(home)["AIRFLOW__API__SECRET_KEY"],
    }


def _ended_well(kept: Kept) -> bool:
    return kept.process is not None and kept.process.poll() == 0


def _answers(port: int, path: str, good: tuple[int, ...]) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status in good
    except OSError:
        return False
    finally:
        connection.close()


def main(arguments: list[str] | None = None) -> int:
    """Run the stack until Ctrl-C or SIGTERM. Returns 0 after a clean stop, 1 if something would not run."""
    parser = argparse.ArgumentParser(prog="stack", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--airflow-port", type=int, default=Ports.airflow)
    parser.add_argument("--mlflow-port", type=int, default=Ports.mlflow)
    given = parser.parse_args(arguments)
    home, ports = given.home.resolve(), Ports(given.airflow_port, given.mlflow_port)
    are_new = not (home / "mlflow" / "passwords.json").exists()
    over = threading.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: over.set())
    try:
        with running(home, ports, say=_say) as stack:
            _tell(home, ports, are_new)
            while not over.wait(CHECK_SECONDS):
                for name in stack.check():
                    _say(f"{name} had died and was started again")
            _say("stopping")
    except (DidNotStart, InUse) as fault:
        _say(str(fault))
        return 1
    return 0


def _tell(home: Path, ports: Ports, are_new: bool) -> None:
    """Where everything is; passwords are shown the once that they were drawn."""
    for name, port in (("airflow", ports.airflow), ("mlflow", ports.mlflow)):
        password = settings.password(home, name) if are_new else f"password in {home / name / 'passwords.json'}"
        _say(f"{name:<8} http://{LOOPBACK}:{port}   {settings.ADMIN}   {password}")
    _say("Passwords are kept in the home. Ctrl-C stops everything.")


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 this is what the person in front of the terminal reads


if __name__ == "__main__":
    sys.exit(main())
