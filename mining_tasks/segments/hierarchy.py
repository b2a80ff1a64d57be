"""A second opinion: Ward's tree over 500 small groups. It shows which segments are kin, and how far it agrees."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

GROUPS = 500
ROWS_A_GROUP = 5  # fewer make groups of one, and the tree one of outliers
ROWS_MOST = 50_000
SEED = 20170101
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Tree:
    """How Ward's tree compares: agreement with the model at the same k, and the branch of each segment.

    branches: by cluster number, `A1`: branch A of two, its first twig of four.
    """

    agreement: float
    branches: tuple[str, ...]


@threadpool_limits.wrap(limits=1)
def compared(points: np.ndarray, labels: np.ndarray, k: int) -> Tree:
    """Build the tree on a bounded sample of standardised points and compare it with the model's labels."""
    rng = np.random.default_rng(SEED)
    rows = np.sort(rng.choice(len(points), min(len(points), ROWS_MOST), replace=False))
    sample, model = points[rows], labels[rows]
    groups = min(GROUPS, max(k, len(sample) // ROWS_A_GROUP))
    small = MiniBatchKMeans(groups, n_init=1, random_state=SEED, batch_size=4096).fit(sample)
    place = small.labels_
    tree = linkage(small.cluster_centers_, "ward")
    cuts = {size: cut_tree(tree, size).ravel()[place] for size in (2, 4, k)}
    twigs = _twig_names(cuts[2], cuts[4])
    branches = tuple(twigs[_most_common(cuts[4][model == cluster])] for cluster in range(k))
    return Tree(float(adjusted_rand_score(model, cuts[k])), branches)


def _twig_names(branch: np.ndarray, twig: np.ndarray) -> dict[int, str]:
    """Names of the four twigs: the larger branch is A, its larger twig A1."""
    by_size = np.argsort(-np.bincount(branch), kind="stable")
    letters = {int(number): LETTERS[place] for place, number in enumerate(by_size)}
    names: dict[int, str] = {}
    for number, letter in letters.items():
        inside = np.bincount(twig[branch == number])
        order = [int(t) for t in np.argsort(-inside, kind="stable") if inside[t]]
        names |= {twig_number: f"{letter}{place}" for place, twig_number in enumerate(order, start=1)}
    return names


def _most_common(values: np.ndarray) -> int:
    return int(np.bincount(values).argmax()) if len(values) else 0
