"""A prediction is said once in its contract: it is told to readers, and refused where it could not be compared."""

from datetime import date

import pytest

from expectations import fields
from expectations.speak.dictionary import page
from expectations.words import BrokenContract, Column, Prediction, Rows, table

FACTS = {"owner": "tests@example.com", "key": ("customer_id",), "promises": (Rows(),)}
SILENT = Prediction(column="churn_probability", due_column="due_date", came_code="no_order")


class _scored:
    customer_id = fields.customer_id
    churn_probability = fields.share("Chance of silence.")
    due_date = Column(date, "When it is due.")
    score_source = fields.score_source
    night = fields.night


def test_the_dictionary_tells_what_is_foretold_and_when_it_is_due():
    @table(**FACTS, predictions=(SILENT,))
    class pub_tests__scores(_scored):
        """One row per customer."""

    said = page(pub_tests__scores)
    assert "Foretold: `churn_probability` foretells no order in the window, 1 or 0, due on `due_date`." in said, (
        "the sentence"
    )


def test_a_prediction_that_could_never_be_compared_is_refused_with_all_its_faults():
    class mined_tests__scores:
        """One row per customer."""

        customer_id = fields.customer_id
        chance = fields.share("Chance of silence.")
        due_date = Column(str, "When it is due.")

    said = (
        Prediction(column="chance", due_column="due_date", came_code="no_order", low_column="low"),
        Prediction(column="value_amount", due_column="due_date", came_code="value"),
        Prediction(column="chance", due_column="due_date", came_code="luck"),
    )
    with pytest.raises(BrokenContract) as refusal:
        table(**FACTS, predictions=said)(mined_tests__scores)
    for fault in (
        "needs the column score_source",
        "needs the column night",
        "needs the column value_basis_code",
        "only published tables foretell",
        "due column due_date is no column with days",
        "a chance is called …_probability",
        "an interval has two ends",
        "low is no column with numbers",
        "value_amount is no column with numbers",
        "'luck' is none of",
        "chance is foretold twice",
    ):
        assert fault in str(refusal.value)
