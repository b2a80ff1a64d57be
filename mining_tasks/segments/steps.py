"""The door of the segments room: train a challenger, judge it, assign every customer. All reads and writes are here."""

import logging
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.customers import core_customers__departments, core_customers__features
from expectations.segments import pub_segments__customers, pub_segments__personas, pub_segments__transitions
from mining_tasks.experiments import champion, load, log
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.store import StoreDown
from mining_tasks.segments import assign as assigning
from mining_tasks.segments import challenger as challenging
from mining_tasks.segments import due, personas, report, surrogate, verdict
from mining_tasks.segments.assign import Places
from mining_tasks.segments.compare import Limits, Served, limits
from mining_tasks.segments.enough import enough
from mining_tasks.segments.features import money_scale
from mining_tasks.segments.model import Segmentation
from mining_tasks.warehouse import engine, ledger, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

FAMILY = "segments"
NONE = "none: "  # what `train` answers instead of a model's id, followed by the reason
STORE_DOWN = f"{NONE}the experiment store is down: "
MOVED_BY = ("customer_id", "segment_id", "orders_count", "sales_amount", "score_source")
logger = logging.getLogger(__name__)


def train(night: date) -> str:
    """Train a challenger if one is due and can be; returns its model id, or `none: ` and the reason."""
    part, table = _facts(night)
    before = champion.before(FAMILY, night)
    buyers = challenging.buyers(table, night)
    found = enough(buyers.rows, buyers.numbers, night)
    if found.missing:
        return f"{NONE}not enough to learn from: {found.missing}"
    refused = ledger.last_refused(FAMILY, night)
    reason = due.reason(night, before.card if before else None, _served(before, table), _limits(), refused)
    if not reason.is_due:
        return NONE + reason.words
    made = challenging.made(buyers, before.card if before else None, _limits().asked)
    try:
        with log.run(FAMILY, night, "train") as run:
            run.facts([part])
            run.params({"why": reason.words, "champion_before": before.name if before else "none"})
            return report.challenger(run, made, buyers, found.figures()).model_id
    except StoreDown as fault:
        logger.warning("%s", fault)
        return STORE_DOWN + str(fault)


def judge(night: date, challenger: str) -> str:
    """Decide what serves tonight: go moves the champion; hold and no-go keep yesterday's. Returns the verdict."""
    _, table = _facts(night)
    if challenger.startswith(NONE):
        return _hold(night, challenger, table)
    try:
        trained = load.trained(challenger)
    except StoreDown as fault:
        return _hold(night, STORE_DOWN + str(fault), table)
    before = champion.before(FAMILY, night)
    model = Segmentation(trained.estimator(), trained.card)
    places = assigning.placed(table, model)
    served: Served | str | None = None
    if before:
        old = _served(before, table)
        served = Served(old, places.buyers, _ids(before)) if isinstance(old, np.ndarray) else old
    last = verdict.against_last(_last(night), _labelled(table, places), _limits())
    return champion.decide(FAMILY, night, verdict.of_challenger(model, served, last, _limits()), trained)


def assign(night: date) -> list[str]:
    """Assign every customer, tell the personas, count who moved; returns the drafts of the three tables.

    Raises `Unloadable` if a champion is in force and its file is not what was saved: last night's segments then stay.
    """
    part, table = _facts(night)
    reads = [part, shelf.read(core_customers__departments, night)]
    now = champion.in_force(FAMILY, night)
    model = Segmentation(now.estimator(), now.card) if now else None
    rows = assigning.assigned(table, assigning.placed(table, model), _marks(night, [part]))
    customers = shelf.opened(shelf.draft(pub_segments__customers, night, rows, [part]))
    told = _personas(customers, reads, table, model)
    moved, since = _transitions(customers, night)
    drafts = [
        shelf.draft(pub_segments__personas, night, _table(told, _marks(night, reads)), reads),
        shelf.draft(pub_segments__transitions, night, _table(moved, {**_marks(night, [part]), **since}), [part]),
    ]
    _report(night, reads, told, moved)
    return [customers.address, *drafts]


