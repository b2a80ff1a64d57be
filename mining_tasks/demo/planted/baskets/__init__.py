"""What lies in each order, what it costs and brings, and what comes back."""

from mining_tasks.demo.planted.baskets.costs import order_costs, returns
from mining_tasks.demo.planted.baskets.lines import lines
from mining_tasks.demo.planted.baskets.margins import Basis, mean_margin
from mining_tasks.demo.planted.baskets.truth import cells, demand_truth, pairs_truth, sequences_truth

__all__ = [
    "Basis",
    "cells",
    "demand_truth",
    "lines",
    "mean_margin",
    "order_costs",
    "pairs_truth",
    "returns",
    "sequences_truth",
]
