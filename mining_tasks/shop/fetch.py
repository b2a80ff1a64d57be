"""What is new or changed at the shop's database."""

from datetime import date

from mining_tasks.sources.fetch import fetch as fetch_from


def fetch(night: date) -> list[str]:
    """Land the rows that changed up to the end of the night; returns the landings' addresses."""
    return fetch_from("shop", night)
