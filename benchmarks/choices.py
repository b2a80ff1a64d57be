"""One best campaign for each customer: ours beside exact solvers, one process a side, turn by turn.

`python -m benchmarks.choices --customers 20k,1m --sides "ours;HiGHS;OR-tools" --python OTHER/bin/python`: OR-tools is
no dependency and wants an environment of its own (`pip install ortools scipy`). Limits are contacts per campaign
and over all, which make the assignment a network flow with whole solutions; with `--budgets` also money per campaign,
where HiGHS solves the linear programme, whose optimum no choice can exceed, and flows can say nothing.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks import machine, shops, sides
from benchmarks.text import gib
from mining_tasks.campaigns.assignment import Shares, assign
from mining_tasks.campaigns.offers import NO_LIMIT, Limits, Offers

SEED = 7
MICRO = 1_000_000  # flows count in whole numbers


def offers(customers: int, campaigns: int, has_budgets: bool) -> Offers:
    """Gains as on the planted shop: an effect by kind of customer and campaign, times what an order is worth, less the
    cost. Seven of ten are allowed; a campaign may contact 2 to 8 % of the customers, all together 40 %."""
    chance = np.random.default_rng(SEED)
    kind = chance.integers(0, 6, customers)
    effect = chance.choice([0.3, 0.05, 0.0, -0.2], (6, campaigns), p=[0.2, 0.3, 0.3, 0.2])
    worth = chance.gamma(2.0, 20.0, customers)
    cost = chance.choice([4, 85, 450], campaigns)
    uplift = effect[kind] + chance.normal(0, 0.03, (customers, campaigns))
    gain = uplift * worth[:, None] - cost / 100
    capacity = (chance.uniform(0.02, 0.08, campaigns) * customers).astype(np.int64)
    budget = (capacity * cost * 0.6).astype(np.int64) if has_budgets else None
    allowed = chance.random((customers, campaigns)) < 0.7
    return Offers(gain, allowed, cost.astype(np.int64), Limits(capacity, budget, int(0.4 * customers)))


def ours(asked: Offers) -> Callable[[], tuple[float, float]]:
    """Gain and the bound that proves how near it is; ids are hashed for the lots, as every night."""
    customers = [f"c_{number:016x}" for number in range(len(asked.gain))]

    def solve() -> tuple[float, float]:
        found = assign(asked, customers, bytes(32), "benchmark", Shares(0.0, 0.0))
        return found.gain, found.bound

    return solve


def highs(asked: Offers) -> Callable[[], tuple[float, float]]:
    """The linear programme by SciPy's HiGHS."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, vstack

    rows, columns = np.nonzero(asked.allowed & (asked.gain > 0))
    places, one = np.arange(len(rows)), np.ones(len(rows))
    customers, campaigns = asked.gain.shape
    capacity, budget = asked.limits.of_campaigns(campaigns)
    limits = [
        (coo_array((one, (rows, places)), (customers, len(rows))), np.ones(customers)),
        (coo_array((one, (columns, places)), (campaigns, len(rows))), capacity),
        (coo_array((one, (np.zeros_like(rows), places)), (1, len(rows))), [asked.limits.of_all()[0]]),
    ]
    if budget.min() < NO_LIMIT:
        limits.append((coo_array((asked.cost_cents[columns], (columns, places)), (campaigns, len(rows))), budget))
    matrix, most = vstack([each for each, _ in limits]).tocsr(), np.concatenate([each for _, each in limits])

    def solve() -> tuple[float, float]:
        found = linprog(-asked.gain[rows, columns], A_ub=matrix, b_ub=most, bounds=(0, 1), method="highs")
        return -float(found.fun), -float(found.fun)

    return solve


