"""The surfaces for readers: what they show, what they refuse, and that they can always be derived again."""

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import expectations
from expectations.words import Column
from mining_tasks.warehouse import publish, shelf, surfaces
from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import NEXT, NIGHT, SEGMENTS, THIRD, publish_night, rows_of
from tests.warehouse.readers import by_current, by_file

REFUSED = (
    "DROP VIEW pub_segments__customers",
    "CREATE TABLE mine AS SELECT 1",
    "INSERT INTO published SELECT * FROM published",
    "COPY (SELECT 1) TO 'out.csv'",
    "ATTACH 'other.duckdb'",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "SELECT 1; DROP VIEW pub_segments__customers",
    "",
)


def test_a_published_table_shows_exactly_the_rows_that_were_accepted(shop_home: Home) -> None:
    publish_night(NIGHT)
    for name in SEGMENTS:
        table = expectations.table(name)
        shown = surfaces.query(f"SELECT * EXCLUDE run_id FROM {name} ORDER BY {', '.join(table.key)}")
        assert shown.to_pylist() == rows_of(table, NIGHT).to_pylist()


def test_the_file_shows_the_same_to_any_duckdb_with_the_contract_as_comments(shop_home: Home) -> None:
    run_id = publish_night(NIGHT)
    assert by_file(shop_home) == run_id
    with duckdb.connect(str(shop_home.published_file), read_only=True) as connection:
        told = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ?", [SEGMENTS[1]]
        )
        texts = {name: text for name, text in told.fetchall() if name != "run_id"}
    assert texts == {column.name: column.text for column in expectations.table(SEGMENTS[1]).columns}


def test_the_file_cannot_be_opened_for_writing_by_its_owner_and_by_nobody_else_at_all(shop_home: Home) -> None:
    publish_night(NIGHT)
    assert oct(shop_home.published_file.stat().st_mode)[-3:] == "400"


def test_a_reader_who_has_the_file_open_keeps_what_he_sees(shop_home: Home) -> None:
    old = publish_night(NIGHT, seed=1)
    with duckdb.connect(str(shop_home.published_file), read_only=True) as connection:
        publish_night(NEXT, seed=2)
        assert connection.execute(f"SELECT DISTINCT run_id FROM {SEGMENTS[0]}").fetchall() == [(old,)]


def test_an_analyst_without_goldseam_finds_everything_in_current(shop_home: Home) -> None:
    run_id = publish_night(NIGHT)
    seen, rows = by_current(shop_home)
    assert seen == run_id
    assert {name: len(found) for name, found in rows.items()} == dict.fromkeys(SEGMENTS, 12)


def test_the_parquet_files_carry_their_dictionary(shop_home: Home) -> None:
    publish_night(NIGHT)
    file = shop_home.path / surfaces.tables()[0]["files"][0]
    schema = pq.read_schema(file)
    assert schema.metadata[b"table"].decode() == SEGMENTS[0]
    assert all(
        schema.field(c.name).metadata[b"text"].decode() == c.text for c in expectations.table(SEGMENTS[0]).columns
    )


@pytest.mark.parametrize("sql", REFUSED)
def test_a_statement_that_does_not_only_read_is_refused_in_words(shop_home: Home, sql: str) -> None:
    publish_night_once(shop_home)
    with pytest.raises(surfaces.ReadOnly, match="give one SELECT"):
        surfaces.query(sql)


@pytest.mark.parametrize("file", ["/etc/passwd", "sources.toml", "hash.key", "ledger.db", "warehouse/CURRENT"])
def test_a_query_reads_nothing_but_published_files(shop_home: Home, file: str) -> None:
    publish_night_once(shop_home)
    path = shop_home.path / file
    assert path.exists() or file == "ledger.db"
    for function in ("read_text", "read_csv", "read_blob"):
        with pytest.raises(duckdb.PermissionException):
            surfaces.query(f"SELECT * FROM {function}('{path}')")
    with pytest.raises(duckdb.PermissionException):
        surfaces.query("SELECT * FROM glob('/*')")


def test_a_query_does_not_reach_a_run_that_is_not_published(shop_home: Home) -> None:
    publish_night(NIGHT, seed=1)
    older = shop_home.path / surfaces.tables()[0]["files"][0]
    publish_night(NEXT, seed=2)
    assert older.exists()
    with pytest.raises(duckdb.PermissionException):
        surfaces.query(f"SELECT * FROM read_parquet('{older}')")


