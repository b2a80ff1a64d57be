"""Contact: what the silos say of a few accounts, for a person who asks. Nothing else in the house reads it for show."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.identities.declared import KINDS, declared, written
from mining_tasks.warehouse import engine, ledger, shelf, unsealed
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.sql import filled, quoted

Contact = Mapping[str, Any]


def need_key() -> None:
    """Raises `HomeMissing` unless the caller holds the key without which contact data stay closed."""
    home().vault_key()


def contact_of(night: date, account_ids: Sequence[str]) -> dict[str, Contact]:
    """For each account (`shop:123`) what its silo says of it as of a night: every kind of evidence, missing as None.

    An account that its silo does not hold is left out.
    """
    with opened(night, account_ids) as connection:
        rows = connection.sql(filled(__file__, "contact.sql", told=written())).to_arrow_table().to_pylist()
    return {row["account_id"]: {kind: row[kind] for kind in KINDS} for row in rows if row["account_id"] in account_ids}


@contextmanager
def opened(night: date, account_ids: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the silos' tables as of a night, with the rows of these accounts alone.

    Every look at contact data goes through here. A table that a shop does not tell is empty. Raises `HomeMissing`
    without the key.
    """
    need_key()
    with engine.connected(private=True) as connection:
        for source, columns in declared().items():
            if source != "orders":
                _show(connection, night, columns, _ids(account_ids, _prefix(source, columns)))
        yield connection


def _show(connection: duckdb.DuckDBPyConnection, night: date, columns: Mapping[str, Any], ids: Sequence[str]) -> None:
    table, every = expectations.table(columns["table"]), f"all_of_{columns['table']}"
    _show_all(connection, night, table, every)
    names = {"table": quoted(table.name), "all_rows": quoted(every), "account_id": quoted(columns["account_id"])}
    connection.execute(filled(__file__, "only_these.sql", **names), {"ids": ids})


def _show_all(connection: duckdb.DuckDBPyConnection, night: date, table: Table, name: str) -> None:
    accepted = ledger.accepted(table.name, night)
    if accepted is None:
        connection.register(name, arrow.schema(table).empty_table())
    else:
        unsealed.show(connection, shelf.of_ledger(accepted), name)


def _prefix(source: str, columns: Mapping[str, Any]) -> str:
    return "shop:guest:" if columns.get("is_guest") else f"{source}:"


def _ids(account_ids: Sequence[str], prefix: str) -> list[str]:
    """The accounts of one source, as that source writes them."""
    return [account[len(prefix) :] for account in account_ids if account.startswith(prefix)]
