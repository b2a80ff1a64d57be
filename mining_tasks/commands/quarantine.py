"""`goldseam quarantine`: rows set aside, why, and their way back."""

import argparse
from datetime import date

from mining_tasks.commands import show

HELP = "list, show or replay rows that were set aside"
EXAMPLES = """\
examples:
  goldseam quarantine list
  goldseam quarantine show raw_shop__orders --night 2026-11-20
  goldseam quarantine replay raw_shop__orders --night 2026-11-20"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "show", "replay"))
    parser.add_argument("table", nargs="?", help="such as raw_shop__orders")
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD")


def run(given: argparse.Namespace) -> int:
    return 0
