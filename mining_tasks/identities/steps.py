"""Steps: the door of identities."""

import hashlib
import logging
from datetime import date
from functools import partial

import duckdb
import pyarrow as pa

import expectations
from expectations import identities as promises
from expectations import likeness as likeness_promises
from expectations.crm import core_crm__contacts
from expectations.shop import core_shop__customers
from expectations.speak import arrow
from expectations.support import core_support__requesters
from mining_tasks.experiments import log
from mining_tasks.experiments.store import StoreDown
from mining_tasks.identities import curve, decisions, scores
from mining_tasks.identities.changed import score_changed
from mining_tasks.identities.evidence import gather
from mining_tasks.identities.link import link
from mining_tasks.identities.look import figures, report
from mining_tasks.identities.model import Model
from mining_tasks.identities.rules import Rules, rules_of
from mining_tasks.identities.settle import JOURNAL_NIGHTS, settle
from mining_tasks.identities.tables import make
from mining_tasks.warehouse import engine, ledger, shelf, unsealed
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

FAMILY = "identities"
ACCOUNTS = (core_shop__customers, core_crm__contacts, core_support__requesters)
# Guests, and who names whose orders; a shop may tell none.
ORDERS = (expectations.table("core_shop__orders"), expectations.table("core_support__tickets"))
MADE = {
    "links": promises.core_identities__links,
    "customers": promises.core_identities__customers,
    "guest_orders": promises.core_identities__guest_orders,
    "shared_values": likeness_promises.core_identities__shared_values,
    "named_pairs": likeness_promises.core_identities__pairs,
    "parameters": likeness_promises.core_identities__parameters,
    "curve": likeness_promises.core_identities__curve,
    "journal": promises.core_identities__changes,
    "successors": promises.core_identities__successors,
    "outcomes": promises.core_identities__decisions,
}
REMEMBERED = {  # what each night knows of the one before
    "links_before": promises.core_identities__links,
    "customers_before": promises.core_identities__customers,
    "pairs_before": likeness_promises.core_identities__pairs,
    "curve_before": likeness_promises.core_identities__curve,
    "changes_before": promises.core_identities__changes,
    "successors_before": promises.core_identities__successors,
    "outcomes_before": promises.core_identities__decisions,
}
RETRAINED_AFTER_NIGHTS = 90  # how people write their names and addresses changes by the year
logger = logging.getLogger(__name__)


def link_accounts(night: date) -> list[str]:
    """Find out which accounts are one customer; drafts of all core tables of the room, as their addresses.

    Yesterday's ids are a memory and no source: they make tonight's tables neither older nor stale.
    """
    told = [table for table in ORDERS if ledger.accepted(table.name, night)]
    reads = [shelf.read(table, night) for table in (*ACCOUNTS, *told)]
    rules, key = _rules(), home().hash_key()
    with engine.connected(private=True) as connection:
        _tell(connection, night, reads)
        gather(connection, rules, key)
        make(connection, "decisions")
        parameters = _weigh(connection, night, rules)
        settle(connection, link(connection, scores.bars(parameters)), night, home().id_key())
        connection.register("curve", _curve(connection, parameters, night))
        for name in ("shared_values", "journal"):
            make(connection, name, night=night, nights=JOURNAL_NIGHTS)
        return [
            shelf.draft(table, night, engine.promised(connection, name, table), reads) for name, table in MADE.items()
        ]


def tell_changes(night: date) -> list[str]:
    """The journal for readers: the draft of pub_identities__changes, as its address."""
    part = shelf.read(promises.core_identities__changes, night)
    query = engine.sql(__file__, "published_changes.sql")
    return [engine.write(query, promises.pub_identities__changes, night, [part])]


def log_figures(night: date) -> None:
    """The night's figures and pictures for people, in MLflow; a store that is away costs them, not the tables."""
    reads = shelf.read_all(tuple(MADE.values()), night)
    told = figures.figures(reads)
    try:
        with log.run(FAMILY, night, "link_accounts") as run:
            run.params({"precision_target": _rules().precision})
            report.night(run, reads, told)
    except StoreDown as fault:
        logger.warning("%s", fault)


def _rules() -> Rules:
    return rules_of(home().toml("sources").get("identities", {}))


def _tell(connection: duckdb.DuckDBPyConnection, night: date, reads: list[Partition]) -> None:
    """Show the accounts, what was accepted on the night before (nothing on the first), and what people decided."""
    for part in reads:
        unsealed.show(connection, part)
    for name, table in REMEMBERED.items():
        past = shelf.read_before(table, night)
        if past is None:
            connection.register(name, arrow.schema(table).empty_table())
        else:
            engine.show(connection, past, name)
    connection.register("said", decisions.in_force(home().path, night))


def _weigh(connection: duckdb.DuckDBPyConnection, night: date, rules: Rules) -> pa.Table:
    """Make `pairs`, by the parameters of the night before unless they are too old, and `parameters`; the latter."""
    parameters = _parameters(night)
    if parameters is None:
        learnt = scores.learn(connection, rules)
        parameters = learnt.append_column("trained_date", pa.array([night] * learnt.num_rows, pa.date32()))
    connection.register("parameters", parameters)
    scores.fingerprints(connection, parameters)
    # in the order in which they are kept: as learnt they would be others, and the second night would score all anew
    told = parameters.sort_by("parameter_code").to_pylist()
    name = hashlib.sha256(repr((rules, told)).encode()).hexdigest()
    score_changed(connection, partial(scores.score, connection, parameters), home().hash_key(), name)
    return parameters


def _parameters(night: date) -> pa.Table | None:
    """The parameters in use; None if there are none, or if they are due to be trained anew."""
    before = shelf.read_before(likeness_promises.core_identities__parameters, night)
    rows = before.arrow() if before else None
    if rows is None or rows.num_rows == 0 or not Model.is_told(rows):
        return None
    age = night - min(rows["trained_date"].to_pylist())
    return None if age.days > RETRAINED_AFTER_NIGHTS else rows


def _curve(connection: duckdb.DuckDBPyConnection, parameters: pa.Table, night: date) -> pa.Table:
    """The curve on which the threshold was chosen: tonight's if tonight taught the parameters, else the one before."""
    if night not in parameters["trained_date"].to_pylist():
        return connection.table("curve_before").to_arrow_table()
    return curve.drawn(scores.curve(connection, scores.bars(parameters).shifts), parameters, night)
