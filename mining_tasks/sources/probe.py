"""A bounded look at a silo's tables: how many rows, from when to when, and a sample to be measured."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice

import pyarrow as pa

from expectations.words import Table
from mining_tasks.sources import files, json_text, rest, sql
from mining_tasks.sources.business_days import business_days
from mining_tasks.sources.rest_ask import Asker
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.sql_select import found_types
from mining_tasks.sources.sql_text import Batch
from mining_tasks.sources.styles import Style
from mining_tasks.sources.window import Window

SAMPLE_ROWS = 200_000  # read in about a second; shares are then known to a tenth of a percent
SAMPLE_PAGES = 10  # of a REST silo: its rate limit belongs to the night
EVERYTHING = Window(date(2100, 1, 1), "UTC", None, datetime(2100, 1, 2, tzinfo=UTC))
Sample = Mapping[str, list[str | None]]


@dataclass(frozen=True)
class Probe:
    """What a look at one mapped table found. rows: at the source, None if it does not say; sample: our columns."""

    table: Table
    rows: int | None
    sample: Sample = field(repr=False)
    first: str | None = None
    last: str | None = None

    @property
    def sample_rows(self) -> int:
        return max(map(len, self.sample.values()), default=0)

    @property
    def distinct_keys(self) -> int:
        """Different keys in the sample."""
        return len(set(zip(*(self.sample[key] for key in self.table.key), strict=True)))

    @property
    def missing_shares(self) -> dict[str, float]:
        """By column of the contract, the share of the sample that has nothing in it; 1 for what is not mapped."""
        rows = max(self.sample_rows, 1)
        columns = [c.name for c in self.table.columns if c.name not in business_days(self.table)]
        missing = {name: sum(not text for text in self.sample[name]) for name in columns if name in self.sample}
        return {name: round(missing.get(name, rows) / rows, 4) for name in columns}


def look(silo: Silo) -> Iterator[Probe]:
    """One probe for each mapped table; raises what `faults` tells of."""
    for part in silo.parts():
        yield from _LOOKS[part.kind](part)


def _look_at_database(silo: Silo) -> Iterator[Probe]:
    with sql.snapshot(silo) as database:
        for mapped in silo.tables:
            dialect = sql.DIALECTS.get(database.dialect.name, sql.ANY_DIALECT)
            reading = dialect.reading(mapped, EVERYTHING, found_types(database, mapped, silo.schema), silo.schema)
            rows = dialect.batches(database, reading.rows(dialect.as_text).limit(SAMPLE_ROWS))
            sample = _joined(mapped, rows)
            first, last = _span(mapped, sample)
            if moment := mapped.columns.get(_moment(mapped.table)):
                ends = database.execute(reading.span(moment)).one()
                first, last = (None if end is None else str(end)[:10] for end in ends)
            yield Probe(mapped.table, database.scalar(reading.all_rows()), sample, first, last)


def _look_at_rest(silo: Silo) -> Iterator[Probe]:
    with Asker(silo) as asker:
        for mapped in silo.tables:
            payloads = list(islice(rest.pages(silo, mapped, EVERYTHING, asker), SAMPLE_PAGES))
            records = [record for payload in payloads for record in rest.records_of(silo, mapped, payload)]
            total = rest.total_of(silo.style or Style(), payloads[0], None)
            yield _of_records(mapped, records, total)


def _look_at_files(silo: Silo) -> Iterator[Probe]:
    for mapped in silo.tables:
        paths = [path for paths in files.found(silo, mapped).values() for path in paths]
        read = (row.record for path in reversed(paths) for row in files.rows(path, mapped) if not row.reason)
        records = list(islice(read, SAMPLE_ROWS))
        yield _of_records(mapped, records, len(records) if len(records) < SAMPLE_ROWS else None)


_LOOKS: Mapping[str, Callable[[Silo], Iterator[Probe]]] = {
    "sql": _look_at_database,
    "rest": _look_at_rest,
    "files": _look_at_files,
}


def _of_records(mapped: Mapped, records: list[object], total: int | None) -> Probe:
    good = [record for record in records if isinstance(record, dict)]
    paths = {ours: tuple(theirs.split(".")) for ours, theirs in mapped.columns.items()}
    sample = {ours: [json_text.as_text(json_text.pick(r, path)) for r in good] for ours, path in paths.items()}
    sample |= {ours: [text] * len(good) for ours, text in mapped.constants.items()}
    first, last = _span(mapped, sample)
    is_whole = total is None or total <= len(records)
    return Probe(mapped.table, total, sample, first, last if is_whole else None)


def _joined(mapped: Mapped, batches: Iterator[Batch]) -> dict[str, list[str | None]]:
    sample: dict[str, list[str | None]] = {name: [] for name in (*mapped.columns, *mapped.constants)}
    for batch in batches:
        full = sql.with_constants(batch, mapped.constants)
        held = full.to_pydict() if isinstance(full, pa.RecordBatch) else full
        for name, texts in held.items():
            sample[name] += texts
    return sample


def _moment(table: Table) -> str:
    """The instant by which the table's history is measured."""
    return next(iter(business_days(table).values()), table.newest_by)


def _span(mapped: Mapped, sample: Sample) -> tuple[str | None, str | None]:
    """First and last day in the sample."""
    days = [text[:10] for text in sample.get(_moment(mapped.table), []) if text]
    return min(days, default=None), max(days, default=None)
