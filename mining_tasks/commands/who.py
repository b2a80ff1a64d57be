"""`goldseam who`: whose accounts these are, by which evidence, who was nearly hers, and what changed since."""

import argparse
import sys
from datetime import date
from pathlib import Path

HELP = "show a customer's accounts, what ties them together, near misses, decisions and history"
UNKNOWN = 1
EXAMPLES = """examples:
  goldseam who shop:1204                       the customer of an account; also crm:77, support:9, shop:guest:4711
  goldseam who c_0123456789abcdef              a customer; an id that was given up leads to the one she has now
  goldseam who shop:1204 --night 2026-11-20    as of an older night
  goldseam who shop:1204 --unmask              with contact data in full: needs the key, and is noted for good
  goldseam who --pair shop:1204 crm:77 --picture pair.png
                                               what each comparison of two accounts weighs, in bits, and as a picture
  goldseam who --looks                         who saw whose contact data unmasked, and when

A bit doubles the odds of one person; weights of a pair sum to its own. Next, if a link is wrong or missing:
goldseam decide exclude|confirm. docs/identities.md tells how to read a pair. Exit status 1: nobody of that name."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("whom", nargs="?", metavar="CUSTOMER|ACCOUNT", help="such as c_0123456789abcdef, or shop:1204")
    parser.add_argument(
        "--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="as of which night (default: the newest)"
    )
    parser.add_argument("--unmask", action="store_true", help="contact data in full; needs the key and is noted")
    parser.add_argument("--pair", nargs=2, metavar=("A", "B"), help="two accounts instead: how they were weighed")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="of --pair, as PNG, SVG or PDF; no contact data")
    parser.add_argument("--looks", action="store_true", help="list every unmasked look instead")


def run(given: argparse.Namespace) -> int:
    from mining_tasks.commands import show, who_shown
    from mining_tasks.identities.look.found import Unknown, last_night

    if sum((bool(given.whom), bool(given.pair), given.looks)) != 1:
        raise ValueError("say one of: CUSTOMER, ACCOUNT, --pair A B or --looks. Next: goldseam who --help")
    if given.picture and not given.pair:
        raise ValueError("a picture is of two accounts. Next: goldseam who --pair A B --picture FILE")
    if given.looks:
        return who_shown.looks(given)
    try:
        night = last_night(given.night)
        if given.night and night != given.night and not given.json:
            show.say(f"nothing was linked on {given.night}: what stands in for it is of {night}")
        return who_shown.pair(given, night) if given.pair else who_shown.customer(given, night)
    except Unknown as nobody:
        print(f"goldseam who: {nobody}", file=sys.stderr)  # noqa: T201 nothing was found: that is no fault of ours
        return UNKNOWN
