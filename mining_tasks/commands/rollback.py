"""`goldseam rollback`: readers of one family go back to the publication before."""

import argparse

from mining_tasks.commands import show

HELP = "show readers the publication before the present one"
EXAMPLES = "examples:\n  goldseam rollback segments"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", help="such as segments; `goldseam status` lists them")


def run(given: argparse.Namespace) -> int:
    import expectations
    from mining_tasks.warehouse.publish import rollback

    if given.family not in expectations.families():
        raise ValueError(f"no family {given.family!r}; there are {', '.join(expectations.families())}")
    run_id = rollback(given.family)
    if given.json:
        show.as_json({"family": given.family, "run_id": run_id})
    else:
        show.say(
            f"Readers of {given.family} see run {run_id} again. The withdrawn run is not published again by itself."
        )
    return 0
