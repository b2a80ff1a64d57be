"""How `goldseam who` tells what it found: as tables for people, or as one JSON document."""

import argparse
import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mining_tasks.commands import show

if TYPE_CHECKING:
    from mining_tasks.identities.look.dossier import Dossier

Row = Mapping[str, Any]
SAYS = 0.05  # bits from which on a comparison is told
BARS = 30  # characters of the longest bar
NO_KEY = "contact data stay closed: there is no key here"


def customer(given: argparse.Namespace, night: date) -> int:
    """Tell one customer; an unmasked look is noted before anything is shown."""
    from mining_tasks.identities.look.dossier import dossier

    if given.unmask:
        _need_key()
    found = dossier(given.whom, night)
    if given.unmask:
        _note(found.customer_id, night)
    contact = _contact(found, given.unmask)
    decisions = found.decisions if given.unmask else [_masked_words(row) for row in found.decisions]
    if given.json:
        accounts = [row | {"contact": contact.get(row["account_id"]) if contact else None} for row in found.accounts]
        show.as_json(asdict(found) | {"accounts": accounts, "decisions": decisions, "is_unmasked": given.unmask})
        return 0
    _head(found)
    show.as_table([_account(row, contact) for row in found.accounts], "Her accounts")
    if contact is None:
        show.say(f"  {NO_KEY}")
    _ties(found)
    near = f"Near misses: proposed, and apart ({len(found.near)} of {found.near_count})"
    show.as_table([_near(row) for row in found.near], near, "none: nothing else was proposed")
    limited = NO_KEY if found.limited is None else "none"
    show.as_table(found.limited or [], "Values that too many accounts share: they join nobody", limited)
    show.as_table(decisions, "What people decided", "nothing")
    show.as_table([_change(row) for row in found.history], "History, oldest first", "no change in the journal")
    return 0


def pair(given: argparse.Namespace, night: date) -> int:
    """Tell how two accounts were weighed, and draw it."""
    from mining_tasks.identities.look import weights
    from mining_tasks.identities.look.dossier import pair_of

    found = pair_of(given.pair[0], given.pair[1], night)
    if given.picture:
        _draw(found, given.picture)
    if given.json:
        show.as_json(found)
        return 0
    are_one = found["customer_id"] == found["other_customer_id"]
    whose = f"one customer, {found['customer_id']}" if are_one else "two customers"
    show.say(f"{found['account_id']} and {found['other_account_id']}, night {night}: {whose}")
    show.say(f"proposed by {found['rule_code']}, tied by {found['evidence_code']}; {_needed(found)}")
    added = found["weights"]
    most = max(map(abs, added.values()), default=0.0) or 1.0
    show.as_table(
        [
            {
                "comparison": weights.words(name),
                "bits": f"{bits:+8.2f}",
                "so far": f"{total:+8.2f}",
                "probability so far": f"{weights.probability(total):.6f}",
                "": ("+" if bits > 0 else "−") * round(BARS * abs(bits) / most),
            }
            for (name, bits), total in zip(added.items(), weights.sums(added), strict=True)
        ],
        "What each comparison adds, after those above it",
        "it was not weighed",
    )
    if given.picture:
        show.say(f"drawn in {given.picture}")
    return 0


def looks(given: argparse.Namespace) -> int:
    """Tell who saw contact data unmasked."""
    from mining_tasks.warehouse import ledger

    seen = [{name: row[name] for name in ("noted_at", "who", "customer_id", "night")} for row in ledger.looked()]
    show.either(given, seen, "Unmasked looks at contact data, the newest first", "nobody looked")
    return 0


def _need_key() -> None:
    from mining_tasks.identities.contact import need_key

    need_key()


def _note(customer_id: str, night: date) -> None:
    from mining_tasks.warehouse import ledger

    ledger.note_look(customer_id, night, _user())


