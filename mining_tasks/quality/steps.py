"""The door of the quality room: what the ledger knows of a night, drafted as tables for readers."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa

import expectations
from expectations.speak import arrow
from mining_tasks.quality import report
from mining_tasks.warehouse import data_docs, landing, ledger, shelf
from mining_tasks.warehouse import tidy_up as tidying

LANDING_NIGHTS = 7  # long enough to look into a refused night; the accepted rows are in raw_
logger = logging.getLogger(__name__)
OURS = "pub_quality__"  # a report on itself would differ when the night is run again


def report_quality(night: date) -> list[str]:
    """Draft the night's promises, quarantine and runs, and build their page; returns the drafts' addresses."""
    accepted = {row["table_name"]: row for row in ledger.accepted_on(night) if not row["table_name"].startswith(OURS)}
    checks = [row for row in ledger.checks_on(night) if not row["table_name"].startswith(OURS)]
    receipts = ledger.receipts_on(night)
    reads = [shelf.of_ledger(row) for row in accepted.values()]
    tables = {
        "pub_quality__promises": report.promises(checks, accepted, night),
        "pub_quality__quarantine": report.quarantine(receipts, accepted, night),
        "pub_quality__runs": report.runs(accepted, receipts, night),
    }
    data_docs.build(night)
    return [_draft(name, night, rows, reads) for name, rows in tables.items()]


def tidy_up(night: date) -> None:
    """Remove what no reader, no kept night and no step under way needs any more: old drafts, runs and landings."""
    removed = tidying.tidy_up()
    landings = landing.forget_before(night - timedelta(days=LANDING_NIGHTS))
    logger.info("tidied up: %s, landings of %s tables and nights", removed, landings)


def _draft(name: str, night: date, rows: report.Rows, reads: Sequence[shelf.Partition]) -> str:
    table = expectations.table(name)
    return shelf.draft(table, night, pa.Table.from_pylist(rows, arrow.schema(table)), reads)
