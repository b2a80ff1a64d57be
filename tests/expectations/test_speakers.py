"""What the speakers say of each contract: Arrow, PostgreSQL, ODCS, the dictionary."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import yaml

import expectations
from expectations.shop import core_shop__order_lines, core_shop__orders
from expectations.speak import ddl, dictionary, odcs
from expectations.words import Pii, Promise, Table, TablePromise
from tests.expectations.kinds import core_tests__kinds
from tests.sample import sample

TABLES = [core_tests__kinds, *expectations.tables().values()]
PUBLISHED = [table for table in TABLES if table.layer == "pub"]
BIN = Path(sys.executable).parent


def test_a_parquet_file_carries_its_own_dictionary(tmp_path):
    pq.write_table(sample(core_shop__order_lines, 5), tmp_path / "lines.parquet")
    schema = pq.read_schema(tmp_path / "lines.parquet")
    assert schema.metadata[b"table"] == b"core_shop__order_lines"
    assert schema.metadata[b"owner"].decode() == core_shop__order_lines.owner
    assert json.loads(schema.metadata[b"key"]) == ["order_id_shop", "line_number"]
    assert json.loads(schema.metadata[b"beware"]) == list(core_shop__order_lines.beware)
    field = schema.field("sales_amount")
    assert (field.type, field.nullable) == (pa.decimal128(18, 4), False)
    assert field.metadata[b"unit"] == b"currency"
    assert json.loads(field.metadata[b"promises"]) == ["sales_amount is never missing"]
    assert schema.field("order_id_shop").metadata[b"pii"] == b"pseudonym"
    assert schema.field("ordered_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("currency").nullable


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_duckdb_reads_the_files_of_a_table_with_the_types_of_its_contract(table: Table, tmp_path):
    rows = sample(table, 5)
    pq.write_table(rows, tmp_path / "rows.parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql("SELECT * FROM read_parquet($file)", params={"file": str(tmp_path / "rows.parquet")})
        read = found.to_arrow_table()
    assert {field.name: field.type for field in read.schema} == {field.name: field.type for field in rows.schema}
    assert read.to_pylist() == rows.to_pylist()


def test_postgres_takes_every_contract_with_comments_and_refuses_a_key_twice(postgres_url):
    assert len(TABLES) > 20
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA stored")
        for table in TABLES:
            for statement in [
                ddl.create(table, "stored"),
                *ddl.add_columns(table, "stored"),
                *ddl.comments(table, "stored"),
            ]:
                connection.exec_driver_sql(statement.replace("%", "%%"))
        orders = "'stored.core_shop__orders'::regclass"
        said = f"SELECT obj_description({orders}), col_description({orders}, 2)"
        assert connection.exec_driver_sql(said).one() == (
            f"{core_shop__orders.text}\nOwner: {core_shop__orders.owner}",
            "The shop's id of the order.",
        )
        kinds = "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = %s"
        columns = {row[0]: row[1:] for row in connection.exec_driver_sql(kinds, (core_shop__orders.name,))}
        assert next(iter(columns)) == "run_id"
        assert columns["sales_amount"] == ("numeric", "NO")
        assert columns["ordered_at"] == ("timestamp with time zone", "NO")
        assert columns["currency"] == ("text", "YES")
    twice = "INSERT INTO stored.core_identities__shared_values VALUES ('r', 'all', 'email', 'h', 3, 2)"
    with engine.begin() as connection:
        connection.exec_driver_sql(twice)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(twice)
    engine.dispose()


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    """The real command line tool, with every way to the network closed."""
    closed = {name: "http://127.0.0.1:9" for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}
    command = [str(BIN / "datacontract"), "lint", str(path)]
    return subprocess.run(command, env=os.environ | closed, capture_output=True, text=True, timeout=120, check=False)


def test_the_odcs_file_of_every_family_and_of_every_kind_of_promise_passes_the_real_linter(tmp_path):
    contracts = {family: expectations.family(family) for family in expectations.families()}
    contracts |= {"kinds": (core_tests__kinds,), "lines": (core_shop__order_lines,)}
    assert len(contracts) > 4
    for name, tables in contracts.items():
        (tmp_path / f"{name}.yaml").write_text(odcs.text(tables))
        done = lint(tmp_path / f"{name}.yaml")
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_is_not_asleep(tmp_path):
    broken = odcs.contract([core_tests__kinds])
    broken["schema"][0]["properties"][0]["logicalType"] = "varchar"
    (tmp_path / "broken.yaml").write_text(yaml.safe_dump(broken))
    assert lint(tmp_path / "broken.yaml").returncode != 0


def test_odcs_tells_key_privacy_bounds_lists_and_how_bad_a_breach_is():
    said = odcs.contract([core_tests__kinds])
    assert said["apiVersion"] == "v3.1.0"
    columns = {column["name"]: column for column in said["schema"][0]["properties"]}
    assert [columns[key]["primaryKeyPosition"] for key in core_tests__kinds.key] == [1, 2]
    assert columns["form"]["logicalTypeOptions"] == {"pattern": "^(?:[A-Z]{3})$"}
    assert columns["weight_share"]["logicalTypeOptions"] == {"minimum": 0.0, "maximum": 1.0}
    assert columns["colour_code"]["quality"][0]["arguments"] == {"validValues": ["red", "it's green", "blue"]}
    assert columns["is_round"]["quality"][0]["severity"] == "warning"
    assert columns["maker_id"]["relationships"] == [{"type": "foreignKey", "to": "core_shop__products.product_id_shop"}]
    orders = odcs.contract([core_shop__orders])
    assert orders["schema"][0]["properties"][0]["classification"] == "restricted"
    assert set(odcs.CLASSES) == set(Pii)


def test_every_promise_stands_in_the_odcs_file_with_its_sentence():
    for table in TABLES:
        said = odcs.schema_object(table)
        rules = [rule["description"] for rule in said["quality"]]
        rules += [rule["description"] for column in said["properties"] for rule in column.get("quality", [])]
        assert rules == [p.sentence(c.name if c else table.name) for c, p in table.all_promises]


def test_a_promise_of_a_kind_that_odcs_was_not_taught_raises():
    class Lucky(TablePromise):
        def sentence(self, subject: str) -> str:
            return f"{subject} is lucky"

    with pytest.raises(NotImplementedError, match="Lucky"):
        odcs._rule(Lucky(), core_tests__kinds, None)
    with pytest.raises(NotImplementedError):
        Promise().sentence("x")


def test_the_dictionary_explains_every_column_of_every_table():
    said = dictionary.dictionary(TABLES)
    for table in TABLES:
        page = dictionary.page(table)
        assert page in said + "\n"
        lines = [line for line in page.splitlines() if line.startswith("| `")]
        assert len(lines) == len(table.columns)
        assert all(line.replace("\\|", "").count("|") == 7 for line in lines)
        assert all(note in page for note in table.beware)
        assert f"Owner {table.owner}" in page


def test_the_first_words_of_a_page_come_from_the_tables_name():
    assert "*Order lines of shop, resolved.*" in dictionary.page(core_shop__order_lines)
    assert PUBLISHED
    assert all("published, promised to readers" in dictionary.page(table) for table in PUBLISHED)


def test_bounds_are_shown_to_people_in_utc():
    assert "made_at lies between 2000-01-01 00:00 UTC and 2030-01-01 00:00 UTC" in str(
        odcs.schema_object(core_tests__kinds)
    )
    assert date(2000, 1, 1).isoformat() in str(odcs.schema_object(core_tests__kinds))
