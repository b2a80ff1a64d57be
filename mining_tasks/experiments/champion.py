"""The champion of a family as of a night. Our own ledger says it; MLflow's alias is derived from it."""

import json
import logging
from datetime import date

from mining_tasks.experiments import approval, described, load, store
from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.store import StoreDown, reached_store
from mining_tasks.warehouse import ledger

logger = logging.getLogger(__name__)
ALIAS = "champion"
JUDGE = "experiments.judge"
NIGHTS_END = date.max


def in_force(family: str, night: date) -> Trained | None:
    """The model that serves a night, the night's own promotion counted; None before the first.

    Raises `Unloadable` if its card cannot be read.
    """
    return _of(ledger.champion(family, night))


def before(family: str, night: date) -> Trained | None:
    """The model that a night's challenger is measured against, so that judging a night twice decides alike."""
    return _of(ledger.champion(family, night, inclusive=False))


def decide(family: str, night: date, verdict: Verdict, challenger: Trained | None = None, anew: bool = True) -> str:
    """Obey a verdict and note it: promote on go, else leave the champion as it was before the night. Returns it.

    anew: whether what the same night promoted earlier no longer counts; False if tonight could not be judged at all.
    Where the family's goals ask for a person, a go is a hold until she has approved it (`approval`).
    """
    who = JUDGE
    if verdict.decision == "go" and challenger is not None and approval.is_wanted(family):
        verdict, who = approval.proposed(family, night, verdict, challenger), "approved by a person"
    if verdict.decision == "go" and challenger is not None:
        facts = {"model_id": challenger.model_id, "location": challenger.location}
        why = "; ".join(verdict.reasons)
        promotion = {"model": challenger.name, "who": who, "why": why, "facts": facts}
        ledger.note_promotion(family, night, promotion)
    elif anew:
        ledger.withdraw_promotion(family, night)
    now = ledger.champion(family, night)
    facts_of = {
        "verdict": verdict.decision,
        "reasons": list(verdict.reasons),
        "figures": {name: None if value is None else round(value, 6) for name, value in verdict.figures.items()},
        "champion": now["model"] if now else None,
        "challenger": challenger.name if challenger else None,
    }
    ledger.note_verdict(night, family, "model", facts_of)
    if challenger is not None:
        described.show(family, night, verdict, challenger)
    show(family)
    return verdict.decision


def show(family: str) -> None:
    """Let MLflow's alias say what the ledger says of the newest night; a store that is away is shown it later."""
    newest = ledger.champion(family, NIGHTS_END)
    if newest is None:
        return
    try:
        with reached_store():
            _set_alias(family, newest["model"], json.loads(newest["facts"])["model_id"])
    except StoreDown as fault:
        logger.warning("%s: the champion is %s, MLflow could not be told: %s", family, newest["model"], fault)


def _set_alias(family: str, model: str, model_id: str) -> None:
    client = store.client()
    if not client.search_registered_models(f"name = '{family}'"):
        client.create_registered_model(family)
    versions = client.search_model_versions(f"name = '{family}'")
    version = next((v for v in versions if v.tags.get("model_id") == model_id), None)
    if version is None:
        kept = client.get_logged_model(model_id)
        tags = {"model_id": model_id, "model": model}
        # Not `models:/id`: MLflow would look that up in the store named by the process's environment.
        version = client.create_model_version(
            family, kept.artifact_location, kept.source_run_id, tags=tags, model_id=model_id
        )
    client.set_registered_model_alias(family, ALIAS, str(version.version))


def _of(promotion: ledger.Row | None) -> Trained | None:
    if promotion is None:
        return None
    facts = json.loads(promotion["facts"])
    return load.at(facts["location"], facts["model_id"])
