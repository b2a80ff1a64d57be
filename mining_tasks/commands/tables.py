"""`goldseam tables`: what readers see now."""

import argparse

from mining_tasks.commands import show

HELP = "list the published tables: night, rows, age, stale or not, run, files"
EXAMPLES = "examples:\n  goldseam tables\n  goldseam tables --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import surfaces

    found = surfaces.tables()
    if given.json:
        show.as_json(found)
    else:
        shown = ("table", "night", "rows", "data_as_of", "age_nights", "is_stale", "verdict", "run_id", "files")
        rows = [{name: table[name] for name in shown} for table in found]
        show.as_table(rows, empty="nothing is published yet. Next: goldseam night")
    return 0
