"""Two commits in turns: in which order, with whose code, and what is told of it."""

import pytest

from benchmarks import against, machine
from benchmarks.bench import Asked
from benchmarks.kept import Kept
from benchmarks.shops import Shop
from tests.bench.sample import night, step


@pytest.fixture
def shop(tmp_path) -> Shop:
    """A shop that is planted already."""
    made = Shop("real", 60, 400, 1, tmp_path)
    (made.home / "demo").mkdir(parents=True)
    Kept(made.folder).write("plant", {"status": 0, "commit": "abc"})
    return made


def test_an_unknown_commit_is_refused_before_anything_runs(shop):
    with pytest.raises(ValueError, match="no commit"):
        against.run(Asked((shop,), say=print), "no-such-commit", 1, shop.work)


def test_the_sides_take_turns_with_their_own_code_and_a_fresh_home(shop, monkeypatch):
    if not machine.commit():
        pytest.skip("the checkout is not in git")
    ran = []

    def run(of, on, wish, log, say):
        ran.append((wish.house.name, str(on)))
        assert not (of.home / "warehouse").exists() or on == of.last_day
        (of.home / "warehouse").mkdir(exist_ok=True)
        seconds = 2.0 if wish.house == machine.HOUSE else 4.0
        return night(step("shop.merge", cpu_s=seconds), step("shop.fetch", cpu_s=0.1), cpu_s=seconds)

    monkeypatch.setattr("benchmarks.nights.run", run)
    found = against.run(Asked((shop,), say=lambda words: None), "HEAD", 2, shop.work)
    here, there = machine.HOUSE.name, found["against"]
    assert [who for who, _ in ran] == [here, here, there, there] * 2
    assert (shop.work / "commits" / there / "plugins" / "one_process.py").exists()
    first = found["sizes"]["60"]["first"]
    assert (first["cpu_s"]["this"], first["cpu_s"]["that"], first["cpu_s"]["ratio"]) == (2.0, 4.0, 0.5)
    assert list(first["steps"]) == ["shop.merge"], "what takes no time has no ratio"


def test_a_median_bears_one_turn_that_was_disturbed():
    told = against._medians({"this": [1.0, 9.0, 1.1], "that": [2.2, 2.0, 2.4]})
    assert told["ratio"] == 0.5
    assert told["this_range"] == [1.0, 9.0]
