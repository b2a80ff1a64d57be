"""Identities, held against the people who are behind the accounts; pairs of accounts are counted, never listed.

Guests are figures of their own: they join on verified evidence alone, so among the pairs and the people only accounts
of the silos count. Thresholds are what the room is to reach on any planted shop; they are not read off a run.
"""

from collections.abc import Iterator

from mining_tasks.demo.figure import Figure
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
    yield from _pairs(sight.row(__file__, "identities_pairs.sql"))
    people = sight.row(__file__, "identities_people.sql")
    told = f"{people['strange']:,} of {people['persons']:,}; {people['of_the_house']:,} more with one of the house only"
    yield STRANGERS.of(_over(people["strange"], people["persons"]), told)
    yield _namesakes(sight.rows(__file__, "identities_namesakes.sql"))
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


def _pairs(pairs: Row) -> Iterator[Figure]:
    told = f"{pairs['right']:,} pairs right, {pairs['joined']:,} joined, {pairs['true']:,} true"
    yield PRECISION.of(_over(pairs["right"], pairs["joined"]), told)
    yield RECALL.of(_over(pairs["right"], pairs["true"]), told)
    yield F1.of(_over(2 * pairs["right"], pairs["joined"] + pairs["true"]))


def _namesakes(traps: list[Row]) -> Figure:
    pairs, joined = (sum(row[name] for row in traps) for name in ("pairs", "joined"))
    told = ", ".join(f"{row['pairs'] - row['joined']:,} of {row['pairs']:,} {row['trap_code']}" for row in traps)
    return NAMESAKES.of(_over(pairs - joined, pairs), told)


def _dotless(facts: Row) -> str:
    """The planted provider whose mailboxes ignore dots and tags; empty where the truth tells of none."""
    told = facts.get("settings", {}).get("people", {}).get("mailboxes", {})
    return str(told.get("ignores_dots_and_tags", ""))


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None
