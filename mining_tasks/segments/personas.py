"""Personas in words: who the customers of a segment are, made from its figures and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from mining_tasks.segments.identity import NO_ORDERS_ID
from mining_tasks.segments.surrogate import Rule, Surrogate

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


@dataclass(frozen=True)
class Told:
    """The texts of one segment."""

    sets_apart: str
    basket: str | None


def personas(
    figures: pa.Table, traits: pa.Table, baskets: pa.Table, tree: Surrogate | None, branches: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One dict per segment with the figures and texts of `pub_segments__personas`.

    figures, traits, baskets: results of `personas.sql`, `traits.sql`, `baskets.sql`. branches: by segment id.
    """
    apart, typical = _apart(traits.to_pylist()), _typical(baskets.to_pylist())
    rows = []
    for row in figures.to_pylist():
        name = row["segment_id"]
        told = Told("; ".join(apart.get(name, [])) or "nothing stands out", ", ".join(typical.get(name, [])) or None)
        rule = tree.rules.get(name, Rule(None, None)) if tree else Rule(None, None)
        texts = {"sets_apart": told.sets_apart, "typical_basket": told.basket, "story": story(row, told)}
        learnt = {"rule": rule.words, "rule_fidelity_share": rule.fidelity, "hierarchy_code": branches.get(name)}
        rows.append({**row, **texts, **learnt})
    return rows


def story(row: Mapping[str, Any], told: Told) -> str:
    """The persona in a paragraph."""
    who = f"{row['segment_name']}: {row['customers_count']:,} customers, {row['customers_share']:.1%} of all."
    if row["segment_id"] == NO_ORDERS_ID:
        return f"{who} The CRM or the support desk knows them; the shop has no order of theirs yet."
    parts = [who]
    if row["sales_share"] is not None:
        parts.append(f"They bring {row['sales_share']:.1%} of sales.")
    orders = f"On average {row['orders_mean']:.1f} orders"
    if row["basket_mean_amount"] is not None:
        orders += f" of {row['basket_mean_amount']:,.2f} {row['currency']}".rstrip()
    parts.append(f"{orders}; half of them bought within the last {row['recency_median_days']:.0f} days.")
    if told.sets_apart != "nothing stands out":
        parts.append(f"What sets them apart: {told.sets_apart}.")
    if told.basket:
        parts.append(f"Their baskets hold more of {told.basket} than others'.")
    return " ".join(parts)


def _apart(traits: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The traits that differ most from all customers, in deviations, told as multiples of the average."""
    everyone = {row["trait"]: row for row in traits if row["segment_id"] is None}
    found: dict[str, list[tuple[float, str]]] = {}
    for row in traits:
        whole = everyone[row["trait"]]
        if row["segment_id"] is None or not whole["deviation"] or not whole["mean"] or whole["mean"] < 0:
            continue
        effect = (row["mean"] - whole["mean"]) / whole["deviation"]
        if abs(effect) >= DEVIATIONS_LEAST and row["known_count"] >= CUSTOMERS_LEAST:
            words = f"{TRAITS[row['trait']]} {row['mean'] / whole['mean']:.1f} times the average"
            found.setdefault(row["segment_id"], []).append((-round(abs(effect), 6), words))
    return {name: [words for _, words in sorted(told)[:TOLD]] for name, told in found.items()}


def _typical(baskets: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Departments bought more than by all, the largest lift first."""
    found: dict[str, list[str]] = {}
    for row in baskets:
        told = found.setdefault(row["segment_id"], [])
        is_telling = row["share"] >= BASKET_SHARE_LEAST and row["lift"] >= BASKET_LIFT_LEAST
        if is_telling and row["customers_count"] >= CUSTOMERS_LEAST and len(told) < TOLD:
            told.append(f"{row['department']} ({row['lift']:.1f} times)")
    return found
