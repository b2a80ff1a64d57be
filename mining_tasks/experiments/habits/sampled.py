"""Maximum likelihood over very many customers: searched on an even sample of them, finished on all in a few steps."""

from collections.abc import Callable, Sequence

import numpy as np

from mining_tasks.experiments.habits.cells import Cells, Numbers
from mining_tasks.experiments.habits.maximise import LARGEST_LOG, LogLikelihood, Maximum, NoFit, loss_of_one, maximum

SAMPLE = 50_000  # customers; 20,000 of a million cost as much: the finish on all then takes two rounds more
HELD = 16.0  # the sample must tell every direction to a standard error of 1/4 of a logarithm
ENOUGH = 1e-8  # log-likelihood, all customers together, that is left to gain
ROUNDS, CALMING = 10, 0.25  # a sound sample leaves 1/1000 of the gain a round; at more than 1/4 it is no guide
NUDGE = 1e-4  # of a logarithm, for the curvature as a difference of gradients


def maximum_of_many(
    likelihood_of: Callable[[Cells], LogLikelihood],
    names: Sequence[str],
    counted: Cells,
    start: Sequence[float] | None = None,
) -> Maximum:
    """As `maximum` over all customers, and the same place; raises `NoFit`.

    Where the sample does not hold the parameters (one of them runs to an edge, or hardly matters, as where nobody
    leaves), or does not lead to the maximum, the search starts over with all customers.
    """
    everyone = likelihood_of(counted)
    if counted.total > 2 * SAMPLE:
        few = sample(counted, SAMPLE)
        guide = _guide(likelihood_of(few), names, few.total, start)
        found = _finished(loss_of_one(everyone, counted.total), counted.total, *guide) if guide else None
        if found:
            return found
    return maximum(everyone, names, counted.total, start)


def sample(counted: Cells, customers: int) -> Cells:
    """That many customers at even distances in the order of the cells: nearly the ages of all, without chance."""
    until = np.floor(np.cumsum(counted.customers) * (customers / counted.total))
    taken = np.diff(until, prepend=0.0)
    kept = taken > 0
    return Cells(counted.frequency[kept], counted.recency[kept], counted.age[kept], taken[kept])


def _guide(
    log_likelihood: LogLikelihood, names: Sequence[str], customers: float, start: Sequence[float] | None
) -> tuple[Maximum, Numbers] | None:
    """The maximum over the sample and the curvature there; None if the sample does not hold the parameters."""
    try:
        rough = maximum(log_likelihood, names, customers, start)
    except NoFit:
        return None
    if rough.at_bound:
        return None
    loss, at = loss_of_one(log_likelihood, customers), np.log(rough.parameters)
    nudges = NUDGE * np.eye(len(at))
    curvature = np.array([(loss(at + nudge)[1] - loss(at - nudge)[1]) / (2 * NUDGE) for nudge in nudges])
    curvature = (curvature + curvature.T) / 2
    is_held = np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature)[0] * customers > HELD
    return (rough, curvature) if is_held else None


def _finished(loss: LogLikelihood, customers: float, rough: Maximum, curvature: Numbers) -> Maximum | None:
    """Newton's steps over all customers with the curvature of the sample, which is nearly theirs: the gradient alone
    says when to stop. None unless every step leaves far less to gain than the one before."""
    at, before = np.log(rough.parameters), np.inf
    for turn in range(ROUNDS):
        value, slope = loss(at)
        move = -np.linalg.solve(curvature, slope)
        to_gain = -float(slope @ move) / 2 * customers
        if to_gain < ENOUGH:
            return Maximum(tuple(np.exp(at).tolist()), -value * customers, (), rough.rounds + turn)
        at = at + move
        if not to_gain < CALMING * before or np.abs(at).max() > LARGEST_LOG:
            return None
        before = to_gain
    return None
