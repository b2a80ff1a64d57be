"""Publish: a family appears to readers at once, after everything held; the last good night stays until then."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

import expectations
from mining_tasks.warehouse import accept, contracts, guards, ledger, shelf, surfaces
from mining_tasks.warehouse.accept import Superseded
from mining_tasks.warehouse.guards import NotPublished
from mining_tasks.warehouse.ledger_tables import acceptances, pointers, publications, transaction
from mining_tasks.warehouse.milestones import reached
from mining_tasks.warehouse.shelf import Partition


def publish(family: str, night: date, addresses: Sequence[str]) -> str:
    """Check a family's drafts and make them what readers see, in one transaction; returns the family's run id.

    Raises `NotPublished` (or `BrokenPromises`, `Superseded`) and leaves the pointer where it was, marked stale, if
    anything does not hold; the verdict is noted either way. A night older than the one that readers see is
    accepted and kept, but the pointer does not go back.
    """
    try:
        run_id = _publish(family, night, addresses)
    except Superseded:
        raise
    except ValueError as refusal:
        _mark_stale(family, night, str(refusal))
        raise
    _note(family, night, "go", guards.told(family, night), {"run_id": run_id})
    return run_id


def _publish(family: str, night: date, addresses: Sequence[str]) -> str:
    guards.allow(family, night)
    accept.accept(*addresses)
    parts = shelf.read_all(expectations.family(family), night)
    run_id = _family_run_id(parts)
    with transaction() as connection:
        _refuse_withdrawn(connection, family, run_id)
    surfaces.load(parts, run_id)
    reached("loaded surfaces")
    # The fence of the tables, not one of its own: else two publishers could win one the tables, one the pointer.
    _move_pointer(family, parts, run_id, max(part.attempt for part in parts))
    reached("moved pointer")
    surfaces.derive()
    return run_id


def _family_run_id(parts: Sequence[Partition]) -> str:
    content = "\n".join(sorted(f"{part.table.name} {part.run_id}" for part in parts))
    return "r_" + hashlib.sha256(content.encode()).hexdigest()[: shelf.RUN_ID_CHARACTERS]


def _refuse_withdrawn(connection: sa.Connection, family: str, run_id: str) -> None:
    mine = (publications.c.family == family, publications.c.run_id == run_id, publications.c.is_withdrawn)
    if connection.execute(sa.select(publications.c.fence).where(*mine)).first():
        raise NotPublished(f"{family}: run {run_id} was rolled back; change what made it before you publish it again")


def _move_pointer(family: str, parts: Sequence[Partition], run_id: str, attempt: int) -> None:
    """One ledger row and one pointer row, together; raises `Superseded` if a later attempt at the night stands."""
    night = parts[0].night
    with transaction() as connection:
        accept.hold(connection, "publications")
        _refuse_withdrawn(connection, family, run_id)
        number = _entered(connection, family, night, run_id, attempt) or _enter(
            connection, family, parts, run_id, attempt
        )
        pointer = connection.execute(sa.select(pointers).where(pointers.c.family == family)).mappings().first()
        if pointer is None or pointer["night"] <= night:
            # a mark made by a later night's failure stays: running an old night again makes nothing fresh
            mark = pointer["why_stale"] if pointer and pointer["night"] == night else ""
            _point(connection, family, number, night, mark)
        reached("before committing pointer")


def _entered(connection: sa.Connection, family: str, night: date, run_id: str, attempt: int) -> int | None:
    """The publication of the same run, which now counts as this attempt's; raises `Superseded` if a later one won."""
    mine = (publications.c.family == family, publications.c.night == night)
    of_night = sa.select(publications).where(*mine).order_by(publications.c.fence.desc())
    found = connection.execute(of_night).mappings().all()
    standing = next((row for row in found if not row["is_withdrawn"]), None)
    if standing and standing["run_id"] == run_id:
        later = publications.update().where(publications.c.fence == standing["fence"], publications.c.attempt < attempt)
        connection.execute(later.values(attempt=attempt))
        return int(standing["fence"])
    if found and found[0]["attempt"] > attempt:
        raise Superseded(f"{family} of {night}: attempt {attempt} lost to attempt {found[0]['attempt']}")
    return None


