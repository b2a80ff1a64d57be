"""What a shop asks of its models of campaigns: `[campaigns]` and `[campaigns.limits]` of objectives.toml."""

from typing import Any

from mining_tasks.campaigns.verdict import LIMITS
from mining_tasks.experiments import holdout
from mining_tasks.experiments.candidates import CANDIDATES, Candidate
from mining_tasks.experiments.due import NIGHTS
from mining_tasks.experiments.holdout import Limits
from mining_tasks.warehouse.home import home


def learners() -> tuple[Candidate, ...]:
    """Those that `learners` names; all by default."""
    named = _said().get("learners", [one.name for one in CANDIDATES])
    return tuple(one for one in CANDIDATES if one.name in named)


def limit() -> Limits:
    """What the judge asks for."""
    return holdout.limits(_said().get("limits", {}), "campaigns", LIMITS)


def refit_nights() -> int:
    """After how many nights a model is taught anew."""
    return int(_said().get("limits", {}).get("refit_nights", NIGHTS))


def _said() -> dict[str, Any]:
    if not (home().path / "objectives.toml").exists():
        return {}
    return dict(home().toml("objectives").get("campaigns", {}))
