"""Reasons add up to the score they explain, name what was planted, and read like sentences."""

import numpy as np
import pyarrow as pa
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.neighbors import KNeighborsClassifier

from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.candidates import CANDIDATES, Candidate, scored, trained
from mining_tasks.experiments.contributions import contributions
from mining_tasks.experiments.layout import layout
from mining_tasks.experiments.learners import Scorer
from mining_tasks.experiments.phrases import PHRASES
from mining_tasks.experiments.point_in_time import FEATURES
from mining_tasks.experiments.reasons import Phrase, Reasons, reasons, strongest, unphrased, worded

ROWS = 3_000
BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Four numbers, one with gaps and one of two values; the first and the third tell something."""
    chance = np.random.default_rng(2)
    numbers = chance.normal(size=(ROWS, 4))
    numbers[:, 3] = numbers[:, 3] > 0
    true = 1 / (1 + np.exp(1.5 * numbers[:, 0] - numbers[:, 2]))
    numbers[chance.random(ROWS) < 0.1, 1] = np.nan
    return numbers, (chance.random(ROWS) < true).astype(float)


def log_odds(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    return np.log(share / (1 - share))


@pytest.mark.parametrize("name", ["logistic regression", "decision tree", "gradient boosting"])
def test_what_the_columns_add_is_the_score_less_a_constant(name):
    numbers, label = drawn()
    estimator = trained(BY_NAME[name], numbers, label)
    rest = log_odds(scored(estimator, numbers)) - contributions(estimator, numbers).sum(axis=1)
    assert rest.std() < 1e-9
    assert abs(rest.mean() - log_odds(np.array([label.mean()]))[0]) < 1  # the usual customer


def test_naive_bayes_adds_up_before_its_recalibration():
    numbers, label = drawn()
    estimator = trained(BY_NAME["naive Bayes"], numbers, label)
    added = contributions(estimator, numbers).sum(axis=1)
    said = scored(estimator, numbers)
    between = (said > 0.05) & (said < 0.95)
    assert np.corrcoef(added[between], said[between])[0, 1] > 0.95


def test_amounts_of_boosted_trees_add_up_too():
    numbers, _ = drawn()
    came = np.exp(numbers[:, 0]) * 3
    estimator = HistGradientBoostingRegressor(loss="poisson", max_iter=30, random_state=1).fit(numbers, came)
    rest = np.log(estimator.predict(numbers)) - contributions(estimator, numbers).sum(axis=1)
    assert rest.std() < 1e-9


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.name)
def test_every_candidate_names_the_columns_that_tell_something(candidate: Candidate):
    numbers, label = drawn()
    table = pa.table({name: numbers[:, place] for place, name in enumerate("abcd")})
    taught = layout(table, list("abcd"))
    scorer = Scorer(trained(candidate, taught.matrix(table), label), taught.names, Recalibration())
    found = reasons(scorer, taught, table)
    assert found.columns == tuple("abcd")
    first = np.bincount(found.place[:, 0] + 1, minlength=5)[1:] / ROWS
    assert first[0] > 0.35
    assert first[0] + first[2] > 0.85


def test_places_of_one_column_count_together_and_the_order_of_columns_does_not():
    numbers, label = drawn()
    numbers[:, 1] = np.where(label > 0, np.nan, numbers[:, 1])  # only the gap tells
    table = pa.table({"kind": np.where(label > 0, "x", "y"), "gap": numbers[:, 1], "luck": numbers[:, 2]})
    taught = layout(table, ["gap", "luck"])
    assert taught.names == ("gap", "gap is missing", "luck")
    names = ("luck", "gap is missing", "gap")
    matrix = taught.matrix(table)[:, [2, 1, 0]]
    scorer = Scorer(trained(BY_NAME["logistic regression"], matrix, label), names, Recalibration())
    assert (reasons(scorer, taught, table).place[:, 0] == 0).mean() > 0.95


def test_the_strongest_point_the_way_in_which_the_score_lies():
    added = np.array([[3.0, -1.0, 1.0, 2.0], [-0.5, 0.2, -2.0, 0.1], [0.0, 0.0, 0.0, 0.0]])
    assert strongest(added).tolist() == [[0, 3, 2], [2, 0, -1], [-1, -1, -1]]
    assert strongest(added[:, :2]).tolist() == [[0, -1, -1], [0, -1, -1], [-1, -1, -1]]


def test_a_model_whose_score_is_no_sum_is_refused():
    numbers, label = drawn()
    neighbours = KNeighborsClassifier().fit(np.nan_to_num(numbers), label)
    with pytest.raises(TypeError, match="KNeighborsClassifier"):
        contributions(neighbours, numbers)


def test_reasons_are_said_in_words():
    table = pa.table(
        {
            "recency_days": [74.0, 3.0, None],
            "gap_mean_days": [20.2, 1.0, None],
            "discount_share": [0.254, None, 0.0],
            "stars": [4.25, 1.0, 10.0],
            "sales_amount": [120.4, 3.0, 5.0],
            "currency": ["EUR", None, "CHF"],
        }
    )
    phrases = {
        "recency_days": Phrase("no order for {recency_days} days, usually every {gap_mean_days} days", "no order yet"),
        "discount_share": Phrase("{discount_share%} let off"),
        "sales_amount": Phrase("{sales_amount} {currency} in all"),
    }
    columns = ("recency_days", "discount_share", "stars", "sales_amount")
    found = Reasons(columns, np.array([[0, 1, 3], [1, 2, 0], [2, -1, 0]], np.int16))
    assert worded(found, table, phrases).to_pylist() == [
        "no order for 74 days, usually every 20 days; 25% let off; 120 EUR in all",
        "stars: 1; no order for 3 days, usually every 1 days".replace("1 days", "1 day"),
        "stars: 10; no order yet",
    ]


def test_nothing_to_say_is_an_empty_text():
    table = pa.table({"a": [1.0, 2.0]})
    assert worded(Reasons(("a",), np.full((2, 3), -1, np.int16)), table, {}).to_pylist() == ["", ""]
    assert worded(Reasons(("a",), np.empty((0, 3), np.int16)), table.slice(0, 0), {}).to_pylist() == []


def test_every_fact_of_a_customer_can_be_said():
    table = pa.table({name: [1.0, 2.0] for name in FEATURES} | {"currency": ["EUR", "EUR"]})
    assert unphrased(layout(table, FEATURES), PHRASES) == []
    for place, name in enumerate(FEATURES):
        told = worded(Reasons(FEATURES, np.array([[place]] * 2, np.int16)), table, PHRASES).to_pylist()
        assert all(told), name
        assert "{" not in told[0]
