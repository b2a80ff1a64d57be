"""The definition of churn that a model is taught and judged by: derived from the shop's own past, then kept."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from mining_tasks.churn.gaps import Days, Numbers
from mining_tasks.churn.horizon import Asked, Group, Horizons, horizons
from mining_tasks.churn.labels import longest

FIRST_ORDERS = 0.01  # so many orders may lie before the shop's first day: a few of long ago open no shop
DIGITS = 6


def derived(customer: Days, day: Days, night: int, asked: Asked) -> Horizons:
    """The definition from orders (a customer number and a day number each), as of a longest horizon before the night.

    What came later is for the holdout, of which nothing may be known when the question is put. A shop too young for
    the horizons it asks for gets shorter ones, and the definition says so.
    """
    most = longest(first_day(day, night), night, asked.longest_days)
    bounded = replace(asked, longest_days=most, shortest_days=min(asked.shortest_days, most))
    made = horizons(customer, day, night - most, bounded)
    return replace(made, groups=tuple(_young(group, most < asked.longest_days) for group in made.groups))


def first_day(day: Days, night: int) -> int:
    """The day from which on the shop has customers: a few orders of long ago do not count."""
    seen = day[day <= night]
    return int(np.quantile(seen, FIRST_ORDERS, method="inverted_cdf")) if len(seen) else night


def is_kept(before: Horizons, now: Horizons, pace: Numbers, shift: float) -> bool:
    """Whether a definition still fits: no customer's horizon differs by more than that share from the one derived anew.

    Judged by the median customer of the most changed group of the old definition; a model's question must not move
    with every night's noise. pace: mean days between orders of tonight's customers, NaN for one order.
    """
    if before.asked.fixed_days != now.asked.fixed_days or not len(pace):
        return before.asked == now.asked
    old, new = before.days(pace).astype(np.float64), now.days(pace).astype(np.float64)
    places = before.places(pace)
    apart = [np.median(np.abs(new - old)[places == place] / old[places == place]) for place in np.unique(places)]
    return bool(max(apart) <= shift)


def longest_days(by: Horizons) -> int:
    """The longest horizon of any group: labels are known so long after their cut-off."""
    return max(group.horizon_days for group in by.groups)


def facts(by: Horizons) -> dict[str, Any]:
    """The definition for a model's card; `read` is its inverse."""
    groups = [{**asdict(group), "staying": [round(each, DIGITS) for each in group.staying]} for group in by.groups]
    plain = [{name: _plain(value) for name, value in group.items()} for group in groups]
    return {"cut_off": by.cut_off, "groups": plain, "asked": asdict(by.asked)}


def read(card: Mapping[str, Any]) -> Horizons:
    """The definition on a card."""
    groups = tuple(Group(**{name: _number(name, value) for name, value in each.items()}) for each in card["groups"])
    return Horizons(card["cut_off"], groups, Asked(**card["asked"]))


def _young(group: Group, is_young: bool) -> Group:
    why = group.why.replace("is the longest allowed", "is the longest that so young a shop can teach")
    return replace(group, why=why) if is_young else group


def _plain(value: Any) -> Any:
    """JSON knows neither infinity nor what is no number."""
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else "inf"
    return value


def _number(name: str, value: Any) -> Any:
    if name == "staying":
        return tuple(value)
    return float("nan") if value is None else float("inf") if value == "inf" else value
