"""A rule that people can say: a tree of depth three that imitates the segments, with how far it may be trusted."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sklearn.tree import DecisionTreeClassifier

from mining_tasks.segments.features import matrix

DEPTH = 3
ROWS_MOST = 50_000
SEED = 20170101
WORDS = ("days since the last order", "orders", "spend (median buyer = 100)", "departments")


@dataclass(frozen=True)
class Rule:
    """The leaf that holds most of a segment, in words, and the tree's fidelity on customers it never saw.

    fidelity: share of the segment's customers that the tree puts there too.
    """

    words: str | None
    fidelity: float | None


@dataclass(frozen=True)
class Surrogate:
    """Rules by segment id, and the share of all customers that the tree puts where the model does."""

    rules: dict[str, Rule]
    fidelity: float


def imitated(buyers: pa.Table, ids: np.ndarray, scale: dict[str, float]) -> Surrogate | None:
    """Fit the tree on every other buyer, measure it on the rest; None with fewer than two segments or two buyers each.

    buyers: rows of `features.sql`, sorted by customer; ids: their segments.
    """
    numbers = matrix(buyers, scale) * np.array([30.0, 1.0, 1.0, 1.0])
    learn, check = slice(0, 2 * ROWS_MOST, 2), slice(1, 2 * ROWS_MOST, 2)
    known = ids.astype(str)
    if len(np.unique(known[learn])) < 2 or not len(known[check]):
        return None
    # Balanced: eight leaves else go to the large segments, and the small ones, often the telling ones, get no rule.
    tree = DecisionTreeClassifier(max_depth=DEPTH, class_weight="balanced", random_state=SEED)
    tree.fit(numbers[learn], known[learn])
    said = tree.predict(numbers[check])
    return Surrogate(
        {name: _rule(tree, numbers[check], known[check], name) for name in np.unique(known)},
        float((said == known[check]).mean()),
    )


def _rule(tree: DecisionTreeClassifier, numbers: np.ndarray, ids: np.ndarray, name: str) -> Rule:
    mine = ids == name
    said = tree.predict(numbers) == name
    if not mine.any():
        return Rule(None, None)
    leaves = tree.apply(numbers)
    hits = np.bincount(leaves[mine & said], minlength=1) if (mine & said).any() else np.zeros(1, dtype=int)
    fidelity = float((mine & said).sum() / mine.sum())
    if not hits.any():
        return Rule(None, fidelity)
    leaf = int(hits.argmax())
    there = leaves == leaf
    found, right = (mine & there).sum() / mine.sum(), (mine & there).sum() / there.sum()
    return Rule(f"{_path(tree, leaf)}: {found:.0%} of them, {right:.0%} of whom it names belong", round(fidelity, 6))


def _path(tree: DecisionTreeClassifier, leaf: int) -> str:
    """The conditions from the root to a leaf, one span a feature."""
    inner = tree.tree_
    spans: dict[int, list[float]] = {}
    node = leaf
    while node:
        parent = int(np.flatnonzero((inner.children_left == node) | (inner.children_right == node))[0])
        span = spans.setdefault(int(inner.feature[parent]), [-np.inf, np.inf])
        threshold = float(inner.threshold[parent])
        if inner.children_left[parent] == node:
            span[1] = min(span[1], threshold)
        else:
            span[0] = max(span[0], threshold)
        node = parent
    return " and ".join(_span(WORDS[feature], *span) for feature, span in sorted(spans.items()))


def _span(words: str, low: float, high: float) -> str:
    if low == -np.inf:
        return f"{words} up to {high:.4g}"
    if high == np.inf:
        return f"{words} over {low:.4g}"
    return f"{words} over {low:.4g} up to {high:.4g}"
