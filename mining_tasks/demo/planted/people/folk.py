"""The people of a block as they are, before any silo knows them: who lives with whom, and who is called what."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from mining_tasks.demo.planted.people import births, calling, homes
from mining_tasks.demo.planted.people.homes import Homes
from mining_tasks.demo.planted.people.lists import Flags, Numbers, Positions, Shares, Texts
from mining_tasks.demo.planted.world import Block, World

Dates = np.ndarray[Any, np.dtype[np.datetime64]]
LONG_AGO = -100_000.0  # as a day: before every account


@dataclass(frozen=True)
class Folk:
    """Arrays of one value per person, in the order of `person_id`; days are numbered as in `World`."""

    person_id: Numbers
    homes: Homes
    given: Positions  # row of calling.given_names()
    surname: Texts  # today's
    birth_name: Texts  # differs for those who took a partner's name
    married_day: Shares  # before it she bears her birth name; long ago for all others
    birth_date: Dates
    trap: Texts
    joined_day: Numbers

    @property
    def country(self) -> Positions:
        """Row of `homes.codes(world)`."""
        return np.asarray(self.homes.country[self.homes.of])

    @property
    def moved_day(self) -> Shares:
        """The day from which she lives at the second address of her household; infinite if she never moves."""
        return np.asarray(self.homes.moved_day[self.homes.of])


@lru_cache(maxsize=2)
def folk(world: World, block: Block) -> Folk:
    """The people of the block; both the persons and their accounts are made of it."""
    rng = world.rng("people", block.number)
    lived = homes.homes(world, block.persons, rng)
    called = calling.called(world, lived, rng)
    born = births.birth_dates(world, lived, rng)
    plain = lived.trap[lived.of] == ""
    trap = np.where(lived.in_trap, lived.trap[lived.of], np.full(block.persons, "", "U16"))
    one, other = _namesakes(world, lived, plain & (lived.size[lived.of] == 1), rng)
    for column in (called.given, called.surname, called.birth_name, born):
        column[other] = column[one]
    trap[np.concatenate((one, other))] = "namesake"
    return Folk(
        block.first + np.arange(block.persons),
        lived,
        called.given,
        called.surname,
        called.birth_name,
        np.where(called.took_name, _married_day(world, rng, block.persons), LONG_AGO),
        born,
        trap,
        _joined_day(world, rng, block.persons),
    )


def _married_day(world: World, rng: np.random.Generator, persons: int) -> Shares:
    within = rng.random(persons) < world.settings["people"]["married_share"]
    return np.where(within, np.floor(rng.random(persons) * world.days), LONG_AGO)


def _joined_day(world: World, rng: np.random.Generator, persons: int) -> Numbers:
    told = world.settings["people"]
    until = np.where(
        rng.random(persons) < told["joined_early_share"], min(told["joined_early_days"], world.days), world.days
    )
    return np.asarray((rng.random(persons) * until).astype(np.int64))


def _namesakes(world: World, lived: Homes, may: Flags, rng: np.random.Generator) -> tuple[Positions, Positions]:
    """Strangers of one country, in pairs: the second gets name, sex and birth date of the first."""
    count = world.settings["people"]["traps"]["namesake_share"] * len(may) / 2
    return strangers(rng, np.flatnonzero(may), lived.country[lived.of], count)


def strangers(
    rng: np.random.Generator, among: Positions, country: Positions, count: float
) -> tuple[Positions, Positions]:
    """So many pairs of one country each, at least one: a trap exists in a small shop too."""
    mixed = rng.permutation(among)
    by_country = mixed[np.argsort(country[mixed], kind="stable")]
    one, other = by_country[: len(by_country) // 2 * 2 : 2], by_country[1::2]
    together = np.flatnonzero(country[one] == country[other])
    few = rng.permutation(together)[: max(1, round(count))]
    return one[few], other[few]
