"""Two clocks: the type's, which runs faster in its season, and the hour at which people of the shop order.

A moment of the process is a *clock day*: 12.25 is a quarter of day 12's orders, not six in the morning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from mining_tasks.demo.planted.buying.habits import Floats, Ints, types
from mining_tasks.demo.planted.world import World

HOURS = 25  # of the longest day


@lru_cache(maxsize=4)
def speeds(world: World) -> Floats:
    """How fast each type's clock runs on each day, types × all_days; a year's months average 1."""
    months = np.array([kind.get("months", [1.0] * 12) for kind in types(world)], np.float64)
    months /= months.mean(axis=1, keepdims=True)
    dates = np.datetime64(world.first_day) + np.arange(world.all_days)
    return months[:, dates.astype("datetime64[M]").astype(int) % 12]


@dataclass(frozen=True)
class TypeClock:
    """Clock days to the type's own time and back, for all types in one interpolation each."""

    days: Floats  # types follow one another, `step` days apart
    times: Floats
    step: float
    ends: Floats  # the type's own time at the end of all days, on the common scale
    starts: Floats

    def time(self, kind: Ints, day: Floats) -> Floats:
        """The own time of that type at a clock day."""
        return np.interp(day + kind * self.step, self.days, self.times)

    def day(self, kind: Ints, time: Floats) -> Floats:
        """The clock day at which the type's own time has come; beyond the last day for whatever lies beyond."""
        within = np.minimum(time, self.ends[kind] + 0.5)
        return np.interp(within, self.times, self.days) - kind * self.step


@lru_cache(maxsize=4)
def type_clock(world: World) -> TypeClock:
    """The clocks of all types over all days."""
    passed = np.cumsum(np.insert(speeds(world), 0, 0.0, axis=1), axis=1)
    starts = np.insert(np.cumsum(passed[:, -1] + 1.0), 0, 0.0)[:-1]  # a gap of 1 keeps the types apart
    step = world.all_days + 1.0
    days = np.arange(world.all_days + 1.0) + np.arange(len(passed))[:, None] * step
    times = passed + starts[:, None]
    return TypeClock(days.ravel(), times.ravel(), step, times[:, -1], starts)


@lru_cache(maxsize=4)
def _hour_grid(world: World) -> tuple[Floats, Floats]:
    """Clock days and epoch seconds at the end of every hour: what lies between is even."""
    buying = world.settings["buying"]
    shares = np.array([_hours(world, day, buying) for day in range(world.all_days)])
    passed = np.cumsum(np.insert(shares, 0, 0.0, axis=1), axis=1) / shares.sum(axis=1, keepdims=True)
    lengths = np.diff(world.midnights)[:, None]
    seconds = world.midnights[:-1, None] + np.minimum(np.arange(HOURS + 1) * 3600, lengths)
    return (np.arange(world.all_days)[:, None] + passed).ravel(), seconds.ravel().astype(np.float64)


def _hours(world: World, day: int, buying: Mapping[str, Any]) -> Floats:
    """What share of the day's orders falls into each hour that really passes: 23, 24 or 25 of them."""
    begin = datetime.fromtimestamp(int(world.midnights[day]), UTC)
    count = int(world.midnights[day + 1] - world.midnights[day]) // 3600
    local = [(begin + timedelta(hours=n)).astimezone(world.zone).hour for n in range(count)]
    weekend = (world.first_day + timedelta(days=day)).weekday() >= 5
    weights = np.array(buying["hours_weekend" if weekend else "hours_workday"], np.float64)[local]
    repeated = np.array([local.count(hour) > 1 for hour in local])
    if repeated.any():
        weights[repeated] = weights[~repeated].sum() * buying["repeated_hour_share"]
    return np.append(weights, np.zeros(HOURS - count))


def seconds_at(world: World, clock_day: Floats) -> Ints:
    """When an order of that clock day is placed, in epoch seconds UTC; later clock days are later seconds."""
    days, seconds = _hour_grid(world)
    return np.floor(np.interp(clock_day, days, seconds)).astype(np.int64)
