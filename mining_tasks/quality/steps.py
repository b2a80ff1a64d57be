"""The door of the quality room: what the ledger knows of a night, drafted as tables for readers."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

import expectations
from expectations.speak import arrow
from mining_tasks.quality import report
from mining_tasks.warehouse import ledger, shelf

OURS = "pub_quality__"  # a report on itself would differ when the night is run again


def report_quality(night: date) -> list[str]:
    """Draft the night's promises, quarantine and runs; returns the drafts' addresses."""
    accepted = {row["table_name"]: row for row in ledger.accepted_on(night) if not row["table_name"].startswith(OURS)}
    checks = [row for row in ledger.checks_on(night) if not row["table_name"].startswith(OURS)]
    receipts = ledger.receipts_on(night)
    reads = [shelf.of_ledger(row) for row in accepted.values()]
    tables = {
        "pub_quality__promises": report.promises(checks, accepted, night),
        "pub_quality__quarantine": report.quarantine(receipts, accepted, night),
        "pub_quality__runs": report.runs(accepted, receipts, night),
    }
    return [_draft(name, night, rows, reads) for name, rows in tables.items()]


def _draft(name: str, night: date, rows: report.Rows, reads: Sequence[shelf.Partition]) -> str:
    table = expectations.table(name)
    return shelf.draft(table, night, pa.Table.from_pylist(rows, arrow.schema(table)), reads)
