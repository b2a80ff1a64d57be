"""The door of the campaigns room: train and judge what tells who responds, score every customer for every offer, value
policies; the choice of one offer and the results of past campaigns stand in `best.steps`."""

import logging
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

import expectations
from mining_tasks.campaigns import asked, box, due, features, gather, report, response, scores, verdict, wishes
from mining_tasks.campaigns import challenger as challenging
from mining_tasks.campaigns.alike import Alike
from mining_tasks.campaigns.best import judged
from mining_tasks.campaigns.best import steps as best
from mining_tasks.campaigns.best.policy import Policy
from mining_tasks.campaigns.best.steps import catalogue, honour_consents, rates, results, told
from mining_tasks.campaigns.catalogue import active
from mining_tasks.campaigns.challenger import Challenger, Lesson
from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.split import mature, split
from mining_tasks.experiments import champion, feedback, load, log
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.store import StoreDown
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.home import home

FAMILY = "campaigns"
NONE = "none: "  # what `train` answers instead of a model's id, followed by the reason
STORE_DOWN = f"{NONE}the experiment store is down: "
ROWS_MOST = 300_000  # past contacts to learn from; a shop that made more teaches with a share of its customers
BATCH = 20_000  # customers scored at once
__all__ = ["choose", "honour_consents", "judge", "results", "score", "told", "train", "value_policies"]
logger = logging.getLogger(__name__)


def train(night: date) -> str:
    """Train a challenger if one is due and can be; returns its model id, or `none: ` and the reason."""
    before = champion.before(FAMILY, night)
    past = asked.past(night)
    parted = split(past, night)
    if isinstance(parted, str):
        return f"{NONE}not enough to learn from: {parted}"
    signs = feedback.signs(FAMILY, night, _broken(before))
    reason = due.reason(night, before, past, signs, wishes.refit_nights())
    if not reason.is_due:
        return NONE + reason.words
    made = challenging.made(_lesson(night, past, parted))
    if not isinstance(made, Challenger):
        return f"{NONE}nothing may be learnt: {'; '.join((*made.why, *made.alarms))}"
    try:
        with log.run(FAMILY, night, "train") as run:
            run.facts(asked.reads(night))
            run.params({"why": reason.words, "champion_before": before.name if before else "none"})
            return report.challenger(run, made).model_id
    except StoreDown as fault:
        logger.warning("%s", fault)
        return STORE_DOWN + str(fault)


def judge(night: date, challenger: str) -> str:
    """Decide what serves tonight: go moves the champion; hold and no-go keep yesterday's. Returns the verdict.

    Raises `Unloadable` if the challenger's file is not what was saved: the night stops, last night's tables stay.
    """
    before = champion.before(FAMILY, night)
    if challenger.startswith(NONE):
        return _hold(night, challenger, before)
    try:
        trained = load.trained(challenger)
    except StoreDown as fault:
        return _hold(night, STORE_DOWN + str(fault), before)
    later = _later(night, trained.card, trained.card["departments"])
    mine = response.of_card(trained.card, _response(trained))
    rivals = {"challenger": (trained.name, mine.probability(mine.matrix(later)))}
    if before is not None:
        rivals |= _champion(night, before, trained.card, later)
    trial = verdict.trial(later, rivals, trained.card["alarms"], wishes.limit())
    _report(night, trial)
    return champion.decide(FAMILY, night, verdict.of_trial(trial, before is not None), trained)


def score(night: date) -> list[str]:
    """Say of every customer and active offer what is expected, and value policies while past campaigns are at hand;
    returns the draft of the affinities and the policy to publish, as text for `choose`.

    Raises `Unloadable` if a champion is in force and its file is not what was saved: last night's scores then stay.
    """
    now = champion.in_force(FAMILY, night)
    known = asked.recalled(night, now)
    return [_scored(night, now, known), _valued(night, now, known)]


def choose(night: date, scored: list[str]) -> list[str]:
    """Choose one offer or none for every customer by the policy that past campaigns speak for; see `best.steps`.

    scored: what `score` returned; with the draft alone the policies are valued here.
    """
    address, *policy = scored
    return best.choose(night, [address], policy[0] if policy else value_policies(night))


def value_policies(night: date) -> str:
    """Value each her own best offer against one offer for all, on past campaigns that held out a control group.

    Returns the policy to publish, as text for `choose`; it is noted among the night's verdicts.
    """
    now = champion.in_force(FAMILY, night)
    return _valued(night, now, asked.recalled(night, now))


