"""The ledger: one code on SQLite and PostgreSQL; what is written stays, what fails is not there at all."""

import sqlite3
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from mining_tasks.warehouse import ledger, ledger_tables
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.ledger_tables import attempts, transaction
from tests.warehouse.nights import NEXT, NIGHT, publish_night


def test_each_attempt_draws_a_higher_fence_number_also_at_once(cellar: Home) -> None:
    drawn: list[int] = []
    threads = [threading.Thread(target=lambda: drawn.append(ledger.begin("segments", NIGHT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 8
    assert ledger.begin("segments", NIGHT) > max(drawn)


def test_who_comes_while_a_new_ledger_is_being_written_waits(tmp_path: Path) -> None:
    """SQLite refuses to change the mode at once then, whatever its busy timeout."""
    with (
        closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None, check_same_thread=False)) as first,
        closing(sqlite3.connect(tmp_path / "ledger.db")) as second,
    ):
        first.execute("CREATE TABLE attempts (fence)")
        first.execute("BEGIN IMMEDIATE")
        first.execute("INSERT INTO attempts VALUES (1)")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            second.execute("PRAGMA journal_mode=WAL")
        done = threading.Timer(0.3, lambda: first.execute("COMMIT"))
        done.start()
        ledger_tables._sqlite_manners(second, None)
        assert second.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert second.execute("SELECT fence FROM attempts").fetchone() == (1,)
        done.join()


def test_a_transaction_that_fails_leaves_nothing(cellar: Home) -> None:
    ledger.begin("segments", NIGHT)
    with pytest.raises(ZeroDivisionError), transaction() as connection:
        _ = connection.execute(attempts.insert().values(subject="never", night=NIGHT)).rowcount / 0
    assert [row["subject"] for row in ledger.rows(attempts.select())] == ["segments"]


def test_a_receipt_of_a_night_replaces_the_one_before(cellar: Home) -> None:
    counts = {"received": 10, "loaded": 8, "quarantined": 1, "duplicates": 1}
    ledger.note_receipt("raw_shop__orders", NIGHT, counts, {"no number": 1})
    ledger.note_receipt("raw_shop__orders", NIGHT, counts | {"loaded": 9, "quarantined": 0}, {})
    ledger.note_replay("raw_shop__orders", NIGHT, {"no number": 1})
    found = ledger.receipt("raw_shop__orders", NIGHT)
    assert found
    assert (found["loaded"], found["quarantined"], found["replayed"]) == (9, 0, '{"no number": 1}')
    assert len(ledger.receipts_on()) == len(ledger.receipts_on(NIGHT)) == 1
    assert ledger.receipts_on(NEXT) == []


def test_the_last_verdict_is_that_of_the_newest_night_not_of_the_last_writing(cellar: Home) -> None:
    said = {"reasons": ["because"], "figures": {"rows": 1}}
    ledger.note_verdict(NEXT, "segments", "publication", said | {"verdict": "no-go"})
    ledger.note_verdict(NIGHT, "segments", "publication", said | {"verdict": "go"})
    last = ledger.last_verdict("segments", "publication")
    assert last
    assert last["verdict"] == "no-go"
    assert ledger.newest_night() == NEXT
    assert ledger.last_verdict("segments", "model") is None


def test_a_verdict_of_a_night_replaces_the_one_before(cellar: Home) -> None:
    for verdict in ("hold", "go"):
        ledger.note_verdict(NIGHT, "segments", "model", {"verdict": verdict, "reasons": ["a", "b"]})
    assert [(row["verdict"], row["reasons"]) for row in ledger.verdicts_on(NIGHT)] == [("go", "a; b")]


def test_a_new_home_knows_nothing(cellar: Home) -> None:
    assert ledger.newest_night() is None
    assert ledger.published() == []
    assert ledger.accepted("core_shop__orders", date(2018, 1, 1)) is None
    assert ledger.pointer("segments") is None


def test_a_ledger_of_an_earlier_version_gains_the_columns_it_lacks(cellar: Home) -> None:
    publish_night(NIGHT)
    with ledger_tables.transaction() as connection:
        connection.execute(sa.text("ALTER TABLE acceptances DROP COLUMN is_withdrawn"))
    ledger_tables._engine.cache_clear()
    row = ledger.accepted("pub_segments__personas", NIGHT)
    assert row is not None
    assert bool(row["is_withdrawn"]) is False
    assert publish_night(NEXT), "the next night goes on"
