"""Room under the limits: what is left of them while contacts are handed out, in whole numbers, never below zero."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining_tasks.campaigns.offers import NO_LIMIT, Limits, Mask, Offers, Whole

Rows = npt.NDArray[np.intp]


@dataclass
class Room:
    """What is left: contacts and cents per campaign, contacts and cents over all."""

    contacts: Whole
    cents: Whole
    all_contacts: int
    all_cents: int

    @classmethod
    def of(cls, offers: Offers) -> "Room":
        contacts, cents = offers.limits.of_campaigns(offers.gain.shape[1])
        return cls(contacts.copy(), cents.copy(), *offers.limits.of_all())

    def limits(self) -> Limits:
        """What is left, as limits for those who still wait."""
        return Limits(self.contacts.copy(), self.cents.copy(), self.all_contacts, self.all_cents)

    def fitting(self, campaign: int, costs: Whole) -> int:
        """How many of these contacts, in this order, still fit under the limits of the campaign."""
        return self._first(costs, int(self.contacts[campaign]), int(self.cents[campaign]))

    def fitting_all(self, costs: Whole) -> int:
        """How many of these contacts, in this order, still fit under the limits over all campaigns."""
        return self._first(costs, self.all_contacts, self.all_cents)

    def take(self, campaign: int, costs: Whole) -> None:
        """Use room up; raises ValueError if there is not enough, and takes nothing then."""
        if self.fitting(campaign, costs) < len(costs) or self.fitting_all(costs) < len(costs):
            raise ValueError("more contacts than the limits leave room for")
        spent = int(costs.sum())
        self.contacts[campaign] = _less(int(self.contacts[campaign]), len(costs))
        self.cents[campaign] = _less(int(self.cents[campaign]), spent)
        self.all_contacts = _less(self.all_contacts, len(costs))
        self.all_cents = _less(self.all_cents, spent)

    def give_back(self, campaign: int, costs: Whole) -> None:
        """Contacts of a campaign that are not made after all."""
        spent = int(costs.sum())
        self.contacts[campaign] = _less(int(self.contacts[campaign]), -len(costs))
        self.cents[campaign] = _less(int(self.cents[campaign]), -spent)
        self.all_contacts = _less(self.all_contacts, -len(costs))
        self.all_cents = _less(self.all_cents, -spent)

    def fitting_moves(self, campaign: int, costs: Whole, given_back: Whole, is_new: Mask) -> int:
        """How many may come over to a campaign, in this order, all at once, giving back what they cost elsewhere."""
        most = self.fitting(campaign, costs)
        within = np.cumsum((costs - given_back)[:most]) <= self.all_cents
        within &= np.cumsum(is_new[:most]) <= self.all_contacts
        return int(np.flatnonzero(within)[-1]) + 1 if within.any() else 0

    @staticmethod
    def _first(costs: Whole, contacts: int, cents: int) -> int:
        return int(np.searchsorted(np.cumsum(costs[: min(contacts, len(costs))]), cents, side="right"))


def _less(room: int, used: int) -> int:
    return room if room >= NO_LIMIT else room - used
