"""When people were born: partners of an age, children a generation later, twins on one day."""

import numpy as np

from mining_tasks.demo.planted.people.homes import CHILD, PARTNER, Homes
from mining_tasks.demo.planted.people.lists import Shares
from mining_tasks.demo.planted.world import World

YOUNGEST, OLDEST = 16.0, 95.0
YEAR_DAYS = 365.2425


def birth_dates(world: World, lived: Homes, rng: np.random.Generator) -> np.ndarray:
    """One date (datetime64[D]) per person; ages are as of the last day."""
    luck = rng.random((2, len(lived.of)))
    head = 20 + 62 * rng.beta(1.6, 2.3, len(lived.size))
    has_child = np.zeros(len(lived.size), bool)
    has_child[lived.of[lived.role == CHILD]] = True
    head = np.where(has_child & (lived.trap != "twin"), np.maximum(head, 38 + head / 4), head)[lived.of]
    age = np.select(
        [lived.place == 0, lived.role == PARTNER, lived.role == CHILD],
        [head, head + 8 * (luck[0] - 0.55), head - 20 - 18 * luck[1]],
        20 + 25 * luck[0],
    )
    age = _one_day_for_twins(lived, np.clip(age, YOUNGEST + luck[0], OLDEST - luck[1]))
    last = np.datetime64(world.last_day, "D")
    return np.asarray(last - np.round(age * YEAR_DAYS).astype("timedelta64[D]"))


def _one_day_for_twins(lived: Homes, age: Shares) -> Shares:
    second = np.flatnonzero(lived.in_trap & (lived.trap[lived.of] == "twin"))[1::2]
    age[second] = age[second - 1]
    return age
