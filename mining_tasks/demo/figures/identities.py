"""Identities, held against the people who are behind the accounts; pairs of accounts are counted, never listed.

Thresholds but that of precision: what deterministic evidence reached on planted shops of 5,000 customers (eleven seeds:
precision 0.9972 to 0.9997, recall 0.758 to 0.771, F1 0.862 to 0.870, strangers 0.0004 to 0.0032, namesakes 0.902 to 1),
less a margin.
"""

from collections.abc import Iterator

from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "identities"
PRECISION = Figure(
    ROOM, "pairwise precision", 0.995, "at least", "share", "of the pairs of accounts joined, those of one person"
)
RECALL = Figure(
    ROOM, "pairwise recall", 0.74, "at least", "share", "of the pairs of accounts of one person, those joined"
)
F1 = Figure(ROOM, "pairwise F1", 0.84, "at least", "share", "the harmonic mean of precision and recall")
STRANGERS = Figure(
    ROOM,
    "people joined with a stranger",
    0.005,
    "at most",
    "share",
    "of all people, those in one customer with another",
)
NAMESAKES = Figure(
    ROOM,
    "namesakes told apart",
    0.86,
    "at least",
    "share",
    "twins, fathers and sons: those in no customer with another",
)
KEPT = Figure(
    ROOM, "ids kept since the night before", 0.99, "at least", "share", "of the accounts known then, same customer now"
)
UNKNOWN = Figure(ROOM, "accounts nobody planted", 0, "at most", "accounts", "of those linked: the truth knows each")
WITHOUT = Figure(ROOM, "accounts without a customer", 0, "at most", "accounts", "of those that the silos show")
FIGURES = (PRECISION, RECALL, F1, STRANGERS, NAMESAKES, UNKNOWN, WITHOUT, KEPT)


def measure(sight: Sight) -> Iterator[Figure]:
    pairs = sight.row(__file__, "identities_pairs.sql")
    precision, recall = _over(pairs["right"], pairs["joined"]), _over(pairs["right"], pairs["true"])
    counts = f"{pairs['right']:,} pairs right, {pairs['joined']:,} joined, {pairs['true']:,} true"
    yield PRECISION.of(precision, counts)
    yield RECALL.of(recall, counts)
    yield F1.of(_over(2 * pairs["right"], pairs["joined"] + pairs["true"]))
    people = sight.row(__file__, "identities_people.sql")
    yield STRANGERS.of(_over(people["mixed"], people["persons"]), f"{people['mixed']:,} of {people['persons']:,}")
    apart, alike = people["namesakes"] - people["namesakes_mixed"], people["namesakes"]
    yield NAMESAKES.of(_over(apart, alike), f"{apart:,} of {alike:,}")
    missing = sight.row(__file__, "identities_missing.sql")
    yield UNKNOWN.of(missing["unknown"], f"{missing['unknown']:,} of {missing['linked']:,}")
    yield WITHOUT.of(missing["without"], f"{missing['without']:,} of {missing['known']:,}")
    kept = sight.row(__file__, "identities_kept.sql")
    yield KEPT.of(_over(kept["kept"], kept["accounts"]), f"{kept['kept']:,} of {kept['accounts']:,}")


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None
