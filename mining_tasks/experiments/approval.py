"""A promotion that a person must approve, where the family's goals say so: `approval = "human"`.

Until then the champion serves. An answer is obeyed by the night it is about, and so by every later one.
"""

from datetime import date, timedelta
from typing import Any, Literal

from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.load import Trained
from mining_tasks.warehouse import ledger, proposals
from mining_tasks.warehouse.home import home

HUMAN, AUTOMATIC = "human", "automatic"
WAIT_HOURS = 4.0
WAITING = "every rule holds, and it waits for a person to approve it"
Outcome = Literal["approved", "refused", "not answered"]


class NothingProposed(ValueError):
    """There is no such proposal, or it no longer matters."""


def is_wanted(family: str) -> bool:
    """Whether the family's goals ask for a person; raises ValueError if they say something else than we know."""
    said = _goal(family).get("approval", AUTOMATIC)
    if said not in (HUMAN, AUTOMATIC):
        raise ValueError(f"objectives.toml: [{family}] approval is {said!r}, neither {HUMAN} nor {AUTOMATIC}")
    return bool(said == HUMAN)


def wait(family: str) -> timedelta:
    """How long a night waits for an answer: `approval_hours` of the family's goals."""
    return timedelta(hours=float(_goal(family).get("approval_hours", WAIT_HOURS)))


def proposed(family: str, night: date, verdict: Verdict, challenger: Trained) -> Verdict:
    """Propose a challenger that was good enough; gives the verdict until it is answered, or as it was answered."""
    facts = {"model_id": challenger.model_id, "location": challenger.location}
    figures = {name: value for name, value in verdict.figures.items() if value is not None}
    proposal = {"model": challenger.name, "reasons": list(verdict.reasons), "figures": figures, "facts": facts}
    proposals.propose(family, night, proposal)
    known = proposals.proposed(family, night) or {}
    if known.get("answer") == "approved":
        return Verdict("go", (*verdict.reasons, _said("approved", known["who"], known["why"])), verdict.figures)
    word = _said("refused", known["who"], known["why"]) if known.get("answer") else WAITING
    return Verdict("hold", (word, *verdict.reasons), verdict.figures)


def question(family: str, night: date) -> str | None:
    """What a person is asked, in Markdown; None if nothing waits for an answer."""
    known = proposals.proposed(family, night)
    if not known or known["answer"]:
        return None
    now = ledger.champion(family, night)
    serving = now["model"] if now else "none, the fallback is published"
    listed = [f"- {reason}" for reason in known["reasons"]]
    return "\n".join([f"**{known['model']}** instead of **{serving}**, from {night} on.", "", *listed])


def answer(family: str, night: date, outcome: Outcome, who: str = "", why: str = "") -> None:
    """Obey a person: promote what was proposed for the night, or leave the champion; the verdict says who and why.

    Raises `NothingProposed` if nothing was, or if a later night has promoted another model since.
    """
    known = proposals.proposed(family, night)
    if known is None:
        raise NothingProposed(f"nothing was proposed for {family} on {night}. Next: goldseam champion {family}")
    now = ledger.champion(family, date.max)
    if outcome == "approved" and now and now["night"] > night:
        raise NothingProposed(f"{family}: {now['model']} was promoted on {now['night']}, later than {night}")
    if outcome != "not answered":
        proposals.answer(family, night, outcome, who, why)
    if outcome == "approved":
        promotion = {"model": known["model"], "who": who, "why": why or "approved", "facts": known["facts"]}
        ledger.note_promotion(family, night, promotion)
    elif now and now["night"] == night and now["model"] == known["model"]:
        ledger.withdraw_promotion(family, night)
    _note(family, night, known, outcome, _said(outcome, who, why))


def undo(family: str, who: str, why: str) -> str:
    """Take back the newest promotion: the champion before it serves again; returns the name of the one taken back."""
    now = ledger.champion(family, date.max)
    if now is None:
        raise NothingProposed(f"{family} has no champion")
    ledger.withdraw_promotion(family, now["night"])
    if proposals.proposed(family, now["night"]):
        proposals.answer(family, now["night"], "refused", who, why)
    before = ledger.champion(family, now["night"])
    reasons = [f"the promotion of {now['model']} was undone by {who}: {why}"]
    facts = {"verdict": "hold", "reasons": reasons, "champion": before["model"] if before else None}
    ledger.note_verdict(now["night"], family, "model", facts | {"challenger": now["model"]})
    return str(now["model"])


def _note(family: str, night: date, known: dict[str, Any], outcome: Outcome, word: str) -> None:
    now = ledger.champion(family, night)
    facts = {
        "verdict": "go" if outcome == "approved" else "hold",
        "reasons": [word, *known["reasons"]],
        "figures": known["figures"],
        "champion": now["model"] if now else None,
        "challenger": known["model"],
    }
    ledger.note_verdict(night, family, "model", facts)


def _said(outcome: str, who: str, why: str) -> str:
    if outcome == "not answered":
        return f"{WAITING}; nobody answered in time, so the champion stays"
    return f"{outcome} by {who or 'somebody'}" + (f": {why}" if why else "")


def _goal(family: str) -> dict[str, Any]:
    if not (home().path / "objectives.toml").exists():
        return {}
    return dict(home().toml("objectives").get(family, {}))
