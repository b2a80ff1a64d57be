"""Runs, champions and MLflow's alias on a real store: one store for all of these tests."""

import traceback
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.cluster import KMeans

from mining_tasks.experiments import champion, log, store
from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.load import Trained, Unloadable, fetched, trained
from mining_tasks.experiments.log import PersonalInput
from mining_tasks.experiments.store import StoreDown
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home

NIGHT = date(2018, 1, 1)
POINTS = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 2)), columns=["orders_count", "sales_index"])
GO, NO_GO = Verdict("go", ("it held",), {"ari": 0.9}), Verdict("no-go", ("it broke",), {"ari": 0.1})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("shop") / "home"
        for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(path))
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        path.mkdir()
        yield Home(path)


def model(name: str, family: str = "segments", night: date = NIGHT) -> Trained:
    estimator = KMeans(2, n_init=1, random_state=0).fit(POINTS.to_numpy())
    with log.run(family, night, "train") as run:
        return run.model(name, estimator, POINTS, {"k": 2})


def alias(family: str) -> str:
    return str(store.client().get_model_version_by_alias(family, "champion").tags["model"])


def test_a_run_holds_what_people_compare_and_its_files_lie_in_the_home(shared: Home):
    figure = Figure()
    figure.subplots().plot([1, 2])
    with log.run("segments", NIGHT, "train") as run:
        run.params({"k": 6})
        run.metrics({"ari": 0.9, "unknown": float("nan")})
        run.figure("curve", figure)
    seen = store.client().get_run(run.run_id)
    assert (seen.data.params, seen.data.metrics) == ({"k": "6"}, {"ari": 0.9})
    assert seen.info.status == "FINISHED"
    assert seen.data.tags["night"] == "2018-01-01"
    assert "pub_segments__customers 1.0.0" in seen.data.tags["contracts"]
    assert seen.data.tags["code_version"]
    assert list((shared.mlflow / "artifacts" / "segments").rglob("curve.png"))
    assert list(Path.cwd().iterdir()) == [], "nothing is left in the folder that the process is in"


def test_a_run_that_breaks_is_marked_as_failed_and_the_fault_goes_on(shared: Home):
    with pytest.raises(ZeroDivisionError), log.run("segments", NIGHT, "train") as run:
        raise ZeroDivisionError
    assert store.client().get_run(run.run_id).info.status == "FAILED"


def test_a_logged_model_comes_back_by_its_id_and_predicts_the_same(shared: Home):
    made = model("k-means drawn")
    again = trained(made.model_id)
    assert again == made
    assert not again.location.startswith("/"), "the ledger's address moves with the home"
    expected = KMeans(2, n_init=1, random_state=0).fit(POINTS.to_numpy()).labels_
    assert (again.estimator().predict(POINTS.to_numpy()) == expected).all()


def test_no_model_is_fed_with_what_tells_who_a_person_is(shared: Home):
    for bad in ({"customer_id": [1.0, 2.0]}, {"words": ["a", "b"]}):
        with log.run("segments", NIGHT, "train") as run, pytest.raises(PersonalInput):
            run.model("bad", KMeans(1), pd.DataFrame(bad), {})


def test_go_moves_the_champion_and_no_go_keeps_yesterdays_and_says_so(shared: Home):
    first, second = model("first", "moves"), model("second", "moves")
    assert champion.before("moves", NIGHT) is None
    assert champion.decide("moves", NIGHT, GO, first) == "go"
    assert champion.decide("moves", NIGHT + timedelta(1), NO_GO, second) == "no-go"
    now = champion.in_force("moves", NIGHT + timedelta(1))
    assert now is not None
    assert now.name == alias("moves") == "first"
    assert list(Path.cwd().iterdir()) == [], "MLflow opened no store of its own"
    row = ledger.verdicts_on(NIGHT + timedelta(1))[0]
    assert (row["verdict"], row["reasons"], row["champion"]) == ("no-go", "it broke", "first")


def test_judging_a_night_again_compares_with_the_champion_before_it(shared: Home):
    old, new = model("old", "again"), model("new", "again")
    champion.decide("again", NIGHT, GO, old)
    for _ in range(2):
        before = champion.before("again", NIGHT + timedelta(1))
        assert before is not None
        assert before.name == "old"
        champion.decide("again", NIGHT + timedelta(1), GO, new)
    champion.decide("again", NIGHT + timedelta(1), NO_GO, new)
    now = champion.in_force("again", NIGHT + timedelta(1))
    assert now is not None
    assert now.name == alias("again") == "old", "what the night promoted before does not count when it is judged anew"


def test_an_old_night_run_again_does_not_move_the_alias_back(shared: Home):
    oldest, newest = model("oldest", "back"), model("newest", "back")
    champion.decide("back", NIGHT, GO, oldest)
    champion.decide("back", NIGHT + timedelta(5), GO, newest)
    champion.decide("back", NIGHT, GO, model("oldest again", "back"))
    assert alias("back") == "newest"
    now = champion.in_force("back", NIGHT + timedelta(2))
    assert now is not None
    assert now.name == "oldest again"


def test_a_store_that_is_away_is_told_within_seconds_and_the_verdict_still_stands(
    shared: Home, monkeypatch: pytest.MonkeyPatch
):
    made = model("kept", "away")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(StoreDown), log.run("away", NIGHT, "train"):
        pass
    assert champion.decide("away", NIGHT, GO, made) == "go"
    row = ledger.champion("away", NIGHT)
    assert row is not None
    assert row["model"] == "kept"


def test_the_password_in_the_stores_address_is_told_to_nobody(
    shared: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    made = model("kept", "hushed")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://somebody:hunter2@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    champion.decide("hushed", NIGHT, GO, made)
    assert "MLflow could not be told" in caplog.text
    with pytest.raises(StoreDown) as asked:
        trained(made.model_id)
    with pytest.raises(Unloadable) as fetching:
        fetched("mlflow-artifacts:/1/models/m-1/artifacts", "card.json")
    told = [*traceback.format_exception(asked.value), *traceback.format_exception(fetching.value), caplog.text]
    assert not [text for text in told if "hunter2" in text]
