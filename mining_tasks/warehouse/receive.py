"""Receive a landing: text becomes contract types, bad rows are set aside, every row is accounted for."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import duckdb
import pyarrow as pa

from expectations.words import Table
from mining_tasks.warehouse import engine, judging, landing, ledger, set_aside, shelf
from mining_tasks.warehouse.judging import Terms
from mining_tasks.warehouse.landing import Landed
from mining_tasks.warehouse.landing_files import POSITION
from mining_tasks.warehouse.newest import counted, show_newest
from mining_tasks.warehouse.sql import column_list, filled, text

log = logging.getLogger(__name__)
NOTHING: Mapping[str, str] = MappingProxyType({})


class TooManyBadRows(ValueError):
    """More rows are set aside than the contract bears: the source is ill, not the rows. They stay in quarantine."""


class RowsLost(RuntimeError):
    """Rows received are not rows loaded, set aside and repeated: a fault of ours, nothing may be used."""


@dataclass(frozen=True)
class Account:
    """Where the rows of a landing went."""

    received: int
    loaded: int
    quarantined: int
    duplicates: int

    def balance(self, table: Table) -> None:
        """Raise `RowsLost` unless every row is accounted for once."""
        if self.received != self.loaded + self.quarantined + self.duplicates:
            raise RowsLost(f"{table.name}: {self}")


def receive(address: str, night: date, zone: str, derived: Mapping[str, str] = NOTHING) -> str:
    """Read the landing at `address` by the contract of its table; returns the draft's address.

    zone: the source's, for naive times. derived: a date column and the instant column whose business day it is.
    A row goes to quarantine with every reason there is; of the others each key keeps its newest version. Receiving
    a night again replaces what the night had in quarantine. Raises `landing.Incomplete`, `judging.MissingColumns`,
    `TooManyBadRows`, `RowsLost`.
    """
    landed = landing.opened(address)
    if landed.night != night:
        raise ValueError(f"{address} is not of {night}")
    terms = Terms(landed.table, night, zone, derived)
    if landed.rows:
        judging.require_columns(terms, landed.columns)
    with engine.connected(private=bool(landed.table.contact)) as connection:
        _show_landed(connection, landed)
        judging.show_judged(connection, terms, landed.columns)
        quarantined = _set_aside(connection, terms, landed)
        show_newest(connection, landed.table, "good", "newest")
        kept, loaded = counted(connection, "good"), counted(connection, "newest")
        account = Account(landed.rows + landed.faults, loaded, quarantined, kept - loaded)
        account.balance(landed.table)
        draft = draft_newest(connection, landed.table, night)
        _tell(connection, landed)
    Account(account.received, shelf.opened(draft).rows, quarantined, kept - loaded).balance(landed.table)
    ledger.note_receipt(landed.table.name, night, asdict(account), set_aside.counts(landed.table, night))
    return draft


def draft_newest(connection: duckdb.DuckDBPyConnection, table: Table, night: date, *reads: shelf.Partition) -> str:
    """Write the view `newest` as a draft of the night; returns its address."""
    drafting = shelf.new_draft(table, night)
    columns = column_list(column.name for column in table.columns)
    rows = connection.sql(f"SELECT {columns} FROM newest ORDER BY {column_list(table.key)}")  # noqa: S608
    drafting.add_file("part-0.parquet", rows.to_arrow_reader(engine.BATCH_ROWS))
    return drafting.close(reads)


def _show_landed(connection: duckdb.DuckDBPyConnection, landed: Landed) -> None:
    connection.register("faults", landed.fault_rows())
    if landed.is_sealed:
        connection.register("landed", landed.sealed_rows())
    elif landed.files:
        files = ", ".join(text(str(file)) for file in landed.files)
        connection.execute(filled(__file__, "landed.sql", files=files))
    else:
        columns = (*(column.name for column in landed.table.columns), POSITION)
        connection.register("landed", pa.schema([pa.field(name, pa.string()) for name in columns]).empty_table())


def _set_aside(connection: duckdb.DuckDBPyConnection, terms: Terms, landed: Landed) -> int:
    """Write what is in `bad` and `faults` to quarantine; raises `TooManyBadRows` past the contract's share."""
    has_bad = {"has_bad": counted(connection, "good") < landed.rows}
    rows = connection.sql(engine.sql(__file__, "set_aside.sql"), params=has_bad).to_arrow_reader(engine.BATCH_ROWS)
    count = set_aside.replace(terms, landed.columns, rows)
    received = landed.rows + landed.faults
    if count > Fraction(str(landed.table.bad_rows_share)) * received:
        name, share = landed.table.name, landed.table.bad_rows_share
        raise TooManyBadRows(
            f"{name}: {count:,} of {received:,} rows are bad, more than {share:.1%}. "
            f"Next: goldseam quarantine show {name} --night {landed.night}"
        )
    return count


def _tell(connection: duckdb.DuckDBPyConnection, landed: Landed) -> None:
    if unknown := counted(connection, "unknown_currencies"):
        log.warning("%s: an unknown currency in %d rows is kept as missing", landed.table.name, unknown)
    if landed.added_columns:
        log.warning(
            "%s: the source now delivers %r, kept in the landing alone", landed.table.name, landed.added_columns
        )
