"""How we spell names in SQL: identifiers come from contracts and settings and are checked, values are always bound."""

import re
from collections.abc import Iterable
from pathlib import Path

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
LONGEST_IDENTIFIER = 63  # PostgreSQL cuts longer ones without a word


class BadIdentifier(ValueError):
    """A name that stands in contracts or settings cannot be a table or column."""


def quoted(name: str) -> str:
    """The name as a quoted SQL identifier, for DuckDB, SQLite and PostgreSQL alike.

    Raises `BadIdentifier` for anything but ASCII letters, digits, `_` and `$`, up to 63 of them: `orders`,
    not `x"; drop table y;--`.
    """
    if not IDENTIFIER.fullmatch(name) or len(name) > LONGEST_IDENTIFIER:
        raise BadIdentifier(f"{name[:80]!r} cannot be the name of a table or column")
    return f'"{name}"'


def column_list(names: Iterable[str], of: str = "") -> str:
    """Names quoted and joined by commas, each after `of.` if given: `o."order_id", o."currency"`."""
    prefix = f"{of}." if of else ""
    return ", ".join(prefix + quoted(name) for name in names)


def text(content: str) -> str:
    """A text of our own code or contracts as a SQL literal, where a statement takes no parameter."""
    return "'" + content.replace("'", "''") + "'"


def filled(beside: str, file: str, /, **pieces: str) -> str:
    """The SQL file `file` beside a Python file (pass `__file__`), each `{piece}` in it filled.

    Pieces are SQL made of contracts: names through `quoted`, texts through `text`. Data are bound, never filled in.
    """
    return (Path(beside).parent / file).read_text().format_map(pieces)
