"""A shop's customers as a few kinds of customer, each with habits of its own; nobody is told which kind she is of.

Each kind buys by a BG/NBD (Fader, Hardie, Lee 2005) on a clock of its own; what she ordered, when, of what and for how
much, tells to what probability she is of each (finite mixture: McLachlan, Peel 2000; Reutterer, Platzer, Schröder 2021
on why regular and one-time buyers ask for more than one).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logsumexp

from mining_tasks.experiments.habits import habit
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.clock import calendar
from mining_tasks.experiments.habits.departments import Counts
from mining_tasks.experiments.habits.habit import Habit, Standing
from mining_tasks.experiments.habits.told import Days, Names, Told
from mining_tasks.experiments.load import Unloadable

FACTS = "departments by line, prices beside those of the department"  # of what `Told` tells; on the card


@dataclass(frozen=True)
class Kinds:
    """A fitted mixture. departments: what `buys` of its habits are in the order of."""

    habits: tuple[Habit, ...]
    departments: Names
    log_likelihood: float
    customers: int

    def __len__(self) -> int:
        return len(self.habits)

    @property
    def looks_at_lines(self) -> bool:
        """Whether it was learned from orders whose lines were known."""
        return any(each.fills for each in self.habits)

    def placed(self, told: Told) -> "Placed":
        """n customers among the kinds."""
        days = calendar(told)
        return Placed(self, told, tuple(each.standing(told, days) for each in self.habits))

    def card(self) -> dict[str, Any]:
        """As JSON."""
        plain = {"facts": FACTS, "log_likelihood": self.log_likelihood, "customers": self.customers}
        return {"habits": [each.card() for each in self.habits], "departments": list(self.departments), **plain}


@dataclass(frozen=True)
class Placed:
    """n customers, how they stand in each kind and to what probability they are of it."""

    kinds: Kinds
    told: Told
    standings: tuple[Standing, ...]

    @cached_property
    def log_joint(self) -> Numbers:
        """n × kinds: log-likelihood of all that is told of her and of the kind."""
        counts = Counts(self.told.in_places(self.kinds.departments))
        columns = [
            np.log(each.share)
            + standing.log_likelihood
            + each.pay(self.told)
            + counts.log_likelihood(np.array(each.buys))
            for each, standing in zip(self.kinds.habits, self.standings, strict=True)
        ]
        return np.column_stack(columns)

    @cached_property
    def shares(self) -> Numbers:
        """n × kinds: P(kind | history)."""
        return np.asarray(np.exp(self.log_joint - logsumexp(self.log_joint, axis=1)[:, None]))

    @property
    def log_likelihood(self) -> float:
        return float(logsumexp(self.log_joint, axis=1).sum())

    def active(self) -> Numbers:
        """P(still a customer)."""
        return self.mixed(self.active_by_kind())

    def active_by_kind(self) -> Numbers:
        """n × kinds: P(still a customer | kind)."""
        return np.column_stack([1 - each.left for each in self.standings])

    def orders_by_kind(self, horizon: int) -> Numbers:
        """n × kinds: days with an order to be expected within so many days."""
        pairs = zip(self.kinds.habits, self.standings, strict=True)
        return np.column_stack([each.orders_ahead(self.told, standing, horizon) for each, standing in pairs])

    def silence(self, horizon: Days) -> Numbers:
        """P(no order within each one's number of days)."""
        pairs = zip(self.kinds.habits, self.standings, strict=True)
        return self.mixed(np.column_stack([one.silence_ahead(self.told, at, horizon) for one, at in pairs]))

    def mixed(self, by_kind: Numbers) -> Numbers:
        """The mean over kinds of n × kinds numbers."""
        return np.asarray((self.shares * by_kind).sum(axis=1))


def of_card(card: Mapping[str, Any]) -> Kinds:
    """What `Kinds.card` gave; raises `Unloadable` where kinds were learned from facts that are told otherwise now."""
    if card.get("facts") != FACTS:
        raise Unloadable("kinds of customers were learned from facts that are told otherwise now; learn them anew")
    habits = tuple(habit.of_card(each) for each in card["habits"])
    return Kinds(habits, tuple(card["departments"]), card["log_likelihood"], card["customers"])
