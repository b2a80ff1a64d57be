"""Candidates meet on the same folds; leaks, noise and poor data end with a report, never with a model or a crash."""

from datetime import date

import numpy as np
import pytest

from mining_tasks.experiments import leakage, learners
from mining_tasks.experiments.candidates import CANDIDATES
from mining_tasks.experiments.learners import BASE_RATE, compared, folds_of, learned
from mining_tasks.experiments.sufficiency import Examples, enough

ROWS = 3_000
QUICK = tuple(each for each in CANDIDATES if each.name in ("logistic regression", "decision tree"))


def drawn(rows: int = ROWS, seed: int = 5) -> Examples:
    """Four numbers, one with gaps, two of which tell something."""
    chance = np.random.default_rng(seed)
    numbers = chance.normal(size=(rows, 4))
    true = 1 / (1 + np.exp(1 - 1.2 * numbers[:, 0] + 0.8 * numbers[:, 1]))
    numbers[chance.random(rows) < 0.1, 2] = np.nan
    return Examples(numbers, ("silence", "orders", "rating", "luck"), (chance.random(rows) < true).astype(float))


def with_column(examples: Examples, name: str, column: np.ndarray) -> Examples:
    numbers = np.column_stack([examples.numbers, column])
    return Examples(numbers, (*examples.names, name), examples.label, examples.customer)


def test_all_candidates_stand_in_the_table_and_the_right_one_is_chosen():
    examples = drawn()
    found = compared(examples)
    assert {row["learner"] for row in found.table()} == {each.name for each in CANDIDATES} | {BASE_RATE}
    assert found.chosen == "logistic regression"  # the data were drawn from one
    assert [row["log_loss"] for row in found.table()] == sorted(row["log_loss"] for row in found.table())
    assert found.table()[-1]["learner"] == BASE_RATE
    assert "base rate" in found.why[-1]
    assert found.probability is not None
    assert found.probability.shape == (ROWS,)


def test_the_same_rows_choose_the_same_learner_with_the_same_figures():
    assert compared(drawn(), candidates=QUICK).results == compared(drawn(), candidates=QUICK).results


