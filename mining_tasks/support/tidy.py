"""What landed from the support desk, typed; and our picture of it, brought up to date."""

from collections.abc import Sequence
from datetime import date

from mining_tasks.sources import tidy as rows


def tidy(night: date, addresses: Sequence[str]) -> list[str]:
    """Landed text to drafts of raw_support__*: bad rows go to quarantine; returns the drafts' addresses."""
    return rows.tidy("support", night, addresses)


def merge(night: date) -> list[str]:
    """Yesterday's core_support__* and tonight's accepted raw rows to tonight's drafts; returns their addresses."""
    return rows.merge("support", night)
