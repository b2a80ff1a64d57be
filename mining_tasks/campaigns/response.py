"""Who responds: learners compared on earlier campaigns, the chosen one fitted, and said again from its card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.campaigns.features import NAMES
from mining_tasks.campaigns.split import Split
from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.layout import Layout, Learned, Numbers, layout
from mining_tasks.experiments.learners import Comparison, Scorer, compared, learned
from mining_tasks.experiments.sufficiency import Examples


@dataclass(frozen=True)
class Response:
    """A model of responses: how it looks at a table, and what says the probability."""

    layout: Layout
    scorer: Scorer

    def matrix(self, table: pa.Table) -> Numbers:
        """n rows of `features` → n × names, only the columns that teach, NaN where missing."""
        places = [self.layout.names.index(name) for name in self.scorer.names]
        return np.asarray(self.layout.matrix(table)[:, places])

    def probability(self, matrix: Numbers) -> Numbers:
        """(n,) probability of a response, of a matrix of the method above."""
        return self.scorer.probability(matrix, self.scorer.names)

    def facts(self) -> dict[str, Any]:
        """What a card needs beside the estimator."""
        said = self.scorer.recalibration
        return {
            "layout": [asdict(column) for column in self.layout.columns],
            "names": list(self.scorer.names),
            "recalibration": asdict(said),
        }


def made(rows: pa.Table, names: Sequence[str] = NAMES) -> tuple[Comparison, Response | None]:
    """Compare the learners on rows of contacted customers and fit the chosen one; none if nothing may be learnt."""
    seen = layout(rows, names)
    matrix = seen.matrix(rows)
    examples = Examples(matrix, seen.names, label(rows), people(rows))
    comparison = compared(examples, sources=seen.sources)
    if comparison.chosen is None:
        return comparison, None
    return comparison, Response(seen, learned(comparison, examples))


def of_card(card: Mapping[str, Any], estimator: Any) -> Response:
    """The model that a card and its estimator tell."""
    columns = tuple(
        Learned(one["name"], None if one["values"] is None else tuple(one["values"]), one["says_missing"])
        for one in card["layout"]
    )
    told = card["recalibration"]
    recalibration = Recalibration(told["method"], tuple(told["points"]), tuple(told["values"]))
    return Response(Layout(columns), Scorer(estimator, tuple(card["names"]), recalibration))


def contacted(rows: pa.Table, campaigns: Sequence[str]) -> pa.Table:
    """The rows of some campaigns' contacts; controls had nothing to respond to."""
    theirs = pc.is_in(rows["campaign_id_crm"], pa.array(campaigns, pa.string()))
    return rows.filter(pc.and_(theirs, rows["is_contacted"]))


def sides(rows: pa.Table, split: Split) -> tuple[pa.Table, pa.Table]:
    """Rows to learn from, and later rows to judge by."""
    return contacted(rows, split.learn), contacted(rows, split.later)


def label(rows: pa.Table) -> Numbers:
    """(n,) 1 for a response within the window."""
    return np.asarray(rows["is_response"].to_numpy(), np.float64)


def people(rows: pa.Table) -> np.ndarray:
    """(n,) whole numbers, equal for rows of one customer."""
    return np.asarray(pc.dictionary_encode(rows["customer_id"]).combine_chunks().indices.to_numpy(), np.int64)
