"""`goldseam quarantine`: rows set aside, why, and their way back."""

import argparse
from datetime import date

from mining_tasks.commands import show

HELP = "list, show or replay rows that were set aside"
EXAMPLES = """\
examples:
  goldseam quarantine list
  goldseam quarantine show raw_shop__orders --night 2026-11-20
  goldseam quarantine replay raw_shop__orders --night 2026-11-20     once the contract or the mapping is right"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "show", "replay"))
    parser.add_argument("table", nargs="?", help="such as raw_shop__orders")
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the night it was set aside")
    parser.add_argument("--limit", type=int, default=20, help="rows to show (default 20)")
    parser.add_argument("--reveal", action="store_true", help="show values, which may be personal data, not shapes")


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import quarantine

    if given.action == "list":
        found = quarantine.listed(given.night)
        show.either(given, found, "", "nothing is set aside")
        return 0
    if not given.table or not given.night:
        raise ValueError(f"say which table and night: goldseam quarantine {given.action} TABLE --night YYYY-MM-DD")
    return _show(given) if given.action == "show" else _replay(given)


def _show(given: argparse.Namespace) -> int:
    import expectations
    from mining_tasks.warehouse import quarantine

    rows = quarantine.shown(expectations.table(given.table), given.night, given.limit, given.reveal)
    show.either(given, rows, "", f"nothing of {given.table} was set aside on {given.night}")
    return 0


def _replay(given: argparse.Namespace) -> int:
    import expectations
    from mining_tasks.warehouse import quarantine

    found = quarantine.replay(expectations.table(given.table), given.night)
    if given.json:
        show.as_json(found)
    else:
        show.say(f"{found['replayed']:,} rows replayed, {found['left']:,} are still bad. Readers see them after the")
        show.say(f"next night, or at once after: goldseam night --night {given.night}")
    return 0
