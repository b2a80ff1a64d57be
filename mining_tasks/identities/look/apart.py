"""Apart: why two accounts that something proposed as one person are two customers all the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mining_tasks.identities.rules import COMPONENT_LIMIT

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What decides who stays apart: the limits, the accounts of every customer concerned, all pairs that reach out of
    this one, what people excluded, and who contradicts whom (None where the key to contact data is missing)."""

    threshold_weight: float
    most_strange: float
    accounts: Mapping[str, Sequence[str]]
    near: Sequence[Row] = ()
    excluded: Mapping[frozenset[str], Row] = field(default_factory=dict)
    clashes: Mapping[frozenset[str], Sequence[str]] | None = None


def why_apart(pair: Row, known: Known) -> tuple[str, str]:
    """A code and a sentence. `pair`: a row of core_identities__pairs with the customer of each side."""
    mine, yours = (known.accounts[pair[name]] for name in ("customer_id", "other_customer_id"))
    for reason in (_excluded, _unlikely, _strange, _excluded_beside, _clash, _wavers, _large):
        if told := reason(pair, known, [(one, other) for one in mine for other in yours]):
            return told
    blind = "" if known.clashes is not None else "contradict each other (the key to contact data would tell), or "
    return "weak", f"together they would {blind}hang on this tie alone, which is too weak for that"


Sides = Sequence[tuple[str, str]]
Told = tuple[str, str] | None


def _excluded(pair: Row, known: Known, _: Sides) -> Told:
    said = known.excluded.get(frozenset((pair["account_id"], pair["other_account_id"])))
    return ("excluded", f"a person excluded it on {said['decided_date']}") if said else None


def _unlikely(pair: Row, known: Known, _: Sides) -> Told:
    weight = pair["match_weight"]
    if pair["evidence_code"] != "likeness" or weight is None or weight >= known.threshold_weight:
        return None
    return "below threshold", f"{weight:.1f} bits, and {known.threshold_weight:.1f} are needed"


def _strange(pair: Row, known: Known, _: Sides) -> Told:
    strange = pair.get("stranger_probability")
    if pair["evidence_code"] != "likeness" or strange is None or strange <= known.most_strange:
        return None
    return "strangers", f"strangers with a probability of {strange:.2%}, and {known.most_strange:.2%} is the most"


def _excluded_beside(_: Row, known: Known, sides: Sides) -> Told:
    kept = next((side for side in sides if frozenset(side) in known.excluded), None)
    return ("excluded beside", f"a person keeps {kept[0]} and {kept[1]} apart") if kept else None


def _clash(_: Row, known: Known, sides: Sides) -> Told:
    told = _clashing(known, sides)
    return ("contradiction", told) if told else None


def _wavers(pair: Row, known: Known, _: Sides) -> Told:
    """The account fits two customers who contradict each other: it joins the clearly better one, or neither."""
    for beside in known.near:
        others = (pair["other_customer_id"], beside["other_customer_id"])
        if beside["account_id"] == pair["account_id"] and others[0] != others[1]:
            theirs, hers = (known.accounts[customer] for customer in others)
            if told := _clashing(known, [(one, other) for one in theirs for other in hers]):
                return "fits two", f"it fits {beside['other_account_id']} too, and {told}"
    return None


def _clashing(known: Known, sides: Sides) -> str:
    clashes = known.clashes or {}
    kept = next((side for side in sides if frozenset(side) in clashes), None)
    fields = " and ".join(clashes[frozenset(kept)]) if kept else ""
    return f"{kept[0]} and {kept[1]} cannot be one person by their {fields}" if kept else ""


def _large(_: Row, __: Known, sides: Sides) -> Told:
    together = len({one for one, _ in sides}) + len({other for _, other in sides})
    return ("too many", f"together they would be {together} accounts") if together > COMPONENT_LIMIT else None
