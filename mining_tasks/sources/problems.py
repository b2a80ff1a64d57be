"""Everything that can be wrong with `sources.toml`, told at once and with hints."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

import expectations
from expectations.words import Table
from mining_tasks.sources import names, styles
from mining_tasks.sources.business_days import business_days

NEEDED = {"sql": ("connection",), "rest": ("connection", "style"), "files": ("folder",)}
COMMON = ("kind", "timezone", "look_back_days", "deadline_minutes", "tables")
PATIENCE = ("tries", "first_wait_seconds", "longest_wait_seconds", "read_seconds")
KEYS = {
    "sql": (*COMMON, "connection", "schema"),
    "rest": (*COMMON, *PATIENCE, "connection", "style", "page_rows"),
    "files": (*COMMON, "folder"),
}
TABLE_KEYS = {
    "sql": ("from", "changed", "columns", "join"),
    "rest": ("from", "changed", "columns", "records"),
    "files": ("from", "changed", "columns"),
}
DROPPED = ("kind", "folder")  # of a single table that comes as dropped files while its silo is a system
MOST = {
    "look_back_days": 365,
    "deadline_minutes": 24 * 60,
    "page_rows": 10_000,
    "tries": 20,
    "first_wait_seconds": 60,
    "longest_wait_seconds": 3600,
    "read_seconds": 600,
}
OF_ONE_SILO = {"shop": ("cancelled",)}  # settings that one silo alone has
OF_ROOMS = ("identities",)  # what a room reads for itself; no silo
WHOLE = ("look_back_days", "page_rows", "tries")
Said = Mapping[str, Any]


def of_file(said: Said) -> list[str]:
    """All problems of a parsed `sources.toml`, in its order; empty if it can be used."""
    raw = [table for table in expectations.tables().values() if table.layer == "raw"]
    rooms = dict.fromkeys(table.room for table in raw)
    found = [] if set(said) - set(OF_ROOMS) else ["it tells of no silo"]
    for name, facts in said.items():
        if name in OF_ROOMS:
            continue
        if name not in rooms:
            found.append(_unknown(name, (*rooms, *OF_ROOMS), "silo"))
        elif not isinstance(facts, Mapping) or facts.get("kind") not in KEYS:
            found.append(f"[{name}] kind must be one of {', '.join(KEYS)}")
        else:
            contracts = {table.things: table for table in raw if table.room == name}
            found += [f"[{name}] {problem}" for problem in _of_silo(facts, contracts, OF_ONE_SILO.get(name, ()))]
    return found


def _of_silo(said: Said, contracts: Mapping[str, Table], of_its_own: tuple[str, ...]) -> Iterator[str]:
    kind, tables = said["kind"], said.get("tables", {})
    keys = (*KEYS[kind], *of_its_own)
    yield from (_unknown(key, keys, f"setting of a silo of kind {kind}") for key in said if key not in keys)
    yield from (f"{key} is missing" for key in NEEDED[kind] if key not in said)
    yield from _of_values(said)
    if not isinstance(tables, Mapping) or not tables:
        yield "no table is mapped"
        return
    for name, facts in tables.items():
        if name not in contracts:
            yield _unknown(name, contracts, "table")
        elif not isinstance(facts, Mapping):
            yield f"{name}: must be a table of settings"
        else:
            yield from (f"{name}: {problem}" for problem in _of_part(kind, facts, contracts[name]))


def _of_part(kind: str, said: Said, contract: Table) -> Iterator[str]:
    """Problems of a table, which may come as dropped files though its silo is of another kind."""
    own = {key: said[key] for key in DROPPED if key in said}
    if not own or kind == "files":
        yield from _of_table(kind, said, contract)
        return
    if own.get("kind") != "files":
        yield f'kind of a single table must be "files", not {_shown(own.get("kind"))}'
    if "folder" not in own:
        yield "folder is missing: where its files are dropped"
    yield from _of_folder(own)
    yield from _of_table("files", {key: value for key, value in said.items() if key not in own}, contract)


def _of_folder(said: Said) -> Iterator[str]:
    if not isinstance(said.get("folder", "."), str) or "\0" in said.get("folder", "."):
        yield "folder cannot be a path"


def _of_values(said: Said) -> Iterator[str]:
    if not names.is_connection(said.get("connection", "unset")):
        yield "connection must be an id of lower-case letters, digits and _; URLs and secrets stand elsewhere"
    if said.get("timezone", "UTC") not in available_timezones():
        yield _unknown(said["timezone"], available_timezones(), "time zone")
    if not names.is_identifier(said.get("schema", "public")):
        yield f"schema {_shown(said['schema'])} cannot be the name of a schema"
    yield from _of_folder(said)
    if not _are_codes(said.get("cancelled", [])):
        yield 'cancelled must be a list of status codes such as ["cancelled", "failed"]'
    for key in MOST:
        number, kinds = said.get(key, 1), int if key in WHOLE else int | float
        if isinstance(number, bool) or not isinstance(number, kinds) or not 0 <= number <= MOST[key]:
            yield f"{key} must be a {'whole ' if key in WHOLE else ''}number from 0 to {MOST[key]}"
    yield from (f"style: {problem}" for problem in _of_style(said.get("style", "hubspot")))


def _are_codes(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(code, str) and code.strip() for code in said)


def _of_style(said: Any) -> Iterator[str]:
    facts = said if isinstance(said, Mapping) else {"like": said}
    for name, text in facts.items():
        choices = styles.STYLES if name == "like" else styles.CHOICES.get(name)
        if name not in ("like", *styles.NAMES):
            yield _unknown(name, styles.NAMES, "setting")
        elif choices is not None and text not in choices:
            yield _unknown(text, choices, name if name != "like" else "style")
        elif choices is None and text != "" and not names.is_path(text):
            yield f"{name} = {_shown(text)} {names.REFERENCE_HINT['rest']}"


def _of_table(kind: str, said: Said, contract: Table) -> Iterator[str]:
    yield from (_unknown(key, TABLE_KEYS[kind], "setting") for key in said if key not in TABLE_KEYS[kind])
    if not names.is_origin(kind, said.get("from")):
        yield f"from = {_shown(said.get('from'))} {names.ORIGIN_HINT[kind]}"
    if kind == "sql" and "changed" not in said:
        yield "changed is missing: the column that moves when a row changes"
    if "changed" in said and not names.is_reference(kind, said["changed"], said):
        yield f"changed = {_shown(said['changed'])} {names.REFERENCE_HINT[kind]}"
    if "records" in said and not names.is_path(said["records"]):
        yield f"records = {_shown(said['records'])} {names.REFERENCE_HINT['rest']}"
    if "join" in said and not names.is_join(said["join"]):
        yield 'join must look like { table = "orders", on = { order_id = "id" } }'
    columns = said.get("columns", {})
    if not isinstance(columns, Mapping):
        yield 'columns must be a table of lines such as email = "properties.email"'
        return
    yield from _of_columns(kind, said, contract)


def _of_columns(kind: str, said: Said, contract: Table) -> Iterator[str]:
    columns, known = said.get("columns", {}), [column.name for column in contract.columns]
    for ours, theirs in columns.items():
        if ours not in known:
            yield _unknown(ours, known, f"column of {contract.name}")
        if not _is_constant(theirs) and not names.is_reference(kind, theirs, said):
            yield f"{ours} = {_shown(theirs)} {names.REFERENCE_HINT[kind]}"
    derived = business_days(contract)
    needed = [c for c in contract.columns if c.is_filled or c.name in contract.key]
    missing = [c for c in needed if c.name not in columns and c.name not in derived]
    yield from (f"{c.name} is not mapped, but every row needs it: {c.text}" for c in missing)


def _is_constant(said: Any) -> bool:
    return isinstance(said, Mapping) and set(said) == {"value"} and isinstance(said["value"], str)


def _shown(said: Any) -> str:
    return repr(said)[:60]


def _unknown(name: object, known: Iterable[str], what: str) -> str:
    close = get_close_matches(str(name), list(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known)[:20])}"
    return f"{_shown(name)} is no {what}; {hint}"
