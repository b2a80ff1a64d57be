"""Lifetime value held against what is truly to be expected: the truth passes, and no fault does."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mining_tasks.demo import ahead
from mining_tasks.demo.figure import PASS
from mining_tasks.demo.figures import lifetime_value
from mining_tasks.demo.sight import Sight
from tests.demo.ahead.told import failing, measured, show, table

pytestmark = pytest.mark.xdist_group("ahead")
Told = Callable[[pd.DataFrame], pd.DataFrame]
ADDED = """
    SELECT 'c_' || person_id AS customer_id, sum(treated_share * effect_share) AS orders
    FROM true_reach GROUP BY ALL
"""
EVERYBODY = """
    SELECT customer_id, currency FROM core_customers__features JOIN truth_persons ON customer_id = 'c_' || person_id
    ORDER BY customer_id
"""
SPREAD = """
    WITH shares AS (
        SELECT buying.type_code, book_margin_minor / avg(book_margin_minor) OVER (PARTITION BY person_id) AS share
        FROM truth_orders JOIN truth_buying AS buying USING (person_id)
        WHERE NOT is_test AND status_code <> 'cancelled'
        QUALIFY count(*) OVER (PARTITION BY person_id) > 4 AND avg(book_margin_minor) OVER (PARTITION BY person_id) > 0
    )
    SELECT type_code, list(share) AS share FROM shares WHERE share BETWEEN -5 AND 10 GROUP BY ALL
"""


def true_values(seen: Sight) -> pd.DataFrame:
    """The table as one would tell it who knows the truth; its interval by simulating her year."""
    ahead.show(seen, lifetime_value.HORIZONS)
    columns = [f"value_{days}_days_{end}" for days in (90, 365) for end in ("amount", "low_amount", "high_amount")]
    rows = table(seen, EVERYBODY).assign(**dict.fromkeys(columns, 0.0))
    rows = rows.assign(
        active_probability=0.0, orders_expected_365_days=0.0, value_basis_code="margin", score_source="truth"
    )
    show(seen, "pub_lifetime_value__customers", rows)
    true = seen.table(lifetime_value.__file__, "lifetime_value_ahead.sql").to_pandas().set_index("customer_id")
    per_eur = table(seen, "SELECT * FROM true_rates").set_index("currency")["per_eur"]
    rows = rows.set_index("customer_id")
    rate = rows["currency"].map(per_eur)
    for days in (90, 365):
        rows[f"value_{days}_days_amount"] = (true[f"true_{days}"] * rate).reindex(rows.index).fillna(0.0)
    low, high = intervals(seen, true)
    rows["value_365_days_low_amount"] = (low * rate).reindex(rows.index).fillna(0.0)
    rows["value_365_days_high_amount"] = (high * rate).reindex(rows.index).fillna(0.0)
    return rows.reset_index()


def intervals(seen: Sight, true: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The 10 % and 90 % quantiles of 400 years of each customer, the 80 % quantile where the first is 0: orders drawn
    as the truth says, those that campaigns add among them, and a margin for each from those of the whole type."""
    state = table(seen, "SELECT 'c_' || person_id AS customer_id, * FROM true_state").set_index("customer_id")
    state = state.reindex(true.index)
    rng, draws = np.random.default_rng(1), 400
    active = rng.random((len(state), draws)) < state["active_probability"].to_numpy()[:, None]
    leaves = state["leaves"].to_numpy()[:, None]
    left = rng.geometric(np.broadcast_to(leaves, active.shape))
    added = table(seen, ADDED).set_index("customer_id")["orders"].reindex(true.index).fillna(0.0).to_numpy()
    would_come = rng.poisson(np.broadcast_to((state["rate"].to_numpy() * 365 + added)[:, None], active.shape))
    orders = np.minimum(would_come, left) * active
    each = (true["true_365"] / true["true_orders_365"]).to_numpy()
    spread = table(seen, SPREAD).set_index("type_code")["share"].reindex(state["type_code"]).to_numpy()
    sums = np.empty(orders.shape)
    for row, count in enumerate(orders):
        drawn = rng.choice(spread[row], count.sum())
        sums[row] = np.bincount(np.repeat(np.arange(draws), count), drawn, draws) * each[row]
    low, four_fifths, high = np.quantile(sums, [0.1, 0.8, 0.9], axis=1)
    high = np.where(low > 0, high, four_fifths)
    return pd.Series(low, true.index), pd.Series(high, true.index)


@pytest.fixture
def values(seen) -> pd.DataFrame:
    return true_values(seen)


def test_the_true_values_pass_every_figure_of_value(seen, values):
    show(seen, "pub_lifetime_value__customers", values)
    found = measured(lifetime_value, seen)
    assert set(found) == {figure.name for figure in lifetime_value.FIGURES}
    assert {name: (figure.value, figure.note) for name, figure in found.items() if figure.verdict != PASS} == {}
    assert found["rank correlation, 365 days"].value == pytest.approx(1)
    assert found["worst decile off, 365 days"].value < 1e-9


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    amounts = [name for name in rows if name.startswith("value_") and name.endswith("_amount")]
    order = np.random.default_rng(1).permutation(len(rows))
    return rows.assign(**{name: rows[name].to_numpy()[order] for name in amounts})


def as_sales(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{f"value_{days}_days_amount": 3.4 * rows[f"value_{days}_days_amount"] for days in (90, 365)})


def halved(rows: pd.DataFrame) -> pd.DataFrame:
    middle = (rows["value_365_days_low_amount"] + rows["value_365_days_high_amount"]) / 2
    return rows.assign(
        value_365_days_low_amount=(rows["value_365_days_low_amount"] + middle) / 2,
        value_365_days_high_amount=(rows["value_365_days_high_amount"] + middle) / 2,
    )


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (shuffled, {"rank correlation, 90 days", "rank correlation, 365 days"}),
        (
            as_sales,
            {"sum of values off, 365 days", "worst decile off, 365 days", "sum of values off what came, 365 days"},
        ),
        (halved, {"80 % intervals miss 80 % by"}),
        (
            lambda rows: rows.assign(value_basis_code="sales"),
            {"customers not valued by margin", "sum of values off, 90 days"},
        ),
        (lambda rows: rows.assign(score_source=""), {"values without a source"}),
        (lambda rows: rows[5:], {"customers without one value"}),
    ],
    ids=["shuffled", "sales for margin", "halved", "told as sales", "no source", "rows missing"],
)
def test_a_fault_in_values_is_noticed(seen, values, fault: Told, noticed: set[str]):
    show(seen, "pub_lifetime_value__customers", fault(values))
    assert noticed <= failing(lifetime_value, seen)
