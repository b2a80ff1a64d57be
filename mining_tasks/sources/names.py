"""Which names and paths of `sources.toml` we take: one allow-list for each kind of silo."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mining_tasks.warehouse.sql import IDENTIFIER, LONGEST_IDENTIFIER

CONNECTION_ID = re.compile(r"[a-z][a-z0-9_]{0,99}")
URL_PATH = re.compile(r"(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+")  # no `..`, no `//`, no `%`, no query
JSON_PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
FILE_PATTERN = re.compile(r"[A-Za-z0-9_*-]*\{night\}[A-Za-z0-9_*-]*\.(jsonl|csv)(\.gz)?")
LONGEST = 200
MOST_SHOWN = 30
ORIGIN_HINT = {
    "sql": "cannot be the name of a table or view",
    "rest": "must be a path such as /crm/v3/objects/contacts",
    "files": "must be a file name with {night} in it, ending in .jsonl, .csv, .jsonl.gz or .csv.gz",
}
REFERENCE_HINT = {
    "sql": "must be a column, or joined_table.column",
    "rest": "must be a dotted path of letters, digits, _ and -",
    "files": "must be a column, or a dotted path in a JSON record",
}


def is_identifier(said: Any) -> bool:
    """Whether it can name a schema, table or column."""
    return isinstance(said, str) and len(said) <= LONGEST_IDENTIFIER and bool(IDENTIFIER.fullmatch(said))


def is_connection(said: Any) -> bool:
    """Whether it can be the id of an Airflow connection."""
    return isinstance(said, str) and bool(CONNECTION_ID.fullmatch(said))


def is_path(said: Any) -> bool:
    """Whether it can be a dotted path in a JSON record."""
    return isinstance(said, str) and len(said) <= LONGEST and bool(JSON_PATH.fullmatch(said))


def is_origin(kind: str, said: Any) -> bool:
    """Whether a silo of that kind can hold a table under this name."""
    if kind == "sql":
        return is_identifier(said)
    pattern = URL_PATH if kind == "rest" else FILE_PATTERN
    return isinstance(said, str) and len(said) <= LONGEST and bool(pattern.fullmatch(said))


def is_reference(kind: str, said: Any, table: Mapping[str, Any]) -> bool:
    """Whether it can name a column or field of a mapped table, or of the table that it joins."""
    if kind != "sql":
        return is_path(said)
    parent, _, column = said.rpartition(".") if isinstance(said, str) else ("", "", "")
    joined = table.get("join")
    known = (table.get("from"), joined.get("table") if isinstance(joined, Mapping) else None)
    return is_identifier(column) and (not parent or parent in known)


def is_join(said: Any) -> bool:
    """Whether it names a parent table and pairs of columns."""
    if not isinstance(said, Mapping) or set(said) != {"table", "on"} or not isinstance(said["on"], Mapping):
        return False
    return bool(said["on"]) and all(map(is_identifier, (said["table"], *said["on"], *said["on"].values())))


def shown(found: Iterable[str]) -> str:
    """Names that a silo gave its fields, for people: only plain ones, since a key can be a mail address or a line."""
    every = sorted(set(found))
    plain = [name for name in every if is_path(name)][:MOST_SHOWN]
    more = len(every) - len(plain)
    return ", ".join(plain) + (f" and {more} more" if more else "")
