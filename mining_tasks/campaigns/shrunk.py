"""Linear regression whose slopes lean on zero as far as the data ask for it: empirical Bayes by marginal likelihood.

MacKay, "Bayesian interpolation", Neural Computation 4(3), 1992: prior and noise are those under which what was seen is
likeliest; the posterior tells each effect and how sure it is.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from mining_tasks.campaigns.offers import Numbers
from mining_tasks.campaigns.qini import LEVEL

PRIORS = np.logspace(-6, 1, 36)  # variances of a slope that are tried
STEPS = 8  # of the noise towards its fixed point
Z = float(norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Slopes:
    """mean: (p,) and covariance: (p, p) of the slopes, given the data. evidence: logarithm of the likelihood."""

    mean: Numbers
    covariance: Numbers
    evidence: float

    def times(self, scale: Numbers) -> "Slopes":
        """Of inputs that have not been multiplied by `scale` (p,)."""
        return Slopes(self.mean * scale, self.covariance * np.outer(scale, scale), self.evidence)

    def said(self, inputs: Numbers) -> tuple[Numbers, Numbers]:
        """(n,) effect of such inputs (n, p), and half of its 95 % interval."""
        spread = np.einsum("ij,jk,ik->i", inputs, self.covariance, inputs)
        return inputs @ self.mean, Z * np.sqrt(np.maximum(spread, 0.0))


def fitted(inputs: Numbers, outcome: Numbers) -> Slopes:
    """inputs (n, p) without a constant, outcome (n,) with mean 0 where all inputs are 0; n at least 2."""
    square, turned = np.linalg.eigh(inputs.T @ inputs)
    square, along = np.maximum(square, 0.0), turned.T @ (inputs.T @ outcome)
    whole = float(outcome @ outcome)
    tried = [_tried(square, along, (whole, len(outcome)), prior) for prior in PRIORS]
    evidence, mean, variance = max(tried, key=lambda one: one[0])
    return Slopes(turned @ mean, (turned * variance) @ turned.T, evidence)


def _tried(square: Numbers, along: Numbers, seen: tuple[float, int], prior: float) -> tuple[float, Numbers, Numbers]:
    """Evidence of a prior, and the posterior in the directions of the inputs."""
    whole, count = seen
    noise = max(whole / count, 1e-12)
    for _ in range(STEPS):
        lean = noise / prior
        mean = along / (square + lean)
        left = whole - 2 * float(mean @ along) + float((mean**2 * square).sum())
        used = float((square / (square + lean)).sum())
        noise = max(left / max(count - used, 1.0), 1e-12)
    precision = square / noise + 1 / prior
    told = left / noise + float((mean**2).sum()) / prior + count * np.log(noise)
    told += float(np.log(precision).sum()) + len(mean) * np.log(prior)
    return -0.5 * told, mean, 1 / precision
