"""Only our own skops files are loaded; what could run code when read is refused unread."""

import pickle
import zipfile
from io import BytesIO
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from mining_tasks.experiments import store
from mining_tasks.experiments.load import Trained, Unloadable, at, fetched, loaded, relative
from mining_tasks.warehouse.home import Home

POINTS = np.random.default_rng(0).normal(size=(60, 2))
LABELS = POINTS[:, 0] > 0


class Trap:
    """An object that leaves a marker when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.marker,))


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "executed"


def test_a_crafted_pickle_is_refused_and_does_not_run(marker: Path):
    content = pickle.dumps(Trap(marker))
    with pytest.raises(Unloadable, match="never read"):
        loaded(content)
    assert not marker.exists()
    pickle.loads(content)
    assert marker.exists(), "the trap works: read by pickle it does run"


def test_a_crafted_joblib_file_is_refused_and_does_not_run(marker: Path):
    target = BytesIO()
    joblib.dump(Trap(marker), target)
    with pytest.raises(Unloadable):
        loaded(target.getvalue())
    assert not marker.exists()


def test_a_pickle_inside_an_archive_is_refused_and_does_not_run(marker: Path):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("model.pkl", pickle.dumps(Trap(marker)))
    with pytest.raises(Unloadable):
        loaded(target.getvalue())
    assert not marker.exists()


def test_a_skops_file_that_calls_a_function_of_the_system_is_refused():
    content = skops.io.dumps(FunctionTransformer(zipfile.ZipFile))
    with pytest.raises(Unloadable, match="do not trust: zipfile.ZipFile"):
        loaded(content)


def test_a_torn_file_is_refused():
    content = skops.io.dumps(LogisticRegression().fit(POINTS, LABELS))
    with pytest.raises(Unloadable):
        loaded(content[: len(content) // 2])


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(5, random_state=0),
        HistGradientBoostingClassifier(max_iter=5),
        CalibratedClassifierCV(LogisticRegression(), cv=2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_kinds_of_models_we_use_come_back_and_predict_the_same(model):
    model.fit(POINTS, LABELS)
    assert (loaded(skops.io.dumps(model)).predict(POINTS) == model.predict(POINTS)).all()


def kept(shop_home: Home, content: bytes, sha256: str, requirements: list[str]) -> Trained:
    folder = shop_home.mlflow / "model"
    folder.mkdir()
    (folder / "model.skops").write_bytes(content)
    return Trained("drawn", "m-1", relative(folder.as_uri()), {"sha256": sha256, "requirements": requirements})


def test_a_file_that_was_exchanged_is_refused_even_if_it_is_a_good_model(shop_home: Home):
    content = skops.io.dumps(LogisticRegression().fit(POINTS, LABELS))
    with pytest.raises(Unloadable, match="not the one that was saved"):
        kept(shop_home, content, "0" * 64, store.requirements()).estimator()


def test_a_model_of_another_scikit_learn_is_refused(shop_home: Home):
    content = skops.io.dumps(LogisticRegression().fit(POINTS, LABELS))
    with pytest.raises(Unloadable, match=r"scikit-learn==0\.24\.1"):
        kept(shop_home, content, "0" * 64, ["scikit-learn==0.24.1"]).estimator()


def test_a_missing_file_is_told_as_such(shop_home: Home):
    with pytest.raises(Unloadable, match="cannot be read"):
        fetched("mlflow/artifacts/nowhere", "model.skops")


def test_a_card_that_is_no_card_is_told_as_such(shop_home: Home):
    (shop_home.mlflow / "model").mkdir()
    for content in ("{", "[]", "{}"):
        (shop_home.mlflow / "model" / "card.json").write_text(content)
        with pytest.raises(Unloadable, match="card"):
            at("mlflow/model", "m-1")


def test_locations_inside_the_home_move_with_it(shop_home: Home):
    assert relative((shop_home.mlflow / "a b").as_uri()) == "mlflow/a b"
    assert relative("mlflow-artifacts:/1/models/m-1") == "mlflow-artifacts:/1/models/m-1"


def test_no_code_of_ours_reads_pickles_or_lets_mlflow_load_a_model():
    import mining_tasks

    forbidden = ("import pickle", "import joblib", "cloudpickle.load", ".load_model(", "yaml.load(")
    files = sorted(Path(str(mining_tasks.__file__)).parent.rglob("*.py"))
    assert files
    assert [(file.name, word) for file in files for word in forbidden if word in file.read_text()] == []
