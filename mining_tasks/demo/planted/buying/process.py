"""The orders people place: BG/NBD, all persons' next gap at once, until all are gone.

Fader, Hardie, Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005: while active, a person orders
as a Poisson process of her rate; after an order she leaves for good with her chance. The process runs on the clock of
her type (seasons). A contact that harms thins it: such an order does not happen, and no coin is tossed. A contact that
moves adds one order if she has not left by then, and after it she may leave as after any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mining_tasks.demo.planted.buying.clock import type_clock
from mining_tasks.demo.planted.buying.habits import Bools, Floats, Habits, Ints
from mining_tasks.demo.planted.world import World

NO_CAMPAIGN = -1


@dataclass(frozen=True)
class Harms:
    """When contacts put people of a block off: one row per harmful contact."""

    person: Ints  # row of the person in her block
    starts: Floats  # clock day
    ends: Floats
    share: Floats  # of her own orders that do not happen

    def at(self, persons: Ints, days: Floats, count: int) -> Floats:
        """The share of orders that do not happen, per given person and clock day; `count` persons in the block."""
        happen = np.ones(len(persons))
        row = np.full(count, -1)
        row[persons] = np.arange(len(persons))
        asked = row[self.person]
        known = asked >= 0
        asked, harm = asked[known], np.flatnonzero(known)
        inside = (self.starts[harm] <= days[asked]) & (days[asked] < self.ends[harm])
        np.multiply.at(happen, asked[inside], 1.0 - self.share[harm[inside]])
        return 1.0 - happen


@dataclass(frozen=True)
class Added:
    """Orders that contacts add if the person is still a customer by then: by person, then clock day."""

    person: Ints  # row of the person in her block
    clock_day: Floats
    campaign: Ints

    def after(self, persons: Ints, days: Floats, step: float) -> tuple[Floats, Ints]:
        """The clock day of each given person's next one after that day, infinite if none comes, and its campaign; all
        days lie below `step`."""
        row = np.searchsorted(self.person * step + self.clock_day, persons * step + days, side="right")
        comes = np.append(self.person, -1)[row] == persons
        campaign: Ints = np.append(self.campaign, NO_CAMPAIGN)[row]
        return np.where(comes, np.append(self.clock_day, np.inf)[row], np.inf), campaign


@dataclass(frozen=True)
class Moves:
    """What contacts do to the persons of a block."""

    harms: Harms
    added: Added


@dataclass(frozen=True)
class Bought:
    """One row per order, of a person's own accord or added by a campaign."""

    person: Ints
    clock_day: Floats
    campaign: Ints  # NO_CAMPAIGN for her own
    is_last: Bools  # she left after it


def first_days(world: World, habits: Habits, joined: Ints, rng: np.random.Generator) -> Floats:
    """The clock day of each person's first order; beyond all days where she never buys.

    Who joined before day 0 is in the midst of her gaps then, which have no memory.
    """
    kind, clock = habits.type_number, type_clock(world)
    inside_the_day = rng.random(len(kind))
    waited = rng.standard_exponential(len(kind)) / habits.rate
    later = clock.day(kind, clock.starts[kind] + waited)
    return np.where(habits.buys, np.where(joined >= 0, joined + inside_the_day, later), np.inf)


def bought(world: World, habits: Habits, first: Floats, moves: Moves, rng: np.random.Generator) -> Bought:
    """Every order up to the end of all days, grouped by round: first orders, second orders, …"""
    rounds = list(_rounds(world, habits, first, moves, rng))
    return Bought(*(np.concatenate(parts) for parts in zip(*rounds, strict=True)))


def _rounds(
    world: World, habits: Habits, first: Floats, moves: Moves, rng: np.random.Generator
) -> Iterator[tuple[Ints, Floats, Ints, Bools]]:
    active = np.flatnonzero(first < world.all_days)
    day = first[active]
    leaves = rng.random(len(active)) < habits.leaves[active]
    leaves &= world.settings["buying"]["leaves_after_first_order"]
    yield active, day, np.full(len(active), NO_CAMPAIGN), leaves
    active, day = active[~leaves], day[~leaves]
    while len(active):
        own = _own_days(world, habits, active, day, rng)
        added, campaign = moves.added.after(active, day, world.all_days)
        day, campaign = np.minimum(own, added), np.where(added < own, campaign, NO_CAMPAIGN)
        soon = day < world.all_days
        active, day, campaign = active[soon], day[soon], campaign[soon]
        put_off = rng.random(len(active)) < moves.harms.at(active, day, len(first))
        happens = (campaign != NO_CAMPAIGN) | ~put_off
        leaves = happens & (rng.random(len(active)) < habits.leaves[active])
        yield active[happens], day[happens], campaign[happens], leaves[happens]
        active, day = active[~leaves], day[~leaves]


def _own_days(world: World, habits: Habits, active: Ints, day: Floats, rng: np.random.Generator) -> Floats:
    """The clock day of each one's next own order. Gaps have no memory: who ordered in between waits anew."""
    clock, kind = type_clock(world), habits.type_number[active]
    gap = rng.standard_exponential(len(active)) / habits.rate[active]
    return clock.day(kind, clock.time(kind, day) + gap)
