"""How cost grows with input: exponents from size to size, and which steps grow too fast."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOISE_SECONDS = 1.0  # of cost; below it start-up and the machine's mood are larger than the work
LEAST_GROWTH = 1.5  # of input; a night whose input hardly grew says nothing about growth
MOST = 1.1  # the bar: a tenth faster than the input

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Growth:
    """How a step grew between two sizes of shop; `exponent` is None where it is not judged, `why` says the reason."""

    step: str
    smaller: int
    larger: int
    exponent: float | None
    why: str = ""

    @property
    def is_too_fast(self) -> bool:
        return self.exponent is not None and round(self.exponent, 2) > MOST


def cost(step: Step) -> float:
    """CPU seconds without imports, which do not grow: wall time tells more of the machine's mood than of the step."""
    return max(0.0, float(step["cpu_s"]) - float(step["imports_s"]))


def exponent(costs: tuple[float, float], rows: tuple[float, float]) -> float:
    """log of the ratio of costs over log of the ratio of inputs: 1 grows as the input, 2 as its square.

    Raises ValueError for a cost or an input that is not positive, and for an input that did not change.
    """
    if min(*costs, *rows) <= 0 or rows[0] == rows[1]:
        raise ValueError("growth needs two positive costs and two different, positive inputs")
    return math.log(costs[1] / costs[0]) / math.log(rows[1] / rows[0])


def grown(sizes: Mapping[int, Sequence[Step]]) -> list[Growth]:
    """The growth of each step from each size (customers) to the next larger one, in the order of the steps."""
    order = sorted(sizes)
    found = []
    for smaller, larger in zip(order, order[1:], strict=False):
        before = {step["step"]: step for step in sizes[smaller]}
        found += [
            _between(step["step"], (smaller, larger), (before[step["step"]], step))
            for step in sizes[larger]
            if step["step"] in before
        ]
    return found


def _between(name: str, sizes: tuple[int, int], steps: tuple[Step, Step]) -> Growth:
    costs = (cost(steps[0]), cost(steps[1]))
    rows = (float(steps[0]["rows_in"]), float(steps[1]["rows_in"]))
    if any(step["state"] != "success" for step in steps):
        return Growth(name, *sizes, None, "failed")
    if costs[0] < NOISE_SECONDS:
        return Growth(name, *sizes, None, f"under {NOISE_SECONDS:.0f} s")
    if min(rows) <= 0 or rows[1] / rows[0] < LEAST_GROWTH:
        return Growth(name, *sizes, None, "input did not grow")
    return Growth(name, *sizes, round(exponent(costs, rows), 3))
