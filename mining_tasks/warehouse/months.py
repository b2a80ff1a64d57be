"""State in one file a month: which months have news, and which files can be taken over as they are."""

import logging
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from expectations.speak import arrow
from expectations.speak.sql import literal
from expectations.words import Table
from mining_tasks.warehouse import engine, vault
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import column_list, filled, quoted

log = logging.getLogger(__name__)
FILE = re.compile(r"part-(\d{4}-\d{2})\.parquet")


def with_news(connection: duckdb.DuckDBPyConnection, core: Table) -> set[str]:
    """Months (`2026-03`) of the rows in `contested`, the old versions' too; tells if there are keys in several.

    `winners_repeated` holds the keys that stand in `contested` more than once.

    Raises ValueError if the month of a row may be missing: such a row would be in no file.
    """
    if not core.column(core.month_of).is_filled:
        raise ValueError(f"{core.name}.{core.month_of} decides the file of a row, so it must be promised to be filled")
    pieces = {"month_of": quoted(core.month_of), "keys": column_list(core.key), "repeated": quoted("winners_repeated")}
    months, several = connection.execute(filled(__file__, "months.sql", **pieces)).fetchall()[0]
    if several:
        log.warning(
            "%s: %d keys came with another %s, which never changes; the newest counts",
            core.name,
            several,
            core.month_of,
        )
    return set(months or [])


def to_unseal(connection: duckdb.DuckDBPyConnection, core: Table, before: Partition) -> Partition:
    """The state before, without the seals of months that have no news: their files are taken over as they are.

    `news` holds the news. Which months have some is told by open columns alone.
    """
    if not core.month_of or not before.seals:
        return before
    engine.show(connection, before, "before_open")
    pieces = {"month_of": quoted(core.month_of), "keys": column_list(core.key)}
    found = connection.execute(filled(__file__, "months_to_unseal.sql", **pieces)).fetchall()
    news = {month for (month,) in found} | {""}
    needed = {vault.name_of(e.name) for e in before.entries if of_file(before.folder / e.name, core) in news}
    return replace(before, seals=tuple(seal for seal in before.seals if seal.name in needed))


def of_file(path: Path, core: Table) -> str:
    """The month whose rows the file holds and that can be taken over; empty if it has other rows or another schema."""
    name = FILE.fullmatch(path.name)
    is_current = pq.read_schema(path).equals(arrow.open_schema(core), check_metadata=False)
    return name.group(1) if name and is_current else ""


def inside(connection: duckdb.DuckDBPyConnection, part: Partition) -> set[str]:
    """The months of the rows in a partition's files."""
    name = f"inside_{part.entries[0].name}".replace("-", "_").replace(".", "_")
    engine.show(connection, part, name)
    pieces = {"rows": quoted(name), "month_of": quoted(part.table.month_of)}
    return {month for (month,) in connection.execute(filled(__file__, "months_inside.sql", **pieces)).fetchall()}


def within(core: Table, month: str) -> str:
    """The SQL condition that a row belongs to a month; plain bounds, so that files and row groups are skipped."""
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return f"{quoted(core.month_of)} >= {literal(first)} AND {quoted(core.month_of)} < {literal(after)}"


def file_name(month: str) -> str:
    """The file of a month."""
    return f"part-{month}.parquet"