def publish_night_once(home: Home) -> None:
    """A published family whose drafts need no checks: what is asked here is asked of the surfaces alone."""
    from mining_tasks.warehouse import accept, ledger
    from mining_tasks.warehouse.ledger_tables import transaction

    parts = []
    for table in expectations.family("segments"):
        draft = shelf.opened(shelf.draft(table, NIGHT, rows_of(table, NIGHT)))
        parts.append(accept.place(draft))
    with transaction() as connection:
        for part in parts:
            accept.enter(connection, part)
    publish._move_pointer("segments", parts, "r_once", ledger.begin("segments", NIGHT))
    surfaces.derive()


def test_asking_before_anything_is_published_says_what_to_do(shop_home: Home) -> None:
    assert surfaces.tables() == []
    with pytest.raises(surfaces.ReadOnly, match="goldseam night"):
        surfaces.query("SELECT 1")


def test_a_limit_limits(shop_home: Home) -> None:
    publish_night_once(shop_home)
    assert surfaces.query(f"SELECT * FROM {SEGMENTS[0]} -- all of them\n;", limit=3).num_rows == 3
    assert surfaces.query(f"DESCRIBE {SEGMENTS[0]}").num_rows == len(expectations.table(SEGMENTS[0]).columns) + 1


@pytest.mark.parametrize("lost", ["warehouse/CURRENT", "published.duckdb"])
def test_a_surface_that_was_lost_is_derived_again_from_the_ledger(shop_home: Home, lost: str) -> None:
    publish_night_once(shop_home)
    before = (shop_home.path / "warehouse/CURRENT").read_bytes()
    (shop_home.path / lost).unlink()
    surfaces.derive()
    assert (shop_home.path / "warehouse/CURRENT").read_bytes() == before
    assert by_file(shop_home) == "r_once"


def test_deriving_waits_for_its_turn_and_says_who_it_waits_for(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surfaces, "PATIENCE_SECONDS", 0.1)
    with surfaces.alone(), pytest.raises(surfaces.SurfacesBusy, match="deriving"), surfaces.alone():
        pass


def test_a_column_that_the_contract_gained_is_empty_in_older_files(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_night_once(shop_home)
    gain_column(monkeypatch)
    surfaces.derive()
    found = surfaces.query(f"SELECT favourite_colour, run_id FROM {SEGMENTS[0]}")
    assert set(found.column("favourite_colour").to_pylist()) == {None}
    assert found.schema.field("favourite_colour").type == pa.string()


def gain_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the contract of the first segment table has a column more."""
    old = expectations.tables()[SEGMENTS[0]]
    new = replace(old, columns=(*old.columns, Column(str, "What she likes.", name="favourite_colour")))
    monkeypatch.setitem(expectations.tables(), SEGMENTS[0], new)


def test_a_family_whose_contract_is_gone_stays_readable(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_night_once(shop_home)
    for name in SEGMENTS:
        monkeypatch.delitem(expectations.tables(), name)
    surfaces.derive()
    assert by_file(shop_home) == "r_once"


def test_the_table_published_says_how_old_each_table_is(shop_home: Home) -> None:
    run_id = publish_night(NIGHT)
    publish.keep_last_good("segments", THIRD, "crm: it was down")
    told = surfaces.query("SELECT table_name, night, run_id, is_stale, why_stale FROM published").to_pylist()
    facts = {"night": NIGHT, "run_id": run_id, "is_stale": True, "why_stale": "crm: it was down"}
    assert told == [{"table_name": name, **facts} for name in SEGMENTS]


def test_current_names_files_relative_to_itself_so_that_a_warehouse_can_be_moved(
    shop_home: Home, tmp_path: Path
) -> None:
    publish_night_once(shop_home)
    shop_home.path.rename(tmp_path / "moved")
    current = tmp_path / "moved" / "warehouse" / "CURRENT"
    tables = json.loads(current.read_text())["families"]["segments"]["tables"]
    assert len(tables) == 3
    assert all((current.parent / t["folder"] / file).exists() for t in tables.values() for file in t["files"])
