"""`goldseam contracts`: what is promised about each table, and whether a promise to readers would be broken."""

import argparse
from pathlib import Path

from mining_tasks.commands import show

HELP = "print the dictionary or ODCS contracts, or what would break for readers"
EXAMPLES = """\
examples:
  goldseam contracts dictionary pub_segments__customers
  goldseam contracts odcs segments > segments.odcs.yaml
  goldseam contracts breaking             exit status 1 if a promise to readers would be broken"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("dictionary", "odcs", "breaking"))
    parser.add_argument("names", nargs="*", metavar="TABLE", help="tables; for odcs one table or family")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there and not to the terminal")


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import contracts

    if given.action == "breaking":
        return _breaking(given)
    if given.action == "odcs" and len(given.names) != 1:
        raise ValueError("odcs needs one table or family, such as `goldseam contracts odcs segments`")
    text = contracts.odcs(given.names[0]) if given.action == "odcs" else contracts.dictionary(given.names)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    else:
        show.say(text)
    return 0


def _breaking(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import contracts

    found = contracts.breaking(contracts.published(), contracts.present())
    if given.json:
        show.as_json(found)
    else:
        show.say("\n".join(found) or "nothing that readers were promised is broken")
    return 1 if found else 0
