"""Personas in words: who the customers of a segment are, made from its figures and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pyarrow as pa

from mining_tasks.segments.identity import NO_ORDERS_ID
from mining_tasks.segments.surrogate import Rule

TRAITS = {
    "orders_count": "orders",
    "sales_amount": "spend",
    "basket_mean_amount": "spend per order",
    "recency_days": "days since the last order",
    "gap_mean_days": "days between orders",
    "departments_count": "departments",
    "stores_count": "stores",
    "discount_share": "share of discounts",
    "coupon_lines_share": "use of coupons",
    "response_share": "response to campaigns",
    "tickets_count": "support tickets",
    "stars_mean": "stars given",
}
TOLD = 3
DEVIATIONS_LEAST = 0.2  # Cohen's "small" effect: less is not worth a word
BASKET_SHARE_LEAST = 0.01  # of the segment's spend; a lift of something hardly bought tells nothing
BASKET_LIFT_LEAST = 1.05
CUSTOMERS_LEAST = 5  # a mean over fewer would describe persons, not a segment
BASKET_CUSTOMERS_SHARE_LEAST = 0.2  # of the segment buy there: one heavy buyer is no habit of all
PLAIN_LIFT = 1.5  # from here "1.5 times" reads better than "50% above"
NOTHING = "nothing stands out"
NO_ORDERS = "no order in the shop could be tied to them"


@dataclass(frozen=True)
class Told:
    """The texts of one segment."""

    sets_apart: str
    basket: str | None


def personas(
    figures: pa.Table, traits: pa.Table, baskets: pa.Table, rules: Mapping[str, Rule], branches: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One dict per segment with the figures and texts of `pub_segments__personas`.

    figures, traits, baskets: results of `personas.sql`, `traits.sql`, `baskets.sql`. rules, branches: by segment id.
    """
    apart, typical = _apart(traits.to_pylist()), _typical(baskets.to_pylist())
    rows = []
    for row in figures.to_pylist():
        name = row["segment_id"]
        missing = NO_ORDERS if name == NO_ORDERS_ID else NOTHING
        told = Told("; ".join(apart.get(name, [])) or missing, ", ".join(typical.get(name, [])) or None)
        rule = rules.get(name, Rule())
        texts = {"sets_apart": told.sets_apart, "typical_basket": told.basket, "story": story(row, told)}
        learnt = {"rule": rule.words, "rule_fidelity_share": rule.fidelity, "hierarchy_code": branches.get(name)}
        rows.append({**row, **texts, **learnt})
    return rows


def story(row: Mapping[str, Any], told: Told) -> str:
    """The persona in a paragraph."""
    size = _many(row["customers_count"], "customer")
    who = f"{row['segment_name']}: {size}, {row['customers_share']:.1%} of all."
    if row["segment_id"] == NO_ORDERS_ID:
        return (
            f"{who} They are known to the CRM or the support desk, or hold a shop account without orders. Either they "
            "have not bought yet, or nothing verified ties them to the account that did."
        )
    parts = [who]
    if row["sales_share"] is not None:
        parts.append(f"They bring {row['sales_share']:.1%} of sales.")
    orders = f"On average each placed {row['orders_mean']:.1f} orders"
    if row["basket_mean_amount"] is not None:
        orders += f" of {row['basket_mean_amount']:,.2f} {row['currency']}".rstrip()
    lately = _many(max(1, ceil(row["recency_median_days"])), "day")
    parts.append(f"{orders}; half of them bought within the last {lately}.")
    if told.sets_apart != NOTHING:
        parts.append(f"What sets them apart from the average buyer: {told.sets_apart}.")
    if told.basket:
        parts.append(f"A larger part of their spend than of all buyers' goes to {told.basket}.")
    return " ".join(parts)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _lift(ratio: float) -> str:
    """How a mean compares with the average: `2.4 times the average`, `12% below the average`, `4% of the average`."""
    if ratio >= PLAIN_LIFT:
        return f"{ratio:.1f} times the average"
    if ratio >= 1:
        return f"{ratio - 1:.0%} above the average"
    if ratio >= 0.5:
        return f"{1 - ratio:.0%} below the average"
    return f"{ratio:.0%} of the average" if ratio >= 0.01 else "under 1% of the average"


def _apart(traits: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The traits that differ most from all buyers, in deviations, told in multiples or parts of the average."""
    everyone = {row["trait"]: row for row in traits if row["segment_id"] is None}
    found: dict[str, list[tuple[float, str]]] = {}
    for row in traits:
        whole = everyone[row["trait"]]
        if row["segment_id"] is None or not whole["deviation"] or not whole["mean"] or whole["mean"] < 0:
            continue
        effect = (row["mean"] - whole["mean"]) / whole["deviation"]
        if abs(effect) >= DEVIATIONS_LEAST and row["known_count"] >= CUSTOMERS_LEAST:
            words = f"{TRAITS[row['trait']]} {_lift(row['mean'] / whole['mean'])}"
            found.setdefault(row["segment_id"], []).append((-round(abs(effect), 6), words))
    return {name: [words for _, words in sorted(told)[:TOLD]] for name, told in found.items()}


def _typical(baskets: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Departments that take a larger share of spend than with all buyers, the largest lift first."""
    found: dict[str, list[str]] = {}
    for row in baskets:
        told = found.setdefault(row["segment_id"], [])
        is_telling = row["share"] >= BASKET_SHARE_LEAST and row["lift"] >= BASKET_LIFT_LEAST
        is_habit = row["customers_count"] >= CUSTOMERS_LEAST and row["customers_share"] >= BASKET_CUSTOMERS_SHARE_LEAST
        if is_telling and is_habit and len(told) < TOLD:
            told.append(f"{row['department']} ({row['lift']:.1f} times)")
    return found
