"""Changed: only pairs of accounts that changed are scored tonight, and only who hangs together with one is linked anew.

A pair hangs on what is known of its two accounts, on how common that is, and on the parameters. All of it is in the
fingerprints, so a night that scores only touched accounts ends with the same pairs as one that scores all.
"""

from collections.abc import Callable

import duckdb

from mining_tasks.identities.around import everybody, narrow
from mining_tasks.identities.evidence import pads
from mining_tasks.identities.tables import count, make

SCORED_ANEW = 0.2  # above this share of touched accounts, scoring all is no slower
Score = Callable[[str | None], None]


def score_changed(connection: duckdb.DuckDBPyConnection, score: Score, key: bytes, model: str) -> int | None:
    """Make `pairs` from `accounts`, `links_before` and `pairs_before`; the number of accounts scored, None if all.

    `score(None)` makes the pairs of all accounts, `score("touched")` those with at least one account of that table.
    `model` names the parameters in use: others touch every account. Unless all are scored, `accounts` and `pairs` hold
    afterwards those alone that must be linked anew (see `around`).
    """
    make(connection, "facts", model=model, **pads(key))
    make(connection, "changed")
    make(connection, "touched")
    touched = count(connection, "touched")
    if touched > SCORED_ANEW * count(connection, "accounts"):
        score(None)
        everybody(connection)
        return None
    score("touched")
    narrow(connection)
    return touched
