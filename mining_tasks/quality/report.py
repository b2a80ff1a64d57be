"""The night's quality as rows: ledger rows in, rows of our published tables out. Counts only, never values."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mining_tasks.warehouse.ledger import Row

Rows = list[dict[str, Any]]


def promises(checks: Iterable[Row], accepted: Mapping[str, Row], night: date) -> Rows:
    """One row per table and promise checked; a sentence said twice held only if it held both times."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for check in checks:
        row = {
            "table_name": check["table_name"],
            "column_name": check["column_name"],
            "promise": check["promise"],
            "severity_code": check["severity"],
            "has_held": bool(check["held"]),
            "rows_count": check["rows"],
            "broken_rows_count": check["broken_rows"],
        } | _age(accepted.get(check["table_name"]), night)
        before = found.setdefault((row["table_name"], row["promise"]), row)
        before["has_held"] = before["has_held"] and row["has_held"]
    return list(found.values())


def quarantine(receipts: Iterable[Row], accepted: Mapping[str, Row], night: date) -> Rows:
    """One row per table and reason for which rows were set aside, with how many of them were replayed since."""
    found = []
    for receipt in receipts:
        replayed = json.loads(receipt["replayed"])
        for reason, rows in json.loads(receipt["reasons"]).items():
            row = {"table_name": receipt["table_name"], "reason": reason, "rows_count": rows}
            row["replayed_rows_count"] = replayed.get(reason, 0)
            found.append(row | _age(accepted.get(receipt["table_name"]), night))
    return found


def runs(accepted: Mapping[str, Row], receipts: Iterable[Row], night: date) -> Rows:
    """One row per accepted table: what came of every row that its source sent."""
    received = {receipt["table_name"]: receipt for receipt in receipts}
    return [_run(row, received.get(table)) | _age(row, night) for table, row in accepted.items()]


def _run(accepted: Row, receipt: Row | None) -> dict[str, Any]:
    is_carried_over = bool(accepted["is_carried_over"])
    return {
        "table_name": accepted["table_name"],
        "table_run_id": accepted["run_id"],
        "loaded_rows_count": accepted["rows"],
        "bytes_count": accepted["bytes"],
        "is_carried_over": is_carried_over,
        # an earlier night stands in: what came tonight is not in it
        **_accounted(accepted["rows"], None if is_carried_over else receipt),
    }


def _accounted(loaded: int, receipt: Row | None) -> dict[str, int | None]:
    """What came of the rows received. A replayed row that the table did not grow by was one more version of a key."""
    if receipt is None:
        return {"received_rows_count": None, "quarantined_rows_count": 0, "duplicate_rows_count": 0}
    replayed = sum(json.loads(receipt["replayed"]).values())
    absorbed = replayed - (loaded - receipt["loaded"]) if replayed else 0
    return {
        "received_rows_count": receipt["received"],
        "quarantined_rows_count": receipt["quarantined"] - replayed,
        "duplicate_rows_count": receipt["duplicates"] + absorbed,
    }


def _age(accepted: Row | None, night: date) -> dict[str, Any]:
    """How old the data behind a table's row are; a refused draft was made of the night's own."""
    as_of = accepted["data_as_of"] if accepted else night
    return {"night": night, "data_as_of": as_of, "is_stale": bool(accepted and accepted["is_stale"])}
