"""A planted shop as a whole: same seed, same bytes; silos and truth tell of the same rows and the same money."""

import gzip
import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mining_tasks.demo.planted.plant import BUILDING, plant
from mining_tasks.demo.planted.silos.drop_plan import NIGHTS_TO_RUN
from mining_tasks.demo.planted.silos.drops import REVIEWS_HEADER
from mining_tasks.demo.planted.world import BLOCK_PERSONS, World

WORLD = World(customers=300, days=60, seed=7)
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small planted shop; to be read only."""
    folder = tmp_path_factory.mktemp("planted")
    plant(WORLD, folder)
    return folder


def asked(file: Path, sql: str) -> Rows:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def sums(totals: Any, things: str) -> dict[str, tuple[int, Decimal]]:
    """Rows and money by currency, over all days, as the truth has them."""
    of_things = totals.filter(pc.equal(totals["things"], things))
    summed = of_things.group_by("currency").aggregate([("rows_count", "sum"), ("amount_minor", "sum")]).to_pylist()
    digits = {code: told["digits"] for code, told in WORLD.settings["range"]["currencies"].items()}
    money = {row["currency"]: Decimal(row["amount_minor_sum"]).scaleb(-digits[row["currency"]]) for row in summed}
    return {row["currency"]: (row["rows_count_sum"], money[row["currency"]]) for row in summed}


def test_the_same_world_gives_the_same_bytes_of_every_file(shop: Path, tmp_path: Path) -> None:
    plant(WORLD, tmp_path)
    once, again = bytes_of(shop), bytes_of(tmp_path)
    assert {"shop.db", "crm.db", "desk.db", "truth/facts.json", "truth/dirt.parquet"} <= set(once)
    assert [name for name in once | again if once.get(name) != again.get(name)] == []


def test_another_seed_gives_another_shop(shop: Path, tmp_path: Path) -> None:
    plant(World(WORLD.customers, WORLD.days, WORLD.seed + 1), tmp_path)
    once, other = bytes_of(shop), bytes_of(tmp_path)
    assert all(once[name] != other[name] for name in ("shop.db", "crm.db", "desk.db", "truth/orders.parquet"))


@pytest.mark.parametrize(("things", "money"), [("orders", "total"), ("order_lines", "amount"), ("returns", "refund")])
def test_the_database_holds_the_rows_and_the_money_of_the_truth(shop: Path, things: str, money: str) -> None:
    expected = sums(pq.read_table(shop / "truth" / "totals.parquet"), things)
    clean = f"SELECT currency, {money} FROM orders WHERE id < 9000000000000"
    if things != "orders":
        clean = f"SELECT currency, {money} FROM {things} JOIN orders ON id = order_id"
    found: dict[str, list[Decimal]] = {}
    for currency, amount in asked(shop / "shop.db", clean):
        found.setdefault(currency, []).append(Decimal(amount))
    assert len(found) >= 3
    assert {currency: (len(amounts), sum(amounts)) for currency, amounts in found.items()} == expected


def test_every_order_is_the_sum_of_its_lines(shop: Path) -> None:
    sql = "SELECT order_id, total, amount FROM order_lines JOIN orders ON id = order_id"
    orders: dict[int, list[Decimal]] = {}
    for order, total, amount in asked(shop / "shop.db", sql):
        orders.setdefault(order, [Decimal(total)]).append(Decimal(amount))
    assert len(orders) > 100
    assert [order for order, (total, *amounts) in orders.items() if total != sum(amounts)] == []


def test_no_silo_tells_of_the_days_after_the_last(shop: Path) -> None:
    end = "2026-10-27"
    assert asked(shop / "shop.db", f"SELECT MAX(updated_at) < '{end}' FROM orders") == [(1,)]
    for store in ("crm.db", "desk.db"):
        [(last, count)] = asked(shop / store, "SELECT MAX(updated_at), COUNT(*) FROM versions")
        assert count > 100
        assert last < "2026-10-26T23:00:00Z"  # midnight in Berlin, which has gone back to winter time
    orders = pq.read_table(shop / "truth" / "orders.parquet")
    assert pc.max(orders["day"]).as_py() >= WORLD.days  # but the truth does


def test_times_of_the_shop_are_local_and_those_of_the_others_are_not(shop: Path) -> None:
    orders = pq.read_table(shop / "truth" / "orders.parquet", columns=["order_id", "placed_at"]).to_pydict()
    truth = dict(zip(orders["order_id"], orders["placed_at"], strict=True))
    sql = "SELECT id, CAST(strftime('%s', placed_at) AS INTEGER) FROM orders WHERE id < 9000000000000"
    ahead = {(local - truth[order]) // 3600 for order, local in asked(shop / "shop.db", sql)}
    assert ahead == {1, 2}
    [(text,)] = asked(shop / "desk.db", "SELECT MIN(updated_at) FROM versions")
    assert text.endswith("Z")


def test_every_dropped_file_has_the_rows_that_its_count_says(shop: Path) -> None:
    files = [path for path in sorted((shop / "drops").iterdir()) if path.suffix != ".count"]
    assert len(files) > 3 * 10
    for path in files:
        said = int(path.with_name(f"{path.name}.count").read_text())
        if path.suffix == ".parquet":
            assert pq.ParquetFile(path).metadata.num_rows == said
            continue
        lines = gzip.decompress(path.read_bytes()).split(b"\n")[:-1]
        header = REVIEWS_HEADER.count(b",") if ".csv" in path.name else 0
        assert bool(lines) or not header
        assert sum(bool(line) for line in lines) - bool(header) >= said  # a review may go over several lines


def test_the_last_nights_have_files_of_their_own_and_one_of_them_drifted(shop: Path) -> None:
    headers = {}
    for path in sorted((shop / "drops").glob("reviews-*.csv.gz")):
        headers[path.name[8:18]] = gzip.decompress(path.read_bytes()).split(b"\n")[0]
    assert [f"2026-10-{26 - back}" in headers for back in range(NIGHTS_TO_RUN)] == [True] * NIGHTS_TO_RUN
    assert [night for night, header in headers.items() if header != REVIEWS_HEADER] == ["2026-10-25"]
    assert headers["2026-10-25"] == b"channel," + REVIEWS_HEADER.replace(b"language", b"locale")


def test_the_facts_tell_the_size_of_the_world_and_all_its_settings(shop: Path) -> None:
    facts = json.loads((shop / "truth" / "facts.json").read_text())
    assert (facts["customers"], facts["days"], facts["seed"]) == (300, 60, 7)
    assert facts["last_day"] == "2026-10-26"
    assert set(facts["settings"]) == set(WORLD.settings)


def test_a_shop_that_breaks_off_leaves_the_one_before(shop: Path, tmp_path: Path) -> None:
    plant(WORLD, tmp_path)

    def stumble(step: str) -> None:
        if "indexing" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plant(World(WORLD.customers, WORLD.days, 8), tmp_path, stumble)
    assert not (tmp_path / BUILDING).exists()
    assert bytes_of(tmp_path) == bytes_of(shop)


@pytest.fixture(scope="module")
def two_blocks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A shop of two blocks, made by two processes, of few days; and what was said meanwhile."""
    folder, said = tmp_path_factory.mktemp("two"), []
    plant(World(BLOCK_PERSONS + 100, 20, 1), folder, said.append)
    return folder, said


