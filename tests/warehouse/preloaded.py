"""What a process of its own would spend seconds to import, loaded once before it is forked."""

import great_expectations  # noqa: F401

import expectations.speak.suite  # noqa: F401
import mining_tasks.warehouse.publish  # noqa: F401
import mining_tasks.warehouse.surface_postgres  # noqa: F401
import tests.warehouse.apart  # noqa: F401
