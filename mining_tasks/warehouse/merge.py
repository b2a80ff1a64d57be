"""Merge: yesterday's state and tonight's news make tonight's state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import duckdb

from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import engine, months, shelf, unsealed
from mining_tasks.warehouse.late import unmerged
from mining_tasks.warehouse.newest import show_newest
from mining_tasks.warehouse.shelf import Drafting, Partition
from mining_tasks.warehouse.sql import column_list, filled, quoted

ONE_FILE = "part-0.parquet"


def merge(raw: Table, core: Table, night: date) -> str:
    """Draft tonight's state of `core`: per key the newest of the state before and the raw rows not merged yet.

    The newest version wins by the rule of `newest`, whichever night it came with, so late, replayed and repeated
    nights give the same state in any order. A `month_of` table has one file a month (`part-YYYY-MM.parquet`); months
    without news are taken over unread. A row whose month changed leaves its old month. Raises `NotAccepted` if
    tonight's raw rows are not accepted; returns the draft's address.
    """
    before = shelf.read_before(core, night)
    news = unmerged(raw, night, before)
    drafting = shelf.new_draft(core, night)
    with engine.connected(private=bool(core.contact)) as connection:
        _show_all(connection, core, news, "news")
        needed = months.to_unseal(connection, core, before) if before else None
        _show_all(connection, core, [needed] if needed else [], "before")
        if before or len(news) > 1:
            connection.execute(_filled("contested.sql", core))
            show_newest(connection, core, "contested", "winners")
        else:  # the whole history, which need not be held at once
            connection.execute(_filled("first_night.sql", core))
        if core.month_of:
            _by_month(connection, drafting, before)
        if not drafting.entries:  # one file for all, or a first night without a row: a table has at least one file
            _write(connection, drafting, ONE_FILE)
    return drafting.close(_as_fresh_as_tonight(news, before))


def _show_all(connection: duckdb.DuckDBPyConnection, core: Table, parts: Sequence[Partition], name: str) -> None:
    """All rows of partitions as one view with the columns of `core`, in their types; empty if there are none."""
    for index, part in enumerate(parts):
        unsealed.show(connection, part, f"{name}_{index}")
    promised = [(quoted(item.name), engine.duck_type(item.type)) for item in arrow.schema(core)]
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in promised)
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in promised) + " WHERE FALSE"
    selects = [f"{columns} FROM {quoted(f'{name}_{index}')}" for index in range(len(parts))]
    connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT " + " UNION ALL SELECT ".join(selects or [nothing]))


def _by_month(connection: duckdb.DuckDBPyConnection, drafting: Drafting, before: Partition | None) -> None:
    """Take over the months without news, write the others."""
    touched = months.with_news(connection, drafting.table)
    if before:
        touched |= _take_over(connection, drafting, before, touched)
    for month in sorted(touched):
        _write(connection, drafting, months.file_name(month), month)
        if not drafting.entries[-1].rows:  # all its rows moved to another month
            (drafting.folder / drafting.entries.pop().name).unlink()


def _take_over(
    connection: duckdb.DuckDBPyConnection, drafting: Drafting, before: Partition, touched: set[str]
) -> set[str]:
    """Link the files of months without news; gives the months of files that must be written anew for their schema."""
    inside: set[str] = set()
    for entry in before.entries:
        month = months.of_file(before.folder / entry.name, drafting.table)
        if month and month not in touched:
            drafting.link(before, entry)
        elif not month:
            inside |= months.inside(connection, replace(before, entries=(entry,)))
    return inside


def _write(connection: duckdb.DuckDBPyConnection, drafting: Drafting, name: str, month: str = "") -> None:
    """Write the state of one month, or of all, in the order of the key."""
    within = months.within(drafting.table, month) if month else "TRUE"
    rows = connection.sql(_filled("state.sql", drafting.table, within=within))
    drafting.add_file(name, rows.to_arrow_reader(engine.BATCH_ROWS))


def _filled(name: str, core: Table, **pieces: str) -> str:
    columns = column_list(column.name for column in core.columns)
    return filled(__file__, name, columns=columns, keys=column_list(core.key), **pieces)


def _as_fresh_as_tonight(news: Sequence[Partition], before: Partition | None) -> list[Partition]:
    """All inputs for the manifest: with tonight's news in it, the state is as of tonight, however old its rows."""
    tonight = news[0]
    earlier = [*news[1:], *([before] if before else [])]
    return [tonight, *(replace(p, data_as_of=tonight.data_as_of, is_stale=tonight.is_stale) for p in earlier)]
