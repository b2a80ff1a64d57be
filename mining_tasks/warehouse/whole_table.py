"""Promises about a whole table, asked in SQL: keys, references, counts. No chunk of it could answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from statistics import median

import duckdb

import expectations
from expectations.words import Column, Consented, MostlyFilled, OneRowPer, Promise, RefersTo, Rows, RowsNear, Steady
from mining_tasks.warehouse import consents, engine, ledger, shelf, unsealed
from mining_tasks.warehouse.checks import Found
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import column_list, quoted

BEFORE = "the_night_before"  # of a column: no contract has a name like this


@dataclass(frozen=True)
class Question:
    """A draft in DuckDB under its contract's name, and the drafts that are to be accepted together with it."""

    connection: duckdb.DuckDBPyConnection
    draft: Partition
    rows: int
    beside: Sequence[Partition] = ()

    def number(self, sql: str, **names: str) -> int:
        """The one number that a query gives; `{table}` and other names in braces must be quoted already."""
        asked = sql.format(table=quoted(self.draft.table.name), **names)
        found = self.connection.execute(asked).fetchone()
        if found is None or found[0] is None:
            raise ValueError("the query gave no number")
        return int(found[0])


def count_rows(connection: duckdb.DuckDBPyConnection, draft: Partition) -> int:
    """Rows that the files really hold, not what the manifest says."""
    return Question(connection, draft, 0).number("SELECT count(*) FROM {table}")


@singledispatch
def asked(promise: Promise, question: Question, column: Column | None) -> Found:
    """Whether a promise about the whole table holds; raises NotImplementedError for a kind nobody knows."""
    raise NotImplementedError(f"SQL has not been taught {type(promise).__name__}: see warehouse/whole_table.py")


@asked.register
def _(promise: OneRowPer, question: Question, column: Column | None) -> Found:
    """Rows beyond the first of a key, and rows whose key is not whole."""
    missing = " OR ".join(f"{quoted(key)} IS NULL" for key in promise.columns)
    doubled = question.number(
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {table} GROUP BY {key} HAVING count(*) > 1)",
        key=column_list(promise.columns),
    )
    return _none_broken(doubled + question.number("SELECT count(*) FROM {table} WHERE {missing}", missing=missing))


@asked.register
def _(promise: RefersTo, question: Question, column: Column | None) -> Found:
    _show(question, promise.table)
    return _none_broken(
        question.number(
            "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other}.{its} = {table}.{column})",
            column=quoted(_of(column).name),
            other=quoted(promise.table),
            its=quoted(promise.column),
        )
    )


@asked.register
def _(promise: MostlyFilled, question: Question, column: Column | None) -> Found:
    """NaN counts as missing: it says as little. An empty table is judged by `Rows`."""
    of = _of(column)
    missing = question.number("SELECT count(*) FROM {table} WHERE {column} IS NULL", column=quoted(of.name))
    if of.type is float:
        missing += question.number("SELECT count(*) FROM {table} WHERE isnan({column})", column=quoted(of.name))
    least = Decimal(str(promise.share)) * question.rows
    return Found(question.rows - missing >= least, missing, f"missing in {missing:,} of {question.rows:,} rows")


@asked.register
def _(promise: Rows, question: Question, column: Column | None) -> Found:
    most = question.rows if promise.at_most is None else promise.at_most
    said = question.draft.rows
    if said != question.rows:
        return Found(False, why=f"its manifest says {said:,} rows, its files hold {question.rows:,}")
    return Found(promise.at_least <= question.rows <= most, why=f"{question.rows:,} rows found")


@asked.register
def _(promise: RowsNear, question: Question, column: Column | None) -> Found:
    """Compared with nights that were made from their own data; without any, nothing can be said and it holds."""
    before = ledger.row_counts_before(question.draft.table.name, question.draft.night, promise.nights)
    if not before:
        return Found(True, why="no earlier night to compare with")
    usual = Decimal(str(median(before)))
    least, most = usual * (1 - Decimal(str(promise.down_share))), usual * (1 + Decimal(str(promise.up_share)))
    return Found(least <= question.rows <= most, why=f"{question.rows:,} rows, usually {usual:,}")


@asked.register
def _(promise: Steady, question: Question, column: Column | None) -> Found:
    """Compared with the last night that was made from its own data; without one, nothing can be said and it holds."""
    before = shelf.read_before(question.draft.table, question.draft.night)
    if before is None:
        return Found(True, why="no earlier night to compare with")
    name = _of(column).name
    see = unsealed.show if name in before.table.contact else engine.show
    see(question.connection, before, f"{BEFORE}_{name}")
    names = {
        "name": quoted(name),
        "before": quoted(f"{BEFORE}_{name}"),
        "key": column_list(question.draft.table.key),
    }
    both = "SELECT count(*) FROM {table} JOIN {before} USING ({key})"
    known = question.number(both, **names)
    moved = question.number(both + " WHERE {table}.{name} IS DISTINCT FROM {before}.{name}", **names)
    most = max(Decimal(promise.moved_rows), Decimal(str(promise.moved_share)) * known)
    return Found(moved <= most, moved, f"another in {moved:,} of {known:,} rows")


@asked.register
def _(promise: Consented, question: Question, column: Column | None) -> Found:
    """Asked anew at each acceptance and publication: a no that came since the rows were made counts."""
    if not question.number("SELECT count({channel}) FROM {table}", channel=quoted(_of(column).name)):
        return Found(True, 0, "it names nobody")
    consents.make(question.connection, question.draft.night)
    return _none_broken(
        question.number(
            "SELECT count(*) FROM {table} WHERE {channel} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {now} AS said"
            " WHERE said.customer_id = {table}.{her} AND said.channel_code = {table}.{channel} AND said.is_granted)",
            channel=quoted(_of(column).name),
            her=quoted(promise.customer),
            now=quoted(consents.NOW),
        )
    )


def _none_broken(rows: int) -> Found:
    return Found(rows == 0, rows)


def _of(column: Column | None) -> Column:
    if column is None:
        raise ValueError("the promise is about a column, but stands on the table")
    return column


def _show(question: Question, name: str) -> None:
    """Make another table of the same night visible: as it is about to be accepted, or as it was."""
    there = {part.table.name: part for part in (*question.beside, question.draft)}
    if name == question.draft.table.name:
        return
    other = there.get(name) or shelf.read(expectations.table(name), question.draft.night)
    shown = question.connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [name]).fetchone()
    if not shown or not shown[0]:
        engine.show(question.connection, other)
