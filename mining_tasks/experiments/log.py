"""Log one run: parameters, figures, the data behind it, and at most one model."""

import hashlib
import io
import json
import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import expectations
from expectations.words import Pii
from mining_tasks.experiments import store
from mining_tasks.experiments.load import CARD_FILE, MODEL_FILE, PARAMETERS_FILE, TRUSTED, Trained, card_text, relative
from mining_tasks.experiments.store import reached_store
from mining_tasks.warehouse.code_version import code_version
from mining_tasks.warehouse.shelf import Partition

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure
    from mlflow import MlflowClient

REFUSED = re.compile(r"""[ /:.%"']""")  # what MLflow allows in no name of a model, and blanks
BATCH = 100  # of one kind, the most that MLflow takes at once
LONGEST_PARAMETER = 500  # MLflow's own limit is 6,000; longer texts cannot be compared by eye


class PersonalInput(ValueError):
    """A model was to be fed with identifiers, contact data or text: fitted models can keep such values."""


@dataclass(frozen=True)
class Run:
    """One open run of a family's experiment."""

    client: "MlflowClient"
    run_id: str
    experiment_id: str

    def params(self, values: Mapping[str, object]) -> None:
        """Settings by name, sent together: one at a time, seventy entries take 0.19 s instead of 0.03."""
        param = store.mlflow().entities.Param
        found = [param(name, str(value)[:LONGEST_PARAMETER]) for name, value in values.items()]
        for start in range(0, len(found), BATCH):
            self.client.log_batch(self.run_id, params=found[start : start + BATCH])

    def metrics(self, values: Mapping[str, float]) -> None:
        """Figures by name, sent together; not those that are not finite (MLflow's SQLite store refuses them)."""
        metric, now = store.mlflow().entities.Metric, int(time.time() * 1000)
        found = [metric(name, float(value), now, 0) for name, value in values.items() if math.isfinite(value)]
        for start in range(0, len(found), BATCH):
            self.client.log_batch(self.run_id, metrics=found[start : start + BATCH])

    def figure(self, name: str, figure: "Figure") -> None:
        """A matplotlib figure as PNG under `plots/`."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{name}.png"
            figure.savefig(file, dpi=110, bbox_inches="tight")
            self.client.log_artifact(self.run_id, str(file), "plots")

    def facts(self, reads: Sequence[Partition]) -> None:
        """The tables behind the run: night, run and rows of each, as data sets of the run."""
        entities = store.mlflow().entities
        inputs = [entities.DatasetInput(entities.Dataset(**_dataset(read))) for read in reads]
        self.client.log_inputs(self.run_id, inputs)

    def text(self, name: str, content: object) -> None:
        """Something as JSON beside the figures."""
        self.client.log_text(self.run_id, card_text(content), name)

    def table(self, name: str, rows: "pa.Table") -> None:
        """A table as CSV beside the figures."""
        import pyarrow.csv

        content = io.BytesIO()
        pyarrow.csv.write_csv(rows, content)
        self.client.log_text(self.run_id, content.getvalue().decode(), f"{name}.csv")

    def model(self, name: str, estimator: Any, sample: "pd.DataFrame", card: Mapping[str, Any]) -> Trained:
        """Save an estimator as skops with its card, and its signature from `sample`; returns what was trained.

        Raises `PersonalInput` if an input could tell who a person is.
        """
        refuse_personal(sample)
        return self._logged(name, MODEL_FILE, card, lambda folder, kept: _save(folder, estimator, sample, kept))

    def parametric(self, name: str, parameters: Mapping[str, Any], card: Mapping[str, Any]) -> Trained:
        """Save a model that is a few numbers by name as JSON, with its card; `Trained.parameters` gives them back.

        It needs no type to be trusted and no library to be read. Raises ValueError for a number that is not finite.
        """
        return self._logged(name, PARAMETERS_FILE, card, lambda folder, kept: _save_numbers(folder, parameters, kept))

    def _logged(self, name: str, file: str, card: Mapping[str, Any], save: Callable[[Path, Any], None]) -> Trained:
        plain = REFUSED.sub("-", name)
        kept = self.client.create_logged_model(self.experiment_id, name=plain, source_run_id=self.run_id)
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(parent) / "model"
            save(folder, kept)
            digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            content = card_text({**card, "name": name, "sha256": digest, "requirements": store.requirements()})
            (folder / CARD_FILE).write_text(content)
            self.client.log_model_artifacts(kept.model_id, str(folder))
        entities = store.mlflow().entities
        self.client.log_outputs(self.run_id, [entities.LoggedModelOutput(kept.model_id, step=0)])
        self.client.finalize_logged_model(kept.model_id, "READY")
        return Trained(name, str(kept.model_id), relative(str(kept.artifact_location)), json.loads(content))


@contextmanager
def run(family: str, night: date, name: str) -> Iterator[Run]:
    """Open a run of a family's experiment; raises `StoreDown` if the store cannot be reached.

    Tags: night, contract versions of the family's tables, git revision if there is one, code version.
    """
    with reached_store():
        experiment_id = store.experiment(family)
        client = store.client()
        made = client.create_run(experiment_id, run_name=f"{name} {night}", tags=_tags(family, night, name))
    opened = Run(client, str(made.info.run_id), experiment_id)
    try:
        with reached_store():
            yield opened
    except BaseException:
        with suppress(Exception):  # the store may be what failed; the first fault is the one to tell
            client.set_terminated(opened.run_id, "FAILED")
        raise
    client.set_terminated(opened.run_id, "FINISHED")


def refuse_personal(sample: "pd.DataFrame") -> None:
    """Raise `PersonalInput` for columns that are no numbers, or that a contract marks as personal."""
    personal = {c.name for t in expectations.tables().values() for c in t.columns if c.pii != Pii.NONE}
    bad = [name for name in sample.columns if name in personal or sample[name].dtype.kind not in "fiub"]
    if bad:
        raise PersonalInput(f"no model may learn from {', '.join(bad)}: numbers without identifiers only")


def _save(folder: Path, estimator: Any, sample: "pd.DataFrame", kept: Any) -> None:
    mlflow = store.mlflow()
    mlflow.sklearn.save_model(
        estimator,
        str(folder),
        mlflow_model=mlflow.models.Model(
            artifact_path=kept.artifact_location,
            model_uuid=kept.model_id,
            run_id=kept.source_run_id,
            model_id=kept.model_id,
        ),
        serialization_format="skops",
        skops_trusted_types=list(TRUSTED),
        pip_requirements=store.requirements(),
        signature=mlflow.models.infer_signature(sample, estimator.predict(sample.to_numpy())),
    )


def _save_numbers(folder: Path, parameters: Mapping[str, Any], kept: Any) -> None:
    """With MLflow's own note beside it, so that its pages show the model; it names no flavour: nothing loads it."""
    folder.mkdir()
    (folder / PARAMETERS_FILE).write_text(card_text(parameters))
    note = store.mlflow().models.Model(
        artifact_path=kept.artifact_location,
        model_uuid=kept.model_id,
        run_id=kept.source_run_id,
        model_id=kept.model_id,
    )
    note.save(str(folder / "MLmodel"))


def _dataset(read: Partition) -> dict[str, str]:
    facts = {"night": read.night.isoformat(), "data_as_of": read.data_as_of.isoformat(), "is_stale": read.is_stale}
    return {
        "name": read.table.name,
        "digest": read.run_id,
        "source_type": "goldseam",
        "source": json.dumps({"table": read.table.name, "version": read.table.version, "run_id": read.run_id, **facts}),
        "profile": json.dumps({"num_rows": read.rows}),
    }


def _tags(family: str, night: date, name: str) -> dict[str, str]:
    contracts = ", ".join(f"{table.name} {table.version}" for table in expectations.family(family))
    tags = {"night": night.isoformat(), "step": name, "contracts": contracts, "code_version": code_version()}
    return tags | ({"git_revision": store.git_revision()} if store.git_revision() else {})