def _user() -> str:
    """Who asks, as this machine knows her."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return f"user {os.getuid()}"


def _contact(found: "Dossier", is_open: bool) -> dict[str, dict[str, Any]] | None:
    """Contact data by account, masked unless asked for in full; None without the key."""
    from mining_tasks.identities.contact import contact_of
    from mining_tasks.identities.look.masked import masked
    from mining_tasks.warehouse.home import HomeMissing

    try:
        told = contact_of(found.night, [row["account_id"] for row in found.accounts])
    except HomeMissing:
        return None
    return {account: dict(facts) if is_open else masked(facts) for account, facts in told.items()}


def _masked_words(decision: Row) -> Row:
    """A decision without what a person wrote: it may name somebody."""
    from mining_tasks.identities.look.masked import hidden, initials

    return {**decision, "who": initials(decision["who"]), "why": hidden(decision["why"])}


def _head(found: "Dossier") -> None:
    show.say(
        f"Customer {found.customer_id}, night {found.night}: {len(found.accounts)} "
        f"account{'s' * (len(found.accounts) > 1)}, known since {found.known_since_date}"
    )
    if found.asked in found.former_ids:
        show.say(f"{found.asked} was given up: she lives on in {found.customer_id}")
    if found.former_ids:
        show.say(f"ids that were given up for hers: {', '.join(found.former_ids)}")


def _account(row: Row, contact: Mapping[str, Row] | None) -> dict[str, Any]:
    told: dict[str, Any] = {"account": row["account_id"]}
    if contact is not None:
        facts = contact.get(row["account_id"], {})
        names = [facts.get(kind) for kind in ("given_name", "surname", "full_name")]
        places = ("street_number", "street", "address_extra", "postcode", "city", "country_code")
        told |= {
            "name": " ".join(filter(None, names)) or None,
            "e-mail": facts.get("email"),
            "verified": facts.get("is_email_verified"),
            "phone": facts.get("phone"),
            "born": facts.get("birth_date"),
            "address": " ".join(str(facts[kind]) for kind in places if facts.get(kind)) or None,
        }
    return told | {"joined by": row["evidence_code"], "with": row["linked_to_account_id"]}


def _ties(found: "Dossier") -> None:
    prior = next((row["weights"]["prior"] for row in found.ties if "prior" in row["weights"]), None)
    bits = [*([] if prior is None else [f"{prior:+.1f} before any comparison"]), f"{found.threshold_weight:.1f} needed"]
    title = f"What ties them together (bits: {', '.join(bits)} by likeness alone)"
    alone = "nothing: she has one account"
    show.as_table([{**_weighed(row), "holds": row["holds"], **_why(row)} for row in found.ties], title, alone)


def _near(row: Row) -> dict[str, Any]:
    return {**_weighed(row), "customer": row["customer_id"], "apart by": row["code"], "why": row["why"]}


def _weighed(row: Row) -> dict[str, Any]:
    bits, likely = row["match_weight"], row["match_probability"]
    return {
        "account": row["account_id"],
        "other": row["other_account_id"],
        "by": row["evidence_code"],
        "bits": None if bits is None else f"{bits:.1f}",
        "probability": None if likely is None else f"{likely:.6f}",
    }


def _why(row: Row) -> dict[str, str]:
    """The comparisons that say something, the heaviest first."""
    told = sorted(row["weights"].items(), key=lambda one: -abs(one[1]))
    shown = (f"{name} {bits:+.1f}" for name, bits in told if name != "prior" and abs(bits) >= SAYS)
    return {"bits by comparison": ", ".join(shown)}


def _needed(found: Row) -> str:
    return f"by likeness alone {found['threshold_weight']:.1f} bits are needed"


def _change(row: Row) -> dict[str, Any]:
    sides: Sequence[str | None] = (row["evidence_account_id"], row["evidence_other_account_id"])
    return {
        "night": row["changed_date"],
        "account": row["account_id"],
        "change": row["change_code"],
        "from": row["from_customer_id"],
        "to": row["to_customer_id"],
        "by": row["evidence_code"],
        "between": " and ".join(filter(None, sides)) or None,
    }


def _draw(found: Row, file: Path) -> None:
    from mining_tasks.identities.look.picture import waterfall

    if not found["weights"]:
        raise ValueError("that pair was not weighed: there is nothing to draw")
    title = f"{found['account_id']} and {found['other_account_id']}"
    waterfall(found["weights"], title, found["threshold_weight"]).savefig(file, dpi=110, bbox_inches="tight")
