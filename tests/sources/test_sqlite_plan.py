"""How SQLite goes about a night's rows: a later night must not cost what the whole history costs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from mining_tasks.sources import sql, sql_text
from mining_tasks.sources.sql_select import SqliteReading, found_types
from mining_tasks.sources.window import Window
from mining_tasks.warehouse.home import Home
from tests.sources.shops import create, lines, silo, window

LATER = window(datetime(2026, 3, 26, tzinfo=UTC))


@pytest.mark.parametrize(("asked", "first"), [(window(), "SCAN order_lines"), (LATER, "SCAN orders")])
def test_a_later_night_finds_lines_by_their_orders(
    asked: Window, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", url)
    create(engine := sa.create_engine(url, poolclass=sa.pool.NullPool))
    with engine.begin() as database:
        database.exec_driver_sql("CREATE INDEX by_order ON order_lines (order_id)")
    with sql.snapshot(silo(lines())) as database:
        reading = SqliteReading(lines(), asked, found_types(database, lines(), None), None)
        rows = reading.rows(sql_text.sqlite_text).compile(dialect=database.dialect)
        plan = database.exec_driver_sql(f"EXPLAIN QUERY PLAN {rows.string}", tuple(rows.params.values())).all()
    assert plan[0][3] == first
