"""T5 of our reliability cases: readers of every kind loop while a family is published 200 times."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import psycopg
import pytest

import expectations
from mining_tasks.warehouse import ledger, publish, shelf, surfaces
from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import NIGHT, SEGMENTS, publish_night
from tests.warehouse.readers import by_current, by_file, by_postgres

PUBLISHES = 200
PAUSE_SECONDS = 0.05  # six readers without any would take the machine from the publisher they are to disturb
PAIR = (SEGMENTS[0], SEGMENTS[1])


@dataclass
class Reader:
    """Reads again and again until told to stop; keeps what it saw and what went wrong."""

    read: Callable[[], list[str]]
    is_one_snapshot: bool
    reads: int = 0
    runs: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def loop(self, stop: threading.Event) -> None:
        while not stop.wait(PAUSE_SECONDS):
            try:
                seen = self.read()
            except Exception as fault:  # whatever it is: a reader must never meet one
                self.faults.append(f"{type(fault).__name__}: {fault}")
                continue
            self.reads += 1
            self.runs += seen[:1] if not self.runs or self.runs[-1] != seen[0] else []
            if self.is_one_snapshot and len(set(seen)) != 1:
                self.faults.append(f"a mixture of runs: {seen}")


def analyst(address: str, order: tuple[str, str], is_repeatable: bool) -> Reader:
    """An analyst who opens the tables in that order, in one repeatable-read transaction or statement by statement."""
    connection = psycopg.connect(address, autocommit=not is_repeatable)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if is_repeatable else None

    def read() -> list[str]:
        if not is_repeatable:
            return by_postgres(connection, order)
        with connection.transaction():
            return by_postgres(connection, order)

    return Reader(read, is_one_snapshot=is_repeatable)


def parquet_reader(home: Home) -> list[str]:
    return [by_current(home)[0]]


def publish_again(number: int, night: date) -> str:
    """Publish accepted rows under a new run, the way `publish` does after its checks."""
    parts = shelf.read_all(expectations.family("segments"), night)
    run_id = f"r_{number:016x}"
    attempt = ledger.begin("segments", night)
    surfaces.load(parts, run_id)
    publish._move_pointer("segments", parts, run_id, attempt)
    surfaces.derive()
    return run_id


def test_readers_meet_no_error_no_empty_table_and_no_mixture_during_200_publishes(
    shop_home: Home, analysts: psycopg.Connection
) -> None:
    publish_night(NIGHT)
    address = f"{analysts.info.dsn} user=postgres"
    orders = (PAIR, PAIR[::-1])
    readers = [analyst(address, order, repeatable) for order in orders for repeatable in (True, False)]
    readers += [Reader(lambda: [by_file(shop_home)], True), Reader(lambda: parquet_reader(shop_home), True)]
    stop = threading.Event()
    threads = [threading.Thread(target=reader.loop, args=(stop,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        runs = [publish_again(number, NIGHT) for number in range(PUBLISHES)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert [fault for reader in readers for fault in reader.faults] == []
    assert all(reader.reads > 10 and len(reader.runs) > 5 for reader in readers), "they read while it was published"
    for reader in readers:
        assert [run for run in runs if run in reader.runs] == [run for run in reader.runs if run in runs], "never back"
    assert by_postgres(analysts)[0] == by_file(shop_home) == runs[-1]


def test_a_reader_with_an_older_snapshot_sees_its_night_to_the_end(
    shop_home: Home, analysts: psycopg.Connection
) -> None:
    old = publish_night(NIGHT, seed=1)
    analysts.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with analysts.transaction():
        first = by_postgres(analysts, SEGMENTS[:1])
        new = publish_night(NIGHT, seed=2)
        assert first + by_postgres(analysts, SEGMENTS[1:]) == [old] * 3
    assert by_postgres(analysts) == [new] * 3


@pytest.mark.parametrize("order", [PAIR, PAIR[::-1]])
def test_a_reader_who_holds_a_transaction_open_does_not_hold_up_publishing(
    shop_home: Home, analysts: psycopg.Connection, order: tuple[str, str]
) -> None:
    publish_night(NIGHT, seed=1)
    with analysts.transaction():
        by_postgres(analysts, order)
        assert publish_night(NIGHT, seed=2)