def test_all_rows_of_a_customer_lie_in_one_fold():
    examples = drawn()
    examples = Examples(examples.numbers, examples.names, examples.label, np.arange(ROWS) // 3)
    folds = folds_of(examples)
    assert set(folds) == set(range(5))
    assert all(len(set(folds[start : start + 3])) == 1 for start in range(0, ROWS, 3))


def test_shuffled_labels_beat_no_base_rate():
    examples = drawn()
    shuffled = np.random.default_rng(6).permutation(examples.label)
    found = compared(Examples(examples.numbers, examples.names, shuffled))
    assert len(found.results) == len(CANDIDATES) + 1
    assert found.chosen is None
    assert found.why == ("no learner beats the base rate beyond noise",)


@pytest.mark.parametrize("kind", ["the label", "its opposite", "a middle range", "a telling gap"])
def test_a_column_that_knows_the_answer_is_named(kind):
    examples, chance = drawn(), np.random.default_rng(9)
    noise = chance.normal(size=ROWS)
    leak = {
        "the label": examples.label,
        "its opposite": 7 - examples.label + 0.01 * noise,
        "a middle range": np.where(examples.label > 0, 0.1 * noise, np.sign(noise) * (1 + np.abs(noise))),
        "a telling gap": np.where(examples.label > 0, np.nan, noise),
    }[kind]
    found = compared(with_column(examples, "cancelled_at", leak), candidates=QUICK)
    assert found.chosen is None
    assert [alarm.split()[0] for alarm in found.alarms] == ["cancelled_at"]


def test_a_category_is_tried_as_a_whole():
    examples = drawn()
    quarters = np.random.default_rng(1).integers(0, 2, ROWS)
    numbers = np.column_stack([(examples.label == 1) & (quarters == 1), (examples.label == 1) & (quarters == 0)])
    leaking = Examples(numbers.astype(float), ("why = price", "why = moved"), examples.label)
    assert leakage.alarms(leakage.alone(leaking)) == ()
    assert "why alone" in leakage.alarms(leakage.alone(leaking, ["why", "why"]))[0]


def test_scores_above_the_ceiling_of_the_task_are_refused():
    found = compared(drawn(), candidates=QUICK, ceiling=0.7)
    assert found.chosen is None
    assert "too good to be true" in found.alarms[0]
    assert found.results


@pytest.mark.parametrize("rows", [0, 1, 2, 300])
def test_too_few_rows_end_with_a_report(rows):
    found = compared(drawn(rows))
    assert found.chosen is None
    assert found.results == ()
    assert f"{rows} examples, 400 are needed" in found.why


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_only_ends_with_a_report(outcome):
    examples = drawn()
    found = compared(Examples(examples.numbers, examples.names, np.full(ROWS, outcome)))
    assert found.chosen is None
    assert any("0 positive" in each or "0 negative" in each for each in found.why)


def test_columns_that_teach_nothing_are_left_out_and_named():
    examples = with_column(with_column(drawn(), "constant", np.ones(ROWS)), "empty", np.full(ROWS, np.nan))
    examples = with_column(examples, "endless", np.where(np.arange(ROWS) == 3, np.inf, examples.numbers[:, 3]))
    found = compared(examples, candidates=QUICK)
    assert found.chosen == "logistic regression"
    assert found.sufficiency.usable == ("silence", "orders", "rating", "luck", "endless")
    assert found.sufficiency.noted == (
        "constant is the same for everybody and is left out",
        "empty is empty and is left out",
        "endless: 1 infinite values count as missing",
    )


@pytest.mark.parametrize("column", [np.ones(ROWS), np.full(ROWS, np.nan), np.full(ROWS, np.inf)])
def test_nothing_but_useless_columns_ends_with_a_report(column):
    found = compared(Examples(column[:, None], ("x",), drawn().label))
    assert found.why == ("no column differs between customers",)


def test_one_customer_with_nearly_all_rows_teaches_nobody():
    examples = drawn()
    people = np.where(np.arange(ROWS) < 0.99 * ROWS, 0, np.arange(ROWS))
    report = enough(Examples(examples.numbers, examples.names, examples.label, people))
    assert report.missing == ("one customer has 99% of the examples",)


def test_the_report_says_from_when_there_will_be_enough():
    examples = drawn(200)
    report = enough(examples, date(2026, 1, 1), 100)
    assert report.missing[0] == "200 examples, 400 are needed; at this pace from about 2026-04-11"
    assert "no date can be told" in enough(drawn(0), date(2026, 1, 1), 100).missing[0]
    assert report.figures()["rows_count"] == 200.0


def test_outcomes_that_are_neither_yes_nor_no_are_told():
    examples = drawn()
    label = np.where(np.arange(ROWS) < 7, np.nan, examples.label)
    assert "7 outcomes are neither" in enough(Examples(examples.numbers, examples.names, label)).missing[0]


def test_a_model_scores_columns_in_any_order_and_misses_none():
    examples = drawn()
    found = compared(examples, candidates=QUICK)
    scorer = learned(found, examples, QUICK)
    said = scorer.probability(examples.numbers, examples.names)
    turned = scorer.probability(examples.numbers[:, ::-1], examples.names[::-1])
    assert np.array_equal(said, turned)
    with pytest.raises(ValueError, match="missing: silence"):
        scorer.probability(examples.numbers[:, 1:], examples.names[1:])


def test_nothing_chosen_is_nothing_learned():
    with pytest.raises(ValueError, match="no learner was chosen: 2 examples"):
        learned(compared(drawn(2)), drawn(2))


def test_repeated_cross_validation_draws_other_folds_each_time():
    rows = learners.repeated(QUICK[0], drawn(), 3)
    assert len({row["auc"] for row in rows}) == 3
    assert all(0.7 < row["auc"] < 0.85 and row["calibration_error"] < 0.06 for row in rows)
