"""Which accepted raw nights tonight's state has not taken in yet: tonight's, and those that came late."""

from datetime import date

import sqlalchemy as sa

from expectations.words import Table
from mining_tasks.warehouse import ledger, shelf
from mining_tasks.warehouse.ledger_tables import acceptances
from mining_tasks.warehouse.shelf import Partition


def unmerged(raw: Table, night: date, before: Partition | None) -> list[Partition]:
    """Accepted raw partitions of nights up to `night` that the state `before` was not made from, tonight's first.

    A night comes late if its merge failed, if it was run after a later one, or if rows of it were replayed from
    quarantine. Raises `NotAccepted` if tonight's is not there.
    """
    tonight = shelf.read(raw, night)
    seen = _seen(raw, before)
    late = [row for row in _latest(raw, night) if before is None or row["night"] > before.night or row["fence"] > seen]
    return [tonight, *map(shelf.of_ledger, late)]


def _latest(raw: Table, night: date) -> list[ledger.Row]:
    """The acceptance in force of every night before, oldest first."""
    mine = sa.and_(acceptances.c.table_name == raw.name, acceptances.c.night < night, ~acceptances.c.is_carried_over)
    newest = sa.select(sa.func.max(acceptances.c.fence)).where(mine).group_by(acceptances.c.night)
    found = sa.select(acceptances).where(acceptances.c.fence.in_(newest)).order_by(acceptances.c.night)
    return list(ledger.rows(found))


def _seen(raw: Table, before: Partition | None) -> int:
    """The highest fence among the raw runs that `before` was made from: what was accepted by then, it has."""
    merged = [entry for entry in (before.inputs if before else ()) if entry["table"] == raw.name]
    return max((_fence(raw, date.fromisoformat(entry["night"]), entry["run_id"]) for entry in merged), default=0)


def _fence(raw: Table, night: date, run_id: str) -> int:
    first = sa.select(sa.func.min(acceptances.c.fence).label("fence")).where(
        acceptances.c.table_name == raw.name, acceptances.c.night == night, acceptances.c.run_id == run_id
    )
    return int(ledger.rows(first)[0]["fence"] or 0)
