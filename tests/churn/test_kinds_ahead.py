"""Kinds of customers in churn: told as of each day alone, and taken where a learner only knew its windows."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.churn import alike, forward
from mining_tasks.churn.alike import ALIKE, COLUMN, LEVELLED, Alike
from mining_tasks.churn.past import Past
from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.candidates import CANDIDATES
from mining_tasks.experiments.habits import learn
from mining_tasks.experiments.learners import Comparison, compared
from mining_tasks.experiments.sufficiency import Examples, enough
from tests.experiments.planted_kinds import Planted, told

DAYS = [date(2018, 1, 1) + timedelta(days=60 * step) for step in range(4)]
ROWS, HORIZON = 1_500, 60
LEARNER = next(each for each in CANDIDATES if each.name == "logistic regression")
RIVALS = (ALIKE, LEVELLED, LEARNER)


def seasons(swing: float) -> tuple[Past, Examples]:
    """Rows of four days: a column that knows the truth, and one of the weather, which means something else each day."""
    chance = np.random.default_rng(5)
    day = np.repeat(np.arange(len(DAYS)), ROWS)
    log_odds, weather = chance.normal(0, 1.2, len(day)), chance.normal(0, 1, len(day))
    other = np.array([1.0, 1.0, 1.0, -1.0])[day] * swing
    label = (chance.random(len(day)) < 1 / (1 + np.exp(-(log_odds + other * weather)))).astype(float)
    numbers = np.column_stack([weather, log_odds])
    facts = pa.table({"as_of_date": pa.array([DAYS[each] for each in day])})
    features = pa.table({"horizon_days": pa.array(np.full(len(day), HORIZON))})
    return Past(facts, features, label, np.ones(len(day), bool)), Examples(numbers, ("weather", COLUMN), label)


def decided(rows: Past, examples: Examples) -> tuple[Comparison, Comparison]:
    before = compared(examples, candidates=RIVALS)
    return before, forward.decided(before, RIVALS, rows, examples)


def test_a_learner_that_knew_the_season_of_its_windows_gives_way_to_kinds_of_customers() -> None:
    before, after = decided(*seasons(swing=0.8))
    assert before.chosen == LEARNER.name, "over folds of the same days it looks better"
    assert after.chosen in (ALIKE.name, LEVELLED.name)
    assert "ahead in time" in after.why[-1]


def test_a_learner_that_is_better_ahead_in_time_stays() -> None:
    rows, examples = seasons(swing=0.0)
    noise = np.random.default_rng(6).normal(0, 1.2, len(rows))
    told_by_learner = replace(examples, numbers=np.column_stack([examples.numbers[:, 1], noise]))
    before, after = decided(rows, told_by_learner)
    assert before.chosen == after.chosen == LEARNER.name


def test_a_recalibration_by_the_labels_of_other_seasons_gives_way_to_kinds_as_they_are() -> None:
    rows, examples = seasons(swing=0.0)
    only_kinds = replace(examples, numbers=np.column_stack([np.zeros(len(rows)), examples.numbers[:, 1]]))
    before = replace(compared(only_kinds, candidates=(ALIKE,)), recalibration=Recalibration("platt", (0.9,), (0.2,)))
    after = forward.decided(before, RIVALS, rows, only_kinds)
    assert (before.chosen, after.chosen, after.recalibration) == (ALIKE.name, ALIKE.name, Recalibration())
    assert "ahead in time" in after.why[-1]


def test_kinds_that_say_too_much_every_time_are_levelled() -> None:
    rows, examples = seasons(swing=0.0)
    shifted = replace(examples, numbers=np.column_stack([np.zeros(len(rows)), examples.numbers[:, 1] + 2.0]))
    before = replace(compared(shifted, candidates=(ALIKE,)), recalibration=Recalibration("platt", (1.0,), (-2.0,)))
    assert forward.decided(before, RIVALS, rows, shifted).chosen == LEVELLED.name


def test_one_day_alone_decides_nothing() -> None:
    rows, examples = seasons(swing=0.8)
    first = np.arange(len(rows)) < ROWS
    before, after = decided(rows.of(first), examples.of(first))
    assert after is before


def test_where_the_column_of_kinds_says_nothing_no_other_is_taken_for_it() -> None:
    rows, examples = seasons(swing=0.8)
    constant = replace(examples, numbers=np.column_stack([examples.numbers[:, 0], np.zeros(len(rows))]))
    assert alike.is_last(enough(examples))
    assert not alike.is_last(enough(constant))
    before = compared(constant, candidates=(LEARNER,))
    assert before.chosen == LEARNER.name
    assert forward.decided(before, RIVALS, rows, constant) is before


@pytest.fixture(scope="module")
def kinds() -> learn.Kinds:
    seen, _, _ = told((Planted(400, rate=0.05), Planted(400, rate=0.004, leaves=(1.0, 2.0))), until=400)
    return learn.fit(seen)


def test_a_row_is_told_by_the_newest_kinds_that_were_learned_by_its_day(kinds: learn.Kinds) -> None:
    newer = replace(kinds, customers=kinds.customers + 1)
    both = Alike(((DAYS[0], kinds), (DAYS[2], newer)))
    assert both.as_of(DAYS[1]) is kinds
    assert both.as_of(DAYS[2]) is newer is both.as_of(DAYS[3])
    assert both.as_of(DAYS[0] - timedelta(days=1)) is kinds, "before all of them, the oldest"


def test_what_stands_on_a_card_says_the_same(kinds: learn.Kinds) -> None:
    again = alike.of_card(Alike(((DAYS[0], kinds),)).card())
    seen, _, _ = told((Planted(50),), until=400, seed=9)
    horizon = np.full(len(seen), 60)
    silence = again.as_of(DAYS[0]).placed(seen).silence(horizon)
    assert np.allclose(silence, kinds.placed(seen).silence(horizon), atol=1e-6)
    assert 0 < silence.min() < silence.max() < 1
