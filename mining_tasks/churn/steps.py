"""The door of the churn room: train a challenger, judge it, score every customer. All reads and writes are here."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.churn import pub_churn__customers
from expectations.identities import core_identities__links
from expectations.segments import pub_segments__customers
from mining_tasks.churn import alike, definition, ladder, report, verdict
from mining_tasks.churn import challenger as challenging
from mining_tasks.churn.challenger import Lesson
from mining_tasks.churn.features import described, money_scale, numbers, units
from mining_tasks.churn.gaps import Days, Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.labels import cut_offs
from mining_tasks.churn.model import Model
from mining_tasks.churn.past import Past, bought, never_ordered, past
from mining_tasks.churn.wishes import Wishes, wishes
from mining_tasks.experiments import champion, due, feedback, load, log, point_in_time
from mining_tasks.experiments.habits import shown
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.store import StoreDown
from mining_tasks.experiments.trial import Trial
from mining_tasks.sources.cancelled import cancelled
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

FAMILY = "churn"
NONE = "none: "  # what `train` answers instead of a model's id, followed by the reason
STORE_DOWN = f"{NONE}the experiment store is down: "
EPOCH = date(1970, 1, 1)
UNUSABLE = "its file or card is not what was saved"
SAMPLE_CUSTOMERS = 20_000  # to learn from and to judge on; more only sharpen what they say already
logger = logging.getLogger(__name__)


def train(night: date) -> str:
    """Train a challenger if one is due and can be; returns its model id, or `none: ` and the reason."""
    wished, before = _wishes(), champion.before(FAMILY, night)
    present = _usable(before)
    signs = feedback.signs(FAMILY, night, UNUSABLE if before and present is None else "")
    reason = due.reason(night, before.card if before else None, signs, wished.patience.refit_nights)
    if not reason.is_due:
        return NONE + reason.words
    with _opened(night, [night], _share(night)) as connection:
        lesson = _lesson(connection, night, _definition(connection, night, present, wished))
    made = challenging.made(lesson, wished.learners, wished.limits.too_good)
    try:
        with log.run(FAMILY, night, "train") as run:
            run.facts(point_in_time.reads(night))
            run.params({"why": reason.words, "champion_before": before.name if before else "none"})
            return report.challenger(run, lesson, made) or NONE + verdict.why_none(made)
    except StoreDown as fault:
        logger.warning("%s", fault)
        return STORE_DOWN + str(fault)


def judge(night: date, challenger: str) -> str:
    """Decide what serves tonight: go moves the champion; hold and no-go keep yesterday's. Returns the verdict."""
    if challenger.startswith(NONE):
        return _hold(night, challenger)
    try:
        trained = load.trained(challenger)
        model = Model(trained.estimator(), trained.card)
    except StoreDown as fault:
        return _hold(night, STORE_DOWN + str(fault))
    rows, tonight = _holdout(night, model)
    present, limits = _usable(champion.before(FAMILY, night)), _wishes().limits
    found = verdict.trial(model, present, rows, _segments(night), limits)
    rankings = model.probability(model.features(tonight)), _published(night, tonight)
    said = verdict.of_challenger(found, rankings, champion.before(FAMILY, night) is not None, limits)
    _show_trial(night, found)
    return champion.decide(FAMILY, night, said, trained)


def score(night: date) -> list[str]:
    """Score every customer; returns the draft of the family's table.

    Raises `Unloadable` if a champion is in force and its file is not what was saved, and `StrangeFeatures` if tonight's
    customers look unlike any: last night's scores then stay.
    """
    now = champion.in_force(FAMILY, night)
    model = Model(now.estimator(), now.card) if now else None
    reads = point_in_time.reads(night)
    with _opened(night, [night]) as connection:
        voice = ladder.of_model(model, _sample(connection, night)) if model else _of_rules(connection, night)
        names = shown.names(connection)
        tonight = connection.sql(engine.sql(__file__, "tonight.sql"), params={"night": night})
        batches = shown.beside_each(tonight.to_arrow_reader(ladder.BATCH_ROWS), names)
        rows = ladder.stream(batches, voice, _marks(night, reads))
        return [shelf.draft(pub_churn__customers, night, rows, reads)]


def _hold(night: date, why: str) -> str:
    """Nothing was trained tonight: the champion stays, or the rule where there is none."""
    is_down = why.startswith(STORE_DOWN)
    now = champion.in_force(FAMILY, night) if is_down else champion.before(FAMILY, night)
    return champion.decide(FAMILY, night, verdict.without_challenger(why.removeprefix(NONE), now), anew=not is_down)


def _holdout(night: date, model: Model) -> tuple[Past, pa.Table]:
    """The labelled rows of the holdout's day, and facts of tonight's customers with an order."""
    day = night - timedelta(days=definition.longest_days(model.by))
    with _opened(night, [day, night], _share(night)) as connection:
        rows = past(_labelled(connection, night, model.by), model.by, model.card["scale"], night, model.alike)
        return rows, bought(_sample(connection, night))


def _segments(night: date) -> dict[str, str]:
    """The segment of each customer on the last night before, where segments were published."""
    before = shelf.read_before(pub_segments__customers, night)
    rows = before.arrow(["customer_id", "segment_id"]) if before else None
    return dict(zip(rows["customer_id"].to_pylist(), rows["segment_id"].to_pylist(), strict=True)) if rows else {}


