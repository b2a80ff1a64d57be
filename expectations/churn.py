"""What we promise about churn: how sure it is that a customer stays away, by when that is known, and why."""

from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, Prediction, Rows, RowsNear, table

OWNER = "customer-analytics@example.com"


@table(
    owner=OWNER,
    key=("customer_id",),
    promises=(Rows(), RowsNear()),
    keep_nights=400,
    predictions=(Prediction(column="churn_probability", due_column="due_date", came_code="no_order"),),
    beware=(
        "The probability is that of no order within `horizon_days` of the night. Who has been silent for longer than "
        "her horizon (`is_silent`) counts as lost; the probability then says how surely she stays away.",
        "It foretells, it explains nothing: reasons tell what the score looked at, not what would keep her.",
        "Nobody's orders are known beyond the night: a model that never saw a whole year knows no season.",
        "Customers without a known order may have ordered under another account that nothing verified as theirs.",
    ),
)
class pub_churn__customers:
    """One row per customer: the probability that she orders no more within her horizon, and by when that is known."""

    customer_id = fields.customer_id
    churn_probability = Column(
        float,
        "Probability of no order from the day after the night until the due date; missing only where the shop is too "
        "young for any rule, as `score_source` then says.",
        promises=(Between(0.0, 1.0),),
    )
    horizon_days = fields.days("Days of silence after which she counts as lost.", Filled())
    due_date = Column(date, "Last day of the horizon: then it is known.", promises=(Filled(),))
    definition = Column(str, "What counts as lost for customers like her, and why.", promises=(Filled(),))
    is_silent = Column(
        bool,
        "True if she has not ordered for longer than her horizon already; false if she never did.",
        promises=(Filled(),),
    )
    reasons = Column(str, "What the score looked at most, in words.", promises=(Filled(),))
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
