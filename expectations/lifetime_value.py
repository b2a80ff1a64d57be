"""What we promise about lifetime value: how often each customer will order, what that brings, and how sure we are."""

from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, OneOf, Prediction, Rows, RowsNear, table

OWNER = "customer-analytics@example.com"
VALUE_BASES = ("margin", "sales")
LOW = "One in ten customers like her brings less than this"
HIGH = "One in ten customers like her brings more than this, one in five where low is 0"


def orders_of(days: int) -> Prediction:
    return Prediction(column=f"orders_expected_{days}_days", due_column=f"due_{days}_days_date", came_code="orders")


def value_of(days: int) -> Prediction:
    value = f"value_{days}_days"
    return Prediction(
        column=f"{value}_amount",
        due_column=f"due_{days}_days_date",
        came_code="value",
        low_column=f"{value}_low_amount",
        high_column=f"{value}_high_amount",
    )


@table(
    owner=OWNER,
    key=("customer_id",),
    promises=(Rows(), RowsNear()),
    keep_nights=400,
    predictions=(orders_of(90), value_of(90), orders_of(365), value_of(365)),
    beware=(
        "A value is an expectation over customers of like history, not a forecast for one of them: most of those "
        "expected to bring little bring nothing, a few bring a lot.",
        "Money is in the customer's own main currency; never add rows of several currencies, nor of both bases.",
        "Nobody's orders are known beyond the night: a model that never saw a whole year knows no season.",
        "It foretells what comes if the shop goes on as before, with its campaigns; it is no effect of a campaign.",
    ),
)
class pub_lifetime_value__customers:
    """One row per customer: orders and value to be expected in 90 and 365 days, and whether she is still active."""

    customer_id = fields.customer_id
    currency = Column(str, "Currency of the amounts; empty where the source gave none we know.", promises=(Filled(),))
    value_basis_code = Column(
        str,
        "What value means: `margin` (sales and shipping paid, less goods, shipping and refunds) where the cost of nine "
        "tenths of what was sold is known, else `sales` (less refunds).",
        promises=(Filled(), OneOf(VALUE_BASES)),
    )
    active_probability = fields.share("Probability that she will ever order again.", Filled())
    orders_expected_90_days = Column(float, "Orders to expect in 90 days.", promises=(Filled(), Between(0.0)))
    orders_expected_365_days = Column(float, "Orders to expect in 365 days.", promises=(Filled(), Between(0.0)))
    value_90_days_amount = fields.money("Value to expect in 90 days.", Filled())
    value_90_days_low_amount = fields.money(f"{LOW} in 90 days; 0 where one in ten brings nothing.", Filled())
    value_90_days_high_amount = fields.money(f"{HIGH}, in 90 days; 0 where four of five bring nothing.", Filled())
    value_365_days_amount = fields.money("Value to expect in 365 days.", Filled())
    value_365_days_low_amount = fields.money(f"{LOW} in 365 days; 0 where one in ten brings nothing.", Filled())
    value_365_days_high_amount = fields.money(f"{HIGH}, in 365 days; 0 where four of five bring nothing.", Filled())
    next_order_date = Column(
        date,
        "Day by which an order is as likely as not, if she is still active; missing if that is more than two years "
        "away.",
    )
    due_90_days_date = Column(
        date, "When the 90 days are over and can be compared with what came.", promises=(Filled(),)
    )
    due_365_days_date = Column(date, "When the 365 days are over.", promises=(Filled(),))
    reasons = Column(str, "How the figures were made of what she did, in words.", promises=(Filled(),))
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
