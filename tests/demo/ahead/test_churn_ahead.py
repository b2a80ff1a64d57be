"""What is to be expected of customers, and churn held against it: the truth passes, and no fault does."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from mining_tasks.demo import ahead, measures
from mining_tasks.demo.figure import PASS
from mining_tasks.demo.figures import churn
from tests.demo.ahead.told import NIGHT, failing, measured, show, table

pytestmark = pytest.mark.xdist_group("ahead")
Told = Callable[[pd.DataFrame], pd.DataFrame]
HORIZON = 60


def test_every_order_to_come_has_a_customer_and_everybody_gets_her_whole_self(seen):
    ahead.show(seen)
    shares = table(
        seen, "SELECT person_id, sum(share) AS share, count(DISTINCT customer_id) AS n FROM true_doors GROUP BY ALL"
    )
    assert len(shares) > 2_800
    assert np.allclose(shares["share"], 1)
    assert (shares["n"] == 1).all()
    lost = table(seen, "SELECT count(*) AS n, count(*) FILTER (customer_id IS NULL) AS lost FROM true_coming")
    assert lost["n"][0] > 5_000
    assert lost["lost"][0] == 0


def test_a_customer_who_gets_a_part_of_the_orders_is_silent_more_often_as_simulation_says(seen):
    ahead.show(seen)
    rng, people, rate, leaves, days = np.random.default_rng(1), 40_000, 0.05, 0.2, 60.0
    for share in (1.0, 0.4):
        active = rng.random(people) < 0.7
        now, comes = np.zeros(people), np.zeros(people, bool)
        while (going := active & (now < days)).any():
            now = np.where(going, now + rng.exponential(1 / rate, people), now)
            ordered = going & (now < days)
            comes |= ordered & (rng.random(people) < share)
            active &= ~(ordered & (rng.random(people) < leaves))
        told = table(seen, f"SELECT silence_ahead(0.7, {rate}, {leaves}, {days}, {share}, 1) AS silence")["silence"][0]  # noqa: S608
        assert told == pytest.approx(1 - comes.mean(), abs=0.01)


@pytest.fixture
def risks(seen) -> pd.DataFrame:
    """The table as one would tell it who knows the truth."""
    rows = table(
        seen, "SELECT customer_id, 0.5 AS churn_probability FROM core_customers__features ORDER BY customer_id"
    )
    rows = rows.assign(
        horizon_days=HORIZON,
        due_date=NIGHT + timedelta(days=HORIZON),
        definition="no order so long",
        score_source="truth",
    )
    ahead.show(seen)
    show(seen, "pub_churn__customers", rows)
    true = seen.table(churn.__file__, "churn_ahead.sql", cancelled_share=0.015).to_pandas().set_index("customer_id")
    told = true["seen"].reindex(rows["customer_id"]).fillna(0.9)
    return rows.assign(churn_probability=told.to_numpy())


def test_who_knows_the_habits_of_each_type_but_not_of_each_person_is_calibrated_and_ranks_a_little_worse(seen, risks):
    show(seen, "pub_churn__customers", risks)
    rows = seen.table(churn.__file__, "churn_ahead.sql", cancelled_share=0.015)
    silent = rows["is_silent"].to_numpy(zero_copy_only=False)
    error, luck = measures.calibration_error(rows["seen"].to_numpy(), silent)
    assert error < 2 * luck
    assert 0 < measures.auc(rows["silence"].to_numpy(), silent) - measures.auc(rows["seen"].to_numpy(), silent) < 0.04


def test_the_true_probabilities_pass_every_figure_of_churn(seen, risks):
    show(seen, "pub_churn__customers", risks)
    found = measured(churn, seen)
    assert set(found) == {figure.name for figure in churn.FIGURES}
    assert {name: figure.note for name, figure in found.items() if figure.verdict != PASS} == {}
    assert found["AUC behind what can be seen"].value == pytest.approx(0)
    assert found["AUC behind the true probabilities"].value > 0.005, "nobody sees the rates"


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (lambda rows: rows.assign(churn_probability=rows["churn_probability"] ** 2), {"calibration error"}),
        (
            lambda rows: rows.assign(
                churn_probability=np.random.default_rng(1).permutation(rows["churn_probability"].to_numpy())
            ),
            {"AUC behind the true probabilities", "calibration error"},
        ),
        (
            lambda rows: rows.assign(churn_probability=1 - rows["churn_probability"]),
            {"AUC behind the true probabilities", "calibration error"},
        ),
        (lambda rows: rows.assign(due_date=NIGHT), {"probabilities undefined"}),
        (lambda rows: rows.assign(churn_probability=None), {"buyers without a probability"}),
        (lambda rows: rows[:-3], {"customers without one row"}),
    ],
    ids=["squared", "shuffled", "turned round", "due at once", "no probability", "rows missing"],
)
def test_a_fault_in_churn_is_noticed(seen, risks, fault: Told, noticed: set[str]):
    show(seen, "pub_churn__customers", fault(risks))
    assert noticed <= failing(churn, seen)
