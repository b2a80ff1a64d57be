"""Letters before they are written: who writes on which day about what, in which mood, and the incident among them."""

import numpy as np

from mining_tasks.demo.planted.words.desk import DAYS_IN_YEAR, Desk, few, hours, shares
from mining_tasks.demo.planted.words.grammar import ASPECTS, SENTIMENTS
from mining_tasks.demo.planted.world import Block, World

NO_ORDER = -1
DAYS_BEFORE = 28  # tell how many letters a day are ordinary
DELIVERY, NEGATIVE = ASPECTS.index("delivery"), list(SENTIMENTS).index("neg")
LETTER = np.dtype(
    [
        ("account", np.int64),  # row of the desk's account
        ("order", np.int64),  # row of the desk's order, or NO_ORDER
        ("day", np.int64),
        ("second", np.int64),  # of the day
        ("aspect", np.int8),
        ("sentiment", np.int8),
        ("is_late", bool),
        ("is_incident", bool),
    ]
)


def letters(rng: np.random.Generator, world: World, block: Block, there: Desk) -> np.ndarray:
    """All letters of one block, an array of LETTER by time."""
    settings = world.settings["words"]["tickets"]
    wanted = block.persons * world.days * settings["per_person_and_year"] / DAYS_IN_YEAR
    about_orders = _about_orders(rng, world, there, wanted * settings["on_orders_share"])
    others = _about_nothing(rng, world, there, wanted * (1 - settings["on_orders_share"]))
    ordinary = _put_off(rng, world, _felt(rng, world, np.concatenate([about_orders, others])))
    found = np.concatenate([ordinary, _incident(rng, world, there, ordinary["day"])])
    return np.asarray(found[np.lexsort((found["account"], found["second"], found["day"]))])


def moments(world: World, found: np.ndarray) -> np.ndarray:
    """When each letter was written, epoch seconds UTC."""
    return np.asarray(world.midnights[found["day"]] + found["second"])


def _about_orders(rng: np.random.Generator, world: World, there: Desk, wanted: float) -> np.ndarray:
    """Some days after an order, and later if it came late; what would be written after the last day is left out."""
    settings = world.settings["words"]["tickets"]
    order = few(rng, len(there.order_id), wanted)
    found = np.zeros(len(order), LETTER)
    found["is_late"] = rng.random(len(order)) < settings["late_share"]
    (low, high), (late_low, late_high) = settings["days_after"], settings["days_after_late"]
    soon, later = rng.integers(low, high + 1, len(order)), rng.integers(late_low, late_high + 1, len(order))
    found["order"], found["day"] = order, there.order_day[order] + np.where(found["is_late"], later, soon)
    return _written(rng, world, there, found[found["day"] < world.days])


def _about_nothing(rng: np.random.Generator, world: World, there: Desk, wanted: float) -> np.ndarray:
    """At any time after the account was opened, each account as often as it is old."""
    begins = np.maximum(there.opened_at, world.midnights[0])
    ages = np.maximum(world.midnights[world.days] - begins, 0).cumsum()
    found = np.zeros(rng.poisson(wanted) if len(ages) and ages[-1] else 0, LETTER)
    drawn = np.sort(rng.integers(0, ages[-1], len(found))) if len(found) else found["day"]
    account = np.searchsorted(ages, drawn, "right")
    at = world.midnights[world.days] - (ages[account] - drawn)
    found["account"], found["order"] = account, NO_ORDER
    found["day"] = np.searchsorted(world.midnights, at, "right") - 1
    found["second"] = at - world.midnights[found["day"]]
    return found


def _written(rng: np.random.Generator, world: World, there: Desk, found: np.ndarray) -> np.ndarray:
    """Letters about orders with the hour of the day and the account they come from."""
    found["second"] = hours(rng, len(found))
    found["account"] = there.known(rng, there.writer[found["order"]], moments(world, found))
    return found


def _felt(rng: np.random.Generator, world: World, found: np.ndarray) -> np.ndarray:
    """Letters with their aspect and sentiment; a late delivery is what most write about, and few do so kindly."""
    settings, count = world.settings["words"]["tickets"], len(found)
    complains = found["is_late"] & (rng.random(count) < settings["late_is_about_delivery_share"])
    found["aspect"] = np.where(complains, DELIVERY, shares(rng, settings["aspects"], count))
    angry = complains & (rng.random(count) < settings["late_is_negative_share"])
    found["sentiment"] = np.where(angry, NEGATIVE, shares(rng, settings["sentiments"], count))
    return found


def _put_off(rng: np.random.Generator, world: World, found: np.ndarray) -> np.ndarray:
    """Letters of the days before a busy day, some of which wait for it: more letters of the same kind."""
    busy = world.settings["words"]["busy"]
    for before_last in sorted(busy["days_before_last"], reverse=True):
        day = world.days - 1 - before_last
        waits = (found["day"] < day) & (found["day"] >= day - busy["put_off_days"]) & (day >= 0)
        waits &= rng.random(len(found)) < busy["put_off_share"]
        found["day"][waits] = day
        found["second"][waits] = hours(rng, int(waits.sum()))
    return found


def _incident(rng: np.random.Generator, world: World, there: Desk, ordinary_days: np.ndarray) -> np.ndarray:
    """Orders on their way when the carrier stood still: letters of one day, all negative, about delivery."""
    incident = world.settings["words"]["incident"]
    day = world.days - 1 - incident["days_before_last"]
    waiting = np.flatnonzero((there.order_day < day) & (there.order_day >= day - incident["orders_of_days"]))
    known = max(min(day, DAYS_BEFORE), 1)
    before = ((ordinary_days < day) & (ordinary_days >= day - known)).sum() / known
    chosen = few(rng, len(waiting), before * incident["volume"])
    found = np.zeros(len(chosen), LETTER)
    found["order"], found["day"] = waiting[chosen], day
    found["aspect"], found["sentiment"], found["is_incident"] = DELIVERY, NEGATIVE, True
    return _written(rng, world, there, found)
