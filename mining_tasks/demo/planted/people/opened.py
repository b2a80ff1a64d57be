"""Which accounts there are in which silo, when each was opened, and which later states of it the silos tell."""

from dataclasses import dataclass, fields
from math import gcd
from typing import Any

import numpy as np

from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.lists import Flags, Numbers, Positions, Shares, cumulated, drawn
from mining_tasks.demo.planted.world import World

DAY = 86_400
SHOP, CRM, SUPPORT, GUEST = range(4)  # a guest's data stand in the shop's table
KINDS = ("shop", "crm", "support", "guest")
SLOTS = 8  # ids a person may use up in one silo: three accounts, three guest checkouts, two spare
ID_SPACE = 899_999_963  # prime, as the ids are scattered by multiplication
ID_OF_SOURCE = {  # (multiplier, first id): each silo counts in its own way, none in the order of persons
    SHOP: (736_878_713, 100_000_000),
    CRM: (512_927_357, 51_000_000_000),
    SUPPORT: (393_342_739, 380_000_000_000),
}
SHOP_QUIET_DAYS = 4  # a database holds only the newest state: one that moved now would be missing the night before


@dataclass(frozen=True)
class Rows:
    """One value per row that a silo will tell; a row is an account at one moment of its life."""

    account: Positions  # number within the block: what is drawn once for an account is the same in all its versions
    person: Positions  # row within the block
    kind: Numbers  # SHOP … GUEST
    account_id: Numbers
    opened_at: Numbers
    updated_at: Numbers
    state_at: Numbers  # name and address are those of that moment
    version: Numbers

    @property
    def is_crm(self) -> Flags:
        return np.asarray(self.kind == CRM)

    def taken(self, which: Any, **changed: Any) -> "Rows":
        """Some of the rows, with some columns changed."""
        return Rows(**{it.name: changed.get(it.name, getattr(self, it.name)[which]) for it in fields(self)})


def rows(world: World, people: Folk, rng: np.random.Generator) -> Rows:
    """Every account of the block in every state that is told, sorted by silo, id and version."""
    kind, person, nth = _counted(world, len(people.person_id), rng)
    opened = _opened_at(world, people, (kind, person, nth), rng)
    account_id = np.zeros(len(kind), np.int64)
    for silo in (SHOP, CRM, SUPPORT, GUEST):
        slot = people.person_id[person] * SLOTS + nth + (3 if silo == GUEST else 0)
        source = SHOP if silo == GUEST else silo
        account_id = np.where(kind == silo, scattered(source, slot), account_id)
    number = np.arange(len(kind))
    first = Rows(number, person, kind, account_id, opened, opened, opened, np.zeros(len(kind), np.int64))
    return _sorted(_with_versions(world, people, first, rng))


def scattered(source: int, slot: Numbers) -> Numbers:
    """Ids without order for running numbers below `ID_SPACE`; no two alike within a source."""
    if len(slot) and int(slot.max()) >= ID_SPACE:
        raise ValueError(f"A planted shop has room for {ID_SPACE // SLOTS:,} persons. Next: plant fewer customers.")
    factor, first = ID_OF_SOURCE[source]
    return np.asarray(first + (slot + 1) * factor % ID_SPACE)


def coprime(step: int, space: int) -> int:
    """A step from there on that visits all of the space before it comes back."""
    return next(it for it in range(step, step + 1_000) if gcd(it, space) == 1)


def _counted(world: World, persons: int, rng: np.random.Generator) -> tuple[Numbers, Positions, Numbers]:
    """Kind, person and place among her accounts of that kind, one value per account."""
    told, luck = world.settings["people"]["accounts"], rng.random((6, persons))
    counts = [drawn(cumulated(told[silo]), luck[row]) for row, silo in enumerate(("shop", "crm", "support"))]
    is_guest = (counts[SHOP] == 0) | (luck[3] < told["guest_share"])
    again = luck[4:] < told["guest_again_share"]
    counts.append(is_guest * (1 + again[0] + (again[0] & again[1])))
    person = [np.repeat(np.arange(persons), count) for count in counts]
    nth = [np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) for count in counts]
    kind = [np.full(len(those), silo) for silo, those in enumerate(person)]
    return np.concatenate(kind), np.concatenate(person), np.concatenate(nth)


def _opened_at(
    world: World, people: Folk, accounts: tuple[Numbers, Positions, Numbers], rng: np.random.Generator
) -> Numbers:
    """First accounts of the shop are there when the day of the first order begins; others come at any time after."""
    (kind, person, nth), told = accounts, world.settings["people"]["accounts"]
    luck, days = rng.random((2, len(kind))), rng.exponential(3.0, len(kind))
    midnight = world.midnights[people.joined_day[person]]
    end = int(world.midnights[world.days])
    long_before = luck[0] * told["opened_early_days"]
    early = luck[1] < told["opened_early_share"]
    later = midnight + luck[0] * (end - midnight - 2)
    before = midnight - 1 - DAY * np.where(early & (kind != GUEST), long_before, np.minimum(days, 20))
    soon = np.minimum(midnight + DAY * days, later)
    of_crm = np.where(early, before, soon)
    has_shop = np.isin(person, person[kind == SHOP])
    is_first_guest = (kind == GUEST) & (nth == 0) & ~has_shop
    first = np.select([kind == SHOP, kind == CRM, is_first_guest], [before, of_crm, before], later)
    return np.asarray(np.where(nth == 0, first, later).astype(np.int64))


def _with_versions(world: World, people: Folk, first: Rows, rng: np.random.Generator) -> Rows:
    """Moves and marriages: a later version in the CRM, the newest state alone in the shop; others are not told."""
    told = world.settings["people"]["accounts"]["tells_move_share"]
    luck, lag = rng.random((2, len(first.kind))), rng.random((2, len(first.kind)))
    state, versions = first.state_at, []
    for row, day in enumerate((people.moved_day, people.married_day)):
        at = _at(world, day[first.person] + lag[row] * 3)
        known = (luck[row] < told) & (at > first.opened_at + DAY) & (at < world.midnights[world.days])
        quiet = at < world.midnights[max(world.days - SHOP_QUIET_DAYS, 0)]
        state = np.where(known & quiet & (first.kind == SHOP), np.maximum(state, at), state)
        which = known & first.is_crm
        versions.append(first.taken(which, updated_at=at[which], state_at=at[which]))
    newest = first.taken(slice(None), state_at=state, updated_at=state)
    parts = (newest, *versions)
    return Rows(**{it.name: np.concatenate([getattr(part, it.name) for part in parts]) for it in fields(Rows)})


def _at(world: World, day: Shares) -> Numbers:
    """Epoch seconds of days with fractions; far away for infinite ones."""
    return np.asarray(np.clip(world.midnights[0] + day * DAY, -4e9, 4e10).astype(np.int64))


def _sorted(all_rows: Rows) -> Rows:
    silo = np.where(all_rows.kind == GUEST, SHOP, all_rows.kind)
    order = np.lexsort((all_rows.updated_at, all_rows.account_id, silo))
    ordered = all_rows.taken(order)
    starts = np.flatnonzero(np.append(True, np.diff(ordered.account) != 0))
    version = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return ordered.taken(slice(None), version=version)
