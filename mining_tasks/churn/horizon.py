"""When is a customer without a contract lost? The silence after which she will probably not return, from the data.

The horizon of a group of customers who order at a like pace is the shortest silence s (in days since the last order)
with P(an order within `window` days of the last one | none in the first s) = 1 - S(window) / S(s) below the limit,
S by Kaplan–Meier over all gaps between orders. That probability falls with s, so there is one such silence.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mining_tasks.churn.gaps import Days, Gaps, Numbers, gaps, return_probability, survival

AT_RISK = 20  # fewer gaps that lasted so long do not carry the end of the curve
ENDED = 100  # gaps that an order ended, before a group may have a horizon of its own
LATE = 0.95  # of those who return within the window; where nobody leaves, silence beyond that is late
EDGE = 0.75  # of the window: a horizon beyond it is where the observation ends, not where customers leave


@dataclass(frozen=True)
class Asked:
    """What the shop asks for: return probability that counts as lost, days in which returns count, bounds in days,
    how many groups by pace, and a fixed horizon that replaces all this."""

    limit: float = 0.2
    window_days: int = 365
    shortest_days: int = 30
    longest_days: int = 180
    paces: int = 4
    fixed_days: int | None = None


@dataclass(frozen=True)
class Group:
    """Customers who order every `over` to `up_to` days (NaN: those with one order), their horizon, and why that one.

    returning: P(return within the window) at the moment of an order; still_returning: after so long a silence.
    lowest, highest: 95 % interval of the horizon (one point where nearly all return). staying: P(no order within d
    days of one) for d = 0, 1, …; empty where nothing was derived.
    """

    over: float
    up_to: float
    horizon_days: int
    lowest_days: int
    highest_days: int
    gaps: int
    returning: float
    still_returning: float
    why: str
    staying: tuple[float, ...] = ()

    def sentence(self) -> str:
        who = "customers with one order" if np.isnan(self.over) else f"customers {_pace(self.over, self.up_to)}"
        still = "" if np.isnan(self.still_returning) else f" ({self.still_returning:.0%} of them still return)"
        return f"{who} count as lost after {self.horizon_days} days without an order{still}: {self.why}"


@dataclass(frozen=True)
class Horizons:
    """The definition of churn of a shop as of a cut-off: groups by pace, first those with one order."""

    cut_off: int
    groups: tuple[Group, ...]
    asked: Asked

    def days(self, pace: Numbers) -> Days:
        """Mean days between orders (NaN: one order) → days of silence that count as lost."""
        return np.array([group.horizon_days for group in self.groups])[self.places(pace)]

    def places(self, pace: Numbers) -> npt.NDArray[np.int64]:
        """The group of each pace, by its place in `groups`."""
        edges = np.array([group.up_to for group in self.groups[1:-1]])
        inner = 1 + np.searchsorted(edges, np.nan_to_num(pace), side="left")
        return np.where(np.isnan(pace) | (len(self.groups) < 2), 0, inner)

    def sentences(self) -> tuple[str, ...]:
        """The definition in words, as it is published."""
        return tuple(group.sentence() for group in self.groups)


def horizons(customer: Days, day: Days, cut_off: int, asked: Asked = Asked()) -> Horizons:
    """Derive the definition from orders (a customer number and a day number each) up to the cut-off alone.

    A group with too little to say takes the horizon of all customers; a shop with too little the fixed one, or the
    longest allowed. Every group's `why` says which.
    """
    if asked.fixed_days is not None:
        fixed = _fixed(asked.fixed_days, "the shop fixed it", 0)
        return Horizons(cut_off, (fixed,), asked)
    found = gaps(customer, day, cut_off)
    everybody = _group(found, (0.0, np.inf), asked)
    if everybody is None:
        returns = f"only {int(found.is_over.sum()):,} returns or {_window(found, asked)} days of silence were seen"
        return Horizons(cut_off, (_fixed(asked.longest_days, returns, len(found)),), asked)
    spans = [(np.nan, np.nan), *_spans(found.pace[~np.isnan(found.pace)], asked.paces)]
    groups = (_or_everybody(found.of(_within(found.pace, *span)), span, asked, everybody) for span in spans)
    return Horizons(cut_off, tuple(groups), asked)


def _group(found: Gaps, span: tuple[float, float], asked: Asked) -> Group | None:
    """The group's own horizon; None if too few were seen to return or to stay away for twice the shortest horizon."""
    window = _window(found, asked)
    curve = survival(found, window)
    is_seen = window >= 2 * asked.shortest_days or curve.staying[-1] <= 1 - LATE  # or hardly any stay away at all
    if found.is_over.sum() < ENDED or not is_seen:
        return None
    silence = np.arange(window + 1)
    back = return_probability(curve, silence, window)
    derived = int(np.argmax(back < asked.limit))
    if derived > EDGE * window:
        derived = int(np.argmax(1 - curve.staying >= LATE * (1 - curve.staying[-1])))
        ends = [derived, derived]
        why = f"nearly all return in the end, and {LATE:.0%} of them have by day {derived}"
    else:
        error = (1 - back) * np.sqrt(np.maximum(curve.variance[-1] - curve.variance, 0.0))
        ends = [int(np.argmax(np.append(back + z * error, 0.0) < asked.limit)) for z in (-1.96, 1.96)]
        why = f"from day {derived} on fewer than {asked.limit:.0%} order again within {window} days of their last order"
    own = Group(
        *span,
        derived,
        ends[0],
        min(ends[1], window),
        len(found),
        float(back[0]),
        0.0,
        why,
        tuple(curve.staying.tolist()),
    )
    bounded = _bounded(own, asked)
    return replace(bounded, still_returning=float(back[min(bounded.horizon_days, window)]))


