"""Readers of a family on every surface; each tells which runs it saw, or fails on a mixture."""

import json
from collections.abc import Sequence

import duckdb
import psycopg
import pyarrow.parquet as pq

from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import SEGMENTS


def by_current(home: Home) -> tuple[str, dict[str, list[str]]]:
    """As a program without Goldseam: CURRENT read once, then its files. The run, and content hashes by table."""
    told = json.loads((home.path / "warehouse" / "CURRENT").read_text())["families"]["segments"]
    rows = {}
    for name in SEGMENTS:
        table = told["tables"][name]
        files = [home.path / "warehouse" / table["folder"] / file for file in table["files"]]
        found = pq.ParquetFile(files[0]).read()
        assert found.num_rows == table["rows"] > 0
        assert {str(night) for night in found.column("night").to_pylist()} == {told["night"]}
        rows[name] = [json.dumps(row, default=str) for row in found.to_pylist()]
    return told["run_id"], rows


def by_file(home: Home) -> str:
    """As an analyst with the DuckDB file, one connection for both ends of the family."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        runs = [_only(connection.execute(f"SELECT DISTINCT run_id FROM {name}").fetchall()) for name in SEGMENTS]
    assert len(set(runs)) == 1, f"a mixture of runs: {runs}"
    return runs[0]


def by_postgres(connection: psycopg.Connection, names: Sequence[str] = SEGMENTS) -> list[str]:
    """As an analyst with SQL: the one run that each table shows."""
    return [_only(connection.execute(f"SELECT DISTINCT run_id FROM goldseam.{name}").fetchall()) for name in names]


def _only(rows: Sequence[tuple[str, ...]]) -> str:
    assert len(rows) == 1, f"one run expected, seen: {rows}"
    return str(rows[0][0])
