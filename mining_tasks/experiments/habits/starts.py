"""Where the search for kinds of customers begins: groups of customers alike in pace, spend and departments."""

from dataclasses import replace

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.clock import FLAT
from mining_tasks.experiments.habits.habit import Habit
from mining_tasks.experiments.habits.told import Told

ROUNDS = 15
OWN = 0.8  # of a customer, as much is of her group at the start
YOUNG_DAYS = 30.0  # so long at least she counts as known
LEAST_MORE = 0.01  # lines beyond the first of an order
TASTES = 50.0  # Dirichlet weights of a kind at the start, together
DEPARTMENTS_WEIGH = 2.0


def drawn(told: Told, count: int, chance: np.random.Generator) -> Numbers:
    """n × count shares of a start."""
    seen = _described(told)
    centres = _spread(seen, count, chance)
    place = np.zeros(len(seen), np.int64)
    for _ in range(ROUNDS):
        place = np.argmin([_apart(seen, centre) for centre in centres], axis=0)
        centres = [seen[place == n].mean(axis=0) if (place == n).any() else each for n, each in enumerate(centres)]
    return np.asarray(np.eye(count)[place] * OWN + (1 - OWN) / count)


def habit(told: Told, share: Numbers) -> Habit:
    """First parameters of a kind. share: of each customer, how much of her is of it."""
    pace = (share @ told.frequency + 0.5) / (share @ told.age + 1.0)
    spent = float(share @ (np.maximum(told.sales, 0.0) * told.orders) + 0.1)
    sales = spent / float(share @ told.orders + 0.1)
    bought = share @ told.departments + 0.5
    orders = (2.0, float(2.0 / pace), 1.0, 10.0)
    pays = (3.0, 3.0, sales * 2.0 / 3.0)
    buys = tuple((TASTES * bought / bought.sum()).tolist())
    found = Habit(float(share.mean()), orders, 0.02, FLAT, pays, buys)
    return _with_lines(found, told, share) if told.has_lines.any() else found


def _with_lines(habit: Habit, told: Told, share: Numbers) -> Habit:
    """The same of a shop that tells the lines of its orders."""
    weight = share * told.has_lines
    lines, orders = float(weight @ told.lines + 0.1), float(weight @ told.orders + 0.1)
    price = float(share @ (told.lines * told.price) + 0.1) / lines
    return replace(habit, fills=(2.0, max(lines / orders - 1, LEAST_MORE)), prices=(3.0, 3.0, price * 2.0 / 3.0))


def _described(told: Told) -> Numbers:
    pace = np.log((told.frequency + 0.5) / np.maximum(told.age + 1.0, YOUNG_DAYS))
    spend = np.log(np.maximum(told.sales, 1e-3))
    plain = np.column_stack([pace, spend])
    plain = (plain - plain.mean(axis=0)) / np.maximum(plain.std(axis=0), 1e-9)
    bought = told.departments + 0.3
    return np.column_stack([plain, DEPARTMENTS_WEIGH * np.sqrt(bought / bought.sum(axis=1, keepdims=True))])


def _spread(seen: Numbers, count: int, chance: np.random.Generator) -> list[Numbers]:
    """Centres far from one another (k-means++: Arthur, Vassilvitskii 2007)."""
    centres = [seen[chance.integers(len(seen))]]
    while len(centres) < count:
        apart = np.min([_apart(seen, centre) for centre in centres], axis=0) + 1e-12
        centres.append(seen[chance.choice(len(seen), p=apart / apart.sum())])
    return centres


def _apart(seen: Numbers, centre: Numbers) -> Numbers:
    return np.asarray(((seen - centre) ** 2).sum(axis=1))
