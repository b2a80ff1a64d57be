"""`goldseam status`: families, verdicts, quarantine and the last nights."""

import argparse
from datetime import date

from mining_tasks.commands import show

HELP = "how the nights stand: families, verdicts, broken promises, quarantine"
EXAMPLES = "examples:\n  goldseam status\n  goldseam status --night 2026-11-20 --json"
TITLES = {
    "families": ("What readers see", "nothing is promised"),
    "verdicts": ("Verdicts of the night", "none"),
    "refused": ("Promises that did not hold", "all held"),
    "quarantine": ("Rows set aside", "none"),
    "nights": ("Last nights", "no night was run yet. Next: goldseam night"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="one night, not the newest")


def run(given: argparse.Namespace) -> int:
    from mining_tasks.quality.status import status

    found = status(given.night)
    if given.json:
        show.as_json(found)
    else:
        for part, (title, empty) in TITLES.items():
            show.as_table(found[part], title, empty)
    return 0
