"""What may be offered to whom, what it would bring and cost, and the limits on all of it together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NO_LIMIT = np.iinfo(np.int64).max // 4  # sums of it with real figures stay inside int64


@dataclass(frozen=True)
class Limits:
    """At most so many contacts and so much money, per campaign (length k) and over all; money in whole cents.

    Nothing given means no limit.
    """

    capacity: Whole | None = None
    budget_cents: Whole | None = None
    contacts: int | None = None
    total_budget_cents: int | None = None

    def of_campaigns(self, campaigns: int) -> tuple[Whole, Whole]:
        """Capacity and budget per campaign, with `NO_LIMIT` where there is none."""
        return _limit(self.capacity, campaigns), _limit(self.budget_cents, campaigns)

    def of_all(self) -> tuple[int, int]:
        """Contacts and budget over all campaigns, with `NO_LIMIT` where there is none."""
        return (
            NO_LIMIT if self.contacts is None else int(self.contacts),
            NO_LIMIT if self.total_budget_cents is None else int(self.total_budget_cents),
        )


@dataclass(frozen=True)
class Offers:
    """n customers × k campaigns.

    gain: (n, k) expected gain of a contact after its cost, in one unit of money. allowed: (n, k), False where consent,
    eligibility or fatigue forbid. cost_cents: (k,) or (n, k) whole cents of the budget that a contact uses up.
    """

    gain: Numbers
    allowed: Mask
    cost_cents: Whole
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        customers, campaigns = self.gain.shape
        if self.allowed.shape != self.gain.shape or self.allowed.dtype != np.bool_:
            raise ValueError("allowed must be true or false for each customer and campaign")
        if self.cost_cents.shape not in {(campaigns,), (customers, campaigns)}:
            raise ValueError("cost must be given per campaign, or per customer and campaign")
        if not np.issubdtype(self.cost_cents.dtype, np.integer) or (self.cost_cents < 0).any():
            raise ValueError("cost must be whole cents, 0 or more")
        if not np.isfinite(self.gain[self.allowed]).all():
            raise ValueError("gain must be a number wherever a contact is allowed")
        if any((limit < 0).any() for limit in self.limits.of_campaigns(campaigns)) or min(self.limits.of_all()) < 0:
            raise ValueError("a limit cannot be negative")

    def only(self, campaign: int) -> "Offers":
        """The same offers and limits with one campaign alone: from it comes the best single policy to compare with."""
        this = np.arange(self.gain.shape[1]) == campaign
        return Offers(self.gain, self.allowed & this, self.cost_cents, self.limits)

    def costs_of(self, campaign: int, rows: npt.NDArray[np.intp] | slice = slice(None)) -> Whole:
        """Cost in cents of one campaign for some customers."""
        if self.cost_cents.ndim == 1:
            count = len(self.gain[rows])
            return np.full(count, self.cost_cents[campaign], np.int64)
        return np.asarray(self.cost_cents[rows, campaign], np.int64)


def expected_gain(uplift: Numbers, margin: Numbers, cost: Numbers) -> Numbers:
    """(n, k): what a contact changes (probability) times the margin that brings, less its cost; one unit of money."""
    return np.asarray(uplift * margin - cost, np.float64)


@dataclass(frozen=True)
class Contacts:
    """What each customer already had: contacts in the period of the cap, days since the last one (inf: never)."""

    in_period: Whole
    days_since: Numbers

    def rested(self, cap: int, rest_days: float) -> Mask:
        """(n,) True for those below the contact cap and rested; a count or time that is not known allows nothing."""
        return np.asarray((self.in_period < cap) & (self.days_since >= rest_days))


def may_contact(consents: Mask, eligible: Mask, rested: Mask) -> Mask:
    """(n, k): consent (n,) or (n, k), eligibility (n, k) and rest (n,) must all say yes."""
    consents = consents[:, None] if consents.ndim == 1 else consents
    return np.asarray(consents & eligible & rested[:, None])


def _limit(given: Whole | None, campaigns: int) -> Whole:
    if given is None:
        return np.full(campaigns, NO_LIMIT, np.int64)
    limit = np.asarray(given)
    if limit.shape != (campaigns,) or not np.issubdtype(limit.dtype, np.integer):
        raise ValueError("a limit per campaign must be one whole number for each")
    return np.minimum(limit, NO_LIMIT).astype(np.int64)
