"""Connections: where a silo is and the secret that opens it. Secrets are in no message and no repr."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import sqlalchemy as sa

from mining_tasks.sources.faults import NoConnection

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
}  # others are passed on as they are: any SQLAlchemy dialect works
Lookup = Callable[[str], Any]
_lookups: list[Lookup] = []


@dataclass(frozen=True)
class Connection:
    """What an Airflow connection holds. `extra`: driver options; `{"plain_http": true}` allows http beyond loopback."""

    id: str
    kind: str
    host: str = ""
    port: int | None = None
    database: str = ""
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def sql_url(self) -> sa.URL:
        """The SQLAlchemy URL; its own repr hides the password."""
        if self.kind.startswith("sqlite"):
            return sa.URL.create("sqlite", database=self.database or self.host)
        return sa.URL.create(
            DRIVERS.get(self.kind, self.kind),
            username=self.login or None,
            password=self.password or None,
            host=self.host or None,
            port=self.port,
            database=self.database or None,
            query={name: str(value) for name, value in self.extra.items()},
        )

    @property
    def base_url(self) -> str:
        """`https://host[:port]` of a REST system; raises `NoConnection` for what must not be asked."""
        host = self.host
        if "://" not in host:
            host = f"{self._scheme}://{host}"
        parts = urlsplit(host if self.port is None else f"{host}:{self.port}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoConnection(f"{self._called}: its address must start with https:// (or http:// on this machine)")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise NoConnection(f"{self._called}: its address must hold no login, query or fragment")
        if _is_link_local(parts.hostname):
            raise NoConnection(f"{self._called}: link-local addresses (cloud metadata) are no silo")
        if parts.scheme == "http" and not is_loopback(parts.hostname) and not self.extra.get("plain_http"):
            raise NoConnection(
                f'{self._called}: http would send the token in the clear; use https, or set "extra": '
                '{"plain_http": true} if the network between is yours'
            )
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def scrubbed(self, text: str) -> str:
        """A text of others, without what may be secret of ours."""
        for secret in sorted({self.password, self.login} - {""}, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    @property
    def _scheme(self) -> str:
        for said in (self.database, self.kind):
            if said in ("http", "https"):
                return said
        return "https"

    @property
    def _called(self) -> str:
        return f"connection {self.id}"


def look_up_with(lookup: Lookup) -> None:
    """Ask `lookup(id)` for connections that the environment does not hold; it gives an object with Airflow's fields."""
    _lookups[:] = [lookup]


def connection(connection_id: str) -> Connection:
    """The connection of that id: from AIRFLOW_CONN_<ID>, else from the registered lookup; raises `NoConnection`."""
    variable = f"AIRFLOW_CONN_{connection_id.upper()}"
    if text := os.environ.get(variable):
        return _parsed(connection_id, text.strip())
    for lookup in _lookups:
        if (found := lookup(connection_id)) is not None:
            return _of_airflow(connection_id, found)
    raise NoConnection(f"connection {connection_id} is not set. Next: put {variable}=… into connections.env")


def _parsed(connection_id: str, text: str) -> Connection:
    try:
        facts = json.loads(text) if text.startswith("{") else _of_uri(text)
        return _of_facts(connection_id, facts)
    except (ValueError, TypeError, AttributeError):
        pass  # the cause would carry the text, and with it the secret
    raise NoConnection(f"connection {connection_id}: AIRFLOW_CONN_{connection_id.upper()} is neither JSON nor a URI")


def _of_uri(text: str) -> dict[str, Any]:
    parts = urlsplit(text)
    if not parts.scheme:
        raise ValueError("no scheme")
    return {
        "conn_type": parts.scheme,
        "host": unquote(parts.hostname or ""),
        "port": parts.port,
        "schema": unquote(parts.path[1:]),
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "extra": dict(parse_qsl(parts.query)),
    }


def _of_facts(connection_id: str, facts: Mapping[str, Any]) -> Connection:
    extra = facts.get("extra") or {}
    return Connection(
        id=connection_id,
        kind=str(facts.get("conn_type") or "").lower(),
        host=str(facts.get("host") or ""),
        port=int(facts["port"]) if facts.get("port") else None,
        database=str(facts.get("schema") or ""),
        login=str(facts.get("login") or ""),
        password=str(facts.get("password") or ""),
        extra=json.loads(extra) if isinstance(extra, str) else dict(extra),
    )


def _of_airflow(connection_id: str, found: Any) -> Connection:
    names = ("conn_type", "host", "port", "schema", "login", "password", "extra")
    return _of_facts(connection_id, {name: getattr(found, name, None) for name in names})


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_link_local(host: str) -> bool:
    try:
        return ip_address(host).is_link_local
    except ValueError:
        return False
