"""Vouched: files that a draft took over unchanged from an accepted night, whose rows this same code has judged."""

from pathlib import Path

from expectations.words import RowPromise
from mining_tasks.warehouse import durable, ledger, shelf
from mining_tasks.warehouse.code_version import code_version
from mining_tasks.warehouse.shelf import Partition


def vouched(draft: Partition) -> frozenset[Path]:
    """The draft's files of which every promise about rows is known to hold, because it was found to hold before.

    They stood in the night accepted last; there every promise about rows held, judged by the same code and so by the
    same contract; and they still hash to what was judged. What is in doubt is left out.
    """
    row = ledger.accepted_before(draft.table.name, draft.night)
    if row is None or not _held_every_row_promise(draft, row):
        return frozenset()
    try:
        before = shelf.of_ledger(row).entries
    except shelf.NotAccepted:
        return frozenset()
    hashes = {draft.folder / entry.name: entry.sha256 for entry in draft.entries if entry in before}
    return frozenset(path for path, told in hashes.items() if durable.sha256(path) == told)


def _held_every_row_promise(draft: Partition, accepted: ledger.Row) -> bool:
    """Whether the ledger says so of that very run, promise by promise: none may be missing."""
    run = (draft.table.name, accepted["run_id"], code_version())
    held = {
        (check["column_name"], check["promise"])
        for check in ledger.checks_on(accepted["night"])
        if (check["table_name"], check["run_id"], check["code_version"]) == run and check["held"]
    }
    about_rows = [(c, p) for c, p in draft.table.all_promises if c and isinstance(p, RowPromise)]
    return all((column.name, promise.sentence(column.name)) in held for column, promise in about_rows)
