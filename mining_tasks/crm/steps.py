"""The door of the crm room: fetch, tidy, merge."""

from mining_tasks.crm.fetch import fetch
from mining_tasks.crm.tidy import merge, tidy

__all__ = ["fetch", "merge", "tidy"]