def _hold(night: date, why: str, table: pa.Table) -> str:
    """Nothing was trained tonight: say why, and whether the champion still keeps everybody where she was."""
    is_down = why.startswith(STORE_DOWN)
    now = champion.in_force(FAMILY, night) if is_down else champion.before(FAMILY, night)
    model = _usable(now)
    last = (
        verdict.against_last(_last(night), _labelled(table, assigning.placed(table, model)), _limits()) if model else []
    )
    said = verdict.without_challenger(why.removeprefix(NONE), now is not None, last)
    return champion.decide(FAMILY, night, said, anew=not is_down)


def _facts(night: date) -> tuple[Partition, pa.Table]:
    part = shelf.read(core_customers__features, night)
    return part, engine.query(engine.sql(__file__, "features.sql"), [part])


def _limits() -> Limits:
    if not (home().path / "objectives.toml").exists():
        return Limits()
    return limits(home().toml("objectives").get(FAMILY, {}).get("limits", {}))


def _usable(trained: Trained | None) -> Segmentation | None:
    """The model, unless it is missing or may not be loaded."""
    try:
        return Segmentation(trained.estimator(), trained.card) if trained else None
    except Unloadable as fault:
        logger.warning("%s", fault)
        return None


def _served(trained: Trained | None, table: pa.Table) -> np.ndarray | str | None:
    """Segment ids that a champion gives tonight's buyers; None if there is none, the reason if it cannot be used."""
    try:
        model = Segmentation(trained.estimator(), trained.card) if trained else None
        return assigning.placed(table, model).buyers if model else None
    except Unloadable as fault:
        return str(fault)


def _ids(trained: Trained) -> tuple[str, ...]:
    return tuple(segment["id"] for segment in trained.card["segments"])


def _labelled(table: pa.Table, places: Places) -> pa.Table:
    return table.select(["customer_id", "orders_count", "sales_amount"]).append_column("segment_id", places.segment_ids)


def _last(night: date) -> pa.Table | None:
    """What was published last, if a model made it: moves out of RFM cells are the first model's birth."""
    before = shelf.read_before(pub_segments__customers, night)
    rows = before.arrow(MOVED_BY) if before else None
    return None if rows is None or pc.any(pc.equal(rows["score_source"], assigning.CELLS_RULE)).as_py() else rows


def _personas(
    customers: Partition, reads: list[Partition], table: pa.Table, model: Segmentation | None
) -> list[dict[str, Any]]:
    currency = _main_currency(table)
    figures, traits, baskets = (
        engine.query(engine.sql(__file__, f"{name}.sql"), [customers, *reads], currency=currency)
        for name in ("personas", "traits", "baskets")
    )
    buyers = table.filter(table["is_buyer"])
    ids = np.asarray(customers.arrow(["segment_id"]).filter(table["is_buyer"])["segment_id"].to_numpy())
    scale = money_scale(table) | (model.card["scale"] if model else {})
    branches = {segment["id"]: segment["branch"] for segment in model.card["segments"]} if model else {}
    return personas.personas(figures, traits, baskets, surrogate.imitated(buyers, ids, scale), branches)


def _main_currency(table: pa.Table) -> str:
    """The currency of most buyers; the first of the alphabet among equals."""
    counts = pc.value_counts(table.filter(table["is_buyer"])["currency"]).to_pylist()
    return str(min(counts, key=lambda one: (-one["counts"], one["values"]))["values"]) if counts else ""


def _transitions(customers: Partition, night: date) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    before = shelf.read_before(pub_segments__customers, night)
    with engine.connected() as connection:
        engine.show(connection, customers)
        engine.show(connection, before or customers, "before")
        sql = engine.sql(__file__, "transitions.sql")
        rows = connection.sql(sql, params={"has_before": before is not None}).to_arrow_table()
    return rows.to_pylist(), {"since_night": before.night if before else None}


def _marks(night: date, reads: list[Partition]) -> dict[str, Any]:
    as_of = min(read.data_as_of for read in reads)
    return {"night": night, "data_as_of": as_of, "is_stale": any(read.is_stale for read in reads)}


def _table(rows: list[dict[str, Any]], marks: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([{**row, **marks} for row in rows])


def _report(night: date, reads: list[Partition], told: list[dict[str, Any]], moved: list[dict[str, Any]]) -> None:
    """Show the night in MLflow; a store that is away costs the plots, not the tables."""
    try:
        with log.run(FAMILY, night, "assign") as run:
            run.facts(reads)
            report.night(run, told, moved)
    except StoreDown as fault:
        logger.warning("%s", fault)
