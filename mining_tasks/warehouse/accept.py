"""Accept: drafts become visible to later steps after their promises held; all of a call, or none."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from expectations.speak import arrow
from expectations.words import Severity, Table
from mining_tasks.warehouse import durable, ledger, shelf, vault
from mining_tasks.warehouse.code_version import code_version
from mining_tasks.warehouse.keep_promises import BrokenPromises, Check, checked
from mining_tasks.warehouse.ledger_tables import acceptances, attempts, transaction
from mining_tasks.warehouse.milestones import reached
from mining_tasks.warehouse.shelf import Partition


class Superseded(ValueError):
    """A later attempt at the same night was accepted first; this one must not undo it."""


class KeysMixed(ValueError):
    """Drafts were made with different hash keys: what is hashed in one would join nothing in the other."""


class NothingToCarry(ValueError):
    """No earlier night was ever accepted, so nothing can stand in for tonight."""


def accept(*addresses: str) -> list[str]:
    """Check drafts and make them what later steps read for their night; returns their run ids.

    All are accepted in one ledger transaction, or none. Raises `BrokenPromises` with every fault of every draft;
    `Superseded` if a later attempt won; `KeysMixed` if the hash key was replaced between two of them. Accepting the
    same rows again changes nothing.
    """
    drafts = [shelf.opened(address) for address in addresses]
    require_one_key(drafts)
    keep(drafts)
    placed = [place(draft) for draft in drafts]
    with transaction() as connection:
        hold(connection, "acceptances")
        for part in placed:
            enter(connection, part)
        reached("before committing acceptances")
    reached("accepted")
    return [part.run_id for part in placed]


def require_one_key(drafts: Sequence[Partition]) -> None:
    """Raise `KeysMixed` unless all drafts were made with one hash key, or with none."""
    made_with = {draft.hash_key for draft in drafts if draft.hash_key}
    if len(made_with) > 1:
        told = ", ".join(f"{draft.table.name} with {draft.hash_key or 'none'}" for draft in drafts)
        raise KeysMixed(f"the hash key was replaced while the night ran: {told}. Next: run the room's step again")


def keep(drafts: Sequence[Partition]) -> None:
    """Check every draft and note each result; raises `BrokenPromises` if a *stop* promise of any does not hold.

    A guard that a person overrode for that table and night is noted as broken and stops nothing.
    """
    broken: list[Check] = []
    for draft in drafts:
        found = checked(draft, drafts)
        ledger.note_checks(draft.table.name, draft.night, draft.run_id, [check.facts() for check in found])
        stops = [check for check in found if not check.held and check.severity == Severity.STOP]
        is_meant = ledger.override(draft.table.name, draft.night) is not None
        broken += [check for check in stops if not (check.is_guard and is_meant)]
    if broken:
        raise BrokenPromises(broken, drafts)
    reached("checked drafts")


def place(draft: Partition) -> Partition:
    """The draft at its place on the shelf; the draft itself stays, so that a step cut short can be run again."""
    final = shelf.final_folder(draft)
    vault.place(draft.folder, final)
    durable.copy_folder(draft.folder, final)
    reached(f"placed {draft.table.name}")
    return replace(draft, folder=final)


def hold(connection: sa.Connection, table: str) -> None:
    """One writer at a time for a ledger table; SQLite's transactions already are."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))


def enter(connection: sa.Connection, part: Partition) -> None:
    """Write one acceptance, unless the same rows are accepted already; a later attempt that stands is not undone."""
    now = _standing(connection, part)
    if now and _says_the_same(now, part):
        later = acceptances.update().where(acceptances.c.fence == now["fence"], acceptances.c.attempt < part.attempt)
        connection.execute(later.values(attempt=part.attempt))
        return
    if now and now["attempt"] > part.attempt:
        raise Superseded(f"{part.table.name} of {part.night}: attempt {part.attempt} lost to attempt {now['attempt']}")
    if not (part.folder / shelf.MANIFEST).exists():
        raise shelf.NotAccepted(f"{part.address} was tidied up before it was accepted; run its step again")
    facts = {"table_name": part.table.name, "night": part.night, "run_id": part.run_id, "folder": part.address}
    facts |= {"data_as_of": part.data_as_of, "is_stale": part.is_stale, "code_version": code_version()}
    facts |= {"attempt": part.attempt, "rows": part.rows, "bytes": part.bytes, "inputs": json.dumps(part.inputs)}
    connection.execute(acceptances.insert().values(**facts))


def _standing(connection: sa.Connection, part: Partition) -> ledger.Row | None:
    """The acceptance made of the night's own data that a new one would replace."""
    mine = (acceptances.c.table_name == part.table.name, acceptances.c.night == part.night)
    latest = sa.select(acceptances).where(*mine).order_by(acceptances.c.fence.desc()).limit(1)
    now = connection.execute(latest).mappings().first()
    return None if now is None or now["is_carried_over"] else now


def _says_the_same(now: ledger.Row, part: Partition) -> bool:
    """Same rows, as old: rows alone do not tell that a source which had failed is back."""
    said = (part.run_id, part.data_as_of, part.is_stale)
    return (now["run_id"], now["data_as_of"], bool(now["is_stale"])) == said


def carry_over(night: date, tables: Sequence[Table], why: str) -> None:
    """Let the last good night of tables stand in for tonight, marked stale, so that later steps can go on.

    Tables that were accepted tonight keep what they have; an optional one that never had a good night stands in
    without rows. Raises `NothingToCarry` before a first good night.
    """
    with transaction() as connection:
        attempt = connection.execute(attempts.insert().values(subject="carry over", night=night))
        fence = int(attempt.inserted_primary_key[0])  # type: ignore[index]
    for table in tables:
        if ledger.accepted(table.name, night) is None:
            _stand_in(table, night, fence, why)


def _stand_in(table: Table, night: date, attempt: int, why: str) -> None:
    last = ledger.accepted_before(table.name, night) or (_without_rows(table, night) if table.is_optional else None)
    if last is None:
        raise NothingToCarry(f"{table.name} has no good night before {night}: nothing can stand in for it")
    facts = {key: last[key] for key in ("table_name", "run_id", "folder", "data_as_of", "rows", "bytes")}
    facts |= {"night": night, "attempt": attempt, "is_stale": True, "is_carried_over": True, "why": why[:500]}
    with transaction() as connection:
        connection.execute(acceptances.insert().values(**facts))


def _without_rows(table: Table, night: date) -> Mapping[str, Any]:
    """What stands in for an optional table that came with a newer version of ours, and failed on its first night."""
    nothing = place(shelf.opened(shelf.draft(table, night, arrow.schema(table).empty_table())))
    facts = {"table_name": table.name, "run_id": nothing.run_id, "folder": nothing.address}
    return {**facts, "data_as_of": night, "rows": 0, "bytes": nothing.bytes}
