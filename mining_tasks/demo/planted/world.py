"""What every topic of the planted shop knows: its size, its calendar, its settings, and seeded random numbers."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np

BLOCK_PERSONS = 20_000  # bounds the memory of a worker; a larger block is hardly faster
HORIZON_DAYS = 365  # what happens so long after the last day is known to the truth alone


@dataclass(frozen=True)
class Block:
    """Persons `first` … `first + persons - 1`, who are made together; nothing reaches from one block to another."""

    number: int
    first: int
    persons: int


@dataclass(frozen=True)
class World:
    """A planted shop of `customers` persons whose silos tell of `days` business days, the last of which is fixed."""

    customers: int
    days: int
    seed: int

    @cached_property
    def settings(self) -> MappingProxyType[str, Any]:
        """`settings.toml`, by section."""
        text = Path(__file__).with_name("settings.toml").read_text(encoding="utf-8")
        return MappingProxyType(tomllib.loads(text))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the shop's business day and of the naive times in its database."""
        return ZoneInfo(self.settings["shop"]["timezone"])

    @cached_property
    def last_day(self) -> date:
        """The last business day that the silos tell of."""
        last: date = self.settings["shop"]["last_day"]
        return last

    @cached_property
    def first_day(self) -> date:
        """Day number 0."""
        return self.last_day - timedelta(days=self.days - 1)

    @cached_property
    def all_days(self) -> int:
        """Days including the horizon that only the truth knows."""
        return self.days + HORIZON_DAYS

    @cached_property
    def midnights(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """When each day begins and the last one ends, in epoch seconds UTC: `all_days + 1` numbers."""
        return np.array([self.midnight(day) for day in range(self.all_days + 1)], np.int64)

    def midnight(self, day: int) -> int:
        """When the day of that number begins in the shop's zone, in epoch seconds UTC; negative days are earlier."""
        at = self.first_day + timedelta(days=day)
        return int(datetime(at.year, at.month, at.day, tzinfo=self.zone).astimezone(UTC).timestamp())

    def day_of(self, night: date) -> int:
        """The number of a calendar day."""
        return (night - self.first_day).days

    def blocks(self) -> list[Block]:
        """All persons in blocks, in order."""
        firsts = range(0, self.customers, BLOCK_PERSONS)
        return [Block(n, first, min(BLOCK_PERSONS, self.customers - first)) for n, first in enumerate(firsts)]

    def rng(self, topic: str, block: int = -1) -> np.random.Generator:
        """Random numbers of one topic in one block (of the whole shop without one): same seed, same numbers."""
        return np.random.Generator(
            np.random.Philox(np.random.SeedSequence([self.seed, crc32(topic.encode()), block + 1]))
        )
