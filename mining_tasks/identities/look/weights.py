"""Weights: what each comparison adds to the odds of one person, in words that people understand."""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import expectations

PRIOR, TOTAL, ENDING = "prior_weight", "match_weight", "_weight"
WORDS = {
    "prior": "before any comparison",
    "given": "given name",
    "birth": "birth date",
    "house": "house number",
    "extra": "second address line",
    "email": "e-mail",
    "silo": "one silo or two",
    "orders": "orders named",
    "loyalty": "loyalty number",
    "device": "device logged in",
    "company": "company it keeps",
}


def weights(pair: Mapping[str, Any]) -> dict[str, float]:
    """What each comparison adds, in bits, in the order in which they were weighed; the prior first.

    The names are those of the contract's `*_weight` columns, without the ending. Nothing if the pair was not weighed.
    """
    columns = [
        column.name for column in expectations.table("core_identities__pairs").columns if column.name.endswith(ENDING)
    ]
    names = [PRIOR, *(name for name in columns if name not in (PRIOR, TOTAL))]
    return {name.removesuffix(ENDING): pair[name] for name in names if pair.get(name) is not None}


def sums(added: Mapping[str, float]) -> list[float]:
    """The bits after each comparison."""
    return list(accumulate(added.values()))


def words(name: str) -> str:
    """What a comparison is called."""
    return WORDS.get(name, name.replace("_", " "))


def probability(bits: float) -> float:
    """The probability of one person that odds of so many bits mean."""
    return 1 / (1 + 2 ** -max(min(bits, 1000.0), -1000.0))
