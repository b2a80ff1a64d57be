"""Straight lines by weighted least squares, alone or leaning on a line that is known already."""

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers

Line = tuple[float, float]  # fixed, rise


def fitted(x: Numbers, y: Numbers, weight: Numbers) -> Line:
    """y = fixed + rise × x; rise 0 where x does not vary."""
    at, mean = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = float(weight @ (x - at) ** 2)
    rise = float(weight @ ((x - at) * (y - mean))) / spread if spread > 0 else 0.0
    return float(mean - rise * at), rise


def leaning(x: Numbers, y: Numbers, weight: Numbers, known: tuple[Line, float]) -> Line:
    """The same, as if a known line had been seen on so much weight more, half of it on either side of the mean of x."""
    (fixed, rise), more = known
    at = np.average(x, weights=weight) if weight.sum() > 0 else 1.0
    points = np.array([0.5, 1.5]) * at
    return fitted(
        np.concatenate([x, points]),
        np.concatenate([y, fixed + rise * points]),
        np.concatenate([weight, np.full(2, more / 2)]),
    )
