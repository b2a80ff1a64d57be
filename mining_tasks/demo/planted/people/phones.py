"""Phones: whose number stands on which account, and in which of many ways it is written."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.homes import codes
from mining_tasks.demo.planted.people.letters import filled, joined, places
from mining_tasks.demo.planted.people.lists import Country, Flags, Numbers, Positions, Texts, countries
from mining_tasks.demo.planted.people.opened import KINDS, Rows, coprime
from mining_tasks.demo.planted.world import World

MOBILE, NEXT_MOBILE, SECOND_MOBILE, LANDLINE, SWITCHBOARD = range(5)
SLOTS = 5
STEP = 736_878_713  # scatters the numbers over what a country has room for
ABROAD = ("+D A N", "+DAN", "+D A X Y", "+D (T)A N", "ED A N", "EDAN")


@dataclass(frozen=True)
class Phones:
    """One value per row: the number as written (empty for none), and whether the number is or was another person's."""

    written: Texts
    is_recycled: Flags


def phones(world: World, people: Folk, rows: Rows, founder: Numbers, rng: np.random.Generator) -> Phones:
    """What stands in the phone field. `founder`: for each row the person whose switchboard it names, or -1."""
    told = world.settings["people"]["phones"]
    luck = rng.random((6, int(rows.account.max()) + 1))[:, rows.account]
    none = luck[0] < np.array([told["none_share"][kind] for kind in KINDS])[rows.kind]
    slot = np.where(luck[1] < told["second_share"], SECOND_MOBILE, MOBILE)
    at_home = luck[1] > 1 - told["landline_share"]
    slot, owner = np.where(at_home, LANDLINE, slot), rows.person
    owner = np.where(at_home, people.homes.heads[people.homes.of[rows.person]], owner)
    slot, owner = np.where(founder >= 0, SWITCHBOARD, slot), np.where(founder >= 0, founder, owner)
    slot, owner, is_recycled = _recycled(world, people, rows, (slot, owner), rng)
    written = _written(world, people, (owner, slot), (luck[3] < told["international_share"], luck[4]))
    anybodys = luck[5] < told["everybodys_share"]
    written = np.where(none, "", np.where(anybodys, told["everybodys"], written))
    return Phones(written, is_recycled & ~none & ~anybodys)


def _recycled(
    world: World, people: Folk, rows: Rows, numbers: tuple[Numbers, Positions], rng: np.random.Generator
) -> tuple[Numbers, Positions, Flags]:
    """Early customers give their number up, and customers who come later get it on that day."""
    slot, owner = numbers
    count = world.settings["people"]["traps"]["recycled_phone_share"] * len(people.person_id)
    middle = np.median(people.joined_day)
    early, late = (
        rng.permutation(np.flatnonzero(half)) for half in (people.joined_day < middle, people.joined_day > middle)
    )
    former, later = _one_of_each(people, early, late)
    few = rng.permutation(len(former))[: max(2, round(count))]
    former, later = former[few], later[few]
    given_up, former_of = np.full(len(people.person_id), np.iinfo(np.int64).max), np.full(len(people.person_id), -1)
    given_up[former] = given_up[later] = world.midnights[people.joined_day[later]] - 2 * 86_400
    former_of[later] = former
    is_after, by_mobile = rows.opened_at >= given_up[rows.person], slot == MOBILE
    was_hers = np.isin(rows.person, former)
    slot = np.where(was_hers & is_after & by_mobile, NEXT_MOBILE, slot)
    got_it = is_after & by_mobile & (former_of[rows.person] >= 0)
    return slot, np.where(got_it, former_of[rows.person], owner), got_it | (was_hers & by_mobile & ~is_after)


def _one_of_each(people: Folk, early: Positions, late: Positions) -> tuple[Positions, Positions]:
    """Pairs of an early and a late customer of one country, as many as there are."""
    found: list[tuple[Positions, Positions]] = []
    for row in np.unique(people.country):
        former, later = (those[people.country[those] == row] for those in (early, late))
        both = min(len(former), len(later))
        found.append((former[:both], later[:both]))
    former, later = (np.concatenate(those) for those in zip(*found, strict=True))
    return former, later


def _written(world: World, people: Folk, of: tuple[Positions, Numbers], style: tuple[Flags, np.ndarray]) -> Texts:
    (owner, slot), (is_abroad, luck) = of, style
    written = np.full(len(owner), "", "U24")
    country = people.country[owner]
    order = people.person_id[owner] * SLOTS + slot
    for row, code in enumerate(codes(world)):
        here = np.flatnonzero(country == row)
        if len(here):
            place = countries()[code]
            digits = _digits(place, order[here], slot[here])
            written[here] = _spelt(place, digits, is_abroad[here], luck[here])
    return written


def _digits(place: Country, order: Numbers, slot: Numbers) -> Texts:
    """Area code, space, number; within what the country has room for no two orders get one number."""
    at_home = (slot == LANDLINE) | (slot == SWITCHBOARD)
    return np.where(at_home, _numbered(place.landline, order), _numbered(place.mobile, order))


def _numbered(patterns: Texts, order: Numbers) -> Texts:
    room = int(places(patterns)[0])
    space = room * len(patterns)
    number = (order + 1) * coprime(STEP, space) % space
    return filled(patterns[number // room], number % room)


def _spelt(place: Country, digits: Texts, is_abroad: Flags, luck: np.ndarray) -> Texts:
    area, _, rest = np.strings.partition(digits, " ")
    half = np.where(np.strings.str_len(rest) == 7, 3, np.strings.str_len(rest) // 2)
    parts = {"A": area, "N": rest, "X": np.strings.slice(rest, half), "Y": np.strings.slice(rest, half, 12)}
    spelt = np.full(len(digits), "", "U24")
    for which, shape in _shapes(place, is_abroad, luck):
        pieces = [parts[sign][which] if sign in parts else sign for sign in shape]
        spelt[which] = joined("", *pieces)
    return spelt


def _shapes(place: Country, is_abroad: Flags, luck: np.ndarray) -> Iterator[tuple[Positions, str]]:
    """Which rows are written in which shape, with the codes of the country put in."""
    abroad = [shape for shape in ABROAD if place.trunk or "T" not in shape]
    for are_abroad, shapes in ((True, abroad), (False, place.spell)):
        drawn = (luck * len(shapes)).astype(np.int64)
        for number, shape in enumerate(shapes):
            told = shape.replace("E", place.exit).replace("D", place.dial).replace("T", place.trunk)
            yield np.flatnonzero((is_abroad == are_abroad) & (drawn == number)), told