def test_two_processes_make_one_shop(two_blocks: tuple[Path, list[str]]) -> None:
    folder, said = two_blocks
    assert sum("customers, " in step for step in said) == 3  # the beginning, and each block
    persons = pq.read_table(folder / "truth" / "persons.parquet", columns=["person_id"])["person_id"].to_pylist()
    assert persons == list(range(BLOCK_PERSONS + 100))
    accounts = pq.read_table(folder / "truth" / "accounts.parquet", columns=["source_code", "account_id", "version"])
    assert accounts.num_rows == accounts.group_by(accounts.column_names).aggregate([]).num_rows
    totals = pq.read_table(folder / "truth" / "totals.parquet")
    [(lines,)] = asked(folder / "shop.db", "SELECT COUNT(*) FROM order_lines")
    assert lines == sum(rows for rows, _ in sums(totals, "order_lines").values()) > 1_000


def test_a_shop_in_postgres_holds_the_same_rows(shop: Path, tmp_path: Path, postgres_url: str) -> None:
    import sqlalchemy as sa

    plant(WORLD, tmp_path, postgres_url=postgres_url)
    assert not (tmp_path / "shop.db").exists()
    engine = sa.create_engine(postgres_url, connect_args={"options": "-csearch_path=goldseam_demo_shop"})
    with engine.connect() as database:
        for table in ("customers", "products", "product_prices", "stock_levels", "order_lines", "returns"):
            [(count,)] = asked(shop / "shop.db", f"SELECT COUNT(*) FROM {table}")
            assert database.scalar(sa.text(f"SELECT COUNT(*) FROM {table}")) == count > 0
        sql = "SELECT id, CAST(placed_at AS TEXT), customer_id, guest_email FROM orders WHERE id < 9000000000000"
        here = sorted(tuple(row) for row in database.exec_driver_sql(sql))
    engine.dispose()
    assert here == sorted(asked(shop / "shop.db", sql.replace("CAST(placed_at AS TEXT)", "placed_at")))
