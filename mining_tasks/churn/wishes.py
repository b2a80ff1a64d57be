"""What a shop asks of its churn scores: `[churn.definition]` and `[churn.limits]` of objectives.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from mining_tasks.churn.horizon import Asked



@dataclass(frozen=True)
class Limits:
    """What the judge asks for; name by name the shop may say otherwise."""

    calibration_error: float = 0.05  # expected, over ten bins of equal mass
    too_good_auc: float = 0.97  # above it something knows the answer
    refit_nights: int = 7
    definition_shift: float = 0.25  # by which horizons may differ from those derived anew, and be kept all the same


@dataclass(frozen=True)
class Wishes:
    """The definition asked for, and the judge's limits."""

    asked: Asked = field(default_factory=Asked)
    limits: Limits = field(default_factory=Limits)


def wishes(said: Mapping[str, Any]) -> Wishes:
    """The wishes in a `[churn]` table; raises ValueError, all faults told at once, for what means nothing."""
    definition, limits = dict(said.get("definition", {})), dict(said.get("limits", {}))
    faults = _strange("definition", definition, Asked) + _strange("limits", limits, Limits)
    if faults:
        raise ValueError("objectives.toml " + "; ".join(faults))
    asked = Asked(**definition)
    if not 0 < asked.limit < 1:
        raise ValueError("objectives.toml [churn.definition]: limit is a probability between 0 and 1")
    lengths = (asked.shortest_days, asked.longest_days, asked.window_days, asked.fixed_days or 1)
    if min(lengths) < 1 or asked.shortest_days > asked.longest_days:
        raise ValueError("objectives.toml [churn.definition]: days are at least 1, the shortest not above the longest")
    return Wishes(asked, Limits(**limits))


def _strange(section: str, said: Mapping[str, Any], kind: type) -> list[str]:
    known = {item.name for item in fields(kind)}
    unknown = [f"[churn.{section}]: no such setting: {name}" for name in sorted(set(said) - known)]
    wrong = [name for name in sorted(set(said) & known) if isinstance(said[name], bool | str)]
    return unknown + [f"[churn.{section}]: {name} is a number" for name in wrong]
