"""T4 of our reliability cases: two publishers of one night, racing, and one frozen while the other finishes."""

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import date, timedelta
from multiprocessing.process import BaseProcess

import psutil
import pytest

from mining_tasks.warehouse import ledger, surfaces
from mining_tasks.warehouse.home import Home
from tests.warehouse.apart import CONTEXT, PATIENCE_SECONDS, ended, publish_and_tell, started
from tests.warehouse.nights import NEXT, NIGHT, publish_night
from tests.warehouse.readers import by_current, by_file

ROUNDS = 5


def raced(night: date, *seeds: int) -> dict[int, list[str]]:
    """Publish one night in as many processes as there are seeds; their answers by seed."""
    answers = CONTEXT.Queue()
    racers = [started(publish_and_tell, night, seed, answers) for seed in seeds]
    told = [answers.get(timeout=PATIENCE_SECONDS) for _ in racers]
    assert [ended(racer) for racer in racers] == [0] * len(racers)
    return {seed: [answer for other, answer in told if other == seed] for seed in seeds}


def test_two_publishers_of_the_same_rows_make_one_publication_a_night(cellar: Home) -> None:
    for number in range(ROUNDS):
        night = NIGHT + timedelta(days=number)
        answers = raced(night, 1, 1)[1]
        runs = [row for row in ledger.publications_of("segments") if row["night"] == night]
        assert len(runs) == 1, "one ledger row a night"
        assert set(answers) <= {runs[0]["run_id"], "Superseded"}
        assert by_current(cellar)[0] == by_file(cellar) == runs[0]["run_id"]


def test_of_two_publishers_with_different_rows_the_later_attempt_wins_whole(cellar: Home) -> None:
    for number in range(ROUNDS):
        night = NIGHT + timedelta(days=number)
        answers = raced(night, 1, 2)
        mine = [row for row in ledger.publications_of("segments") if row["night"] == night]
        winner = max(mine, key=lambda row: row["attempt"])
        assert winner["run_id"] in (answers[1] + answers[2])
        assert by_current(cellar)[0] == by_file(cellar) == winner["run_id"]
        accepted = {row["table_name"]: row["run_id"] for row in ledger.accepted_on(night)}
        published = {table["name"]: table["run_id"] for table in json.loads(winner["tables"])}
        assert all(accepted[name] == run_id for name, run_id in published.items()), "readers and rooms see one run"


@pytest.fixture
def frozen() -> Iterator[list[BaseProcess]]:
    """Processes that a test froze; none stays frozen after it."""
    processes: list[BaseProcess] = []
    yield processes
    for process in processes:
        if process.is_alive():
            process.kill()


@pytest.mark.parametrize("step", ["checked drafts", "accepted", "loaded surfaces"])
def test_a_publisher_frozen_after_its_audit_cannot_undo_what_was_published_meanwhile(
    cellar: Home, frozen: list[BaseProcess], step: str
) -> None:
    publish_night(NIGHT, seed=1)
    answers = CONTEXT.Queue()
    late = started(publish_and_tell, NEXT, 2, answers, step)
    frozen.append(late)
    wait_until_stopped(late)
    winner = publish_night(NEXT, seed=3)
    os.kill(late.pid or 0, signal.SIGCONT)
    assert answers.get(timeout=PATIENCE_SECONDS)[1] in ("Superseded", winner), "it gives way, or finds it done"
    assert ended(late) == 0
    surfaces.derive()
    assert by_current(cellar)[0] == by_file(cellar) == winner
    assert {table["verdict"] for table in surfaces.tables()} == {"go"}


def wait_until_stopped(process: BaseProcess) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < deadline, "the process was not frozen"
        time.sleep(0.02)


def test_a_frozen_publisher_of_an_older_night_cannot_move_readers_back(
    shop_home: Home, frozen: list[BaseProcess]
) -> None:
    answers = CONTEXT.Queue()
    late = started(publish_and_tell, NIGHT, 2, answers, "loaded surfaces")
    frozen.append(late)
    wait_until_stopped(late)
    newest = publish_night(NEXT, seed=3)
    os.kill(late.pid or 0, signal.SIGCONT)
    answers.get(timeout=PATIENCE_SECONDS)
    assert ended(late) == 0
    assert by_current(shop_home)[0] == by_file(shop_home) == newest
    assert len(ledger.publications_of("segments")) == 2
