"""A database that is away, slow, refuses us or stumbles over a value: told without secrets and values."""

import sqlite3

import pytest
import sqlalchemy as sa

from mining_tasks.sources.faults import NoConnection, Refused, SilentSource
from mining_tasks.warehouse.home import Home
from tests.sources.shops import create, extract, insert, order, orders, silo, window


def test_a_deadline_that_passed_leaves_no_landing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", postgres_url)
    engine = sa.create_engine(postgres_url, poolclass=sa.pool.NullPool)
    create(engine)
    insert(engine, "orders", order("o1"))
    with pytest.raises(SilentSource):
        extract(silo(orders(), deadline_minutes=0.0000001), window())
    assert not list(shop_home.landing.glob("*/*/*"))


@pytest.mark.parametrize(
    "address",
    ["postgresql://reader:hunter2hunter2@127.0.0.1:1/shop", "sqlite:////nowhere/at/all/shop.db"],
)
def test_a_database_that_is_away_is_said_to_be_so_without_its_secret(
    address: str, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", address)
    with pytest.raises(SilentSource, match="shop: connection small_shop failed") as caught:
        extract(silo(orders()), window())
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_wrong_password_is_not_tried_again(monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", "postgresql://reader:hunter2hunter2@db/shop")
    said = 'connection failed: FATAL:  password authentication failed for user "reader" (hunter2hunter2)'

    def refuse(*_of: object, **_more: object) -> None:
        raise sa.exc.OperationalError("connect", {}, sqlite3.OperationalError(said))

    monkeypatch.setattr(sa.Engine, "connect", refuse)
    with pytest.raises(Refused, match="was refused") as caught:
        extract(silo(orders()), window())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("address", ["nosuchdb://host/shop", "oracle://reader:hunter2@host/shop"])
def test_a_database_without_a_driver_is_told(address: str, monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", address)
    with pytest.raises(NoConnection, match="no driver for") as caught:
        extract(silo(orders()), window())
    assert "hunter2" not in str(caught.value)


def test_an_error_over_a_value_does_not_tell_the_value(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", postgres_url)
    engine = sa.create_engine(postgres_url, poolclass=sa.pool.NullPool)
    create(engine)
    insert(engine, "orders", order("o1", state="ann@example.com"))
    with engine.begin() as database:
        view = "SELECT id, customer_id, placed_at, state::INTEGER AS state, currency, total, updated_at FROM orders"
        database.exec_driver_sql(f"CREATE VIEW casting AS {view}")
    with pytest.raises(SilentSource, match="InvalidTextRepresentation") as caught:
        extract(silo(orders(origin="casting")), window())
    assert "ann@" not in str(caught.value)
