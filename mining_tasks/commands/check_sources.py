"""`goldseam check-sources`: can we read the silos, and is there enough in them for each family?"""

import argparse

from mining_tasks.commands import show

HELP = "profile the silos: what is there, and what is missing for each family"
EXAMPLES = "examples:\n  goldseam check-sources --home my-shop\n  goldseam check-sources --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(given: argparse.Namespace) -> int:
    from mining_tasks.sources import profile

    found = profile.check_sources()
    show.as_json(found)
    return 0
