"""Contact data lie in the vault alone, sealed; who has the key gets every row back as it was."""

import os
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.shop import core_shop__customers, core_shop__orders, raw_shop__orders
from expectations.speak import arrow
from mining_tasks.warehouse import accept, engine, keyring, parquet, shelf, unsealed, vault, vault_status
from mining_tasks.warehouse.home import Home, HomeMissing
from mining_tasks.warehouse.keyring import WrongKey
from mining_tasks.warehouse.merge import merge
from mining_tasks.warehouse.sealed import Unreadable
from mining_tasks.warehouse.tidy_up import GUARD, tidy_up
from tests.sample import sample

NIGHT, NEXT = date(2018, 1, 1), date(2018, 1, 2)
TABLES = [core_shop__customers, core_shop__orders]


def kept(home: Home) -> list[Path]:
    """Every file of the home but its ledger and settings."""
    return [path for path in home.path.rglob("*") if path.is_file() and path.parent != home.path]


def sealed_files(home: Home) -> list[Path]:
    return [path for path in home.vault.rglob("*.sealed")]


def accepted(rows: pa.Table, night: date = NIGHT) -> shelf.Partition:
    accept.accept(shelf.draft(core_shop__customers, night, rows))
    return shelf.read(core_shop__customers, night)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_comes_back_as_it_was_by_arrow_and_by_sql(table, shop_home: Home) -> None:
    rows = sample(table, 60)
    part = shelf.opened(shelf.draft(table, NIGHT, rows))
    assert unsealed.table(part).equals(rows)
    with engine.connected(private=True) as connection:
        unsealed.show(connection, part)
        found = connection.sql(f"SELECT * FROM {table.name} ORDER BY ALL").to_arrow_table()
    assert found.cast(arrow.schema(table)).sort_by(table.key[0]).equals(rows)


def test_contact_columns_are_absent_from_the_shelf_and_open_reads_name_them_missing(shop_home: Home) -> None:
    part = accepted(sample(core_shop__customers, 40))
    assert {"email", "surname", "birth_date"} <= set(core_shop__customers.contact)
    for file in part.files:
        assert set(pq.read_schema(file).names).isdisjoint(core_shop__customers.contact)
    assert set(part.arrow().column_names).isdisjoint(core_shop__customers.contact)
    with pytest.raises(duckdb.BinderException, match="email"):
        engine.query("SELECT email FROM core_shop__customers", [part])


def test_no_file_of_the_home_holds_a_contact_value(shop_home: Home) -> None:
    rows = sample(core_shop__customers, 40)
    told = [value for name in ("email", "street", "surname") for value in rows[name].to_pylist() if value]
    part = accepted(rows)
    wanted = {value.encode() for value in told if len(value) > 7}
    assert len(wanted) > 10
    assert sealed_files(shop_home)
    for file in kept(shop_home):
        content = file.read_bytes()
        if content[:4] == b"PAR1":
            content = repr(pq.read_table(file).to_pylist()).encode()
        assert [value for value in wanted if value in content] == [], file
    assert part.rows == 40


def test_the_vault_is_its_owners_alone(shop_home: Home) -> None:
    accepted(sample(core_shop__customers, 5))
    folders = {shop_home.vault, *(path.parent for path in sealed_files(shop_home))}
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in [*sealed_files(shop_home), keyring.file()]} == {0o600}


