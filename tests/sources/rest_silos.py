"""Small REST silos, served by the demo's real servers, and how they are read."""

import json
from pathlib import Path
from typing import Any

from expectations import table
from mining_tasks.demo.server import Server
from mining_tasks.demo.silos import crm, desk
from mining_tasks.demo.versions import Version, write
from mining_tasks.sources import rest
from mining_tasks.sources.settings import Mapped, Patience, Silo
from mining_tasks.sources.styles import HUBSPOT, ZENDESK
from tests.sources.shops import window

TOKEN, LOGIN = "hunter2hunter2", "night@example.com/token"
PATIENCE = Patience(tries=4, first_wait_seconds=0.01, longest_wait_seconds=0.05, read_seconds=5)
CONTACTS = Mapped(
    table("raw_crm__contacts"),
    "/crm/v3/objects/contacts",
    {"contact_id_crm": "id", "email": "properties.email", "updated_at": "updatedAt"},
)
REVIEWS = Mapped(
    table("raw_support__reviews"),
    "/api/v2/incremental/reviews/cursor.json",
    {
        "review_id_support": "id",
        "requester_id_support": "requester_id",
        "reviewed_at": "updated_at",
        "updated_at": "updated_at",
    },
    records="reviews",
)


def contact(n: int, updated_at: str = "2026-03-29T12:00:00Z", **properties: Any) -> Version:
    """A contact as the CRM says it."""
    record = {"id": f"{n:03}", "properties": {"email": f"p{n}@example.com"} | properties, "updatedAt": updated_at}
    return Version("contacts", f"{n:03}", updated_at, json.dumps(record))


def review(n: int, updated_at: str = "2026-03-29T12:00:00Z") -> Version:
    """A review as the desk says it."""
    record = {"id": n, "requester_id": 7, "updated_at": updated_at}
    return Version("reviews", f"{n:03}", updated_at, json.dumps(record))


def crm_server(folder: Path, *versions: Version) -> Server:
    """A CRM that holds these."""
    write(folder / "crm.db", versions)
    return crm(folder / "crm.db", TOKEN)


def desk_server(folder: Path, *versions: Version) -> Server:
    """A desk that holds these."""
    write(folder / "desk.db", versions)
    return desk(folder / "desk.db", (LOGIN, TOKEN))


def crm_silo(*tables: Mapped, **facts: Any) -> Silo:
    """The CRM, asked for three records a page."""
    said = {"timezone": "UTC", "style": HUBSPOT, "page_rows": 3, "patience": PATIENCE, "connection": "small_silo"}
    return Silo(name="crm", kind="rest", tables=tables or (CONTACTS,), **(said | facts))


def desk_silo(**facts: Any) -> Silo:
    """The desk, asked for three records a page."""
    said = {"timezone": "UTC", "style": ZENDESK, "page_rows": 3, "patience": PATIENCE, "connection": "small_silo"}
    return Silo(name="support", kind="rest", tables=(REVIEWS,), **(said | facts))


def connection(server: Server | str, password: str = TOKEN) -> str:
    """What AIRFLOW_CONN_SMALL_SILO must hold to reach a server."""
    url = server if isinstance(server, str) else server.url
    return json.dumps({"conn_type": "http", "host": url, "login": LOGIN, "password": password})


def extract(of: Silo) -> list[str]:
    """The landings of everything that changed before the night's end."""
    return rest.extract(of, {mapped.table.name: window() for mapped in of.tables})
