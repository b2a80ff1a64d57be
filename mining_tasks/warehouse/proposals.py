"""Promotions that wait for a person: what was proposed for a night, and what was answered."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from mining_tasks.warehouse.ledger_tables import proposals, transaction

Answer = Literal["approved", "refused"]


def propose(family: str, night: date, proposal: Mapping[str, Any]) -> None:
    """Note a model that was good enough; an earlier proposal of another model that night no longer counts.

    proposal: model (name), reasons (sentences), figures, facts (where the model lies). The same model proposed again
    keeps its answer, so that a night run again does not ask twice.
    """
    with transaction() as connection:
        mine = (proposals.c.family == family, proposals.c.night == night)
        there = connection.execute(sa.select(proposals).where(*mine)).mappings().first()
        if there and there["model"] == proposal["model"]:
            return
        connection.execute(proposals.delete().where(*mine))
        told = {key: json.dumps(proposal[key], sort_keys=True) for key in ("reasons", "figures", "facts")}
        connection.execute(proposals.insert().values(family=family, night=night, model=proposal["model"], **told))


def proposed(family: str, night: date) -> dict[str, Any] | None:
    """What was proposed for a night: model, reasons, figures, facts, answer (empty while open), who, why."""
    with transaction() as connection:
        mine = (proposals.c.family == family, proposals.c.night == night)
        row = connection.execute(sa.select(proposals).where(*mine)).mappings().first()
    return dict(row) | {key: json.loads(row[key]) for key in ("reasons", "figures", "facts")} if row else None


def newest(family: str) -> date | None:
    """The night of the newest proposal."""
    with transaction() as connection:
        found = connection.execute(sa.select(sa.func.max(proposals.c.night)).where(proposals.c.family == family))
        return found.scalar()


def answer(family: str, night: date, answered: Answer, who: str, why: str) -> None:
    """Note what a person said; the last word counts."""
    with transaction() as connection:
        mine = (proposals.c.family == family, proposals.c.night == night)
        connection.execute(proposals.update().where(*mine).values(answer=answered, who=who, why=why[:500]))