def flows(asked: Offers) -> Callable[[], tuple[float, float]]:
    """The minimum cost flow by OR-tools, exact to a millionth of a unit; it knows no money."""
    from ortools.graph.python import min_cost_flow

    rows, columns = np.nonzero(asked.allowed & (asked.gain > 0))
    customers, campaigns = asked.gain.shape
    start, end, hub = customers + campaigns, customers + campaigns + 1, customers + campaigns + 2
    people, kinds = np.arange(customers), customers + np.arange(campaigns)
    tails = np.concatenate([[start], np.full(customers, hub), rows, kinds, [start]])
    heads = np.concatenate([[hub], people, customers + columns, np.full(campaigns, end), [end]])
    most = asked.limits.of_all()[0]
    capacities = np.concatenate(
        [[most], np.ones(customers + len(rows)), asked.limits.of_campaigns(campaigns)[0], [most]]
    )
    gains = np.rint(asked.gain[rows, columns] * MICRO)
    costs = np.concatenate([np.zeros(1 + customers), -gains, np.zeros(campaigns + 1)])

    def solve() -> tuple[float, float]:
        flow = min_cost_flow.SimpleMinCostFlow()
        arcs = (each.astype(kind) for each, kind in zip((tails, heads), (np.int32, np.int32), strict=True))
        flow.add_arcs_with_capacity_and_unit_cost(*arcs, capacities.astype(np.int64), costs.astype(np.int64))
        flow.set_nodes_supplies(np.array([start, end], np.int32), np.array([most, -most], np.int64))
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("no optimum was found")
        found = -flow.optimal_cost() / MICRO
        return found, found

    return solve


SIDES = {"ours": ours, "HiGHS": highs, "OR-tools": flows}


def one_side(side: str, asked: Offers) -> dict[str, float]:
    """Solve once in this process: seconds, CPU seconds, peak, gain and bound; laying out is not counted."""
    work = SIDES[side](asked)
    wall, cpu = time.perf_counter(), time.process_time()
    gain, bound = work()
    spent = {"seconds": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return spent | {"peak_bytes": float(peak), "gain": gain, "bound": bound}


def command(given: argparse.Namespace, customers: int, side: str) -> list[str]:
    """What runs one side once."""
    which = sys.executable if side == "ours" else given.python
    said = ["--side", side, "--customers", str(customers), "--offers", str(given.offers)]
    return [which, "-m", "benchmarks.choices", *said, *(["--budgets"] if given.budgets else [])]


def row(count: int, side: str, runs: list[dict[str, Any]], best: float) -> str:
    """One line of the table: medians over the turns."""
    if not runs:
        return f"| {shops.short(count)} | {side} | failed | – | – | – | – |"
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    cost = f"{middle['cpu_s']:.2f} | {middle['seconds']:.2f} | {gib(int(middle['peak_bytes']))}"
    reached, proven = (f"{100 * middle['gain'] / of:.4f} %" for of in (best, middle["bound"]))
    return f"| {shops.short(count)} | {side} | {cost} | {reached} | {proven} |"


def main() -> None:
    """Print the table; with --side, one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", default="20k,1m", help="sizes, such as 20k,1m")
    parser.add_argument("--offers", type=int, default=20, help="campaigns to choose from")
    parser.add_argument("--budgets", action="store_true", help="limit the money of each campaign as well")
    parser.add_argument("--sides", default="ours;HiGHS", help="; ".join(SIDES))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="of the environment that holds the other packages")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        print(json.dumps(one_side(given.side, offers(int(given.customers), given.offers, given.budgets))))
        return
    print(f"{machine.facts()['cores']} cores, commit {machine.commit()}, medians of {given.turns} turns")
    print("| customers | side | CPU s | seconds | peak GiB | of the best gain | of its own bound |")
    print("|---|---|---|---|---|---|---|")
    for count in shops.customers(given.customers):
        asked = [side.strip() for side in given.sides.split(";")]
        found = sides.in_turns(asked, given.turns, partial(command, given, count))
        best = max((run["gain"] for runs in found.values() for run in runs), default=0.0)
        for side, runs in found.items():
            print(row(count, side, runs, best), flush=True)


if __name__ == "__main__":
    main()
