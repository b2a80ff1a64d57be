"""Runs the DAGs of trouble for seven nights and one impossible one, in one process, and prints how each ended."""

import json
import os
import sys
from pathlib import Path

HOUSE, HOME = Path(sys.argv[1]), Path(sys.argv[2])
sys.path[:0] = [str(HOUSE / "plugins"), str(HOUSE)]
os.environ |= {
    "GOLDSEAM_DAGS": str(HOUSE / "tests" / "night" / "dags_of_trouble"),
    "GOLDSEAM_RETRIES": "2",
    "GOLDSEAM_RETRY_DELAY_SECONDS": "1",
}
import one_process  # noqa: E402

outcomes = one_process.work_through(HOME, [f"2018-01-0{day}" for day in range(1, 8)])
source = one_process.read_dags()["source"]
outcomes["hostile"] = {"source": str(source.test(run_conf={"night": "../../out_of_the_home"}).state)}
sys.stdout.write("\n" + json.dumps(outcomes) + "\n")
