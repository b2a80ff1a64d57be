"""What contacts change as tonight's scores tell it: by group of alike customers, learnt of all past campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.alike import Alike, Seen
from mining_tasks.campaigns.best import trials
from mining_tasks.campaigns.best.trials import Past
from mining_tasks.campaigns.by_group import Change
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.offers import Numbers
from mining_tasks.campaigns.rates import Past as Campaign

SOURCE = "change by groups of alike customers"
Told = tuple[Numbers, Numbers, Numbers]


@dataclass(frozen=True)
class Changes:
    """alike: the groups. of: by kind of offer. codes: of the offers that held out a control group themselves. gains: by
    kind of offer what a contact gained on average of those in its campaigns of whom an order was known, in the main
    currency."""

    alike: Alike
    of: Mapping[str, Change]
    codes: frozenset[str]
    gains: Mapping[str, float]

    @classmethod
    def learnt(cls, past: Past, alike: Alike, codes: Sequence[str]) -> "Changes":
        """codes: (k,) of the offers of the past."""
        found = trials.changes(past)
        measured = frozenset(codes[place] for place in np.unique(past.offer))
        return cls(alike, found, measured, trials.mean_gains(found, past))

    def said(self, offer: Offer, memberships: Numbers) -> Told | None:
        """(n,) change of expected orders and its interval; None for an offer that held nobody out itself."""
        change = self.of.get(offer.type_code or offer.code)
        if change is None or offer.code not in self.codes:
            return None
        told, low, high = (np.clip(each, -1.0, 1.0) for each in change.said(memberships))
        return told, low, high

    def gained(self, offer: Offer, seen: Seen) -> Numbers:
        """(n,) money that a contact changes, of an offer of which `said` tells; 0 where no order is known."""
        return self.of[offer.type_code or offer.code].said(seen.paid)[0]

    def incremental_share(self, past: Sequence[Campaign]) -> float | None:
        """Of a response, how much the contact brought, over all offers that were measured, within 0 and 1; None where
        nothing tells."""
        of = [one for one in past if one.code in self.codes and one.kind in self.of and one.controls]
        responses = sum(one.responses for one in of)
        gained = sum(self.of[one.kind].average * one.contacts for one in of)
        return float(np.clip(gained / responses, 0.0, 1.0)) if responses else None
