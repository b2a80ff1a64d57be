"""What a home holds after a night, so that two homes or two moments can be compared."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

import expectations
from expectations.words import Table
from mining_tasks.warehouse import ledger, shelf, surfaces, unsealed
from mining_tasks.warehouse.home import home

Digest = dict[str, Any]


def tables(layer: str, *rooms: str) -> list[Table]:
    """The contracts of a layer, of these rooms or of all."""
    found = [t for t in expectations.tables().values() if t.layer == layer and (not rooms or t.room in rooms)]
    assert found, f"no contract in {layer} {rooms}"
    return found


def every_shops(layer: str, *rooms: str) -> list[Table]:
    """Those without what only some shops tell; the demo's tells nothing of that."""
    return [table for table in tables(layer, *rooms) if not table.is_optional]


def digests(night: date) -> dict[str, Digest]:
    """Of every table accepted for a night: its run, its age, and the digest of each of its files."""
    found = {}
    for row in ledger.accepted_on(night):
        part = shelf.of_ledger(row)
        files = {entry.name: entry.sha256 for entry in part.entries}
        age = {"data_as_of": str(part.data_as_of), "is_stale": part.is_stale}
        found[row["table_name"]] = {"run_id": part.run_id, "files": files, **age}
    assert found, f"nothing was accepted for {night}"
    return found


def differing(one: Mapping[str, Digest], other: Mapping[str, Digest]) -> list[str]:
    """Tables of two digests that do not hold the same bytes; every table that is promised must be in both."""
    promised = {table.name for table in expectations.tables().values() if table.layer in ("raw", "core", "pub")}
    assert set(one) == set(other) == promised
    return sorted(table for table in promised if one[table] != other[table])


def rows(table: Table, night: date) -> pa.Table:
    """The rows that later steps read for the night, in the order of the key."""
    return unsealed.table(shelf.read(table, night)).sort_by([(key, "ascending") for key in table.key])


def pictures(night: date, chosen: Sequence[Table]) -> dict[str, pa.Table]:
    """`rows` of several tables by name."""
    return {table.name: rows(table, night) for table in chosen}


def seen() -> dict[str, dict[str, Any]]:
    """What readers see, by table: night, run, age, stale or not, and why."""
    names = ("family", "night", "run_id", "data_as_of", "is_stale", "why_stale", "verdict", "rows")
    return {table["table"]: {name: table[name] for name in names} for table in surfaces.tables()}


def of_family(family: str) -> dict[str, Any]:
    """What readers see of a family: the facts that all its tables share."""
    found = [{k: v for k, v in facts.items() if k != "rows"} for facts in seen().values() if facts["family"] == family]
    assert found, f"{family} is not published"
    assert all(facts == found[0] for facts in found), f"the tables of {family} do not belong together: {found}"
    return found[0]


def ask(sql: str) -> list[dict[str, Any]]:
    """Rows of a SELECT over the published tables, as an analyst asks it."""
    return list(surfaces.query(sql).to_pylist())


def receipts(night: date) -> dict[str, dict[str, int]]:
    """How the rows received were accounted for, by raw table; every row is proved to be accounted for once."""
    names = ("received", "loaded", "quarantined", "duplicates")
    found = {row["table_name"]: {name: row[name] for name in names} for row in ledger.receipts_on(night)}
    assert found, f"nothing was received for {night}"
    for table, counts in found.items():
        assert counts["received"] == counts["loaded"] + counts["quarantined"] + counts["duplicates"], table
    return found


def told(night: date, family: str) -> str:
    """Verdict and reasons of a family's publication."""
    found = [row for row in ledger.verdicts_on(night) if (row["family"], row["subject"]) == (family, "publication")]
    assert len(found) == 1, f"{family} has {len(found)} verdicts about its publication on {night}"
    return f"{found[0]['verdict']}: {found[0]['reasons']}"


def files_are_what_the_manifest_says() -> int:
    """Check every published file against its manifest, as an outsider would; returns how many there are."""
    from mining_tasks.warehouse import durable

    checked = 0
    for publication in ledger.published():
        for family_table in expectations.family(publication["family"]):
            part = shelf.of_ledger(ledger.accepted(family_table.name, publication["night"]))  # type: ignore[arg-type]
            for entry in part.entries:
                assert durable.sha256(part.folder / entry.name) == entry.sha256
                checked += 1
    assert checked, f"nothing is published in {home().path}"
    return checked
