"""Who writes to the desk: accounts by person, orders of people who have one, and draws that letters share."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.words.grammar import LANGUAGES
from mining_tasks.demo.planted.world import Block, World

HOUR, DAYS_IN_YEAR = 3_600, 365.25
EARLIEST, USUAL, LATEST = 6.0, 17.0, 22.9  # hours at which people write; a day may have but 23


@dataclass(frozen=True)
class Desk:
    """The desk's accounts by person and age, and past orders of those who had one by then."""

    account_id: np.ndarray
    opened_at: np.ndarray
    given_name: pa.Array
    owner: np.ndarray  # row of the person, by account
    first: np.ndarray  # her oldest account, by row of the person
    language: np.ndarray  # number into LANGUAGES, by row of the person
    order_id: np.ndarray
    order_day: np.ndarray
    writer: np.ndarray  # row of the person, by order

    def known(self, rng: np.random.Generator, writer: np.ndarray, at: np.ndarray) -> np.ndarray:
        """An account of each writer that was open at the time; the oldest where the drawn one was not."""
        count = np.bincount(self.owner, minlength=len(self.first))[writer]
        drawn = self.first[writer] + (rng.random(len(writer)) * count).astype(np.int64)
        return np.asarray(np.where(self.opened_at[drawn] <= at, drawn, self.first[writer]))


def desk(world: World, block: Block, persons: pa.Table, accounts: pa.Table, orders: pa.Table) -> Desk:
    """The desk of one block; orders by `order_id`, none of them a test of the staff."""
    here = accounts.filter(pc.equal(accounts["source_code"], "support"))
    here = here.sort_by([(name, "ascending") for name in ("person_id", "opened_at", "account_id")])
    owner, opened_at = here["person_id"].to_numpy() - block.first, here["opened_at"].to_numpy()
    first = np.searchsorted(owner, np.arange(block.persons))
    has_one = np.bincount(owner, minlength=block.persons) > 0
    since = np.full(block.persons, np.iinfo(np.int64).max)
    since[has_one] = opened_at[first[has_one]]
    person = orders["person_id"].to_numpy() - block.first
    known = (since[person] <= orders["placed_at"].to_numpy()) & (orders["day"].to_numpy() < world.days)
    known &= ~orders["is_test"].to_numpy()
    number = pc.index_in(persons["language"], pa.array(LANGUAGES)).fill_null(0)
    return Desk(
        account_id=here["account_id"].to_numpy(),
        opened_at=opened_at,
        given_name=here["given_name"].combine_chunks(),
        owner=owner,
        first=first,
        language=number.to_numpy(),
        order_id=orders["order_id"].to_numpy()[known],
        order_day=orders["day"].to_numpy()[known],
        writer=person[known],
    )


def shares(rng: np.random.Generator, weights: Mapping[str, float], count: int) -> np.ndarray:
    """Numbers of the entries, drawn by their weights: int64."""
    edges = np.cumsum(list(weights.values()))
    return np.asarray(np.searchsorted(edges[:-1], rng.random(count) * edges[-1], "right"))


def hours(rng: np.random.Generator, count: int) -> np.ndarray:
    """Seconds after midnight at which people write."""
    return np.asarray(HOUR * rng.triangular(EARLIEST, USUAL, LATEST, count)).astype(np.int64)


def few(rng: np.random.Generator, among: int, wanted: float) -> np.ndarray:
    """Rows drawn at random without repetition: on average `wanted`, at most all, in order."""
    count = rng.binomial(among, min(1.0, wanted / among)) if among else 0
    return np.sort(rng.choice(among, count, replace=False, shuffle=False))
