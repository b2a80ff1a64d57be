"""What lies in a landing, as rows of text."""

from typing import Any

import pyarrow.parquet as pq

from mining_tasks.warehouse import landing
from mining_tasks.warehouse.landing_files import POSITION


def rows(address: str) -> list[dict[str, Any]]:
    """The rows that can be read, in the order in which they came, without their positions."""
    landed = landing.opened(address)
    found = [row for file in landed.files for row in pq.read_table(file).to_pylist()]
    if landed.is_sealed:
        found = [row for batch in landed.sealed_rows().batches() for row in batch.to_pylist()]
    return [{name: text for name, text in row.items() if name != POSITION} for row in found]


def faults(address: str) -> list[tuple[str, str]]:
    """Position and reason of each row that was set aside."""
    found = [row for batch in landing.opened(address).fault_rows().batches() for row in batch.to_pylist()]
    return [(row["position"], row["reason"]) for row in found]
