"""`goldseam champion`: which model of a family serves, and a person's word on a promotion."""

import argparse
from datetime import date

from mining_tasks.commands import show

HELP = "show a family's model in use; approve, refuse or undo a promotion"
EXAMPLES = """examples:
  goldseam champion segments
  goldseam champion segments --approve --who 'A. Smith' --why 'the personas make sense'
  goldseam champion segments --refuse --night 2026-11-21 --who 'A. Smith' --why 'we stop using k-means'
  goldseam champion segments --undo --who 'A. Smith' --why 'complaints since Tuesday'
An answer counts from the proposal's night on: the next night is scored so; run that night again to score it anew.
`--undo` takes the newest promotion back, whoever made it, and the champion before it serves again."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", help="such as segments")
    word = parser.add_mutually_exclusive_group()
    word.add_argument("--approve", action="store_true", help="promote what waits for approval")
    word.add_argument("--refuse", action="store_true", help="keep the champion")
    word.add_argument("--undo", action="store_true", help="take back the newest promotion")
    parser.add_argument("--night", type=date.fromisoformat, help="of the proposal; the newest if left out")
    parser.add_argument("--who", default="", help="your name")
    parser.add_argument("--why", default="", help="the reason, for those who read it later")


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import proposals

    if given.approve or given.refuse or given.undo:
        _answer(given)
    night = given.night or proposals.newest(given.family)
    known = proposals.proposed(given.family, night) if night else None
    told = {"family": given.family, "champion": _champion(given.family), "proposed": None}
    if known:
        told["proposed"] = {key: known[key] for key in ("model", "reasons", "answer", "who", "why")} | {"night": night}
    if given.json:
        show.as_json(told)
        return 0
    show.say(f"{given.family}: {told['champion'] or 'no model serves; the fallback is published'}")
    if known:
        show.say(f"Proposed on {night}: {known['model']}, {known['answer'] or 'waits for an answer'}")
    return 0


def _champion(family: str) -> str | None:
    from mining_tasks.warehouse import ledger

    now = ledger.champion(family, date.max)
    return f"{now['model']} since {now['night']}" if now else None


def _answer(given: argparse.Namespace) -> None:
    from mining_tasks.experiments import approval, champion
    from mining_tasks.warehouse import proposals

    if not given.who.strip() or not given.why.strip():
        raise ValueError("a decision needs a name (--who) and a reason (--why)")
    night = given.night or proposals.newest(given.family)
    if given.undo:
        approval.undo(given.family, given.who.strip(), given.why.strip())
    elif night is None:
        raise ValueError(f"nothing was ever proposed for {given.family}")
    else:
        outcome: approval.Outcome = "approved" if given.approve else "refused"
        approval.answer(given.family, night, outcome, given.who.strip(), given.why.strip())
    champion.show(given.family)
