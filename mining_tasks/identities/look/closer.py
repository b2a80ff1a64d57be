"""Closer: what only the contact data of a few accounts tell: who cannot be one person, and which values are limited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from mining_tasks.identities import likeness
from mining_tasks.identities.contact import opened
from mining_tasks.identities.evidence import gather_accounts, pads
from mining_tasks.identities.model import Model
from mining_tasks.identities.rules import rules_of
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.home import home

Row = dict[str, Any]


@dataclass(frozen=True)
class Closer:
    """`clashes`: account_id, other_account_id and the `fields` in which they contradict each other; `limited`:
    account_id, identifier_code, accounts_count and limit_count of every value that joins nobody."""

    clashes: list[Row]
    limited: list[Row]


def closer(night: date, account_ids: Sequence[str], parameters: pa.Table, shared: pa.Table) -> Closer:
    """Compare a few accounts as the night did, by its `parameters`, and look their values up among those `shared` by
    too many (rows of core_identities__parameters and of core_identities__shared_values).

    Raises `HomeMissing` without the key.
    """
    rules = rules_of(home().toml("sources").get("identities", {}))
    with opened(night, account_ids) as connection:
        gather_accounts(connection, rules)
        connection.register("shared", shared)
        limited = connection.sql(engine.sql(__file__, "own_values.sql"), params=pads(home().hash_key()))
        return Closer(_clashes(connection, parameters), limited.to_arrow_table().to_pylist())


def _clashes(connection: duckdb.DuckDBPyConnection, parameters: pa.Table) -> list[Row]:
    if parameters.num_rows == 0:
        return []
    connection.execute(engine.sql(__file__, "every_pair.sql"))
    likeness.compare(connection)
    likeness.judge(connection, Model.of(parameters))
    likeness.find_contradictions(connection, "candidates")
    found: list[Row] = connection.sql(engine.sql(__file__, "clashes.sql")).to_arrow_table().to_pylist()
    return found
