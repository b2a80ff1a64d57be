"""What truly lies ahead of each customer of a night: what is to be expected of her, and what then came."""

from mining_tasks.demo.ahead.shown import show

__all__ = ["show"]