def _scored(night: date, now: Trained | None, known: asked.Recalled | None) -> str:
    """The draft of the affinities."""
    reads = asked.reads(night)
    model = _model(now)
    named = known.named if known else now.card["departments"] if now else ()
    changes = known.changes() if known else None
    marks = {"data_as_of": min(r.data_as_of for r in reads), "is_stale": any(r.is_stale for r in reads)}
    with asked.facts(night, [night]) as connection:
        doubt = due.doubt(now.card, asked.customers(connection)) if now else ""
        worth = gather.order_values(connection)
        chosen = (None, None, f"; {doubt}") if doubt else (model, changes, "")
        evening = scores.Evening(
            night, active(catalogue(night)), asked.past(night), worth, rates(night), marks, *chosen
        )
        rows = scores.scored(gather.tonight(connection, night, named, BATCH), evening)
        table = expectations.table("pub_campaigns__affinities")
        return shelf.draft(table, night, pa.RecordBatchReader.from_batches(scores.schema(), rows), reads)


def _valued(night: date, now: Trained | None, known: asked.Recalled | None) -> str:
    """The policy to publish, as text; noted among the night's verdicts."""
    if known is None:
        return judged.noted(night, Policy(), None)
    serving = [kind for kind, effect in now.card["effects"].items() if effect["serves"]] if now else []
    policy, found = judged.judged(known.past, active(catalogue(night)), serving, rates(night).main)
    return judged.noted(night, policy, found, asked.reads(night))


def _lesson(night: date, past: Sequence[Past], parted: Any) -> Lesson:
    chosen = mature(past, night)
    share = min(1.0, ROWS_MOST / max(1, sum(one.contacts + one.controls for one in chosen)))
    days = [gather.day_before(one) for one in chosen]
    with asked.facts(night, [*days, night], share) as connection:
        named = gather.departments(connection)
        rows = gather.rows(connection, chosen, named, home().night_zone)
        customers, buyers = asked.customers(connection), gather.buyers(connection)
    known = features.with_offers(rows, catalogue(night), past)
    alike = cache(lambda: Alike.of(buyers, rows, rates(night)).seen(rows).groups)  # most nights nobody asks
    return Lesson(night, known, customers, tuple(past), parted, tuple(named), alike, wishes.learners())


def _later(night: date, card: dict[str, Any], named: Sequence[str]) -> pa.Table:
    """Rows of the frozen later campaigns of a challenger's card."""
    past = asked.past(night)
    chosen = [one for one in past if one.campaign in card["split"]["later"]]
    with asked.facts(night, [gather.day_before(one) for one in chosen]) as connection:
        rows = gather.rows(connection, chosen, named, home().night_zone)
    return features.with_offers(response.contacted(rows, card["split"]["later"]), catalogue(night), past)


def _champion(night: date, before: Trained, card: dict[str, Any], later: pa.Table) -> dict[str, tuple[str, np.ndarray]]:
    """What the champion says of the same rows; nothing if it cannot be used."""
    try:
        mine = response.of_card(before.card, _response(before))
        if before.card["departments"] != card["departments"]:
            later = _later(night, card, before.card["departments"])
        return {"champion": (before.name, mine.probability(mine.matrix(later)))}
    except Unloadable as fault:
        logger.warning("%s", fault)
        return {}


def _hold(night: date, why: str, before: Trained | None) -> str:
    """Nothing was trained tonight: say why."""
    is_down = why.startswith(STORE_DOWN)
    now = champion.in_force(FAMILY, night) if is_down else before
    said = verdict.without_challenger(why.removeprefix(NONE), now is not None)
    return champion.decide(FAMILY, night, said, anew=not is_down)


def _broken(before: Trained | None) -> str:
    """Why a champion cannot be used; empty if it can."""
    try:
        if before is not None:
            before.estimator()
    except Unloadable as fault:
        return str(fault)
    return ""


def _response(trained: Trained) -> Any:
    return box.part(trained.estimator(), box.RESPONSE)


def _model(now: Trained | None) -> scores.Model | None:
    if now is None:
        return None
    fitted = now.estimator()
    return scores.Model(now.name, response.of_card(now.card, box.part(fitted, box.RESPONSE)), fitted, now.card)


def _report(night: date, trial: Any) -> None:
    """Show the trial in MLflow; a store that is away costs the plots, not the verdict."""
    try:
        with log.run(FAMILY, night, "judge") as run:
            report.trial(run, trial)
    except StoreDown as fault:
        logger.warning("%s", fault)
