"""What was promised, now and at the last publication: the dictionary, ODCS, and what a reader would find broken."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import expectations
from expectations.speak import dictionary as speak_dictionary
from expectations.speak import odcs as speak_odcs
from expectations.words import Column, OneOf, Table
from mining_tasks.warehouse import ledger

Snapshot = Mapping[str, Any]


class NothingToCompare(ValueError):
    """A snapshot says nothing about columns: comparing it would find nothing whatever had changed."""


def dictionary(names: Iterable[str] = ()) -> str:
    """The Markdown dictionary of the named tables, or of all."""
    chosen = [expectations.table(name) for name in names] or list(expectations.tables().values())
    return speak_dictionary.dictionary(chosen)


def odcs(name: str) -> str:
    """The contract of a table or of a family as ODCS v3.1 YAML; raises KeyError for neither."""
    return speak_odcs.text(expectations.family(name) or [expectations.table(name)])


def snapshot(table: Table) -> dict[str, Any]:
    """What readers may count on, as JSON can hold it: kept with each publication to compare later contracts with."""
    return {
        "name": table.name,
        "version": table.version,
        "key": list(table.key),
        "columns": {column.name: _column(column) for column in table.columns},
    }


def _column(column: Column) -> dict[str, Any]:
    lists = [set(promise.values) for promise in column.promises if isinstance(promise, OneOf)]
    said = {"type": column.type.__name__, "unit": column.unit, "is_filled": column.is_filled}
    said |= {"decimals": column.decimals} if column.type.__name__ == "Decimal" else {}
    return said | ({"one_of": sorted(map(str, set.intersection(*lists)))} if lists else {})


def published() -> dict[str, dict[str, Any]]:
    """The snapshot of every table that readers see now, as it was promised when it was published."""
    pointers = [pointer for family in expectations.families() if (pointer := ledger.pointer(family))]
    tables = [table for pointer in pointers for table in json.loads(pointer["tables"])]
    return {table["name"]: table["contract"] for table in tables}


def present() -> dict[str, dict[str, Any]]:
    """The snapshot of every published table as it is promised now."""
    return {table.name: snapshot(table) for table in expectations.tables().values() if table.layer == "pub"}


def breaking(old: Mapping[str, Snapshot], new: Mapping[str, Snapshot]) -> list[str]:
    """Every promise to readers of `old` that `new` breaks, one sentence each; a table that went is one of them."""
    gone = [f"{name} is no longer promised" for name in old if name not in new]
    return gone + [fault for name in old if name in new for fault in breaks(old[name], new[name])]


def breaks(before: Snapshot, now: Snapshot) -> list[str]:
    """What a reader of `before` would find broken in `now`; nothing if the major version rose.

    Breaking: a column dropped, renamed, retyped, of another unit, that may now be missing, or from a shorter or no
    longer closed list; another key. Added columns, added values and stricter promises pass.
    Raises `NothingToCompare` if either side has no columns.
    """
    empty = [snap.get("name", "?") for snap in (before, now) if not snap.get("columns")]
    if empty:
        raise NothingToCompare(f"the contract of {', '.join(empty)} names no columns")
    if _major(now) > _major(before):
        return []
    found = [f"{before['name']}.{name} {fault}" for name in before["columns"] for fault in _faults(name, before, now)]
    if list(before["key"]) != list(now["key"]):
        found.append(f"{before['name']} had one row per {_and(before['key'])}, now per {_and(now['key'])}")
    return found


def _major(snap: Snapshot) -> int:
    return int(str(snap["version"]).split(".")[0])


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _faults(name: str, before: Snapshot, now: Snapshot) -> list[str]:
    old, new = before["columns"][name], now["columns"].get(name)
    if new is None:
        added = [other for other in now["columns"] if other not in before["columns"]]
        return [f"is gone{f'; renamed to {_or(added)}?' if added else ''}"]
    faults = [
        f"was {old.get(fact) or 'nothing'}, is {new.get(fact) or 'nothing'} ({fact})"
        for fact in ("type", "decimals", "unit")
        if old.get(fact) != new.get(fact)
    ]
    if old["is_filled"] and not new["is_filled"]:
        faults.append("was never missing, now may be")
    if "one_of" in old:
        faults += _list_faults(set(old["one_of"]), new.get("one_of"))
    return faults


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)


def _list_faults(old: set[str], new: list[str] | None) -> list[str]:
    if new is None:
        return ["was from a closed list, now can be anything"]
    lost = sorted(old - set(new))
    return [f"no longer knows {', '.join(f'`{value}`' for value in lost)}"] if lost else []
