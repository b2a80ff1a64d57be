"""How demand swings with the week, the year, the holidays and the years: logs of factors, and the truth in words."""

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.range.calendar import HOLIDAYS, holidays, weekdays, years_since_january
from mining_tasks.demo.planted.range.catalogue import Numbers, catalogue
from mining_tasks.demo.planted.world import World


def log_season(world: World) -> Numbers:
    """Products × days: week, year, holidays and trend together, as a log."""
    said, known = world.settings["range"]["departments"], catalogue(world)
    week = np.log([department["weekdays"] for department in said])[:, weekdays(world)]
    feasts = np.log([[department["holidays"][name] for name in HOLIDAYS] for department in said])
    shared = week + feasts @ np.array([holidays(world)[name] for name in HOLIDAYS], np.float64)
    year = np.array([d["yearly"] for d in said])[:, None] * np.cos(_angle(world, [d["peak_month"] for d in said]))
    trend = known.trend_year[:, None] * (np.arange(world.all_days) / 365.25)
    season: Numbers = (shared + year)[known.department] + trend
    return season


def _angle(world: World, peaks: list[int]) -> Numbers:
    """Departments × days: 0 in the middle of the peak month, a full turn a year."""
    middle = (np.array(peaks) - 0.5) / 12
    turned: Numbers = 2 * np.pi * (years_since_january(world)[None, :] - middle[:, None])
    return turned


def seasons(world: World) -> pa.Table:
    """The planted factors: department, kind_code (weekday | month | holiday), value_code, factor.

    A month's factor is that of its middle; the factors of a day multiply.
    """
    rows = []
    for department in world.settings["range"]["departments"]:
        middle = 2 * np.pi * (np.arange(1, 13) - department["peak_month"]) / 12
        months = np.exp(department["yearly"] * np.cos(middle))
        factors = {
            "weekday": {str(day): float(factor) for day, factor in enumerate(department["weekdays"])},
            "month": {str(month): float(factor) for month, factor in enumerate(months, 1)},
            "holiday": {name: float(department["holidays"][name]) for name in HOLIDAYS},
        }
        rows += [
            {"department": department["name"], "kind_code": kind, "value_code": value, "factor": factor}
            for kind, values in factors.items()
            for value, factor in values.items()
        ]
    return pa.Table.from_pylist(rows)
