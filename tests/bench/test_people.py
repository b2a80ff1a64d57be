"""The bench of people alone: a town planted without orders is linked by every side, and tonight's changes by ours."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import people, townspeople
from benchmarks.peers import identities
from benchmarks.peers.side import Clock


@pytest.fixture
def town(shop_home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path / "town"))
    (tmp_path / "town").mkdir()
    townspeople.plant(count=400, seed=7, days=40)


def test_a_town_is_linked_and_again_after_some_of_its_accounts_changed(town):
    exact = identities.with_exact(people.NIGHT, Clock())
    first = identities.ours(people.NIGHT, Clock())
    assert first["rows"] == exact["rows"] > 700
    assert first["precision"] > exact["precision"]
    assert first["f1"] > exact["f1"] > 0.3
    townspeople.change()
    second = identities.ours(people.NIGHT + timedelta(1), Clock())
    assert second["rows"] == first["rows"]
    assert abs(second["f1"] - first["f1"]) < 0.01


def test_a_side_that_failed_stands_in_the_table_as_failed():
    told = {"rows": 43_384, "seconds": 6.71, "cpu_s": 7.2, "peak_bytes": 2**29}
    shares = {"precision": 0.99831, "recall": 0.92936, "f1": 0.9626}
    assert (
        people.row(20_000, "ours", told | shares)
        == "| 20k | ours | 43,384 | 6.7 | 7.2 | 0.50 | 0.9983 | 0.9294 | 0.9626 |"
    )
    assert people.row(20_000, "splink", None).count("|") == people.row(20_000, "ours", told | shares).count("|")
