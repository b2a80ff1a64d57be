"""A night's figures: in a real MLflow, complete, and with nobody's account among them."""

import csv
import io
import logging
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from expectations.likeness import core_identities__curve
from mining_tasks.experiments import store
from mining_tasks.identities import curve
from mining_tasks.identities.look import picture
from mining_tasks.identities.steps import log_figures
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.home import Home
from tests.identities.conftest import PEOPLE, PERSONAL
from tests.identities.drawn_accounts import account
from tests.identities.test_link_accounts import FIRST, SECOND, accepted


def files(home: Home) -> dict[str, Path]:
    """What lies in MLflow beside the last run's figures, by name."""
    found = sorted((home.mlflow / "artifacts" / "identities").rglob("*.*"), key=lambda file: file.stat().st_mtime)
    return {file.name: file for file in found if file.is_file()}


def test_a_night_is_logged_with_its_numbers_tables_and_pictures(linked_home: Home) -> None:
    accepted(SECOND, [*PEOPLE, *(account("crm", number) for number in range(90, 93))])
    log_figures(SECOND)
    client = store.client()
    (run,) = client.search_runs([store.experiment("identities")])
    assert (run.info.status, run.data.tags["night"]) == ("FINISHED", str(SECOND))
    numbers = run.data.metrics
    assert (numbers["accounts"], numbers["accounts_of_shop"], numbers["accounts_of_support"]) == (25, 6, 1)
    assert numbers["customers"] == sum(n for name, n in numbers.items() if name.startswith("customers_of_"))
    assert (numbers["changes"], numbers["changes_new"], numbers["changes_merged"]) == (3, 3, 0)
    assert (numbers["values_limited"], numbers["values_limited_email"]) == (1, 1)
    assert (numbers["decisions"], numbers["decisions_overruled"]) == (0, 0)
    assert 0.5 < numbers["estimated_precision"] <= 1
    assert numbers["pairs_by_evidence_email"] >= 1
    assert 0 < numbers["linked_share"] < 1
    assert run.data.params["precision_target"] == "0.9975"
    made = files(linked_home)
    assert {"curve.csv", "parameters.csv", "sizes.png", "curve.png"} <= set(made)
    assert [name for name, file in made.items() if file.stat().st_size < 500] == []


def test_the_logged_tables_hold_levels_and_the_curve(linked_home: Home) -> None:
    log_figures(FIRST)
    made = files(linked_home)
    levels = list(csv.DictReader(io.StringIO(made["parameters.csv"].read_text())))
    same = next(row for row in levels if (row["comparison"], row["level"]) == ("birth", "same"))
    assert float(same["m"]) > 100 * float(same["u"])
    assert float(same["bits"]) == pytest.approx(np.log2(float(same["m"]) / float(same["u"])))
    drawn = list(csv.DictReader(io.StringIO(made["curve.csv"].read_text())))
    assert [row["is_chosen"] for row in drawn].count("true") == 1


def test_nothing_that_is_logged_names_an_account_or_a_person(linked_home: Home) -> None:
    log_figures(FIRST)
    made = [file for file in linked_home.mlflow.rglob("*") if file.is_file()]
    assert len(made) > 5
    words = [*PERSONAL, "shop:", "crm:1", "support:1"]
    assert [(file.name, word) for file in made for word in words if word.encode() in file.read_bytes().lower()] == []


def test_a_store_that_is_away_costs_the_figures_and_not_the_night(
    linked_home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (linked_home.path / "no-folder").write_text("a file")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{linked_home.path}/no-folder/mlflow.db")
    with caplog.at_level(logging.WARNING):
        log_figures(FIRST)
    assert "the experiment store could not be used" in caplog.text


def test_the_curve_of_the_night_that_trained_is_handed_on(linked_home: Home) -> None:
    accepted(SECOND, [*PEOPLE, account("crm", 90)])
    first, second = (shelf.read(core_identities__curve, night).arrow() for night in (FIRST, SECOND))
    assert first.num_rows > 10
    assert second.equals(first)
    assert set(first["trained_date"].to_pylist()) == {FIRST}


POINTS = pa.table(
    {
        "match_weight": [4.0, 0.5, 2.25, 9.0],
        "match_probability": [0.9, 0.6, 0.8, 1.0],
        "stranger_probability": [0.0, 0.0, 0.0, 0.9],
        "pairs": [100.0, 10.0, 20.0, 1000.0],
    }
)


def limits(**told: float) -> pa.Table:
    codes = [f"limit.{name}" for name in told]
    return pa.table({"parameter_code": codes, "value": pa.array(told.values(), pa.float64())})


def test_every_step_counts_what_it_would_join_and_how_much_of_it_is_wrong() -> None:
    rows = curve.drawn(POINTS, limits(threshold_weight=2.25, most_strange=0.5), FIRST).to_pylist()
    by_bits = {row["threshold_weight"]: row for row in rows}
    assert [bits for bits, row in by_bits.items() if row["is_chosen"]] == [2.25]
    assert [by_bits[bits]["pairs_joined"] for bits in (0.0, 0.5, 1.0, 2.25, 2.5, 4.0, 4.5)] == [
        130, 130, 120, 120, 100, 100, 0
    ]  # fmt: skip
    assert by_bits[2.25]["expected_wrong"] == pytest.approx(14)
    assert by_bits[2.25]["estimated_precision"] == pytest.approx(1 - 14 / 120)
    assert by_bits[4.5]["estimated_precision"] is None
    assert [row["expected_wrong"] for row in rows] == sorted((row["expected_wrong"] for row in rows), reverse=True)


def test_a_curve_of_no_pairs_is_a_curve() -> None:
    rows = curve.drawn(POINTS.slice(0, 0), limits(), FIRST).to_pylist()
    assert {row["pairs_joined"] for row in rows} == {0}
    assert [row["threshold_weight"] for row in rows if row["is_chosen"]] == [0.0]


@pytest.mark.parametrize("bits", [{"prior": -14.0}, {"prior": -14.0, "given": 8.0, "birth": -0.001, "email": 9.5}])
def test_a_waterfall_has_a_bar_for_all_that_says_something_and_one_for_the_sum(bits: dict[str, float]) -> None:
    (axes, *_) = picture.waterfall(bits, "two accounts", 3.0).axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [
        *(
            name
            for name, key in (("before any comparison", "prior"), ("given name", "given"), ("e-mail", "email"))
            if key in bits
        ),
        "together",
    ]
    assert len(axes.patches) == len(labels)


@pytest.mark.parametrize(("bits", "words"), [(60.0, "more than"), (-60.0, "less than"), (0.0, "50.000 %")])
def test_no_pair_is_called_certain(bits: float, words: str) -> None:
    assert words in picture.shown(bits)
