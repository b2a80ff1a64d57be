"""The door of the shop room: fetch, tidy, merge."""

from mining_tasks.shop.fetch import fetch
from mining_tasks.shop.tidy import merge, tidy

__all__ = ["fetch", "merge", "tidy"]
