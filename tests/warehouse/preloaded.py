"""What a process of its own would spend seconds to import or to make, once and for all before it is forked.

What lies there is frozen: the first search for garbage in a fork would read all of it, and so copy all of it, which
took half of the 0.57 s of CPU that a publication costs there; reading the contracts and waking the checker took 0.06.
"""

import gc

import great_expectations  # noqa: F401

import expectations
import expectations.speak.suite  # noqa: F401
import mining_tasks.warehouse.publish  # noqa: F401
import mining_tasks.warehouse.surface_postgres  # noqa: F401
import tests.warehouse.apart  # noqa: F401
from mining_tasks.warehouse import keep_promises

expectations.tables()
keep_promises._batches()
gc.collect()
gc.freeze()
