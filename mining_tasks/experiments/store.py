"""Where experiments are kept: MLflow's store and its settings, without global state and without telling anyone."""

import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mining_tasks.warehouse.home import home

if TYPE_CHECKING:
    from mlflow import MlflowClient

# MLflow reads these when it is imported. A server that is away must fail in seconds: the night goes on without it.
SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MPLBACKEND": "Agg",
}
KIND = {"mlflow.experimentKind": "custom_model_development"}  # else the UI opens on pages for chat traces
PACKAGES = ("scikit-learn", "skops", "numpy", "scipy")  # what a saved model needs to be read again


class StoreDown(OSError):
    """The experiment store cannot be reached or written; the champion stays and the night goes on."""


def mlflow() -> Any:
    """The mlflow module, imported late (it takes a second) and with telemetry off."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about its own type hints
        import mlflow
        import mlflow.models
        import mlflow.pyfunc
        import mlflow.sklearn
    return mlflow


@contextmanager
def reached_store() -> Iterator[None]:
    """Say `StoreDown` for every way in which MLflow says that its store is away.

    The first fault is not told with it: MLflow writes the whole address, with its password, into its messages.
    """
    import sqlalchemy.exc

    exceptions = mlflow().exceptions
    try:
        yield
    except (exceptions.MlflowException, sqlalchemy.exc.SQLAlchemyError, OSError) as fault:
        raise StoreDown(f"the experiment store could not be used: {type(fault).__name__}") from None


def client() -> "MlflowClient":
    """A client of this home's store. The fluent API is not used: it keeps its address in the environment."""
    made: MlflowClient = mlflow().MlflowClient(tracking_uri=home().mlflow_uri, registry_uri=home().mlflow_uri)
    return made


def experiment(name: str) -> str:
    """The id of a family's experiment, made on first use; artifacts lie in the home unless a server keeps them."""
    found = client().get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = None if home().mlflow_uri.startswith("http") else (home().mlflow / "artifacts" / name).as_uri()
    return str(client().create_experiment(name, artifact_location=location, tags=KIND))


def requirements() -> list[str]:
    """Exact versions of what a model needs; given to MLflow, which else spends seconds guessing them."""
    return [f"{package}=={version(package)}" for package in PACKAGES]


@cache
def git_revision() -> str:
    """The checkout's commit, or an empty text where there is no checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout.strip()  # noqa: S603  (no input from outside)
    except (OSError, subprocess.SubprocessError):
        return ""
