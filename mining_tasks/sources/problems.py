"""Everything that can be wrong with `sources.toml`, told at once and with hints."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

import expectations
from expectations.words import Table
from mining_tasks.sources import styles
from mining_tasks.sources.business_days import business_days
from mining_tasks.warehouse.sql import IDENTIFIER, LONGEST_IDENTIFIER

CONNECTION_ID = re.compile(r"[a-z][a-z0-9_]{0,99}")
URL_PATH = re.compile(r"(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+")  # no `..`, no `//`, no `%`, no query
JSON_PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
FILE_PATTERN = re.compile(r"[A-Za-z0-9_*-]+\{night\}[A-Za-z0-9_*-]*\.(jsonl|csv)(\.gz)?")
LONGEST = 200
KINDS = ("sql", "rest", "files")
KEYS = {
    "sql": ("kind", "connection", "timezone", "look_back_days", "deadline_minutes", "schema", "tables"),
    "rest": (
        *("kind", "connection", "timezone", "look_back_days", "deadline_minutes", "style", "page_rows", "tables"),
        *("tries", "first_wait_seconds", "longest_wait_seconds", "read_seconds"),
    ),
    "files": ("kind", "timezone", "look_back_days", "deadline_minutes", "folder", "tables"),
}
TABLE_KEYS = {
    "sql": ("from", "changed", "join", "columns"),
    "rest": ("from", "changed", "records", "columns"),
    "files": ("from", "changed", "columns"),
}
NEEDED = {"sql": ("connection",), "rest": ("connection", "style"), "files": ("folder",)}
MOST = {"look_back_days": 365, "page_rows": 10_000, "deadline_minutes": 24 * 60, "tries": 20}
MOST |= {"first_wait_seconds": 60, "longest_wait_seconds": 3600, "read_seconds": 600}
Said = Mapping[str, Any]


def of_file(said: Said) -> list[str]:
    """All problems of a parsed `sources.toml`, in its order; empty if it can be used."""
    raw = [table for table in expectations.tables().values() if table.layer == "raw"]
    rooms = dict.fromkeys(table.room for table in raw)
    found = [] if said else ["it tells of no silo"]
    for name, facts in said.items():
        if name not in rooms:
            found.append(_unknown(f"[{name}]", name, rooms, "silo"))
        elif not isinstance(facts, Mapping) or facts.get("kind") not in KINDS:
            found.append(f"[{name}]: kind must be one of {', '.join(KINDS)}")
        else:
            contracts = {table.things: table for table in raw if table.room == name}
            found += [f"[{name}]{problem}" for problem in _of_silo(facts, contracts)]
    return found


def _of_silo(said: Said, contracts: Mapping[str, Table]) -> Iterator[str]:
    kind, tables = said["kind"], said.get("tables", {})
    yield from (_unknown(":", key, KEYS[kind], "setting") for key in said if key not in KEYS[kind])
    yield from (f": {key} is missing" for key in NEEDED[kind] if key not in said)
    yield from _of_values(said)
    if not isinstance(tables, Mapping) or not tables:
        yield " maps no tables; add [….tables.NAME]"
        return
    for name, facts in tables.items():
        if name not in contracts:
            yield _unknown(":", name, contracts, "table")
        elif not isinstance(facts, Mapping):
            yield f" {name}: must be a table of settings"
        else:
            yield from (f" {name}: {problem}" for problem in _of_table(kind, facts, contracts[name]))


def _of_values(said: Said) -> Iterator[str]:
    if not CONNECTION_ID.fullmatch(str(said.get("connection", "unset"))):
        yield ": connection must be an id of lower-case letters, digits and _, the place of URLs is the connection"
    if said.get("timezone", "UTC") not in available_timezones():
        yield _unknown(":", said["timezone"], available_timezones(), "time zone")
    if not _is_identifier(said.get("schema", "public")):
        yield f": schema {_shown(said['schema'])} cannot be the name of a schema"
    if "\0" in str(said.get("folder", "")):
        yield ": folder cannot be a path"
    for key, most in MOST.items():
        number = said.get(key, 1)
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= most:
            yield f": {key} must be a number from 0 to {most}"
    yield from _of_style(said.get("style", "hubspot"))


def _of_style(said: Any) -> Iterator[str]:
    if isinstance(said, str) or not isinstance(said, Mapping):
        said = {"like": said}
    if "like" in said and said["like"] not in styles.STYLES:
        yield _unknown(":", said["like"], styles.STYLES, "style")
    yield from (
        _unknown(": style:", name, styles.NAMES, "setting") for name in said if name not in ("like", *styles.NAMES)
    )
    for name, text in said.items():
        choices = styles.CHOICES.get(name)
        if choices and text not in choices:
            yield f": style: {name} must be one of {', '.join(choices)}"
        elif not isinstance(text, str) or (text and not JSON_PATH.fullmatch(text)):
            yield f": style: {name} cannot be {_shown(text)}"


def _of_table(kind: str, said: Said, contract: Table) -> Iterator[str]:
    yield from (_unknown("", key, TABLE_KEYS[kind], "setting") for key in said if key not in TABLE_KEYS[kind])
    if not _is_origin(kind, said.get("from")):
        yield f"from = {_shown(said.get('from'))} {ORIGIN_HINT[kind]}"
    if kind == "sql" and "changed" not in said:
        yield "changed is missing: the column that moves when a row changes"
    if "changed" in said and not _is_reference(kind, said["changed"], said):
        yield f"changed = {_shown(said['changed'])} {REFERENCE_HINT[kind]}"
    if "records" in said and not JSON_PATH.fullmatch(str(said["records"])):
        yield f"records = {_shown(said['records'])} {REFERENCE_HINT[kind]}"
    if "join" in said and not _is_join(said["join"]):
        yield 'join must look like { table = "orders", on = { order_id = "id" } }'
    yield from _of_columns(kind, said, contract)


def _of_columns(kind: str, said: Said, contract: Table) -> Iterator[str]:
    columns = said.get("columns", {})
    names = [column.name for column in contract.columns]
    if not isinstance(columns, Mapping):
        yield 'columns must be a table: ours = "theirs"'
        return
    for ours, theirs in columns.items():
        if ours not in names:
            yield _unknown("", ours, names, "column")
        if isinstance(theirs, Mapping) and set(theirs) == {"value"} and isinstance(theirs["value"], str):
            continue
        if not _is_reference(kind, theirs, said):
            yield f"{ours} = {_shown(theirs)} {REFERENCE_HINT[kind]}"
    derived = business_days(contract)
    needed = [c.name for c in contract.columns if c.is_filled or c.name in contract.key]
    missing = [name for name in needed if name not in columns and name not in derived]
    yield from (f"{name} is not mapped, and every row needs it: {contract.column(name).text}" for name in missing)


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


def _is_origin(kind: str, said: Any) -> bool:
    if not isinstance(said, str) or len(said) > LONGEST:
        return False
    if kind == "sql":
        return _is_identifier(said)
    return bool((URL_PATH if kind == "rest" else FILE_PATTERN).fullmatch(said))


def _is_reference(kind: str, said: Any, table: Said) -> bool:
    if not isinstance(said, str) or len(said) > LONGEST:
        return False
    if kind != "sql":
        return bool(JSON_PATH.fullmatch(said))
    parent, _, column = said.rpartition(".")
    joined = table.get("join")
    known = (table.get("from"), joined.get("table") if isinstance(joined, Mapping) else None)
    return _is_identifier(column) and (not parent or parent in known)


def _is_join(said: Any) -> bool:
    if not isinstance(said, Mapping) or set(said) != {"table", "on"} or not isinstance(said["on"], Mapping):
        return False
    names = (said["table"], *said["on"], *said["on"].values())
    return bool(said["on"]) and all(map(_is_identifier, names))


def _is_identifier(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST_IDENTIFIER and bool(IDENTIFIER.fullmatch(said))


def _shown(said: Any) -> str:
    return repr(said)[:60]


def _unknown(where: str, name: object, known: Iterable[str], what: str) -> str:
    close = get_close_matches(str(name), list(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known)[:20])}"
    return (
        f"{where} {_shown(name)} is no {what} of ours; {hint}".strip()
        if not where.startswith(":")
        else (f"{where} {_shown(name)} is no {what} of ours; {hint}")
    )
