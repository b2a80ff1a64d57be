"""Sizes as people type them, and homes that begin anew."""

import pytest

from benchmarks import shops
from benchmarks.shops import Shop


def test_sizes_are_read_as_people_type_them():
    assert shops.customers("1m,10k, 2500,10000") == [2_500, 10_000, 1_000_000]
    assert [shops.short(count) for count in (60, 2_500, 10_000, 1_000_000)] == ["60", "2500", "10k", "1m"]
    assert shops.gibibytes("3GiB") == 3 * 2**30


@pytest.mark.parametrize("text", ["", "many", "0", "10k,,1m", "-5", "1.5m"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="no number of customers"):
        shops.customers(text)


def test_shops_of_another_seed_do_not_share_a_folder(tmp_path):
    names = {Shop("planted", 10_000, days, seed, tmp_path).name for days in (30, 400) for seed in (1, 2)}
    assert len(names) == 4


def test_the_increment_is_the_last_day_and_the_first_night_the_day_before(tmp_path):
    first, increment = Shop("planted", 10_000, 400, 1, tmp_path).nights.values()
    assert (increment - first).days == 1
    assert Shop("real", 60, 400, 1, tmp_path).nights["increment"].isoformat() == "2018-01-01"


def test_a_home_that_begins_anew_keeps_what_planting_made(tmp_path):
    shop = Shop("real", 60, 400, 1, tmp_path)
    for name in ("demo/shop.db", "sources.toml", "hash.key", "vault.key", "connections.env", "objectives.toml"):
        (shop.home / name).parent.mkdir(parents=True, exist_ok=True)
        (shop.home / name).write_text("planted")
    for name in ("warehouse/x", "ledger.db", "published.duckdb", "airflow/airflow.db"):
        (shop.home / name).parent.mkdir(parents=True, exist_ok=True)
        (shop.home / name).write_text("of a night")
    shop.begin_anew()
    left = {file.relative_to(shop.home).as_posix() for file in shop.home.rglob("*") if file.is_file()}
    assert left == {"demo/shop.db", "sources.toml", "hash.key", "vault.key", "connections.env", "objectives.toml"}


def test_nothing_of_another_home_leaks_into_a_measured_night(tmp_path, monkeypatch):
    for name in ("GOLDSEAM_POSTGRES_URL", "GOLDSEAM_MEMORY_LIMIT", "AIRFLOW_CONN_GOLDSEAM_SHOP", "MLFLOW_TRACKING_URI"):
        monkeypatch.setenv(name, "elsewhere")
    found = shops.environment(tmp_path)
    assert "elsewhere" not in found.values()
    assert found["GOLDSEAM_HOME"] == str(tmp_path)
