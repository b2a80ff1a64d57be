"""Churn where customers have contracts: who ends hers, learned by the same learners and held to the same rules.

A subscription table says of each contract whether it ended. It is a picture of one day: its attributes must be those of
the day before the end, not of the day after, and nothing here can see that. So no dates are asked for, folds stand in
for a later holdout, and an AUC above the ceiling of such tables is taken for a leak.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.churn.gaps import Numbers
from mining_tasks.experiments.candidates import CANDIDATES, Candidate
from mining_tasks.experiments.holdout import Contestant, Holdout, Limits
from mining_tasks.experiments.layout import Layout, layout
from mining_tasks.experiments.learners import Comparison, Scorer, compared, folds_of, learned
from mining_tasks.experiments.reasons import Phrase, reasons, worded
from mining_tasks.experiments.sufficiency import Examples
from mining_tasks.experiments.trial import Trial, tried

# Published figures of subscription tables cluster at AUC 0.84 to 0.85; what lies above has seen the answer.
LIMITS = Limits(too_good=0.87)


@dataclass(frozen=True)
class Terms:
    """Which columns of a subscription table say what. All others but `ignored` are attributes to learn from.

    contract: names the contract, and is never learned from. ended: True, or `ended_value`, where it has ended.
    tenure: how long it ran, in any unit: the naive rule looks at nothing else. groups: columns whose groups no model
    may harm.
    """

    contract: str
    ended: str
    tenure: str
    ended_value: str = "Yes"
    ignored: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subscriptions:
    """What came of it: how learners compared, the trial against the rule, and the model; none if one is forbidden."""

    comparison: Comparison
    trial: Trial | None = None
    taught: Layout | None = None
    scorer: Scorer | None = None
    terms: Terms = field(default_factory=lambda: Terms("", "", ""))

    def scored(self, table: pa.Table, phrases: Mapping[str, Phrase] = {}) -> pa.Table:  # noqa: B006  (only read)
        """`contract`, `churn_probability` and `reasons` of those that still run; ValueError where no model serves."""
        if self.scorer is None or self.taught is None:
            raise ValueError(f"no model serves: {'; '.join(self.comparison.why)}")
        running = table.filter(pa.array(_ended(table, self.terms) == 0))
        probability = self.scorer.probability(self.taught.matrix(running), self.taught.names)
        told = worded(reasons(self.scorer, self.taught, running), running, phrases)
        names = ("contract", "churn_probability", "reasons")
        return pa.table(dict(zip(names, (running[self.terms.contract], pa.array(probability), told), strict=True)))


def subscriptions(
    table: pa.Table, terms: Terms, limit: Limits = LIMITS, candidates: Sequence[Candidate] = CANDIDATES
) -> Subscriptions:
    """Learn who ends a contract from a subscription table, one row per contract; numbers, yes-or-no and categories.

    Learners are compared on the same folds; the chosen one's out-of-fold probabilities are tried against the naive rule
    (the share that ended, by tenth of tenure, out of the same folds). Nothing raises for data too few, one-sided or
    leaking: the comparison then says why there is no model.
    """
    attributes = [name for name in table.column_names if name not in (terms.contract, terms.ended, *terms.ignored)]
    taught = layout(table, attributes)
    examples = Examples(taught.matrix(table), taught.names, _ended(table, terms))
    found = compared(examples, None, candidates, taught.sources, limit.too_good)
    if found.chosen is None or found.probability is None:
        return Subscriptions(found, terms=terms)
    groups = {name: pc.cast(table[name], pa.string()).to_pylist() for name in terms.groups}
    rule = Contestant(f"the share that ended by {terms.tenure}", _by_tenure(table, terms, examples))
    held = Holdout(examples.label, examples.people, groups, found.alarms)
    trial = tried(held, rule, None, Contestant(found.chosen, found.probability), limit)
    return Subscriptions(found, trial, taught, learned(found, examples, candidates), terms)


def _ended(table: pa.Table, terms: Terms) -> Numbers:
    column = table[terms.ended]
    is_ended = column if pa.types.is_boolean(column.type) else pc.equal(column, terms.ended_value)
    return np.asarray(pc.cast(is_ended, pa.float64()).to_numpy(), np.float64)


def _by_tenure(table: pa.Table, terms: Terms, examples: Examples) -> Numbers:
    """The share that ended among those of the same tenth of tenure in the other folds."""
    tenure = np.asarray(pc.cast(table[terms.tenure], pa.float64()).to_numpy(), np.float64)
    tenth = np.searchsorted(np.quantile(tenure, np.arange(1, 10) / 10), tenure, side="right")
    folds = folds_of(examples)
    said = np.empty(len(tenure))
    for fold in np.unique(folds):
        rest = folds != fold
        counts, ended = (np.bincount(tenth[rest], weight, 10) for weight in (np.ones(rest.sum()), examples.label[rest]))
        said[~rest] = ((ended + 1) / (counts + 2))[tenth[~rest]]
    return said
