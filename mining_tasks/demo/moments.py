"""Times as the demo's APIs write them, and the day on which the demo's data end."""

from datetime import UTC, date, datetime, timedelta

from mining_tasks.demo.draws import between, draws

END = datetime(2018, 1, 1, tzinfo=UTC)  # nothing made happens later; the shop's last orders run into that morning
NIGHT = date(2018, 1, 1)  # the first business day on which all of the data are known


def iso(moment: datetime) -> str:
    """`2017-05-01T09:30:00Z`; a time without zone is taken for UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The moment that an ISO 8601 text names; UTC if it names no zone."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def at(moment: datetime | date) -> datetime:
    """A moment or the beginning of a day, in UTC, to the second."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=UTC, microsecond=0)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def after(moment: datetime, shortest: timedelta, longest: timedelta, *purpose: object) -> datetime:
    """A seeded moment between so long and so long after that one, to the second."""
    seconds = between(draws(*purpose), shortest.total_seconds(), longest.total_seconds())
    return at(moment + timedelta(seconds=seconds))
