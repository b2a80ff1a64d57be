"""What landed from the shop's database, typed; and our picture of it, brought up to date."""

from collections.abc import Sequence
from datetime import date

from mining_tasks.sources import tidy as rows


def tidy(night: date, addresses: Sequence[str]) -> list[str]:
    """Landed text to drafts of raw_shop__*: bad rows go to quarantine; returns the drafts' addresses."""
    return rows.tidy("shop", night, addresses)


def merge(night: date) -> list[str]:
    """Yesterday's core_shop__* and tonight's accepted raw rows to tonight's drafts; returns their addresses."""
    return rows.merge("shop", night)
