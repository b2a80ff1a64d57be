"""Households: how many live together, as what to each other, in which country, and where before and after a move."""

from dataclasses import dataclass

import numpy as np

from mining_tasks.demo.planted.people.letters import filled
from mining_tasks.demo.planted.people.lists import (
    Country,
    Flags,
    Numbers,
    Positions,
    Shares,
    Texts,
    countries,
    cumulated,
    drawn,
    zipf,
)
from mining_tasks.demo.planted.world import World

HEAD, PARTNER, CHILD, MATE = range(4)
ADDRESS = ("street_number", "street", "address_extra", "city", "postcode", "region")
INWARD = np.array([digit + first + second for digit in "1234567890" for first in "ADHLNQTX" for second in "BEJRSWY"])
STREETS_STEP = 7_919  # prime: spreads a city's streets over its postcodes


@dataclass(frozen=True)
class Homes:
    """The households of a block, one value per household, and for each person (`of` … `in_trap`) her place in one."""

    size: Numbers
    trap: Texts  # twins or father_son, of two of its members
    country: Positions  # row of `codes(world)`
    moved_day: Shares  # infinite: never
    address: tuple[dict[str, Texts], dict[str, Texts]]  # before and after the move: column → one value per household
    of: Positions
    place: Numbers  # 0 is the head
    role: Numbers
    in_trap: Flags

    @property
    def heads(self) -> Positions:
        """The first person of each household."""
        return np.flatnonzero(self.place == 0)


def codes(world: World) -> list[str]:
    """The countries of the planted shop, as settings.toml orders them."""
    return [country["code"] for country in world.settings["people"]["countries"]]


def homes(world: World, persons: int, rng: np.random.Generator) -> Homes:
    """Households that hold exactly so many persons; the last may be smaller than drawn."""
    told = world.settings["people"]
    size = _sizes(told["household_sizes"], persons, rng)
    kind = rng.random(len(size))
    trap, is_mates = _kinds(told, kind, size)
    of = np.repeat(np.arange(len(size)), size)
    place = np.arange(persons) - (np.cumsum(size) - size)[of]
    role = _roles(size[of], place, trap[of], is_mates[of])
    country = drawn(cumulated([it["share"] for it in told["countries"]]), rng.random(len(size)))
    moves = rng.random(len(size)) < told["moved_share"]
    moved_day = np.where(moves, np.floor(rng.random(len(size)) * world.days), np.inf)
    address = (_addresses(world, country, rng), _addresses(world, country, rng))
    last = place == size[of] - 1
    in_trap = ((trap[of] == "twin") & (place >= size[of] - 2)) | ((trap[of] == "father_son") & ((place == 0) | last))
    return Homes(size, trap, country, moved_day, address, of, place, role, in_trap)


def _sizes(shares: list[float], persons: int, rng: np.random.Generator) -> Numbers:
    size = drawn(cumulated(shares), rng.random(persons)) + 1
    ends = np.minimum(np.cumsum(size), persons)
    ends = ends[: int(np.searchsorted(ends, persons)) + 1]
    return np.asarray(np.diff(ends, prepend=0))


def _kinds(told: dict[str, dict[str, float]], luck: Shares, size: Numbers) -> tuple[Texts, Flags]:
    twins, father_son = told["traps"]["twins_share"], told["traps"]["father_son_share"]
    several = size > 1
    trap = np.where(luck < twins, "twin", np.where(luck < twins + father_son, "father_son", ""))
    is_mates = several & (trap == "") & (luck > 1 - float(told["mates_share"]))  # type: ignore[arg-type]
    return np.where(several, trap, ""), is_mates


def _roles(size: Numbers, place: Numbers, trap: Texts, is_mates: Flags) -> Numbers:
    """Head, partner, then children; twins are the last two, who in a household of two have no parents there."""
    role = np.select([place == 0, place == 1], [HEAD, PARTNER], CHILD)
    role[(place == 1) & (((trap == "twin") & (size < 4)) | ((trap == "father_son") & (size == 2)))] = CHILD
    role[is_mates & (place > 0)] = MATE
    return role


def _addresses(world: World, country: Positions, rng: np.random.Generator) -> dict[str, Texts]:
    luck = rng.random((5, len(country)))
    address = {column: np.full(len(country), "", "U40") for column in ADDRESS}
    for row, code in enumerate(codes(world)):
        here = np.flatnonzero(country == row)
        drawn_here = _addresses_in(countries()[code], luck[:, here], world.settings["people"]["zipf_streets"])
        for column, values in drawn_here.items():
            address[column][here] = values
    return address


def _addresses_in(country: Country, luck: Shares, exponent: float) -> dict[str, Texts]:
    cities = country.cities
    city = drawn(cumulated(cities.weight), luck[0])
    street = drawn(zipf(len(country.streets), exponent), luck[1])
    numbers = 1 + (luck[2] * 9_998_877).astype(np.int64)
    house = country.house[(luck[3] * len(country.house)).astype(np.int64)]
    return {
        "street_number": _house_numbers(house, numbers),
        "street": country.streets[street],
        "address_extra": country.extra[(luck[4] * len(country.extra)).astype(np.int64)],
        "city": cities.name[city],
        "postcode": _postcodes(country, city, street),
        "region": cities.region[city],
    }


def _house_numbers(patterns: Texts, numbers: Numbers) -> Texts:
    """Digits from 1 to 9: no number begins with 0."""
    spread = sum((numbers // 9**power % 9 + 1) * 10**power for power in range(5))
    return filled(patterns, np.asarray(spread))


def _postcodes(country: Country, city: Positions, street: Positions) -> Texts:
    """A street of a city has one postcode, whoever lives there."""
    low, high = country.cities.low[city], country.cities.high[city]
    number = low + (street + 1) * STREETS_STEP % (high - low + 1)
    if country.code == "GB":
        ward = (street + city) * STREETS_STEP
        outer = np.strings.add(country.cities.letters[city], number.astype(np.str_))
        return np.strings.add(np.strings.add(outer, " "), INWARD[ward % len(INWARD)])
    shape = {"JP": "###-####", "AT": "####", "CH": "####"}.get(country.code, "#####")
    return filled(np.full(len(city), shape), number)
