"""Fills the store of a CRM or a desk from Arrow."""

import sqlite3
from dataclasses import dataclass

import pyarrow as pa

BATCH_ROWS = 5_000  # bodies of half a kilobyte


@dataclass(frozen=True)
class Store:
    """A store being built (`versions.building`); kind, id, updated_at, body."""

    connection: sqlite3.Connection

    def load(self, rows: pa.Table) -> None:
        """Adds versions, none of them twice."""
        for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
            columns = (column.to_pylist() for column in batch.columns)
            self.connection.executemany("INSERT INTO versions VALUES (?, ?, ?, ?)", zip(*columns, strict=True))
