"""Pages through a silo to its end, as the documentation of the real systems says."""

from typing import Any

import httpx

CRM_PATHS = {
    "contacts": "/crm/v3/objects/contacts",
    "campaigns": "/crm/v3/objects/campaigns",
    "campaign_contacts": "/crm/v3/objects/campaign_contacts",
    "statuses": "/communication-preferences/v3/statuses",
}
Record = dict[str, Any]


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
