"""What checking a draft found: one row a promise, and the refusal that tells all broken ones at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expectations.words import Column, Guard, Promise, Severity, Table
from mining_tasks.warehouse.shelf import Partition


@dataclass(frozen=True)
class Found:
    """An answer to one promise. `broken_rows` is None where rows cannot be told apart or were not counted."""

    held: bool
    broken_rows: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Check:
    """One promise and whether it held. Holds counts and sentences, never a value of the data."""

    table: str
    column: str | None
    promise: str
    severity: Severity
    held: bool
    rows: int
    broken_rows: int | None = None
    why: str = ""
    is_guard: bool = False

    def facts(self) -> dict[str, Any]:
        """The check as the ledger keeps it."""
        return {
            "column_name": self.column,
            "promise": self.promise,
            "severity": self.severity.value,
            "held": self.held,
            "rows": self.rows,
            "broken_rows": self.broken_rows,
        }

    def line(self) -> str:
        """What was promised and what was found: `core_shop__orders.currency matches …: 6 of 1,201 rows do not`."""
        promised = f"{self.table}.{self.promise}" if self.column else self.promise
        if self.broken_rows:
            return f"{promised}: {self.broken_rows:,} of {self.rows:,} rows do not"
        return f"{promised}: {self.why or 'it does not'}"


def check(table: Table, column: Column | None, promise: Promise, found: Found, rows: int) -> Check:
    """What was found about a promise, with the sentence that people read."""
    sentence = promise.sentence(column.name if column else table.name)
    name = column.name if column else None
    counts = (found.held, rows, found.broken_rows, found.why)
    return Check(table.name, name, sentence, promise.severity, *counts, is_guard=isinstance(promise, Guard))


class BrokenPromises(ValueError):
    """Drafts were refused. Four parts: table.column, counts, the promise's sentence, owner and next command."""

    def __init__(self, broken: Sequence[Check], drafts: Sequence[Partition] = ()) -> None:
        self.broken = tuple(broken)
        super().__init__("\n".join(self._told(drafts)))

    def _told(self, drafts: Sequence[Partition]) -> list[str]:
        refused = {check.table: check for check in self.broken}
        count = len(self.broken)
        lines = [f"{', '.join(refused)}: {count} promise{'s' * (count != 1)} broken, nothing accepted."]
        lines += [f"  - {check.line()}" for check in self.broken]
        concerned = [draft for draft in drafts if draft.table.name in refused]
        lines += [f"Owner of {d.table.name}: {d.table.owner}. The draft is kept in {d.address}." for d in concerned]
        nights = sorted({draft.night.isoformat() for draft in concerned})
        return lines + [f"Next: goldseam status --night {night}" for night in nights]
