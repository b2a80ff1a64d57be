"""How many segments? The largest number of them that comes out again when the customers are drawn anew."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

LEAST, MOST = 3, 8  # fewer say nothing, more nobody can address apart
ARI_MEAN = 0.8
ARI_MIN = 0.6
SHARE_LEAST = 0.03
DRAWS = 20  # bootstrap samples a k; with 8 the minimum still moved by 0.2 from seed to seed
STARTS = 10  # a poor start is not an unstable segment
ROWS_MOST = 5_000  # the curve is drawn on at most so many customers; more only sharpen it
SILHOUETTE_ROWS_MOST = 2_000  # its cost is quadratic
SEED = 20170101


@dataclass(frozen=True)
class Asked:
    """What a number of segments must reach to be offered, and the largest number that may be."""

    most: int = MOST
    ari_mean: float = ARI_MEAN
    ari_min: float = ARI_MIN
    smallest_share: float = SHARE_LEAST


STANDARD = Asked()


@dataclass(frozen=True)
class Stability:
    """How well k segments come out again: agreement with bootstrap refits, smallest segment, separation."""

    k: int
    ari_mean: float
    ari_min: float
    smallest_share: float
    silhouette: float

    def holds(self, asked: Asked = STANDARD) -> bool:
        """Whether so many segments may be offered."""
        is_stable = self.ari_mean >= asked.ari_mean and self.ari_min >= asked.ari_min
        return is_stable and self.smallest_share >= asked.smallest_share

    def facts(self) -> dict[str, float]:
        return {name: round(float(value), 6) for name, value in asdict(self).items()}


def curve(points: np.ndarray, most: int = MOST) -> list[Stability]:
    """The stability of each k up to `most` on a bounded sample of standardised points."""
    rng = np.random.default_rng(SEED)
    sample = points if len(points) <= ROWS_MOST else points[np.sort(rng.choice(len(points), ROWS_MOST, replace=False))]
    return [stability(sample, k) for k in range(LEAST, most + 1)]


def chosen(found: Sequence[Stability], asked: Asked = STANDARD) -> Stability:
    """The largest k that holds; if none does, the one with the best mean agreement, which the judge will refuse."""
    holding = [stability for stability in found if stability.holds(asked)]
    return max(holding, key=lambda s: s.k) if holding else max(found, key=lambda s: (s.ari_mean, -s.k))


@threadpool_limits.wrap(limits=1)
def stability(points: np.ndarray, k: int) -> Stability:
    """Refit k segments on bootstrap draws and compare where every customer would go."""
    rng = np.random.default_rng([SEED, k])
    labels = _fitted(points, k, SEED).labels_
    agreed = []
    for draw in range(DRAWS):
        again = points[np.sort(rng.integers(0, len(points), len(points)))]
        agreed.append(adjusted_rand_score(labels, _fitted(again, k, draw).predict(points)))
    return Stability(k, float(np.mean(agreed)), float(np.min(agreed)), smallest(labels, k), separation(points, labels))


def smallest(labels: np.ndarray, k: int) -> float:
    """The share of the smallest of k groups; 0 if one is empty."""
    return float(np.bincount(labels, minlength=k).min() / len(labels))


def separation(points: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette on a bounded sample, from -1 to 1; 0 if there is only one group."""
    rng = np.random.default_rng(SEED)
    rows = np.sort(rng.choice(len(points), min(len(points), SILHOUETTE_ROWS_MOST), replace=False))
    if len(np.unique(labels[rows])) < 2:
        return 0.0
    return float(silhouette_score(points[rows], labels[rows]))


def _fitted(points: np.ndarray, k: int, seed: int) -> KMeans:
    return KMeans(k, n_init=STARTS, random_state=seed).fit(points)
