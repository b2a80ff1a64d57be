"""`goldseam decide`: a person says that two accounts are one customer, or never are."""

import argparse
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mining_tasks.commands import show

if TYPE_CHECKING:
    from mining_tasks.identities.decisions import Decision

HELP = "exclude or confirm that two accounts are one customer"
LINKS = "core_identities__links"
EXAMPLES = """examples:
  goldseam decide exclude shop:1204 crm:77 --who 'A. Smith' --why 'father and son, he called'
  goldseam decide confirm shop:1204 support:9 --who 'A. Smith' --why 'married, new name and address'
then run the night, or wait for it. The last word on two accounts counts; every decision is a line of decisions.csv in
the home, which may be edited by hand: remove a line to leave it to evidence again. What came of it stands in
pub_identities__changes."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("decision", choices=("exclude", "confirm"), help="never one customer, or one in any case")
    parser.add_argument("account", help="such as shop:1204")
    parser.add_argument("other", help="such as crm:77")
    parser.add_argument("--who", required=True, help="your name")
    parser.add_argument("--why", required=True, help="the reason, for those who read it later")
    parser.add_argument(
        "--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from which night on (default: the last one run)"
    )


def run(given: argparse.Namespace) -> int:
    from mining_tasks.identities import decisions
    from mining_tasks.warehouse.home import home

    night = given.night or _last_night()
    said = decisions.decision(
        {
            "account_id": given.account,
            "other_account_id": given.other,
            "decision_code": given.decision,
            "who": given.who,
            "when": night.isoformat(),
            "why": given.why,
        }
    )
    customers = _customers(said, night)
    decisions.note(home().path, said)
    _tell(given, said, customers)
    return 0


def _last_night() -> date:
    from mining_tasks.warehouse import ledger

    night = ledger.newest_night()
    if night is None:
        raise ValueError("no night was run yet: say from which one on, as in --night 2026-11-20")
    return night


def _customers(said: "Decision", night: date) -> Mapping[str, str]:
    """The customers of the two accounts by the links that were last accepted; raises if an account is not there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from mining_tasks.warehouse import ledger, shelf

    names = [said.account_id, said.other_account_id]
    row = ledger.accepted(LINKS, night) or ledger.accepted_before(LINKS, night)
    if row is None:
        raise ValueError(f"no accounts were linked up to {night}. Next: goldseam night --night {night}")
    links = shelf.of_ledger(row).arrow(["account_id", "customer_id"])
    found = links.filter(pc.is_in(links["account_id"], value_set=pa.array(names))).to_pylist()
    customers = {row["account_id"]: row["customer_id"] for row in found}
    if missing := [name for name in names if name not in customers]:
        raise ValueError(f"no account {' and no account '.join(missing)} on {row['night']}; nothing was noted")
    return customers


def _tell(given: argparse.Namespace, said: "Decision", customers: Mapping[str, str]) -> None:
    if given.json:
        show.as_json({"decision": said.decision_code, "from_night": said.decided_date, "customers": customers})
        return
    are_one = len(set(customers.values())) == 1
    if are_one == (said.decision_code == "confirm"):
        show.say("Noted. That is what they are already, and evidence will not change it.")
    else:
        show.say(f"Noted. Next: goldseam night --night {said.decided_date}, or wait for the next night.")
