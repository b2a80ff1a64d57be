"""How the tests ask the silos: keys, addresses, and paging to the end as the real systems document it."""

from collections.abc import Callable
from typing import Any

import httpx

CRM_PATHS = {
    "contacts": "/crm/v3/objects/contacts",
    "campaigns": "/crm/v3/objects/campaigns",
    "campaign_contacts": "/crm/v3/objects/campaign_contacts",
    "statuses": "/communication-preferences/v3/statuses",
}
TOKEN = "sesame-open"
LOGIN = "night@example.com/token"
Record = dict[str, Any]
Rows = Callable[..., list[tuple[Any, ...]]]


def all_of_crm(client: httpx.Client, kind: str, **params: Any) -> tuple[list[Record], list[int]]:
    """Every record, and the total that each page told."""
    records: list[Record] = []
    totals = []
    while True:
        page = client.get(CRM_PATHS[kind], params=params).raise_for_status().json()
        records += page["results"]
        totals.append(page["total"])
        if "paging" not in page:
            return records, totals
        params["after"] = page["paging"]["next"]["after"]


def all_of_desk(client: httpx.Client, kind: str, **params: Any) -> tuple[list[Record], list[int]]:
    """Every record, and the count that each page told."""
    records: list[Record] = []
    totals = []
    while True:
        page = client.get(f"/api/v2/incremental/{kind}/cursor.json", params=params).raise_for_status().json()
        records += page[kind]
        totals.append(page["count"])
        if page["end_of_stream"]:
            return records, totals
        params["cursor"] = page["after_cursor"]
