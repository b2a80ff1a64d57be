"""Connections: read from JSON or a URI or asked of Airflow, and silent about their secrets."""

import json
from types import SimpleNamespace

import pytest

from mining_tasks.sources import connections
from mining_tasks.sources.connections import connection, look_up_with
from mining_tasks.sources.faults import NoConnection

SECRET = "s3cr3t/ü@:"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch):
    return lambda text: monkeypatch.setenv("AIRFLOW_CONN_SILO", text)


def test_a_database_can_be_said_as_uri_or_as_json(said) -> None:
    said("postgresql://reader:s3cr3t%2F%C3%BC%40%3A@db.example.com:5433/shop?sslmode=require")
    by_uri = connection("silo").sql_url
    facts = {"conn_type": "postgres", "host": "db.example.com", "port": 5433, "schema": "shop", "login": "reader"}
    said(json.dumps(facts | {"password": SECRET, "extra": {"sslmode": "require"}}))
    assert connection("silo").sql_url == by_uri
    assert by_uri.drivername == "postgresql+psycopg"
    assert (by_uri.password, by_uri.query) == (SECRET, {"sslmode": "require"})


@pytest.mark.parametrize("text", ['{"conn_type": "sqlite", "host": "/srv/shop.db"}', "sqlite:////srv/shop.db"])
def test_a_sqlite_file_is_an_address_too(said, text: str) -> None:
    said(text)
    assert connection("silo").sql_url.database == "/srv/shop.db"


def test_a_socket_of_postgres_is_reached_by_its_folder(said) -> None:
    said("postgresql+psycopg://postgres@/shop?host=/tmp/pg-x")
    url = connection("silo").sql_url
    assert (url.database, url.query["host"]) == ("shop", "/tmp/pg-x")


@pytest.mark.parametrize(
    ("facts", "url"),
    [
        ({"conn_type": "http", "host": "https://api.example.com/"}, "https://api.example.com"),
        ({"conn_type": "https", "host": "api.example.com", "port": 8443}, "https://api.example.com:8443"),
        ({"conn_type": "http", "host": "api.example.com", "schema": "https"}, "https://api.example.com"),
        ({"conn_type": "http", "host": "127.0.0.1", "port": 8000}, "http://127.0.0.1:8000"),
        ({"conn_type": "http", "host": "http://localhost:8000"}, "http://localhost:8000"),
        ({"conn_type": "http", "host": "http://crm", "extra": {"plain_http": True}}, "http://crm"),
    ],
)
def test_the_address_of_a_rest_system(said, facts: dict, url: str) -> None:
    said(json.dumps(facts))
    assert connection("silo").base_url == url


@pytest.mark.parametrize(
    "host",
    [
        "file:///etc/passwd",
        "gopher://x",
        "ftp://example.com",
        "http://api.example.com",
        "https://user:pw@example.com",
        "https://example.com/?x=1",
        "https://169.254.169.254",
        "https://[fe80::1]",
        "https://",
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(said, host: str) -> None:
    said(json.dumps({"conn_type": "http", "host": host}))
    with pytest.raises(NoConnection):
        _ = connection("silo").base_url


@pytest.mark.parametrize("text", [f'{{"password": "{SECRET}"', f"no uri {SECRET}", f"http://x:notaport{SECRET}"])
def test_a_mangled_connection_is_told_without_its_text(said, text: str) -> None:
    said(text)
    with pytest.raises(NoConnection, match="AIRFLOW_CONN_SILO") as caught:
        connection("silo")
    assert SECRET not in repr(caught.value)
    assert caught.value.__context__ is None or SECRET not in repr(caught.value.__context__)


def test_neither_repr_nor_url_shows_the_secret(said) -> None:
    said(json.dumps({"conn_type": "postgres", "host": "db", "login": "reader", "password": "hunter2hunter2"}))
    known = connection("silo")
    for shown in (repr(known), str(known), repr(known.sql_url), str(known.sql_url)):
        assert "hunter2" not in shown
    assert known.scrubbed("password hunter2hunter2 of reader is wrong") == "password *** of *** is wrong"


def test_a_connection_that_is_not_set_names_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_lookups", [])
    monkeypatch.delenv("AIRFLOW_CONN_SILO", raising=False)
    with pytest.raises(NoConnection, match="connection silo is not set. Next: put AIRFLOW_CONN_SILO"):
        connection("silo")


def test_airflow_is_asked_for_what_the_environment_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_lookups", [])
    monkeypatch.delenv("AIRFLOW_CONN_SILO", raising=False)
    held = SimpleNamespace(
        conn_type="postgres",
        host="db",
        port=5432,
        schema="shop",
        login="me",
        password="x",
        extra='{"sslmode": "require"}',
    )
    look_up_with(lambda name: held if name == "silo" else None)
    assert connection("silo").sql_url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://me:x@db:5432/shop?sslmode=require"
    )
