"""Turning a class into a contract, or refusing it with all its faults at once."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from expectations.words.predictions import prediction_faults
from expectations.words.promises import Matches, NotBefore, NotLonger, OneOf, Rows
from expectations.words.tables import Column, Table

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TABLE_NAME = re.compile(r"(raw|core|mined|pub)_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)__([a-z0-9]+(?:_[a-z0-9]+)*)")
LONGEST_NAME = 63  # PostgreSQL cuts longer identifiers without a word
TYPES = (str, int, float, bool, Decimal, date, datetime)


class BrokenContract(ValueError):
    """A contract was declared badly; the message tells all its faults at once."""


def faults(contract: Table) -> list[str]:
    """All that is wrong with a contract as declared; empty if it may be promised."""
    names = [column.name for column in contract.columns]
    found = []
    if not TABLE_NAME.fullmatch(contract.name) or len(contract.name) > LONGEST_NAME:
        found.append("its name is not {raw|core|mined|pub}_{room}__{things}")
    if not contract.text:
        found.append("it has no docstring that says what a row is")
    if not contract.columns:
        found.append("it has no columns")
    found += [f"its key {key} is no column" for key in contract.key if key not in names]
    found += [f"{ref} is no column" for ref in (contract.month_of, contract.newest_by) if ref and ref not in names]
    if not contract.key:
        found.append("it has no key")
    counts = [promise for promise in contract.promises if isinstance(promise, Rows)]
    if not counts:
        found.append("it does not say how many rows it has (Rows)")
    if contract.is_optional and any(promise.at_least for promise in counts):
        found.append("it is optional, so it may be without rows: Rows(at_least=0)")
    found += prediction_faults(contract)
    return found + [fault for column in contract.columns for fault in _column_faults(column, names)]


def _column_faults(column: Column, names: list[str]) -> list[str]:
    found = []
    if not NAME.fullmatch(column.name) or len(column.name) > LONGEST_NAME:
        found.append(f"column {column.name!r} is not lower_snake_case")
    if column.type not in TYPES:
        found.append(f"{column.name}: type {column.type!r} is none of ours")
    if not column.text:
        found.append(f"{column.name}: no text says what it means")
    for promise in column.promises:
        if isinstance(promise, NotBefore) and promise.column not in names:
            found.append(f"{column.name}: compared with {promise.column}, which is no column")
        if isinstance(promise, Matches | NotLonger | OneOf) and column.type is not str:
            found.append(f"{column.name}: {type(promise).__name__} is for text")
        if isinstance(promise, Matches) and re.compile(promise.pattern).groups:
            found.append(f"{column.name}: write (?:…) for the groups of {promise.pattern}")
    said = [promise.sentence(column.name) for promise in column.promises]
    return found + [f"{sentence}: said twice" for sentence in sorted({s for s in said if said.count(s) > 1})]


def table(**facts: Any) -> Callable[[type], Table]:
    """Turn a class into a contract; raises `BrokenContract` with all faults at once."""

    def declare(cls: type) -> Table:
        columns = tuple(replace(v, name=k) for k, v in _attributes(cls).items() if isinstance(v, Column))
        parts = TABLE_NAME.fullmatch(cls.__name__)
        contract = Table(
            name=cls.__name__,
            text=_dedent(cls.__doc__ or ""),
            columns=columns,
            parts=parts.groups() if parts else ("", "", ""),  # type: ignore[arg-type]
            **facts,
        )
        if found := faults(contract):
            raise BrokenContract(f"{cls.__name__}: " + "; ".join(found))
        return contract

    return declare


def _attributes(cls: type) -> dict[str, Any]:
    """The class's own attributes after those of the classes it takes columns from, in order."""
    return {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}


def _dedent(text: str) -> str:
    first, _, rest = text.strip().partition("\n")
    return "\n".join([first, *(line.strip() for line in rest.splitlines())]).strip()
