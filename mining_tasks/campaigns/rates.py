"""What share responds: the rule that a model must beat, and what serves where there is none.

The rate of an offer leans on that of its kind over all channels, and that on the rate of all campaigns, each with the
weight of 50 contacts: an offer without a response is not held to be hopeless, nor one lucky response to be the rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from mining_tasks.campaigns.catalogue import Offer

LEANS_ON = 50.0  # contacts that the wider rate is worth
NOTHING = "rule: no campaign has reached anybody for long enough"


@dataclass(frozen=True)
class Past:
    """A past campaign of `past.sql`."""

    campaign: str
    code: str
    kind: str
    first: date
    last: date
    window_days: int
    contacts: int
    controls: int
    responses: int

    @property
    def closed(self) -> date:
        """The day by whose end the window of its last contact is over."""
        return self.last + timedelta(days=self.window_days)


@dataclass(frozen=True)
class Rate:
    """A response rate, and which campaigns it is of; no share where nothing is known."""

    share: float | None
    source: str

    @property
    def logit(self) -> float:
        return float("nan") if self.share is None else float(np.log(self.share / (1 - self.share)))


def pasts(rows: Iterable[Mapping[str, Any]], offers: Sequence[Offer]) -> tuple[Past, ...]:
    """The rows of `past.sql`, in their order."""
    kinds = {offer.code: offer.type_code or offer.code for offer in offers}
    return tuple(
        Past(
            row["campaign_id_crm"],
            row["campaign_code"],
            kinds[row["campaign_code"]],
            row["first_date"],
            row["last_date"],
            row["window_days"],
            row["contacts_count"],
            row["controls_count"],
            row["responses_count"],
        )
        for row in rows
    )


def rate(past: Sequence[Past], offer: Offer, day: date) -> Rate:
    """The rate of an offer as known by the end of a day: of campaigns whose windows were over by then."""
    closed = [one for one in past if one.closed <= day and one.contacts]
    if not closed:
        return Rate(None, NOTHING)
    kind = [one for one in closed if one.kind == (offer.type_code or offer.code)]
    mine = [one for one in kind if one.code == offer.code]
    share = _leaning(closed, 0.5, 2.0)  # one response of two: a rate is never 0 or 1
    for group in (kind, mine):
        share = _leaning(group, share)
    return Rate(share, _source(mine, kind))


def _source(mine: Sequence[Past], kind: Sequence[Past]) -> str:
    if mine and not any(one.responses for one in mine):
        return "rule: response rate, nobody ever responded to this offer"
    of = "this offer" if mine else "offers of its kind" if kind else "all offers"
    return f"rule: response rate of {of}"


def _leaning(past: Sequence[Past], on: float, weight: float = LEANS_ON) -> float:
    contacts, responses = sum(one.contacts for one in past), sum(one.responses for one in past)
    return (responses + weight * on) / (contacts + weight)
