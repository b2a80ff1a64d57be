"""What a learned score needs beside its estimator, as plain facts on its card: columns, recalibration, usual values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.layout import Layout, Learned, Numbers
from mining_tasks.experiments.learners import Scorer
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.strange import Strange, Usual, strange


@dataclass(frozen=True)
class Taught:
    """A model that can score a table: its layout, its scorer, and how the columns looked when it was taught."""

    layout: Layout
    scorer: Scorer
    usual: tuple[Usual, ...] = ()

    def probability(self, table: pa.Table) -> Numbers:
        """P(yes) for each row, whatever the order of columns; raises `WrongColumns` if one is missing."""
        return self.scorer.probability(self.layout.matrix(table), self.layout.names)

    def strange(self, table: pa.Table) -> Strange:
        """How tonight's rows differ from those it was taught on."""
        return strange(self.usual, self.layout, table)

    def card(self) -> dict[str, Any]:
        """For the card of `log.Run.model`; the estimator goes into the model's file."""
        return {
            "columns": [asdict(column) for column in self.layout.columns],
            "names": list(self.scorer.names),
            "recalibration": asdict(self.scorer.recalibration),
            "usual": [asdict(column) for column in self.usual],
        }


def taught(model: Trained) -> Taught:
    """The model that was logged with `Taught.card` among its card; raises `Unloadable`."""
    card: Mapping[str, Any] = model.card
    estimator = model.estimator()
    try:
        columns = tuple(_learned(**column) for column in card["columns"])
        said = card["recalibration"]
        recalibration = Recalibration(said["method"], tuple(said["points"]), tuple(said["values"]))
        scorer = Scorer(estimator, tuple(card["names"]), recalibration)
        return Taught(Layout(columns), scorer, tuple(Usual(**column) for column in card["usual"]))
    except (KeyError, TypeError) as fault:
        raise Unloadable(f"the card of {model.name} does not tell its columns") from fault


def _learned(name: str, values: list[str] | None, says_missing: bool) -> Learned:
    return Learned(name, None if values is None else tuple(values), says_missing)
