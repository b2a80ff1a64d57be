"""The door of the support room: fetch, tidy, merge."""

from mining_tasks.support.fetch import fetch
from mining_tasks.support.tidy import merge, tidy

__all__ = ["fetch", "merge", "tidy"]
