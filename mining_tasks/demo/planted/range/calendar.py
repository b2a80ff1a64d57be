"""The days of the planted shop: weekday, place in the year, and which holiday a day belongs to."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.world import World

HOLIDAYS = ("christmas", "easter", "black_friday")
ANY_MONDAY = 4  # 1970-01-05 was one


@lru_cache(maxsize=4)
def dates(world: World) -> Numbers:
    """Every day, future ones too, as datetime64[D]."""
    days: Numbers = np.datetime64(world.first_day, "D") + np.arange(world.all_days)
    return days


def weekdays(world: World) -> Numbers:
    """0 for Monday … 6 for Sunday."""
    numbers: Numbers = (dates(world).astype(np.int64) - ANY_MONDAY) % 7
    return numbers


def years_since_january(world: World) -> Numbers:
    """How much of its year has passed on each day, 0 to 1."""
    starts = dates(world).astype("datetime64[Y]").astype("datetime64[D]")
    passed: Numbers = (dates(world) - starts).astype(np.float64) / 365.25
    return passed


@lru_cache(maxsize=4)
def holidays(world: World) -> dict[str, Numbers]:
    """For each holiday whether a day is one on which people buy for it."""
    years = range(world.first_day.year, (world.first_day + timedelta(days=world.all_days)).year + 1)
    spans = {
        "christmas": [(date(year, 12, 1), date(year, 12, 23)) for year in years],
        "easter": [(easter(year) - timedelta(days=10), easter(year) - timedelta(days=1)) for year in years],
        "black_friday": [(black_friday(year), black_friday(year) + timedelta(days=3)) for year in years],
    }
    return {name: _inside(dates(world), spans[name]) for name in HOLIDAYS}


def _inside(days: Numbers, spans: list[tuple[date, date]]) -> Numbers:
    inside = np.zeros(len(days), bool)
    for first, last in spans:
        inside |= (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    return inside


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature 1876)."""
    century, of_century = divmod(year, 100)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - century // 4 - shift + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)
