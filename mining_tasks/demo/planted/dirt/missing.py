"""Fields left empty: some at random, some by people of one kind more than by others."""

from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.world import Block, World

Bools = np.ndarray[Any, np.dtype[np.bool_]]


def with_gaps(world: World, block: Block, persons: pa.Table, accounts: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The accounts with fields left empty, and for the truth which ones: `kind_code` meaningless or meaningful.

    A missing region means nothing. A missing birth date tells of the person's buying type.
    """
    said, rng = world.settings["dirt"]["missing"], world.rng("dirt.missing", block.number)
    by_type = said["birth_date_share"]
    codes = persons["type_code"].take(pa.array(accounts["person_id"].to_numpy() - block.first)).to_pylist()
    shares = np.array([by_type.get(code, by_type["other"]) for code in codes])
    drawn = {
        ("region", "meaningless"): rng.random(len(accounts)) < said["region_share"],
        ("birth_date", "meaningful"): rng.random(len(accounts)) < shares,
    }
    gaps = []
    for (column, kind), is_empty in drawn.items():
        gaps.append(_gaps(accounts, column, kind, is_empty))
        place = accounts.column_names.index(column)
        emptied = pa.compute.if_else(
            pa.array(is_empty), pa.scalar(None, accounts.schema.field(column).type), accounts[column]
        )
        accounts = accounts.set_column(place, accounts.schema.field(column), emptied)
    return accounts, pa.concat_tables(gaps)


def _gaps(accounts: pa.Table, column: str, kind: str, is_empty: Bools) -> pa.Table:
    """The fields that held something and now do not."""
    was_filled = accounts[column].is_valid().to_numpy() & is_empty
    rows = accounts.filter(pa.array(was_filled)).select(["source_code", "account_id", "version"])
    marks = {"column": column, "kind_code": kind}
    for name, text in marks.items():
        rows = rows.append_column(name, pa.array([text] * len(rows), pa.string()))
    return rows
