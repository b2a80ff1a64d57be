"""Earlier campaigns teach, later ones judge; no outcome of a teaching campaign lies after the first later contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mining_tasks.campaigns.rates import Past

RESPONSES = 100  # as many of either outcome as a learner needs: experiments.sufficiency
LATER_RESPONSES = 50
LATER_CONTACTS = 200
CAMPAIGNS_MOST = 40  # the newest; older ones tell of another shop


@dataclass(frozen=True)
class Split:
    """Ids of the campaigns of each side, and the first day of the later ones."""

    learn: tuple[str, ...]
    later: tuple[str, ...]
    day: date

    def facts(self) -> dict[str, object]:
        return {"learn": list(self.learn), "later": list(self.later), "day": self.day.isoformat()}


def mature(past: Sequence[Past], night: date) -> list[Past]:
    """Campaigns whose last window is over, oldest first, the newest 40 of them."""
    closed = [one for one in past if one.closed <= night and one.contacts]
    return sorted(closed, key=lambda one: (one.first, one.campaign))[-CAMPAIGNS_MOST:]


def split(past: Sequence[Past], night: date) -> Split | str:
    """The latest split with enough on both sides; why not, where there is none."""
    closed = mature(past, night)
    for start in range(len(closed) - 1, 0, -1):
        later = closed[start:]
        learn = [one for one in closed if one.closed < later[0].first]
        if _is_enough(later, LATER_RESPONSES, LATER_CONTACTS) and _is_enough(learn, RESPONSES, 0):
            return Split(_ids(learn), _ids(later), later[0].first)
    responses = sum(one.responses for one in closed)
    return (
        f"{len(closed):,} campaigns with {responses:,} responses are over; {RESPONSES:,} responses are needed to learn "
        f"from, and {LATER_RESPONSES:,} of later campaigns to judge by"
    )


def _is_enough(campaigns: Sequence[Past], responses: int, contacts: int) -> bool:
    return sum(one.responses for one in campaigns) >= responses and sum(one.contacts for one in campaigns) >= contacts


def _ids(campaigns: Sequence[Past]) -> tuple[str, ...]:
    return tuple(one.campaign for one in campaigns)
