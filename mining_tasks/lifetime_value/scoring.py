"""Score all customers of a night in batches: by the champion, else by cell means; who never ordered by the rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits import shown
from mining_tasks.experiments.load import Trained
from mining_tasks.lifetime_value import contest, kept, score, slices, unusual
from mining_tasks.lifetime_value.cell_means import CellMeans
from mining_tasks.lifetime_value.forecast import SHORT, Forecast
from mining_tasks.lifetime_value.history import History, history, is_buyer, units
from mining_tasks.lifetime_value.recipes import Taught
from mining_tasks.lifetime_value.strangers import Strangers, strangers
from mining_tasks.lifetime_value.unusual import StrangeFacts
from mining_tasks.warehouse import engine

marked = score.marked
CELLS_SOURCE = "means of alike customers"
NEVER_LEAVES = "hardly anybody is seen to leave for good in these data, so a long silence tells little"
NOT_JUDGED = "the year is carried on from what was judged over 90 days"


@dataclass(frozen=True)
class Scorer:
    """All that scores a night: `facts` of it stand in the connection."""

    connection: duckdb.DuckDBPyConnection
    night: date
    name: str
    model: Taught | CellMeans | None
    unit: Mapping[str, float]
    rule: Strangers
    remarks: tuple[str, ...]

    def batches(self, rows: int) -> Iterator[pa.Table]:
        """Rows of the contract without its marks, in the order of ids."""
        names, query = shown.show(self.connection), engine.sql(__file__, "tonight.sql")
        found = self.connection.sql(query, params={"night": self.night}).to_arrow_reader(rows)
        for batch in found:
            yield self.of(shown.beside(pa.Table.from_batches([batch]), names))

    def of(self, facts: pa.Table) -> pa.Table:
        """Rows of some customers, in their order."""
        is_hers = pc.fill_null(is_buyer(facts), False)
        buyers, others = facts.filter(is_hers), facts.filter(pc.invert(is_hers))
        told = self._told(buyers, history(buyers, self.unit))
        rows = pa.concat_tables([told, score.strangers(others, self.rule, self.night).cast(told.schema)])
        return rows.sort_by("customer_id")

    def _told(self, buyers: pa.Table, told: History) -> pa.Table:
        spread = None
        if isinstance(self.model, Taught):
            said, spread = self.model.forecast(buyers, told), self.model.spread
        else:
            said = self.model.forecast(told) if self.model else _past(told)
        return score.buyers(buyers, told, score.said(said, spread, told.unit, self.name, self.remarks), self.night)


def scorer(connection: duckdb.DuckDBPyConnection, now: Trained | None, night: date) -> Scorer:
    """Who scores the night; raises `Unloadable` if the champion cannot be read, `StrangeFacts` if facts are not to
    be believed."""
    taught = kept.taught_of(now) if now else None
    remarks = _usual(connection, now, night)
    known = _known(connection, night - timedelta(days=SHORT))
    unit = taught.unit if taught else units(known)
    model, name, said = _model(taught, now, known, unit, night)
    currency = _main_currency(known, unit)
    order = _order(taught, known, unit) * unit.get(currency, 1.0)
    return Scorer(connection, night, name, model, unit, strangers(known, order, currency), said + remarks)


def _usual(connection: duckdb.DuckDBPyConnection, now: Trained | None, night: date) -> tuple[str, ...]:
    """What is unusual about tonight, to be said; raises `StrangeFacts` beyond that."""
    facts = connection.sql(engine.sql(__file__, "looked_at.sql"), params={"night": night}).to_arrow_table()
    found = unusual.looked_at(now.card.get("usual", []) if now else [], facts)
    if found.withheld:
        raise StrangeFacts(f"nothing is scored: {'; '.join(found.withheld)}. Look at the shop's data of {night}")
    return found.warned


def _model(
    taught: Taught | None, now: Trained | None, known: pa.Table, unit: Mapping[str, float], night: date
) -> tuple[Taught | CellMeans | None, str, tuple[str, ...]]:
    if taught and now:
        remarks = (NEVER_LEAVES,) if taught.model.is_degenerate else ()
        return taught, now.name, (*remarks, NOT_JUDGED)
    cut = slices.cut(known, night - timedelta(days=SHORT), unit)
    if len(cut.history) >= slices.BUYERS // 2:
        why = "no model is good enough: the mean of customers alike in recency, orders and spend, a year in proportion"
        return contest.cells_of(cut), f"rule: {CELLS_SOURCE}", (why,)
    return None, "rule: past pace", ("too few customers to learn from: her own pace, carried on",)


def _past(told: History) -> Forecast:
    """Her own pace carried on: orders over age, the youngest counted as 30 days old."""
    pace = told.orders / np.maximum(told.age, 30.0)
    orders = {days: pace * days for days in (SHORT, 365)}
    value = {days: found * told.value for days, found in orders.items()}
    return Forecast(np.ones(len(told)), orders, value, 1 / np.maximum(pace, 1e-9))


def _known(connection: duckdb.DuckDBPyConnection, day: date) -> pa.Table:
    """What rules learn from: the cut-off 90 days ago with what came."""
    sql = engine.sql(__file__, "known.sql")
    return connection.sql(sql, params={"horizon": SHORT, "day": day}).to_arrow_table()


def _main_currency(known: pa.Table, unit: Mapping[str, float]) -> str:
    """The currency of most buyers; the first of the alphabet among equals."""
    buyers = known.filter(is_buyer(known))
    counts = pc.value_counts(pc.fill_null(buyers["currency"], "")).to_pylist()
    return str(min(counts, key=lambda one: (-one["counts"], one["values"]))["values"]) if counts else ""


def _order(taught: Taught | None, known: pa.Table, unit: Mapping[str, float]) -> float:
    """Value of a first order, in typical orders: the mean of all buyers' orders."""
    told = history(known, unit)
    return float(np.average(told.value, weights=told.orders)) if len(told) else 0.0