def _enter(connection: sa.Connection, family: str, parts: Sequence[Partition], run_id: str, attempt: int) -> int:
    tables = [
        {
            "name": part.table.name,
            "folder": part.address,
            "files": [str(file.relative_to(part.folder)) for file in part.files],
            "rows": part.rows,
            "run_id": part.run_id,
            "contract": contracts.snapshot(part.table),
        }
        for part in parts
    ]
    values = {"family": family, "night": parts[0].night, "run_id": run_id, "attempt": attempt}
    values |= {"tables": json.dumps(tables, sort_keys=True), "is_stale": any(part.is_stale for part in parts)}
    values["data_as_of"] = min(part.data_as_of for part in parts)
    result = connection.execute(publications.insert().values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def _point(connection: sa.Connection, family: str, number: int, night: date, why_stale: str) -> None:
    values = {"publication": number, "night": night, "is_stale": bool(why_stale), "why_stale": why_stale[:500]}
    connection.execute(pointers.delete().where(pointers.c.family == family))
    connection.execute(pointers.insert().values(family=family, **values))


def keep_last_good(family: str, night: date, why: str) -> None:
    """Readers keep the last good night, marked stale with the reason; the failure is noted as tonight's verdict.

    Does nothing if the family was published for the night all the same, by another attempt.
    """
    now = ledger.pointer(family)
    if now is None or now["night"] < night:
        _mark_stale(family, night, why)


def _mark_stale(family: str, night: date, why: str) -> None:
    with transaction() as connection:
        late = (pointers.c.family == family, pointers.c.night < night)
        connection.execute(pointers.update().where(*late).values(is_stale=True, why_stale=why[:500]))
    _note(family, night, "no-go", [why], {})
    surfaces.derive()


def _note(family: str, night: date, verdict: str, reasons: list[str], figures: dict[str, object]) -> None:
    facts = {"verdict": verdict, "reasons": reasons, "figures": figures}
    ledger.note_verdict(night, family, "publication", facts)


def rollback(family: str) -> str:
    """Point readers of a family at the publication before the present one, marked stale; returns that run id.

    The withdrawn run is never published again by itself. Raises `NotPublished` if there is none to go back to.
    """
    with transaction() as connection:
        accept.hold(connection, "publications")
        now, target = _present_and_earlier(connection, family)
        connection.execute(publications.update().where(publications.c.fence == now["fence"]).values(is_withdrawn=True))
        _withdraw(connection, now)
        why = f"rolled back from run {now['run_id']} of {now['night']}"
        _point(connection, family, target["fence"], target["night"], why)
    _note(family, now["night"], "no-go", [f"run {now['run_id']} was rolled back"], {"run_id": target["run_id"]})
    surfaces.derive()
    return str(target["run_id"])


def _withdraw(connection: sa.Connection, publication: ledger.Row) -> None:
    """Later nights compare with what readers see: the rolled-back rows are nobody's yesterday."""
    for one in json.loads(publication["tables"]):
        mine = (acceptances.c.table_name == one["name"], acceptances.c.run_id == one["run_id"])
        connection.execute(acceptances.update().where(*mine).values(is_withdrawn=True))


def _present_and_earlier(connection: sa.Connection, family: str) -> tuple[ledger.Row, ledger.Row]:
    """What readers see, and what they saw before: of the same night or an earlier one, and never withdrawn."""
    mine = sa.select(publications).where(publications.c.family == family)
    newest_first = mine.order_by(publications.c.night.desc(), publications.c.fence.desc())
    found = connection.execute(newest_first).mappings().all()
    pointer = connection.execute(sa.select(pointers).where(pointers.c.family == family)).mappings().first()
    now = next((row for row in found if pointer and row["fence"] == pointer["publication"]), None)
    earlier = [row for row in found if now and (row["night"], row["fence"]) < (now["night"], now["fence"])]
    target = next((row for row in earlier if not row["is_withdrawn"]), None)
    if now is None or target is None:
        raise NotPublished(f"{family} has no earlier publication to go back to. Next: goldseam tables")
    return now, target
