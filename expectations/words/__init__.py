"""The words in which promises about data are spoken. Standard library only: DAG files import this.

A table is a class decorated with `table`; its docstring says what a row is, its attributes are `Column`s.
A promise is one checkable sentence. How a promise is said to Great Expectations, Arrow, SQL, Postgres or a
reader stands in `expectations.speak`, one target per file.
"""

from expectations.words.declare import LONGEST_NAME, NAME, TABLE_NAME, TYPES, BrokenContract, faults, table
from expectations.words.predictions import Prediction
from expectations.words.promises import (
    Between,
    Filled,
    Guard,
    Matches,
    MostlyFilled,
    NotBefore,
    NotLonger,
    OneOf,
    OneRowPer,
    Promise,
    RefersTo,
    RowPromise,
    Rows,
    RowsNear,
    Severity,
    Steady,
    TablePromise,
)
from expectations.words.tables import Column, Pii, Table

__all__ = [
    "Between",
    "BrokenContract",
    "Column",
    "Filled",
    "Guard",
    "LONGEST_NAME",
    "Matches",
    "MostlyFilled",
    "NAME",
    "NotBefore",
    "NotLonger",
    "OneOf",
    "OneRowPer",
    "Pii",
    "Prediction",
    "Promise",
    "RefersTo",
    "RowPromise",
    "Rows",
    "RowsNear",
    "Severity",
    "Steady",
    "TABLE_NAME",
    "TYPES",
    "Table",
    "TablePromise",
    "faults",
    "table",
]
