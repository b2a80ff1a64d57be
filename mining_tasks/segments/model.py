"""The model: log scale, standard scale, k-means; found from ten starts on a sample, finished on everybody."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

STARTS = 10  # one start fell into a poor optimum at 1M x 20 (ARI 0.77 against 0.998), ten did not
SAMPLE_MOST = 50_000  # ten starts on it, then one pass over everybody: the same inertia at a twelfth of the time
SEED = 20170101
DIGITS = 9  # of centres and scales: what lies below is the machine's rounding, not the customers'


@dataclass(frozen=True)
class Segmentation:
    """A fitted model with its card: the identity of its segments, and all that people and later nights need."""

    pipeline: Pipeline
    card: dict[str, Any]

    @property
    def ids(self) -> np.ndarray:
        """Segment id by cluster number."""
        return np.array([segment["id"] for segment in self.card["segments"]], dtype=object)

    @property
    def names(self) -> dict[str, str]:
        return {segment["id"]: segment["name"] for segment in self.card["segments"]}

    @threadpool_limits.wrap(limits=1)
    def assigned(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cluster number and fit of each row of features; fit is 1 at the centre and 0 halfway to the next one."""
        if not len(numbers):
            return np.zeros(0, dtype=int), np.zeros(0)
        distances = np.sort(far := self.pipeline.transform(numbers), axis=1)
        nearest, second = distances[:, 0], distances[:, 1]
        fit = 1.0 - np.divide(nearest, second, out=np.ones_like(nearest), where=second > 0)
        return far.argmin(axis=1), np.round(fit, 6)


def scaling() -> list[tuple[str, Any]]:
    """The first steps of the pipeline: counts and amounts on a log scale, then standardised."""
    return [("log", FunctionTransformer(np.log1p, feature_names_out="one-to-one")), ("scale", StandardScaler())]


@threadpool_limits.wrap(limits=1)
def fitted(numbers: np.ndarray, k: int, start: np.ndarray | None = None) -> Pipeline:
    """Fit k segments to n × f features, from `start` (k × f, in the features' own units) if given.

    Same rows in the same order, same model: one thread, since sums over several depend on who comes first.
    """
    scaler = Pipeline(scaling()).fit(numbers)
    scaler[-1].mean_, scaler[-1].scale_ = np.round(scaler[-1].mean_, DIGITS), np.round(scaler[-1].scale_, DIGITS)
    points = scaler.transform(numbers)
    first = _from_sample(points, k) if start is None else scaler.transform(start)
    means = KMeans(k, init=first, n_init=1).fit(points)
    means.cluster_centers_ = np.round(means.cluster_centers_, DIGITS)
    means.labels_ = np.zeros(0, dtype=np.int32)  # one entry a customer: nothing of hers stays in the model
    return Pipeline([*scaler.steps, ("segments", means)])


def centres(pipeline: Pipeline) -> np.ndarray:
    """The centres in the features' own units, k × f: the geometric middle of each segment."""
    scaled = pipeline[:-1][-1].inverse_transform(pipeline[-1].cluster_centers_)
    return np.asarray(np.maximum(np.expm1(scaled), 0.0))


def digest(pipeline: Pipeline) -> str:
    """Eight hex digits over all that was learnt; files of the same model differ in bytes, this does not."""
    scale, means = pipeline[:-1][-1], pipeline[-1]
    learnt = np.concatenate([scale.mean_, scale.scale_, means.cluster_centers_.ravel()])
    return hashlib.sha256(np.round(learnt, DIGITS - 1).tobytes()).hexdigest()[:8]


def _from_sample(points: np.ndarray, k: int) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    rows = np.sort(rng.choice(len(points), min(len(points), SAMPLE_MOST), replace=False))
    return np.asarray(KMeans(k, n_init=STARTS, random_state=SEED).fit(points[rows]).cluster_centers_)
