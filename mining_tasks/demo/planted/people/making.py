"""What the columns of accounts are made of, and which accounts claim to be somebody else."""

from dataclasses import dataclass

import numpy as np

from mining_tasks.demo.planted.people.folk import Folk, strangers
from mining_tasks.demo.planted.people.homes import codes
from mining_tasks.demo.planted.people.lists import Flags, Positions, Texts, countries
from mining_tasks.demo.planted.people.opened import SHOP, Rows, rows
from mining_tasks.demo.planted.people.typed import Typist
from mining_tasks.demo.planted.world import World


@dataclass(frozen=True)
class Making:
    """The people of a block, the rows that tell of them, and who types what."""

    world: World
    people: Folk
    rows: Rows
    typist: Typist
    said: Positions  # who each row says it is: the person herself, but for impostors

    @property
    def is_impostor(self) -> Flags:
        """Rows under another's name."""
        return np.asarray(self.said != self.rows.person)

    @property
    def language(self) -> Texts:
        """The language of each row's person."""
        spoken = np.array([countries()[code].language for code in codes(self.world)])
        return np.asarray(spoken[self.people.country[self.rows.person]])


def making(world: World, people: Folk, rng: np.random.Generator) -> Making:
    """Everything that is drawn before the first column is written."""
    all_rows = rows(world, people, rng)
    return Making(world, people, all_rows, Typist(world, all_rows, rng), _said(world, people, all_rows, rng))


def _said(world: World, people: Folk, of: Rows, rng: np.random.Generator) -> Positions:
    """Impostors: their shop accounts bear another's name, and a mailbox that looks like the other's."""
    count = world.settings["people"]["traps"]["look_alike_share"] * len(people.person_id)
    victim, impostor = strangers(rng, np.unique(of.person[of.kind == SHOP]), people.country, count)
    said = np.arange(len(people.person_id))
    said[impostor] = victim
    return np.where(of.kind == SHOP, said[of.person], of.person)
