"""What a shop asks of its churn scores: `[churn]`, `[churn.definition]`, `[churn.limits]` of objectives.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from mining_tasks.churn.alike import ALIKE, LEVELLED
from mining_tasks.churn.horizon import Asked
from mining_tasks.experiments.candidates import CANDIDATES, Candidate
from mining_tasks.experiments.holdout import Limits
from mining_tasks.experiments.holdout import limits as judging

# What a season that nobody saw does to calibration; the figure of a planted shop is stricter and stands in its file.
LEARNERS = (ALIKE, LEVELLED, *CANDIDATES)
LIMITS = Limits(calibration_error_most=0.05)


@dataclass(frozen=True)
class Patience:
    """How long a model and a definition are kept."""

    refit_nights: int = 7
    definition_shift: float = 0.25  # by which horizons may differ from those derived anew, and be kept all the same


@dataclass(frozen=True)
class Wishes:
    """The definition asked for, the judge's limits, how long things are kept, and the learners to choose from."""

    asked: Asked = field(default_factory=Asked)
    limits: Limits = LIMITS
    patience: Patience = field(default_factory=Patience)
    learners: tuple[Candidate, ...] = LEARNERS


def wishes(said: Mapping[str, Any]) -> Wishes:
    """The wishes in a `[churn]` table; raises ValueError, all faults told at once, for what means nothing."""
    definition, limits = dict(said.get("definition", {})), dict(said.get("limits", {}))
    faults = _strange("definition", definition, Asked) + _strange("limits", limits, Limits, Patience)
    strangers = sorted(set(said.get("learners", ())) - {each.name for each in LEARNERS})
    faults += [f"[churn]: no such learner: {', '.join(strangers)}"] if strangers else []
    if faults:
        raise ValueError("objectives.toml " + "; ".join(faults))
    asked = Asked(**definition)
    if not 0 < asked.limit < 1:
        raise ValueError("objectives.toml [churn.definition]: limit is a probability between 0 and 1")
    lengths = (asked.shortest_days, asked.longest_days, asked.window_days, asked.fixed_days or 1)
    if min(lengths) < 1 or asked.shortest_days > asked.longest_days:
        raise ValueError("objectives.toml [churn.definition]: days are at least 1, the shortest not above the longest")
    kept = {name: limits.pop(name) for name in sorted(limits.keys() & vars(Patience()).keys())}
    learners = tuple(each for each in LEARNERS if each.name in said.get("learners", (each.name,)))
    return Wishes(asked, judging(limits, "churn", LIMITS), Patience(**kept), learners)


def _strange(section: str, said: Mapping[str, Any], *kinds: type) -> list[str]:
    known = {item.name for kind in kinds for item in fields(kind)}
    unknown = [f"[churn.{section}]: no such setting: {name}" for name in sorted(set(said) - known)]
    wrong = [name for name in sorted(set(said) & known) if isinstance(said[name], bool | str)]
    return unknown + [f"[churn.{section}]: {name} is a number" for name in wrong]
