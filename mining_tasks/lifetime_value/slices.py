"""Buyers as of one cut-off day with what came after it: what models are taught on and judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value import by_kind, later, parametric
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.forecast import SHORT
from mining_tasks.lifetime_value.history import History, history, is_buyer
from mining_tasks.lifetime_value.later import Later
from mining_tasks.lifetime_value.parametric import Parametric

BUYERS, REPEATERS = 400, 200  # fewer hold no four parameters: Fader and Hardie's own example has 946 repeat buyers
SLICES = 5  # tonight and four cut-offs, 90 days apart


@dataclass(frozen=True)
class Slice:
    """Buyers of a day in one order: their facts, their history, and orders and value of the next 90 days (value in
    typical orders; NaN where those days are not over)."""

    day: date
    buyers: pa.Table
    history: History
    came_orders: Numbers
    came_value: Numbers
    fits: dict[str, Parametric] = field(default_factory=dict, compare=False)
    by_kinds: list[ByKind] = field(default_factory=list, compare=False)

    def fitted(self, kind: str) -> Parametric:
        """A parametric model taught on these buyers, once however many recipes ask; raises `NoFit`."""
        if kind not in self.fits:
            self.fits[kind] = parametric.fit(kind, self.history)
        return self.fits[kind]

    def kinds(self, earlier: Sequence["Slice"] = ()) -> ByKind:
        """The kinds of customers among these buyers, sought once, from those of the cut-off before on; raises `NoFit`.

        earlier: the cut-offs before, newest first.
        """
        if not self.by_kinds:
            before = earlier[0].kinds(earlier[1:]) if earlier else None
            self.by_kinds.append(by_kind.fit(self.history, before, self._later(earlier)))
        return self.by_kinds[0]

    def _later(self, earlier: Sequence["Slice"]) -> list[Later]:
        """What orders cost since each of the earlier cut-offs."""
        ids = self.buyers["customer_id"]
        found = [later.since(one.history, one.buyers["customer_id"], self.history, ids) for one in earlier]
        return [one for one in found if one]

    @property
    def missing(self) -> str:
        """What a purchase model lacks here; empty if nothing."""
        repeaters = int((self.history.frequency > 0).sum())
        if len(self.history) < BUYERS:
            return f"{len(self.history):,} buyers by {self.day}, {BUYERS:,} are needed"
        if repeaters < REPEATERS:
            return f"{repeaters:,} of the buyers by {self.day} came back, {REPEATERS:,} are needed"
        return ""


def days(night: date) -> list[date]:
    """Tonight and the cut-offs before it, newest first."""
    return [night - timedelta(days=SHORT * number) for number in range(SLICES)]


def cut(facts: pa.Table, day: date, unit: Mapping[str, float]) -> Slice:
    """The buyers of one day out of facts with `came_orders_count` and `came_value_amount` (missing until they are
    known)."""
    buyers = facts.filter(pc.and_(pc.equal(facts["as_of_date"], pa.scalar(day)), is_buyer(facts)))
    told = history(buyers, unit)
    came = [_column(buyers, name) for name in ("came_orders_count", "came_value_amount")]
    return Slice(day, buyers, told, came[0], came[1] / told.unit)


def usable(slices: Sequence[Slice]) -> list[Slice]:
    """The newest slices that hold enough, without a gap."""
    found = []
    for one in slices:
        if one.missing:
            break
        found.append(one)
    return found


def _column(table: pa.Table, name: str) -> Numbers:
    return np.array(pc.fill_null(pc.cast(table[name], pa.float64()), np.nan).to_numpy(), np.float64)
