"""The analysts' Postgres: exact rows, rights, added columns, what analysts built on top, and repair."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from psycopg import errors, sql

import expectations
from mining_tasks.warehouse import publish, shelf, surface_postgres, surfaces
from mining_tasks.warehouse.home import Home, home
from mining_tasks.warehouse.surface_postgres_schema import SurfaceRefused
from mining_tasks.warehouse.tidy_up import tidy_up
from tests.warehouse.nights import NEXT, NIGHT, SEGMENTS, THIRD, publish_night, rows_of
from tests.warehouse.readers import by_current, by_postgres
from tests.warehouse.test_surfaces import gain_column, publish_night_once


@pytest.fixture
def reader(analysts: psycopg.Connection) -> Iterator[str]:
    """A login that is nothing but a member of the readers' role."""
    name = f"reader_{uuid.uuid4().hex[:8]}"
    analysts.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    yield name
    analysts.execute("RESET ROLE")
    analysts.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_every_row_arrives_as_it_was_accepted(shop_home: Home, analysts: psycopg.Connection) -> None:
    publish_night(NIGHT)
    for name in SEGMENTS:
        table = expectations.table(name)
        names = [column.name for column in table.columns]
        chosen = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.Identifier("goldseam", name),
            sql.SQL(", ").join(sql.SQL('{} COLLATE "C"').format(sql.Identifier(key)) for key in table.key),
        )
        found = [dict(zip(names, row, strict=True)) for row in analysts.execute(chosen)]
        assert found == rows_of(table, NIGHT).to_pylist()


def test_empty_missing_and_awkward_texts_stay_apart(shop_home: Home, analysts: psycopg.Connection) -> None:
    texts = ["", None, "NA", "null", "\\N", 'a "quoted" one', "two\nlines", "comma, semicolon;", "007", "Ærø 🙂", "\\."]
    table = expectations.table("pub_segments__personas")
    rows = rows_of(table, NIGHT, len(texts))
    rows = rows.set_column(rows.schema.get_field_index("rule"), rows.schema.field("rule"), pa.array(texts, pa.string()))
    part = shelf.opened(shelf.draft(table, NIGHT, rows))
    surfaces.load([part], "r_texts")
    found = analysts.execute("SELECT rule FROM goldseam_data.pub_segments__personas ORDER BY segment_id").fetchall()
    assert [row[0] for row in found] == texts


def test_loaded_rows_are_unseen_until_the_pointer_moves(shop_home: Home, analysts: psycopg.Connection) -> None:
    old = publish_night(NIGHT)
    parts = shelf.read_all(expectations.family("segments"), NIGHT)
    surfaces.load(parts, "r_waiting")
    surfaces.load(parts, "r_waiting")
    counted = analysts.execute("SELECT count(*) FROM goldseam_data.pub_segments__customers WHERE run_id = 'r_waiting'")
    assert counted.fetchone() == (12,), "loading twice adds nothing"
    assert by_postgres(analysts) == [old] * 3


def test_rows_that_postgres_refuses_leave_nothing_behind_and_no_value_in_the_message(
    shop_home: Home, analysts: psycopg.Connection
) -> None:
    table = expectations.table("pub_segments__personas")
    rows = rows_of(table, NIGHT, 2)
    twice = pa.concat_tables([rows, rows])
    part = shelf.opened(shelf.draft(table, NIGHT, twice))
    with pytest.raises(surface_postgres.RowsLost) as refusal:
        surfaces.load([part], "r_twice")
    assert rows.column("segment_id")[0].as_py() not in str(refusal.value)
    assert refusal.value.__suppress_context__
    assert analysts.execute("SELECT count(*) FROM goldseam_data.loads").fetchone() == (0,)
    assert analysts.execute("SELECT count(*) FROM goldseam_data.pub_segments__personas").fetchone() == (0,)


def test_a_rollback_reaches_postgres_too(shop_home: Home, analysts: psycopg.Connection) -> None:
    old, new = publish_night(NIGHT, seed=1), publish_night(NEXT, seed=2)
    assert by_postgres(analysts) == [new] * 3
    publish.rollback("segments")
    assert by_postgres(analysts) == [old] * 3
    assert analysts.execute("SELECT bool_and(is_stale) FROM goldseam.pub_segments__customers").fetchone() == (True,)


def test_a_refused_night_marks_every_row_and_says_why(shop_home: Home, analysts: psycopg.Connection) -> None:
    publish_night(NIGHT)
    publish.keep_last_good("segments", NEXT, "crm: it was down")
    assert analysts.execute("SELECT bool_and(is_stale) FROM goldseam.pub_segments__customers").fetchone() == (True,)
    told = analysts.execute("SELECT DISTINCT night, is_stale, why_stale FROM goldseam.published").fetchall()
    assert told == [(NIGHT, True, "crm: it was down")]
    publish_night(THIRD)
    assert analysts.execute("SELECT bool_or(is_stale) FROM goldseam.pub_segments__customers").fetchone() == (False,)