def _published(night: date, tonight: pa.Table) -> Numbers:
    """What was published last of tonight's customers, NaN where nothing was."""
    before = shelf.read_before(pub_churn__customers, night)
    if before is None:
        return np.full(tonight.num_rows, np.nan)
    rows = before.arrow(["customer_id", "churn_probability"])
    place = pc.index_in(tonight["customer_id"], value_set=rows["customer_id"].combine_chunks())
    return numbers(rows["churn_probability"].take(place))


def _show_trial(night: date, found: Trial) -> None:
    """Show the trial in MLflow; a store that is away costs the plots, not the verdict."""
    try:
        with log.run(FAMILY, night, "judge") as run:
            report.trial(run, found)
    except StoreDown as fault:
        logger.warning("%s", fault)


def _wishes() -> Wishes:
    if not (home().path / "objectives.toml").exists():
        return Wishes()
    return wishes(home().toml("objectives").get(FAMILY, {}))


def _usable(trained: Trained | None) -> Model | None:
    """The model, unless it is missing, may not be loaded, or tells kinds of customers by other facts than today's."""
    if trained is None:
        return None
    try:
        alike.of_card(trained.card.get("alike") or ())
        return Model(trained.estimator(), trained.card)
    except Unloadable as fault:
        logger.warning("%s", fault)
        return None


@contextmanager
def _opened(night: date, days: Sequence[date], share: float = 1.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with facts and habits of the days."""
    with point_in_time.opened(night, days, cancelled(), share) as connection:
        shown.show(connection)
        yield connection


def _share(night: date) -> float:
    """The share of customers to learn from and to judge on."""
    return min(1.0, SAMPLE_CUSTOMERS / max(shelf.read(core_identities__links, night).rows, 1))


def _sample(connection: duckdb.DuckDBPyConnection, night: date) -> pa.Table:
    sql, told = engine.sql(__file__, "sample.sql"), {"night": night, "rows": SAMPLE_CUSTOMERS}
    return shown.beside(connection.sql(sql, params=told).to_arrow_table(), shown.names(connection))


def _definition(connection: duckdb.DuckDBPyConnection, night: date, present: Model | None, wished: Wishes) -> Horizons:
    """The champion's definition while it fits what would be derived tonight, else that."""
    customer, day = _order_days(connection, night)
    now = definition.derived(customer, day, (night - EPOCH).days, wished.asked)
    pace = numbers(bought(_sample(connection, night))["gap_mean_days"])
    is_kept = present is not None and definition.is_kept(present.by, now, pace, wished.patience.definition_shift)
    return present.by if present and is_kept else now


def _lesson(connection: duckdb.DuckDBPyConnection, night: date, by: Horizons) -> Lesson:
    """What there is to learn: labelled rows of days whose answers were all known before the holdout begins."""
    _, day = _order_days(connection, night)
    first = definition.first_day(day, (night - EPOCH).days)
    days = [EPOCH + timedelta(days=each) for each in cut_offs(first, (night - EPOCH).days, definition.longest_days(by))]
    tonight = bought(_sample(connection, night))
    scale = money_scale(tonight)
    point_in_time.add_days(connection, days)
    shown.show(connection)
    table = _labelled(connection, night, by)
    by_day = [bought(table.filter(pc.equal(table["as_of_date"], pa.scalar(day)))) for day in days]
    like = alike.learned([(each, units(each, scale)) for each in (*by_day, tonight)])
    rows = table.filter(pc.is_in(table["as_of_date"], value_set=pa.array(days[:-1], pa.date32())))
    seen = past(rows, by, scale, night, like), never_ordered(rows, by, night), described(tonight, by, scale, like)
    return challenging.lesson(night, by, scale, seen, like)


def _labelled(connection: duckdb.DuckDBPyConnection, night: date, by: Horizons) -> pa.Table:
    """Rows of the past days in the connection, with what came after."""
    point_in_time.outcomes(connection, night, [definition.longest_days(by)])
    found = connection.sql(engine.sql(__file__, "past.sql"), params={"night": night}).to_arrow_table()
    return shown.beside(found, shown.names(connection))


def _of_rules(connection: duckdb.DuckDBPyConnection, night: date) -> ladder.Voice:
    """What speaks where no model does: the definition and the rules, found anew."""
    lesson = _lesson(connection, night, _definition(connection, night, None, _wishes()))
    return ladder.Voice(lesson.by, lesson.rules)


def _order_days(connection: duckdb.DuckDBPyConnection, night: date) -> tuple[Days, Days]:
    """Customer (as a number) and day (since 1970) of every day on which a customer ordered."""
    sql, told = engine.sql(__file__, "order_days.sql"), {"night_day": (night - EPOCH).days}
    found = connection.sql(sql, params=told).to_arrow_table()
    return found["customer"].to_numpy(), found["day"].to_numpy()


def _marks(night: date, reads: Sequence[Partition]) -> dict[str, date | bool]:
    as_of = min(read.data_as_of for read in reads)
    return {"night": night, "data_as_of": as_of, "is_stale": any(read.is_stale for read in reads)}
