"""The orders people place of their own accord: BG/NBD, all persons' next gap at once, until all are gone.

Fader, Hardie, Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005: while active, a person orders
as a Poisson process of her rate; after an order she leaves for good with her chance. The process runs on the clock of
her type (seasons), and a contact that harms thins it: such an order does not happen, and no coin is tossed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mining_tasks.demo.planted.buying.clock import type_clock
from mining_tasks.demo.planted.buying.habits import Bools, Floats, Habits, Ints
from mining_tasks.demo.planted.world import World


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
class Own:
    """One row per order that a person placed of her own accord."""

    person: Ints
    clock_day: Floats
    is_last: Bools  # she left after it

    def left_days(self, count: int) -> Floats:
        """The clock day on which each of the `count` persons of the block left; infinite where she has not."""
        return left_days(count, self.person[self.is_last], self.clock_day[self.is_last])


def left_days(count: int, person: Ints, clock_day: Floats) -> Floats:
    """The same from everybody's last order."""
    days = np.full(count, np.inf)
    days[person] = clock_day
    return days


def first_days(world: World, habits: Habits, joined: Ints, rng: np.random.Generator) -> Floats:
    """The clock day of each person's first order; beyond all days where she never buys.

    Who joined before day 0 is in the midst of her gaps then, which have no memory.
    """
    kind, clock = habits.type_number, type_clock(world)
    inside_the_day = rng.random(len(kind))
    waited = rng.standard_exponential(len(kind)) / habits.rate
    later = clock.day(kind, clock.starts[kind] + waited)
    return np.where(habits.buys, np.where(joined >= 0, joined + inside_the_day, later), np.inf)


def own_orders(world: World, habits: Habits, first: Floats, harms: Harms, rng: np.random.Generator) -> Own:
    """Every order up to the end of all days, grouped by round: first orders, second orders, …"""
    rounds = list(_rounds(world, habits, first, harms, rng))
    return Own(*(np.concatenate(parts) for parts in zip(*rounds, strict=True)))


def _rounds(
    world: World, habits: Habits, first: Floats, harms: Harms, rng: np.random.Generator
) -> Iterator[tuple[Ints, Floats, Bools]]:
    clock, count = type_clock(world), len(first)
    active = np.flatnonzero(first < world.all_days)
    day = first[active]
    leaves = rng.random(len(active)) < habits.leaves[active]
    leaves &= world.settings["buying"]["leaves_after_first_order"]
    yield active, day, leaves
    active, day = active[~leaves], day[~leaves]
    while len(active):
        kind = habits.type_number[active]
        gap = rng.standard_exponential(len(active)) / habits.rate[active]
        day = clock.day(kind, clock.time(kind, day) + gap)
        active, day = active[day < world.all_days], day[day < world.all_days]
        happens = rng.random(len(active)) >= harms.at(active, day, count)
        leaves = happens & (rng.random(len(active)) < habits.leaves[active])
        yield active[happens], day[happens], leaves[happens]
        active, day = active[~leaves], day[~leaves]