def _bounded(own: Group, asked: Asked) -> Group:
    """The horizon within the shop's bounds, which the reason names where they decide."""
    days = own.horizon_days, own.lowest_days, own.highest_days
    middle, low, high = (int(np.clip(each, asked.shortest_days, asked.longest_days)) for each in days)
    extreme = "shortest" if middle > days[0] else "longest"
    why = own.why if middle == days[0] else f"{own.why}; {middle} is the {extreme} allowed"
    return replace(own, horizon_days=middle, lowest_days=low, highest_days=high, why=why)


def _or_everybody(found: Gaps, span: tuple[float, float], asked: Asked, everybody: Group) -> Group:
    own = _group(found, span, asked)
    if own is not None:
        return own
    over, up_to = span
    why = f"too little was seen of them alone ({int(found.is_over.sum()):,} returns), so as for all, {everybody.why}"
    return replace(everybody, over=over, up_to=up_to, gaps=len(found), why=why)


def _fixed(days: int, why: str, count: int) -> Group:
    return Group(0.0, np.inf, days, days, days, count, float("nan"), float("nan"), why)


def _window(found: Gaps, asked: Asked) -> int:
    """The days in which returns count: as asked, or as far as enough gaps were seen to last."""
    at_risk = survival(found, asked.window_days).at_risk
    return int(np.flatnonzero(at_risk >= AT_RISK)[-1]) if (at_risk >= AT_RISK).any() else 0


def _spans(pace: Numbers, count: int) -> list[tuple[float, float]]:
    """The groups by pace, as many customers' gaps in each; fewer where many share a pace."""
    if not len(pace):
        return []
    edges = np.unique(np.round(np.quantile(pace, np.arange(1, count) / count), 1))
    ends = [0.0, *edges.tolist(), np.inf]
    return list(zip(ends[:-1], ends[1:], strict=True))


def _within(pace: Numbers, over: float, up_to: float) -> npt.NDArray[np.bool_]:
    return np.isnan(pace) if np.isnan(over) else np.asarray((pace > over) & (pace <= up_to))


def _pace(over: float, up_to: float) -> str:
    if over == 0 and np.isinf(up_to):
        return "at any pace"
    if over == 0:
        return f"who order at least every {up_to:g} days"
    return (
        f"who order every {over:g} to {up_to:g} days"
        if np.isfinite(up_to)
        else f"who order less often than every {over:g} days"
    )
