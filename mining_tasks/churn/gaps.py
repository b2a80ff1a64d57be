"""Times between a customer's orders, those still open at the cut-off counted as not yet ended, and how long they last.

Kaplan, Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53 (1958).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
CUSTOMERS_MOST = 2**40  # a customer and a day together fit 64 bits


@dataclass(frozen=True)
class Gaps:
    """One row per day with an order: how long until the next such day, or until the cut-off if none has come yet.

    days: length. is_over: whether an order ended it. pace: mean days between her orders before it, NaN at her first.
    """

    days: Days
    is_over: npt.NDArray[np.bool_]
    pace: Numbers

    def of(self, rows: npt.NDArray[np.bool_]) -> "Gaps":
        return Gaps(self.days[rows], self.is_over[rows], self.pace[rows])

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True)
class Customers:
    """One row per customer with an order by the cut-off, by customer: her last day, days since, orders' days, pace."""

    customer: Days
    last_day: Days
    recency_days: Days
    order_days: Days
    pace: Numbers


@dataclass(frozen=True)
class Survival:
    """P(no order within d days of an order) for d = 0 … most, and how many gaps were seen to last d days and more."""

    staying: Numbers
    at_risk: Numbers
    variance: Numbers  # cumulative sum of Greenwood's terms d / (n (n - d))


def gaps(customer: Days, day: Days, cut_off: int) -> Gaps:
    """The gaps between orders (customer number from 0 and day number each, any order), none after the cut-off seen."""
    people, days, is_last, nth, first = _order_days(customer, day, cut_off)
    following = np.append(days[1:], cut_off) if len(days) else days
    length = np.where(is_last, cut_off - days, following - days)
    pace = np.divide(days - first, nth, out=np.full(len(days), np.nan), where=nth > 0)
    return Gaps(length.astype(np.int64), ~is_last, pace)


def customers(customer: Days, day: Days, cut_off: int) -> Customers:
    """Where each customer stands at the end of the cut-off day; orders of later days are not seen."""
    people, days, is_last, nth, first = _order_days(customer, day, cut_off)
    pace = np.divide(days - first, nth, out=np.full(len(days), np.nan), where=nth > 0)
    last = days[is_last]
    return Customers(people[is_last], last, cut_off - last, nth[is_last] + 1, pace[is_last])


def survival(found: Gaps, most: int) -> Survival:
    """The Kaplan–Meier curve over whole days up to `most`; a gap that is open after d days still counts at day d."""
    length = np.minimum(found.days, most + 1)
    ended = np.bincount(length[found.is_over], minlength=most + 2)[: most + 1].astype(np.float64)
    at_risk = len(found) - np.concatenate([[0], np.cumsum(np.bincount(length, minlength=most + 2))])[: most + 1]
    share = np.divide(ended, at_risk, out=np.zeros(most + 1), where=at_risk > 0)
    rest = at_risk * (at_risk - ended)
    terms = np.divide(ended, rest, out=np.zeros(most + 1), where=rest > 0)
    return Survival(np.cumprod(1 - share), at_risk.astype(np.float64), np.cumsum(terms))


def return_probability(curve: Survival, silence: Days, until: int | Days) -> Numbers:
    """P(an order by day `until` after the last | none by day `silence`), both within the curve."""
    last = len(curve.staying) - 1
    left = curve.staying[np.clip(silence, 0, last)]
    stayed = np.divide(curve.staying[np.clip(until, 0, last)], left, out=np.ones(len(left)), where=left > 0)
    return np.asarray(1 - stayed)


def _order_days(customer: Days, day: Days, cut_off: int) -> tuple[Days, Days, npt.NDArray[np.bool_], Days, Days]:
    """Distinct (customer, day) up to the cut-off in order; whether it is her last, how many came before, her first."""
    seen = np.asarray(day) <= cut_off
    people, known = np.asarray(customer, np.int64)[seen], np.asarray(day, np.int64)[seen]
    if people.min(initial=0) < 0 or people.max(initial=0) >= CUSTOMERS_MOST:
        raise ValueError(f"customers are numbered from 0 to below {CUSTOMERS_MOST:,}")
    oldest = int(known.min(initial=cut_off))
    span = cut_off - oldest + 1
    both = np.sort(people * span + (known - oldest))  # one number for the two, sorted: np.unique took ten times longer
    both = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
    people, days = np.divmod(both, span)
    days += oldest
    is_first = np.append(True, people[1:] != people[:-1])[: len(people)]
    starts = np.flatnonzero(is_first)
    place = np.cumsum(is_first) - 1
    is_last = np.append(is_first[1:], True)[: len(people)]
    return people, days, is_last, np.arange(len(people)) - starts[place], days[starts[place]]
