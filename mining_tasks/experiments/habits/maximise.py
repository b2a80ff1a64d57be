"""Maximum likelihood of positive parameters: searched on their logarithms, with an analytic gradient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from mining_tasks.experiments.habits.cells import Numbers

LARGEST_LOG = 12.0  # e^12 = 163,000: a parameter that wants to be larger is no longer held by the data
STEP_MOST, HALVINGS, STEADY = 1.0, 8, 1e-3
PULL = 0.05  # 1 / variance
Scores = Callable[[Numbers], tuple[Numbers, Numbers]]  # parameters → n log-likelihoods, n × p gradients
LogLikelihood = Callable[[Numbers], tuple[float, Numbers]]  # parameters → sum over customers, its gradient


class NoFit(ArithmeticError):
    """The search found no maximum."""


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is largest; `at_bound` names the parameters that ran to the edge of the search."""

    parameters: tuple[float, ...]
    log_likelihood: float
    at_bound: tuple[str, ...]
    rounds: int


def maximum(
    log_likelihood: LogLikelihood, names: Sequence[str], customers: float, start: Sequence[float] | None = None
) -> Maximum:
    """The parameters of largest log-likelihood, from `start` (all 1 without one); raises `NoFit`."""
    loss = loss_of_one(log_likelihood, customers)
    first = np.log(np.asarray(start if start is not None else [1.0] * len(names), np.float64))
    bounds = [(-LARGEST_LOG, LARGEST_LOG)] * len(names)
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8}
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    if not np.isfinite(found.fun):
        raise NoFit(f"no maximum in {found.nit} rounds: {found.message}")
    edge = [name for name, log in zip(names, found.x, strict=True) if abs(log) > LARGEST_LOG - 1e-3]
    return Maximum(tuple(np.exp(found.x).tolist()), float(-found.fun * customers), tuple(edge), int(found.nit))


def loss_of_one(log_likelihood: LogLikelihood, customers: float) -> LogLikelihood:
    """What is made small: minus the mean log-likelihood and its gradient, by the logarithms of the parameters."""

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / customers, -gradient * parameters / customers

    return loss


def step(scores: Scores, before: tuple[float, ...], weight: Numbers) -> tuple[float, ...]:
    """One step up from positive parameters, by the scores of n customers who count as often as `weight` says.

    The scores' own products stand for the curvature (Berndt, Hall, Hall, Hausman 1974); a step that does not raise the
    likelihood is halved, then left out. A logarithm far from 0 costs as one case of a normal distribution (PULL) would,
    lest a kind of few customers run to an edge.
    """
    at = np.log(np.array(before))
    each, gradients = scores(np.exp(at))
    slopes = gradients * np.exp(at)
    curvature = (slopes * weight[:, None]).T @ slopes
    curvature += np.diag(STEADY * np.diag(curvature) + PULL)
    move = np.linalg.solve(curvature, weight @ slopes - PULL * at)
    move = move * min(1.0, STEP_MOST / max(float(np.abs(move).max()), 1e-12))
    now = float(weight @ each) - PULL * float(at @ at) / 2
    for _ in range(HALVINGS):
        there = np.clip(at + move, -LARGEST_LOG, LARGEST_LOG)
        if float(weight @ scores(np.exp(there))[0]) - PULL * float(there @ there) / 2 > now:
            return tuple(np.exp(there).tolist())
        move = move / 2
    return before
