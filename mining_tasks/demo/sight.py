"""What a score sees: one night's accepted tables, what was set aside, and the truth, side by side in one DuckDB."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import expectations
from mining_tasks.demo.figure import CannotSay
from mining_tasks.warehouse import engine, ledger, set_aside, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.sql import quoted, text

Row = dict[str, Any]
RECEIPTS = pa.schema(
    [("table_name", pa.string()), ("night", pa.date32())]
    + [(name, pa.int64()) for name in ("received", "loaded", "quarantined", "duplicates")]
)
QUARANTINE = pa.schema([("table_name", pa.string()), ("night", pa.date32()), *set_aside.COLUMNS])

MISSING = re.compile(r"Table with name (\w+) does not exist")
SEEN = Path(__file__).parent / "seen"


@dataclass
class Sight:
    """One night beside the truth, to be asked in SQL.

    Visible: every table accepted for the night under its contract's name, and as `<table>_before` on the last accepted
    night before; `truth_<name>` for every Parquet file of the truth; the views of `seen/`, which put both into the same
    words; `receipts` and `set_aside` of all nights so far; the one row of `moment` (night, day, ends_at, zone).
    """

    night: date
    connection: duckdb.DuckDBPyConnection
    facts: Row
    accepted: frozenset[str] = frozenset()
    _asked: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def rows(self, beside: str, file: str, **params: Any) -> list[Row]:
        """The rows of the SQL file that lies next to `beside`; a file is asked once for all figures.

        Raises `CannotSay` if a table it names is not there.
        """
        key = (str(Path(beside).parent / file), json.dumps(params, sort_keys=True, default=str))
        if key not in self._asked:
            self._asked[key] = self.table(beside, file, **params).to_pylist()
        return self._asked[key]

    def row(self, beside: str, file: str, **params: Any) -> Row:
        """The one row of a SQL file; raises `CannotSay` if it gives none."""
        found = self.rows(beside, file, **params)
        if len(found) != 1:
            raise CannotSay(f"{file} gives {len(found)} rows, one is needed")
        return found[0]

    def table(self, beside: str, file: str, **params: Any) -> pa.Table:
        """The same as a table, asked anew: for one row per customer; raises `CannotSay` likewise."""
        sql = engine.sql(beside, file)
        known = {"night": self.night, "night_end": engine.night_end(self.night), **params}
        used = {name: value for name, value in known.items() if name in engine.PARAMETER.findall(sql)}
        try:
            return self.connection.sql(sql, params=used).to_arrow_table()
        except duckdb.CatalogException as fault:
            missing = MISSING.search(str(fault))
            raise CannotSay(f"{missing[1]} is not there" if missing else str(fault)) from fault
        except duckdb.BinderException as fault:
            raise _of_another_version(fault) from fault


@contextmanager
def sight(night: date) -> Iterator[Sight]:
    """The night of this home beside `demo/truth`; raises ValueError where no truth lies."""
    truth = truth_folder()
    files = sorted(truth.glob("*.parquet"))
    if not files:
        raise ValueError(f"{truth} holds no truth to compare with. Next: goldseam demo plant")
    with engine.connected() as connection:
        for file in files:
            _show(connection, f"truth_{file.stem}", file)
        facts = _facts(truth)
        connection.register("moment", _moment(facts, night))
        accepted = _show_night(connection, night)
        _show_past(connection, night)
        _show_seen(connection)
        yield Sight(night, connection, facts, accepted)


def truth_folder() -> Path:
    """Where the truth of this home's planted shop lies."""
    return home().path / "demo" / "truth"


def _facts(truth: Path) -> Row:
    """What `facts.json` of the truth says: the size of the world and its settings."""
    file = truth / "facts.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _moment(facts: Row, night: date) -> pa.Table:
    """One row: the night, its number among the world's days, the epoch second at which it ends, the shop's zone."""
    first = date.fromisoformat(facts.get("first_day", str(night)))
    ends_at = int(engine.night_end(night).timestamp())
    return pa.table(
        {"night": [night], "day": [(night - first).days], "ends_at": [ends_at], "zone": [home().night_zone]}
    )


def _show(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    scan = f"read_parquet({text(str(file))}, hive_partitioning = false)"
    connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {scan}")  # noqa: S608


def _show_seen(connection: duckdb.DuckDBPyConnection) -> None:
    """One view per file of `seen/`; one that lacks a table is missed by the figure that needs it."""
    for file in sorted(SEEN.glob("*.sql")):
        try:
            connection.execute(f"CREATE VIEW {quoted(file.stem)} AS {file.read_text(encoding='utf-8')}")  # noqa: S608
        except duckdb.CatalogException:
            continue
        except duckdb.BinderException as fault:
            raise _of_another_version(fault) from fault


def _of_another_version(fault: duckdb.Error) -> ValueError:
    said = str(fault).splitlines()[0]
    return ValueError(f"the truth is of another version than the score: {said} Next: plant the shop anew")


def _show_night(connection: duckdb.DuckDBPyConnection, night: date) -> frozenset[str]:
    """Everything accepted for the night, and what the newest night before saw; names of the former."""
    found = []
    for row in ledger.accepted_on(night):
        if row["table_name"] in expectations.tables():
            part = shelf.of_ledger(row)
            engine.show(connection, part)
            found.append(part.table.name)
            if (before := shelf.read_before(part.table, night)) is not None:
                engine.show(connection, before, f"{part.table.name}_before")
    return frozenset(found)


def _show_past(connection: duckdb.DuckDBPyConnection, night: date) -> None:
    receipts = [row for row in ledger.receipts_on() if row["night"] <= night]
    told = [{name: row[name] for name in RECEIPTS.names} for row in receipts]
    connection.register("receipts", pa.Table.from_pylist(told, schema=RECEIPTS))
    connection.register("set_aside", _set_aside(night))


def _set_aside(night: date) -> pa.Table:
    """All rows in quarantine up to the night, as `set_aside.COLUMNS` plus table and night."""
    parts = []
    for table, day, _ in set_aside.files():
        if day <= night:
            rows = set_aside.rows(table, day)
            marks = {"table_name": pa.repeat(table.name, rows.num_rows), "night": pa.repeat(day, rows.num_rows)}
            columns = [*marks.values(), *rows.columns]
            parts.append(pa.table(columns, names=QUARANTINE.names).cast(QUARANTINE))
    return pa.concat_tables(parts) if parts else QUARANTINE.empty_table()
