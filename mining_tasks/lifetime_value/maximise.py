"""Maximum likelihood of positive parameters: searched on their logarithms, with an analytic gradient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from mining_tasks.lifetime_value.cells import Numbers

LARGEST_LOG = 12.0  # e^12 = 163,000: a parameter that wants to be larger is no longer held by the data
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

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / customers, -gradient * parameters / customers

    first = np.log(np.asarray(start if start is not None else [1.0] * len(names), np.float64))
    bounds = [(-LARGEST_LOG, LARGEST_LOG)] * len(names)
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8}
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    if not np.isfinite(found.fun):
        raise NoFit(f"no maximum in {found.nit} rounds: {found.message}")
    edge = [name for name, log in zip(names, found.x, strict=True) if abs(log) > LARGEST_LOG - 1e-3]
    return Maximum(tuple(np.exp(found.x).tolist()), float(-found.fun * customers), tuple(edge), int(found.nit))
