"""Mailboxes: her own, her other, the household's, her firm's, or the one that those type who give none.

All domains are reserved (RFC 2606), so nobody reads them.
"""

from dataclasses import dataclass, replace

import numpy as np

from mining_tasks.demo.planted.people.calling import given_names
from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.homes import codes
from mining_tasks.demo.planted.people.letters import joined, mailbox_letters, replaced, respelt
from mining_tasks.demo.planted.people.lists import Flags, Numbers, Positions, Shares, Texts, countries, drawn, zipf
from mining_tasks.demo.planted.people.opened import KINDS, Rows
from mining_tasks.demo.planted.world import World

OWN, SECOND, HOUSEHOLD, FIRM = range(4)
SLOTS = 4
STEP = 512_927_357
SPACES = (99_991, 999_983, 9_999_991, 99_999_989, 999_999_937)  # primes: each visits all numbers below it
CODES = np.array(["own", "second", "household", "company", "none"])
FAMILY = {"de": "familie", "en": "family", "es": "familia"}
TRADES = {
    "de": "bau technik handel druck metall reisen",
    "en": "works group supply design travel",
    "es": "obras hermanos",
}
ROLES = {"de": "info kontakt buchhaltung office", "en": "info sales office accounts", "es": "info ventas contacto"}
LOOK_ALIKE = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "i": "і", "s": "ѕ", "x": "х", "y": "у", "j": "ј"}


@dataclass(frozen=True)
class Mailboxes:
    """One value per row: before and behind the @, the truth about it, and the person whose firm it is, or -1."""

    local: Texts  # empty for none
    domain: Texts
    letters: Numbers  # how many characters of `local` come before its number
    code: Texts
    founder: Numbers
    is_verified: Flags


def mailboxes(world: World, people: Folk, rows: Rows, firm: Numbers, rng: np.random.Generator) -> Mailboxes:
    """What stands in the mail field, as it should be written. `firm`: each person's founder, or -1."""
    told = world.settings["people"]["mailboxes"]
    luck = rng.random((6, int(rows.account.max()) + 1))[:, rows.account]
    home, founder = people.homes.of[rows.person], firm[rows.person]
    shares = (people.homes.size > 1) & (rng.random(len(people.homes.size)) < told["household_share"])
    slot = np.where(luck[0] < told["second_share"], SECOND, OWN)
    slot = np.where(shares[home] & (luck[1] < told["household_used_share"]), HOUSEHOLD, slot)
    slot = np.where((founder >= 0) & (luck[2] < told["company_used_share"]), FIRM, slot)
    owner = np.select([slot == HOUSEHOLD, slot == FIRM], [people.homes.heads[home], founder], rows.person)
    boxes = _boxes(world, people, owner, slot)
    none = luck[3] < np.array([told["none_share"][kind] for kind in KINDS])[rows.kind]
    verified = luck[4] < np.array([told["verified_share"][kind] for kind in KINDS])[rows.kind]
    boxes = replace(boxes, is_verified=verified & ~none & (slot != FIRM), founder=np.where(slot == FIRM, founder, -1))
    boxes = _of_everybody(boxes, luck[5] < told["everybodys_share"], told["everybodys"])
    return replace(boxes, local=np.where(none, "", boxes.local), code=np.where(none, "none", boxes.code))


def look_alike(local: Texts) -> Texts:
    """Each with one Latin letter as the Cyrillic letter that looks the same."""
    changed = local
    for latin, cyrillic in LOOK_ALIKE.items():
        changed = np.where(changed == local, respelt(local, latin, cyrillic, times=1), changed)
    return changed


def boxes_of(world: World, people: Folk, person: Positions) -> Mailboxes:
    """The persons' own mailboxes."""
    return _boxes(world, people, person, np.full(len(person), OWN))


def _of_everybody(boxes: Mailboxes, which: Flags, mailbox: str) -> Mailboxes:
    local, _, domain = mailbox.partition("@")
    return Mailboxes(
        np.where(which, local, boxes.local),
        np.where(which, domain, boxes.domain),
        boxes.letters,
        np.where(which, "company", boxes.code),
        np.where(which, -1, boxes.founder),
        boxes.is_verified & ~which,
    )


def _boxes(world: World, people: Folk, owner: Positions, slot: Numbers) -> Mailboxes:
    """The number in each makes it the only one of its kind, in all blocks."""
    told = world.settings["people"]["mailboxes"]
    number = _number(world, people.person_id[owner], slot)
    language = np.array([countries()[code].language for code in codes(world)])[people.country[owner]]
    surname = mailbox_letters(people.birth_name[owner])
    local = _personal(mailbox_letters(given_names().written[people.given[owner]]), surname, number)
    home, firm = np.flatnonzero(slot == HOUSEHOLD), np.flatnonzero(slot == FIRM)
    of_family = joined(_by_language(FAMILY, language[home], number[home]), ".", surname[home])
    local = replaced(local, home, of_family)
    letters = np.strings.str_len(local)
    local = replaced(joined(local, number.astype("U10")), firm, _by_language(ROLES, language[firm], number[firm]))
    domains = np.array(told["domains"])
    domain = domains[drawn(zipf(len(domains), told["zipf_domains"]), _spread(number, 0.6180339887498949))]
    trade = _by_language(TRADES, language[firm], number[firm])
    of_firm = joined(surname[firm], "-", trade, number[firm].astype("U10"), ".example")
    domain = replaced(domain, firm, of_firm)
    nobody = np.full(len(owner), -1)
    return Mailboxes(local, domain, letters, CODES[slot], nobody, nobody > 0)


def _number(world: World, person_id: Numbers, slot: Numbers) -> Numbers:
    order = person_id * SLOTS + slot + 1
    space = next(it for it in SPACES if it > world.customers * SLOTS)
    return np.asarray(order * (STEP % space) % space)


def _personal(given: Texts, surname: Texts, number: Numbers) -> Texts:
    """Anna Huber may be anna.huber, ahuber, huber.anna, anna, a.huber or annahuber, followed by her number."""
    first = np.strings.slice(given, 1)
    shapes = [
        joined(given, ".", surname),
        joined(first, surname),
        joined(surname, ".", given),
        joined(given, "_"),
        joined(first, ".", surname),
        joined(given, surname),
    ]
    shape = drawn(zipf(len(shapes), 0.6), _spread(number, 0.7548776662466927))
    local = np.select([shape == row for row in range(len(shapes))], shapes, "")
    return np.where(np.strings.str_len(local) > 2, local, joined("post.", local))


def _by_language(words: dict[str, str], language: Texts, number: Numbers) -> Texts:
    chosen = np.full(len(language), "", "U16")
    for code, listed in words.items():
        choice = np.array(listed.split())
        chosen = np.where(language == code, choice[number % len(choice)], chosen)
    return chosen


def _spread(number: Numbers, step: float) -> Shares:
    """Numbers from 0 up to 1, evenly, that depend on the mailbox alone; `step` is irrational."""
    return np.asarray(number * step % 1.0, np.float64)
