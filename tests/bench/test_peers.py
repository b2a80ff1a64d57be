"""The peers do the same work as we: else a ratio of seconds says nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kept import Kept
from benchmarks.machine import HOUSE
from benchmarks.peers import baskets, contests, features, segments
from benchmarks.peers.side import ABSENT, Clock
from benchmarks.shops import Shop
from tests.night import homes


def test_pandas_finds_what_our_sql_finds(after_first_night):
    with homes.at_home(after_first_night):
        found = features.with_pandas(homes.FIRST, clock := Clock())
        ours = features.ours(homes.FIRST, Clock())
    assert found["differing"] == []
    assert found["columns"] >= 30
    assert found["rows"] == ours["rows"] > 500
    assert clock.facts()["seconds"] > 0


def test_a_column_that_differs_is_told(after_first_night):
    with homes.at_home(after_first_night):
        made = features._features(homes.FIRST)
        made["orders_count"] += 1
        assert features._differing(made, homes.FIRST) == ["orders_count"]


def test_both_ways_to_count_pairs_count_the_same(after_first_night):
    with homes.at_home(after_first_night):
        said = [way(homes.FIRST, Clock()) for way in (baskets.with_duckdb, baskets.with_pandas)]
    assert said[0] == said[1]
    assert said[0]["pairs"] > 100


def test_the_drafts_of_a_contest_are_not_left_behind(after_first_night):
    with homes.at_home(after_first_night):
        before = set((after_first_night.path / "drafts").rglob("manifest.json"))
        features.ours(homes.FIRST, Clock())
        assert set((after_first_night.path / "drafts").rglob("manifest.json")) == before


def test_a_sample_finds_the_groups_that_the_full_fit_finds(after_first_night):
    numbers, group = segments.drawn(20_000)
    assert numbers.shape == (20_000, 20)
    assert numbers.min() >= 0
    assert set(group) == set(range(segments.GROUPS))
    with homes.at_home(after_first_night):
        found = segments.ours(homes.FIRST, Clock())
    assert found["rows"] > 500
    assert abs(found["ari_lost"]) <= 0.01 < 0.9 < found["ari"]


def test_identities_are_judged_by_pairs_of_accounts(after_first_night):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from benchmarks.peers.identities import judged

    truth = after_first_night.path / "demo" / "truth" / "accounts.parquet"
    with homes.at_home(after_first_night):
        rows = {"source_code": ["shop"] * 5, "account_id_source": list("12345"), "customer_id": list("aabbc")}
        assert judged(pa.table(rows)) == {}
        people = {"source_code": ["shop"] * 5, "account_id": [1, 2, 3, 4, 5], "person_id": [1, 1, 1, 2, 3]}
        pq.write_table(pa.table(people), truth)
        near = {"recall": pytest.approx(1 / 3, abs=1e-4), "f1": pytest.approx(0.4)}
        assert judged(pa.table(rows)) == {"precision": 0.5} | near


def test_every_contest_has_a_module_with_its_sides():
    assert len(contests.CONTESTS) == 5
    for contest in contests.CONTESTS:
        source = (HOUSE / "benchmarks" / "peers" / f"{contest.name}.py").read_text()
        assert [side for side in contest.sides if f'"{side}": ' not in source] == []


def test_a_side_whose_package_is_missing_says_so_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(contests, "CONTESTS", (contests.Contest("segments", "k-means", ("scikit-learn",)),))
    shop = Shop("real", 60, 400, 1, tmp_path)
    shop.home.mkdir(parents=True)
    kept, said = Kept(shop.folder), []
    contests.run(shop, kept, again=False, say=said.append)
    sides = kept.read("peer-segments")["sides"]
    assert list(sides) == ["ours", "scikit-learn"]
    assert {side["why"] for side in sides.values()} == {
        "failed; log: peer-segments-ours.log",
        "failed; log: peer-segments-scikit-learn.log",
    }, "an empty home has no customers to draw for"


def test_a_missing_package_is_told_with_the_extra_that_brings_it(tmp_path: Path):
    (tmp_path / "sklearn.py").write_text("raise ModuleNotFoundError('no', name='sklearn')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(HOUSE)])}
    command = [sys.executable, "-m", "benchmarks.peers.segments", "ours", "--night", "2018-01-01"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == ABSENT
    assert done.stdout.splitlines()[-1] == "sklearn is not installed: pip install 'goldseam[bench]'"


def test_what_was_measured_is_not_measured_again_and_what_failed_is(tmp_path, monkeypatch):
    monkeypatch.setattr(contests, "CONTESTS", (contests.Contest("baskets", "pairs", ("duckdb", "pandas"), ours=""),))
    ran = []
    told = json.dumps({"seconds": 1.0, "cpu_s": 1.0, "peak_bytes": 1, "rows": 1})

    def run(command, environment, log, limits):
        ran.append(command[3])
        good = command[3] == "duckdb"
        return contests.Watched(status=0 if good else 1, last_line=told if good else "Killed")

    monkeypatch.setattr(contests.watched, "run", run)
    shop, kept = Shop("real", 60, 400, 1, tmp_path), Kept(tmp_path)
    for _ in range(2):
        contests.run(shop, kept, again=False, say=lambda words: None)
    assert ran == ["duckdb", "pandas", "pandas"]
