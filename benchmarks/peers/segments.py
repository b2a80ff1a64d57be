"""Contest: k-means of as many rows as there are customers × 20: our bounded sample, scikit-learn on everybody."""

from datetime import date
from typing import Any

import numpy as np

import expectations
from benchmarks.peers import side
from benchmarks.peers.side import Clock

FEATURES, GROUPS, SEED, STARTS = 20, 8, 20261026, 10
SHARES = np.array([0.25, 0.20, 0.15, 0.12, 0.10, 0.08, 0.06, 0.04])  # unequal, as customers are
# Of the centres on the log scale, rows spread by 1 around them. Nearer (0.8), or with a group of 2 %, the full fit
# itself misses the groups, and nothing can be said of ours.
SPREAD = 1.5


def drawn(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """rows × 20 amounts, lognormal around eight unequal groups, and the group of each row."""
    rng = np.random.default_rng(SEED)
    centres = rng.normal(3.0, SPREAD, (GROUPS, FEATURES))
    group = rng.choice(GROUPS, rows, p=SHARES)
    return np.expm1(np.maximum(centres[group] + rng.normal(0.0, 1.0, (rows, FEATURES)), 0.0)), group


def ours(night: date, clock: Clock) -> dict[str, Any]:
    """Ten starts on a sample, one pass over everybody; compared with ten starts over everybody."""
    from sklearn.metrics import adjusted_rand_score as agreement

    from mining_tasks.segments import model

    numbers, group = drawn(_customers(night))
    with clock.running("fit"):
        fitted = model.fitted(numbers, GROUPS)
    with clock.running("score"):
        labels, _ = model.Segmentation(fitted, {}).assigned(numbers)
    found, full = agreement(group, labels), agreement(group, _full(numbers)[0])
    return {"rows": len(numbers), "ari": round(float(found), 5), "ari_lost": round(float(full - found), 5)}


def with_sklearn(night: date, clock: Clock) -> dict[str, Any]:
    """`KMeans(n_init=10)` on the whole table, as its documentation shows it."""
    from sklearn.metrics import adjusted_rand_score as agreement

    numbers, group = drawn(_customers(night))
    _, means, scale = _full(numbers, clock)
    with clock.running("score"):
        labels = means.predict(scale(numbers))
    return {"rows": len(numbers), "ari": round(float(agreement(group, labels)), 5)}


def _full(numbers: np.ndarray, clock: Clock | None = None) -> tuple[np.ndarray, Any, Any]:
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    with (clock or Clock()).running("fit"):
        scaler = StandardScaler().fit(np.log1p(numbers))
        means = KMeans(GROUPS, n_init=STARTS, random_state=SEED).fit(scaler.transform(np.log1p(numbers)))
    return means.labels_, means, lambda rows: scaler.transform(np.log1p(rows))


def _customers(night: date) -> int:
    from mining_tasks.warehouse import shelf

    return shelf.read(expectations.table("core_customers__features"), night).rows


if __name__ == "__main__":
    side.main({"ours": ours, "scikit-learn": with_sklearn})
