"""`goldseam override`: a person says that tonight's unusual row count is meant."""

import argparse
from datetime import date

from mining_tasks.commands import show

HELP = "let a table pass its row-count guard for one night"
EXAMPLES = """examples:
  goldseam override pub_segments__customers --night 2026-11-21 --who 'A. Smith' --why 'test accounts were removed'
then run the night, or clear its run in Airflow. Only guards (promises that compare with what was usual) can be
overridden; the override is kept in the ledger with its name and reason."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", help="such as pub_segments__customers")
    parser.add_argument("--night", type=date.fromisoformat, required=True, help="the night it is meant for")
    parser.add_argument("--who", required=True, help="your name")
    parser.add_argument("--why", required=True, help="the reason, for those who read it later")


def run(given: argparse.Namespace) -> int:
    import expectations
    from mining_tasks.warehouse import ledger

    table = expectations.table(given.table)
    if not given.who.strip() or not given.why.strip():
        raise ValueError("an override needs a name (--who) and a reason (--why)")
    ledger.note_override(table.name, given.night, given.who.strip(), given.why.strip())
    if given.json:
        show.as_json({"table": table.name, "night": given.night, "who": given.who, "why": given.why})
    else:
        show.say(f"Noted. Next: goldseam night --night {given.night}")
    return 0
