"""Is there enough for a family to be mined? Needs with their reasons, held against what the silos were seen to hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mining_tasks.sources.probe import Probe

Probes = Mapping[str, Probe]


@dataclass(frozen=True)
class Need:
    """A family needs at least so much of something, and why."""

    family: str
    fact: str
    at_least: float
    why: str


NEEDS = (
    Need("customers", "accounts", 1, "a profile is about an account of the shop"),
    Need("customers", "verified mailboxes or phones, share", 0.01, "silos are joined by what an account proved"),
    Need("segments", "buyers", 200, "the smallest of 8 segments then still holds 6 people (3 %)"),
    Need("segments", "orders per buyer", 1.2, "with one order each, frequency and rhythm say nothing"),
    Need("lifetime_value", "buyers", 1_000, "purchase and drop-out rates are fitted over customers"),
    Need("lifetime_value", "days of history", 365, "half is fitted, half is held out, and a year has seasons"),
    Need("churn", "days of history", 270, "features, a label window of 90 days, and a later holdout of 90"),
    Need("churn", "buyers", 1_000, "a rare event among fewer cannot be told from chance"),
    Need("campaigns", "campaign contacts", 1_000, "who was contacted, to compare with who answered"),
    Need("campaigns", "responses", 100, "a response rate over fewer is not known to a tenth of itself"),
    Need("campaigns", "consents", 1, "without a yes nobody is contacted"),
    Need("baskets", "order lines", 10_000, "a pair in 1 % of a few thousand baskets is seen often enough"),
    Need("baskets", "lines per order", 1.5, "a basket of one product has no pairs"),
    Need("journeys", "tickets", 100, "a stage that few reach has no transition rates"),
    Need("sentiment", "texts", 200, "topics of fewer texts are anecdotes"),
    Need("demand", "days of history", 730, "a yearly season is seen twice"),
    Need("prices", "order lines", 100_000, "an elasticity needs prices that moved, product by product"),
)


GAINS = (  # what a family can do without, and does better with; `why` is what it says instead
    Need("lifetime_value", "products or lines with a cost, share", 0.9, "value is then net sales, not margin"),
    Need("lifetime_value", "orders with a cost of shipping, share", 0.9, "shipping then counts as free"),
    Need("lifetime_value", "returns", 1, "then nothing counts as returned"),
    Need("campaigns", "campaigns with a cost, share", 0.9, "a contact then counts as free unless you say otherwise"),
    Need("campaigns", "people held out by chance", 1_000, "then affinity alone is known, and no campaign's lift"),
)


def families(probes: Probes) -> list[dict[str, Any]]:
    """For each family whether there is enough, each need that is not met with what was found, and what is lesser."""
    facts = {name: measure(probes) for name, measure in FACTS.items()}
    return [_family(name, facts) for name in dict.fromkeys(need.family for need in NEEDS)]


def _family(name: str, facts: Mapping[str, float | None]) -> dict[str, Any]:
    needs = [need for need in NEEDS if need.family == name]
    missing = [_missing(need, facts[need.fact]) for need in needs if (facts[need.fact] or 0) < need.at_least]
    gains = [gain for gain in GAINS if gain.family == name]
    lesser = [_missing(gain, facts[gain.fact]) for gain in gains if (facts[gain.fact] or 0) < gain.at_least]
    return {"family": name, "is_enough": not missing, "missing": missing, "lesser": lesser}


def _missing(need: Need, found: float | None) -> str:
    seen = "none was seen" if not found else f"{found:,.2f}".rstrip("0").rstrip(".") + " seen"
    return f"{need.fact}: at least {need.at_least:,}, {seen} ({need.why})"


def _rows(*names: str) -> Callable[[Probes], float | None]:
    def rows(probes: Probes) -> float | None:
        found = [probes[name] for name in names if name in probes]
        return sum(probe.sample_rows if probe.rows is None else probe.rows for probe in found) if found else None

    return rows


def _share_verified(probes: Probes) -> float | None:
    shares = []
    for name in ("raw_shop__customers", "raw_crm__contacts", "raw_support__requesters"):
        said = probes[name].sample.get("is_email_verified", []) if name in probes else []
        shares.append(sum(text in ("true", "1", "t", "yes", "True") for text in said) / max(len(said), 1))
    return sorted(shares)[-2]  # two silos must prove something to be joined


def _share_with_cost(probes: Probes) -> float | None:
    shares = [_share(name, "cost_amount")(probes) for name in ("raw_shop__products", "raw_shop__order_lines")]
    return max((share for share in shares if share is not None), default=None)


def _buyers(probes: Probes) -> float | None:
    return float(len(_bought(probes))) or None


def _orders_per_buyer(probes: Probes) -> float | None:
    orders = probes.get("raw_shop__orders")
    return orders.sample_rows / len(_bought(probes)) if orders and _bought(probes) else None


def _bought(probes: Probes) -> set[str]:
    orders = probes.get("raw_shop__orders")
    return {text for text in orders.sample.get("customer_id_shop", []) if text} if orders else set()


def _days(probes: Probes) -> float | None:
    orders = probes.get("raw_shop__orders")
    try:
        return (date.fromisoformat(str(orders.last)) - date.fromisoformat(str(orders.first))).days if orders else None
    except ValueError:
        return None


def _lines_per_order(probes: Probes) -> float | None:
    lines, orders = _rows("raw_shop__order_lines")(probes), _rows("raw_shop__orders")(probes)
    return lines / orders if lines and orders else None


def _responses(probes: Probes) -> float | None:
    return _filled(probes, "raw_crm__campaign_contacts", ("responded_at",))


def _texts(probes: Probes) -> float | None:
    return sum(_filled(probes, name, ("body",)) for name in ("raw_support__tickets", "raw_support__reviews"))


def _share(name: str, column: str) -> Callable[[Probes], float | None]:
    """The share of a table's rows that have something in a column."""

    def share(probes: Probes) -> float | None:
        probe = probes.get(name)
        return 1 - probe.missing_shares.get(column, 1.0) if probe and probe.sample_rows else None

    return share


def _filled(probes: Probes, name: str, columns: Iterable[str]) -> float:
    """Rows that have something in these columns, carried over from the sample to the whole."""
    probe = probes.get(name)
    if probe is None or not probe.sample_rows:
        return 0.0
    shares = [1 - probe.missing_shares.get(column, 1.0) for column in columns]
    return min(shares) * (probe.rows or probe.sample_rows)


FACTS: Mapping[str, Callable[[Probes], float | None]] = {
    "accounts": _rows("raw_shop__customers"),
    "verified mailboxes or phones, share": _share_verified,
    "buyers": _buyers,
    "orders per buyer": _orders_per_buyer,
    "days of history": _days,
    "order lines": _rows("raw_shop__order_lines"),
    "lines per order": _lines_per_order,
    "campaign contacts": _rows("raw_crm__campaign_contacts"),
    "responses": _responses,
    "consents": _rows("raw_crm__consents"),
    "tickets": _rows("raw_support__tickets"),
    "texts": _texts,
    "products or lines with a cost, share": _share_with_cost,
    "orders with a cost of shipping, share": _share("raw_shop__orders", "shipping_cost_amount"),
    "returns": _rows("raw_shop__returns"),
    "campaigns with a cost, share": _share("raw_crm__campaigns", "contact_cost_amount"),
    "people held out by chance": _rows("raw_crm__campaign_controls"),
}
