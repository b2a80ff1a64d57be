"""The home's `connections.env` and `sources.toml` as the demo needs them; what a user wrote is never overwritten."""

import json
import os
import random
import secrets
import socket
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

from mining_tasks.demo.server import LOOPBACK
from mining_tasks.demo.shop_databases import SCHEMA

LOGIN = "night@example.com/token"  # Zendesk's way of saying that a token follows, not a password
PORTS = range(20_000, 30_000)  # below what systems hand out to clients, so a port found free stays free
SOURCES = Path(__file__).with_name("sources.toml")
SHOP, CRM, DESK = "AIRFLOW_CONN_GOLDSEAM_SHOP", "AIRFLOW_CONN_GOLDSEAM_CRM", "AIRFLOW_CONN_GOLDSEAM_SUPPORT"


class NotTheDemo(RuntimeError):
    """The home is connected to silos of its own; the demo would push them aside."""


@dataclass(frozen=True)
class Door:
    """How to reach the CRM or the desk, as the connection says it."""

    host: str
    password: str
    login: str = ""

    @property
    def port(self) -> int:
        """The port of the silo's address."""
        return urlsplit(self.host).port or 0


def door(home: Path, name: str) -> Door:
    """The door that the home's `connections.env` names; raises `NotTheDemo` if there is none."""
    try:
        facts = json.loads(_lines(home)[name])
        return Door(facts["host"], facts["password"], facts.get("login", ""))
    except (KeyError, ValueError):
        raise NotTheDemo(f"{home / 'connections.env'} holds no {name} of the demo. Next: prepare the demo") from None


def write_connections(home: Path, shop_url: str | None, former_shop: str) -> str:
    """Writes the three connections, keeping doors and tokens that are there; readable by us alone.

    `former_shop` is the fingerprint of the shop that an earlier preparation wrote, which alone may be replaced;
    returns the new one.
    """
    lines = _lines(home)
    shop = _shop(home, shop_url)
    if lines.get(SHOP, shop) != shop and fingerprint(lines[SHOP]) != former_shop:
        raise NotTheDemo(f"{SHOP} in {home / 'connections.env'} is a shop of your own; the demo wants another home")
    lines |= {SHOP: shop, CRM: lines.get(CRM) or _http(""), DESK: lines.get(DESK) or _http(LOGIN)}
    text = "".join(f"{name}={value}\n" if value else f"{name}\n" for name, value in lines.items())
    _write_private(home / "connections.env", text)
    return fingerprint(shop)


def write_sources(home: Path, template: Path = SOURCES) -> None:
    """Writes the demo's `sources.toml` unless the home has one."""
    _write_unless_there(home / "sources.toml", template)


def write_campaigns(home: Path, template: Path) -> None:
    """The same of `campaigns.toml`."""
    _write_unless_there(home / "campaigns.toml", template)


def _write_unless_there(file: Path, template: Path) -> None:
    if not file.exists():
        file.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")


def fingerprint(line: str) -> str:
    """Tells one connection from another without holding its secret."""
    return sha256(line.encode()).hexdigest()


def _shop(home: Path, url: str | None) -> str:
    if url is None:
        return json.dumps({"conn_type": "sqlite", "host": str(home / "demo" / "shop.db")})
    return f"{url}{'&' if '?' in url else '?'}options={quote(f'-csearch_path={SCHEMA}', safe='')}"


def _http(login: str) -> str:
    facts = {"conn_type": "http", "host": f"http://{LOOPBACK}:{_free_port()}", "password": secrets.token_urlsafe(24)}
    return json.dumps(facts | {"login": login} if login else facts)


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, k=100):
        with closing(socket.socket()) as probe:
            if probe.connect_ex((LOOPBACK, port)) != 0:
                return port
    raise OSError(f"no free port found among {PORTS.start} to {PORTS.stop}")


def _lines(home: Path) -> dict[str, str]:
    """Name → value of every line; a comment is a name without a value."""
    file = home / "connections.env"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {name: value for name, _, value in (line.partition("=") for line in text.splitlines())}


def _write_private(file: Path, text: str) -> None:
    building = file.with_suffix(".building")
    building.unlink(missing_ok=True)
    with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    building.replace(file)
