"""What people are called: given names by sex, surnames with a long tail, what partners take and children inherit."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from mining_tasks.demo.planted.people.homes import CHILD, MATE, PARTNER, Homes, codes
from mining_tasks.demo.planted.people.letters import joined, mailbox_letters
from mining_tasks.demo.planted.people.lists import (
    TONGUES,
    Flags,
    Names,
    Positions,
    Shares,
    Texts,
    countries,
    drawn,
    names,
    zipf,
)
from mining_tasks.demo.planted.world import World

SURNAME_WIDTH = 40
MEN_TAKE_SHARE = 0.08  # how much rarer a man takes his partner's name


@dataclass(frozen=True)
class GivenNames:
    """The given names of all languages in one list, each with what it is like and how it is shortened."""

    written: Texts
    similar: Positions  # the next of its sex and language in the order of the alphabet that is no form of the same name
    short: Texts  # two columns; the name itself where it has no short form
    first_of: dict[tuple[str, bool], int]  # (language, is male) → first row


@dataclass(frozen=True)
class Called:
    """Names, one per person."""

    given: Positions
    surname: Texts
    birth_name: Texts
    took_name: Flags


@cache
def given_names() -> GivenNames:
    """All of them; rows of one language and sex follow each other, commonest first."""
    written, similar, short, first_of = [], [], [], {}
    start = 0
    for tongue in TONGUES:
        listed = names(tongue)
        for is_male, group in enumerate((listed.given[: listed.females], listed.given[listed.females :])):
            first_of[tongue, bool(is_male)] = start
            written += [*group]
            shortened = [_short(name, listed.nicknames) for name in group]
            similar += [*(start + _neighbours(group, shortened))]
            short += shortened
            start += len(group)
    return GivenNames(np.array(written), np.array(similar), np.array(short), first_of)


def called(world: World, lived: Homes, rng: np.random.Generator) -> Called:
    """Names for everybody; the sexes of a couple differ mostly, twins and father and son are of one sex."""
    told = world.settings["people"]
    persons = len(lived.of)
    luck = rng.random((8, persons))
    is_male = _sexes(lived, luck[0])
    given, own = np.zeros(persons, np.intp), np.full(persons, "", f"U{SURNAME_WIDTH}")
    takes = np.zeros(persons)
    tongue = np.array([TONGUES.index(countries()[code].tongue) for code in codes(world)])[lived.country[lived.of]]
    for row, name in enumerate(TONGUES):
        here = np.flatnonzero(tongue == row)
        given[here] = _given(name, is_male[here], luck[1, here], told["zipf_given"])
        own[here] = _surnames(names(name), luck[2:6, here], told)
        takes[here] = names(name).takes_partners_name_share
    given = _trapped_given(lived, given)
    takes = np.where(is_male, takes * MEN_TAKE_SHARE, takes)
    return _married(lived, given, own, (luck[6] < takes, luck[7] < told["double_name_share"]))


def _neighbours(group: Texts, shortened: list[list[str]]) -> Positions:
    """Of each name the next by the alphabet, after the last the first, that may be a twin's."""
    order, folded = np.argsort(group), mailbox_letters(group)
    following = np.empty(len(group), np.intp)
    for rank, place in enumerate(order):
        others = np.roll(order, -rank)[1:]
        apart = (
            other
            for other in others
            if not _are_forms(folded[place], folded[other]) and not {*shortened[place]} & {*shortened[other]}
        )
        following[place] = next(apart, others[0])
    return following


def _are_forms(one: str, other: str) -> bool:
    """Whether two names differ in their last letter or in what is added at most, as Anna, Anne and Anna-Lena: nobody
    calls her twins so, and no evidence would tell them apart."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short[: max(len(short) - 1, 2)])


def _short(name: str, nicknames: dict[str, list[str]]) -> list[str]:
    known = nicknames.get(name, [name])
    return [known[0], known[-1]]


def _sexes(lived: Homes, luck: Shares) -> Flags:
    is_male = luck < 0.5
    partner = np.flatnonzero(lived.role == PARTNER)
    is_male[partner] = np.where(luck[partner] < 0.97, ~is_male[partner - 1], is_male[partner - 1])
    trap = lived.trap[lived.of]
    is_male[lived.in_trap & (trap == "father_son")] = True
    second = np.flatnonzero(lived.in_trap & (trap == "twin"))[1::2]
    is_male[second] = is_male[second - 1]
    return is_male


def _given(tongue: str, is_male: Flags, luck: Shares, exponent: float) -> Positions:
    listed = names(tongue)
    female = drawn(zipf(listed.females, exponent), luck)
    male = drawn(zipf(len(listed.given) - listed.females, exponent), luck)
    first = given_names().first_of
    return np.where(is_male, first[tongue, True] + male, first[tongue, False] + female)


def _trapped_given(lived: Homes, given: Positions) -> Positions:
    trap = lived.trap[lived.of]
    sons = np.flatnonzero(lived.in_trap & (trap == "father_son") & (lived.place > 0))
    given[sons] = given[lived.heads[lived.of[sons]]]
    second = np.flatnonzero(lived.in_trap & (trap == "twin"))[1::2]
    given[second] = given_names().similar[given[second - 1]]
    return given


def _surnames(listed: Names, luck: Shares, told: dict[str, float]) -> Texts:
    common = zipf(len(listed.surnames), told["zipf_surnames"])
    first = listed.surnames[drawn(common, luck[0])]
    parts = joined(
        listed.stems[(luck[1] * len(listed.stems)).astype(np.int64)],
        listed.ends[(luck[2] * len(listed.ends)).astype(np.int64)],
    )
    surname = np.where(luck[3] < told["surname_of_parts_share"], parts, first)
    if listed.surnames_each == 1:
        return surname
    return joined(surname, " ", listed.surnames[drawn(common, (luck[0] + luck[1]) % 1.0)])


def _married(lived: Homes, given: Positions, own: Texts, luck: tuple[Flags, Flags]) -> Called:
    """Partners may take the head's name; children bear it; mates and all others keep their own."""
    heads = own[lived.heads][lived.of]
    takes = luck[0] & (lived.role == PARTNER) & (own != heads)
    twin_of_two = (lived.trap[lived.of] == "twin") & (lived.size[lived.of] == 2)
    inherits = (lived.role == CHILD) | twin_of_two
    short = np.strings.str_len(own) + np.strings.str_len(heads) < SURNAME_WIDTH
    both = joined(heads, "-", own)
    birth_name = np.where(inherits & (lived.role != MATE), heads, own)
    surname = np.where(takes, np.where(luck[1] & short, both, heads), birth_name)
    return Called(given, surname.astype(f"U{SURNAME_WIDTH}"), birth_name.astype(f"U{SURNAME_WIDTH}"), takes)
