"""Purchase models alone: planted customers, ours beside other packages, one process a side, turn by turn.

`python -m benchmarks.purchases --customers 100k,1m --sides ours,lifetimes --python OTHER/bin/python`: the packages need
an environment of their own (`pip install lifetimes clvkit pymc-marketing`); ours needs none of them. Each side fits
BG/NBD to the same customers; the log-likelihood of its parameters is computed by ours for all, and CPU seconds count
only where it is equal.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine, shops, sides
from benchmarks.text import gib

PARAMETERS = (0.243, 30.9, 0.793, 2.426)  # of CDNOW, in days
SEED = 7
Columns = dict[str, np.ndarray]


def people(count: int) -> Columns:
    """frequency, recency, age in days of customers who order by BG/NBD with the parameters of CDNOW."""
    chance = np.random.default_rng(SEED)
    r, alpha, a, b = PARAMETERS
    rate, leaves = np.maximum(chance.gamma(r, 1 / alpha, count), 1e-12), chance.beta(a, b, count)
    age = chance.integers(7, 728, count).astype(float)
    frequency, recency, now = np.zeros(count), np.zeros(count), np.zeros(count)
    here = np.arange(count)
    while len(here):
        now[here] += chance.exponential(1 / rate[here])
        here = here[now[here] <= age[here]]
        day = np.minimum(np.ceil(now[here]), age[here])
        frequency[here] += day > recency[here]
        recency[here] = day
        here = here[chance.random(len(here)) > leaves[here]]
    return {"frequency": frequency, "recency": recency, "age": age}


def ours(told: Columns) -> Callable[[], Any]:
    from mining_tasks.experiments.habits import bg_nbd
    from mining_tasks.experiments.habits.cells import cells

    return lambda: _parameters(bg_nbd.fit(cells(told["frequency"], told["recency"], told["age"])))


def pareto(told: Columns) -> Callable[[], Any]:
    """Ours again, Pareto/NBD: how long the alternative takes."""
    from mining_tasks.experiments.habits.cells import cells
    from mining_tasks.lifetime_value import pareto_nbd

    return lambda: _tail(pareto_nbd.fit(cells(told["frequency"], told["recency"], told["age"])))


def scoring(told: Columns) -> Callable[[], Any]:
    """Ours: P(active) and expected orders of a year for every customer."""
    from mining_tasks.experiments.habits.bg_nbd import BgNbd

    model = BgNbd(*PARAMETERS, 0.0)

    def score() -> list[float]:
        active = model.active_probability(told["frequency"], told["recency"], told["age"])
        return [float((active * model.orders_if_active(told["frequency"], told["age"], 365.0)).sum())]

    return score


def lifetimes(told: Columns) -> Callable[[], Any]:
    from lifetimes import BetaGeoFitter

    fitter = BetaGeoFitter(penalizer_coef=0.0)
    return lambda: [float(one) for one in fitter.fit(*told.values()).params_[["r", "alpha", "a", "b"]]]


def clvkit(told: Columns) -> Callable[[], Any]:
    import clvkit as package
    import pandas as pd
    from clvkit.customer_base import CustomerBase

    columns = {"frequency": told["frequency"], "recency": told["recency"], "T": told["age"]}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(told["age"]), name="customer_id"))
    facts: dict[str, Any] = {"time_unit": "D", "observation_period_end": pd.Timestamp("2018-01-01")}
    base = CustomerBase(frame, **facts, has_monetary=False, on_negative="net")
    return lambda: [float(one) for one in package.BGNBD().fit(base).params_[["r", "alpha", "a", "b"]]]


def pymc(told: Columns) -> Callable[[], Any]:
    """Its point estimate with flat priors, the nearest to a maximum of the likelihood that it offers."""
    import pandas as pd
    from pymc_extras.prior import Prior
    from pymc_marketing.clv import BetaGeoModel

    flat = {name: Prior("HalfFlat") for name in ("r", "alpha", "a", "b")}
    columns = {"frequency": told["frequency"], "recency": told["recency"], "T": told["age"]}
    data = pd.DataFrame({"customer_id": range(len(told["age"])), **columns})

    def fit() -> list[float]:
        model = BetaGeoModel(data=data, model_config=flat)
        model.fit(method="map")
        return [float(model.fit_result[name].values.mean()) for name in ("r", "alpha", "a", "b")]

    return fit


SIDES: dict[str, Callable[[Columns], Callable[[], Any]]] = {
    "ours": ours, "ours, Pareto/NBD": pareto, "ours, scoring": scoring,
    "lifetimes": lifetimes, "clvkit": clvkit, "pymc-marketing": pymc,
}  # fmt: skip


def one_side(side: str, file: Path) -> dict[str, Any]:
    """Fit once in this process: seconds, CPU seconds (compilers that it starts included), peak and parameters; imports
    and reading are not counted."""
    with np.load(file) as stored:
        told = {name: stored[name] for name in ("frequency", "recency", "age")}
    work = SIDES[side](told)
    wall, cpu = time.perf_counter(), _cpu()
    parameters = work()
    spent = {"seconds": time.perf_counter() - wall, "cpu_s": _cpu() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return spent | {"peak_bytes": peak, "parameters": parameters}


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def likelihood(told: Columns, parameters: list[float]) -> float:
    """The log-likelihood of BG/NBD, computed by ours whoever found the parameters."""
    from mining_tasks.experiments.habits import bg_nbd
    from mining_tasks.experiments.habits.cells import cells

    return bg_nbd.log_likelihood(cells(*told.values()), np.array(parameters))[0]


def command(file: Path, python: str, side: str) -> list[str]:
    """What runs one side once. python: of the environment that holds the others."""
    which = sys.executable if side.startswith("ours") else python
    return [which, "-m", "benchmarks.purchases", "--side", side, "--file", str(file)]


def row(count: int, side: str, runs: list[dict[str, Any]], told: Columns) -> str:
    """One line of the table: medians over the turns."""
    if not runs:
        return f"| {shops.short(count)} | {side} | failed | – | – | – |"
    middle = {name: statistics.median(run[name] for run in runs) for name in ("cpu_s", "seconds", "peak_bytes")}
    parameters = runs[0]["parameters"]
    reached = f"{likelihood(told, parameters):,.1f}" if len(parameters) == 4 and "," not in side else "–"
    cost = f"{middle['cpu_s']:.2f} | {middle['seconds']:.2f} | {gib(int(middle['peak_bytes']))}"
    return f"| {shops.short(count)} | {side} | {cost} | {reached} |"


def main() -> None:
    """Print the table; with --side, one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", default="100k,1m", help="sizes, such as 100k,1m")
    parser.add_argument("--sides", default="ours,lifetimes", help=", ".join(SIDES))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="of the environment that holds the other packages")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        print(json.dumps(one_side(given.side, given.file)))
        return
    print(f"{machine.facts()['cores']} cores, commit {machine.commit()}, medians of {given.turns} turns")
    print("| customers | side | CPU s | seconds | peak GiB | log-likelihood |")
    print("|---|---|---|---|---|---|")
    asked = [side.strip() for side in given.sides.split(";" if ";" in given.sides else ",")]
    for count in shops.customers(given.customers):
        told = people(count)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "people.npz"
            np.savez(file, **told)  # type: ignore[arg-type]
            found = sides.in_turns(asked, given.turns, partial(command, file, given.python))
            for side, runs in found.items():
                print(row(count, side, runs, told), flush=True)


def _parameters(model: Any) -> list[float]:
    return [model.r, model.alpha, model.a, model.b]


def _tail(model: Any) -> list[float]:
    return [model.r, model.alpha, model.s, model.beta]


if __name__ == "__main__":
    main()
