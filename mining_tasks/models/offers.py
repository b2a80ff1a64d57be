"""Which campaigns of the CRM are one offer, made again and again: what a response was foretold for."""

import re
from collections.abc import Sequence

import pyarrow as pa

from mining_tasks.warehouse.shelf import Partition

CODES = pa.schema([("campaign_id_crm", pa.string()), ("campaign_code", pa.string())])


def of_campaigns(reads: Sequence[Partition]) -> pa.Table:
    """The offer of each campaign, by kind and channel; empty without a CRM."""
    part = next((part for part in reads if part.table.name == "core_crm__campaigns"), None)
    rows = part.arrow(["campaign_id_crm", "type_code", "channel_code"]).to_pylist() if part else []
    told = [(row["campaign_id_crm"], code_of(row["type_code"], row["channel_code"])) for row in rows]
    return pa.Table.from_pylist([dict(zip(CODES.names, each, strict=True)) for each in told], CODES)


def code_of(type_code: str | None, channel_code: str | None) -> str:
    """`Type A` by post → `type_a_post`."""
    words = re.findall(r"[a-z0-9]+", f"{type_code or 'campaign'} {channel_code or ''}".lower())
    return "_".join(words)[:80]
