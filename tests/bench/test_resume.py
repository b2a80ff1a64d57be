"""A bench that was stopped, or of which a step failed, goes on where it ended."""

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks import nights, watched
from benchmarks.kept import Kept
from benchmarks.nights import Wish
from benchmarks.pair import DAGS, Pair, mended, red_rooms, stands
from benchmarks.shops import Shop
from benchmarks.watched import Watched
from tests.bench.sample import night, step


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop("real", 60, 400, 1, tmp_path)
    (made.home / "demo").mkdir(parents=True)
    return made


class Processes:
    """The processes that the bench would start: each `goldseam night` tells its steps, those in `failing` as failed."""

    def __init__(self) -> None:
        self.started: list[tuple[str, tuple[str, ...]]] = []
        self.failing: set[str] = set()

    def run(self, command, environment, log, limits=None, say=None) -> Watched:
        only = tuple(word.removeprefix("--only=") for word in command if word.startswith("--only="))
        self.started.append((command[command.index("--night") + 1], only))
        steps = [
            step(f"{dag}.work", state="failed" if dag in self.failing else "success", wall_s=1.0)
            for dag in only or DAGS
        ]
        log.parent.mkdir(parents=True, exist_ok=True)
        Path(environment["GOLDSEAM_MEASURE"]).write_text("".join(json.dumps(one) + "\n" for one in steps))
        return Watched(status=1 if self.failing else 0, wall_s=30.0, cpu_s=20.0, peaks={"night": 2**30})


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    made = Processes()
    monkeypatch.setattr(watched, "run", made.run)
    return made


def run(shop: Shop, again: bool = False) -> Kept:
    kept = Kept(shop.folder)
    Pair(shop, kept, Wish(), say=lambda words: None).run(again)
    return kept


FIRST, LAST = "2017-12-31", "2018-01-01"


def test_both_nights_are_run_once(shop, processes):
    kept = run(shop)
    assert processes.started == [(FIRST, ()), (LAST, ())]
    assert [name for name in kept.parts()] == ["first", "increment"]
    run(shop)
    assert len(processes.started) == 2


def test_again_means_again(shop, processes):
    run(shop), run(shop, again=True)
    assert processes.started == [(FIRST, ()), (LAST, ())] * 2


def test_a_bench_that_was_stopped_between_the_nights_runs_the_second_alone(shop, processes):
    kept = run(shop)
    kept.file("increment").unlink()
    run(shop)
    assert processes.started[2:] == [(LAST, ())]


def test_a_bench_that_was_stopped_within_the_first_night_begins_it_anew(shop, processes):
    (shop.home / "warehouse").mkdir()
    run(shop)
    assert not (shop.home / "warehouse").exists()
    assert (shop.home / "demo").exists()
    assert stands(shop)


def test_a_torn_measurement_counts_as_none(shop, processes):
    kept = run(shop)
    kept.file("increment").write_text('{"steps": [')
    run(shop)
    assert processes.started[2:] == [(LAST, ())]


def test_after_a_failure_the_red_rooms_alone_are_run_again_and_the_nights_built_on_them(shop, processes):
    processes.failing = {"segments"}
    kept = run(shop)
    assert nights.failed(kept.read("first")) == ["segments.work"]
    assert len(kept.read("first")["steps"]) == len(DAGS), "what did not fail keeps its figures"
    processes.failing, processes.started = set(), []
    run(shop)
    assert processes.started == [(FIRST, ("segments",)), (LAST, ())]
    assert nights.is_whole(kept.read("first"))
    assert kept.read("first")["mended"] == ["segments"]


def test_a_night_that_is_mended_holds_every_step_once_and_the_time_of_both_runs():
    before = night(step("shop.fetch", cpu_s=1.0), step("segments.train", state="failed"))
    after = night(step("segments.train", cpu_s=9.0), only=["segments"], wall_s=5.0)
    found = mended(before, after)
    assert [(one["step"], one["cpu_s"]) for one in found["steps"]] == [("shop.fetch", 1.0), ("segments.train", 9.0)]
    assert found["wall_s"] == 25.0
    assert found["peaks"] == before["peaks"]


def test_a_room_of_which_no_step_ran_is_red():
    seen = [step(f"{dag}.work") for dag in DAGS if dag != "quality"]
    assert len(seen) > 5
    assert red_rooms(night(*seen)) == ("quality",)


def test_a_line_that_was_torn_off_costs_that_step_alone(tmp_path):
    file = tmp_path / "night.jsonl"
    file.write_text(json.dumps(step("a.b", state="failed")) + "\n" + json.dumps(step("a.b")) + '\n{"step": "a.c", "wa')
    assert [(one["step"], one["state"]) for one in nights.read(file)] == [("a.b", "success")]
    assert nights.read(tmp_path / "none.jsonl") == []


def test_seconds_outside_the_work_are_the_nights_less_its_tasks_and_what_passed_within_them():
    one = step("a.b", wall_s=4.0, imports_s=1.0, great_expectations_s=0.5, mlflow_s=0.25)
    found = nights.outside(10.0, [one, one])
    assert found == {
        "airflow_s": 2.0,
        "imports_s": 2.0,
        "great_expectations_s": 1.0,
        "mlflow_s": 0.5,
        "sum_s": 5.5,
    }


def test_a_memory_limit_is_a_measurement_of_its_own_and_bounds_the_engine(shop, processes, monkeypatch):
    told = []
    monkeypatch.setattr(watched, "run", lambda *given: told.append(given) or processes.run(*given))
    kept = Kept(shop.folder)
    Pair(shop, kept, Wish(memory_bytes=3 * 2**30), lambda words: None).run(again=False)
    assert list(kept.parts()) == ["first-3GiB", "increment-3GiB"]
    assert {given[3].memory_bytes for given in told} == {3 * 2**30}
    assert {given[1]["GOLDSEAM_MEMORY_LIMIT"] for given in told} == {"1.45GB"}
    assert date.fromisoformat(kept.read("first-3GiB")["night"]) == shop.nights["first"]
