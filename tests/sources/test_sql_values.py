"""Values of every type that a database has, as text that loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pytest
import sqlalchemy as sa

from mining_tasks.sources import sql, sql_text
from mining_tasks.sources.sql_text import postgres_batches, postgres_text, spelt, sqlite_batches, sqlite_text

POSTGRES = [
    ("numeric", "'1234567890123456789012.10'", "1234567890123456789012.10"),
    ("numeric(12, 2)", "'0.10'", "0.10"),
    ("numeric", "'NaN'", "NaN"),
    ("bigint", "9007199254740993", "9007199254740993"),
    ("double precision", "0.1::float8 + 0.2::float8", "0.30000000000000004"),
    ("boolean", "true", "true"),
    ("text", "''", ""),
    ("text", "NULL", None),
    ("text", "E'a\"b,c\\nd\\\\.'", 'a"b,c\nd\\.'),
    ("text", "'\\.'", "\\."),
    ("date", "'1900-02-28'", "1900-02-28"),
    ("date", "'infinity'", "infinity"),
    ("timestamp", "'2026-03-29 02:30:00.5'", "2026-03-29 02:30:00.5"),
    ("timestamptz", "'2026-03-29 02:30:00+02'", "2026-03-29 00:30:00+00"),
    ("uuid", "'00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
    ("jsonb", """'{"a": [1, 2.50]}'""", '{"a": [1, 2.50]}'),
    ("bytea", "'\\x00ff'", "\\x00ff"),
    ("text[]", "ARRAY['a', NULL]", "{a,NULL}"),
]
SQLITE = [
    ("'007'", "007"),
    ("7", "7"),
    ("9007199254740993", "9007199254740993"),
    ("0.1 + 0.2", "0.30000000000000004"),
    ("3.99", "3.99"),
    ("1e300", "1.0e+300"),
    ("''", ""),
    ("NULL", None),
    ("x'00ff'", "\\x00ff"),
    ("'Ærø 🙂'", "Ærø 🙂"),
]


@pytest.mark.parametrize(("kind", "value", "text"), POSTGRES)
def test_postgres_values_come_exactly(kind: str, value: str, text: str | None, postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url, poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("SET TIME ZONE 'UTC'")
        database.exec_driver_sql(f"CREATE TEMP TABLE held AS SELECT ({value})::{kind} AS v, 1 AS n".replace("%", "%%"))
        [column] = [sa.column("v", c["type"]) for c in sa.inspect(database).get_columns("held") if c["name"] == "v"]
        rows = sa.select(postgres_text(column).label("v"), sa.column("n")).select_from(sa.table("held"))
        [batch] = postgres_batches(database, rows)
    assert batch.to_pylist() == [{"v": text, "n": "1"}]


@pytest.mark.parametrize(("value", "text"), SQLITE)
def test_sqlite_values_come_exactly_whatever_the_column_was_declared(
    value: str, text: str | None, tmp_path: Path
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("CREATE TABLE held (v)")
        database.exec_driver_sql(f"INSERT INTO held VALUES ({value})")
        [batch] = sqlite_batches(
            database, sa.select(sqlite_text(sa.column("v")).label("v")).select_from(sa.table("held"))
        )
    assert batch.to_pylist() == [{"v": text}]


def test_a_real_number_of_sqlite_reads_back_as_itself(tmp_path: Path) -> None:
    numbers = [1 / 3, 2**0.5, 1e-7, 123456.789, 4596039.58, 1e22, 123456789.987654321, -0.0]
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("CREATE TABLE held (v REAL)")
        database.exec_driver_sql("INSERT INTO held VALUES (?)", [(number,) for number in numbers])
        [batch] = sqlite_batches(
            database, sa.select(sqlite_text(sa.column("v")).label("v")).select_from(sa.table("held"))
        )
    assert [float(row["v"]) for row in batch.to_pylist()] == numbers


def test_bytes_that_are_no_utf_8_go_on_to_be_set_aside(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("CREATE TABLE held (v)")
        database.exec_driver_sql("INSERT INTO held VALUES ('good'), (CAST(x'ff41' AS TEXT))")
        [batch] = sqlite_batches(
            database, sa.select(sqlite_text(sa.column("v")).label("v")).select_from(sa.table("held"))
        )
    assert batch == {"v": ["good", "\udcffA"]}


def test_rows_of_sqlite_keep_their_order_around_those_that_are_no_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_text, "FETCH_ROWS", 2)
    monkeypatch.setattr(sql_text, "BATCH_ROWS", 4)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("CREATE TABLE held (v)")
        for n in range(15):
            database.exec_driver_sql("INSERT INTO held VALUES (CAST(? AS TEXT))", (b"\xff" if n == 9 else b"%d" % n,))
        rows = sa.select(sqlite_text(sa.column("v")).label("v")).select_from(sa.table("held"))
        batches = list(sqlite_batches(database, rows))
    held = [batch.to_pydict()["v"] if isinstance(batch, pa.RecordBatch) else list(batch["v"]) for batch in batches]
    told = ["\udcff" if n == 9 else str(n) for n in range(15)]
    assert held == [told[0:4], told[4:8], told[8:10], told[10:14], told[14:]]


@pytest.mark.parametrize(("encoding", "text"), [("LATIN1", "Ærø"), ("EUC_JP", "日本"), ("SQL_ASCII", "日本")])
def test_a_database_in_another_encoding_comes_as_unicode(encoding: str, text: str, postgres_url: str) -> None:
    with encoded(postgres_url, encoding) as database:
        database.exec_driver_sql(f"CREATE TEMP TABLE held AS SELECT '{text}' AS v")
        [batch] = postgres_batches(database, sa.select(sa.column("v", sa.Text)).select_from(sa.table("held")))
    assert batch.to_pylist() == [{"v": text}]


@contextmanager
def encoded(postgres_url: str, encoding: str) -> Iterator[sa.Connection]:
    """A database in an encoding, connected to as a source is."""
    name = f"in_{encoding.lower()}_{uuid4().hex[:8]}"
    server = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with server.connect() as database:
        database.exec_driver_sql(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    try:
        with sql.engine_of(sa.make_url(postgres_url).set(database=name)).connect() as database:
            database.exec_driver_sql("SET TRANSACTION READ WRITE")
            yield database
    finally:
        with server.connect() as database:
            database.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_blocks_of_postgres_end_where_rows_end(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_text, "COPY_BYTES", 1000)
    engine = sa.create_engine(postgres_url, poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql(
            "CREATE TEMP TABLE held AS SELECT n, E'a\\n\"' || n AS v FROM generate_series(1, 1000) n"
        )
        columns = sa.column("n", sa.Integer), sa.column("v", sa.Text)
        batches = list(postgres_batches(database, sa.select(*columns).select_from(sa.table("held"))))
    assert len(batches) > 5
    found = [row for batch in batches for row in batch.to_pylist()]
    assert found == [{"n": str(n), "v": f'a\n"{n}'} for n in range(1, 1001)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (9007199254740993, "9007199254740993"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (b"\x00\xff", "\\x00ff"),
        (datetime(2026, 3, 29, 2, 30, tzinfo=UTC), "2026-03-29T02:30:00+00:00"),
        (date(2026, 3, 29), "2026-03-29"),
        (time(2, 30), "02:30:00"),
    ],
)
def test_values_of_any_other_driver_are_spelt_exactly(value: object, text: str | None) -> None:
    assert spelt(value) == text


def test_any_other_database_is_streamed_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_text, "BATCH_ROWS", 3)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as database:
        database.exec_driver_sql("CREATE TABLE held (v)")
        database.exec_driver_sql("INSERT INTO held VALUES (?)", [(n,) for n in range(7)])
        batches = list(sql_text.generic_batches(database, sa.select(sa.column("v")).select_from(sa.table("held"))))
    assert [batch["v"] for batch in batches] == [["0", "1", "2"], ["3", "4", "5"], ["6"]]
