"""Customers of kinds that we chose: orders by BG/NBD on a clock of months, spend by gamma, departments by lot."""

from dataclasses import dataclass, field

import numpy as np

from mining_tasks.experiments.habits.told import Told

START, DAYS = 17_000, 730  # days since 1970
NAMES = ("books", "gifts", "groceries")
EVEN = (1.0,) * 12


@dataclass(frozen=True)
class Planted:
    """A kind: how many; orders a day (gamma of that shape around it); chance to leave; mean spend;
    what it buys of; lines of an order beyond the first."""

    count: int
    rate: float = 0.03
    shape: float = 8.0
    leaves: tuple[float, float] = (1.0, 30.0)
    spend: float = 1.0
    buys: tuple[float, ...] = (0.4, 0.3, 0.3)
    months: tuple[float, ...] = field(default=EVEN)
    lines: float = 0.0


def told(kinds: tuple[Planted, ...], until: int = DAYS, seed: int = 3) -> tuple[Told, np.ndarray, np.ndarray]:
    """What is told until a day, the kind of each customer, and the day of her next order after it (inf if none)."""
    chance = np.random.default_rng(seed)
    rows = [row for number, kind in enumerate(kinds) for row in _customers(kind, number, until, chance)]
    columns = [np.array(each) for each in zip(*rows, strict=True)]
    frequency, first, last, months, departments, orders, sales, lines, kind, later = columns
    price, worth = sales * orders / lines, np.zeros((len(orders), 12))
    buying = (frequency.astype(float), first, last, months, departments)
    seen = Told(START + until, *buying, orders, sales, lines, price, worth, NAMES)
    return seen, kind, later


def _customers(kind: Planted, number: int, until: int, chance: np.random.Generator):
    for _ in range(kind.count):
        rate, leaves = chance.gamma(kind.shape, kind.rate / kind.shape), chance.beta(*kind.leaves)
        mean = kind.spend * chance.gamma(10.0, 0.1)
        days = np.unique(np.floor(_days(rate, leaves, np.array(kind.months), chance)))
        seen, later = days[days <= until].astype(int), days[days > until]
        month = (np.datetime64("1970-01-01") + START + seen[1:]).astype("datetime64[M]").astype(int) % 12
        bought = chance.multinomial(len(seen), kind.buys)
        paid = mean * chance.gamma(3.0, 1 / 3.0, len(seen))
        lines = float(len(seen) + (chance.poisson(kind.lines * len(seen)) if kind.lines else 0))
        yield (
            *(len(seen) - 1, START + seen[0], START + seen[-1], np.bincount(month, minlength=12).astype(float), bought),
            *(float(len(seen)), paid.mean(), lines, number, START + later[0] if len(later) else np.inf),
        )


def _days(rate: float, leaves: float, months: np.ndarray, chance: np.random.Generator) -> list[float]:
    """Her orders until two years and a half after the first day."""
    now, found, most = chance.uniform(0, DAYS / 2), [], float(months.max())
    found.append(now)
    while True:
        now += chance.exponential(1 / (rate * most))
        if now > DAYS + 180:
            return found
        month = int((np.datetime64("1970-01-01") + START + int(now)).astype("datetime64[M]").astype(int) % 12)
        if chance.random() * most < months[month]:
            found.append(now)
            if chance.random() < leaves:
                return found
