"""The shop's database holds The Complete Journey to the cent, whole or in part, in SQLite and in Postgres."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from mining_tasks.demo.prepare import prepare
from mining_tasks.demo.shop_databases import SCHEMA, plain
from tests.demo.silos import Rows

LINES, BASKETS, HOUSEHOLDS, PRODUCTS = 1_469_307, 155_848, 2_469, 92_331  # published with the data
SALES = Decimal("4596039.58")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole demo."""
    home = tmp_path_factory.mktemp("whole")
    prepare(home)
    return home


def test_the_whole_shop_holds_every_line_basket_and_cent(whole: Path) -> None:
    with closing(sqlite3.connect(whole / "demo" / "shop.db")) as shop:
        counted = [shop.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in TABLES]
        assert counted == [HOUSEHOLDS, PRODUCTS, BASKETS, LINES]
        amounts = shop.execute("SELECT amount, COUNT(*) FROM order_lines GROUP BY amount").fetchall()
        totals = shop.execute("SELECT total, COUNT(*) FROM orders GROUP BY total").fetchall()
    assert sum(Decimal(amount) * count for amount, count in amounts) == SALES
    assert sum(Decimal(total) * count for total, count in totals) == SALES


TABLES = ("customers", "products", "orders", "order_lines")


def test_the_whole_desk_has_the_volume_of_a_real_one(whole: Path) -> None:
    with closing(sqlite3.connect(whole / "demo" / "desk.db")) as desk:
        ids = dict(desk.execute("SELECT kind, COUNT(DISTINCT id) FROM versions GROUP BY kind").fetchall())
    assert 2_300 < ids["tickets"] < 2_700
    assert 2_800 < ids["reviews"] < 3_200


def test_money_stands_with_two_digits_as_text(shop_rows: Rows) -> None:
    found = shop_rows("SELECT DISTINCT typeof(amount), substr(amount, -3, 1) FROM order_lines")
    assert found == [("text", ".")]


def test_an_order_is_the_sum_of_its_lines(shop_rows: Rows) -> None:
    lines: dict[int, Decimal] = {}
    for order, amount in shop_rows("SELECT order_id, amount FROM order_lines"):
        lines[order] = lines.get(order, Decimal(0)) + Decimal(amount)
    orders = {order: Decimal(total) for order, total in shop_rows("SELECT id, total FROM orders")}
    assert orders
    assert orders == lines


def test_lines_are_numbered_from_one_without_gaps(shop_rows: Rows) -> None:
    numbered = shop_rows("SELECT MIN(line_no), MAX(line_no) - COUNT(*) FROM order_lines GROUP BY order_id")
    assert numbered
    assert set(numbered) == {(1, 0)}


def test_coupons_are_a_part_of_the_discount_and_discounts_are_positive(shop_rows: Rows) -> None:
    discounts = shop_rows("SELECT discount, coupon_discount FROM order_lines WHERE coupon_discount <> '0.00'")
    assert discounts
    assert all(Decimal(discount) >= Decimal(coupon) > 0 for discount, coupon in discounts)


def test_every_order_has_its_customer_who_was_there_before(shop_rows: Rows) -> None:
    orders = shop_rows("SELECT COUNT(*) FROM orders")[0][0]
    known = shop_rows(
        "SELECT COUNT(*) FROM orders JOIN customers c ON c.id = customer_id AND c.created_at <= placed_at"
    )
    assert orders > 0
    assert known == [(orders,)]


def test_a_small_shop_is_row_for_row_a_part_of_the_whole(whole: Path, small: Path) -> None:
    with closing(sqlite3.connect(whole / "demo" / "shop.db")) as shop:
        shop.execute("ATTACH ? AS small", (str(small / "demo" / "shop.db"),))
        for table in TABLES:
            assert shop.execute(f"SELECT COUNT(*) FROM small.{table}").fetchone()[0] > 0
            assert shop.execute(f"SELECT * FROM small.{table} EXCEPT SELECT * FROM main.{table}").fetchall() == []


def test_small_crm_and_desk_are_parts_of_the_whole_too(whole: Path, small: Path) -> None:
    for store in ("crm.db", "desk.db"):
        with closing(sqlite3.connect(whole / "demo" / store)) as silo:
            silo.execute("ATTACH ? AS small", (str(small / "demo" / store),))
            assert silo.execute("SELECT COUNT(*) FROM small.versions").fetchone()[0] > 100
            assert silo.execute("SELECT id FROM small.versions EXCEPT SELECT id FROM main.versions").fetchall() == []


def test_postgres_holds_the_same_rows_as_sqlite(tmp_path: Path, small: Path, postgres_url: str) -> None:
    prepare(tmp_path, postgres_url=postgres_url, limit_households=120)
    with (
        psycopg.connect(plain(postgres_url), options=f"-csearch_path={SCHEMA}") as server,
        closing(sqlite3.connect(small / "demo" / "shop.db")) as file,
    ):
        for columns, table in ASKED:
            theirs = server.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2".encode()).fetchall()
            assert theirs
            assert theirs == file.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()


ASKED = (
    ("id, email, CAST(email_verified AS INTEGER), phone, last_name, CAST(born_on AS TEXT)", "customers"),
    ("id, name, department, package_size", "products"),
    ("id, customer_id, store_id, CAST(total AS TEXT), CAST(discount AS TEXT)", "orders"),
    ("order_id, line_no, product_id, quantity, CAST(amount AS TEXT), CAST(coupon_discount AS TEXT)", "order_lines"),
)


def test_preparing_postgres_again_does_nothing_and_another_size_replaces_it(tmp_path: Path, postgres_url: str) -> None:
    said: list[str] = []
    for households in (20, 20, 30):
        prepare(tmp_path, postgres_url=postgres_url, limit_households=households, say=said.append)
    assert said.count("the demo is prepared already") == 1
    with psycopg.connect(plain(postgres_url)) as server:
        assert server.execute(f"SELECT COUNT(*) FROM {SCHEMA}.customers".encode()).fetchone() == (30,)
