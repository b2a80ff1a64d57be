"""Airflow's own database of one home: made or brought up to date, with the pools that our DAGs name."""

import logging
from pathlib import Path

from settings import POOLS


def make_ready() -> None:
    """Create or migrate the database that the environment names, unless it is current; idempotent."""
    from airflow.configuration import conf
    from airflow.models.pool import Pool
    from airflow.utils.db import check_migrations, initdb

    logging.getLogger("alembic").setLevel(logging.WARNING)
    file = conf.get_mandatory_value("database", "sql_alchemy_conn").removeprefix("sqlite:///")
    try:
        if file.startswith("/") and not Path(file).exists():
            raise TimeoutError
        check_migrations(1)  # type: ignore[no-untyped-call]
    except TimeoutError:
        initdb()
    for name, slots in POOLS.items():
        Pool.create_or_update_pool(name, slots, f"Nights that may ask {name} at once.", include_deferred=False)


if __name__ == "__main__":
    make_ready()
