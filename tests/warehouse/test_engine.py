"""The engine: typed, bound, bounded, in UTC, and the same bytes whatever the machine."""

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest

import expectations
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import NIGHT, rows_of
from tests.warehouse.test_accept import enter

ORDERS = expectations.table("core_shop__orders")
LINES = expectations.table("core_shop__order_lines")


@pytest.fixture
def orders(shop_home: Home) -> shelf.Partition:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT, 40)))
    return shelf.read(ORDERS, NIGHT)


def test_tables_are_seen_under_their_contracts_names_and_values_are_bound(orders: shelf.Partition) -> None:
    hostile = "'; DROP TABLE core_shop__orders; --"
    found = engine.query("SELECT count(*) AS n, $name AS name FROM core_shop__orders", [orders], name=hostile, unused=1)
    assert found.to_pylist() == [{"n": 40, "name": hostile}]


def test_what_is_written_has_the_contracts_types_and_order(shop_home: Home) -> None:
    enter(shelf.draft(LINES, NIGHT, rows_of(LINES, NIGHT, 40)))
    lines = shelf.read(LINES, NIGHT)
    address = engine.write("SELECT * FROM core_shop__order_lines ORDER BY order_id_shop DESC", LINES, NIGHT, [LINES])
    assert shelf.opened(address).arrow().equals(lines.arrow())
    assert shelf.opened(address).run_id == lines.run_id, "the same rows are the same run"


def test_a_query_that_lacks_a_column_is_refused(orders: shelf.Partition) -> None:
    with pytest.raises(duckdb.BinderException, match="order_id_shop"):
        engine.write("SELECT 1 AS x FROM core_shop__orders", ORDERS, NIGHT, [orders])


def test_a_query_sees_the_night_and_how_old_its_inputs_are(orders: shelf.Partition) -> None:
    verdicts = expectations.table("pub_models__verdicts")
    address = engine.write(
        "SELECT 'segments' AS family, 'model' AS subject_code, 'go' AS verdict, CAST($night_end AS VARCHAR) AS reasons,"
        " '{}' AS figures, NULL AS champion, NULL AS champion_since_date, NULL AS challenger, NULL AS measure,"
        " NULL AS baseline_figure, NULL AS champion_figure, NULL AS challenger_figure, NULL AS phase_code,"
        " $night AS night, $data_as_of AS data_as_of, $is_stale AS is_stale FROM core_shop__orders LIMIT 1",
        verdicts,
        NIGHT,
        [ORDERS],
    )
    row = shelf.opened(address).arrow().to_pylist()[0]
    assert (row["night"], row["data_as_of"], row["is_stale"]) == (NIGHT, NIGHT, False)
    assert row["reasons"] == "2018-01-02 00:00:00+00"


def test_instants_are_told_in_utc_whatever_the_machine_thinks(
    orders: shelf.Partition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    found = engine.query("SELECT CAST(TIMESTAMPTZ '2018-01-01 12:00:00+00' AS VARCHAR) AS said", [])
    assert found.to_pylist() == [{"said": "2018-01-01 12:00:00+00"}]


@pytest.mark.parametrize(
    ("night", "zone", "end"),
    [
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2018, 1, 1), "UTC", datetime(2018, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_business_day_ends_at_midnight_of_the_shop(shop_home: Home, night: date, zone: str, end: datetime) -> None:
    (shop_home.path / "sources.toml").write_text(f'[shop]\ntimezone = "{zone}"\n')
    assert engine.night_end(night).astimezone(UTC) == end


def test_a_query_larger_than_its_memory_spills_and_ends(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSEAM_MEMORY_LIMIT", "60MB")
    sql = "SELECT count(*) AS n FROM (SELECT range AS i, md5(range::VARCHAR) AS m FROM range(1500000) ORDER BY m)"
    assert engine.query(sql, []).to_pylist() == [{"n": 1_500_000}]


def test_no_extension_is_ever_fetched(shop_home: Home) -> None:
    with pytest.raises(duckdb.Error), engine.connected() as connection:
        connection.execute("SELECT * FROM read_parquet('s3://nowhere/x.parquet')")


def test_a_column_that_older_files_lack_is_empty(shop_home: Home) -> None:
    part = shelf.opened(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT, 3)))
    lacking = part.files[0]
    pa.parquet.write_table(part.arrow().drop_columns(["currency"]), lacking)
    found = engine.query("SELECT currency, order_id_shop FROM core_shop__orders", [part])
    assert found.column("currency").null_count == 3


def test_a_file_may_make_its_answer_in_steps_each_of_which_sees_what_is_bound(orders: shelf.Partition) -> None:
    steps = """
    -- a comment; and a semicolon in it
    CREATE TEMP TABLE numbered AS SELECT order_id_shop, $share AS share FROM core_shop__orders;
    CREATE TEMP TABLE counted AS SELECT count(*) AS n, min(share) AS share FROM numbered;
    SELECT n, share, $name AS name FROM counted
    """
    assert engine.query(steps, [orders], share=0.5, name="a;b").to_pylist() == [{"n": 40, "share": 0.5, "name": "a;b"}]
