"""Nights to publish: drafts of a whole family with few rows that keep every promise."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

import expectations
from expectations.words import Table
from mining_tasks.warehouse import publish, shelf
from tests.sample import sample

NIGHT, NEXT, THIRD = date(2018, 1, 1), date(2018, 1, 2), date(2018, 1, 3)
SEGMENTS = ("pub_segments__customers", "pub_segments__personas", "pub_segments__transitions")


def rows_of(table: Table, night: date, rows: int = 12, seed: int = 0, **facts: Any) -> pa.Table:
    """Sample rows of one night: fresh, unless `facts` says otherwise for every row."""
    made = sample(table, rows, seed)
    told = {"night": night, "data_as_of": night, "is_stale": False, **facts}
    for name in told.keys() & set(made.column_names):
        place = made.schema.get_field_index(name)
        field = made.schema.field(place)
        made = made.set_column(place, field, pa.array([told[name]] * made.num_rows, field.type))
    return made


def drafts(night: date, family: str = "segments", rows: int = 12, seed: int = 0, **facts: Any) -> list[str]:
    """Draft addresses of every table of a family; the seed decides the rows."""
    tables = expectations.family(family)
    return [shelf.draft(table, night, rows_of(table, night, rows, seed, **facts)) for table in tables]


def publish_night(night: date, seed: int = 0, rows: int = 12) -> str:
    """Publish the segments of a night; the family's run id."""
    return publish.publish("segments", night, drafts(night, rows=rows, seed=seed))


def keys_of(tables: Sequence[pa.Table]) -> list[str]:
    """Customer ids, in order, over tables that hold them."""
    return sorted(key for table in tables for key in table.column("customer_id").to_pylist())
