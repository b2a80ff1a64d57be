"""The door of the models room: keep what was foretold, tell what came of it, what drifted, and what was decided."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

import expectations
from expectations.crm import core_crm__campaign_contacts, core_crm__campaigns
from expectations.customers import core_customers__features
from expectations.identities import core_identities__customers, core_identities__successors
from expectations.models import (
    core_models__histograms,
    core_models__predictions,
    pub_models__drift,
    pub_models__outcomes,
    pub_models__verdicts,
)
from expectations.segments import pub_segments__customers
from expectations.speak import arrow
from mining_tasks.experiments import champion, point_in_time
from mining_tasks.experiments.load import Unloadable
from mining_tasks.experiments.store import StoreDown
from mining_tasks.models import drift, outcomes, predictions, verdicts
from mining_tasks.models.drift import Family
from mining_tasks.models.predictions import Foretold
from mining_tasks.warehouse import engine, ledger, shelf, together
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import NotAccepted, Partition

PEOPLE = (core_identities__customers, core_identities__successors)
CAMPAIGNS = (core_crm__campaigns, core_crm__campaign_contacts)


def keep_predictions(night: date) -> list[str]:
    """Draft what is kept of tonight: what publications foretell, and how features and scores lay at a promotion."""
    return [_predictions(night), _histograms(night)]


def tell_models(night: date) -> list[str]:
    """Draft the three published tables: verdicts, outcomes of what fell due, and drift."""
    return [*list_verdicts(night), *compare_outcomes(night), *measure_drift(night)]


def _predictions(night: date) -> str:
    found = list(_foretold(night))
    if not found:
        nothing = arrow.schema(core_models__predictions).empty_table()
        return shelf.draft(core_models__predictions, night, nothing)
    segments = _there(night, pub_segments__customers)
    reads = [*{one.part.run_id: one.part for one in found}.values(), *segments]
    sql = predictions.statements(found, segments[0] if segments else None)
    return engine.write(sql, core_models__predictions, night, reads)


def compare_outcomes(night: date) -> list[str]:
    """Draft what came of all predictions that were due by tonight; returns the draft's address."""
    told = shelf.read_before(pub_models__outcomes, night)
    before = [told] if told else []
    kept = [shelf.of_ledger(row) for row in ledger.own_before("core_models__predictions", night) if row["rows"]]
    found = [*point_in_time.reads(night), *_there(night, *PEOPLE, *CAMPAIGNS)]
    reads = list({part.table.name: part for part in found}.values())
    with engine.connected() as connection:
        for part in reads:
            engine.show(connection, part)
        together.show(connection, "foretold", core_models__predictions, kept)
        together.show(connection, "outcomes_before", pub_models__outcomes, before)
        made = outcomes.compared(connection, reads, night, pub_models__outcomes)
        drafting = shelf.new_draft(pub_models__outcomes, night)
        drafting.add_file("part-0.parquet", made.to_arrow_reader(engine.BATCH_ROWS))
    return [drafting.close([*reads, *_as_fresh_as_tonight([*kept, *before], reads)])]


def measure_drift(night: date) -> list[str]:
    """Draft how far tonight lies from what is remembered of each family's champion; returns the draft's address."""
    facts = shelf.read(core_customers__features, night)
    born = drift.read_back(shelf.read(core_models__histograms, night).arrow().to_pylist())
    rows = drift.told(list(_families(night)), facts, born)
    marks = {"night": night, "data_as_of": facts.data_as_of, "is_stale": facts.is_stale}
    made = pa.Table.from_pylist([row | marks for row in rows], arrow.schema(pub_models__drift))
    return [shelf.draft(pub_models__drift, night, made, [facts])]


def list_verdicts(night: date) -> list[str]:
    """Draft one row per verdict of the night, from the ledger; returns the draft's address."""
    goals, marks = _objectives(), {"night": night, "data_as_of": night, "is_stale": False}
    told = [verdict for verdict in ledger.verdicts_on(night) if verdict["family"] not in verdicts.LATER]
    rows = [verdicts.row(one, _since(one["family"], night), goals.get(one["family"], {})) | marks for one in told]
    made = pa.Table.from_pylist(rows, schema=arrow.schema(pub_models__verdicts))
    return [shelf.draft(pub_models__verdicts, night, made)]


def _histograms(night: date) -> str:
    facts = shelf.read(core_customers__features, night)
    last = shelf.read_before(core_models__histograms, night)
    before = drift.read_back(last.arrow().to_pylist() if last else [])
    rows = drift.remembered(list(_families(night)), facts, before, night)
    held = pa.Table.from_pylist(list(rows), arrow.schema(core_models__histograms))
    return shelf.draft(core_models__histograms, night, held, [facts])


def _foretold(night: date) -> Iterator[Foretold]:
    """What was foretold tonight from fresh facts and is to be kept."""
    for table in expectations.tables().values():
        is_promotion = bool(table.predictions) and _since(table.room, night) == night
        if not table.predictions or not (is_promotion or predictions.is_kept(night)):
            continue
        accepted = ledger.accepted(table.name, night)
        if accepted and accepted["rows"] and not accepted["is_carried_over"] and not accepted["is_stale"]:
            yield from (Foretold(shelf.of_ledger(accepted), said, is_promotion) for said in table.predictions)


def _families(night: date) -> Iterator[Family]:
    """Families with a champion, or with a prediction that was published tonight."""
    for name in expectations.families():
        foretelling = [table for table in expectations.family(name) if table.predictions]
        scores = tuple(part for table in foretelling for part in _there(night, table) if part.rows)
        promoted = ledger.champion(name, night)
        if promoted or scores:
            yield Family(name, promoted["model"] if promoted else drift.NO_MODEL, _inputs(name, night), scores)


def _inputs(family: str, night: date) -> frozenset[str] | None:
    """The columns that the champion's card says it looks at; None where nothing says so."""
    with suppress(Unloadable, StoreDown):
        now = champion.in_force(family, night)
        return frozenset(now.card["features"]) if now and "features" in now.card else None
    return None


def _there(night: date, *tables: Any) -> list[Partition]:
    """What was accepted for the night, of tables that a shop may not have."""
    found = []
    for table in tables:
        with suppress(NotAccepted):
            found.append(shelf.read(table, night))
    return found


def _as_fresh_as_tonight(earlier: Sequence[Partition], reads: Sequence[Partition]) -> list[Partition]:
    """Earlier partitions as inputs for the manifest: what is old in them is meant to be."""
    as_of, is_stale = min(part.data_as_of for part in reads), any(part.is_stale for part in reads)
    return [replace(part, data_as_of=as_of, is_stale=is_stale) for part in earlier]


def _since(family: str, night: date) -> date | None:
    """The night that promoted the champion in force."""
    champion = ledger.champion(family, night)
    return champion["night"] if champion else None


def _objectives() -> dict[str, Any]:
    return home().toml("objectives") if (home().path / "objectives.toml").exists() else {}
