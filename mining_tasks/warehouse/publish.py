"""Publish: a family appears to readers at once, after everything held; the last good night stays until then."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import sqlalchemy as sa

import expectations
from expectations import table
from expectations.words import Pii, Table
from mining_tasks.warehouse import accept, contracts, ledger, shelf, surfaces
from mining_tasks.warehouse.accept import Superseded
from mining_tasks.warehouse.ledger_tables import acceptances, pointers, publications, transaction
from mining_tasks.warehouse.milestones import reached
from mining_tasks.warehouse.shelf import Partition

STALE_SOURCES_MOST = 1  # S2 of our reliability cases: with two sources down nothing new is published
SHOP_NIGHTS_MOST = 3  # S2: nor with a shop older than three nights
SECRET = {Pii.CONTACT, Pii.FREE_TEXT, Pii.SENSITIVE}
SOURCES = ("shop", "crm", "support")
NOTHING: Mapping[str, object] = MappingProxyType({})


class NotPublished(ValueError):
    """The family was refused; its last good night stays."""


def publish(family: str, night: date, addresses: Sequence[str]) -> str:
    """Check a family's drafts and make them what readers see, in one transaction; returns the family's run id.

    Raises `NotPublished` (or `BrokenPromises`, `Superseded`) and leaves the pointer where it was, marked stale, if
    anything does not hold; the verdict is noted either way. A night older than the one that readers see is
    accepted and kept, but the pointer does not go back.
    """
    attempt = ledger.begin(family, night)
    try:
        run_id = _publish(family, night, addresses, attempt)
    except Superseded:
        raise
    except ValueError as refusal:
        _mark_stale(family, night, str(refusal), {"refused": 1})
        raise
    meant = _overridden(family, night)
    held = "every promise held" if meant else "every promise and guard held"
    _note(family, night, "go", [held, *meant, *_stood_in(night)], {"run_id": run_id})
    return run_id


def _overridden(family: str, night: date) -> list[str]:
    """One sentence a table whose guards a person overrode: who said that tonight is meant, and why."""
    said = [ledger.override(each.name, night) for each in expectations.family(family)]
    return [f"{one['table_name']}: guards overridden by {one['who']}: {one['why']}" for one in said if one]


def _stood_in(night: date) -> list[str]:
    """One sentence a source whose last good data stand in tonight: what was published is as old as they are."""
    as_of = {room: row["data_as_of"] for room, row in _silos(night) if row["is_stale"]}
    return [f"{room} failed tonight, its data as of {as_of[room]} stand in" for room in sorted(as_of)]


def _silos(night: date) -> list[tuple[str, ledger.Row]]:
    """What the night holds of each source, with the source's name."""
    rows = [(table(row["table_name"]).room, row) for row in ledger.accepted_on(night)]
    return [(room, row) for room, row in rows if room in SOURCES]


def _publish(family: str, night: date, addresses: Sequence[str], attempt: int) -> str:
    _guard_contracts(family)
    _guard_freshness(family, night)
    accept.accept(*addresses)
    parts = [shelf.read(each, night) for each in expectations.family(family)]
    run_id = _family_run_id(parts)
    with transaction() as connection:
        _refuse_withdrawn(connection, family, run_id)
    surfaces.load(parts, run_id)
    reached("loaded surfaces")
    _move_pointer(family, parts, run_id, attempt)
    reached("moved pointer")
    surfaces.derive()
    return run_id


def _guard_contracts(family: str) -> None:
    """No table for readers may hold what tells who a person is, or break what was promised before."""
    tables = expectations.family(family)
    if not tables:
        raise NotPublished(f"no published table is promised by a room {family!r}; there are {expectations.families()}")
    secret = [f"{table.name}.{c.name} ({c.pii})" for table in tables for c in table.columns if c.pii in SECRET]
    if secret:
        raise NotPublished(f"{family}: not for readers: {', '.join(secret)}")
    before = _promised_before(family)
    breaks = [fault for t in tables if t.name in before for fault in contracts.breaks(before[t.name], _now(t))]
    if breaks:
        raise NotPublished(f"{family}: breaks what readers were promised: " + "; ".join(breaks))


def _now(table: Table) -> dict[str, object]:
    return contracts.snapshot(table)


def _promised_before(family: str) -> dict[str, dict[str, object]]:
    now = ledger.pointer(family)
    tables = json.loads(now["tables"]) if now else []
    return {table["name"]: table["contract"] for table in tables}


def _guard_freshness(family: str, night: date) -> None:
    """Nothing new is said on data too old to be vouched for; quality and models report on the failure itself."""
    if family in ("quality", "models"):
        return
    silos = _silos(night)
    stale = sorted({room for room, row in silos if row["is_stale"]})
    if len(stale) > STALE_SOURCES_MOST:
        raise NotPublished(f"{family}: {' and '.join(stale)} failed tonight; at most {STALE_SOURCES_MOST} may")
    ages = [(night - row["data_as_of"]).days for room, row in silos if room == "shop"]
    if max(ages, default=0) > SHOP_NIGHTS_MOST:
        raise NotPublished(f"{family}: the shop's data are {max(ages)} nights old; at most {SHOP_NIGHTS_MOST} may pass")


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
            "contract": _now(part.table),
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

    Does nothing if the family was published for the night all the same, by another attempt. Where the publication
    itself was refused tonight, its reason is kept: it says more than that a task failed.
    """
    now = ledger.pointer(family)
    if now is None or now["night"] < night:
        told = ledger.last_verdict(family, "publication")
        is_refused = told is not None and told["night"] == night and "refused" in json.loads(told["figures"])
        _mark_stale(family, night, f"{why}: {told['reasons']}" if told and is_refused else why)


def _mark_stale(family: str, night: date, why: str, figures: Mapping[str, object] = NOTHING) -> None:
    with transaction() as connection:
        late = (pointers.c.family == family, pointers.c.night < night)
        connection.execute(pointers.update().where(*late).values(is_stale=True, why_stale=why[:500]))
    _note(family, night, "no-go", [why], figures)
    surfaces.derive()


def _note(family: str, night: date, verdict: str, reasons: list[str], figures: Mapping[str, object]) -> None:
    facts = {"verdict": verdict, "reasons": reasons, "figures": dict(figures)}
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
