"""The door of lifetime value: teach a challenger, judge it on later customers, score everybody."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations.lifetime_value import pub_lifetime_value__customers
from mining_tasks.experiments import champion, due, feedback, load, log, point_in_time
from mining_tasks.experiments.habits import shown
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.judge import Verdict, held, judged
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.store import StoreDown
from mining_tasks.lifetime_value import contest, kept, report, scoring, slices, trials, verdict
from mining_tasks.lifetime_value.contest import Cuts
from mining_tasks.lifetime_value.forecast import SHORT
from mining_tasks.lifetime_value.history import units
from mining_tasks.sources.cancelled import cancelled
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

FAMILY = "lifetime_value"
NONE = "none: "  # what `train` answers instead of a model's id, followed by the reason
STORE_DOWN = f"{NONE}the experiment store is down: "
CUSTOMERS_MOST = 60_000  # to learn from and to judge by; parameters of a million differ from theirs in the third digit
BATCH_ROWS = 100_000
KEPT, RULE = "yesterday's model is kept", "no model serves; the means of alike customers are published instead"
logger = logging.getLogger(__name__)


def train(night: date) -> str:
    """Choose a recipe, teach it as of tonight and keep it as challenger; its model id, or `none: ` and the reason."""
    before = champion.before(FAMILY, night)
    signs = feedback.signs(FAMILY, night, kept.broken(before))
    reason = due.reason(night, before.card if before else None, signs, verdict.own(_limits()).refit_nights)
    if not reason.is_due:
        return NONE + reason.words
    cuts = _cuts(night)
    if isinstance(cuts, str):
        return f"{NONE}not enough to learn from: {cuts}"
    choice = contest.chosen(cuts)
    made = trials.challenger(cuts, choice.recipe)
    try:
        with log.run(FAMILY, night, "train") as run:
            run.facts(point_in_time.reads(night))
            run.params({"why": reason.words, "champion_before": before.name if before else "none"})
            return report.challenger(run, made, choice, cuts).model_id
    except StoreDown as fault:
        logger.warning("%s", fault)
        return STORE_DOWN + str(fault)


def judge(night: date, challenger: str) -> str:
    """Decide what serves tonight: go moves the champion; hold and no-go keep yesterday's. Returns the verdict."""
    if challenger.startswith(NONE):
        return _hold(night, challenger)
    cuts = _cuts(night)
    if isinstance(cuts, str):
        return _hold(night, NONE + cuts)
    try:
        trained = load.trained(challenger)
    except StoreDown as fault:
        return _hold(night, STORE_DOWN + str(fault))
    before = champion.before(FAMILY, night)
    found = trials.tried(cuts, trained, before, _limits())
    _show(night, found)
    said = judged(found.rules, KEPT if before else RULE)
    if said.decision != "go" and before is None:
        trained, said = _stand_in(night, cuts, trained, said)
    return champion.decide(FAMILY, night, said, trained)


def _stand_in(night: date, cuts: Cuts, refused: Trained, said: Verdict) -> tuple[Trained, Verdict]:
    """Where nothing serves yet and the best recipe is refused: the next best that holds all that is asked, if any."""
    why = f"{refused.name} was refused: {said.reasons[0]}"
    for choice in contest.next_best(refused.card, why):
        try:
            with log.run(FAMILY, night, "train") as run:
                trained = report.challenger(run, trials.challenger(cuts, choice.recipe), choice, cuts)
        except (NoFit, ValueError, StoreDown) as fault:
            logger.warning("%s cannot stand in: %s", choice.recipe, fault)
            continue
        now = judged(trials.tried(cuts, trained, None, _limits()).rules, RULE)
        if now.decision == "go":
            return trained, replace(now, reasons=(why, *now.reasons))
    return refused, said


def score(night: date) -> list[str]:
    """Say of every customer what to expect of her; returns the draft.

    Raises `Unloadable` if the champion's file or card is not what was saved, and `StrangeFacts` if tonight's facts
    look like another shop's (another unit of money): last night's values then stay, marked.
    """
    reads = point_in_time.reads(night)
    now = champion.in_force(FAMILY, night)
    days = slices.days(night)[:2]
    with point_in_time.opened(night, days, cancelled()) as connection:
        point_in_time.outcomes(connection, night, (SHORT,))
        scorer = scoring.scorer(connection, now, night)
        rows = _marked(scorer.batches(BATCH_ROWS), night, reads)
        first = next(rows)
        reader = pa.RecordBatchReader.from_batches(first.schema, _batches(first, rows))
        return [shelf.draft(pub_lifetime_value__customers, night, reader, reads)]


def _marked(rows: Iterator[pa.Table], night: date, reads: list[Partition]) -> Iterator[pa.Table]:
    marks = {
        "night": night,
        "data_as_of": min(read.data_as_of for read in reads),
        "is_stale": any(read.is_stale for read in reads),
    }
    return (scoring.marked(table, night, marks) for table in rows)


def _batches(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
    yield from first.to_batches()
    for table in rest:
        yield from table.cast(first.schema).to_batches()


def _cuts(night: date) -> Cuts | str:
    """Tonight, the holdout and what lies before; or what is missing."""
    people = sum(read.rows for read in point_in_time.reads(night) if read.table.name == "core_identities__links")
    share = min(1.0, CUSTOMERS_MOST / max(people, 1))
    days = slices.days(night)
    with point_in_time.opened(night, days, cancelled(), share) as connection:
        point_in_time.outcomes(connection, night, (SHORT,))
        names, sql = shown.show(connection), engine.sql(__file__, "facts.sql")
        facts = shown.beside(connection.sql(sql, params={"horizon": SHORT}).to_arrow_table(), names)
    unit = units(facts.filter(pc.equal(facts["as_of_date"], pa.scalar(night))))
    found = [slices.cut(facts, day, unit) for day in days]
    usable = slices.usable(found)
    made = contest.cuts_of(usable, unit, point_in_time.FEATURES)
    return made or next(one.missing for one in found if one.missing)


def _hold(night: date, why: str) -> str:
    is_down = why.startswith(STORE_DOWN)
    now = champion.in_force(FAMILY, night) if is_down else champion.before(FAMILY, night)
    reasons = (why.removeprefix(NONE), KEPT if now else RULE)
    said = held(reasons, {}) if now else Verdict("no-go", reasons)
    return champion.decide(FAMILY, night, said, anew=not is_down)


def _limits() -> dict[str, Any]:
    if not (home().path / "objectives.toml").exists():
        return {}
    return dict(home().toml("objectives").get(FAMILY, {}).get("limits", {}))


def _show(night: date, found: trials.Found) -> None:
    """Show the trial in MLflow; a store that is away costs the plots, not the verdict."""
    try:
        with log.run(FAMILY, night, "judge") as run:
            report.trial(run, found)
    except StoreDown as fault:
        logger.warning("%s", fault)
