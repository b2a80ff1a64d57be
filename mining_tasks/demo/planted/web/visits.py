"""Visits before their pages are known: who came by which channel, when, and how it ended."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from mining_tasks.demo.planted.web.baskets import HOUR, NONE, Baskets, counted_from
from mining_tasks.demo.planted.web.chain import Chain, Paths
from mining_tasks.demo.planted.web.friction import Friction, drawn_cells
from mining_tasks.demo.planted.world import Block, World

DAY = 86_400


class Ends(IntEnum):
    """How a visit ends; bots and tests are no visits of people."""

    BROWSED = 0
    FAILED = 1
    BOUGHT = 2
    BOT = 3
    TEST = 4


VISIT = np.dtype(
    [
        ("ended_at", np.int64),
        ("visitor", np.int64),
        ("channel", np.int8),
        ("ends", np.int8),
        ("order", np.int32),  # row of the order whose path this is, or NONE
        ("basket", np.int32),  # row of the order whose basket lies in the cart, or NONE
        ("intent", np.int8),  # 0 low, 1 high, NONE where no checkout was shown
        ("slow", np.int8),  # 0 fast, 1 slow, NONE where no checkout was shown
    ]
)


@dataclass(frozen=True)
class Ground:
    """What visits of one block grow from."""

    world: World
    block: Block
    chain: Chain
    friction: Friction
    baskets: Baskets


def visits(ground: Ground) -> np.ndarray:
    """All visits of one block, an array of VISIT by time; visitors are numbered from 0."""
    rng = ground.world.rng("web visits", ground.block.number)
    people = _fail_some(rng, ground, np.concatenate([_buyers(rng, ground), _prospects(rng, ground)]))
    everybody = np.concatenate([people, *_others(rng, ground, people)])
    return np.asarray(everybody[np.lexsort((everybody["visitor"], everybody["ended_at"]))])


def _buyers(rng: np.random.Generator, ground: Ground) -> np.ndarray:
    """One path for each tracked order; its last visit buys."""
    placed_at = ground.baskets.placed_at[: ground.baskets.wishes]
    paths = ground.chain.paths(rng, len(placed_at), buy=True)
    found = _walked(rng, ground.world, paths, placed_at)
    found["order"] = paths.path
    found["visitor"] = _cookies(rng, ground, found["ended_at"][np.roll(paths.is_last, 1)])[paths.path]
    last = found[paths.is_last]
    last["ends"], last["basket"] = Ends.BOUGHT, last["order"]
    last["intent"], last["slow"] = drawn_cells(rng, ground.friction.bought, len(last))
    found[paths.is_last] = last
    return found


def _cookies(rng: np.random.Generator, ground: Ground, began_at: np.ndarray) -> np.ndarray:
    """The visitor of each path: a new one now and then, and where a path began before the person's last purchase."""
    person, placed_at = (values[: len(began_at)] for values in (ground.baskets.person, ground.baskets.placed_at))
    is_new = rng.random(len(person)) < ground.world.settings["web"]["cookie_renewed_share"]
    is_new[1:] |= (person[1:] != person[:-1]) | (began_at[1:] - HOUR < placed_at[:-1])
    return np.asarray(is_new.cumsum())


def _prospects(rng: np.random.Generator, ground: Ground) -> np.ndarray:
    """Paths of strangers who never buy, in the planted ratio to those that do, at times when others buy."""
    placed_at = ground.baskets.placed_at[: ground.baskets.wishes]
    count = round(len(placed_at) * ground.chain.lost_per_purchase)
    days = ground.world.settings["web"]["prospect_days"]
    ended_at = rng.choice(placed_at, count) if count else placed_at
    later = DAY * rng.integers(-days, days, count, endpoint=True) + rng.integers(-2 * HOUR, 2 * HOUR, count)
    paths = ground.chain.paths(rng, count, buy=False)
    found = _walked(rng, ground.world, paths, _folded(ground.world, ended_at + later))
    found["visitor"] = len(placed_at) + 1 + paths.path
    return found


