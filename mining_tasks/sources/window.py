"""What a night wants of a source: the instants between which its rows changed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from expectations import tables
from expectations.words import Table
from mining_tasks.sources.settings import Silo
from mining_tasks.warehouse import ledger


@dataclass(frozen=True)
class Window:
    """Rows that changed in [start, end), both UTC instants; start is None on the first load: everything before end."""

    night: date
    zone: str
    start: datetime | None
    end: datetime

    @property
    def first_day(self) -> date | None:
        """The first business day of the window; None on the first load."""
        return None if self.start is None else self.start.astimezone(ZoneInfo(self.zone)).date()

    def naive(self, instant: datetime) -> datetime:
        """An instant as a clock without a zone shows it at the source."""
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def holds(self, instant: datetime) -> bool:
        """Whether something that changed then belongs to the window; without a zone it is the source's."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(self.zone))
        return (self.start is None or aware >= self.start) and aware < self.end


def business_day(night: date, zone: str) -> tuple[datetime, datetime]:
    """The UTC instants at which a business day begins and ends; 23 or 25 hours apart when the clocks change."""
    return _midnight(night, zone), _midnight(night + timedelta(days=1), zone)


def window(silo: Silo, table: Table, night: date) -> Window:
    """From the end of the last night that counts, less the look-back, to the end of this one.

    The night that counts is the last one before with which our picture of the table (its `core_` table where it has
    one) was brought up to date by data of its own; what stood in for a failed night does not count. A picture without
    a row counts as none: what was mapped only today is read from its beginning.
    """
    end = business_day(night, silo.timezone)[1]
    last = _last_night(table, night)
    if last is None:
        return Window(night, silo.timezone, None, end)
    start = business_day(last - timedelta(days=silo.look_back_days), silo.timezone)[1]
    return Window(night, silo.timezone, start, end)


def _last_night(table: Table, night: date) -> date | None:
    core = f"core_{table.room}__{table.things}"
    row = ledger.accepted_before(core if core in tables() else table.name, night)
    return row["night"] if row and row["rows"] else None


def _midnight(day: date, zone: str) -> datetime:
    """The first instant of a day; where clocks skip midnight it is the moment of the jump (fold 0, PEP 495)."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
