"""What a night knows of campaigns: its tables, past campaigns, facts as of their days, and that past as numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from mining_tasks.campaigns import gather
from mining_tasks.campaigns.alike import Alike
from mining_tasks.campaigns.best import history
from mining_tasks.campaigns.best.changes import Changes
from mining_tasks.campaigns.best.steps import catalogue, rates, told_by_crm
from mining_tasks.campaigns.best.trials import Past as Remembered
from mining_tasks.campaigns.catalogue import active
from mining_tasks.campaigns.rates import Past
from mining_tasks.experiments import point_in_time
from mining_tasks.experiments.load import Trained
from mining_tasks.sources.cancelled import cancelled
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

SAMPLE = 20_000  # customers by whom tonight's facts are compared with those of the training


@dataclass(frozen=True)
class Recalled:
    """Past campaigns of tonight's offers with random control groups, and the groups of alike customers in them.
    named: the departments whose shares are among the facts."""

    past: Remembered
    alike: Alike
    codes: tuple[str, ...]
    named: tuple[str, ...]

    def changes(self) -> Changes | None:
        """What contacts change; None where no kind of offer has enough of a control group."""
        found = Changes.learnt(self.past, self.alike, self.codes)
        return found if found.of else None


def recalled(night: date, now: Trained | None) -> Recalled | None:
    """None where no campaign held anybody out by chance. now: the model in force, which names departments."""
    offered = active(catalogue(night))
    chosen = history.usable(past(night), offered, night)
    if not chosen:
        return None
    share = min(1.0, history.ROWS_MOST / sum(one.contacts + one.controls for one in chosen))
    with facts(night, [*(gather.day_before(one) for one in chosen), night], share) as connection:
        named = now.card["departments"] if now else gather.departments(connection)
        rows = gather.rows(connection, chosen, named, home().night_zone)
        buyers = gather.buyers(connection)
    alike = Alike.of(buyers, rows, rates(night))
    found = history.remembered(rows, offered, alike)
    codes = tuple(offer.code for offer in offered)
    return Recalled(found, alike, codes, tuple(named)) if found else None


def past(night: date) -> tuple[Past, ...]:
    """All campaigns that reached anybody by the night."""
    with engine.connected() as connection:
        gather.show(connection, reads(night))
        return gather.past(connection, catalogue(night), night, home().night_zone)


@contextmanager
def facts(night: date, days: Sequence[date], share: float = 1.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `facts` of some days, of a share of the customers, and `campaign_offers`."""
    with point_in_time.opened(night, days, cancelled(), share) as connection:
        gather.show(connection, reads(night))
        gather.show_offers(connection, catalogue(night))
        yield connection


def reads(night: date) -> list[Partition]:
    """The partitions behind all of it."""
    return [*point_in_time.reads(night), *told_by_crm(night)]


def customers(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """A sample of tonight's customers, out of such a connection."""
    sql = engine.sql(__file__, "customers.sql")
    return connection.sql(sql, params={"rows": SAMPLE}).to_arrow_table()
