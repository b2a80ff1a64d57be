"""The columns a model was taught, by name: the same row gives the same numbers, however a table is arranged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.float64]
VALUES_MOST = 50  # a column with more is no list of kinds; names and free text never get into a model this way
ROWS_OF_A_VALUE = 20  # rarer values share one place, so that none of them tells of a person


class WrongColumns(ValueError):
    """A table lacks a column that a model was taught, or holds it as another kind of thing."""


@dataclass(frozen=True)
class Learned:
    """A column: its name; the values of a category, none for a number; whether missing has a place of its own."""

    name: str
    values: tuple[str, ...] | None
    says_missing: bool


@dataclass(frozen=True)
class Layout:
    """The columns in the order in which the model sees them."""

    columns: tuple[Learned, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column of the matrix: `tenure`, `tenure is missing`, `contract = One year`."""
        return tuple(name for column in self.columns for name in _places(column))

    @property
    def sources(self) -> tuple[str, ...]:
        """The table's column behind each column of the matrix."""
        return tuple(column.name for column in self.columns for _ in _places(column))

    def matrix(self, table: pa.Table) -> Numbers:
        """n rows → n × len(names) floats; a missing or infinite number is NaN, a value never taught is all zeros.

        The order of the table's columns does not matter; numbers may be of any numeric type. Raises `WrongColumns`
        with every column that is missing or of another kind.
        """
        wrong = [fault for column in self.columns if (fault := _fault(column, table))]
        if wrong:
            raise WrongColumns("; ".join(wrong))
        blocks = [_block(column, table[column.name]) for column in self.columns]
        return np.column_stack(blocks) if blocks else np.empty((table.num_rows, 0))


def layout(table: pa.Table, names: Sequence[str]) -> Layout:
    """The layout that a training table asks for; text becomes a category, everything else a number.

    Raises `WrongColumns` for a column that is not there, is neither, or has too many values to be a category.
    """
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise WrongColumns("; ".join(f"{name} is missing" for name in missing))
    return Layout(tuple(_learned(name, table[name]) for name in names))


def _learned(name: str, column: pa.ChunkedArray) -> Learned:
    if _is_text(column.type):
        counted = pc.value_counts(pc.cast(column, pa.string()).combine_chunks())
        pairs = [(each["values"], each["counts"]) for each in counted.to_pylist() if each["values"] is not None]
        if len(pairs) > VALUES_MOST:
            raise WrongColumns(f"{name} has {len(pairs):,} different texts; a category has at most {VALUES_MOST}")
        return Learned(name, tuple(sorted(value for value, rows in pairs if rows >= ROWS_OF_A_VALUE)), False)
    if not _is_number(column.type):
        raise WrongColumns(f"{name} is {column.type}, neither a number nor a text")
    gaps = int(np.isnan(_numbers(column)).sum())
    return Learned(name, None, 0 < gaps < len(column))


def _places(column: Learned) -> tuple[str, ...]:
    if column.values is not None:
        return tuple(f"{column.name} = {value}" for value in column.values)
    return (column.name, f"{column.name} is missing") if column.says_missing else (column.name,)


def _fault(column: Learned, table: pa.Table) -> str:
    if column.name not in table.column_names:
        return f"{column.name} is missing"
    kind = table.schema.field(column.name).type
    fits = _is_number(kind) if column.values is None else _is_text(kind)
    return "" if fits else f"{column.name} is {kind}, taught as a {'number' if column.values is None else 'text'}"


def _block(column: Learned, values: pa.ChunkedArray) -> Numbers:
    if column.values is not None:
        place = pc.index_in(pc.cast(values, pa.string()), value_set=pa.array(column.values, pa.string()))
        known = pc.fill_null(place, -1).to_numpy()
        return np.asarray(known[:, None] == np.arange(len(column.values)), np.float64)
    numbers = _numbers(values)
    return np.column_stack([numbers, np.isnan(numbers)]) if column.says_missing else numbers[:, None]


def _numbers(column: pa.ChunkedArray) -> Numbers:
    found = np.array(pc.fill_null(pc.cast(column, pa.float64()), np.nan).to_numpy(), np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def _is_number(kind: pa.DataType) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
    return any(test(kind) for test in tests)


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
