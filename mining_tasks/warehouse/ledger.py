"""What was accepted, published, checked and decided: the only proof of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from mining_tasks.warehouse.ledger_tables import (
    acceptances,
    attempts,
    checks,
    looks,
    overrides,
    pointers,
    promotions,
    publications,
    receipts,
    transaction,
    verdicts,
)

Row = sa.RowMapping
_ITS_OWN = (~acceptances.c.is_carried_over, ~acceptances.c.is_withdrawn)  # what a later night may build on


def rows(statement: sa.Select[Any]) -> Sequence[Row]:
    """All rows of a query."""
    with transaction() as connection:
        return connection.execute(statement).mappings().all()


def _first(statement: sa.Select[Any]) -> Row | None:
    found = rows(statement.limit(1))
    return found[0] if found else None


def begin(subject: str, night: date) -> int:
    """Draw the fence number of a new attempt at `subject` (a table or a family) for a night."""
    with transaction() as connection:
        result = connection.execute(attempts.insert().values(subject=subject, night=night))
        return int(result.inserted_primary_key[0])  # type: ignore[index]


def accepted(table: str, night: date) -> Row | None:
    """The acceptance that a read of exactly this night sees: the latest written."""
    return _first(_acceptances(table).where(acceptances.c.night == night).order_by(acceptances.c.fence.desc()))


def accepted_before(table: str, night: date) -> Row | None:
    """The acceptance of the newest earlier night that was made from that night's own data and not rolled back."""
    earlier = _acceptances(table).where(acceptances.c.night < night, *_ITS_OWN)
    return _first(earlier.order_by(acceptances.c.night.desc(), acceptances.c.fence.desc()))


def own_before(table: str, night: date) -> list[Row]:
    """The acceptance of each earlier night that was made from that night's own data, oldest first."""
    earlier = _acceptances(table).where(acceptances.c.night < night, *_ITS_OWN)
    newest = {row["night"]: row for row in rows(earlier.order_by(acceptances.c.night, acceptances.c.fence))}
    return list(newest.values())


def row_counts_before(table: str, night: date, nights: int) -> list[int]:
    """Rows of the last accepted nights before `night`, newest first, one number a night."""
    earlier = _acceptances(table).where(acceptances.c.night < night, *_ITS_OWN)
    counts: dict[date, int] = {}
    for row in rows(earlier.order_by(acceptances.c.night.desc(), acceptances.c.fence.desc())):
        counts.setdefault(row["night"], row["rows"])
        if len(counts) == nights:
            break
    return list(counts.values())


def accepted_on(night: date) -> list[Row]:
    """What readers of the night see: the latest acceptance of each table."""
    newest = sa.select(sa.func.max(acceptances.c.fence)).where(acceptances.c.night == night)
    found = sa.select(acceptances).where(acceptances.c.fence.in_(newest.group_by(acceptances.c.table_name)))
    return list(rows(found.order_by(acceptances.c.table_name)))


def _acceptances(table: str) -> sa.Select[Any]:
    return sa.select(acceptances).where(acceptances.c.table_name == table)


def note_receipt(table: str, night: date, counts: Mapping[str, int], reasons: Mapping[str, int]) -> None:
    """How the rows of one night's landing were accounted for; replaces what was noted before.

    counts: received, loaded, quarantined, duplicates. reasons: rows set aside by reason, without values.
    """
    with transaction() as connection:
        mine = (receipts.c.table_name == table, receipts.c.night == night)
        connection.execute(receipts.delete().where(*mine))
        values = {"table_name": table, "night": night, "reasons": json.dumps(reasons, sort_keys=True), **counts}
        connection.execute(receipts.insert().values(values))


def note_replay(table: str, night: date, replayed: Mapping[str, int]) -> None:
    """How many rows set aside that night were replayed since, by reason (totals, not additions)."""
    with transaction() as connection:
        mine = (receipts.c.table_name == table, receipts.c.night == night)
        connection.execute(receipts.update().where(*mine).values(replayed=json.dumps(replayed, sort_keys=True)))


def receipt(table: str, night: date) -> Row | None:
    """The receipt of a table's landing for a night."""
    return _first(sa.select(receipts).where(receipts.c.table_name == table, receipts.c.night == night))


def receipts_on(night: date | None = None) -> list[Row]:
    """All receipts, of one night or of all."""
    found = sa.select(receipts).order_by(receipts.c.night, receipts.c.table_name)
    return list(rows(found if night is None else found.where(receipts.c.night == night)))


def note_checks(table: str, night: date, run_id: str, found: Sequence[Mapping[str, Any]]) -> None:
    """Results of a draft's checks; replaces those of an earlier attempt at the night."""
    with transaction() as connection:
        mine = (checks.c.table_name == table, checks.c.night == night)
        connection.execute(checks.delete().where(*mine))
        told = [{"table_name": table, "night": night, "run_id": run_id, **check} for check in found]
        if told:  # sent together: one at a time, a night's 1,500 took 0.3 s of CPU
            connection.execute(checks.insert(), told)


def checks_on(night: date) -> list[Row]:
    """Every check made for a night."""
    return list(rows(sa.select(checks).where(checks.c.night == night).order_by(checks.c.table_name, checks.c.fence)))


