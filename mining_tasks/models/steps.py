"""The door of the models room: list the night's verdicts."""

from datetime import date
from typing import Any

import pyarrow as pa

from expectations.models import pub_models__verdicts
from expectations.speak import arrow
from mining_tasks.warehouse import ledger, shelf

TOLD = ("family", "verdict", "figures", "champion", "challenger")
LATER = ("models", "quality")  # published after this table is made: what is known of them is of an earlier run


def list_verdicts(night: date) -> list[str]:
    """Draft one row per verdict of the night, from the ledger; returns the draft's address."""
    rows = [_row(verdict, night) for verdict in ledger.verdicts_on(night) if verdict["family"] not in LATER]
    made = pa.Table.from_pylist(rows, schema=arrow.schema(pub_models__verdicts))
    return [shelf.draft(pub_models__verdicts, night, made)]


def _row(verdict: ledger.Row, night: date) -> dict[str, Any]:
    told = {name: verdict[name] for name in TOLD} | {"subject_code": verdict["subject"]}
    marks = {"night": night, "data_as_of": night, "is_stale": False}
    return {**told, "reasons": verdict["reasons"] or "none given", **marks}
