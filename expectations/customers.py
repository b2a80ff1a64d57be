"""What we promise about customers: one wide row each, for the models and for people."""

from expectations import fields
from expectations.words import Between, Column, Filled, OneOf, Rows, RowsNear, table

OWNER = "customer-analytics@example.com"


class _facts:
    customer_id = fields.customer_id
    orders_count = fields.count("Orders up to the night.", Filled())
    active_days_count = fields.count("Days with at least one order.", Filled())
    lines_count = fields.count("Order lines.", Filled())
    products_count = fields.count("Different products bought.", Filled())
    departments_count = fields.count("Different departments bought from.", Filled())
    stores_count = fields.count("Different stores used.", Filled())
    recency_days = fields.days("Days from the last order to the night; missing without an order.")
    tenure_days = fields.days("Days from the first order to the night; missing without an order.")
    gap_mean_days = fields.days("Mean days between days with an order; missing below two such days.")
    gap_deviation_days = fields.days("Sample deviation of those gaps; missing below three such days.")
    currency = fields.currency
    is_currency_mixed = Column(
        bool,
        "True if she bought in several currencies: the amounts then hold the most used one only, never a sum over "
        "currencies.",
        promises=(Filled(),),
    )
    sales_amount = fields.money("What she paid, all time.", Filled())
    sales_90_days_amount = fields.money("What she paid in the last 90 days.", Filled())
    sales_365_days_amount = fields.money("What she paid in the last 365 days.", Filled())
    basket_mean_amount = fields.money("Mean paid per order; missing without an order.")
    orders_90_days_count = fields.count("Orders in the last 90 days.", Filled())
    discount_amount = fields.money("Discounts received, all time, positive.", Filled())
    discount_share = fields.share("Discounts over the price before discounts.")
    coupon_lines_share = fields.share("Share of lines bought with a coupon.")
    top_department = Column(str, "Department with the largest spend.")
    top_department_share = fields.share("Its share of her spend.")
    campaigns_count = fields.count("Campaigns that reached her.", Filled())
    responses_count = fields.count("Campaigns she responded to.", Filled())
    response_share = fields.share("Responded over reached; missing if never reached.")
    last_contact_days = fields.days("Days since a campaign last reached her.")
    tickets_count = fields.count("Support tickets.", Filled())
    open_tickets_count = fields.count("Tickets open at the end of the night.", Filled())
    oldest_open_ticket_days = fields.days("Age of her oldest open ticket.")
    last_ticket_days = fields.days("Days since her last ticket.")
    reviews_count = fields.count("Reviews written.", Filled())
    stars_mean = Column(float, "Mean stars given.", unit="stars", promises=(Between(1.0, 5.0),))
    has_email_consent = Column(
        bool, "True only if consent to e-mail is known and nowhere denied.", promises=(Filled(),)
    )
    has_sms_consent = Column(bool, "True only if consent to SMS is known and nowhere denied.", promises=(Filled(),))
    has_phone_consent = Column(bool, "True only if consent to calls is known and nowhere denied.", promises=(Filled(),))
    has_post_consent = Column(bool, "True only if consent to post is known and nowhere denied.", promises=(Filled(),))
    accounts_count = fields.count("Accounts over all silos that are hers, guests at the checkout too.", Filled())


EVERY_STATUS = "Orders of every status count, with the amounts that the shop states at the end of the night."
GUESTS = (
    "Orders of guests count for the customer whom they proved to be, else for a customer of their own. An order that "
    "names neither an account nor any contact data (a sale over the counter) is nobody's."
)


@table(owner=OWNER, key=("customer_id",), promises=(Rows(),), beware=(EVERY_STATUS, GUESTS))
class core_customers__features(_facts):
    """One row per customer as of the end of the night, from accepted tables only: what the models learn from."""


@table(owner=OWNER, key=("customer_id", "department"), promises=(Rows(at_least=0),))
class core_customers__departments:
    """One row per customer and department bought from, as of the end of the night."""

    customer_id = fields.customer_id
    department = Column(
        str, "Department of the shop's range; `unknown` where the product has none.", promises=(Filled(),)
    )
    products_count = fields.count("Different products bought there.", Filled())
    lines_count = fields.count("Order lines.", Filled())
    coupon_lines_count = fields.count("Order lines with a coupon; missing where the shop does not say.")
    sales_amount = fields.money("What she paid there, in the currency of her row in the features.", Filled())
    discount_amount = fields.money("Discounts of those lines, positive; missing where the shop does not say.")
    sales_share = fields.share(
        "Share of her spend; missing if she spent nothing. A department that gave back more than it took counts as 0."
    )


@table(
    owner=OWNER,
    key=("customer_id",),
    promises=(Rows(), RowsNear()),
    keep_nights=60,
    beware=(
        "A customer is whoever the silos let us tell apart: in the demo shop a household.",
        "Customers known to the CRM or the desk alone have a row with zero orders: they never bought, or nothing "
        "verified ties them to the account that did.",
        EVERY_STATUS,
        GUESTS,
    ),
)
class pub_customers__profiles(_facts):
    """One row per customer: what the shop, the CRM and the support desk know of her tonight, without contact data."""

    is_buyer = Column(bool, "True if she has at least one order.", promises=(Filled(),))
    activity_code = Column(
        str,
        "none: no order is known; new: first known order within 30 days; active: last order within twice her usual gap "
        "(90 days where no gap is known), and always within 14 days, since who buys daily is not lost after a weekend "
        "away; quiet: longer.",
        promises=(Filled(), OneOf(("none", "new", "active", "quiet"))),
    )
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
