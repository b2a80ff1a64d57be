"""Nights in a process of their own: `python -m tests.night.alone HOME NIGHT…` prints what each accepted, as JSON."""

import json
import locale
import os
import sys
from datetime import date
from pathlib import Path

if threads := os.environ.get("ALONE_THREADS"):
    os.cpu_count = lambda: int(str(threads))  # what our engine, Arrow's readers and the model libraries ask

from mining_tasks.warehouse import ledger  # noqa: E402
from mining_tasks.warehouse.home import Home  # noqa: E402
from tests.night import homes, picture  # noqa: E402
from tests.night.walk import walk  # noqa: E402


def main() -> None:
    """Walk the nights in the order given; a night that is not green ends the process with its faults."""
    locale.setlocale(locale.LC_ALL, "")
    found = []
    with homes.opened(Home(Path(sys.argv[1]).resolve())):
        for night in map(date.fromisoformat, sys.argv[2:]):
            walked = walk(night)
            if not walked.is_green:
                sys.exit(walked.told() or str(walked.outcomes))
            families = {row["family"]: row["run_id"] for row in ledger.published()}
            found.append({"night": str(night), "tables": picture.digests(night), "families": families})
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
