"""`goldseam bench`: what a night costs as a shop grows, and what others need for the same."""

import argparse
import importlib
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

from mining_tasks.commands import house, show

HELP = "measure nights on planted shops of several sizes, step by step, beside others' tools"
EXAMPLES = """\
examples:
  goldseam bench                                   10k, 100k and 1m customers; hours, and goes on where it was stopped
  goldseam bench --customers 100k                  one size
  goldseam bench --customers 100k --room segments  one room alone, on a night that the bench ran before
  goldseam bench --customers 1m --memory-limit 3GiB
  goldseam bench --customers 100k --against main~5 the same nights with an older commit's code, in turns

It writes benchmarks/results/bench.json and its part of BENCHMARKS.md; docs/benchmarks.md says what the figures mean.
exit status: 0 every night ran to its end; 1 some did not, and their steps that did are kept; 2 it could not start"""

NOT_WHOLE = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", default="10k,100k,1m", metavar="N,…", help="sizes (default 10k,100k,1m)")
    parser.add_argument("--days", type=int, default=400, help="of history (default 400)")
    parser.add_argument("--seed", type=int, default=1, help="of the planted shop (default 1)")
    parser.add_argument("--shop", choices=("planted", "real"), default="planted", help="real: households of the demo")
    parser.add_argument("--room", action="append", default=[], metavar="DAG", help="this room alone; may be repeated")
    parser.add_argument(
        "--memory-limit", metavar="3GiB", help="stop a night whose process needs more; the engine spills"
    )
    parser.add_argument(
        "--against", metavar="COMMIT", help="compare with that commit's code on the same data, in turns"
    )
    parser.add_argument("--pairs", type=int, default=3, help="turns of --against (default 3)")
    parser.add_argument("--no-peers", action="store_true", help="the nights alone")
    parser.add_argument("--again", action="store_true", help="measure anew what was measured before")
    parser.add_argument(
        "--work", type=Path, default=Path("bench-work"), metavar="DIR", help="shops and logs are kept here"
    )
    parser.add_argument("--out", type=Path, default=house.HOUSE, metavar="DIR", help="where BENCHMARKS.md lies")


def run(given: argparse.Namespace) -> int:
    if not (house.HOUSE / "benchmarks" / "bench.py").exists():
        raise house.NoHouse("the benchmarks are not beside this package: goldseam bench runs from its checkout")
    if str(house.HOUSE) not in sys.path:
        sys.path.insert(0, str(house.HOUSE))  # the benchmarks are no part of what pip installs
    with redirect_stdout(sys.stderr) if given.json else nullcontext():
        found = importlib.import_module("benchmarks.asked").run(given, show.say)
    if given.json:
        show.as_json(found)
    return 0 if found.get("is_whole", True) else NOT_WHOLE