def test_a_reader_sees_the_views_and_nothing_else(analysts: psycopg.Connection, shop_home: Home, reader: str) -> None:
    publish_night_once(shop_home)
    analysts.execute(sql.SQL("GRANT goldseam_reader TO {}").format(sql.Identifier(reader)))
    analysts.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(reader)))
    assert by_postgres(analysts) == ["r_once"] * 3
    for forbidden in (
        "SELECT * FROM goldseam_data.pub_segments__customers",
        "SELECT * FROM goldseam_data.pointers",
        "DELETE FROM goldseam.pub_segments__customers",
        "UPDATE goldseam.published SET night = night",
        "CREATE TABLE goldseam.mine (a int)",
    ):
        with pytest.raises((errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState)):
            analysts.execute(forbidden.encode())


def test_views_carry_the_contracts_texts(shop_home: Home, analysts: psycopg.Connection) -> None:
    publish_night_once(shop_home)
    told = dict(
        analysts.execute(
            "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
            " WHERE attrelid = 'goldseam.pub_segments__personas'::regclass AND attnum > 0"
        ).fetchall()
    )
    columns = expectations.table("pub_segments__personas").columns
    assert [column.name for column in columns if not str(told[column.name]).startswith(column.text)] == []


def test_what_analysts_built_on_a_view_survives_twenty_publications(
    shop_home: Home, analysts: psycopg.Connection, reader: str
) -> None:
    publish_night_once(shop_home)
    analysts.execute(
        "CREATE VIEW mine AS SELECT segment_id, count(*) AS n FROM goldseam.pub_segments__customers GROUP BY 1"
    )
    analysts.execute(sql.SQL("GRANT SELECT ON goldseam.pub_segments__personas TO {}").format(sql.Identifier(reader)))
    parts = shelf.read_all(expectations.family("segments"), NIGHT)
    for number in range(20):
        surfaces.load(parts, f"r_{number}")
        publish._move_pointer("segments", parts, f"r_{number}", 1000 + number)
        surfaces.derive()
    assert analysts.execute("SELECT sum(n) FROM mine").fetchone() == (12,)
    granted = analysts.execute("SELECT has_table_privilege(%s, 'goldseam.pub_segments__personas', 'SELECT')", [reader])
    assert granted.fetchone() == (True,)
    analysts.execute(sql.SQL("REVOKE ALL ON goldseam.pub_segments__personas FROM {}").format(sql.Identifier(reader)))


def test_a_column_that_the_contract_gained_appears_under_readers(
    shop_home: Home, analysts: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_night_once(shop_home)
    analysts.execute("CREATE VIEW mine AS SELECT * FROM goldseam.pub_segments__customers")
    gain_column(monkeypatch)
    table = expectations.table(SEGMENTS[0])
    surfaces.load([shelf.opened(shelf.draft(table, NEXT, rows_of(table, NEXT)))], "r_new")
    surfaces.derive()
    found = analysts.execute(
        "SELECT count(*), count(favourite_colour) FROM goldseam.pub_segments__customers"
    ).fetchone()
    assert found == (12, 0)
    assert analysts.execute("SELECT count(*) FROM mine").fetchone() == (12,)


def test_a_column_of_another_type_is_refused_before_anything_moves(
    shop_home: Home, analysts: psycopg.Connection
) -> None:
    publish_night_once(shop_home)
    analysts.execute("ALTER TABLE goldseam_data.pub_segments__personas ADD COLUMN IF NOT EXISTS other int")
    analysts.execute("DROP VIEW goldseam.pub_segments__customers")
    analysts.execute("ALTER TABLE goldseam_data.pub_segments__customers ALTER COLUMN orders_count TYPE text")
    with pytest.raises(SurfaceRefused, match="orders_count"):
        publish_night(NEXT)
    assert by_current(shop_home)[0] == "r_once"


def test_a_server_that_is_new_gets_what_was_published_before(shop_home: Home, postgres_url: str) -> None:
    publish_night_once(shop_home)
    with pytest.MonkeyPatch.context() as patch, surface_postgres.connected(postgres_url) as connection:
        patch.setenv("GOLDSEAM_POSTGRES_URL", postgres_url)
        surfaces.derive()
        assert by_postgres(connection) == ["r_once"] * 3


def test_tidying_up_deletes_old_runs_only_and_a_rollback_loads_them_again(
    shop_home: Home, analysts: psycopg.Connection
) -> None:
    publish_night_once(shop_home)
    parts = shelf.read_all(expectations.family("segments"), NIGHT)
    for number in range(6):
        surfaces.load(parts, f"r_{number}")
        publish._move_pointer("segments", parts, f"r_{number}", 1000 + number)
        surfaces.derive()
    assert tidy_up().loads == 0, "what is young stays"
    assert tidy_up(guard=timedelta(seconds=-1)).loads == 4 * 3
    left = analysts.execute("SELECT DISTINCT run_id FROM goldseam_data.pub_segments__customers ORDER BY 1").fetchall()
    assert left == [("r_3",), ("r_4",), ("r_5",)]
    for _ in range(3):
        publish.rollback("segments")
    assert by_postgres(analysts) == ["r_2"] * 3


def test_a_second_shop_cannot_publish_into_the_first_ones_database(
    analysts: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = publish_night(NIGHT)
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path / "another"))
    home().make_keys()
    (home().path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    with pytest.raises(SurfaceRefused, match="another shop"):
        publish_night(NEXT)
    seen = analysts.execute("SELECT DISTINCT run_id FROM goldseam.pub_segments__customers").fetchall()
    assert seen == [(run_id,)]
