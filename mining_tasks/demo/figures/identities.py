"""Identities, held against the people who are behind the accounts; pairs of accounts are counted, never listed.

Guests are figures of their own: they join on verified evidence alone, so among the pairs and the people only accounts
of the silos count. Thresholds are what the room is to reach on any planted shop; they are not read off a run.

Those of pairs, people and namesakes are asked of shops of 20,000 people and more. A smaller shop is a small sample, and
its parameters are learnt from less: it may miss them by two standard errors. The accounts of one person, or of one
house of namesakes, go right or wrong together and are one case (`figure.allowed`).
"""

from collections.abc import Iterator
from dataclasses import replace

from mining_tasks.demo.figure import LARGE, Figure, bound
from mining_tasks.demo.sight import Row, Sight

ROOM = "identities"
PRECISION = Figure(
    ROOM, "pairwise precision", 0.995, "at least", "share", "of the pairs of accounts joined, those of one person"
)
RECALL = Figure(
    ROOM, "pairwise recall", 0.95, "at least", "share", "of the pairs of accounts of one person, those joined"
)
F1 = Figure(ROOM, "pairwise F1", 0.972, "at least", "share", "the harmonic mean of precision and recall")
STRANGERS = Figure(
    ROOM,
    "people joined with a stranger",
    0.0005,
    "at most",
    "share",
    "of all people, those in one customer with another who is not of the house",
)
NAMESAKES = Figure(
    ROOM,
    "namesakes told apart",
    0.95,
    "at least",
    "share",
    "twins, fathers and sons: of the pairs of accounts of the two, those in two customers",
)
RECOVERED = Figure(
    ROOM,
    "guests recovered",
    0.95,
    "at least",
    "share",
    "of the guests whose mailbox is one person's alone and verified on an account of hers, those joined to her",
)
ASTRAY = Figure(
    ROOM,
    "guests given to another",
    0.001,
    "at most",
    "share",
    "of all guests, those in a customer with somebody else and with no account of hers",
)
KEPT = Figure(
    ROOM, "ids kept since the night before", 0.99, "at least", "share", "of the accounts known then, same customer now"
)
UNKNOWN = Figure(ROOM, "accounts nobody planted", 0, "at most", "accounts", "of those linked: the truth knows each")
WITHOUT = Figure(
    ROOM,
    "accounts without a customer",
    0,
    "at most",
    "accounts",
    "of those that the silos show, and of the orders of guests",
)
FIGURES = (PRECISION, RECALL, F1, STRANGERS, NAMESAKES, RECOVERED, ASTRAY, UNKNOWN, WITHOUT, KEPT)


def measure(sight: Sight) -> Iterator[Figure]:
    planted = int(sight.facts.get("customers", LARGE))
    yield from _pairs(sight.row(__file__, "identities_pairs.sql"), planted)
    people = sight.row(__file__, "identities_people.sql")
    told = f"{people['strange']:,} of {people['persons']:,}; {people['of_the_house']:,} more with one of the house only"
    share = _over(people["strange"], people["persons"])
    yield _held(STRANGERS, planted, told, people["persons"]).of(share)
    yield _namesakes(sight.rows(__file__, "identities_namesakes.sql"), planted)
    missing = sight.row(__file__, "identities_missing.sql")
    yield UNKNOWN.of(missing["unknown"], f"{missing['unknown']:,} of {missing['linked']:,}")
    yield WITHOUT.of(missing["without"], f"{missing['without']:,} of {missing['known']:,}")
    yield from of_guests(sight)
    kept = sight.row(__file__, "identities_kept.sql")
    yield KEPT.of(_over(kept["kept"], kept["accounts"]), f"{kept['kept']:,} of {kept['accounts']:,}")


def of_guests(sight: Sight) -> Iterator[Figure]:
    """Guests who were found again, and guests who were given to somebody else."""
    guests = sight.row(__file__, "identities_guests.sql", dotless=_dotless(sight.facts))
    told = f"{guests['recovered']:,} of {guests['recoverable']:,}, of {guests['guests']:,} guests in all"
    yield RECOVERED.of(_over(guests["recovered"], guests["recoverable"]), told)
    yield ASTRAY.of(_over(guests["strange"], guests["guests"]), f"{guests['strange']:,} of {guests['guests']:,}")


def _pairs(pairs: Row, planted: int) -> Iterator[Figure]:
    told = f"{pairs['right']:,} pairs right, {pairs['joined']:,} joined, {pairs['true']:,} true"
    right, joined, true = pairs["right"], pairs["joined"], pairs["true"]
    yield _held(PRECISION, planted, told, pairs["joined_cases"]).of(_over(right, joined))
    yield _held(RECALL, planted, told, pairs["true_cases"]).of(_over(right, true))
    yield _held(F1, planted, F1.note, pairs["true_cases"]).of(_over(2 * right, joined + true))


def _namesakes(traps: list[Row], planted: int) -> Figure:
    pairs, joined, squares = (sum(row[name] for row in traps) for name in ("pairs", "joined", "squares"))
    told = ", ".join(f"{row['pairs'] - row['joined']:,} of {row['pairs']:,} {row['trap_code']}" for row in traps)
    return _held(NAMESAKES, planted, told, pairs**2 / max(squares, 1)).of(_over(pairs - joined, pairs))


def _held(figure: Figure, planted: int, told: str, cases: float) -> Figure:
    """The figure with the threshold and the note for a shop of so many people."""
    held = figure.asked_of(planted, cases or 0)
    is_eased = held.threshold != figure.threshold
    asked = f"; {bound(figure.threshold, figure.direction)} from {LARGE:,} people" if is_eased else ""
    return replace(held, note=told + asked)


def _dotless(facts: Row) -> str:
    """The planted provider whose mailboxes ignore dots and tags; empty where the truth tells of none."""
    told = facts.get("settings", {}).get("people", {}).get("mailboxes", {})
    return str(told.get("ignores_dots_and_tags", ""))


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None
