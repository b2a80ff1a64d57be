"""The frozen later customers on which baseline, champion and challenger meet, and whether they can decide anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np
import numpy.typing as npt

from mining_tasks.experiments.judge import Rule, at_least, at_most

Numbers = npt.NDArray[np.float64]
Kind = Literal["label", "amount"]


@dataclass(frozen=True)
class Holdout:
    """n rows of customers whose outcome is known, later than any row that a model learned from.

    label: 0 or 1, or the amount that came. customer: n numbers or ids, rows of one person alike. groups: by name of a
    grouping (`country_code`) the group of each row; missing ones as None or an empty text. alarms: what the leakage
    screen of the learners said, in sentences.
    """

    label: Numbers
    customer: npt.NDArray
    groups: Mapping[str, Sequence[object] | npt.NDArray] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        uneven = {name: len(values) for name, values in self.groups.items() if len(values) != len(self.label)}
        if uneven or len(self.customer) != len(self.label):
            raise ValueError(f"{len(self.label)} labels, {len(self.customer)} customers, groups {uneven}")


@dataclass(frozen=True)
class Contestant:
    """A rule or a model by name, and what it says of each row of the holdout: a probability, or an amount."""

    name: str
    scored: Numbers

    def unscored(self, kind: Kind) -> int:
        """Rows without a score that can be one."""
        known = np.isfinite(self.scored)
        with np.errstate(invalid="ignore"):
            fits = (self.scored >= 0) & (self.scored <= 1) if kind == "label" else known
        return int((~(known & fits)).sum())


@dataclass(frozen=True)
class Limits:
    """What the judge of a score asks for; `[<family>.limits]` in objectives.toml may say otherwise, name by name.

    measure: `label` (probabilities; log-loss decides) or `amount` (normalised Gini decides; no mean error ever does).
    """

    measure: Kind = "label"
    rows_least: int = 200
    events_least: int = 30  # of either outcome; of amounts: customers who brought any
    customer_share_most: float = 0.2  # of all rows: one who is more judges alone
    gain_least: float = 0.0  # which the lower bound of the gain must exceed
    calibration_error_most: float = 0.03  # of amounts: distance over deciles as a share of all that came
    too_good: float = 0.97  # AUC, of amounts Gini, above which the task is known to leak
    group_rows_least: int = 200
    group_events_least: int = 10
    group_significance: float = 0.05  # over all groups together, by Holm
    ranking_least: float = 0.5  # rank correlation with what was published last


# Nobody sees Christmas: on Online Retail every model was 24 to 26 % off.
AMOUNT = Limits(measure="amount", calibration_error_most=0.25)


def limits(said: Mapping[str, float], family: str, usual: Limits = Limits()) -> Limits:  # noqa: B008  (frozen)
    """The limits with those of a shop's own; names of the family's own limits are not ours and stay unread.

    Raises ValueError for a value that is no number.
    """
    names = {item.name for item in fields(Limits)} - {"measure"}
    wrong = [name for name in names & set(said) if not isinstance(said[name], int | float)]
    if wrong:
        raise ValueError(f"objectives.toml [{family}.limits]: no numbers: {', '.join(sorted(wrong))}")
    return Limits(**{**vars(usual), **{name: said[name] for name in names & set(said)}})  # type: ignore[arg-type]


def able(holdout: Holdout, limit: Limits) -> list[Rule]:
    """Can these rows decide anything? Enough of them, of both outcomes, of many people, all known, without a leak."""
    label, kind = holdout.label, limit.measure
    is_known = np.isin(label, (0.0, 1.0)) if kind == "label" else np.isfinite(label)
    events = int((label[is_known] > 0).sum())
    rules = [
        at_least("holdout_rows_count", len(label), limit.rows_least, "number of rows in the holdout"),
        at_most("holdout_unknown_count", int((~is_known).sum()), 0, "number of rows whose outcome is not known"),
        at_least("holdout_events_count", events, limit.events_least, "number of rows in the holdout with the outcome"),
        at_most("largest_customer_share", _largest(holdout.customer), limit.customer_share_most, "largest share of one"
                " customer in the holdout"),
    ]  # fmt: skip
    if kind == "label":
        rest = int(is_known.sum()) - events
        words = "number of rows in the holdout without the outcome"
        rules.append(at_least("holdout_others_count", rest, limit.events_least, words))
    return [*rules, leak_free(holdout.alarms)]


def leak_free(alarms: Sequence[str]) -> Rule:
    words = "; ".join(alarms) or "no column tells the outcome: the number of leaks"
    return at_most("leaks_count", len(alarms), 0, words)


def sound(contestant: Contestant, kind: Kind) -> list[Rule]:
    """Has it said something of every row, and not the same of all?"""
    distinct = len(np.unique(contestant.scored))
    what = "probability" if kind == "label" else "amount"
    words = f"number of rows of which {contestant.name} says no {what}"
    return [
        at_most("challenger_unscored_count", contestant.unscored(kind), 0, words),
        at_least("challenger_distinct_count", distinct, 2, f"number of different scores of {contestant.name}"),
    ]


def _largest(customer: npt.NDArray) -> float:
    """The largest share of rows of one customer; of rows that are all of different people 0, however few."""
    if not len(customer):
        return 0.0
    most = int(np.unique(customer, return_counts=True)[1].max())
    return most / len(customer) if most > 1 else 0.0
