"""What `goldseam demo score` prints: every figure of a night beside its threshold, and the verdict."""

import argparse
from dataclasses import asdict

from mining_tasks.commands import connections, show

WORDS = {
    0: "Every figure of every room that exists is within its threshold.",
    1: "Something fails, or a room that exists was not published for this night.",
    3: "Nothing fails, but something could not be measured.",
}


def run(given: argparse.Namespace) -> int:
    """Score the night of `--night`, or the newest. Returns 0 if all is well, 1 on a FAIL, 3 if something is unsaid."""
    from mining_tasks.demo import score
    from mining_tasks.warehouse.home import home

    connections.load(home().path)
    night, lines = score.score(given.night)
    code = score.exit_status(lines)
    if given.json:
        told = {"night": night, "figures": [asdict(line) for line in lines], "exit_status": code}
        show.as_json(told | {"short_of_aim": score.short_of_aim(lines)})
    else:
        show.as_table([line.shown() for line in lines], f"The night of {night}, beside the truth")
        aims = len([line for line in lines if line.aim is not None])
        show.say(f"{WORDS[code]} Short of their aim: {score.short_of_aim(lines)} of {aims} figures that have one.")
    return code