def note_override(table: str, night: date, who: str, why: str) -> None:
    """A person says that a table's unusual row count of a night is meant; every such saying is kept."""
    with transaction() as connection:
        connection.execute(overrides.insert().values(table_name=table, night=night, who=who, why=why))


def override(table: str, night: date) -> Row | None:
    """The latest override of a table's guards for a night; None if nobody said anything."""
    mine = (overrides.c.table_name == table, overrides.c.night == night)
    return _first(sa.select(overrides).where(*mine).order_by(overrides.c.fence.desc()))


def note_look(customer_id: str, night: date, who: str) -> None:
    """Somebody is about to see a customer's contact data unmasked."""
    with transaction() as connection:
        connection.execute(looks.insert().values(customer_id=customer_id, night=night, who=who))


def looked() -> list[Row]:
    """Every look at contact data, the newest first."""
    return list(rows(sa.select(looks).order_by(looks.c.fence.desc())))


def note_verdict(night: date, family: str, subject: str, verdict: Mapping[str, Any]) -> None:
    """What was decided about a family's `model`, `policy` or `publication`; replaces an earlier decision of the night.

    verdict: verdict (go, hold, no-go), reasons (sentences), figures, champion, challenger.
    """
    values = {
        "verdict": verdict["verdict"],
        "reasons": "; ".join(verdict["reasons"]),
        "figures": json.dumps(verdict.get("figures", {}), sort_keys=True),
        "champion": verdict.get("champion"),
        "challenger": verdict.get("challenger"),
    }
    with transaction() as connection:
        mine = (verdicts.c.night == night, verdicts.c.family == family, verdicts.c.subject == subject)
        connection.execute(verdicts.delete().where(*mine))
        connection.execute(verdicts.insert().values(night=night, family=family, subject=subject, **values))


def verdicts_on(night: date) -> list[Row]:
    """Every verdict of a night."""
    return list(
        rows(sa.select(verdicts).where(verdicts.c.night == night).order_by(verdicts.c.family, verdicts.c.subject))
    )


def note_promotion(family: str, night: date, promotion: Mapping[str, Any]) -> None:
    """A model became champion; replaces an earlier promotion of the same night.

    promotion: model (name and version), who, why, facts (anything JSON can hold, such as where the model lies).
    """
    values = {key: promotion[key] for key in ("model", "who", "why")}
    values["facts"] = json.dumps(promotion.get("facts", {}), sort_keys=True)
    with transaction() as connection:
        connection.execute(promotions.delete().where(promotions.c.family == family, promotions.c.night == night))
        connection.execute(promotions.insert().values(family=family, night=night, **values))


def withdraw_promotion(family: str, night: date) -> None:
    """The night is judged anew: what it promoted before does not count."""
    with transaction() as connection:
        connection.execute(promotions.delete().where(promotions.c.family == family, promotions.c.night == night))


def champion(family: str, night: date, inclusive: bool = True) -> Row | None:
    """The promotion in force at a night, by default counting the night's own."""
    until = promotions.c.night <= night if inclusive else promotions.c.night < night
    found = sa.select(promotions).where(promotions.c.family == family, until)
    return _first(found.order_by(promotions.c.night.desc(), promotions.c.fence.desc()))


def pointed() -> sa.Select[Any]:
    """The query behind `pointer` and `published`: each family's publication, with the pointer's stale mark."""
    mark = pointers.c.is_stale.label("is_marked_stale")
    both = sa.select(publications, mark, pointers.c.why_stale)
    return both.join(pointers, pointers.c.publication == publications.c.fence)


def pointer(family: str) -> Row | None:
    """The publication that readers of a family see, with the pointer's stale mark; None before the first."""
    return _first(pointed().where(pointers.c.family == family))


def published() -> list[Row]:
    """What readers of every family see, as `pointer` gives it, families in alphabetical order."""
    return list(rows(pointed().order_by(pointers.c.family)))


def publications_of(family: str) -> list[Row]:
    """All publications of a family, newest first."""
    return list(
        rows(sa.select(publications).where(publications.c.family == family).order_by(publications.c.fence.desc()))
    )


def newest_night() -> date | None:
    """The newest night for which anything was accepted or decided; None in a new home."""
    newest = [
        rows(sa.select(sa.func.max(table.c.night).label("night")))[0]["night"] for table in (acceptances, verdicts)
    ]
    return max((night for night in newest if night is not None), default=None)


def last_refused(family: str, night: date) -> date | None:
    """The newest night before `night` on which a challenger for a family's model was refused; None: never."""
    v = verdicts.c
    of_model = sa.select(v.night, v.verdict).where(v.family == family, v.subject == "model", v.night < night)
    row = _first(of_model.where(v.challenger.is_not(None)).order_by(v.night.desc(), v.fence.desc()))
    return row["night"] if row and row["verdict"] == "no-go" else None


def last_verdict(family: str, subject: str) -> Row | None:
    """What was decided on the newest night about a family's `model` or `publication`."""
    found = sa.select(verdicts).where(verdicts.c.family == family, verdicts.c.subject == subject)
    return _first(found.order_by(verdicts.c.night.desc(), verdicts.c.fence.desc()))
