"""What would be published in the stead of a refused model: where nothing serves yet, it may not be further off.

A level that no history so far could tell (months that it never saw) is off for the means of alike customers as for any
model. To refuse a model for it and publish means that are off as far, and rank worse, would protect nobody.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mining_tasks.experiments.bootstrap import draws
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.judge import Rule
from mining_tasks.experiments.measures import calibrated
from mining_tasks.lifetime_value.contest import Cuts, cells_of
from mining_tasks.lifetime_value.forecast import SHORT

MOST = 0.3  # beyond it neither is published as a model's


def spared(rules: Sequence[Rule], cuts: Cuts) -> list[Rule]:
    """The rules of a trial; one on the level that does not hold is held where the means, as they would have been
    published when the holdout began, are off as far."""
    if not cuts.earlier:
        return list(rules)
    off = _means_off(cuts)
    return [_spared(rule, off[rule.figure]) if rule.figure in off else rule for rule in rules]


def _means_off(cuts: Cuts) -> dict[str, float]:
    one = cuts.holdout
    said = cells_of(cuts.earlier[0]).forecast(one.history)
    by = draws(np.arange(len(one.history)))
    return {
        "value_bias": _bias(one.came_value, said.value[SHORT]),
        "orders_bias": _bias(one.came_orders, said.orders[SHORT]),
        "calibration_error": calibrated("amount", one.came_value, said.value[SHORT], by)[0],
    }


def _spared(rule: Rule, means: float) -> Rule:
    if rule.holds or rule.found is None or not rule.found <= min(means, MOST):
        return rule
    asks = f"{rule.asks}, or as far off as the means of alike customers ({means:.3g}), which were published instead"
    return replace(rule, holds=True, asks=asks)


def _bias(came: Numbers, expected: Numbers) -> float:
    total = float(came.sum())
    return abs(float(expected.sum()) / total - 1) if total else float("nan")