def test_the_vault_may_lie_elsewhere(shop_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSEAM_VAULT", str(tmp_path / "elsewhere"))
    rows = sample(core_shop__customers, 20)
    assert unsealed.table(accepted(rows)).equals(rows)
    assert sealed_files(shop_home)[0].is_relative_to(tmp_path / "elsewhere")
    assert not list(shop_home.path.rglob("*.sealed"))


def test_the_same_rows_are_the_same_run_and_other_contact_data_another(shop_home: Home) -> None:
    rows = sample(core_shop__customers, 30)
    place = rows.schema.get_field_index("email")
    other = rows.set_column(place, rows.schema.field(place), pa.array(["x@example.org"] * 30))
    runs = [shelf.opened(shelf.draft(core_shop__customers, NIGHT, each)) for each in (rows, rows, other)]
    assert runs[0].run_id == runs[1].run_id != runs[2].run_id
    assert runs[0].seals == runs[1].seals
    assert runs[0].entries == runs[2].entries, "what lies open tells nothing of them"


def test_rows_of_many_row_groups_find_their_values(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (parquet, unsealed):
        monkeypatch.setattr(module, "ROW_GROUP", 7)
    rows = sample(core_shop__orders, 50)
    part = shelf.opened(shelf.draft(core_shop__orders, NIGHT, rows))
    assert pq.read_metadata(part.files[0]).num_row_groups == 8
    assert unsealed.table(part).equals(rows)
    with engine.connected(private=True) as connection:
        unsealed.show(connection, part)
        found = connection.sql("SELECT * FROM core_shop__orders ORDER BY order_id_shop").to_arrow_table()
    assert found.to_pylist() == rows.to_pylist()


def test_a_table_without_a_contact_value_needs_no_file_of_the_vault(shop_home: Home) -> None:
    rows = sample(core_shop__orders, 20)
    for name in core_shop__orders.contact:
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(place), pa.nulls(20, rows.schema.field(place).type))
    part = shelf.opened(shelf.draft(core_shop__orders, NIGHT, rows))
    assert (part.seals, sealed_files(shop_home)) == ((), [])
    assert unsealed.table(part).equals(rows)


def test_months_without_news_keep_their_file_of_the_vault(shop_home: Home) -> None:
    rows = sample(raw_shop__orders, 80)
    accept.accept(shelf.draft(raw_shop__orders, NIGHT, rows))
    accept.accept(merge(raw_shop__orders, core_shop__orders, NIGHT))
    accept.accept(shelf.draft(raw_shop__orders, NEXT, rows.slice(0, 1)))
    accept.accept(merge(raw_shop__orders, core_shop__orders, NEXT))
    before, after = (shelf.read(core_shop__orders, night) for night in (NIGHT, NEXT))
    inodes = [{f.name: f.stat().st_ino for f in vault.folder_of(p.folder).iterdir()} for p in (before, after)]
    changed = {name for name in inodes[1] if inodes[0][name] != inodes[1][name]}
    assert len(inodes[1]) > 10
    assert len(changed) == 1
    assert unsealed.table(after).equals(unsealed.table(before))
    assert unsealed.table(after).sort_by("order_id_shop").to_pylist() == rows.to_pylist()


def test_without_the_key_nothing_is_written_and_open_columns_stay_readable(shop_home: Home) -> None:
    part = accepted(sample(core_shop__customers, 20))
    (shop_home.path / "vault.key").unlink()
    before = set(kept(shop_home))
    with pytest.raises(HomeMissing, match="no vault key: set GOLDSEAM_VAULT_KEY"):
        shelf.draft(core_shop__customers, NEXT, sample(core_shop__customers, 20, seed=1))
    with pytest.raises(HomeMissing, match="no vault key"):
        unsealed.table(part)
    assert set(kept(shop_home)) == before
    assert engine.query("SELECT count(*) AS n FROM core_shop__customers", [part]).to_pylist() == [{"n": 20}]


def test_a_wrong_key_opens_nothing_and_is_told_by_its_fingerprint(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = accepted(sample(core_shop__customers, 20))
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY", "ab" * 32)
    with pytest.raises(WrongKey, match="does not open the vault") as told:
        unsealed.table(part)
    assert "abab" not in str(told.value)
    assert vault_status.status()["opens"] is False


def test_what_is_no_key_is_refused_without_being_shown(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY", "correct horse")
    with pytest.raises(HomeMissing, match="is no key") as told:
        vault.require()
    assert "horse" not in str(told.value)


def test_a_key_may_come_from_a_mounted_secret(shop_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = (shop_home.path / "vault.key").read_text()
    part = accepted(sample(core_shop__customers, 20))
    (shop_home.path / "vault.key").unlink()
    (tmp_path / "mounted").write_text(key + "\n")
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY_FILE", str(tmp_path / "mounted"))
    assert unsealed.table(part).num_rows == 20


@pytest.mark.parametrize("harm", ["changed", "cut", "exchanged"])
def test_a_damaged_file_is_noticed(harm: str, shop_home: Home) -> None:
    part = accepted(sample(core_shop__customers, 20))
    other = shelf.opened(shelf.draft(core_shop__orders, NIGHT, sample(core_shop__orders, 20)))
    file = vault.folder_of(part.folder) / part.seals[0].name
    content = file.read_bytes()
    middle = len(content) // 2
    foreign = (vault.folder_of(other.folder) / other.seals[0].name).read_bytes()
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    file.write_bytes({"changed": changed, "cut": content[:middle], "exchanged": foreign}[harm])
    with pytest.raises(Unreadable, match="restore it"):
        unsealed.table(part)


def test_contact_data_are_shown_to_private_connections_alone(shop_home: Home) -> None:
    part = accepted(sample(core_shop__customers, 5))
    with engine.connected() as connection, pytest.raises(ValueError, match="private connection"):
        unsealed.show(connection, part)


def test_what_a_private_connection_spills_is_no_plain_text(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSEAM_MEMORY_LIMIT", "64MB")
    mails = "'zebulon.quux.' || i || '@example.org' AS mail, md5(CAST(i AS VARCHAR)) AS noise"
    rows = f"SELECT i, {mails} FROM range(2000000) AS r(i)"
    for private, held in ((False, True), (True, False)):
        with engine.connected(private) as connection:
            connection.execute(f"CREATE TEMP TABLE spilt AS {rows}")
            spilt = b"".join(file.read_bytes() for file in shop_home.spill.iterdir())
            assert len(spilt) > 2**20
            assert (b"zebulon.quux." in spilt) is held


def test_a_partition_from_before_there_was_a_vault_can_still_be_read(shop_home: Home) -> None:
    rows = sample(core_shop__customers, 20)
    part = accepted(rows)
    parquet.write(part.files[0], rows.to_batches(), arrow.schema(core_shop__customers))
    part = shelf.Partition(core_shop__customers, NIGHT, part.folder, part.run_id, NIGHT, False, part.entries)
    assert unsealed.table(part).equals(rows)
    assert set(part.arrow().column_names).isdisjoint(core_shop__customers.contact)
    with engine.connected(private=True) as connection:
        unsealed.show(connection, part)
        found = connection.sql("SELECT * FROM core_shop__customers ORDER BY customer_id_shop").to_arrow_table()
    assert found.to_pylist() == rows.to_pylist()


def test_what_the_shelf_gives_up_leaves_the_vault_too(shop_home: Home) -> None:
    accepted(sample(core_shop__customers, 20))
    superseded = shelf.read(core_shop__customers, NIGHT)
    stays = accepted(sample(core_shop__customers, 20, seed=1))
    old = time.time() - 2 * GUARD.total_seconds()
    for path in shop_home.path.rglob("*"):
        os.utime(path, (old, old))
    shelf_gone = superseded.folder.rename(shop_home.path / "gone")
    assert shelf_gone.exists()
    assert tidy_up(timedelta(days=1)).sealed >= 3, "two drafts and the superseded run"
    assert not vault.folder_of(superseded.folder).exists()
    assert unsealed.table(stays).num_rows == 20
