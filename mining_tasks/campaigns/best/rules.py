"""What a shop allows of contacts: `[limits]`, `[rates]` and `[eligible]` of campaigns.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

import expectations
from mining_tasks.campaigns.assignment import Shares
from mining_tasks.campaigns.catalogue import WrongCampaigns

SIDES = ("at_least", "at_most")
NUMBERS = (int, float, Decimal, bool)
Bounds = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Rules:
    """Limits over all offers; those of one offer stand in the catalogue.

    contacts_per_customer: at most so many in period_days. rest_days: between two contacts. contacts, budget_amount: a
    night, over all offers; None means no limit. held_out_share, explored_share: see `assignment.Shares`. rates: what
    one unit of a currency is worth in the shop's most used one. eligible: bounds of feature columns by offer, or `all`.
    """

    contacts_per_customer: int = 4
    period_days: int = 90
    rest_days: float = 14.0
    contacts: int | None = None
    budget_amount: float | None = None
    held_out_share: float = 0.05
    explored_share: float = 0.05
    has_affinity_beside_uplift: bool = False
    rates: Mapping[str, float] = field(default_factory=dict)
    eligible: Mapping[str, Bounds] = field(default_factory=dict)

    @property
    def shares(self) -> Shares:
        return Shares(self.held_out_share, self.explored_share)

    def columns(self) -> tuple[str, ...]:
        """Columns of the features that eligibility asks for."""
        return tuple(sorted({column for bounds in self.eligible.values() for column in bounds}))


def rules(told: Mapping[str, Any]) -> Rules:
    """From `campaigns.toml`; raises `WrongCampaigns` with every fault of the three tables."""
    limits, rates, eligible = (dict(told.get(name, {})) for name in ("limits", "rates", "eligible"))
    faults = [*_limit_faults(limits), *_rate_faults(rates), *_eligible_faults(eligible)]
    if faults:
        raise WrongCampaigns(f"campaigns.toml: {'; '.join(faults)}")
    return Rules(**limits, rates=rates, eligible=eligible)


def features_asked(given: Rules) -> list[str]:
    """What to read of core_customers__features."""
    return ["customer_id", *given.columns()]


def _limit_faults(limits: Mapping[str, Any]) -> list[str]:
    known = {each.name for each in fields(Rules)} - {"rates", "eligible"}
    found = [f"limits: unknown settings {', '.join(unknown)}"] if (unknown := sorted(set(limits) - known)) else []
    numbers = {name: value for name, value in limits.items() if name in known - {"has_affinity_beside_uplift"}}
    found += [f"limits.{name} must be a number, 0 or more" for name, value in numbers.items() if not _is_amount(value)]
    shares = [name for name in ("held_out_share", "explored_share") if _is_amount(limits.get(name, 0))]
    if sum(float(limits.get(name, 0)) for name in shares) >= 1:
        found.append("limits: held_out_share and explored_share leave nobody to choose for")
    return found


def _rate_faults(rates: Mapping[str, Any]) -> list[str]:
    return [
        f"rates.{code} must be a number above 0" for code, rate in rates.items() if not _is_amount(rate) or not rate
    ]


def _eligible_faults(eligible: Mapping[str, Any]) -> list[str]:
    known = {column.name for column in expectations.table("core_customers__features").columns if column.type in NUMBERS}
    asked = [(code, column, sides) for code, bounds in eligible.items() for column, sides in bounds.items()]
    found = [
        f"eligible.{code}: {column} is no number of core_customers__features"
        for code, column, _ in asked
        if column not in known
    ]
    return found + [
        f"eligible.{code}.{column}: write {{ at_least = … }}, {{ at_most = … }} or both"
        for code, column, sides in asked
        if not isinstance(sides, Mapping) or not sides or set(sides) - set(SIDES)
    ]


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
