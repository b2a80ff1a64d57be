"""What customers who buy as she does would do: the probability to stay away that kinds of customers tell.

Kinds are learned from orders alone, without any label, as of each day that is looked at: a row is told by the newest
kinds that were learned by its day, so that the trial and tonight's scores see the same model, each as of its day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from mining_tasks.churn.gaps import Days, Numbers
from mining_tasks.experiments import kinds_once
from mining_tasks.experiments.candidates import Candidate
from mining_tasks.experiments.habits import mixture, shown, told
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.habits.mixture import Kinds
from mining_tasks.experiments.habits.told import Told
from mining_tasks.experiments.sufficiency import Sufficiency

COLUMN = "alike_log_odds"  # the last one of the features
SURE = 1e-4  # no probability is nearer to 0 or 1
CONTENT = 1e12
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Alike:
    """Kinds of customers by the day as of which they were learned, oldest first."""

    learned: tuple[tuple[date, Kinds], ...]

    def log_odds(self, facts: pa.Table, horizon: Days, unit: Numbers) -> Numbers:
        """Of staying away within each one's horizon, of customers with an order. unit: money of a typical order.

        Raises ValueError where the facts do not tell what kinds look at.
        """
        found = np.empty(facts.num_rows)
        for day in facts["as_of_date"].unique().to_pylist():
            here = np.asarray(pc.equal(facts["as_of_date"], pa.scalar(day)).to_numpy(zero_copy_only=False), bool)
            seen = told_of(facts.filter(pa.array(here)), unit[here])
            if seen is None:
                raise ValueError("the months and departments of orders are not beside the facts")
            found[here] = self.as_of(day).placed(seen).silence(horizon[here])
        share = np.clip(found, SURE, 1 - SURE)
        return np.asarray(np.log(share / (1 - share)))

    def as_of(self, day: date) -> Kinds:
        """The newest that were learned by then; the oldest of all for a day before."""
        known = [kinds for learned, kinds in self.learned if learned <= day]
        return known[-1] if known else self.learned[0][1]

    def card(self) -> list[dict[str, Any]]:
        """As JSON."""
        return [{"day": day.isoformat(), "kinds": kinds.card()} for day, kinds in self.learned]


def is_last(report: Sufficiency) -> bool:
    """Whether the column is there to be looked at, as the last one: where it teaches nothing it is left out, and what
    then stands last is no log-odds."""
    return report.usable[-1:] == (COLUMN,)


def of_card(card: Sequence[Mapping[str, Any]]) -> Alike:
    """What `Alike.card` gave."""
    return Alike(tuple((date.fromisoformat(each["day"]), mixture.of_card(each["kinds"])) for each in card))


def learned(by_day: Sequence[tuple[pa.Table, Numbers]]) -> Alike | None:
    """Learn kinds from the customers with an order of each day, oldest first; a unit of money beside each table.

    None where the newest days hold too little. Each search begins at the kinds of the day before.
    """
    found: list[tuple[date, Kinds]] = []
    for facts, unit in by_day:
        seen = told_of(facts, unit) if facts.num_rows else None
        try:
            if seen is not None:
                found.append((facts["as_of_date"][0].as_py(), kinds_once.fit(seen, found[-1][1] if found else None)))
        except NoFit:
            found = []
    is_whole = bool(found) and len(found) == len(by_day)
    return Alike(tuple(found)) if is_whole else None


def told_of(facts: pa.Table, unit: Numbers) -> Told | None:
    """Facts of one day in the words of kinds of customers."""
    day = (facts["as_of_date"][0].as_py() - EPOCH).days if facts.num_rows else 0
    orders, sales = (
        np.array(pc.fill_null(pc.cast(facts[name], pa.float64()), 0.0).to_numpy(), np.float64)
        for name in ("paid_orders_count", "sales_amount")
    )
    paid = np.maximum(orders, 1.0)
    return told.told_of(facts, day, paid, sales / paid / unit, shown.named(facts))


def _as_said(numbers: Numbers) -> Pipeline:
    """What kinds of customers say, as it is: a logistic regression that begins at level 0 and slope 1 and stays there,
    because it is content with any slope of its loss."""
    same = LogisticRegression(warm_start=True, tol=CONTENT)
    same.coef_, same.intercept_ = np.ones((1, 1)), np.zeros(1)
    return make_pipeline(ColumnTransformer([("alike", "passthrough", [-1])]), same)


def _levelled(numbers: Numbers) -> Pipeline:
    """The same with the level and the slope of the labels that were seen."""
    return make_pipeline(ColumnTransformer([("alike", StandardScaler(), [-1])]), LogisticRegression(C=1e3))


ALIKE = Candidate("kinds of customers", _as_said)
LEVELLED = Candidate("kinds of customers, levelled", _levelled)
