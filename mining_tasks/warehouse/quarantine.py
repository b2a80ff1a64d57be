"""Quarantine: what is in it, what a row looks like, and how to send rows back once the contract is right."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from expectations.words import Table
from mining_tasks.warehouse import engine, judging, ledger, set_aside, shelf, unsealed
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.judging import Terms
from mining_tasks.warehouse.newest import counted, show_newest
from mining_tasks.warehouse.receive import draft_newest
from mining_tasks.warehouse.sql import column_list, filled, quoted, text

LONGEST_SHAPE = 60


def listed(night: date | None = None) -> list[dict[str, Any]]:
    """Rows set aside by table, night and reason, and how many of them were replayed since."""
    places = {(table.name, day): set_aside.counts(table, day) for table, day, _ in set_aside.files(night)}
    replayed = {(r["table_name"], r["night"]): json.loads(r["replayed"]) for r in ledger.receipts_on(night)}
    found = []
    for name, day in sorted(places.keys() | {place for place, counts in replayed.items() if counts}):
        left, back = places.get((name, day), {}), replayed.get((name, day), {})
        for reason in sorted(left.keys() | back.keys()):
            rows = left.get(reason, 0) + back.get(reason, 0)
            found.append({"table": name, "night": day, "reason": reason, "rows": rows, "replayed": back.get(reason, 0)})
    return found


def shown(table: Table, night: date, limit: int = 20, reveal: bool = False) -> list[dict[str, Any]]:
    """Rows in quarantine: position, reason, and the row as received.

    Unless `reveal`, of every value only its shape is shown (`9999-99-99`, `aaa@aaa.aa`): a row that came apart may
    hold anything anywhere.
    """
    path = set_aside.file_of(table, night)
    if not path.exists():
        return []
    with engine.connected(private=True) as connection:
        set_aside.show(connection, table, night)
        rows = connection.execute(
            "SELECT position, reason, row, is_row FROM quarantine ORDER BY position, row LIMIT $limit", {"limit": limit}
        ).fetchall()
    return [_shown(row, reveal) for row in rows]


def _shown(found: tuple[str, str, str, bool], reveal: bool) -> dict[str, Any]:
    position, reason, row, is_row = found
    content = json.loads(row) if is_row else row
    return {"position": position, "reason": reason, "row": content if reveal else _shape(content)}


def _shape(content: Mapping[str, str | None] | str | None) -> Any:
    if content is None:
        return None
    if isinstance(content, Mapping):
        return {name: _shape(value) for name, value in content.items()}
    letters = "".join("A" if c.isupper() else "a" if c.isalpha() else c for c in content[:LONGEST_SHAPE])
    return re.sub(r"\d", "9", letters)


def replay(table: Table, night: date) -> dict[str, Any]:
    """Receive the rows in quarantine again, under the contract of today, and let the good ones join their night.

    The night's partition becomes what was accepted plus the rows replayed, newest by key, and is accepted by the same
    checks; later nights take the rows into their state at the next merge. Rows that are still bad stay. Replaying
    twice, or after a crash half-way, changes nothing. Gives `replayed`, `left` and `run_id`; raises `NotAccepted` if
    the night itself was refused (receive it again instead).
    """
    accepted = _own(table, night)
    path = set_aside.file_of(table, night)
    if not path.exists():
        return {"replayed": 0, "left": 0, "run_id": accepted.run_id}
    terms, delivered = set_aside.terms_of(table, night)
    with engine.connected(private=True) as connection:
        set_aside.show(connection, table, night)
        _show_landed(connection, table, delivered)
        judging.show_judged(connection, terms, delivered)
        connection.execute("CREATE TEMP TABLE replayed AS SELECT * FROM good")
        run_id = accepted.run_id
        good = counted(connection, "replayed")
        if good:
            run_id = accept(_joined(connection, accepted))[0]
        left = _keep_the_rest(connection, terms, delivered)
    return {"replayed": good, "left": left, "run_id": run_id}


def _own(table: Table, night: date) -> shelf.Partition:
    row = ledger.accepted(table.name, night)
    if row is None or row["is_carried_over"]:
        raise shelf.NotAccepted(
            f"{table.name} was not accepted for {night}: run the night again, which receives every row anew"
        )
    return shelf.of_ledger(row)


def _show_landed(connection: duckdb.DuckDBPyConnection, table: Table, delivered: tuple[str, ...]) -> None:
    """The rows in quarantine as they landed; `_position` is their `id`."""
    known = [column.name for column in table.columns if column.name in delivered]
    columns = ", ".join(f"row ->> {text(f'$.{name}')} AS {quoted(name)}" for name in known)
    connection.execute(filled(__file__, "quarantined.sql", columns=columns))


def _joined(connection: duckdb.DuckDBPyConnection, accepted: shelf.Partition) -> str:
    """A draft of what was accepted and what is replayed; a row that was there already stays one row."""
    unsealed.show(connection, accepted, "accepted")
    columns = column_list(column.name for column in accepted.table.columns)
    connection.execute(filled(__file__, "joined.sql", columns=columns))
    show_newest(connection, accepted.table, "joined", "newest")
    return draft_newest(connection, accepted.table, accepted.night, accepted)


def _keep_the_rest(connection: duckdb.DuckDBPyConnection, terms: Terms, delivered: tuple[str, ...]) -> int:
    """Note what was replayed, then leave only the still bad rows; in this order a crash between is harmless."""
    connection.execute(engine.sql(__file__, "still_bad.sql"))
    left = dict(connection.execute("SELECT code, count(*) FROM still_bad GROUP BY code").fetchall())
    receipt = ledger.receipt(terms.table.name, terms.night)
    set_aside_then = json.loads(receipt["reasons"]) if receipt else {}
    totals = {reason: rows - left.get(reason, 0) for reason, rows in set_aside_then.items()}
    replayed = {reason: rows for reason, rows in totals.items() if rows > 0}
    ledger.note_replay(terms.table.name, terms.night, replayed)
    rows = connection.sql("SELECT * FROM still_bad ORDER BY position, row").to_arrow_reader(engine.BATCH_ROWS)
    return set_aside.replace(terms, delivered, rows)
