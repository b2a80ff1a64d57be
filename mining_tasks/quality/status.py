"""How the shop's nights stand, told from the ledger alone: families, models, quarantine, the last nights."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

import expectations
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.ledger_tables import acceptances, publications, verdicts

NIGHTS = 7
Rows = list[dict[str, Any]]


def status(night: date | None = None) -> dict[str, Rows]:
    """Where everything stands; `night` narrows it to one night, by default the newest."""
    nights = _last_nights()
    at = night or (nights[0] if nights else None)
    return {
        "families": families(),
        "verdicts": _verdicts(at) if at else [],
        "quarantine": _quarantine(at) if at else [],
        "refused": _refused(at) if at else [],
        "nights": [_night(one) for one in ([night] if night else nights)],
    }


def families() -> Rows:
    """One row per family that is promised to readers: which night they see, and why not a newer one."""
    return [_family(name) for name in expectations.families()]


def _family(name: str) -> dict[str, Any]:
    seen = ledger.pointer(name)
    if seen is None:
        return {"family": name, "night": None, "data_as_of": None, "is_stale": True, "why": "never published"}
    stale = bool(seen["is_stale"] or seen["is_marked_stale"])
    why = seen["why_stale"] or ("a source failed; its last good data were used" if stale else "")
    return {"family": name, "night": seen["night"], "data_as_of": seen["data_as_of"], "is_stale": stale, "why": why}


def _last_nights() -> Sequence[date]:
    """The newest nights for which anything was accepted or decided."""
    both = sa.union(sa.select(acceptances.c.night), sa.select(verdicts.c.night)).subquery()
    found = sa.select(both.c.night).order_by(both.c.night.desc()).limit(NIGHTS)
    return [row["night"] for row in ledger.rows(found)]


def _night(night: date) -> dict[str, Any]:
    went = sa.select(publications.c.family).where(publications.c.night == night, ~publications.c.is_withdrawn)
    ready = sorted({row["family"] for row in ledger.rows(went.distinct())})
    stand_ins = [row["table_name"] for row in ledger.accepted_on(night) if row["is_carried_over"]]
    missing = [family for family in expectations.families() if family not in ready]
    return {"night": night, "published": ready, "not_published": missing, "carried_over": stand_ins}


def _verdicts(night: date) -> Rows:
    names = ("verdict", "reasons", "champion", "challenger")
    return [
        {"family": row["family"], "subject_code": row["subject"], **{name: row[name] for name in names}}
        for row in ledger.verdicts_on(night)
    ]


def _quarantine(night: date) -> Rows:
    found: Rows = []
    for receipt in ledger.receipts_on(night):
        replayed = json.loads(receipt["replayed"])
        for reason, rows in json.loads(receipt["reasons"]).items():
            row = {"table": receipt["table_name"], "reason": reason, "rows": rows, "replayed": replayed.get(reason, 0)}
            found.append(row)
    return found


def _refused(night: date) -> Rows:
    """Promises that did not hold that night."""
    names = ("table_name", "column_name", "promise", "severity", "rows", "broken_rows")
    return [{name: row[name] for name in names} for row in ledger.checks_on(night) if not row["held"]]
