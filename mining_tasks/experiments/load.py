"""Load models: skops files alone, with our own fixed list of trusted types, and only the very bytes we saved.

`mlflow.*.load_model` is not used anywhere: it trusts the list that stands in the model's own MLmodel file.
"""

import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from mining_tasks.experiments import store
from mining_tasks.experiments.store import reached_store
from mining_tasks.warehouse.home import home

MODEL_FILE = "model.skops"
CARD_FILE = "card.json"
# Beyond what skops trusts by itself: the compiled parts of forests and boosted trees, calibrated classifiers, what a
# net keeps of its search, the names of a vote's parts (a dict), and a matrix's type of number.
TRUSTED = (
    "numpy.dtype",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.utils._bunch.Bunch",
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)


class Unloadable(ValueError):
    """A model's file is missing, is not what was saved, or holds what we do not trust."""


@dataclass(frozen=True)
class Trained:
    """A model that was logged: its own name, where it lies, and its card (what people and later nights need)."""

    name: str
    model_id: str
    location: str
    card: dict[str, Any]

    def estimator(self) -> Any:
        """The fitted estimator; raises `Unloadable`, also if another scikit-learn (x.y) than today's saved it."""
        made_with, here = self.card["requirements"], store.requirements()
        if minor(made_with) != minor(here):
            raise Unloadable(f"{self.name} was saved with {made_with[0]}, here is {here[0]}; it must be trained again")
        content = fetched(self.location, MODEL_FILE)
        if hashlib.sha256(content).hexdigest() != self.card["sha256"]:
            raise Unloadable(f"{self.name}: its file is not the one that was saved; train again or restore it")
        return loaded(content)


def trained(model_id: str) -> Trained:
    """What was logged under an id of MLflow; raises `StoreDown`, and `Unloadable` if its card cannot be read."""
    with reached_store():
        location = relative(str(store.client().get_logged_model(model_id).artifact_location))
    return at(location, model_id)


def at(location: str, model_id: str) -> Trained:
    """The model that lies at a location; raises `Unloadable` if its card cannot be read."""
    try:
        card = json.loads(fetched(location, CARD_FILE))
        return Trained(card["name"], model_id, location, card)
    except (json.JSONDecodeError, KeyError, TypeError) as fault:
        raise Unloadable(f"the card at {location} cannot be read: restore {CARD_FILE}, or train anew") from fault


def loaded(content: bytes) -> Any:
    """The estimator in the bytes of a skops file; nothing else is read, nothing in it is run.

    Raises `Unloadable` for pickle, joblib, cloudpickle and for any type beyond skops' own list and ours.
    """
    import skops.io

    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / MODEL_FILE
            file.write_bytes(content)
            if not zipfile.is_zipfile(file):
                raise Unloadable("no skops file; pickle, joblib and cloudpickle are never read")
            strange = sorted(set(skops.io.get_untrusted_types(file=file)) - set(TRUSTED))
            if strange:
                raise Unloadable(f"holds types we do not trust: {', '.join(strange)}")
            return skops.io.load(file, trusted=list(TRUSTED))
    except (KeyError, TypeError, AttributeError, ImportError, zipfile.BadZipFile) as fault:
        raise Unloadable(f"no readable skops file: {type(fault).__name__}") from fault


def fetched(location: str, name: str) -> bytes:
    """The bytes of one file of a model: from the home directly, else from the server that keeps it."""
    folder = _folder(location)
    try:
        if folder is not None:
            return (folder / name).read_bytes()
        with reached_store(), tempfile.TemporaryDirectory() as target:
            uri = f"{location}/{name}"
            found = store.mlflow().artifacts.download_artifacts(
                artifact_uri=uri, dst_path=target, tracking_uri=home().mlflow_uri
            )
            return Path(found).read_bytes()
    except OSError as fault:
        raise Unloadable(f"{name} cannot be read at {location}: {type(fault).__name__}") from fault


def relative(location: str) -> str:
    """A location inside the home as a path relative to it, so that a home can be moved; others as they are."""
    if urlparse(location).scheme not in ("", "file"):
        return location
    path = Path(unquote(urlparse(location).path))
    return str(path.relative_to(home().path)) if path.is_relative_to(home().path) else location


def _folder(location: str) -> Path | None:
    parts = urlparse(location)
    if parts.scheme not in ("", "file"):
        return None
    return home().path / unquote(parts.path)


def minor(requirements: list[str]) -> str:
    """Major and minor version of scikit-learn, which stands first: `1.9` of `scikit-learn==1.9.1`."""
    return ".".join(requirements[0].partition("==")[2].split(".")[:2])


def card_text(content: object) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
