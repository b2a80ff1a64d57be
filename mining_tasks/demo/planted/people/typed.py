"""What each account says about name, birth and address: what was true at the time, and how it came to be typed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mining_tasks.demo.planted.people.calling import given_names
from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.homes import ADDRESS
from mining_tasks.demo.planted.people.letters import joined, replaced
from mining_tasks.demo.planted.people.lists import Flags, Positions, Texts
from mining_tasks.demo.planted.people.opened import DAY, GUEST, KINDS, SUPPORT, Rows
from mining_tasks.demo.planted.people.slips import decomposed, full_width, mistyped, plain_letters
from mining_tasks.demo.planted.world import World

TITLES = {"de": "Dr. ", "en": "Dr ", "es": "D. "}
INVISIBLE = "\u200b"
DEFAULT_BIRTHS = np.array(["1970-01-01", "1900-01-01"], "datetime64[D]")
IN_GIVEN = ("nickname", "typo_given", "middle_initial", "initial", "title", "names_swapped")
IN_ADDRESS = ("typo_street", "typo_city", "typo_postcode", "old_address")
WRITTEN = ("given_name", "surname", "street", "city")


@dataclass
class Typist:
    """Draws who slips how, once per account whatever its versions, and remembers it as the truth."""

    world: World
    rows: Rows
    rng: np.random.Generator
    slips: dict[str, Flags] = field(default_factory=dict)

    def luck(self) -> Any:
        """One number from 0 up to 1 per row."""
        return self.rng.random(int(self.rows.account.max()) + 1)[self.rows.account]

    def hit(self, slip: str) -> Flags:
        """Which rows slip so: the share of settings.toml, times the care taken in that silo."""
        told = self.world.settings["people"]["slips"]
        care = np.array([told["care"][kind] for kind in KINDS])[self.rows.kind]
        return np.asarray(self.luck() < told[slip] * care)

    def note(self, slip: str, which: Flags | Positions) -> None:
        """Remembers what is no longer as it should be."""
        self.slips.setdefault(slip, np.zeros(len(self.rows.kind), bool))[which] = True

    def hide(self, slips: Iterable[str], where: Flags) -> None:
        """Forgets slips in what is left out anyway."""
        for slip in slips:
            self.slips[slip] = self.slips[slip] & ~where

    def change(self, slip: str, words: Texts, new: Any) -> Texts:
        """Puts what `new` makes of the words where the slip hits, and remembers where that made a difference."""
        hit = np.flatnonzero(self.hit(slip))
        changed = np.asarray(new(words[hit], hit), np.str_)
        self.note(slip, hit[changed != words[hit]])
        return replaced(words, hit, changed)

    def mistype(self, slip: str, words: Texts) -> Texts:
        """One error of the fingers where the slip hits."""
        luck = np.array([self.luck() for _ in range(3)])
        return self.change(slip, words, lambda some, hit: mistyped(some, luck[:, hit]))


def names(typist: Typist, people: Folk, person: Positions, language: Texts) -> dict[str, Texts]:
    """Given name and surname as typed; `person` is who each row says it is."""
    given, surname = _given(typist, people, person), _surname(typist, people, person)
    title = np.array([TITLES[code] for code in ("de", "en", "es")])[np.searchsorted(["de", "en", "es"], language)]
    given = typist.change("title", given, lambda some, hit: joined(title[hit], some))
    swapped = typist.hit("names_swapped")
    typist.note("names_swapped", swapped)
    given, surname = np.where(swapped, surname, given), np.where(swapped, given, surname)
    nameless = typist.hit("no_given")
    typist.note("no_given", nameless)
    typist.hide(IN_GIVEN, nameless)
    return {"given_name": np.where(nameless, "", given), "surname": surname}


def births(typist: Typist, people: Folk, person: Positions) -> tuple[np.ndarray, Flags]:
    """Birth dates as typed (datetime64[D]), and where there is none."""
    born = people.birth_date[person]
    year, month = born.astype("datetime64[Y]"), born.astype("datetime64[M]")
    day_number = (born - month).astype(np.int64)
    month_number = (month - year).astype(np.int64)
    swap = (day_number < 12) & (day_number != month_number)
    swapped = (year + day_number).astype("datetime64[M]").astype("datetime64[D]") + month_number
    slipped = np.where(swap & (typist.luck() < 0.5), swapped, born + np.where(day_number % 10 < 8, 1, -1))
    wrong, default = typist.hit("typo_birth"), typist.hit("default_birth")
    typist.note("typo_birth", wrong & ~default)
    typist.note("default_birth", default)
    by_default = DEFAULT_BIRTHS[(typist.luck() * len(DEFAULT_BIRTHS)).astype(np.int64)]
    born = np.where(default, by_default, np.where(wrong, slipped, born))
    none = typist.hit("no_birth") | (typist.rows.kind == SUPPORT) | (typist.rows.kind == GUEST)
    typist.hide(("typo_birth", "default_birth"), none)
    return born, none


def addresses(typist: Typist, people: Folk) -> dict[str, Texts]:
    """The address of the moment, or the one before the move; empty where there is none."""
    rows = typist.rows
    home = people.homes.of[rows.person]
    moved_at = _at(typist.world, people.moved_day[rows.person])
    forgot = typist.hit("old_address")
    is_new = (rows.state_at >= moved_at) & ~forgot
    typist.note("old_address", ~is_new & (people.moved_day[rows.person] < typist.world.days))
    before, after = people.homes.address
    told = {column: np.where(is_new, after[column][home], before[column][home]) for column in ADDRESS}
    for column in ("street", "city", "postcode"):
        told[column] = typist.mistype(f"typo_{column}", told[column])
    none = typist.hit("no_address") | (rows.kind == SUPPORT)
    typist.hide(IN_ADDRESS, none)
    told["address_extra"] = np.where(typist.hit("no_extra"), "", told["address_extra"])
    told["region"] = np.where(typist.hit("no_region"), "", told["region"])
    return {column: np.where(none, "", words) for column, words in told.items()}


def keyboards(typist: Typist, columns: dict[str, Texts]) -> dict[str, Texts]:
    """Names, streets and cities as keyboards, forms and habits leave them."""
    for slip, change in {
        "plain_letters": plain_letters,
        "decomposed": decomposed,
        "full_width": full_width,
        "invisible": lambda words: joined(words, INVISIBLE),
        "upper_case": np.strings.upper,
        "lower_case": np.strings.lower,
    }.items():
        hit = np.flatnonzero(typist.hit(slip))
        for column in WRITTEN:
            old = columns[column][hit]
            new = np.where(old == "", "", change(old))
            typist.note(slip, hit[new != old])
            columns[column] = replaced(columns[column], hit, new)
    return columns


def _given(typist: Typist, people: Folk, person: Positions) -> Texts:
    row, known = people.given[person], given_names()
    which = (typist.luck() < 0.5).astype(np.int64)
    given = typist.change("nickname", known.written[row], lambda _, hit: known.short[row[hit], which[hit]])
    given = typist.mistype("typo_given", given)
    letter = np.array([*"ABCDEFGHJKLMNPRSTW"])[(typist.luck() * 18).astype(np.int64)]
    given = typist.change("middle_initial", given, lambda some, hit: joined(some, " ", letter[hit], "."))
    return typist.change("initial", given, lambda some, _: joined(np.strings.slice(some, 1), "."))


def _surname(typist: Typist, people: Folk, person: Positions) -> Texts:
    before = (typist.rows.state_at < _at(typist.world, people.married_day[person])) | typist.hit("maiden_name")
    surname = np.where(before, people.birth_name[person], people.surname[person])
    typist.note("maiden_name", surname != people.surname[person])
    return typist.mistype("typo_surname", surname)


def _at(world: World, day: Any) -> Any:
    return world.midnights[0] + day * DAY
