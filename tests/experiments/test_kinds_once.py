"""Kinds are sought once for the same customers, and anew for any others."""

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np
import pytest

from mining_tasks.experiments import kinds_once
from mining_tasks.experiments.habits import learn
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.habits.mixture import Kinds
from mining_tasks.experiments.habits.told import Told
from tests.experiments.planted_kinds import Planted, told

SHOP = (Planted(450, rate=0.05, spend=1.0, buys=(0.2, 0.3, 0.5)),)


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many customers each search of this test was for."""
    searches: list[int] = []

    def fit(seen: Told, before: Kinds | None = None) -> Kinds:
        searches.append(len(seen))
        return real(seen, before)

    real = learn.fit
    monkeypatch.setattr(learn, "fit", fit)
    monkeypatch.setattr(learn, "KINDS_MOST", 2)  # how many there are is not what is asked here
    kinds_once._known.clear()
    yield searches
    kinds_once._known.clear()


def test_the_same_customers_are_learned_from_once(sought):
    seen, _, _ = told(SHOP)
    again = seen.of(np.arange(len(seen)))
    assert kinds_once.fit(seen) is kinds_once.fit(again)
    assert sought == [len(seen)]


def test_whoever_differs_in_a_single_number_is_learned_from_anew(sought):
    seen, _, _ = told(SHOP)
    known = kinds_once.fit(seen)
    others = [replace(seen, day=seen.day + 1), replace(seen, names=seen.names[::-1])]
    for name in (each.name for each in fields(seen) if isinstance(getattr(seen, each.name), np.ndarray)):
        numbers = getattr(seen, name).copy()
        row = int(np.argmax((seen.frequency > 1) & (seen.last - seen.first > 2)))
        numbers[row] -= 1 if name in ("first", "last", "frequency") else -1
        others.append(replace(seen, **{name: numbers}))
    assert len({kinds_once._key(other, None) for other in [*others, seen]}) == len(others) + 1
    assert kinds_once._key(seen, known) != kinds_once._key(seen, None), "where a search begins counts as well"
    assert kinds_once.fit(others[0]) is not known
    assert sought == [len(seen)] * 2


def test_what_cannot_be_learned_is_refused_each_time_in_the_same_words(sought):
    few = told(SHOP)[0].of(np.arange(20))
    for _ in range(2):
        with pytest.raises(NoFit, match="20 customers with an order"):
            kinds_once.fit(few)
    assert sought == [20]


def test_the_oldest_are_forgotten(sought, monkeypatch):
    monkeypatch.setattr(kinds_once, "KEPT", 1)
    seen, _, _ = told(SHOP)
    for one in (seen, seen.of(np.arange(440)), seen):
        kinds_once.fit(one)
    assert sought == [450, 440, 450]
    assert len(kinds_once._known) == 1
