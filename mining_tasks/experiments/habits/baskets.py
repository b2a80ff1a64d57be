"""How many lines the orders of a kind of customer have: one each, and more by a rate of each customer's own.

The lines beyond the first of an order are Poisson, their rates gamma over customers, so that the sum over a customer's
orders is negative binomial (Greenwood, Yule 1920). Whole numbers come from tables.
"""

import numpy as np
from scipy.special import digamma, gammaln

from mining_tasks.experiments.habits.cells import Numbers


def scores(orders: Numbers, lines: Numbers, parameters: Numbers) -> tuple[Numbers, Numbers]:
    """Log-likelihood of n customers, up to what hangs on no parameter, and its gradient by (shape, mean): n × 2.

    orders, lines: whole numbers, lines ≥ orders. mean: lines beyond the first of an order.
    """
    shape, mean = parameters
    more, expected = lines - orders, mean * orders
    place, times = more.astype(np.int64), np.arange(int(more.max(initial=0)) + 1)
    both = shape + expected
    rising = (gammaln(shape + times) - gammaln(shape))[place]
    slope = (digamma(shape + times) - digamma(shape))[place]
    found = rising + shape * np.log(shape / both) + more * np.log(expected / both)
    by_shape = slope + np.log(shape / both) + (expected - more) / both
    return found, np.column_stack([by_shape, more / mean - (shape + more) * orders / both])
