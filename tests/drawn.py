"""Tables drawn as text, after ehrQL: what matters stands in the test, the rest follows from the contract."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from expectations.words import Column, Table
from tests.sample import as_table, sample

READ: dict[type, Callable[[str], Any]] = {
    str: lambda cell: json.loads(cell) if cell.startswith('"') else cell,
    int: int,
    float: float,
    Decimal: Decimal,
    bool: lambda cell: {"true": True, "false": False, "yes": True, "no": False}[cell.lower()],
    date: date.fromisoformat,
    datetime: lambda cell: _instant(datetime.fromisoformat(cell)),
}


def drawn(table: Table, text: str, **same: Any) -> pa.Table:
    r"""A table of the contract from a drawing: columns in the first line, cells parted by `|`, missing if blank.

    A quoted cell is read as JSON (`""` is an empty text, `"a\nb"` has two lines). Columns that are not drawn hold
    `same[name]` in every row; otherwise they are missing where the contract allows it, or some value it allows.

        drawn(core_shop__orders, '''
            order_id_shop | ordered_at       | sales_amount
            o1            | 2018-01-01 09:30 | 12.50
            o2            | 2018-01-01 10:00 |
        ''')
    """
    header, *lines = [line for line in text.splitlines() if line.strip()]
    names = [cell.strip() for cell in header.split("|")]
    columns = [table.column(name) for name in names]
    filler = sample(table, max(len(lines), 1), seed=1).to_pylist()
    rows = [_row(table, columns, line) for line in lines]
    return as_table(table, [_completed(table, row, filler[i], same) for i, row in enumerate(rows)])


def _row(table: Table, columns: list[Column], line: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != len(columns):
        raise ValueError(f"{table.name}: {len(cells)} cells under {len(columns)} columns: {line.strip()}")
    return {column.name: READ[column.type](cell) if cell else None for column, cell in zip(columns, cells, strict=True)}


def _completed(table: Table, row: dict[str, Any], filler: dict[str, Any], same: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(same.keys() - {column.name for column in table.columns})
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(unknown)}")
    needed = {c.name: filler[c.name] for c in table.columns if c.is_filled or c.name in table.key}
    return needed | same | row


def _instant(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
