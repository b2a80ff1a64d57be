"""As whom a person orders: with one of her accounts that exist by then, or as a guest."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mining_tasks.demo.planted.buying.habits import Ints
from mining_tasks.demo.planted.world import Block

NONE = -1  # in arrays of account ids: no account
MOMENT = 1 << 34  # seconds; more than the accounts' time span


@dataclass(frozen=True)
class Opened:
    """Accounts of one kind, by person and in the order they were opened."""

    keys: Ints  # person × MOMENT + opened_at
    account_id: Ints
    first: Ints  # per person: her first row; one more at the end
    since: int

    def ids(self, person: Ints, at: Ints, draw: NDArray[np.float64]) -> Ints:
        """One of the person's accounts that are open at that moment, rather an old one; NONE if none is."""
        ends = np.searchsorted(self.keys, person * MOMENT + (at - self.since), side="right")
        starts = self.first[person]
        row = starts + (np.square(draw) * (ends - starts)).astype(np.int64)
        return np.where(ends > starts, np.append(self.account_id, NONE)[np.minimum(row, len(self.keys))], NONE)

    def earliest(self, person: Ints) -> Ints:
        """When each person opened her first one; far in the future where she has none."""
        moment = np.append(self.keys % MOMENT + self.since, np.iinfo(np.int64).max)
        row = np.where(self.first[person] < self.first[person + 1], self.first[person], len(self.keys))
        return moment[row]


def opened(block: Block, accounts: pa.Table, guest: bool) -> Opened:
    """The shop's accounts of the block's persons: customers' accounts, or guests' contact data."""
    of_kind = pc.and_(pc.equal(accounts["source_code"], "shop"), pc.equal(accounts["is_guest"], guest))
    chosen = accounts.filter(pc.and_(of_kind, pc.equal(accounts["version"], 0)))
    person = chosen["person_id"].to_numpy().astype(np.int64) - block.first
    opened_at = chosen["opened_at"].to_numpy()
    since = int(opened_at.min()) if len(opened_at) else 0
    keys = person * MOMENT + (opened_at - since)
    order = np.lexsort((chosen["account_id"].to_numpy(), keys))
    first = np.searchsorted(person[order], np.arange(block.persons + 1))
    return Opened(keys[order], chosen["account_id"].to_numpy()[order], first, since)


@dataclass(frozen=True)
class Doors:
    """All accounts a block's persons may order with."""

    own: Opened
    guests: Opened

    @classmethod
    def of(cls, block: Block, accounts: pa.Table) -> Self:
        """The doors of that block's accounts."""
        return cls(opened(block, accounts, guest=False), opened(block, accounts, guest=True))


@dataclass(frozen=True)
class Checkout:
    """One row per order."""

    placed_at: Ints
    account_id: Ints  # NONE for a guest
    guest_account_id: Ints  # NONE for a customer who logged in


def check_out(doors: Doors, person: Ints, placed_at: Ints, rng: np.random.Generator, guest_share: float) -> Checkout:
    """Chooses the account of each order; an order that came before the person's first account waits for it."""
    placed_at = np.maximum(placed_at, np.minimum(doors.own.earliest(person), doors.guests.earliest(person)))
    account = doors.own.ids(person, placed_at, rng.random(len(person)))
    guest = doors.guests.ids(person, placed_at, rng.random(len(person)))
    wishes = rng.random(len(person)) < guest_share
    as_guest = (guest != NONE) & ((account == NONE) | wishes)
    return Checkout(placed_at, np.where(as_guest, NONE, account), np.where(as_guest, guest, NONE))
