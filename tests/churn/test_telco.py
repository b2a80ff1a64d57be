"""Churn in its contractual form, on a subscription table whose reachable figures are known."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from mining_tasks.churn.contract import LIMITS, Terms
from mining_tasks.churn.contract import subscriptions as contracts
from mining_tasks.experiments.candidates import CANDIDATES
from mining_tasks.experiments.layout import layout
from mining_tasks.experiments.learners import compared, learned, repeated
from mining_tasks.experiments.sufficiency import Examples

FILE = Path(__file__).parents[3] / "shared" / "data" / "telco_churn" / "WA_Fn-UseC_-Telco-Customer-Churn.csv"
CEILING = 0.87  # published figures cluster at 0.84 to 0.85; what lies above has seen the answer
AUC, CALIBRATION_ERROR = 0.848, 0.03
TERMS = Terms("customerID", "Churn", "tenure", groups=("gender", "SeniorCitizen", "PaymentMethod"))


@pytest.fixture(scope="module")
def subscriptions() -> pa.Table:
    if not FILE.exists():
        pytest.skip("the Telco churn data are not on this machine")
    as_text = pyarrow.csv.ConvertOptions(column_types={"TotalCharges": pa.string()})
    read = pyarrow.csv.read_csv(FILE, convert_options=as_text)
    charges = pc.utf8_trim_whitespace(read["TotalCharges"])
    charges = pc.cast(pc.if_else(pc.equal(charges, ""), None, charges), pa.float64())
    return read.set_column(read.schema.get_field_index("TotalCharges"), "TotalCharges", charges)


def examples(table: pa.Table) -> Examples:
    names = [name for name in table.column_names if name not in ("customerID", "Churn")]
    taught = layout(table, names)
    return Examples(taught.matrix(table), taught.names, pc.equal(table["Churn"], "Yes").to_numpy().astype(float))


def test_the_chosen_learner_reaches_the_known_figures_in_repeated_cross_validation(subscriptions):
    rows = examples(subscriptions)
    assert (len(rows.label), rows.label.sum()) == (7_043, 1_869)
    found = compared(rows, ceiling=CEILING)
    assert len(found.results) == 7
    assert found.chosen == "logistic regression"
    drawn = repeated(next(each for each in CANDIDATES if each.name == found.chosen), rows)
    assert len(drawn) == 5
    assert AUC <= np.mean([each["auc"] for each in drawn]) <= CEILING
    assert max(each["auc"] for each in drawn) <= CEILING
    assert max(each["calibration_error"] for each in drawn) <= CALIBRATION_ERROR
    assert np.isfinite(learned(found, rows).probability(rows.numbers, rows.names)).all()


def test_a_subscription_table_goes_the_same_way_and_beats_the_rule_of_tenure(subscriptions):
    found = contracts(subscriptions, TERMS)
    assert found.comparison.chosen == "logistic regression"
    assert found.trial is not None
    assert [rule.sentence() for rule in found.trial.rules if not rule.holds] == []
    figures = found.trial.figures
    assert figures["gain_over_baseline_low"] > 0.05
    assert AUC <= figures["auc_challenger"] <= LIMITS.too_good
    assert figures["calibration_error"] <= CALIBRATION_ERROR
    told = found.scored(subscriptions)
    assert told.num_rows == 7_043 - 1_869
    assert told.column_names == ["contract", "churn_probability", "reasons"]
    assert pc.all(pc.greater(pc.utf8_length(told["reasons"]), 0)).as_py()


def test_a_subscription_table_that_knows_the_end_gets_no_model(subscriptions):
    known = subscriptions.append_column("final_bill", pc.cast(pc.equal(subscriptions["Churn"], "Yes"), pa.float64()))
    found = contracts(known, TERMS, candidates=CANDIDATES[:1])
    assert found.scorer is None
    assert "final_bill alone tells the outcome" in found.comparison.alarms[0]
    with pytest.raises(ValueError, match="no model serves"):
        found.scored(known)


def test_a_subscription_table_in_which_nobody_left_gets_no_model(subscriptions):
    found = contracts(subscriptions.filter(pc.equal(subscriptions["Churn"], "No")), TERMS)
    assert found.scorer is None
    assert "0 positive outcomes" in found.comparison.why[0]


def test_a_column_that_half_knows_the_answer_is_too_good(subscriptions):
    chance = np.random.default_rng(4)
    churned = pc.equal(subscriptions["Churn"], "Yes").to_numpy()
    leak = np.where(chance.random(len(churned)) < 0.6, churned, chance.random(len(churned)) < 0.3).astype(float)
    found = compared(
        examples(subscriptions.append_column("calls_to_leave", pa.array(leak))), None, CANDIDATES[:1], None, CEILING
    )
    assert found.chosen is None
    assert "too good to be true" in found.alarms[0]
