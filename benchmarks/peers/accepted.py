"""Accepted tables as a plain user of pandas reads them: chosen columns, decimals as floats, days as timestamps."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

import expectations
from mining_tasks.warehouse import shelf

if TYPE_CHECKING:
    import pandas as pd


def files(name: str, night: date) -> list[str]:
    """The Parquet files of a table's accepted partition of a night."""
    return [str(file) for file in shelf.read(expectations.table(name), night).files]


def frame(name: str, night: date, columns: Sequence[str]) -> "pd.DataFrame":
    """The table in memory; generous to pandas, whose own decimals are Python objects."""
    read = pa.concat_tables([pq.read_table(file, columns=list(columns)) for file in files(name, night)])
    for index, field in enumerate(read.schema):
        if pa.types.is_decimal(field.type):
            read = read.set_column(index, field.name, read.column(index).cast(pa.float64()))
        if pa.types.is_date(field.type):
            read = read.set_column(index, field.name, read.column(index).cast(pa.timestamp("ms")))
    return read.to_pandas()