def _walked(rng: np.random.Generator, world: World, paths: Paths, ended_at: np.ndarray) -> np.ndarray:
    """Visits of paths whose last visits end at the given times; a path is hurried that would begin before day 0."""
    web, count = world.settings["web"], len(paths.path)
    days = rng.geometric(1 / web["gap_days"], count) * (rng.random(count) >= web["same_day_share"])
    soon, later = rng.integers(HOUR, 5 * HOUR, count), days * DAY + rng.integers(-3 * HOUR, 3 * HOUR, count)
    walked = np.where(days == 0, soon, later).cumsum()
    before_end = walked[paths.is_last][paths.path] - walked
    longest = np.maximum(before_end[np.roll(paths.is_last, 1)], 1)
    hurry = np.minimum((ended_at - world.midnights[0] - HOUR) / longest, 1.0)[paths.path]
    found = np.full(count, NONE, VISIT)
    found["ended_at"] = ended_at[paths.path] - (before_end * hurry).astype(np.int64)
    found["channel"], found["ends"] = paths.channel, Ends.BROWSED
    return found


def _fail_some(rng: np.random.Generator, ground: Ground, found: np.ndarray) -> np.ndarray:
    """Lets visits that do not buy come to the checkout and fail there, as often as the orders ask for.

    A channel whose visits buy with probability r brings visits to the checkout with probability r / p, where p is the
    success of all attempts; so a visit that does not buy has failed there with r (1 - p) / p / (1 - r).
    """
    dear = np.bincount(ground.baskets.is_dear[: ground.baskets.wishes], minlength=2)
    weights = dear[:, None, None] * ground.friction.failed_per_bought
    buys = ground.chain.buys[1:]
    chance = buys / (1 - buys) * weights.sum() / max(dear.sum(), 1)
    if (chance > 1).any():
        raise ValueError("web.chain: a channel would need more failed checkouts than it has visits; lower its purchase")
    fails = (found["ends"] == Ends.BROWSED) & (rng.random(len(found)) < chance[found["channel"]])
    failed = found[fails]
    is_dear, failed["intent"], failed["slow"] = drawn_cells(rng, weights, len(failed))
    failed["basket"], failed["ends"] = _borrowed(rng, ground.baskets, is_dear), Ends.FAILED
    found[fails] = failed
    return found


def _borrowed(rng: np.random.Generator, baskets: Baskets, is_dear: np.ndarray) -> np.ndarray:
    """For each failed attempt an order whose parcel is as dear, and whose basket it shows."""
    by_dear = np.argsort(baskets.is_dear[: baskets.wishes], kind="stable")
    cheap = int((~baskets.is_dear[: baskets.wishes]).sum())
    first = np.where(is_dear == 1, cheap, 0)
    among = np.where(is_dear == 1, len(by_dear) - cheap, cheap)
    return np.asarray(by_dear[first + (rng.random(len(is_dear)) * among).astype(np.int64)])


def _others(rng: np.random.Generator, ground: Ground, people: np.ndarray) -> list[np.ndarray]:
    """Visits of programs, and of the shop's own staff who try the checkout, each of a visitor of its own."""
    wanted = ground.world.settings["web"]["bots_per_visit"] * len(people)
    bots, tests = (np.full(count, NONE, VISIT) for count in (rng.poisson(wanted), ground.baskets.tests))
    bots["ends"], tests["ends"] = Ends.BOT, Ends.TEST
    bots["ended_at"] = rng.choice(people["ended_at"], len(bots)) if len(bots) else 0
    tests["ended_at"] = ground.baskets.placed_at[ground.baskets.wishes :]
    tests["order"] = tests["basket"] = ground.baskets.wishes + np.arange(len(tests))
    first = people["visitor"].max(initial=0) + 1
    for others in (bots, tests):
        others["channel"] = ground.chain.channels.index("direct")
        others["visitor"] = first + np.arange(len(others))
        first += len(others)
    return [bots, tests]


def _folded(world: World, at: np.ndarray) -> np.ndarray:
    """Times outside the counter's days thrown back from their first or last moment as by a mirror."""
    first, last = counted_from(world), world.midnights[world.days] - 1
    return np.asarray(last - np.abs((at - first) % (2 * (last - first)) - (last - first)))
