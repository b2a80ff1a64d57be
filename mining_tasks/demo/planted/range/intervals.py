"""Recurring events in the life of every product: price changes, promotions, outages."""

import numpy as np

from mining_tasks.demo.planted.range.catalogue import Numbers

Span = tuple[int, int]


def changes(rng: np.random.Generator, shape: Span, between: Span) -> Numbers:
    """How often something has changed by each day: products × days, whole numbers from 0, with such gaps in days."""
    products, days = shape
    gaps = rng.integers(between[0], between[1] + 1, (products, days // between[0] + 2))
    return _counted(gaps.cumsum(axis=1), np.int64(1), shape)


def spells(rng: np.random.Generator, shape: Span, between: Span, lasting: Span, values: Numbers) -> Numbers:
    """Products × days: 0 between spells, and during a spell one of `values`, drawn anew for each."""
    products, days = shape
    drawn = (products, days // (between[0] + lasting[0]) + 2)
    lengths = rng.integers(lasting[0], lasting[1] + 1, drawn)
    ends = (rng.integers(between[0], between[1] + 1, drawn) + lengths).cumsum(axis=1)
    value = rng.choice(values, drawn)
    return _counted(ends - lengths, value, shape) - _counted(ends, value, shape)


def _counted(at: Numbers, value: Numbers | np.int64, shape: Span) -> Numbers:
    """The sum of all values whose day has come, on each day."""
    steps = np.zeros((shape[0], shape[1] + 1), np.int64)
    rows = np.broadcast_to(np.arange(shape[0])[:, None], at.shape)
    np.add.at(steps, (rows, np.minimum(at, shape[1])), value)
    return steps[:, :-1].cumsum(axis=1)
